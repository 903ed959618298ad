# SPDX-License-Identifier: MIT
"""The line on a terminal that says how far a listing has come.

progress.py FDMAP BUILD DIR TREE ENGINES [PID...]

A preloaded library (test/live/gate.c) holds the walk up until the line has been seen, or until there would have been
one. TREE is ends.tree, PID... are most of the processes there are, and more than are shown at once. DIR is for scratch.
"""
import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time

program, build, where, tree, engines = sys.argv[1:6]
pids = sys.argv[6:]
ERASE = b"\r\x1b[K"
LONG = 60  # seconds, before a test gives up
ENOUGH = 1.5  # seconds after which a line would be there
WIDTH = 60


def verdict(name, good, why=""):
    print("ok " + name if good else "not ok %s: %s" % (name, str(why)[:900].replace("\n", "|")), flush=True)


def screen(data):
    """What a terminal shows of it, line by line. It knows nothing but what is used here."""
    lines, at = [""], 0
    for part in re.findall(r"\r|\n|\x1b\[K|[^\r\n\x1b]+|\x1b", data.decode("utf-8", "replace")):
        if part == "\n":
            lines.append("")
            at = 0
        elif part == "\r":
            at = 0
        elif part == "\x1b[K":
            lines[-1] = lines[-1][:at]
        else:
            lines[-1] = lines[-1][:at].ljust(at) + part + lines[-1][at + len(part):]
            at += len(part)
    return lines


class Gated:
    """The program on a terminal of its own, held up wherever it opens one of the names."""

    def __init__(self, words, names="", term="xterm", stdout=None, stderr=None, job="", head=()):
        self.fifos = [where + "/gate.out", where + "/gate.in"]
        for fifo in self.fifos:
            if os.path.exists(fifo):
                os.unlink(fifo)
            os.mkfifo(fifo)
        env = dict(os.environ, GATE_NAMES=names, GATE_OUT=self.fifos[0], GATE_IN=self.fifos[1], TERM=term,
                   LD_PRELOAD=build + "/live/libgate.so")
        if not term:
            del env["TERM"]
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.said, self.leave = (os.open(fifo, os.O_RDWR) for fifo in self.fifos)
        self.master, slave = os.openpty()
        modes = termios.tcgetattr(slave)
        modes[1] &= ~termios.OPOST
        modes[3] = modes[3] & ~termios.ECHO | (termios.TOSTOP if job == "background" else 0)
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x18\0" + bytes([WIDTH]) + b"\0\0\0\0\0")

        def own_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if job:
                # The leader of the session waits, as a shell would.
                child = os.fork()
                if child:
                    os.closerange(0, 1024)
                    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 127)
                os.setpgid(0, 0)
            if job == "foreground":
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
                os.tcsetpgrp(slave, os.getpgrp())
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTTOU])
            for number in (signal.SIGPIPE, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)

        self.process = subprocess.Popen(list(head) + [program] + words, stdin=slave, env=env, preexec_fn=own_terminal,
                                        stdout=slave if stdout is None else stdout,
                                        stderr=slave if stderr is None else stderr)
        os.close(slave)
        self.data = b""

    def read(self, seconds):
        """Whatever comes within that time; False: nothing, or it has ended."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self.master, 65536)
        except OSError:
            return False
        self.data += part
        return bool(part)

    def held(self):
        """The name that it is held up at."""
        name, until = b"", time.monotonic() + LONG
        while not name.endswith(b"\n") and time.monotonic() < until and self.process.poll() is None:
            self.read(0)
            if select.select([self.said], [], [], 0.05)[0]:
                name += os.read(self.said, 1)
        return name.decode().strip()

    def go(self):
        os.write(self.leave, b"+")

    def await_line(self, pattern):
        """The line once it looks like that, or what there is instead."""
        until = time.monotonic() + LONG
        while time.monotonic() < until:
            if re.fullmatch(pattern, screen(self.data)[-1]):
                return screen(self.data)[-1]
            if not self.read(0.1) and self.process.poll() is not None:
                break
        return "no line: %r" % self.data[-300:]

    def wait(self, seconds=ENOUGH):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(0.1)

    def job(self):
        """The program, where it is a child of the leader of its session."""
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as children:
            return int(children.read().split()[0])

    def end(self):
        while self.read(LONG):
            pass
        if self.process.poll() is None and select.select([self.master], [], [], 0) == ([], [], []):
            self.process.kill()
        status = self.process.wait()
        for fd in (self.master, self.said, self.leave):
            os.close(fd)
        return status


def plain(words):
    return subprocess.run([program] + words, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def as_shown(words):
    """On a terminal, without the line: -w is not for this, since it leaves rows out."""
    g = Gated(words, term="dumb")
    g.end()
    return screen(g.data)


TREE = ["--proc=" + tree, "-lnP", "--color=never"]


def counts_up():
    g = Gated(TREE + ["--threads=1"], "101,104")
    first = [g.held(), g.await_line(r"fdmap: walk: 1 of 6 processes")]
    g.go()
    second = [g.held(), g.await_line(r"fdmap: walk: 4 of 6 processes")]
    g.go()
    status = g.end()
    verdict("it counts up", first + second == ["101", "fdmap: walk: 1 of 6 processes", "104",
                                               "fdmap: walk: 4 of 6 processes"], first + second)
    want = as_shown(TREE + ["--threads=1"])
    verdict("the screen is that of a run without it", screen(g.data) == want, (screen(g.data)[:2], want[:2]))
    verdict("its status, too", status == plain(TREE).returncode, status)
    at = g.data.find(b"COMMAND")
    verdict("gone before the first row", g.data[:at].endswith(ERASE) and ERASE not in g.data[at:], g.data[:at + 20])


def many_threads():
    # The thread that called is held up itself.
    g = Gated(TREE + ["--threads=4"], "103")
    name, seen = g.held(), g.await_line(r"fdmap: walk: 5 of 6 processes")
    g.go()
    g.end()
    verdict("many threads: what the others have done", (name, seen) == ("103", "fdmap: walk: 5 of 6 processes"), seen)
    verdict("many threads: the screen", screen(g.data) == as_shown(TREE + ["--threads=4"]))


def other_ends():
    words = TREE + ["--threads=1", "-E", "-p", "100"]
    g = Gated(words, "103")
    name, seen = g.held(), g.await_line(r"fdmap: other ends: [0-9] of 6 processes")
    g.go()
    g.end()
    verdict("other ends: the second walk", name == "103" and seen.startswith("fdmap: other ends: "), (name, seen))
    verdict("other ends: the screen", screen(g.data) == as_shown(words))


def cycles():
    words = TREE + ["-r1c2", "-F", "-d", "3"]
    g = Gated(words, "104")
    seen = []
    for _ in range(2):
        g.held()
        seen.append(g.await_line(r"fdmap: walk: .* of 6 processes"))
        g.go()
    g.end()
    verdict("-r: in each listing", all(s.startswith("fdmap: walk: ") for s in seen), seen)
    verdict("-r: the screen", screen(g.data) == as_shown(words))


def in_parts():
    # So many processes are shown in parts: the second part is not waited for with the first one's rows.
    words = ["-nP", "--engine=proc", "--threads=1", "-F", "-c", "herd"]
    g = Gated(words, "%s,%s" % (pids[0], pids[-1]))
    first = [g.held(), g.await_line(r"fdmap: walk: [0-9]+ of [0-9]+ processes")]
    g.go()
    second = g.held()
    g.wait()
    rows = g.data.find(b"p")
    while rows >= 0 and g.data[:rows] and not g.data[:rows].endswith(ERASE):
        rows = g.data.find(b"p", rows + 1)
    held = g.data
    g.go()
    g.end()
    verdict("in parts: before the first row", first[0] == pids[0] and first[1].startswith("fdmap: walk:"), first)
    verdict("in parts: rows come while the rest is looked at", second == pids[-1] and len(held) > rows + 100 > 100,
            (second, held[-200:]))
    verdict("in parts: it does not come back", b"fdmap: walk" not in g.data[rows:] and ERASE not in g.data[rows:],
            g.data[rows:rows + 200])


def to_a_file():
    with open(where + "/rows", "w+b") as rows:
        g = Gated(TREE, "104", stdout=rows)
        seen = (g.held(), g.await_line(r"fdmap: walk: .* of 6 processes"))
        g.go()
        g.end()
        rows.seek(0)
        got = rows.read()
    verdict("stdout is a file: there is a line", seen[1].startswith("fdmap: walk"), seen)
    verdict("stdout is a file: the terminal is clean", screen(g.data) == [""], g.data)
    verdict("stdout is a file: nothing of it is there", got == plain(TREE).stdout, got[:200])


def nothing_found():
    g = Gated(TREE + ["-c", "nobody"], "104")
    g.held()
    seen = g.await_line(r"fdmap: walk: .* of 6 processes")
    g.go()
    status = g.end()
    verdict("nothing is found: a clean line", seen.startswith("fdmap: walk") and screen(g.data) == [""] and status == 1,
            (seen, g.data[-100:], status))


def warnings():
    words = ["--proc=" + tree, "-P", "--color=never"]
    g = Gated(words, "104")
    g.held()
    seen = g.await_line(r"fdmap: walk: .* of 6 processes")
    g.go()
    g.end()
    want = as_shown(words)
    verdict("a warning has a line of its own", screen(g.data) == want and "fdmap: " in want[0] and
            seen.startswith("fdmap: walk"), (screen(g.data)[:2], want[:2]))


def never():
    """Held up for longer than the second."""
    link = where + "/lsof"
    if not os.path.exists(link):
        os.symlink(program, link)
    for name, how in (("TERM=dumb", {"term": "dumb"}), ("no TERM", {"term": ""}), ("-w", {"words": TREE + ["-w"]}),
                      ("as lsof", {"head": ["sh", "-c", 'shift; exec "$0" "$@"', link]}),
                      ("stderr is a pipe", {"stderr": subprocess.PIPE}), ("-Ft, a pipe", {"words": TREE + ["-Ft"],
                                                                                          "stderr": subprocess.PIPE})):
        how = dict({"words": TREE}, **how)
        g = Gated(names="104", **how)
        held = g.held()
        g.wait()
        early = g.data
        g.go()
        err = g.process.stderr.read() if g.process.stderr else b""
        g.end()
        verdict("none: " + name, held == "104" and not early and ERASE not in g.data + err, (held, early, g.data[:100], err))


def fast():
    begun = time.monotonic()
    g = Gated(TREE)
    g.end()
    if time.monotonic() - begun > 0.9:
        print("skip none within a second: it took longer", flush=True)
    else:
        verdict("none within a second", ERASE not in g.data, g.data[:200])


def interrupted():
    for number in (signal.SIGINT, signal.SIGTERM):
        g = Gated(TREE, "104")
        g.held()
        seen = g.await_line(r"fdmap: walk: .* of 6 processes")
        os.kill(g.process.pid, number)
        status = g.end()
        verdict("%s: a clean line" % number.name, seen.startswith("fdmap: walk") and screen(g.data) == [""], g.data)
        verdict("%s: it ends by it" % number.name, status == -number, status)


def stopped():
    g = Gated(TREE, "104", job="foreground")
    g.held()
    g.await_line(r"fdmap: walk: .* of 6 processes")
    pid, state, until = g.job(), "", time.monotonic() + LONG
    os.kill(pid, signal.SIGTSTP)
    while state != "T" and time.monotonic() < until:
        g.read(0.1)
        with open("/proc/%d/stat" % pid) as stat:
            state = stat.read().rsplit(") ", 1)[1][0]
    verdict("SIGTSTP: it stops", state == "T", state)
    verdict("SIGTSTP: a clean line", screen(g.data) == [""], g.data[-100:])
    os.kill(pid, signal.SIGCONT)
    seen = g.await_line(r"fdmap: walk: .* of 6 processes")
    g.go()
    g.end()
    verdict("SIGCONT: there it is again", seen.startswith("fdmap: walk"), seen)
    verdict("SIGCONT: the screen", screen(g.data) == as_shown(TREE), screen(g.data)[:2])


def background():
    with open(where + "/rows", "w+b") as rows:
        g = Gated(TREE, "104", stdout=rows, job="background")
        held = g.held()
        g.wait()
        early = g.data
        g.go()
        # Whoever is stopped never ends.
        until = time.monotonic() + LONG
        while g.process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        status = g.process.poll()
        if status is None:
            os.kill(g.job(), signal.SIGKILL)
        g.end()
        rows.seek(0)
        got = rows.read()
    verdict("in the background: nothing is written", held == "104" and not early and not g.data, (held, g.data))
    verdict("in the background: it is not stopped", status is not None and got == plain(TREE).stdout, status)


def live(engine):
    words = ["-nP", "--engine=" + engine, "--threads=1", "--color=never", "-c", "herd", "-d", "0"]
    g = Gated(words, pids[-1])
    held, seen = g.held(), g.await_line(r"fdmap: walk: [0-9]+ of [0-9]+ processes")
    g.go()
    g.end()
    numbers = [int(n) for n in re.findall(r"[0-9]+", seen)]
    verdict("--engine=%s: processes" % engine, held == pids[-1] and len(pids) <= numbers[0] + 1 <= numbers[1], seen)
    rows = [line for line in screen(g.data) if re.match(r"herd +[0-9]+ ", line)]
    verdict("--engine=%s: the screen" % engine, len(rows) >= len(pids) and screen(g.data)[0].startswith("COMMAND"),
            screen(g.data)[:2])


def width():
    g = Gated(TREE + ["--threads=1"], "104")
    g.held()
    fcntl.ioctl(g.master, termios.TIOCSWINSZ, b"\x18\0\x0d\0\0\0\0\0")
    seen = g.await_line("fdmap: walk:")
    g.go()
    g.end()
    verdict("no wider than the terminal", seen == "fdmap: walk:", seen)


def filtered():
    """What docs/security.md lists is enough for it."""
    head = [build + "/live/filter", "kill", "allow"] + os.environ["PROGRESS_CALLS"].split() + ["--"]
    words = ["-lnP", "--color=never", "-a", "-d", "0", "-p", str(os.getpid())]
    g = Gated(words, str(os.getpid()), head=head)
    g.held()
    seen = g.await_line(r"fdmap: walk: 0 of 1 processes")
    g.go()
    status = g.end()
    verdict("under a filter of system calls", status == 0 and screen(g.data) == as_shown(words), (status, g.data[-100:]))
    verdict("under a filter: there is a line", seen.startswith("fdmap: walk"), seen)


for case in (counts_up, many_threads, other_ends, cycles, to_a_file, nothing_found, warnings, never, fast, interrupted,
             stopped, background, width):
    case()
if "PROGRESS_CALLS" in os.environ:
    filtered()
if pids:
    in_parts()
for one in engines.split():
    live(one)
