# SPDX-License-Identifier: MIT
"""Processes in odd places, with odd files: places.py DIRECTORY

DIRECTORY has the mounts that the test made: ext4, btrfs, overlay, overlay1 (layers on one file
system), fuse; what is not there is left out. Prints "NAME PID" for each process, "NAME.WHAT
VALUE" for what a question may need, "skip NAME: why", then "ready PID", and ends them with its input.
"""
import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys

from places_net import sockets

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWNET, NEWPID = 0x20000, 0x40000000, 0x20000000
MS_REC_PRIVATE, MNT_DETACH = 0x44000, 2
held = []
here = os.path.realpath(sys.argv[1])


def must(result):
    if result != 0:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno))


def unshare(flags):
    must(libc.unshare(flags))


def mount(kind, where):
    must(libc.mount(b"none", os.fsencode(where), kind, 0, None))


def own_mounts():
    unshare(NEWNS)
    must(libc.mount(None, b"/", None, MS_REC_PRIVATE, None))


def make(name, size=10):
    with open(name, "wb") as f:
        f.write(b"x" * size)
    return name


def hold(name, flags=os.O_RDONLY, mode=0o644):
    fd = os.open(name, flags, mode)
    held.append(fd)
    return fd


def mapped(name):
    with open(name, "rb") as f:
        held.append(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ))


def enter(name):
    os.makedirs(name, exist_ok=True)
    os.chdir(name)


def chroot():
    enter("newroot")
    os.mkdir("in")
    hold(make("before"))
    os.chroot(".")
    os.chdir("/in")
    hold(make("inside"))
    hold("/")
    hold(make("gone"))
    os.unlink("gone")
    mapped("inside")


def private():
    own_mounts()
    os.mkdir("private")
    mount(b"tmpfs", "private")
    os.chdir("private")
    hold(make("only-here"))
    hold(".")
    mapped("only-here")
    hold(make("gone"), os.O_RDWR)
    os.unlink("gone")


def lazy():
    own_mounts()
    os.makedirs("lazy/deep", exist_ok=True)
    mount(b"tmpfs", "lazy")
    os.mkdir("lazy/deep")
    os.chdir("lazy/deep")
    hold(make("file"))
    hold(".")
    must(libc.umount2(os.fsencode(here + "/lazy"), MNT_DETACH))
    hold(make("later"), os.O_PATH)


def layered(where):
    enter(where)
    hold("lower")
    mapped("lower")
    hold("changed")
    with open("changed", "ab") as f:
        f.write(b"more")
    hold("changed")
    hold("changed", os.O_RDWR)
    hold(make("new"))
    mapped("new")
    hold("lower-dir")
    hold("lower-dir/deep")
    hold(".")
    hold("lower", os.O_PATH)
    os.link("new", "new-link")
    hold("new-link")
    hold(make("gone"))
    os.unlink("gone")
    hold("lower-gone")
    os.unlink("lower-gone")
    # One file to stat, two inodes of overlayfs.
    hold("twin")
    hold("other-twin")


def overlay():
    layered("overlay")


def overlay1():
    layered("overlay1")


def ext4():
    enter("ext4")
    hold(make("file"))
    mapped("file")
    hold(".", os.O_TMPFILE | os.O_RDWR)
    hold(make("gone"))
    os.unlink("gone")
    os.mkdir("dir")
    hold("dir")


def btrfs():
    enter("btrfs")
    for place in (".", "one", "two", "one.copy"):
        name = place + "/file"
        if not os.path.exists(name):
            make(name)
        hold(name)
        hold(place)
        mapped(name)
        hold(make(place + "/gone"))
        os.unlink(place + "/gone")


def fuse():
    enter("fuse")
    hold("file")
    hold("file", os.O_PATH)
    hold("dir")
    mapped("file")


def names():
    enter("names")
    for name in (b"new\nline", b"\x1b[31mesc", b"byte\xff", b"tab\tbs\\", "größe €".encode(), b"a" * 255,
                 b"x (deleted)", b" ", b"socket:[1]", b"anon_inode:[x]"):
        hold(make(name))
        held.append(os.memfd_create(name[:249]))
    print("names.odd", hold(make(b"y (deleted)")))
    os.unlink(b"y (deleted)")
    print("names.deleted", hold(make("deleted")))
    os.unlink("deleted")
    hold(make("again"))
    os.unlink("again")
    hold(make("again"))
    hold(make("old"))
    os.rename("old", "renamed")
    hold(make("one"))
    os.link("one", "two")
    os.unlink("one")
    os.mkdir("dir")
    hold(make("dir/file"))
    os.rename("dir", "moved")
    os.mkdir("lost")
    hold("lost")
    hold(make("lost/file"))
    os.unlink("lost/file")
    os.rmdir("lost")
    hold(".", os.O_TMPFILE | os.O_RDWR)


def long():
    """Names of 4,090 to 5,000 bytes, where readlink(2) gives up at 4,096."""
    enter("long")
    length = len(os.getcwd())
    while length + 256 < 3900:
        os.mkdir("d" * 255)
        os.chdir("d" * 255)
        length += 256
    os.mkdir("e" * (3900 - length - 1))
    os.chdir("e" * (3900 - length - 1))
    for total in (4000, 4084, 4085, 4086, 4094, 4095, 4096, 4097, 4100):
        name = "f" * (total - 3901)
        hold(make(name))
        os.link(name, "g" + name[1:])
        hold("g" + name[1:])
        os.unlink("g" + name[1:])
    for _ in range(4):
        os.mkdir("h" * 255)
        os.chdir("h" * 255)
    hold(make("deepest"))


def paths():
    """O_PATH of all sorts, and files of processes that are no more."""
    enter("paths")
    os.symlink("nowhere", "link")
    os.mkfifo("fifo")
    s = socket.socket(socket.AF_UNIX)
    s.bind("name")
    s.listen()
    held.append(s)
    os.mkdir("dir")
    for name in (make("file"), "dir", "link", "fifo", "name", "/dev/null", "/proc/self/exe", "/"):
        hold(name, os.O_PATH | os.O_NOFOLLOW)
        hold(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    hold(make("gone"), os.O_PATH)
    os.unlink("gone")
    for name in ("/proc/self/fd", "/proc/self/status", "/proc/self/ns/net", "/proc/self/ns/pid", "/sys/kernel",
                 "/proc/sys/kernel/ostype", "/dev"):
        hold(name)
    dead = subprocess.Popen(["sleep", "9"])
    for name in ("", "/status", "/fd", "/fdinfo/0"):
        hold("/proc/%d%s" % (dead.pid, name))
    held.append(os.pidfd_open(dead.pid))
    dead.kill()
    dead.wait()
    held.append(os.pidfd_open(os.getpid()))
    held.append(os.pidfd_open(os.getppid()))


def flags():
    enter("flags")
    make("file", 100)
    for more in (os.O_RDONLY, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CLOEXEC, os.O_NONBLOCK | os.O_SYNC,
                 os.O_DSYNC | os.O_RDWR, os.O_NOATIME, os.O_CLOEXEC, os.O_NOFOLLOW, 3):
        for position in (0, 7):
            os.lseek(hold("file", more), position, os.SEEK_SET)
    big = hold("sparse", os.O_RDWR | os.O_CREAT)
    os.truncate(big, 5 << 32)
    os.lseek(big, 4 << 32, os.SEEK_SET)
    held.append(os.dup(big))
    held.append(os.open("sparse", os.O_RDONLY))
    hold("/dev/zero", os.O_RDWR)
    hold("/dev/full", os.O_WRONLY | os.O_NONBLOCK)
    hold("/dev/urandom")
    held.extend(os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC))


def many():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    null = hold("/dev/null")
    enter("many")
    file = hold(make("file"))
    for fd in range(1000, min(1300, hard)):
        os.dup2(null if fd % 3 else file, fd)
    if hard > 60000:
        os.dup2(null, 60000)


def mapper():
    """Only a mapping has it; a bind mount leads to the same file."""
    enter("mapper")
    mapped(make("library", 8192))
    mapped(make("lost", 8192))
    os.unlink("lost")
    held.append(mmap.mmap(-1, 4096))


def net0():
    held.extend(sockets(7700))


def net(n):
    unshare(NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    held.extend(sockets(7700 + n))
    print("net%d.port" % n, 7700 + n)


def guest():
    """Holds sockets of a namespace that it has left, and that nobody else is in."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    net(4)
    must(libc.setns(own, NEWNET))
    os.close(own)


def passed():
    """Descriptors under way in messages, unread."""
    a, b = socket.socketpair()
    enter("passed")
    for name in ("one", "two"):
        fd = os.open(make(name), os.O_RDONLY)
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen()
        socket.send_fds(a, [b"x"], [fd, s.fileno()])
        os.close(fd)
        s.close()
    held.extend([a, b])


def nested(level):
    """Its child is process 1 of a namespace of its own; two such, one in the other."""
    unshare(NEWPID)
    r, w = os.pipe()
    pid = os.fork()
    if pid:
        assert os.read(r, 1) == b"+"
        held.append(os.pidfd_open(pid))
        return pid
    libc.prctl(1, signal.SIGKILL)
    enter("nested%d" % level)
    hold(make("file%d" % level))
    held.extend(sockets(7710 + level))
    if level < 2:
        nested(level + 1)
    os.write(w, b"+")
    stay()


def outer():
    print("inner", nested(1))


def stay():
    sys.stdout.flush()
    while True:
        signal.pause()


KINDS = [chroot, private, lazy, overlay, overlay1, ext4, btrfs, fuse, names, long, paths, flags, many, mapper, net0,
         guest, passed]


def begin(name, be):
    """In a process of its own, which says on a pipe that it is done."""
    r, w = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)
        libc.prctl(15, ("p-" + name).encode())
        os.close(r)
        os.chdir(here)
        try:
            be()
            sys.stdout.flush()
        except (OSError, AttributeError, subprocess.SubprocessError) as e:
            os.write(w, str(e).encode())
            os._exit(0)
        os.write(w, b"+")
        os.close(w)
        stay()
    os.close(w)
    said = os.read(r, 500)
    os.close(r)
    if said == b"+":
        print(name, pid)
        return
    os.waitpid(pid, 0)
    print("skip %s: %s" % (name, said.decode(errors="replace")))


def main():
    for be in KINDS:
        if be.__name__ in ("ext4", "btrfs", "fuse", "overlay", "overlay1") and not os.path.ismount(be.__name__):
            continue
        begin(be.__name__, be)
    for n in (1, 2, 3):
        begin("net%d" % n, lambda n=n: net(n))
    begin("outer", outer)
    print("ready", os.getpid(), flush=True)
    sys.stdin.read()


os.chdir(here)
main()
