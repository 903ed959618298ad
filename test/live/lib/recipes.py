# SPDX-License-Identifier: MIT
"""Does what a recipe says, in a copy of the tree: recipes.py apply TREE RECIPE... | run TREE RECIPE

A block of code belongs to what the text before it names:

    New file `NAME`:
    ... in `NAME`, behind `LINE`:      below that line, which must be there once
    ... in `NAME`, before `LINE`:      above it

Blocks without one of these are not done. A block of `console` is run, and must answer as it says.
"""
import os
import re
import subprocess
import sys

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
NEW = re.compile(r"New file `([^`]+)`:\s*$")
PLACE = re.compile(r"[Ii]n `([^`]+)`,\s+(behind|before)\s+`([^`]+)`:\s*$")


def steps(path):
    """(what it is, its name, where, which line, the text)"""
    with open(path) as page:
        text = page.read()
    end = 0
    for block in BLOCK.finditer(text):
        above = text[end:block.start()]
        end = block.end()
        new, place = NEW.search(above), PLACE.search(above)
        if block[1] == "console":
            yield "run", None, None, None, block[2]
        elif new:
            yield "new", new[1], None, None, block[2]
        elif place:
            yield "line", place[1], place[2], place[3], block[2]


def put_new(path, text):
    if os.path.exists(path):
        raise SystemExit("%s is there already" % path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as to:
        to.write(text)


def put_line(path, where, line, text):
    with open(path) as source:
        lines = source.read().split("\n")
    at = [i for i, one in enumerate(lines) if one == line]
    if len(at) != 1:
        raise SystemExit("%s has %d lines [%s]" % (path, len(at), line))
    lines[at[0] + (where == "behind"):at[0] + (where == "behind")] = text.rstrip("\n").split("\n")
    with open(path, "w") as to:
        to.write("\n".join(lines))


def apply(tree, page):
    done = 0
    for what, name, where, line, text in steps(page):
        if what == "new":
            put_new(os.path.join(tree, name), text)
        elif what == "line":
            put_line(os.path.join(tree, name), where, line, text)
        done += what != "run"
    if not done:
        raise SystemExit("%s says nothing to do" % page)


def run(tree, page):
    ran = 0
    for what, _, _, _, text in steps(page):
        if what != "run":
            continue
        for command, want in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.M):
            got = subprocess.run(["sh", "-c", command], cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, check=False)
            if got.stdout != want:
                raise SystemExit("%s: expected [%s] got [%s]" % (command, want, got.stdout))
            ran += 1
    if not ran:
        raise SystemExit("%s runs nothing" % page)


for recipe in sys.argv[3:]:
    {"apply": apply, "run": run}[sys.argv[1]](sys.argv[2], recipe)
