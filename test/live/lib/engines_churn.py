# SPDX-License-Identifier: MIT
"""Processes that stand still, told exactly and once, while others come and go.

engines_churn.py FDMAP ENGINE ENGINE BUILD ROUNDS PID...

What the first engine tells while nothing moves is what the second must tell all the time.
"""
import re
import subprocess
import sys

program, engines, build, rounds, group = sys.argv[1], sys.argv[2:4], sys.argv[4], int(sys.argv[5]), set(sys.argv[6:])
EVERY = [
    [],
    ["-i"],
    ["-U"],
    ["--sockets"],
    ["-d", "fd"],
    ["-E", "-d", "0-99"],
    ["/dev/null"],
    ["--filter", "listening or deleted"],
]
EXECS = "while :; do /bin/true; /bin/true & done"


def churners():
    live = build + "/live/"
    lines = [[live + "churn"], [live + "churn"], [live + "flurry", "conn", "8", "60"],
             [live + "flurry", "unix", "8", "60"], [live + "flurry", "udp", "8", "60"], ["sh", "-c", EXECS]]
    return [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for line in lines]


def told(engine, words):
    """The sets of the group, as they come, and those of threads apart: {pid and thread: [set...]}"""
    p = subprocess.run([program, "--engine=" + engine, "-F", "-nP"] + words, check=False, stdin=subprocess.DEVNULL,
                       capture_output=True)
    sets = {}
    for part in re.split(rb"(?m)^(?=p\d)", p.stdout):
        pid = part.split(b"\n")[0][1:].decode()
        if pid in group:
            thread = re.search(rb"(?m)^K(\d+)$", part)
            sets.setdefault((pid, thread[1] if thread else b""), []).append(part)
    return sets, p.stderr.decode(errors="replace").strip(), p.returncode


def fault(want, got):
    for pid in sorted(want.keys() | got.keys()):
        a, b = want.get(pid, []), got.get(pid, [])
        if a == b:
            continue
        if len(b) != 1 or len(a) != 1:
            return "process %s %s: %d, %d times" % (*pid, len(a), len(b))
        x, y = a[0].split(b"\n"), b[0].split(b"\n")
        n = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q), min(len(x), len(y)))
        return "process %s %s, line %d of %d, %d: %r, %r" % (*pid, n, len(x), len(y), x[n - 3:n + 3], y[n - 3:n + 3])
    return ""


def stop(started):
    for p in started:
        p.terminate()
        p.stdin.close()
    turns = 0
    for p in started:
        words = p.stdout.read().split()
        p.wait()
        if p.args[0].endswith("/churn") and words and words[-1].isdigit():
            turns += int(words[-1])
    return turns


def main():
    wanted = [told(engines[0], words) for words in EVERY]
    started = churners()
    try:
        for words, (want, _, status) in zip(EVERY, wanted):
            name = "under churn: " + " ".join(words or ["everything"])
            bad = "" if want else "nothing was told of the group"
            for i in range(rounds):
                got, err, rc = told(engines[1], words)
                bad = bad or fault(want, got) or ("" if rc == status and not err else "status %d: %s" % (rc, err))
                if bad:
                    bad = "round %d: %s" % (i, bad)
                    break
            print("not ok %s: %s" % (name, bad[:900]) if bad else "ok " + name, flush=True)
    finally:
        turns = stop(started)
    print("ok under churn: by the hundred" if turns >= 100 else "not ok under churn: %d processes only" % turns)


main()
