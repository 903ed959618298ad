# SPDX-License-Identifier: MIT
"""herd_check.py M PID... < "-F0 pf" output: each PID is there once, with descriptors 0..M+2, each once."""

import sys

first_beyond = int(sys.argv[1]) + 3
wanted = set(sys.argv[2:])
seen, pid = {}, None
for line in sys.stdin.read().split("\n"):
    for item in line.split("\0"):
        if item[:1] == "p":
            pid = item[1:]
            seen.setdefault(pid, []).append([])
        elif item[:1] == "f" and pid is not None and item[1:].isdigit():
            seen[pid][-1].append(int(item[1:]))
for pid in sorted(wanted):
    got = seen.get(pid, [])
    if len(got) != 1:
        sys.exit("process %s is listed %d times" % (pid, len(got)))
    if got[0] != list(range(first_beyond)):
        sys.exit("process %s: %d descriptors, from %s to %s" % (pid, len(got[0]), got[0][:3], got[0][-3:]))
