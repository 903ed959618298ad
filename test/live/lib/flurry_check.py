# SPDX-License-Identifier: MIT
"""flurry_check.py FLURRY-OUTPUT RUNS NAME COMMAND...: what a program shows of a flurry.

Runs COMMAND so many times ({held} and {turning} in it are the two PIDs). Each time every
socket that is held must be shown once, with its own address, and what is shown of the
places of the other process must have the place's number in its address. Prints
"ok NAME" or "not ok NAME: what was wrong".
"""

import os
import re
import subprocess
import sys

held, turning, first, count = {}, 0, 0, 0
with open(sys.argv[1]) as file:
    for line in file:
        words = line.split()
        if words[0] == "held":
            held[int(words[2])] = words[3]
            pid = int(words[1])
        elif words[0] == "turning":
            turning, first, count = map(int, words[1:])
            places = range(first, first + count * (2 if "->" in max(held.values()) else 1))
runs, test = int(sys.argv[2]), sys.argv[3]
command = [w.format(held=pid, turning=turning) for w in sys.argv[4:]]


def wrong_place(fd, name):
    """Of a socket in a place: what its address should have been."""
    for place in (fd - first, fd - first - count):
        number = place + first
        if not 0 <= place < count:
            continue
        if name.startswith("@"):
            fits = name.startswith("@flurry-%d-%d-" % (turning, number))
        else:
            end = name.split("->")[-1 if place != fd - first else 0]
            fits = re.match(r"127\.\d+\.%d\.%d:" % (number >> 8, number & 255), end)
        if fits:
            return None
    # The table was read before it was bound, and its address is that of then.
    if name.startswith("type=") and gated:
        return None
    return "place %d shows %s" % (fd, name)


def look(text):
    global shown
    seen, wrong, at, fd = {}, [], 0, None
    for field in text.split("\n"):
        key, value = field[:1], field[1:]
        if key == "p":
            at = int(value)
        elif key == "f":
            fd = int(value) if value.isdigit() else None
        elif key == "t":
            kind = value
        elif key == "n" and fd is not None and kind in ("IPv4", "unix", "sock"):
            name = value.split(" ")[0] if kind != "sock" else value
            if at == pid and (fd in held or kind == "sock"):
                if fd in seen:
                    wrong.append("%d is shown twice" % fd)
                seen[fd] = name
                if held.get(fd) != name:
                    wrong.append("%d shows %s, not %s" % (fd, value, held.get(fd)))
            elif at == turning and fd in places:
                shown += 1
                bad = wrong_place(fd, name)
                if bad:
                    wrong.append(bad)
    missing = sorted(set(held) - set(seen))
    if expects_held and missing:
        wrong.append("%d of %d are missing: %s" % (len(missing), len(held), missing[:5]))
    return wrong


shown = 0
gated = "-U" in command
expects_held = str(pid) in command or "-p" not in command
trouble, bad_runs = [], 0
for _ in range(runs):
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    found = look(ran.stdout)
    if ran.stderr:
        found.append("stderr: " + ran.stderr[:200])
    bad_runs += bool(found)
    trouble += found
# Built with sanitizers it is so slow that the kernel's tables, which leave out rows while
# sockets come and go, may do so each of the few times that they are read.
slow = os.environ.get("FLURRY_SLOW") == "1"
if trouble and slow and bad_runs == 1:
    print("skip %s: built with sanitizers, 1 of %d runs: %s" % (test, runs, "; ".join(trouble[:6])))
elif trouble:
    print("not ok %s: %d of %d runs: %s" % (test, bad_runs, runs, "; ".join(trouble[:6])))
else:
    print("ok %s" % test)
print("# %s: %d runs, %d held, %d rows of %d" % (test, runs, len(held), shown, turning),
      file=sys.stderr)
