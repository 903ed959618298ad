# SPDX-License-Identifier: MIT
"""pieces.py BUILD TREES SCRATCH [--pid N]...: files that come in pieces, with interruptions: the same bytes.

--pid: a process that stands still, by each engine that there is.
"""

import argparse
import os
import sys

from faults import LINES, words_of
from faultserver import Server, unpack

LIVE = (
    "-nP -p {pid}",
    "-F0 -nP -p {pid}",
    "-J -nP -p {pid} --columns=+mount,lock,args,exe,caps,limits",
    "-nP -a -p {pid} -i",
    "-nP -a -p {pid} -i --socket-source=text",
    "-nP -a -p {pid} -U +E",
    "-nP -a -p {pid} -U --socket-source=text",
    "-nP -a -p {pid} --sockets --netns=all --socket-source=text",
    "-p {pid}",
    # Where all processes are walked, as with these, the stream of an iterator is read.
    "-nP --filter 'ppid == {ppid} and comm == {comm}'",
    "-F0 -nP --filter 'ppid == {ppid} and comm == {comm}'",
)
# What a read gives at most, and whether every second one is interrupted.
WAYS = ((1, False), (7, False), (4095, True), (1, True))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("trees")
    p.add_argument("scratch")
    p.add_argument("--pid", action="append", default=[])
    p.add_argument("--engine", action="append", default=[])
    a = p.parse_args()
    server = Server(a.build, a.scratch, name="pieces.%d" % os.getpid())
    lines = []
    for tree, line in LINES:
        top = os.path.join(a.scratch, "pieces." + tree)
        if not os.path.isdir(top):
            unpack(a.trees, tree, top)
        if "--explain" not in line:
            lines.append(["--proc=" + top, *words_of(line)])
    for pid in a.pid:
        with open("/proc/%s/stat" % pid) as file:
            comm, rest = file.read().split("(", 1)[1].rsplit(") ", 1)
        names = {"pid": pid, "ppid": rest.split()[1], "comm": comm}
        for engine in a.engine or ["proc"]:
            lines += [["--engine=" + engine, *words_of(line.format(**names))] for line in LIVE]
    wrong = reads = 0
    for line in lines:
        base = server.run(line)
        if base.signal or not (base.out or base.err):
            wrong += 1
            print("not ok %s: says nothing to compare with, signal %d" % (" ".join(line), base.signal))
            continue
        for piece, eintr in WAYS:
            got = server.run(line, piece=piece, eintr=eintr)
            reads += got.counts["read"]
            if not got.same(base):
                wrong += 1
                print("not ok %s, reads of %d%s: status %d, signal %d, %d of %d bytes, says %r" % (
                    " ".join(line[1:]), piece, ", interrupted" if eintr else "", got.status, got.signal,
                    len(got.out), len(base.out), got.err[:200]))
    print("# %d command lines, %d runs, %d reads; %d wrong" % (len(lines), server.runs, reads, wrong))
    if not wrong:
        print("ok files in pieces")
    server.end()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
