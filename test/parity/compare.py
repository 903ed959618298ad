# SPDX-License-Identifier: MIT
"""compare.py [--tags] [--only REGEX] LSOF DIFFERENCES.md COMMANDS... -- KEY=VALUE...

Each line of COMMANDS through lsof and through LSOF, another program of that name: as root and as
nobody, in two locales, to pipes and on a pseudo-terminal. Status and texts must be the same.

    [@ID,ID...] [root:|nobody:|once:] [whole:] [in:] ARGUMENTS, quoted as for a shell

@ID   differences that are accepted here, rows of DIFFERENCES.md: those and no others, and each of
      them must be seen
root: nobody: only as that user; once: as root, to a pipe only
whole: everything is listed, the program too: see texts.py
in:    in the directory of the test
{KEY}  is a VALUE

--tags prints the lines with the identifiers that they need.
"""

import collections
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys

import differences
import texts

ROOT, NOBODY = 0, 65534
# Half of all combinations; each two of user, locale and output meet.
MODES = [
    (ROOT, "C", "pipe"),
    (ROOT, "C.UTF-8", "pty"),
    (NOBODY, "C", "pty"),
    (NOBODY, "C.UTF-8", "pipe"),
]
LIMIT = 40  # seconds for one call
LSOF_AGAIN = 2
LINE = re.compile(r"(?:@(\S+) )?((?:(?:root|nobody|once|whole|in):\s*)*)(.*)")


class Case:
    """One line of a file of commands."""

    def __init__(self, line, values):
        ids, marks, self.words = LINE.match(line).groups()
        self.line, self.ids = line, ids.split(",") if ids else []
        self.marks = re.findall(r"\w+", marks)
        self.argv = shlex.split(re.sub(r"\{(\w+)\}", lambda m: values[m.group(1)], self.words))
        self.cwd = values["dir"] if "in" in self.marks else "/"
        self.pids = set(values["all"].split(",")) if "whole" in self.marks else None
        self.values = values

    def modes(self):
        if "once" in self.marks:
            return MODES[:1]
        users = [ROOT] * ("nobody" not in self.marks) + [NOBODY] * ("root" not in self.marks)
        return [mode for mode in MODES if mode[0] in users and os.getuid() == 0 or mode[0] == ROOT]


def read_all(fd):
    parts = []
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:  # a terminal ends so
            break
        if not part:
            break
        parts.append(part)
    os.close(fd)
    return b"".join(parts)


def run(program, case, mode):
    user, locale, where = mode
    how = {"stdin": subprocess.DEVNULL, "cwd": case.cwd}
    how["env"] = {"PATH": os.environ["PATH"], "LC_ALL": locale, "TZ": "UTC"}
    if user != os.getuid():
        how.update(user=user, group=user, extra_groups=[])
    argv = ["timeout", str(LIMIT), program] + case.argv
    if where == "pty":
        master, slave = os.openpty()
        child = subprocess.Popen(argv, stdout=slave, stderr=slave, **how)
        os.close(slave)
        out, err = read_all(master), b""
        child.wait()
    else:
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
        out, err = child.communicate()
    out, err = (text.decode("utf-8", "surrogateescape") for text in (out, err))
    return texts.normal(texts.Result(child.returncode, out, err), case.pids)


def apply(ids, case, want, got):
    for name in ids:
        want, got = differences.RULES[name](case, want, got)
    return want, got


def unlike(want, got):
    if want.rc != got.rc:
        return "exit status %d, lsof %d; %r" % (got.rc, want.rc, (got.err or got.out)[:160])
    for face in ("out", "err"):
        lsof, ours = getattr(want, face).split("\n"), getattr(got, face).split("\n")
        for a, b in zip(lsof + [""] * len(ours), ours + [""] * len(lsof)):
            if a != b:
                return "%s: lsof %r ours %r" % (face, a, b)
    return None


def name_of(mode):
    return "%s %s %s" % ({ROOT: "root", NOBODY: "nobody"}[mode[0]], mode[1], mode[2])


def compared(program, case, mode):
    """Both results, and how they differ. What lsof reads of /proc/net may lack a row while sockets
    come and go, so it is asked again; the program under test never is."""
    want, got = run("lsof", case, mode), run(program, case, mode)
    for _ in range(LSOF_AGAIN):
        if not unlike(*apply(case.ids, case, want, got)):
            break
        want = run("lsof", case, mode)
    return want, got, unlike(*apply(case.ids, case, want, got))


def judge(program, case):
    """What is wrong with it, or None."""
    seen, wrong = set(), []
    for mode in case.modes():
        want, got, why = compared(program, case, mode)
        if why:
            wrong.append("[%s] %s" % (name_of(mode), why))
        for name in case.ids:
            others = [other for other in case.ids if other != name]
            if unlike(*apply(others, case, want, got)):
                seen.add(name)
    unseen = [name for name in case.ids if name not in seen]
    if unseen and not wrong:
        wrong.append("no longer differs by " + ", ".join(unseen))
    return " ".join(wrong[:1] + ["(and %d more modes)" % (len(wrong) - 1)] * (len(wrong) > 1)) or None


def tagged(program, case):
    """The line with the fewest identifiers that make it pass, as far as there are any."""
    runs = [(run("lsof", case, mode), run(program, case, mode)) for mode in case.modes()]

    def score(ids):
        total = 0
        for pair in runs:
            want, got = apply(ids, case, *pair)
            lines = [collections.Counter((side.out + side.err).split("\n")) for side in (want, got)]
            total += bool(unlike(want, got)) + sum(((lines[0] - lines[1]) + (lines[1] - lines[0])).values())
        return total

    ids, now = [], score([])
    while now:
        best = min((score(ids + [name]), name) for name in differences.RULES)
        if best[0] >= now:
            break
        now = best[0]
        ids.append(best[1])
    for name in list(ids):
        fewer = [other for other in ids if other != name]
        ids = fewer if score(fewer) <= now else ids
    left = [why for why in (unlike(*apply(ids, case, *pair)) for pair in runs) if why]
    head = "@" + ",".join(ids) + " " if ids else ""
    rest = "".join(mark + ": " for mark in case.marks) + case.words
    return head + rest + ("\n#? " + left[0] if left else "")


def check_page(path, used):
    """Every row of the page that has an identifier is used by a line, and the other way round."""
    with open(path, encoding="utf-8") as file:
        rows = re.findall(r"^\| `([a-z][a-z0-9-]*)` \|", file.read(), re.M)
    for name in sorted(set(rows) | used):
        if rows.count(name) != 1:
            print("not ok difference %s: %d rows in %s" % (name, rows.count(name), path))
        elif name not in used:
            print("not ok difference %s: no command line shows it" % name)
        else:
            print("ok difference " + name)


def read_cases(paths, values, wanted):
    cases = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
        cases += [Case(line, values) for line in lines if line and not line.startswith("#")]
    return [case for case in cases if re.search(wanted, case.line)]


def groups_of(cases):
    """Who runs in the directory of the test is found there, and who walks it: not beside others."""
    there = [case for case in cases if "in" in case.marks or re.search(r"[+][dD]", case.words)]
    return [([case for case in cases if case not in there], os.cpu_count() + 1), (there, 1)]


def each(work, cases, workers):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        yield from zip(cases, pool.map(work, cases))


def main():
    argv, tags, wanted = sys.argv[1:], False, ""
    while argv[0].startswith("--"):
        tags = tags or argv[0] == "--tags"
        wanted = argv[1] if argv[0] == "--only" else wanted
        argv = argv[2 if argv[0] == "--only" else 1 :]
    cut = argv.index("--")
    program, page, paths = argv[0], argv[1], argv[2:cut]
    values = dict(word.split("=", 1) for word in argv[cut + 1 :])
    cases = read_cases(paths, values, wanted)
    work = tagged if tags else judge
    for group, workers in [(cases, 1)] if tags else groups_of(cases):
        for case, why in each(lambda case: work(program, case), group, workers):
            if tags:
                print(why)
            else:
                print("not ok %s: %s" % (case.line, why) if why else "ok " + case.line)
    if not tags and not wanted:
        check_page(page, {name for case in cases for name in case.ids})


main()
