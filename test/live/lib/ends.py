#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds both ends of everything: ends.py DIRECTORY

Processes "ends-main", "ends-a", "ends,b c" and "ends-long-name" share pipes,
a FIFO, UNIX sockets, a pty, an eventfd, a message queue and Internet sockets on
loopback. Prints "NAME PID" for each, "tcp PORT", then "ready". Ends when its input does.
"""
import ctypes
import os
import signal
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME, PR_SET_PDEATHSIG = 15, 1


def place(what, fd):
    """The descriptor with that number, 20 and above, inherited by children."""
    old = what if isinstance(what, int) else what.detach()
    os.dup2(old, fd)
    os.close(old)


def pair(listener, family, kind, address, first):
    """Listener, client and server at first, first + 1, first + 2."""
    listener.bind(address)
    listener.listen(5)
    client = socket.socket(family, kind)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    port = listener.getsockname()[1] if family != socket.AF_UNIX else 0
    place(listener, first)
    place(client, first + 1)
    place(server, first + 2)
    return port


def connected(family, host, first):
    """Two UDP sockets that are connected to each other."""
    a, b = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
    a.bind((host, 0))
    b.bind((host, 0))
    a.connect(b.getsockname())
    b.connect(a.getsockname())
    place(a, first)
    place(b, first + 1)


def beyond():
    """What lsof does not pair: versions mixed, nobody has accepted, many to one."""
    both = socket.socket(socket.AF_INET6)
    both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    both.bind(("::", 0))
    both.listen(5)
    port = both.getsockname()[1]
    client = socket.create_connection(("127.0.0.1", port))
    server, _ = both.accept()
    waiting = socket.create_connection(("127.0.0.1", port))
    for fd, what in zip((50, 51, 52, 53), (both, client, server, waiting)):
        place(what, fd)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", 0))
    for fd in (55, 56):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.connect(("127.0.0.1", server.getsockname()[1]))
        place(client, fd)
    place(server, 54)
    anywhere, here = socket.socket(), socket.socket()
    anywhere.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    here.bind(("127.0.0.1", 0))
    anywhere.bind(("127.0.0.2", here.getsockname()[1]))
    here.listen(5)
    anywhere.listen(5)
    place(socket.create_connection(here.getsockname()), 58)
    place(here, 57)
    place(anywhere, 59)
    many = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    many.bind("many")
    place(many, 60)
    for fd in (61, 62):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        client.connect("many")
        place(client, fd)


def child(name, keep, copies=()):
    """A process with these descriptors; copies: (old, new)."""
    done_in, done_out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(done_out)
        os.read(done_in, 1)
        os.close(done_in)
        print(name.replace(" ", "_"), pid, flush=True)
        return
    libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for old, new in copies:
        os.dup2(old, new)
    for fd in range(3, 64):
        if fd not in keep and fd != done_out:
            try:
                os.close(fd)
            except OSError:
                pass
    os.write(done_out, b"x")
    os.close(done_out)
    while True:
        signal.pause()


def main():
    os.chdir(sys.argv[1])
    libc.prctl(PR_SET_NAME, b"ends-main", 0, 0, 0)
    for fd, what in zip((20, 21), os.pipe()):
        place(what, fd)
    os.mkfifo("fifo")
    place(os.open("fifo", os.O_RDWR), 22)
    place(os.open("fifo", os.O_RDONLY | os.O_NONBLOCK), 23)
    for fd, what in zip((24, 25), socket.socketpair()):
        place(what, fd)
    pair(socket.socket(socket.AF_UNIX), socket.AF_UNIX, socket.SOCK_STREAM, "sock", 26)
    waiting = socket.socket(socket.AF_UNIX)
    waiting.connect("sock")
    place(waiting, 29)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind("dgram")
    place(server, 30)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    client.connect("dgram")
    place(client, 31)
    for fd, what in zip((32, 33), os.openpty()):
        place(what, fd)
    place(libc.eventfd(0, 0), 34)
    tcp = pair(socket.socket(), socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0), 36)
    try:
        pair(socket.socket(socket.AF_INET6), socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0), 39)
    except OSError:
        pass
    connected(socket.AF_INET, "127.0.0.1", 42)
    # Self-connected, and one that the other side has closed.
    self = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    self.bind(("127.0.0.1", 0))
    self.connect(self.getsockname())
    place(self, 44)
    pair(socket.socket(), socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0), 45)
    socket.socket(fileno=os.dup(46)).shutdown(socket.SHUT_WR)
    beyond()
    name = b"/fdmap-ends-%d" % os.getpid()
    # struct mq_attr: one message of 8 bytes, for all queues of a user together may be few.
    small = (ctypes.c_long * 8)(0, 1, 8)
    queue = libc.mq_open(name, os.O_RDWR | os.O_CREAT, 0o600, small)
    if queue >= 0:
        place(queue, 48)
        libc.mq_unlink(name)
    for fd in list(range(20, 35)) + list(range(36, 49)):
        try:
            os.set_inheritable(fd, True)
        except OSError:
            pass
    print("ends-main", os.getpid(), flush=True)
    child("ends-a", [20, 22, 24, 26, 28, 30, 32, 34, 38, 41, 42, 48,
                     51, 53, 55, 58, 61])
    child("ends,b c", [21, 23, 25, 27, 29, 31, 33, 34, 37, 40, 43, 48,
                       50, 52, 54, 57, 60])
    child("ends-long-name", [21, 33, 24], [(21, 300), (21, 12345)] if limit() > 12345 else [])
    print("tcp", tcp, flush=True)
    print("ready", flush=True)
    sys.stdin.buffer.read()


def limit():
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (ValueError, OSError):
        return soft
    return hard if hard != resource.RLIM_INFINITY else 1 << 30


main()
