#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""waiting.py FDMAP...: in a network namespace of its own, a listener with more connections
waiting than one message of the kernel's has room for hides no other socket. Prints verdicts."""
import ctypes
import os
import resource
import socket
import subprocess
import sys

WAITING = 10000
OTHERS = 500
NAME = "a listener with %d waiting hides nobody" % WAITING


def listener(name, backlog):
    s = socket.socket(socket.AF_UNIX)
    s.bind(name)
    s.listen(backlog)
    return s


def main():
    try:
        limit = WAITING + OTHERS + 100
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        if ctypes.CDLL(None).unshare(0x40000000):  # CLONE_NEWNET
            raise OSError("no namespace")
        with open("/proc/sys/net/core/somaxconn", "w", encoding="ascii") as f:
            f.write(str(2 * WAITING))
    except (OSError, ValueError) as why:
        print("skip %s: %s" % (NAME, why))
        return
    held = [listener("\0fdmap-waiting", WAITING)]
    for _ in range(WAITING):
        s = socket.socket(socket.AF_UNIX)
        s.setblocking(False)
        s.connect("\0fdmap-waiting")
        held.append(s)
    held += [listener("\0fdmap-other-%d" % i, 1) for i in range(OTHERS)]
    for source in "auto", "diag":
        for what in (["-E"], ["--unowned"]):
            query = ["-nP", "-a", "-p", str(os.getpid()), "-U", "--socket-source=" + source]
            out = subprocess.run(sys.argv[1:] + query + what, stdout=subprocess.PIPE,
                                 encoding="utf-8", check=False).stdout
            seen = out.count("@fdmap-other-"), out.count("type=STREAM")
            wanted = OTHERS, len(held)
            name = "%s: %s, %s" % (NAME, source, what[0])
            print("ok " + name if seen == wanted else "not ok %s: %s, not %s" % (name, seen, wanted))


main()
