# SPDX-License-Identifier: MIT
"""faults.py BUILD TREES SCRATCH [--calls LIST] [--most N] [--pid N] [--only WORDS]: each call fails once, or from then on.

Whatever fails, the program ends by itself and either says all that it says otherwise, or says what failed, with
the status of an error: never less without a word. --strict tells errors from what was merely not found.
"""

import argparse
import errno
import os
import shlex
import sys
import time

from faultserver import Server, unpack

# Where memory is asked for: command lines that between them need all that is built.
LINES = (
    ("kinds", "-nP"),
    ("kinds", "-nP --threads=4"),
    ("kinds", "-F0 -nP"),
    ("kinds", "-J -nP"),
    ("kinds", "-j -nP --columns=+detail,flags,mount"),
    ("detail", "-J -nP --columns=+detail"),
    ("web", ""),
    ("web", "-i -nP --csv"),
    ("web", "-t -i :443"),
    ("web", "-nP --count=comm,type"),
    ("web", "--summary -nP"),
    ("web", "--graph -nP"),
    ("web", "-nP +D /var"),
    ("web", "-nP -V -c /ngin/ -p 1,2 -u root -g 1 /etc/passwd"),
    ("ends", "-E -nP"),
    ("ends", "+E -U -nP"),
    ("ends-more", "-J +E -nP"),
    ("namespaces", "-i --netns=all -nP"),
    ("namespaces", "-j --columns=+netns --netns=all -nP"),
    ("unowned", "--unowned -nP"),
    ("unowned", "-J -i --unowned -nP"),
    ("containers", "-nP --columns=+container,cgroup"),
    ("process", "-nP --columns=+args,exe,start,caps,limits"),
    ("threads", "-K -nP"),
    ("uring", "-nP -i"),
    ("counts", "-nP --tsv"),
    ("counts", "-nP --print0"),
    ("odd", "-nP -R -g -Z +L"),
    ("places", "-nP +D /srv"),
    ("web", "-nP --filter 'tcp and dport > 100 and comm =~ /ngin/ or deleted and size > 1k'"),
    ("unseen", "-V -nP -c nothing"),
    ("web", "--explain -nP"),
    ("web", "+m"),
    ("web", "-nP -r1c1"),
    ("web", "--help"),
    ("web", "--columns=help"),
    ("web", "--columns=nosuch"),
    ("web", "--filter 'comm = ('"),
)
LIVE = (
    "-nP -p {pid}",
    "-p {pid}",
    "-nP -p {pid} --engine=bpf",
    "-nP -p {pid} --engine=bpf --threads=2 -J",
    "-nP -a -p {pid} -i",
    "-nP -a -p {pid} -U -E",
    "-nP -a -p {pid} -i --socket-source=text",
    "-nP -p {pid} -j --columns=+mount,lock,exe,container",
    "-nP -a -p {pid} -i --netns=all",
    "-nP -a -p {pid} /etc/passwd",
)
# What these calls may say, beside that nothing is there any more.
ERRORS = {
    "alloc": ["ENOMEM"],
    "read": ["EIO", "ENOMEM", "EINTR"],
    "open": ["EMFILE", "ENFILE", "ENOMEM", "EACCES"],
    "link": ["ENOMEM", "EACCES"],
    "stat": ["ENOMEM", "EACCES"],
    "list": ["ENOMEM", "EIO"],
    "socket": ["EMFILE", "ENOMEM", "EACCES"],
    "send": ["ENOBUFS", "ENOMEM"],
    "recv": ["ENOBUFS", "ENOMEM", "EINTR", "EAGAIN"],
    "mmap": ["ENOMEM"],
    "thread": ["EAGAIN"],
    "pipe": ["EMFILE", "ENOMEM"],
    "poll": ["ENOMEM", "EINTR"],
    "netns": ["EPERM", "ENOMEM"],
    "fork": ["EAGAIN", "ENOMEM"],
    "ioctl": ["ENOTTY", "EACCES"],
    "seek": ["EIO"],
    "bpf": ["EPERM", "ENOMEM"],
    "xattr": ["ENOMEM", "EACCES"],
    "sockopt": ["ENOMEM", "EACCES"],
    "pidfd": ["EMFILE", "EPERM"],
    "write": ["EIO", "ENOSPC", "EINTR"],
}

# After that all is lost, whoever it happened to.
EXHAUSTED = ("ENOMEM", "EMFILE", "ENFILE")


def words_of(line):
    return shlex.split(line)


class Faults:
    def __init__(self, server, most, lost):
        self.server, self.most, self.lost = server, most, lost
        self.tried = self.struck = self.told = self.whole = 0
        self.wrong = {}
        self.until = 0
        self.silent = 0

    def judge(self, base, got, call, err):
        """Why it is wrong, or None."""
        if got.signal:
            return "hangs" if got.signal == 14 else "signal %d" % got.signal
        if b"Sanitizer" in got.err or b"runtime error" in got.err:
            return "sanitizer"
        if not got.hits:
            return None if got.out == base.out else "differs without a fault"
        if got.out == base.out and got.status == base.status:
            self.whole += 1
            return None
        if got.status == 3 and len(got.err) > 0:
            self.told += 1
            if call != "write" and not base.out.startswith(got.out) and got.out and not self.rights(err):
                return "an error, but other lines before it"
            return None
        if got.status == 2 and err in ("EACCES", "EPERM", "EIO"):
            self.told += 1
            return None
        if call == "write" and got.status == 3:
            return None
        if self.rights(err) and b"ermission denied" in got.out + got.err:
            self.told += 1
            return None
        # One object of many that could not be read: counted, and only on request an error of the test.
        if self.lost and err not in EXHAUSTED and call not in ("write", "alloc"):
            self.silent += 1
            return None
        return "status %d, %d of %d bytes, says %r" % (got.status, len(got.out), len(base.out), got.err[:100])

    @staticmethod
    def rights(err):
        return err in ("EACCES", "EPERM")

    def sweep(self, args, calls):
        base = self.server.run(args)
        if base.signal:
            self.note(args, "base", base, "signal %d" % base.signal, "", 0, "")
            return
        for call in calls:
            count = base.counts[call]
            step = max(1, count // self.most) if self.most else 1
            for err in ERRORS[call]:
                # Who is interrupted for ever may ask for ever.
                for on in (False,) if err in ("EINTR", "EAGAIN") else (False, True):
                    for at in range(1, count + 1, step):
                        if self.until and time.time() > self.until:
                            return
                        got = self.server.run(args, call=call, at=at, err=getattr(errno, err), on=on)
                        self.tried += 1
                        self.struck += got.hits > 0
                        why = self.judge(base, got, call, err)
                        # Others work on the machine, too: how many links has /tmp?
                        now = self.server.run(args) if why and got.status in (0, 1) else base
                        if now.out != base.out:
                            base = now
                            got = self.server.run(args, call=call, at=at, err=getattr(errno, err), on=on)
                            why = self.judge(base, got, call, err)
                        if why:
                            self.note(args, call, got, why, err, at, " and all later" if on else "")

    def note(self, args, call, got, why, err, at, later):
        place = self.server.place(got.where) if got.where else "?"
        key = (call, err, got.name, place, why.split(",")[0])
        self.wrong.setdefault(key, []).append("%s: %s %d%s %s at %s: %s" % (
            " ".join(args[1:]), call, at, later, err, place, why))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("trees")
    p.add_argument("scratch")
    p.add_argument("--calls", default="alloc")
    p.add_argument("--most", type=int, default=0, help="so many of the calls of each sort; 0: all")
    p.add_argument("--pid", help="live, of this process, instead of trees")
    p.add_argument("--only", default="")
    p.add_argument("--lost", action="store_true", help="of one object that is refused nothing need be said")
    p.add_argument("--seconds", type=float, default=0, help="not longer than that, each command line as long; 0: all")
    a = p.parse_args()
    server = Server(a.build, a.scratch, name="faults.%d" % os.getpid())
    calls = list(ERRORS) if a.calls == "all" else a.calls.split(",")
    faults = Faults(server, a.most, a.lost)
    begun = time.time()
    if a.pid:
        lines = [words_of(line.format(pid=a.pid)) for line in LIVE if a.only in line]
    else:
        lines = []
        for tree, line in LINES:
            top = os.path.join(a.scratch, tree)
            if a.only not in tree + " " + line:
                continue
            if not os.path.isdir(top):
                unpack(a.trees, tree, top)
            lines.append(["--proc=" + top, *words_of(line)])
    for i, line in enumerate(lines):
        if a.seconds:
            faults.until = begun + a.seconds * (i + 1) / len(lines)
        if not any(w.startswith("--threads") for w in line):
            line = ["--threads=1", *line]
        faults.sweep(["--strict", *line], calls)
    for key, cases in sorted(faults.wrong.items()):
        print("not ok %s" % cases[0] + (" (and %d more)" % (len(cases) - 1) if len(cases) > 1 else ""))
    print("# %d tries, %d calls failed in them: %d times all was told, %d times the error, %d times nothing "
          "of one object; %d wrong; %.0f s" % (
        faults.tried, faults.struck, faults.whole, faults.told, faults.silent, sum(map(len, faults.wrong.values())),
        time.time() - begun))
    if not faults.wrong:
        print("ok %d command lines, %s" % (len(lines), a.calls))
    server.end()
    return 1 if faults.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
