#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fewsocks.py DIRECTORY [SORT...]: holds a few sockets of each sort until its input ends.

Sorts: four, six, odd, plain (all of them; each tells exactly who it is), shared (others have the same address), foreign
(of another network namespace), raw. Prints "skip NAME: why", then "ready PID".
"""
import ctypes
import os
import socket
import sys

held = []
LOCAL = {socket.AF_INET: '127.0.0.1', socket.AF_INET6: '::1'}
CLONE_NEWNET = 0x40000000


def keep(sock):
    held.append(sock)
    return sock


def attempt(name, make):
    try:
        make()
    except (OSError, AttributeError) as e:
        print(f'skip {name}: {e}')


def new(family, kind=socket.SOCK_STREAM, proto=0, bind=None, **options):
    s = keep(socket.socket(family, kind, proto))
    if options.get('dual'):
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if options.get('share'):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if bind:
        s.bind(bind)
    return s


def tcp_pair(family, listener, to):
    client = new(family)
    client.connect(to)
    return client, keep(listener.accept()[0])


def tcp(family):
    four = new(family, bind=(LOCAL[family], 0))
    four.listen(7)
    new(family)
    new(family, bind=(LOCAL[family], 0))
    for i in range(6):
        client, server = tcp_pair(family, four, four.getsockname())
        server.send(b'x' * (10 * i))
        if i == 1:
            client.shutdown(socket.SHUT_WR)
        if i == 2:
            client.shutdown(socket.SHUT_RDWR)
    new(family).connect(four.getsockname())  # not accepted


def mapped():
    dual = new(socket.AF_INET6, bind=('::', 0), dual=True)
    dual.listen(3)
    port = dual.getsockname()[1]
    tcp_pair(socket.AF_INET, dual, ('127.0.0.1', port))
    tcp_pair(socket.AF_INET6, dual, ('::ffff:127.0.0.1', port))
    one = new(socket.AF_INET6, bind=('::ffff:127.0.0.1', 0), dual=True)
    one.listen(3)
    tcp_pair(socket.AF_INET, one, ('127.0.0.1', one.getsockname()[1]))
    for address in ('::ffff:127.0.0.1', '::'):
        u = new(socket.AF_INET6, socket.SOCK_DGRAM, bind=(address, 0), dual=True)
        c = new(socket.AF_INET6, socket.SOCK_DGRAM, dual=True)
        c.connect(('::ffff:127.0.0.1', u.getsockname()[1]))
        c.send(b'abc')


def udp(family, proto=0):
    new(family, socket.SOCK_DGRAM, proto)
    wild = new(family, socket.SOCK_DGRAM, proto, bind=('', 0))
    own = new(family, socket.SOCK_DGRAM, proto, bind=(LOCAL[family], 0))
    for to in (wild, own):
        c = new(family, socket.SOCK_DGRAM, proto)
        c.connect((LOCAL[family], to.getsockname()[1]))
        c.send(b'y' * 100)


def bound_to_lo():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = new(socket.AF_INET, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'lo\0')
        s.bind(('127.0.0.1', 0))
        if kind == socket.SOCK_STREAM:
            s.listen(1)


def unix():
    for s in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
        keep(s)
    s = new(socket.AF_UNIX, bind='fewsocks.sock')
    s.listen(2)
    new(socket.AF_UNIX).connect('fewsocks.sock')
    new(socket.AF_UNIX, bind=b'\0fewsocks %d' % os.getpid())


def plain():
    for family in LOCAL:
        attempt(f'tcp {family}', lambda f=family: tcp(f))
        attempt(f'udp {family}', lambda f=family: udp(f))
        attempt(f'udplite {family}', lambda f=family: udp(f, 136))
    attempt('mapped', mapped)
    attempt('device', bound_to_lo)
    attempt('unix', unix)


def four():
    tcp(socket.AF_INET)
    udp(socket.AF_INET)
    unix()


def six():
    attempt('tcp6', lambda: tcp(socket.AF_INET6))
    attempt('udp6', lambda: udp(socket.AF_INET6))


def odd():
    attempt('mapped', mapped)
    attempt('udplite', lambda: udp(socket.AF_INET, 136))
    attempt('device', bound_to_lo)


def shared():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        first = new(socket.AF_INET, kind, bind=('127.0.0.1', 0), share=True)
        port = first.getsockname()[1]
        group = [first] + [new(socket.AF_INET, kind, bind=('127.0.0.1', port), share=True)
                           for _ in range(5)]
        group += [new(socket.AF_INET, kind, bind=('', port), share=True),
                  new(socket.AF_INET6, kind, bind=('::', port), dual=True, share=True)]
        if kind == socket.SOCK_STREAM:
            for backlog, s in enumerate(group):
                s.listen(backlog + 1)


def foreign():
    here, there = socket.socketpair()
    if os.fork() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) < 0:
            os._exit(1)
        tcp4 = new(socket.AF_INET, bind=('', 0))
        tcp4.listen(4)
        fds = [tcp4, new(socket.AF_INET), new(socket.AF_INET6, socket.SOCK_DGRAM, bind=('', 0)),
               new(socket.AF_UNIX, bind=b'\0foreign'), new(socket.AF_INET, socket.SOCK_DGRAM)]
        socket.send_fds(there, [b'x'], [s.fileno() for s in fds])
        os._exit(0)
    there.close()
    _, fds, _, _ = socket.recv_fds(here, 1, 16)
    here.close()
    os.wait()
    if not fds:
        raise OSError('no namespace may be made')


def raw():
    new(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    new(socket.AF_PACKET, socket.SOCK_DGRAM)


os.chdir(sys.argv[1])
for sort in sys.argv[2:]:
    attempt(sort, {'plain': plain, 'four': four, 'six': six, 'odd': odd, 'shared': shared,
                   'foreign': foreign, 'raw': raw}[sort])
print('ready', os.getpid(), flush=True)
sys.stdin.read()
