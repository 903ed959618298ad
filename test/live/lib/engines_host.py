# SPDX-License-Identifier: MIT
"""Among all that runs here, these processes and the kernel's threads: by each engine the same.

engines_host.py FDMAP ENGINE ENGINE PID...
"""
import re
import subprocess
import sys


def parent_of(pid):
    try:
        with open("/proc/%s/stat" % pid, "rb") as f:
            return int(f.read().rsplit(b")", 1)[1].split()[1])
    except OSError:
        return -1


def sets_of(program, engine, threads):
    out = subprocess.run([program, "--engine=" + engine, "--threads=%d" % threads, "-nP", "-F"], check=False,
                         stdin=subprocess.DEVNULL, capture_output=True).stdout
    sets = {}
    for part in re.split(rb"(?m)^(?=p\d)", out):
        pid = part.split(b"\n")[0][1:].decode()
        sets[pid] = sets.get(pid, b"") + part
    return sets


def steady(pid, part):
    """A worker changes its name with its work."""
    return pid in sys.argv[4:] or parent_of(pid) == 2 and b"\nckworker" not in part


def main():
    program, one, two = sys.argv[1:4]
    for threads in (1, 4):
        for _ in range(4):
            before, other, after = (sets_of(program, e, threads) for e in (one, two, one))
            kept = [p for p, part in before.items() if p and steady(p, part) and after.get(p) == part]
            moved = [p for p in sys.argv[4:] if before.get(p) != after.get(p)]
            if kept and not moved:
                break
        else:
            print("not ok among all that runs here: these do not stand still:", moved)
            return
        bad = [p for p in kept + sys.argv[4:] if other.get(p) != before.get(p)]
        name = "among all that runs here, --threads=%d" % threads
        if bad:
            a, b = before.get(bad[0], b"").split(b"\n"), other.get(bad[0], b"").split(b"\n")
            n = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            print("not ok %s: %d of %d differ, %r: %r, %r" % (name, len(bad), len(kept), a[:1], a[n:n + 3], b[n:n + 3]))
        else:
            print("ok", name)


main()
