# SPDX-License-Identifier: MIT
"""zoo_check.py PROGRAM ZOO-OUTPUT [PROC]: every row that the zoo promised, once, in both faces.

PROC is the procfs that PROGRAM reads and that the zoo's numbers are of.
"""

import os
import subprocess
import sys

from listing import parse_fields, parse_table, short_fd

LETTERS = "pcfaltdDrsoiPnT"


def run(program, *args):
    done = subprocess.run([program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode("utf-8", "surrogateescape")


def read_zoo(path):
    """Rows by kind, other lines by their first word."""
    kinds, words, kind = {}, {}, None
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            line = line.rstrip("\n")
            if "\t" in line:
                kinds[kind].append(tuple(line.split("\t")))
                continue
            word, rest = line.split(" ", 1)
            if word == "kind":
                kind = rest
                kinds[kind] = []
            else:
                words.setdefault(word, []).append(rest)
    return kinds, words


def say(name, wrong):
    print("not ok %s: %s" % (name, wrong) if wrong else "ok " + name)


def promised(pid, row):
    fd, access, kind, device, size, node, name = row
    return (pid, short_fd(fd), access.ljust(2), kind, device, size, node, name)


def check_rows(face, pid, kinds, skipped, listed):
    for kind, rows in kinds.items():
        wrong = []
        for want in (promised(pid, row) for row in rows):
            if listed.count(want) != 1:
                near = [r for r in listed if r[1] == want[1] and (r[1].isdigit() or r[7] == want[7])]
                wrong.append("want %s got %s" % (list(want), [list(r) for r in near]))
        if rows and kind not in skipped:
            say("%s %s" % (face, kind), "; ".join(wrong))


def check_all_fds(proc, pid, listed):
    """Nothing more and nothing less than the kernel lists, in its order."""
    with_numbers = [int(fd) for fd in os.listdir("%s/%s/fd" % (proc, pid))]
    want = [short_fd(str(fd)) for fd in sorted(with_numbers)]
    got = [row[1] for row in listed if row[1].isdigit() or row[1].startswith("*")]
    say("all descriptors in order", None if want == got else "want %s got %s" % (want, got))


def check_commands(program, words):
    for line in words.get("comm", []):
        pid, name = line.split(" ", 1)
        _, processes = parse_fields(run(program, "-nP", "-p", pid, "-F0pc"))
        got = [p.get("c") for p in processes]
        say("command %s" % name.replace(" ", "_"), None if got == [name] else "got %s" % got)


def check_threads(program, pid, words):
    for line in words.get("thread", []):
        tid, name = line.split(" ", 1)
        _, processes = parse_fields(run(program, "-nP", "-a", "-K", "-p", pid, "-F0pKM"))
        got = [(p.get("K"), p.get("M")) for p in processes if p.get("K") == tid]
        say("thread", None if got == [(tid, name)] else "got %s" % processes)


def main():
    program, path = sys.argv[1:3]
    proc = sys.argv[3] if len(sys.argv) > 3 else "/proc"
    kinds, words = read_zoo(path)
    pid = words["ready"][0]
    skipped = set()
    for line in words.get("skip", []):
        kind, why = line.split(" ", 1)
        skipped.add(kind)
        print("skip %s: %s" % (kind, why))
    table = parse_table(run(program, "-nP", "-p", pid))
    fields, _ = parse_fields(run(program, "-nP", "-p", pid, "-F0" + LETTERS))
    check_rows("table", pid, kinds, skipped, table)
    check_rows("fields", pid, kinds, skipped, fields)
    check_all_fds(proc, pid, table)
    check_commands(program, words)
    check_threads(program, pid, words)


main()
