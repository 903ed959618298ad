# SPDX-License-Identifier: MIT
"""Each command line by two engines, with one thread and with four: the same bytes.

engines.py FDMAP ENGINE ENGINE FILE NAME=VALUE...

FILE has a command line a line, with {NAME} for what is there; a line of which a NAME is missing
is left out. Words before it:

  @any    it may be that nothing is listed
  @bare   nothing is excluded; rows of the program itself and of this test are taken out of -F
  @loose  -j: a value that the first engine itself tells differently the next time is not compared

The first engine is asked once, the second with one or four threads in turn, and of each three lines one is asked
by auto, too. What differs counts only if the first engine still says what it said: else the system has changed,
and all begins again.
"""
import ctypes
import json
import os
import re
import shlex
import subprocess
import sys

TRIES = 4
ME = "engdiff"
# Totals of --summary that the kernel counts for the whole machine, or with sockets of programs that have just ended.
KERNELS_OWN = rb"(?m)(^sockets +used |\borphan |\balloc |\bmem (?=\d+ pages$))\d+"


def run(program, engine, threads, words):
    # Nothing of ours is listed: not the program, not this test, not its shell.
    p = subprocess.Popen([program, "--engine=" + engine, "--threads=%d" % threads] + words, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = p.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        p.kill()
        p.communicate()
        return b"", b"it does not end", -1, p.pid
    return out, err, p.returncode, p.pid


def without(out, pids):
    """Sets of -F that belong to others."""
    return b"".join(s for s in re.split(rb"(?m)^(?=p\d)", out) if s.split(b"\n")[0][1:] not in pids)


def taken(program, engine, threads, words, how):
    out, err, rc, pid = run(program, engine, threads, words)
    if "@bare" in how:
        out = without(out, {b"%d" % n for n in (pid, os.getpid(), os.getppid())})
    return re.sub(KERNELS_OWN, rb"\1some", out), err, rc


def flat(value, path, into):
    if isinstance(value, dict):
        for key, inner in value.items():
            flat(inner, path + "." + key, into)
    elif isinstance(value, list):
        into[path + "#"] = len(value)
        for i, inner in enumerate(value):
            flat(inner, "%s[%d]" % (path, i), into)
    else:
        into[path] = value
    return into


def rows(out):
    return [flat(json.loads(line), "", {}) for line in out.splitlines()]


def loose_fault(first, last, other):
    """What both answers of the first engine agree in, and the other has not."""
    try:
        a, c, b = rows(first[0]), rows(last[0]), rows(other[0])
    except ValueError as e:
        return "that is no JSON: %s" % e
    if not len(a) == len(b) == len(c):
        return "%d rows, %d rows" % (len(a), len(b))
    for x, z, y in zip(a, c, b):
        for key in sorted(x.keys() | y.keys()):
            if x.get(key) == z.get(key) != y.get(key) and key in x.keys() & z.keys() | y.keys() - z.keys():
                return "%s: %r, %r in %s" % (key, x.get(key), y.get(key), {k: y[k] for k in list(y)[:9]})
    return "" if first[1:] == other[1:] else "%r, %r" % (first[1:], other[1:])


def fault(first, other):
    """Empty, or where the first line differs."""
    for name, a, b in zip(("stdout", "stderr"), first, other):
        if a == b:
            continue
        x, y = a.split(b"\n"), b.split(b"\n")
        n = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q), min(len(x), len(y)))
        end = b"(the end)"
        return "%s line %d of %d, %d: %r, %r" % (name, n + 1, len(x), len(y), (x + [end])[n], (y + [end])[n])
    return "" if first[2] == other[2] else "status %d, %d" % (first[2], other[2])


def verdict(program, engines, words, how, turn):
    """Empty, or what is wrong."""
    seconds = [(engines[1], 4 if turn % 2 else 1)] + [("auto", 0)] * (turn % 3 == 0)
    told = ""
    for _ in range(TRIES):
        first = taken(program, engines[0], 1, words, how)
        others = [(e, t, taken(program, e, t, words, how)) for e, t in seconds]
        if "@loose" not in how and all(other == first for _, _, other in others):
            return "" if first[0].strip() or "@any" in how else "nothing is listed: %r" % first[1][:200]
        last = taken(program, engines[0], 4, words, how)
        if "@loose" not in how:
            told = fault(first, last)
            if told:
                continue
            faults = [(e, t, fault(first, other)) for e, t, other in others]
        else:
            faults = [(e, t, loose_fault(first, last, other)) for e, t, other in others]
            if not first[0].strip():
                return "nothing is listed: %r" % first[1][:200]
        return "; ".join("%s, %d threads: %s" % f for f in faults if f[2])
    return "the first engine does not agree with itself: " + told


def lines_of(name):
    with open(name) as f:
        for line in f:
            line = line.strip()
            if line and not line.startswith("#"):
                yield line


def main():
    program, engines, file, values = sys.argv[1], sys.argv[2:4], sys.argv[4], sys.argv[5:]
    ctypes.CDLL(None).prctl(15, ME.encode())
    values = dict(v.split("=", 1) for v in values)
    values["mine"] = "-c ^%s -c ^%s -c ^%s" % (os.path.basename(program)[:15], ME, os.environ["STAGE_SHELL"])
    reader, missing = os.environ.get("STAGE_READER", ""), {}
    for turn, line in enumerate(lines_of(file)):
        lacks = [name for name in re.findall(r"{([^{}]*)}", line) if name not in values]
        if lacks:
            missing.setdefault(lacks[0], []).append(line)
            continue
        text = re.sub(r"{([^{}]*)}", lambda m: values[m.group(1)], line)
        words = shlex.split(text)
        how = [w for w in words if w.startswith("@")]
        words = [w for w in words if not w.startswith("@")]
        if "@bare" not in how:
            words = shlex.split(values["mine"]) + words
        why = verdict(program, engines, words, how, turn)
        line = reader + ": " * bool(reader) + line
        print("not ok %s: %s" % (line, why[:900]) if why else "ok " + line, flush=True)
    for name, lines in missing.items():
        print("skip %s: not there, for %d lines" % (name, len(lines)))


main()
