# SPDX-License-Identifier: MIT
"""Makes sockets that nobody holds: unheld.py CASE

Prints words that tell what was made, then "ready", and waits until its standard
output has no reader or a signal comes.
"""
import array
import os
import socket
import struct
import sys
import time


def listener(host="127.0.0.1", backlog=5):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    s = socket.socket(family)
    s.bind((host, 0))
    s.listen(backlog)
    return s


def port(s):
    return s.getsockname()[1]


def inode(s):
    return os.fstat(s.fileno()).st_ino


def time_wait():
    lis = listener()
    c = socket.create_connection(lis.getsockname())
    s, peer = lis.accept()
    c.close()
    s.close()
    print("port", port(lis), "client", peer[1])
    lis.close()
    return []


def pending():
    lis = listener()
    c = socket.create_connection(lis.getsockname())
    print("port", port(lis), "client", port(c), "fd", lis.fileno())
    return [lis, c]


def pending6():
    lis = listener("::")
    lis4 = socket.create_connection(("127.0.0.1", port(lis)))
    print("port", port(lis), "client", port(lis4), "fd", lis.fileno())
    return [lis, lis4]


def embryo(path):
    lis = socket.socket(socket.AF_UNIX)
    lis.bind(path)
    lis.listen(5)
    c = socket.socket(socket.AF_UNIX)
    c.connect(path)
    print("fd", lis.fileno())
    return [lis, c]


def orphan():
    """The other end does not read, so that what was sent cannot end."""
    lis = listener()
    c = socket.create_connection(lis.getsockname())
    s, _ = lis.accept()
    c.setblocking(False)
    try:
        while True:
            c.send(b"x" * 65536)
    except BlockingIOError:
        pass
    print("port", port(lis), "client", port(c))
    c.close()
    return [lis, s]


def flight():
    a, b = socket.socketpair()
    x = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    x.bind(("127.0.0.1", 0))
    rights = array.array("i", [x.fileno()])
    a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    print("port", port(x), "inode", inode(x), "fd", b.fileno())
    x.close()
    return [a, b]


def held():
    x = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    x.bind(("127.0.0.1", 0))
    print("port", port(x), "inode", inode(x))
    return [x]


def many(n):
    """A group whose holders keep them: the inodes."""
    socks = []
    for i in range(int(n)):
        s = [listener(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
        s[1].bind(("127.0.0.1", 0))
        s += socket.socketpair()
        socks += s
    print("inodes", *[inode(s) for s in socks])
    return socks


def in_thread():
    """Held by a thread alone, whose descriptors are its own."""
    import ctypes
    import threading

    libc = ctypes.CDLL(None, use_errno=True)
    made, ended = threading.Event(), threading.Event()
    told = []

    def work():
        if libc.unshare(0x400) == 0:
            x = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            x.bind(("127.0.0.1", 0))
            told.append((port(x), inode(x)))
        made.set()
        ended.wait()

    threading.Thread(target=work, daemon=True).start()
    made.wait()
    if not told:
        print("cannot")
        return []
    print("port", told[0][0], "inode", told[0][1])
    return [ended]


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def syn_recv(local, remote):
    """One packet that asks for a connection; the answer goes where nobody is."""
    lis = listener(local)
    src, dst = socket.inet_aton(remote), socket.inet_aton(local)
    head = struct.pack("!HHIIBBHHH", 4321, port(lis), 1, 0, 5 << 4, 2, 1024, 0, 0)
    pseudo = src + dst + struct.pack("!BBH", 0, 6, len(head))
    head = head[:16] + struct.pack("!H", checksum(pseudo + head)) + head[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(head), 1, 0, 64, 6, 0) + src + dst
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(ip + head, (local, 0))
    print("port", port(lis), "fd", lis.fileno())
    return [lis]


CASES = {
    "time-wait": time_wait,
    "pending": pending,
    "pending6": pending6,
    "embryo": embryo,
    "orphan": orphan,
    "flight": flight,
    "held": held,
    "many": many,
    "thread": in_thread,
    "syn-recv": syn_recv,
}

keep = CASES[sys.argv[1]](*sys.argv[2:])
print("ready", flush=True)
time.sleep(600)
