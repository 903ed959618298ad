# SPDX-License-Identifier: MIT
"""world.py COMMAND...: a small machine in namespaces of its own, in which the command runs.

To be started by `unshare --net --mount --pid --fork --kill-child --mount-proc`: as process 1, whose end is
the end of all others. 812 is a server by the name of nginx, 813 its client, java, of user nobody, 814
a listener in the network namespace web. /mnt is a file system with the files that they have open. Names
and numbers are fixed, so that a line of a document can be run as it stands.
"""
import ctypes
import mmap
import os
import select
import signal
import socket
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
SERVER, CLIENT, WEB = PIDS = 812, 813, 814
NOBODY = 65534
UDP_PORT, TCP_PORT, TCP6_PORT = 5353, 8080, 8081


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def spawn(pid, role):
    """A child of that number, which says when all is open, and then waits for its end."""
    with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as last:
        last.write(str(pid - 1))
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ready)
            kept = role()
            os.write(told, b".")
            os.close(told)
            while kept:
                signal.pause()
        finally:
            os._exit(1)
    os.close(told)
    came = os.read(ready, 1)
    os.close(ready)
    if child != pid or not came:
        raise OSError(f"no process {pid}")
    return child


def called(name):
    with open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write(name)


def listener(address, family=socket.AF_INET):
    s = socket.socket(family, socket.SOCK_STREAM)
    if family != socket.AF_UNIX:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(address)
    s.listen(8)
    return s


def server(pairs):
    called("nginx")
    os.chdir("/mnt/db")
    kept = [left for left, _ in pairs]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", UDP_PORT))
    datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagrams.bind("/mnt/db/datagrams")
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    netlink.bind((0, 0))
    data = open("/mnt/db/data", "r+b")
    gone = open("/mnt/db/gone", "w+b")
    os.unlink("/mnt/db/gone")
    return kept + [udp, datagrams, netlink, data, gone, mmap.mmap(data.fileno(), 4096), select.epoll(),
                   socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
                   socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0),
                   socket.socketpair(), os.pipe()]


def client(listeners, pairs):
    for s in listeners:
        s.close()
    for left, _ in pairs:
        left.close()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect(("127.0.0.1", UDP_PORT))
    log = open("/mnt/db/log", "rb")
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # Otherwise its files in /proc are root's.
    LIBC.prctl(4, 1, 0, 0, 0)
    called("java")
    os.chdir("/")
    return [right for _, right in pairs] + [udp, log]


def web():
    with open("/run/netns/web", "rb") as there:
        if LIBC.setns(there.fileno(), 0x40000000) < 0:
            raise OSError(ctypes.get_errno(), "setns")
    run("ip", "link", "set", "lo", "up")
    os.chdir("/")
    return [listener(("127.0.0.1", TCP_PORT))]


def connected(s, family):
    """Both sides of a connection to it."""
    c = socket.socket(family, socket.SOCK_STREAM)
    c.connect(s.getsockname())
    return s.accept()[0], c


def begin():
    run("ip", "link", "set", "lo", "up")
    for place in ("/mnt", "/run"):
        run("mount", "-t", "tmpfs", "world", place)
    run("ip", "netns", "add", "web")
    os.mkdir("/mnt/db")
    for name in ("data", "log"):
        with open("/mnt/db/" + name, "wb") as f:
            f.write(b"x" * 8192)
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
    listeners = [listener(("127.0.0.1", TCP_PORT)), listener(("::1", TCP6_PORT), socket.AF_INET6),
                 listener("/mnt/db/socket", socket.AF_UNIX)]
    pairs = [connected(s, family) for s, family in zip(listeners, families)]

    def serve():
        for _, right in pairs:
            right.close()
        return listeners + server(pairs)

    spawn(SERVER, serve)
    spawn(CLIENT, lambda: client(listeners, pairs))
    for s in listeners + [s for pair in pairs for s in pair]:
        s.close()
    spawn(WEB, web)


if __name__ == "__main__":
    begin()
    sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)
