#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""crowd.py DIRECTORY N: holds about N sockets of each sort until its input ends.

Prints "port NAME NUMBER" for some, "skip NAME: why" for what cannot be made here, then
"ready PID". Nothing in it changes after that.
"""
import os
import resource
import socket
import sys

held = []


def keep(sock):
    held.append(sock)
    return sock


def attempt(name, make):
    try:
        make()
    except (OSError, AttributeError) as e:
        print(f'skip {name}: {e}')


def listener(family, address, v6only=None, backlog=8):
    s = keep(socket.socket(family, socket.SOCK_STREAM))
    if v6only is not None:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    s.bind((address, 0))
    s.listen(backlog)
    return s


def connect(family, to):
    s = keep(socket.socket(family, socket.SOCK_STREAM))
    s.connect(to)
    return s


def tcp(n):
    four = listener(socket.AF_INET, '127.0.0.1', backlog=n)
    print('port tcp', four.getsockname()[1])
    for i in range(n):
        client = connect(socket.AF_INET, four.getsockname())
        server = keep(four.accept()[0])
        if i % 7 == 0:
            server.send(b'x' * (i + 1))
        if i % 11 == 0:
            client.shutdown(socket.SHUT_WR)
        if i % 13 == 0:
            client.shutdown(socket.SHUT_RDWR)
    for i in range(n):
        listener(socket.AF_INET, f'127.0.0.{i % 250 + 1}', backlog=i % 100)
    for _ in range(3):  # not accepted
        connect(socket.AF_INET, four.getsockname())
    keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM)).bind(('127.0.0.1', 0))
    for _ in range(n // 4):  # time-wait, and nobody's
        s = socket.create_connection(four.getsockname())
        peer = four.accept()[0]
        s.close()
        peer.close()


def tcp6(n):
    six = listener(socket.AF_INET6, '::1', backlog=n)
    dual = listener(socket.AF_INET6, '::', v6only=0, backlog=n)
    for i in range(n):
        if i % 2:
            connect(socket.AF_INET6, six.getsockname())
            keep(six.accept()[0])
        else:
            family = (socket.AF_INET, socket.AF_INET6)[i % 4 == 0]
            host = ('127.0.0.1', '::ffff:127.0.0.1')[i % 4 == 0]
            connect(family, (host, dual.getsockname()[1]))
            keep(dual.accept()[0])
    print('port dual', dual.getsockname()[1])


def udp(n, proto=0):
    for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'),
                         (socket.AF_INET, '0.0.0.0'), (socket.AF_INET6, '::')):
        for i in range(n // 4 + 1):
            s = keep(socket.socket(family, socket.SOCK_DGRAM, proto))
            s.bind((host, 0))
            if i % 2 and host in ('127.0.0.1', '::1'):
                c = keep(socket.socket(family, socket.SOCK_DGRAM, proto))
                c.connect(s.getsockname())
                for _ in range(i % 5):
                    c.send(b'y' * i)
    if not proto:
        print('port udp', held[-1].getsockname()[1])
    keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM, proto))


ODD = [b'blank  and more', b'back\\slash', b'tab\there', b'esc\x1b[31m', b'\xff\xfe no UTF-8',
       'ünï'.encode(), b' begins', b'ends ', b'@at', b'type=STREAM', b'x' * 80]


def unix(n):
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET)
    for i in range(n):
        for s in socket.socketpair(socket.AF_UNIX, kinds[i % 3]):
            keep(s)
    for i, name in enumerate(ODD):
        for where in (name, os.fsencode(os.getcwd()) + b'/abs ' + name[:40], b'\0' + name,
                      b'\0%d\0' % i + name + b'\0', name[:60] + b'/../' + b'0'):
            s = keep(socket.socket(socket.AF_UNIX, kinds[i % 3]))
            try:
                s.bind(where)
            except OSError:
                continue
            if kinds[i % 3] != socket.SOCK_DGRAM:
                s.listen(i + 1)
                for _ in range(i % 3):
                    keep(socket.socket(socket.AF_UNIX, kinds[i % 3])).connect(where)
    s = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    s.bind('')  # the kernel picks a name
    receiver = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    receiver.bind(b'\0crowd %d' % os.getpid())
    for _ in range(5):
        c = keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        c.connect(b'\0crowd %d' % os.getpid())
    c.send(b'z')
    keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    gone = keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    gone.bind('gone')
    os.unlink('gone')


def raw():
    keep(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
    s = keep(socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))
    s.connect(('::1', 0))


def packet():
    keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3)))
    s = keep(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0))
    s.bind(('lo', 0x88cc))


def netlink():
    for proto in (0, 15, 16, 4):
        s = keep(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, proto))
        s.bind((0, 0))


def ping():
    s = keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP))
    s.bind(('127.0.0.1', 0))


def mptcp():
    for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
        s = keep(socket.socket(family, socket.SOCK_STREAM, 262))
        s.bind((host, 0))
        s.listen(3)
        keep(socket.socket(family, socket.SOCK_STREAM, 262)).connect(s.getsockname())
        keep(s.accept()[0])
    keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262))


def vsock():
    s = keep(socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
    s.bind((socket.VMADDR_CID_ANY, socket.VMADDR_PORT_ANY))
    print('port vsock', s.getsockname()[1])
    s.listen(1)


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    n = int(sys.argv[2])
    attempt('tcp', lambda: tcp(n))
    attempt('tcp6', lambda: tcp6(n))
    attempt('udp', lambda: udp(n))
    attempt('udplite', lambda: udp(n // 8, 136))
    attempt('unix', lambda: unix(n))
    for make in (raw, packet, netlink, ping, mptcp, vsock):
        attempt(make.__name__, make)
    attempt('xdp', lambda: keep(socket.socket(44, socket.SOCK_RAW)))
    print('ready', os.getpid(), flush=True)
    sys.stdin.read()


main()
