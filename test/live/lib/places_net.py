# SPDX-License-Identifier: MIT
"""Sockets of all sorts on one port, for places.py."""
import socket


def sockets(port):
    """A listener, a connection with unread bytes, one not accepted, UDP with a datagram; UNIX of each sort."""
    held = []
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    s.listen(7)
    one = socket.create_connection(s.getsockname())
    two = s.accept()[0]
    one.send(b"unread")
    held.extend([s, one, two, socket.create_connection(s.getsockname())])
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("127.0.0.1", port))
    v = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    v.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    v.bind(("::", port))
    u.sendto(b"unread", u.getsockname())
    held.extend([u, v, socket.socket(), socket.socket(socket.AF_INET6)])
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        s = socket.socket(socket.AF_UNIX, kind)
        s.bind("\0places-%d-%d" % (port, kind))
        s.listen(3)
        c = socket.socket(socket.AF_UNIX, kind)
        c.connect(s.getsockname())
        c.send(b"early")
        held.extend([s, c])
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    a.send(b"datagram")
    held.extend([a, b, *socket.socketpair()])
    c, gone = socket.socketpair()
    gone.close()
    held.append(c)
    held.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    held[-1].bind((0, 0))
    return held
