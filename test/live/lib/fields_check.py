#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fields_check.py FDMAP PID: columns of files and descriptors against what /proc says.

Prints a verdict for each column: every descriptor of PID must agree, and some must have it."""
import json
import os
import re
import stat
import subprocess
import sys

FDMAP, PID = sys.argv[1], int(sys.argv[2])
PROC = "/proc/%d" % PID
CLOCKS = {0: "REALTIME", 1: "MONOTONIC", 7: "BOOTTIME", 8: "REALTIME_ALARM", 9: "BOOTTIME_ALARM"}
FLAGS = [(0o1, "W"), (0o2, "RW"), (0o100, "CR"), (0o200, "EXCL"), (0o400, "NTTY"), (0o1000, "TR"),
         (0o2000, "AP"), (0o4000, "ND"), (0o4010000, "SYN"), (0o20000, "ASYN"), (0o40000, "DIR"),
         (0o200000, "DTY"), (0o400000, "NFLK"), (0o1000000, "NATM"), (0o100000, "LG"),
         (0o2000000, "CX"), (0o10000000, "PATH"), (0o20200000, "TMPF")]


class Fd:
    """One descriptor, as /proc has it."""

    def __init__(self, number):
        name = "%s/fd/%s" % (PROC, number)
        self.link = os.readlink(name)
        self.own = os.lstat(name)
        self.st = os.stat(name)
        with open("%s/fdinfo/%s" % (PROC, number), errors="surrogateescape") as f:
            self.info = f.read()

    def value(self, key, base=10):
        """A number of fdinfo's, or None."""
        m = re.search("^%s:[ \t]*([-0-9a-fA-F]+)" % re.escape(key), self.info, re.M)
        return int(m[1], base) if m else None

    def lines(self, prefix):
        return len(re.findall("^" + prefix, self.info, re.M))

    def is_file(self):
        return self.link.startswith("/")

    def is_a(self, name):
        return self.link == "anon_inode:" + name


def mounts():
    """By number: directory, type, source; by device: the last two."""
    found = {}
    with open("/proc/self/mountinfo", errors="surrogateescape") as f:
        for line in f:
            left, right = line.rstrip("\n").split(" - ", 1)
            texts = [left.split(" ")[4]] + right.split(" ")[:2]
            texts = [re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), t) for t in texts]
            found[int(left.split(" ")[0])] = texts
            found[left.split(" ")[2]] = [None] + texts[1:]
    return found


def locks():
    """By (device, inode): PIDs that hold, PIDs that wait, in the order of the file."""
    found = {}
    with open("/proc/locks") as f:
        for line in f:
            words = line.split()
            waits = words[1] == "->"
            pid, where = words[4 + waits], words[5 + waits].split(":")
            key = (os.makedev(int(where[0], 16), int(where[1], 16)), int(where[2]))
            found.setdefault(key, ([], []))[waits].append(max(int(pid), 0))
    return found


MOUNTS, LOCKS = mounts(), locks()


def mount(fd, i):
    if not fd.is_file():
        return None
    m = MOUNTS.get(fd.value("mnt_id")) or MOUNTS.get(device(fd.st.st_dev))
    return m[i] if m else None


def flags(fd):
    left, names = int(re.search("^flags:[ \t]*([0-7]+)", fd.info, re.M)[1], 8), []
    for bits, name in FLAGS:
        if left & bits:
            names.append(name)
            left &= ~bits
    return ",".join(names + (["0x%x" % left] if left else []))


def mode(fd):
    r, w = fd.own.st_mode & stat.S_IRUSR, fd.own.st_mode & stat.S_IWUSR
    return "r" if r and not w else "w" if w and not r else "u"


def is_stream(fd):
    return stat.S_ISFIFO(fd.st.st_mode) or stat.S_ISSOCK(fd.st.st_mode)


def is_device(fd):
    return stat.S_ISCHR(fd.st.st_mode) or stat.S_ISBLK(fd.st.st_mode)


def device(dev):
    return "%d:%d" % (os.major(dev), os.minor(dev))


def lock(fd):
    found = None if stat.S_ISSOCK(fd.st.st_mode) else LOCKS.get((fd.st.st_dev, fd.st.st_ino))
    return found or ([], [])


def owner(fd):
    holders = lock(fd)[0]
    return None if not holders else PID if PID in holders else holders[0]


def seconds(fd, key):
    m = re.search(r"^%s: \((\d+), (\d+)\)" % key, fd.info, re.M)
    return int(m[1]) * 10**9 + int(m[2]) if m else None


def perm(fd):
    text = stat.filemode(fd.st.st_mode)
    return text if stat.S_IFMT(fd.st.st_mode) else "?" + text[1:]


def socket_or(value):
    """What a socket has none of."""
    return lambda fd: None if fd.link.startswith("socket:") else value(fd)


def of(kind, value):
    """What only that kind has."""
    return lambda fd: value(fd) if fd.is_a(kind) else None


TRUTH = {
    "path": lambda fd: fd.link,
    "mode": mode,
    "flags": flags,
    "pos": lambda fd: None if is_stream(fd) else fd.value("pos"),
    "ino": lambda fd: fd.st.st_ino,
    "dev": socket_or(lambda fd: device(fd.st.st_dev)),
    "rdev": lambda fd: device(fd.st.st_rdev) if is_device(fd) else None,
    "size": lambda fd: None if is_stream(fd) or is_device(fd) else fd.st.st_size,
    "nlink": lambda fd: None if stat.S_ISSOCK(fd.st.st_mode) else fd.st.st_nlink,
    "perm": socket_or(perm),
    "deleted": lambda fd: fd.link.endswith(" (deleted)") if fd.is_file() else None,
    "mount": lambda fd: mount(fd, 0),
    "fstype": lambda fd: mount(fd, 1),
    "source": lambda fd: mount(fd, 2),
    "lock_owner": owner,
    "eventfd_count": lambda fd: fd.value("eventfd-count", 16),
    "eventfd_id": lambda fd: fd.value("eventfd-id"),
    "epoll_targets": of("[eventpoll]", lambda fd: fd.lines("tfd:")),
    "inotify_watches": of("inotify", lambda fd: fd.lines("inotify wd:")),
    "timerfd_ticks": lambda fd: fd.value("ticks"),
    "timerfd_clockid": lambda fd: "CLOCK_" + CLOCKS[fd.value("clockid")]
                                  if fd.is_a("[timerfd]") else None,
    "timerfd_interval": lambda fd: seconds(fd, "it_interval"),
    "pidfd_pid": lambda fd: fd.value("Pid"),
    "io_uring_user_files": of("[io_uring]", lambda fd: fd.value("UserFiles")),
    "memfd_name": lambda fd: fd.link[7:-10] if fd.link.startswith("/memfd:") else None,
    "ns_inode": lambda fd: int(fd.link[5:-1]) if re.match(r"(net|mnt|uts|ipc|pid):\[", fd.link)
                           else None,
}
# Not on every system, or not of a zoo.
MAY_LACK = {"io_uring_user_files", "pidfd_pid", "eventfd_id", "rdev"}
rows = subprocess.run([FDMAP, "-nPwj", "-a", "-p", str(PID), "-d", "0-9999",
                       "--columns=fd," + ",".join(TRUTH)],
                      stdout=subprocess.PIPE, check=True).stdout.splitlines()
wrong, seen = {}, {}
for row in map(json.loads, rows):
    try:
        fd = Fd(row["fd"])
        fd.link.encode()
    except (OSError, UnicodeEncodeError):
        continue
    for key, truth in TRUTH.items():
        want = truth(fd)
        seen[key] = seen.get(key, 0) + (want is not None)
        if key + "_bytes" in row:
            continue
        if row[key] != want:
            wrong.setdefault(key, []).append("%s %s: %r, not %r" % (row["fd"], fd.link, row[key],
                                                                     want))
for key in TRUTH:
    if key in wrong:
        print("not ok %s: %s" % (key, "; ".join(wrong[key][:3])))
    elif not seen.get(key) and key not in MAY_LACK:
        print("not ok %s: nothing has any" % key)
    elif not seen.get(key):
        print("skip %s: nothing has any" % key)
    else:
        print("ok %s of %d" % (key, seen[key]))
