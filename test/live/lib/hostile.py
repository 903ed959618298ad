# SPDX-License-Identifier: MIT
"""hostile.py DIR: processes, files, sockets, mappings and mounts whose names nobody should print as they are.

For each name a child is called so, and so are its thread, its working directory and what it holds; another one runs
a program called so. What each has is written to DIR/cast.json, names as hexadecimal digits; then "ready" is printed,
and all end with standard input.
"""

import ctypes
import fcntl
import json
import mmap
import os
import shutil
import signal
import socket
import struct
import sys
import threading

COMM_MAX = 15
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000
MNT_DETACH = 2
BLANKS = b" \t\n\v\f\r\xa0"
libc = ctypes.CDLL(None, use_errno=True)

CONTROLS = bytes(range(1, 32)) + b"\x7f"
TURNING = [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
NAMES = [
    b"\x1b[2J\x1b[31m",
    b"\x1b]0;title\x07",
    b"nl\np1\nf2\nnetc",
    b"tab\tcr\rbs\b\x08ff\f",
    CONTROLS,
    b"\xc2\x9b31m\xc2\x9d0;x\xc2\x9c",
    "".join(map(chr, range(0x80, 0xA0))).encode(),
    b"\x9b31m\x80\x9f",
    "".join(map(chr, TURNING)).encode(),
    "txt.\u202egpj.exe".encode(),
    "\u2066a\u2069 \u2028b\u2029".encode(),
    b"\xff\xfe\xc3",
    b"\xc0\xaf\xc1\xbf\xe0\x80\xaf",
    b"\xed\xa0\x80\xed\xbf\xbf",
    b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
    b"\"quo'te\"\",\"x\":{}]",
    b"back\\slash\\n\\x41^[",
    b" lead and tail ",
    b"comma,semi;pipe|",
    b"\\N&lt;\"];x->y;**",
    b"%s%n-$(x)`x`",
    "gr\u00fc\u00dfe \u65e5\u672c e\u0301".encode(),
    "fourteen_chars\u00e9".encode(),
    b" (deleted)",
    b"socket:[1]",
]


def long_name(directory):
    """4,095 bytes with the NUL, of the longest parts there are; each has something of all."""
    part = b"\x1b[2J\n\xff\xe2\x80\xae\"\\," + b"x" * 239
    at, fd = directory, os.open(directory, os.O_RDONLY)
    while len(at) + 1 + len(part) <= 4094:
        os.mkdir(part, dir_fd=fd)
        below = os.open(part, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        at, fd = at + b"/" + part, below
    last = b"\t" * (4095 - len(at) - 1)
    os.mkdir(last, dir_fd=fd)
    deep = os.open(last, os.O_RDONLY, dir_fd=fd)
    os.close(fd)
    return at + b"/" + last, deep


def bind_in(directory, name):
    """A socket whose file is DIRECTORY/name; the address holds 107 bytes only."""
    made = socket.socket(socket.AF_UNIX)
    address = directory[:107 - 1 - len(name)] + b"/" + name
    made.bind(address)
    made.listen()
    return made, address


def end_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def thread_called(name, started):
    def run():
        libc.prctl(PR_SET_NAME, name, 0, 0, 0)
        started.set()
        signal.pause()

    threading.Thread(target=run, daemon=True).start()
    started.wait()


def hold(name, number, directory, work):
    """All in this process; returns what must be told of it."""
    told = {"comm": name[:COMM_MAX], "task": name[:COMM_MAX], "fds": {}, "name": name}
    os.chdir(work)
    told["cwd"] = work
    path = os.path.join(directory, b"f" + name)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(file, 4096)
    fcntl.flock(file, fcntl.LOCK_EX)
    told["fds"][file] = path
    gone = os.path.join(directory, b"gone" + name)
    fd = os.open(gone, os.O_RDWR | os.O_CREAT, 0o600)
    os.unlink(gone)
    told["fds"][fd] = gone + b" (deleted)"
    mapped = os.path.join(directory, b"m" + name)
    with open(mapped, "w+b") as out:
        out.truncate(4096)
        keep = mmap.mmap(out.fileno(), 4096, prot=mmap.PROT_READ)
    told["mem"] = mapped
    # No name of a memfd is longer than 249 bytes.
    fd = os.memfd_create(b"d" + name)
    told["fds"][fd] = b"/memfd:d" + name + b" (deleted)"
    sockets = [socket.socket(socket.AF_UNIX)]
    abstract = b"\0%d" % number + name[:60]
    sockets[0].bind(abstract)
    sockets[0].listen()
    told["fds"][sockets[0].fileno()] = abstract.replace(b"\0", b"@") + b" type=STREAM"
    made, address = bind_in(directory, b"s%d" % number + name[:40])
    sockets.append(made)
    told["fds"][made.fileno()] = address + b" type=STREAM"
    told["keep"] = [keep, sockets]
    return told


def child(name, number, directory, ready, pipes):
    work = os.path.join(directory, b"w" + name)
    os.mkdir(work)
    pid = os.fork()
    if pid:
        return pid
    end_with_parent()
    try:
        os.close(pipes[1])
        told = hold(name, number, directory, work)
        thread_called(name, threading.Event())
        libc.prctl(PR_SET_NAME, name, 0, 0, 0)
        keep = told.pop("keep")
        told["pid"] = os.getpid()
        os.write(ready, (json.dumps(hexed(told)) + "\n").encode())
        signal.pause()
        del keep
    finally:
        os._exit(1)


def program(name, directory, ready, shell):
    """A program called so, with arguments like that."""
    path = os.path.join(directory, b"x" + name)
    shutil.copy(shell, path)
    # A shell: it waits for commands that never come, whatever else it is told.
    arguments = [name, b"-s", b"", b"\n".join([name, b"--" + name]), b" "]
    pid = os.fork()
    if pid:
        told = {"pid": pid, "comm": (b"x" + name)[:COMM_MAX], "exe": path, "cmdline": arguments, "fds": {}, "name": name}
        os.write(ready, (json.dumps(hexed(told)) + "\n").encode())
        return pid
    end_with_parent()
    try:
        os.execv(path, arguments)
    finally:
        os._exit(1)


def deep_child(directory, ready):
    """It stands in the longest path there is, and holds one that is longer."""
    deep, fd = long_name(directory)
    pid = os.fork()
    if pid:
        os.close(fd)
        return pid
    end_with_parent()
    try:
        os.fchdir(fd)
        os.mkdir(b"\x1b[2Jbelow")
        too_long = os.open(b"\x1b[2Jbelow", os.O_RDONLY)
        told = {"pid": os.getpid(), "cwd": deep, "fds": {}, "name": deep, "unread": too_long}
        os.write(ready, (json.dumps(hexed(told)) + "\n").encode())
        signal.pause()
    finally:
        os._exit(1)


def hexed(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: hexed(item) for key, item in value.items()}
    return [hexed(item) for item in value] if isinstance(value, list) else value


def interface(name):
    """A tun with that name: none of it may be a blank, or one of / and :."""
    name = bytes(b for b in name if b not in BLANKS + b"/:%")[:15]
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name, IFF_TUN | IFF_NO_PI))
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name)
    bound.bind(("127.0.0.1", 0))
    return fd, bound, name


def mount_at(name, directory):
    target = os.path.join(directory, b"mnt" + name)
    os.mkdir(target)
    source = b"src" + name
    if libc.mount(source, target, b"tmpfs", 0, b"size=64k") < 0:
        raise OSError(ctypes.get_errno(), "mount")
    path = os.path.join(target, b"file")
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600), path, target


def own_world(directory, told):
    """What needs rights and a world of its own; each that is refused is told as missing."""
    held, told["missing"], told["fds"] = [], [], {}
    for i, name in enumerate(NAMES):
        try:
            fd, path, target = mount_at(name, directory)
            told["fds"][fd] = path
            told["mounts"] = told.get("mounts", []) + [target]
            if i < 12:
                fd, bound, ifname = interface(name)
                held.append(bound)
                told["ifnames"] = told.get("ifnames", []) + [[fd, bound.fileno(), ifname]]
        except OSError as err:
            told["missing"].append("%s of %r" % (err, name))
    return held


def start(directory, shell):
    got, ready = os.pipe()
    pids = []
    for number, name in enumerate(NAMES):
        pipes = os.pipe()
        pids.append(child(name, number, directory, ready, pipes))
        os.close(pipes[0])
        pids.append(program(name, directory, ready, shell))
    pids.append(deep_child(directory, ready))
    os.close(ready)
    cast = []
    with os.fdopen(got) as lines:
        while len(cast) < len(pids):
            line = lines.readline()
            if not line:
                break
            cast.append(json.loads(line))
    return pids, cast


def main():
    top = sys.argv[1].encode()
    directory = os.path.join(top, b"names")
    os.mkdir(directory)
    pids, cast = start(directory, "/bin/sh")
    own = {"pid": os.getpid(), "name": b"own"}
    held = own_world(directory, own) if os.environ.get("HOSTILE_WORLD") else None
    own.setdefault("fds", {})
    with open(os.path.join(top, b"cast.json"), "w", encoding="ascii") as out:
        json.dump([*cast, hexed(own)], out)
    print("ready", len(cast), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        sys.stdin.read()
    finally:
        for target in own.get("mounts", []):
            libc.umount2(target, MNT_DETACH)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    del held


main()
