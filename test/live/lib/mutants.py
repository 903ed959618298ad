# SPDX-License-Identifier: MIT
"""mutants.py BUILD TREES SCRATCH [--tries N] [--seed N] [--again N]: recorded trees, spoilt in every way.

Whatever a tree says, the program ends by itself with 0 or 1, and what it prints is what its format promises:
UTF-8 and JSON, as many columns in each row of CSV, a letter before each field; nothing of it, nor of its messages,
moves a terminal; and it says the same again, with one thread and with eight.
"""

import argparse
import os
import random
import re
import shutil
import stat
import sys
import time

from faultserver import Server, unpack
from promises import wrong_result

LINES = [line.split() for line in (
    "-nP",
    "",
    "-F0 -nP",
    "-J -nP",
    "-j -nP",
    "--csv -nP",
    "--tsv -nP",
    "--print0 -nP",
    "-t",
    "-i -nP",
    "-t -i",
    "-U +E -nP",
    "-E -J -nP",
    "-K -nP",
    "--unowned -nP",
    "--unowned -i -j -nP",
    "-i --netns=all -nP",
    "--netns=all -j -nP --columns=+netns",
    "--summary -nP",
    "--summary -J -nP",
    "--graph -nP",
    "--count=comm,type -nP",
    "--count=user --csv -nP",
    "--csv -nP --columns=@all",
    "-j -nP --columns=@all",
    "--columns=@files -nP",
    "+D /var -nP",
    "-p 1,2,700,812 -nP",
    "-a -p 812 -i -nP",
    "-V -nP -c sshd -u root /etc/passwd",
    "+L1 -nP",
    "-R -g -Z -nP -o",
    "+m",
    "-N -nP",
    "-J --columns=+detail,container,cgroup -nP",
    "--strict -nP",
    "--explain -nP",
)] + [
    ["--csv", "-nP", "--filter", "tcp and dport > 0 or deleted and size > 1k or comm =~ s"],
    ["-j", "-nP", "--filter", "not (fd == cwd) and (user == root or ppid > 0)"],
]
DAMAGE = []


def damage(weight):
    def add(function):
        DAMAGE.extend([function] * weight)
        return function

    return add


class Tree:
    """A tree, and what was there before it was spoilt."""

    def __init__(self, top):
        self.top, self.rng = top, None
        self.kept = os.path.join(top + ".kept")
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(top, self.kept, symlinks=True)
        self.files, self.links, self.dirs = [], [], []
        for at, dirs, files in os.walk(top):
            for name in dirs + files:
                path = os.path.relpath(os.path.join(at, name), top)
                full = os.path.join(top, path)
                (self.links if os.path.islink(full) else self.dirs if os.path.isdir(full) else self.files).append(path)
        for names in (self.files, self.links, self.dirs):
            names.sort()
        self.spoilt = set()

    def file(self):
        return self.rng.choice(self.files)

    def any(self):
        return self.rng.choice(self.files + self.links + self.dirs)

    def touch(self, path):
        """What is changed from the top component on is put back as a whole."""
        self.spoilt.add(path.split(os.sep)[0])
        return os.path.join(self.top, path)

    def read(self, path):
        full = os.path.join(self.top, path)
        try:
            if not stat.S_ISREG(os.lstat(full).st_mode):
                return b""
            with open(full, "rb") as file:
                return file.read()
        except OSError:
            return b""

    def write(self, path, data):
        full = self.touch(path)
        self.remove(path)
        try:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as file:
                file.write(data)
        except OSError:
            pass

    def remove(self, path):
        full = self.touch(path)
        try:
            if os.path.isdir(full) and not os.path.islink(full):
                shutil.rmtree(full)
            else:
                os.unlink(full)
        except OSError:
            pass

    def restore(self):
        for name in self.spoilt:
            full, kept = os.path.join(self.top, name), os.path.join(self.kept, name)
            self.remove(name)
            if os.path.islink(kept) or os.path.isfile(kept):
                shutil.copy2(kept, full, follow_symlinks=False)
            elif os.path.isdir(kept):
                shutil.copytree(kept, full, symlinks=True)
        self.spoilt.clear()


HOSTILE = [b"\0", b"\xff\xfe", b"\x1b[2J", b"\n", b"\\", b'"', b",", b"\xe2\x80\xae", b" ", b"/", b"(deleted)", b":", b")", b"\t"]
NUMBERS = [b"0", b"-1", b"4294967295", b"4294967296", b"18446744073709551615", b"18446744073709551616", b"-9223372036854775808",
           b"99999999999999999999999999999999", b"2147483647", b"2147483648", b"0x", b"1e9", b"", b"00000000000000000000001"]


@damage(6)
def cut(t):
    path = t.file()
    data = t.read(path)
    t.write(path, data[:t.rng.randrange(len(data) + 1)])


@damage(6)
def flip(t):
    path = t.file()
    data = bytearray(t.read(path))
    for _ in range(t.rng.choice((1, 1, 2, 8, 64))):
        if data:
            data[t.rng.randrange(len(data))] ^= 1 << t.rng.randrange(8)
    t.write(path, bytes(data))


@damage(6)
def number(t):
    path = t.file()
    data = t.read(path)
    found = list(re.finditer(rb"-?[0-9a-fA-F]{1,16}", data))
    for _ in range(t.rng.choice((1, 1, 3))):
        if found:
            m = found.pop(t.rng.randrange(len(found)))
            value = t.rng.choice(NUMBERS)
            data = data[:m.start()] + value + data[m.end():]
            found = [f for f in found if f.end() <= m.start()]
    t.write(path, data)


@damage(4)
def insert(t):
    path = t.file()
    data = t.read(path)
    at = t.rng.randrange(len(data) + 1)
    t.write(path, data[:at] + t.rng.choice(HOSTILE) * t.rng.choice((1, 1, 2, 300)) + data[at:])


@damage(3)
def lines(t):
    path = t.file()
    data = t.read(path).splitlines(True)
    how = t.rng.randrange(4)
    if how == 0:
        data = data * t.rng.choice((2, 3, 50))
    elif how == 1:
        t.rng.shuffle(data)
    elif how == 2 and data:
        del data[t.rng.randrange(len(data))]
    elif data:
        i = t.rng.randrange(len(data))
        data[i:i] = [data[i]] * t.rng.choice((1, 200))
    t.write(path, b"".join(data))


@damage(2)
def long_line(t):
    path = t.file()
    data = t.read(path)
    at = t.rng.randrange(len(data) + 1)
    t.write(path, data[:at] + t.rng.choice((b"x", b"9", b" ", b"\xc3\xa4", b"/a")) * t.rng.choice((4095, 4096, 65536, 300000)) + data[at:])


@damage(4)
def swap(t):
    one = t.file()
    base = os.path.basename(one)
    alike = [f for f in t.files if os.path.basename(f) == base and f != one] or t.files
    t.write(one, t.read(t.rng.choice(alike if t.rng.random() < 0.7 else t.files)))


@damage(3)
def gone(t):
    t.remove(t.any())


@damage(4)
def garbage(t):
    t.write(t.file(), t.rng.randbytes(t.rng.choice((0, 0, 0, 1, 100, 5000))))


@damage(5)
def link_text(t):
    if not t.links:
        return
    path = t.rng.choice(t.links)
    old = os.fsencode(os.readlink(os.path.join(t.kept, path)))
    text = t.rng.choice((
        b"/", b"/nowhere", b"self", b"..", os.fsencode(os.path.basename(path)), b"socket:[]", b"socket:[0]",
        b"socket:[18446744073709551616]", b"pipe:[-1]", b"anon_inode:", b"anon_inode:[eventfd]", b"anon_inode:[io_uring]",
        b"anon_inode:[eventpoll]", b"/dev/pts/99999999999", b"net:[1]", b"mnt:[", b"\x1b]0;x\x07", b"\xff\xff", b"x" * 4000,
        b"/a\nb (deleted)", b" (deleted)", old[:t.rng.randrange(len(old) + 1)], old + b" (deleted)",
        os.fsencode(os.readlink(os.path.join(t.kept, t.rng.choice(t.links))))))
    t.remove(path)
    try:
        os.symlink(text or b"?", os.fsencode(os.path.join(t.top, path)))
    except OSError:
        pass


@damage(4)
def another_kind(t):
    path = t.any()
    t.remove(path)
    full = t.touch(path)
    try:
        how = t.rng.randrange(6)
        if how == 0:
            os.mkfifo(full)
        elif how == 1:
            os.mkdir(full)
        elif how == 2:
            os.symlink(t.rng.choice(("/dev/zero", "/etc/passwd", "/proc/self/maps", "loop", path, "..", "/dev/tty")), full)
        elif how == 3 and os.geteuid() == 0:
            os.mknod(full, stat.S_IFCHR | 0o600, os.makedev(1, t.rng.choice((3, 5, 8))))
        elif how == 4:
            os.mknod(full, stat.S_IFSOCK | 0o600)
        else:
            with open(full, "wb"):
                pass
            os.chmod(full, 0)
    except OSError:
        pass


@damage(2)
def no_rights(t):
    full = t.touch(t.any())
    if not os.path.islink(full) and os.path.exists(full):
        os.chmod(full, 0)


@damage(2)
def many(t):
    where = [d for d in t.dirs if os.path.basename(d) == "fd"]
    if not where:
        return
    path = t.rng.choice(where)
    text = t.rng.choice(("/etc/passwd", "socket:[1]", "pipe:[7]", "anon_inode:[eventfd]"))
    for fd in range(1000, 1000 + t.rng.choice((300, 1500))):
        try:
            os.symlink(text, os.path.join(t.touch(path), str(fd)))
        except OSError:
            return


@damage(3)
def names(t):
    where = [d for d in t.dirs if os.path.basename(d) in ("fd", "fdinfo", "task", "map_files", "net", "ns")] + [""]
    path = os.path.join(t.rng.choice(where), t.rng.choice((
        "abc", "-1", "4294967295", "4294967296", "99999999999999999999", "007", "1 2", "1\n", "\x1b[31m", "0x10", ".", "2147483647")))
    if os.path.basename(path) in (".", "") or path == "manifest":
        return
    try:
        if t.rng.random() < 0.5:
            os.symlink(t.rng.choice(("/etc/passwd", "socket:[5]", "loop")), t.touch(path))
        else:
            os.mkdir(t.touch(path))
    except OSError:
        pass


@damage(2)
def process(t):
    """A process twice, under a number that may be none."""
    pids = [d for d in t.dirs if d.isdigit()]
    if not pids:
        return
    name = t.rng.choice(("1", "2147483647", "4294967295", "4294967296", "99999999999999999999", "0", "00812"))
    if not os.path.lexists(os.path.join(t.top, name)):
        shutil.copytree(os.path.join(t.kept, t.rng.choice(pids)), t.touch(name), symlinks=True)


@damage(3)
def manifest(t):
    data = t.read("manifest").splitlines(True)
    for _ in range(t.rng.choice((1, 2, 5))):
        if data:
            i = t.rng.randrange(len(data))
            words = data[i].split(b" ")
            k = t.rng.randrange(len(words))
            key = words[k].split(b"=")[0]
            words[k] = key + b"=" + t.rng.choice(NUMBERS) if b"=" in words[k] else t.rng.choice((words[k], b"EACCES", b"stat", b"x"))
            data[i] = b" ".join(words)
    t.write("manifest", b"".join(data))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("trees")
    p.add_argument("scratch")
    p.add_argument("--tries", type=int, default=10000)
    p.add_argument("--seed", type=int, default=0, help="of the first try; each has the next one")
    p.add_argument("--again", type=int, default=4, help="each Nth try is run again, with eight threads, too")
    p.add_argument("--seconds", type=float, default=0, help="not longer than that; 0: as long as it takes")
    a = p.parse_args()
    server = Server(a.build, a.scratch, name="mutants.%d" % os.getpid())
    names_of = sorted(n[:-5] for n in os.listdir(a.trees) if n.endswith(".tree"))
    trees = {}
    begun, wrong, slowest, said, kinds = time.time(), 0, (0, ""), 0, {}
    for seed in range(a.seed, a.seed + a.tries):
        if a.seconds and time.time() - begun > a.seconds:
            break
        rng = random.Random(seed)
        name = names_of[seed % len(names_of)]
        if name not in trees:
            top = os.path.join(a.scratch, "mutant.%d.%s" % (os.getpid(), name))
            unpack(a.trees, name, top)
            trees[name] = Tree(top)
        tree = trees[name]
        tree.rng = rng
        done = []
        for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
            how = rng.choice(DAMAGE)
            done.append(how.__name__)
            kinds[how.__name__] = kinds.get(how.__name__, 0) + 1
            how(tree)
        line = LINES[seed // len(names_of) % len(LINES)]
        args = ["--proc=" + tree.top, *line]
        at = time.time()
        got = server.run(["--threads=1", *args])
        if time.time() - at > slowest[0]:
            slowest = (time.time() - at, "seed %d" % seed)
        said += bool(got.err)
        why = wrong_result(line, got)
        if not why and seed % a.again == 0 and "--explain" not in line:
            if not server.run(["--threads=1", *args]).same(got):
                why = "says something else when it is run again"
            elif not server.run(["--threads=8", *args]).same(got):
                why = "says something else with eight threads"
        if why:
            wrong += 1
            print("not ok seed %d (%s of %s): %s: %s" % (seed, "+".join(done), name, " ".join(line), why))
            sys.stdout.flush()
        tree.restore()
    print("# %d trees spoilt, %d runs, %d of them with a message; %d wrong; slowest %.2f s (%s); %.0f s" % (
        seed + 1 - a.seed, server.runs, said, wrong, *slowest, time.time() - begun))
    print("# " + ", ".join("%s %d" % k for k in sorted(kinds.items())))
    if not wrong:
        print("ok recorded trees, spoilt")
    server.end()
    for tree in trees.values():
        shutil.rmtree(tree.top, ignore_errors=True)
        shutil.rmtree(tree.kept, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
