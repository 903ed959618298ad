# SPDX-License-Identifier: MIT
"""Who stands still, told exactly and once, and who does not, told as nobody's mixture.

races.py FDMAP BUILD DIR SECONDS ENGINE... -- PID...

PIDs are of processes that stand still; more are made here. What all of them have open is asked for while nothing
moves, and must then be told by every engine with any number of threads, while `churn DIR` does what it can. Its head
says what names whom: a row that has the command of one and the file of another is a lie.
"""
import ctypes
import fcntl
import json
import mmap
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

program, build, where, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
split = sys.argv.index("--")
engines, group = sys.argv[5:split], {int(n) for n in sys.argv[split + 1:]}
staged = bool(os.environ.get("STAGE_ENTERED"))
libc = ctypes.CDLL(None, use_errno=True)
nothing = os.open("/dev/null", os.O_RDWR)
kept = []
THREADS = ["1", "2", "8"]
TIMEOUT = 120
NAMELESS = (b"churn", b"exe")  # before it has its name, or between an exec and that
# Of the zoo's netlink sockets, which hear what others do.
HEARD = {"recv_queue", "recvq", "rmem", "drops", "fwd"}
NAMED = re.compile(rb"(?:^/memfd:|^@|/)(?:c(\d+)\.(\d+)([AB])|s(\d+)\.(\d+)\.(\d+))(?: \(deleted\)|\.d \(deleted\)| |$)")


# ---- who stands still ----

def hold(i, ready):
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    named = socket.socket(socket.AF_UNIX)
    named.bind("\0races.still.%d.%d" % (os.getpid(), i))
    named.listen(1)
    kept.extend([server, client, server.accept()[0], udp, named, *socket.socketpair()])
    os.pipe()
    os.eventfd(i)
    for k in range(30):
        path = "%s/held/%d.%d" % (where, i, k)
        fd = os.open(path, os.O_RDWR | os.O_CREAT)
        os.ftruncate(fd, 4096 + k)
        if k % 3 == 0:
            os.unlink(path)
        elif k % 3 == 1:
            fcntl.lockf(fd, fcntl.LOCK_EX)
        elif k % 5 == 0:
            kept.append(mmap.mmap(fd, 4096))
    os.open(where + "/alone", os.O_RDONLY)
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    os.write(ready, b"%d\n" % server.getsockname()[1])


def holder(i):
    """A process that holds what hold() makes, and its port."""
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            libc.prctl(15, b"holder", 0, 0, 0)
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)
            for fd in range(3):
                os.dup2(nothing, fd)
            os.chdir(where + "/held")
            hold(i, w)
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(w)
    with os.fdopen(r) as said:
        return pid, int(said.readline() or sys.exit("not ok races: a holder has ended"))


def next_pid_is(number):
    """In a PID namespace of our own; elsewhere whoever comes next gets the number."""
    if staged:
        try:
            with open("/proc/sys/kernel/ns_last_pid", "w") as last:
                last.write("%d" % (number - 1))
        except OSError:
            pass


def holders():
    made = []
    for i, number in enumerate([0, 0, 16000, 16001, 32000, 32767]):
        if number:
            next_pid_is(number)
        made.append(holder(i))
    next_pid_is(400)
    return made


# ---- questions ----

def run(words, engine="proc", threads="1"):
    return subprocess.run([program, "-nP", "--engine=" + engine, "--threads=" + threads] + words, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)


def told(p):
    """Sets of -F of the group, as they come: {(pid, thread): [set...]}"""
    sets = {}
    for part in re.split(rb"(?m)^(?=p\d)", p.stdout):
        pid = int(part.split(b"\n")[0][1:] or 0)
        if pid in group:
            thread = re.search(rb"(?m)^K(\d+)$", part)
            sets.setdefault((pid, thread[1] if thread else b""), []).append(part)
    return sets


def told_json(p):
    sets = {}
    for process in json.loads(p.stdout)["processes"]:
        if process["pid"] in group:
            sets.setdefault((process["pid"], process.get("tid", 0)), []).append(process)
    return sets


def columns():
    text = subprocess.run([program, "--columns=help"], check=False, capture_output=True, text=True).stdout
    keys = re.findall(r"(?m)^  ([a-z_0-9]+) ", text)
    return "--columns=+" + ",".join(key for key in keys if key != "age")


# What changes although nobody moves: what is in a[...] and not the same in b[...].
def steady(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return {k: steady(a[k], b[k]) for k in a if k in b and k not in HEARD and (isinstance(a[k], (dict, list)) or a[k] == b[k])}
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [steady(x, y) for x, y in zip(a, b)]
    return a


def lacks(want, got, path=""):
    """What of want is not so in got, in words."""
    if isinstance(want, dict) and isinstance(got, dict):
        return next((bad for k in want for bad in [lacks(want[k], got.get(k), path + "/" + k)] if bad), "")
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return next((bad for i in range(len(want)) for bad in [lacks(want[i], got[i], "%s/%d" % (path, i))] if bad), "")
    return "" if want == got else "%s: %.200r, %.200r" % (path, want, got)


def fault(want, got):
    for key in sorted(want.keys() | got.keys()):
        a, b = want.get(key, []), got.get(key, [])
        if len(b) != 1 or len(a) != 1:
            return "process %s %s: %d, %d times" % (*key, len(a), len(b))
        if isinstance(a[0], dict):
            bad = lacks(a[0], b[0])
            if bad:
                return "process %s %s %s" % (*key, bad)
        elif a != b:
            lines = [(x, y) for x, y in zip(a[0].split(b"\n"), b[0].split(b"\n")) if x != y]
            return "process %s %s: %r" % (*key, lines[:3] or "more rows")
    return ""


# ---- who does not stand still ----

seen = {"rows": 0, "named": 0, "between": 0, "exec": 0, "whole": 0}


def row_fault(pid, comm, row):
    name, fd = row.get(b"n", b""), row[b"f"]
    found = NAMED.search(name)
    if not found:
        return ""
    seen["named"] += 1
    owner, turn, letter, process, place, at = found.groups()
    if int(owner or process) != pid:
        return "a file of another process"
    mine = re.fullmatch(rb"c(\d+)\.(\d+)([AB])", comm)
    if owner and comm not in NAMELESS and not (mine and mine[2] == turn):
        return "a file of who had the number before or after"
    if owner and mine and mine[3] != letter and fd != b"cwd":
        seen["exec"] += 1
    if process and comm not in (*NAMELESS, b"s" + process):
        return "a place of another process"
    if process and fd.isdigit() and int(fd) >= 100 and (int(fd) - 100) % 40 != int(place) % 40:
        return "the file of another place"
    kind = row.get(b"t", b"")  # none: it was closed between link and stat
    if kind and (kind == b"unix") != name.startswith(b"@") or (fd.isdigit() and kind not in (b"unix", b"REG", b"")):
        return "a file of another type"
    size = row.get(b"s")
    if size and kind == b"REG":
        wrong = int(size) not in (0, 100000 + int(turn or at))
        seen["between"] += wrong
        seen["whole"] += not wrong
    return ""


def strangers(text):
    """The first fault of any process, of the group or not."""
    pids, last = set(), 0
    for part in re.split(rb"(?m)^(?=p\d)", text):
        head, *rows = re.split(rb"(?m)^(?=f)", part)
        facts = {line[:1]: line[1:] for line in head.split(b"\n") if line}
        if b"p" not in facts:
            continue
        pid, tid, comm = int(facts[b"p"]), facts.get(b"K", b""), facts.get(b"c", b"")
        if (pid, tid) in pids or pid < last:
            return "process %d %r: twice, or behind %d" % (pid, tid, last)
        pids.add((pid, tid))
        last = pid
        mine = re.match(rb"[cs](\d+)(\.|$)", comm)
        task = re.fullmatch(rb"T(\d+)", facts.get(b"M", b""))
        if (mine and int(mine[1]) != pid) or (task and task[1] != tid) or re.fullmatch(rb"T\d+", comm):
            return "process %d %r: command of another: %r" % (pid, tid, facts)
        fds = set()
        for lines in rows:
            row = {line[:1]: line[1:] for line in lines.split(b"\n") if line}
            seen["rows"] += 1
            if row[b"f"].isdigit() and row[b"f"] in fds:
                return "process %d: descriptor %r twice" % (pid, row[b"f"])
            fds.add(row[b"f"])
            bad = row_fault(pid, comm, row)
            if bad:
                return "process %d, %r: %s: %r" % (pid, comm, bad, row)
    return ""


# ---- both ----

class Question:
    def __init__(self, words, how="-F"):
        self.words, self.how = words + ([how] if how in ("-F", "-J") else []), how
        first = self.ask("proc", "1")
        self.want, self.status = self.answer(first), first.returncode
        if how == "-J":
            time.sleep(0.05)
            self.want = steady(self.want, self.answer(self.ask("proc", "1")))

    def ask(self, engine, threads):
        return run(self.words, engine, threads)

    def answer(self, p):
        return told(p) if self.how == "-F" else told_json(p) if self.how == "-J" else p.stdout

    def rows(self):
        if self.how == "-F":
            return sum(part.count(b"\nf") for sets in self.want.values() for part in sets)
        if self.how == "-J":
            return sum(len(p["files"]) for sets in self.want.values() for p in sets)
        return self.want.count(b"\n")

    def fault(self, engine, threads):
        p = self.ask(engine, threads)
        # Of commands, some may be found only now.
        if p.returncode not in (self.status, 0) or p.stderr:
            return "status %d: %s" % (p.returncode, p.stderr.decode(errors="replace")[-1500:])
        got = self.answer(p)
        if self.how in ("-F", "-J"):
            return fault(self.want, got) or (strangers(p.stdout) if self.how == "-F" else "")
        return "" if got == self.want else "%r, %r" % (self.want, got)


def questions(port):
    some = ",".join(map(str, sorted(group)))
    return [
        Question([]),
        Question(["-p", some]),
        Question(["-i"]),
        Question(["-U", "+E"]),
        Question(["-t", where + "/alone"], "-t"),
        Question(["+D", where + "/held"]),
        Question(["-K"]),
        Question(["-t", "-i", ":%d" % port], "-t"),
        Question(["--sockets"]),
        Question([columns()], "-J"),
        Question(["-E"]),
        Question(["-c", "holder", "-c", "c", "-c", "s"]),
        Question(["--filter", "deleted or listening"]),
        Question(["-a", "-d", "0-200", "-u", str(os.getuid())]),
    ]


def begin_churn():
    p = subprocess.Popen([build + "/live/churn", where], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if not p.stdout.readline().startswith("ready"):
        sys.exit("not ok races: churn did not start")
    return p


def end_churn(p):
    p.terminate()
    return dict(word.split("=") for word in p.communicate()[0].split())


def ask_all(asked):
    faults, runs, rows = {}, 0, 0
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end or turn < len(asked):
        for i, q in enumerate(asked):
            engine, threads = engines[(turn + i) % len(engines)], THREADS[(turn // len(asked) + i) % len(THREADS)]
            bad = q.fault(engine, threads)
            runs, rows = runs + 1, rows + q.rows()
            if bad:
                faults.setdefault(" ".join(q.words)[:60], []).append("%s, %s threads: %s" % (engine, threads, bad))
        turn += len(asked) + 1
    return faults, runs, rows


def main():
    os.mkdir(where + "/held")
    open(where + "/alone", "w").close()
    still = holders()
    group.update(pid for pid, _ in still)
    asked = questions(still[-1][1])
    churn = begin_churn()
    begun = time.monotonic()
    try:
        faults, runs, rows = ask_all(asked)
    finally:
        took = time.monotonic() - begun
        totals = end_churn(churn)
        for pid, _ in still:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    for q in asked:
        name = "races: " + (" ".join(q.words)[:60])
        bad = faults.get(" ".join(q.words)[:60], [])
        if not q.want:
            bad = ["nothing was told of who stands still"]
        print("not ok %s: %d times; %s" % (name, len(bad), bad[0][:1800].replace("\n", "|")) if bad else "ok " + name)
    print("# %d runs in %d s, %d processes that stand still, %d rows of theirs, %d runs with a fault" %
          (runs, took, len(group), rows, sum(map(len, faults.values()))))
    print("# " + " ".join("%s=%s (%.0f/s)" % (k, v, int(v) / took) for k, v in totals.items()))
    print("# of who does not: %(rows)d rows in all, %(named)d with a name of theirs; %(between)d of %(whole)d files "
          "changed between link and stat, %(exec)d by an exec" % seen)
    lively = int(totals["forks"]) > 20 * took and seen["named"] > 20
    print("ok races: they were" if lively else "not ok races: too few came and went: %s, %s" % (totals, seen))


main()
