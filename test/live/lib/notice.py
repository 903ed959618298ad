# SPDX-License-Identifier: MIT
"""What comes and goes between two cycles of -r is in the next one, and in none after it has gone.

notice.py FDMAP BUILD 0 DIR TREE: as repeat.py. /etc/passwd, hosts and services must be copies that may be written to.
"""
import ctypes
import os
import signal
import socket
import subprocess
import sys

from repeat import Stepper, verdict, where


def child(todo):
    """A process that did that, and waits."""
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            held = todo()
            os.write(w, b"+")
            while held is not w:
                signal.pause()
        finally:
            os._exit(1)
    os.close(w)
    if os.read(r, 1) != b"+":
        sys.exit("not ok notice: a child has ended")
    os.close(r)
    return pid


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def notices(name, words, come, go, pattern):
    """Twice: nothing, come(), there it is, go(), nothing."""
    path = where + "/cycles"
    bad, at = "", 0
    with open(path, "wb") as out:
        step = Stepper(words + ["-r1c7"], 1, out)
    with open(path, "rb") as cycles:
        for turn in range(6):
            if not step.wait():
                bad = bad or "ended after %d cycles" % turn
                break
            told = cycles.read()
            if not bad and (pattern in told) != (turn % 3 == 1):
                bad = "cycle %d: %r" % (turn, told[-600:])
            if turn % 3 < 2:
                (come, go)[turn % 3]()
            step.go()
        status, err = step.end()
    os.unlink(path)
    verdict("-r notices " + name, bad or ("" if status in (0, 1) and not err else "status %d: %s" % (status, err)))


class Line:
    """A line more at the end of a file, by writing to it or by putting another one in its place."""

    def __init__(self, path, line):
        self.path, self.line = path, line
        with open(path) as text:
            self.was = text.read()

    def put(self, text):
        with open(self.path, "w") as to:
            to.write(text)

    def come(self):
        self.put(self.was + self.line + "\n")

    def go(self):
        self.put(self.was)


def listener(host="127.0.0.1"):
    s = socket.create_server((host, 0))
    return s, s.getsockname()[1]


class Kept:
    """A process that is there from come() to go()."""

    def __init__(self, todo, before=lambda: None, after=lambda: None):
        self.todo, self.before, self.after, self.pid = todo, before, after, 0

    def come(self):
        self.before()
        self.pid = child(self.todo)

    def go(self):
        end(self.pid)
        self.after()


def sh(*words):
    if subprocess.run(words, check=False, stdin=subprocess.DEVNULL).returncode:
        sys.exit("not ok notice: %s" % (words,))


def in_namespace():
    fd = os.open("/run/netns/racens", os.O_RDONLY)
    if ctypes.CDLL(None).setns(fd, 0x40000000):
        return sys.exit(1)
    os.close(fd)
    return socket.create_server(("0.0.0.0", 4711))


def main():
    server, port = listener("127.7.7.7")
    other = child(lambda: os.setuid(54321) or 1)
    me = str(os.getpid())
    line = Line("/etc/passwd", "racer:x:54321:54321::/:/bin/sh")
    notices("a user", ["-w", "-a", "-p", str(other), "-d", "cwd", "-FL"], line.come, line.go, b"\nLracer\n")
    notices("a user, in a table", ["-w", "-a", "-p", str(other), "-d", "cwd"], line.come, line.go, b" racer ")
    end(other)
    line = Line("/etc/hosts", "127.7.7.7 racehost")
    notices("a host", ["-a", "-P", "-p", me, "-i", "-Fn"], line.come, line.go, b"nracehost:%d\n" % port)
    line = Line("/etc/services", "raceport %d/tcp" % port)
    notices("a service", ["-a", "-n", "-p", me, "-i", "-Fn"], line.come, line.go, b"127.7.7.7:raceport\n")
    server.close()
    space = Kept(in_namespace, lambda: sh("ip", "netns", "add", "racens"), lambda: sh("ip", "netns", "del", "racens"))
    notices("a network namespace", ["-nP", "-i", "--netns=all", "-Fn"], space.come, space.go, b":4711")
    notices("the name of a network namespace", ["-nP", "-i", "--netns=all", "--columns=netns,name"], space.come, space.go,
            b"racens")
    new = where + "/new"
    mounted = Kept(lambda: open(new + "/file", "w"), lambda: sh("mount", "-t", "tmpfs", "racefs", new),
                   lambda: sh("umount", new))
    for engine in ("proc", "auto"):
        notices("a mount, " + engine, ["-nP", "--engine=" + engine, "-d", "3-99", "--columns=mount,source,name"],
                mounted.come, mounted.go, b"racefs")
    made = where + "/etc/made"
    there = Kept(lambda: open(made, "w"), after=lambda: os.unlink(made))
    notices("a file in a directory", ["-nP", "+D", where + "/etc", "-Fn"], there.come, there.go, b"/etc/made\n")
    notices("a process by its command", ["-nP", "-c", "/^python3/", "-a", "-d", "3-99", "-Fn"], mounted.come, mounted.go,
            b"/new/file\n")


main()
