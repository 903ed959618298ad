# SPDX-License-Identifier: MIT
"""watcher.py scm|epoll N|brief|jail DIRECTORY: descriptors that tell something, until the input ends.

scm: a socket in which two descriptors wait. epoll N: one that watches N numbers of one
file. brief: processes with an epoll whose target is closed, one after the other. jail:
watches a directory below DIRECTORY, which becomes the root.
"""

import array
import ctypes
import os
import resource
import select
import socket
import sys


def ready(fd):
    print("fd %d" % fd)
    print("ready %d" % os.getpid(), flush=True)
    sys.stdin.read()


def scm():
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1]))])
    ready(b.fileno())


def epoll(n):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, n + 100), hard))
    ep, (r, _) = select.epoll(), os.pipe()
    for _ in range(n):
        ep.register(os.dup(r), select.EPOLLIN)
    ready(ep.fileno())


def brief():
    print("ready %d" % os.getpid(), flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        child = os.fork()
        if child == 0:
            ep, (r, _) = select.epoll(), os.pipe()
            lost = os.dup(r)
            ep.register(lost, select.EPOLLIN)
            os.close(lost)
            os._exit(0)
        os.waitpid(child, 0)


def jail(root):
    libc = ctypes.CDLL(None)
    os.mkdir(root + "/watched")
    fd = libc.inotify_init()
    if libc.inotify_add_watch(fd, os.fsencode(root + "/watched"), 0x100) < 0:
        sys.exit("inotify_add_watch")
    os.chroot(root)
    ready(fd)


if sys.argv[1] == "epoll":
    epoll(int(sys.argv[2]))
elif sys.argv[1] == "jail":
    jail(sys.argv[2])
else:
    {"scm": scm, "brief": brief}[sys.argv[1]]()
