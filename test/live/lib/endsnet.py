#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds both ends of sockets in two network namespaces: endsnet.py A B DIRECTORY

A is 10.77.0.1, B is 10.77.0.2, both names below /run/netns. Processes "ends-a" and
"ends-b" hold what was made in each. Prints "NAME PID" for each, then "ready". Ends
when its input does.
"""
import ctypes
import os
import signal
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME, PR_SET_PDEATHSIG, CLONE_NEWNET = 15, 1, 0x40000000
A, B = "10.77.0.1", "10.77.0.2"
STREAM, DGRAM, UNIX = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_UNIX


def enter(name):
    fd = os.open("/run/netns/" + name, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(fd)


def made(ns, family=socket.AF_INET, kind=STREAM, bind=None, listen=False, connect=None):
    enter(ns)
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if bind:
        sock.bind(bind)
    if listen:
        sock.listen(5)
    if connect:
        sock.connect(connect)
    return sock


def same_addresses(ns):
    """A pair on loopback that looks the same in both namespaces."""
    listener = made(ns, bind=("127.0.0.1", 45001), listen=True)
    client = made(ns, bind=("127.0.0.1", 45002), connect=("127.0.0.1", 45001))
    return client, listener.accept()[0]


def holder(name, ns, held):
    done_in, done_out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(done_out)
        os.read(done_in, 1)
        os.close(done_in)
        print(name, pid, flush=True)
        return
    enter(ns)
    libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Out of the way of the numbers they get.
    high = {fd: os.dup2(sock.fileno(), 200 + fd) for fd, sock in held.items()}
    done = os.dup2(done_out, 300)
    os.closerange(3, 200)
    for fd, old in high.items():
        os.dup2(old, fd)
    os.closerange(200, 300)
    os.write(done, b"x")
    os.close(done)
    while True:
        signal.pause()


def main():
    a, b, directory = sys.argv[1:]
    os.chdir(directory)
    in_a, in_b = {}, {}
    in_b[21] = made(b, bind=(B, 0), listen=True)
    in_a[20] = made(a, connect=in_b[21].getsockname())
    in_b[20] = in_b[21].accept()[0]
    in_a[22] = made(a, connect=in_b[21].getsockname())
    in_a[23] = made(a, kind=DGRAM, bind=(A, 0))
    in_b[23] = made(b, kind=DGRAM, bind=(B, 0), connect=in_a[23].getsockname())
    in_a[23].connect(in_b[23].getsockname())
    in_b[24] = made(b, kind=DGRAM, bind=("", 0))
    in_a[24] = made(a, kind=DGRAM, connect=(B, in_b[24].getsockname()[1]))
    in_b[26] = made(b, UNIX, bind="sock", listen=True)
    in_a[25] = made(a, UNIX, connect="sock")
    in_b[27] = in_b[26].accept()[0]
    in_a[28] = made(a, UNIX, connect="sock")
    in_a[29] = made(a, UNIX, DGRAM, bind="log")
    in_b[30] = made(b, UNIX, DGRAM, connect="log")
    enter(b)
    in_b[32], in_b[33] = socket.socketpair()
    in_a[36], in_a[37] = same_addresses(a)
    in_b[36], in_b[37] = same_addresses(b)
    holder("ends-a", a, in_a)
    holder("ends-b", b, in_b)
    for sock in list(in_a.values()) + list(in_b.values()):
        sock.close()
    print("ready", flush=True)
    sys.stdin.buffer.read()


main()
