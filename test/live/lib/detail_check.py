# SPDX-License-Identifier: MIT
"""detail_check.py PROGRAM ZOO-OUTPUT [KEY...]: what the zoo says must be told, is told.

KEYs are those that the one who asks may not know: they must be missing. The lists of
the zoo's words must be told whole and in this order, its objects at least.
"""

import json
import subprocess
import sys


def differs(want, got, hidden, where=""):
    """None, or where the two differ."""
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return "%s: no object: %r" % (where, got)
        for key, value in want.items():
            at = "%s.%s" % (where, key)
            if key in hidden:
                if key in got:
                    return "%s: is told" % at
                continue
            if key not in got:
                return "%s: missing in %s" % (at, got)
            wrong = differs(value, got[key], hidden, at)
            if wrong:
                return wrong
        return None
    if isinstance(want, list):
        if not isinstance(got, list) or len(want) != len(got):
            return "%s: want %s got %s" % (where, want, got)
        for i, (a, b) in enumerate(zip(want, got)):
            wrong = differs(a, b, hidden, "%s[%d]" % (where, i))
            if wrong:
                return wrong
        return None
    same = want == got and type(want) is type(got)
    return None if same else "%s: want %r got %r" % (where, want, got)


def files_of(document):
    for line in document.splitlines():
        row = json.loads(line)
        yield row["fd"], row


def main():
    program, path, hidden = sys.argv[1], sys.argv[2], set(sys.argv[3:])
    kind, wanted, pid = None, [], None
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "kind":
                kind = rest
            elif word == "detail":
                fd, _, text = rest.partition(" ")
                wanted.append((kind, fd, json.loads(text)))
            elif word == "skip":
                print("skip detail of %s" % rest.replace(" ", ": ", 1))
            elif word == "ready":
                pid = rest
    done = subprocess.run([program, "-nPj", "--columns=+detail", "-p", pid],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    rows = dict(files_of(done.stdout.decode("utf-8")))
    if not wanted:
        print("not ok detail: the zoo wants nothing")
    for kind, fd, want in wanted:
        wrong = differs(want, rows.get(fd, {}).get("detail"), hidden)
        print("not ok detail of %s %s: %s" % (kind, fd, wrong) if wrong else "ok detail of %s" % kind)


main()
