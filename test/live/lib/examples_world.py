# SPDX-License-Identifier: MIT
"""A small machine for examples, in namespaces of its own (mounts, network, PIDs): the servers, clients, files and
mounts that examples name. Who has been ended by one example is there again for the next."""
import ctypes
import fcntl
import os
import pwd
import resource
import signal
import socket
import struct
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
MS_BIND = 4096
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LOOPBACK = '127.0.0.1'
PATIENCE = 60  # seconds for a client that does not come


def check(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), f'{what}: {os.strerror(ctypes.get_errno())}')


def mount(source, target, kind, flags=0):
    check(LIBC.mount(source.encode(), target.encode(), kind.encode() if kind else None, flags, None), f'mount {target}')


def begin_loopback():
    up = struct.pack('16sh14x', b'lo', 1)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS: IFF_UP


def call_me(name):
    LIBC.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def become(user):
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


KEPT = []  # what stands open until the end


def listen(port, host=LOOPBACK, family=socket.AF_INET, backlog=16):
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind((host, port))
    server.listen(backlog)
    server.settimeout(PATIENCE)
    KEPT.append(server)
    return server


def listen_unix(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(8)
    server.settimeout(PATIENCE)
    KEPT.append(server)
    return server


def fork_client(name, begin, serve=lambda: None):
    """A child with a name of its own that ends with its server, which meanwhile serves it. Both have begun then."""
    done, tell = os.pipe()
    if os.fork() == 0:
        die_with_parent()
        os.close(done)
        for kept in KEPT:
            kept.close()
        call_me(name)
        try:
            KEPT.append(begin())
            os.close(tell)
            rest()
        finally:
            os._exit(1)
    os.close(tell)
    serve()
    os.read(done, 1)
    os.close(done)


def accept(server):
    connection = server.accept()[0]
    connection.settimeout(PATIENCE)
    KEPT.append(connection)
    return connection


def connect(port, family=socket.AF_INET, host=LOOPBACK):
    client = socket.socket(family)
    client.connect((host, port))
    return client


def connect_unix(path):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client


def rest():
    while True:
        signal.pause()


# ---- who lives here: each is a process that makes its things and rests ------------------------------


def nginx():
    listen(80, '0.0.0.0')
    listen(80, '::', socket.AF_INET6)
    tls = listen(443, '0.0.0.0')
    web = KEPT[0]
    if os.fork() == 0:
        die_with_parent()
        KEPT.append(open('/var/log/nginx/access.log', 'a', encoding='ascii'))
        KEPT.append(open('/srv/www/index.html', encoding='ascii'))
        os.chdir('/srv/www')
        become('www-data')
        rest()
    for server, port in ((web, 80), (tls, 443)):
        fork_client('curl', lambda port=port: connect(port), lambda server=server: accept(server))


def httpd():
    """Port 8080: one connection that is served, one that waits, one that has ended."""
    server = listen(8080)
    fork_client('curl', lambda: connect(8080), lambda: accept(server))
    ended = connect(8080)
    ours = server.accept()[0]
    ours.close()  # who closes first has TIME_WAIT
    ended.close()
    fork_client('curl', lambda: connect(8080))


def postgres():
    server = listen(5432)
    KEPT.append(listen_unix('/run/postgresql/.s.PGSQL.5432'))
    fork_client('java', slow_client, lambda: acknowledge_late(server))


def acknowledge_late(server):
    """Without an answer an acknowledgement may be put off, so that the round trip is long."""
    ours = accept(server)
    said = b''
    while said != b'!':
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
        if not said:
            ours.send(b'?')
        said = ours.recv(1)


def slow_client():
    client = connect(5432)
    client.settimeout(PATIENCE)
    client.recv(1)
    for _ in range(40):
        client.send(b'.')
        while struct.unpack('i', fcntl.ioctl(client, 0x5411, bytes(4)))[0]:  # SIOCOUTQ: not acknowledged
            time.sleep(0.002)
        info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        if struct.unpack_from('I', info, 68)[0] > 1500:  # tcpi_rtt, in microseconds
            break
    client.send(b'!')
    return client


def redis():
    listen(6379)
    listen(6379, '::1', socket.AF_INET6)
    server = KEPT[0]
    listen_unix('/run/redis/redis.sock')
    fork_client('python3', lambda: connect(6379), lambda: accept(server))


def dbus():
    server = listen_unix('/run/dbus/system_bus_socket')
    fork_client('systemd-logind', lambda: connect_unix('/run/dbus/system_bus_socket'), lambda: accept(server))


def resolver():
    for family, host in ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, '::1')):
        server = socket.socket(family, socket.SOCK_DGRAM)
        server.bind((host, 53))
        KEPT.append(server)


def web():
    """In a network namespace of its own, which gets the name web."""
    check(LIBC.unshare(CLONE_NEWNET), 'unshare')
    begin_loopback()
    for port in (80, 443, 8080):
        listen(port)
    os.makedirs('/run/netns', exist_ok=True)
    with open('/run/netns/web', 'w', encoding='ascii'):
        pass
    mount('/proc/self/ns/net', '/run/netns/web', None, MS_BIND)


def hoarder():
    """Near its limit of descriptors, with a deleted file, a pipe without a writer, an eventfd that two have, and a
    lock that is waited for."""
    deleted = open('/home/dump', 'wb+')
    deleted.truncate(200 << 20)
    os.unlink('/home/dump')
    KEPT.append(deleted)
    reader, writer = os.pipe()
    os.close(writer)
    event = os.eventfd(0)
    os.set_inheritable(event, True)
    locked = open('/home/locked', 'w', encoding='ascii')
    fcntl.lockf(locked, fcntl.LOCK_EX)
    KEPT.append(locked)
    if os.fork() == 0:
        die_with_parent()
        call_me('waiter')
        mine = open('/home/locked', 'w', encoding='ascii')
        fcntl.lockf(mine, fcntl.LOCK_EX)
        rest()
    while '->' not in open('/proc/locks', encoding='ascii').read():
        time.sleep(0.01)
    resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))
    for _ in range(130):
        KEPT.append(os.dup(reader))


def visitor():
    """Has a file of /mnt/usb open; ends when it is told to."""
    KEPT.append(open('/mnt/usb/photo', 'w', encoding='ascii'))


WHO = {'nginx': nginx, 'httpd': httpd, 'postgres': postgres, 'redis-server': redis, 'dbus-daemon': dbus,
       'resolver': resolver, 'web': web, 'hoarder': hoarder, 'visitor': visitor}


class World:
    """Made by process 1 of a PID namespace, in mount and network namespaces that are its own."""

    def __init__(self):
        self.pids = {}
        begin_loopback()
        for place in ('/home', '/srv', '/mnt', '/run', '/var/log'):
            mount('tmpfs', place, 'tmpfs')
        os.makedirs('/srv/www')
        os.makedirs('/var/log/nginx')
        os.makedirs('/mnt/usb')
        with open('/srv/www/index.html', 'w', encoding='ascii') as page:
            page.write('here\n')
        with open('/var/log/nginx/access.log', 'w', encoding='ascii'):
            pass

    def reap(self):
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for name, known in list(self.pids.items()):
                if known == pid:
                    del self.pids[name]

    def ensure(self):
        """All that has been ended or unmounted is there again."""
        self.reap()
        if not os.path.ismount('/mnt/usb'):
            mount('tmpfs', '/mnt/usb', 'tmpfs')
        for name, make in WHO.items():
            if name not in self.pids:
                self.start(name, make)

    def start(self, name, make):
        done, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(done)
            os.setsid()
            call_me(name)
            try:
                make()
                os.write(tell, b'.')
                os.close(tell)
                rest()
            except BaseException as why:  # pylint: disable=broad-except
                print(f'{name}: {why}', file=sys.stderr)
            os._exit(1)
        os.close(tell)
        begun = os.read(done, 1)
        os.close(done)
        if not begun:
            raise RuntimeError(f'{name} did not begin')
        self.pids[name] = pid

    def has_ended(self, name, patience):
        deadline = time.monotonic() + patience
        self.reap()
        while name in self.pids and time.monotonic() < deadline:
            time.sleep(0.02)
            self.reap()
        return name not in self.pids

    def end(self, name):
        if name in self.pids:
            os.kill(self.pids[name], signal.SIGTERM)
