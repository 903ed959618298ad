# SPDX-License-Identifier: MIT
"""Rows that are handed out while others are still looked for.

parts.py FDMAP BUILD ROUNDS DIR ENGINE...

Makes some 300 processes of its own. In namespaces of its own (STAGE_ENTERED) nothing else is
listed, and all of it is compared; else only what selects these processes.
"""
import ctypes
import fcntl
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

program, build, rounds, where, engines = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:]
NAME = "partling"
CROWD = 300
LEAST = 64  # LEAST_PART of take.c
FORMATS = [[], ["-t"], ["-F"], ["-F0pcfn"], ["-j"], ["-J"], ["--csv"], ["--tsv"], ["--print0"]]
SELECTIONS = [[], ["-i"], ["-U"], ["-u", str(os.getuid())], ["/dev/null"], ["+L1"], ["-d", "0-9"], ["-K"],
              ["--filter", "tcp or deleted"]]
libc = ctypes.CDLL(None, use_errno=True)
staged = bool(os.environ.get("STAGE_ENTERED"))
kept = []
nothing = os.open("/dev/null", os.O_RDWR)


def verdict(name, why):
    print("not ok %s: %s" % (name, why[:900].replace("\n", "|")) if why else "ok " + name, flush=True)


# ---- the crowd ----

def named(name):
    libc.prctl(15, name.encode(), 0, 0, 0)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)


def fill(i):
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    kept.extend([server, client, server.accept()[0], *socket.socketpair()])
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    kept.append(udp)
    os.pipe()
    os.open("/dev/null", os.O_RDWR)
    if i % 7 == 0:
        fcntl.lockf(os.open("%s/lock.%d" % (where, i), os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)
    if i % 5 == 0:
        path = "%s/gone.%d" % (where, i)
        os.open(path, os.O_RDWR | os.O_CREAT)
        os.unlink(path)
    if i == CROWD // 2:
        for _ in range(1500):
            os.open("/dev/null", os.O_RDONLY)
    if i % 60 == 0:
        threading.Thread(target=threading.Event().wait, daemon=True).start()


# What a child does before it pauses; it writes a byte when it has.
def child(todo, *words):
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        try:
            named(NAME)
            for fd in range(3):
                os.dup2(nothing, fd)
            todo(*words)
            os.write(w, b"+")
            os.close(w)
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(w)
    if os.read(r, 1) != b"+":
        raise SystemExit("not ok crowd: a child has ended")
    os.close(r)
    return pid


def crowd():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    return [child(fill, i) for i in range(CROWD)]


# ---- the program ----

def run(words, **more):
    return subprocess.run([program, "-nP"] + words, check=False, stdin=subprocess.DEVNULL, capture_output=True, **more)


# Nothing of the test, or only what is of it.
def ours():
    if not staged:
        return ["-a", "-c", NAME]
    me = os.path.basename(program)[:15]
    return ["-p", ",".join("^%d" % n for n in {1, os.getpid(), os.getppid()}), "-c", "^" + me]


def parts_of(words):
    err = run(["--explain", "-t"] + words).stderr.decode()
    found = re.search(r"in (\d+) parts", err)
    return int(found[1]) if found else 0


def check_formats(engine):
    for select in SELECTIONS if staged else [[]]:
        bad = ""
        for words in FORMATS:
            line = words + ours() + select
            want = run(["--engine=proc", "--threads=1"] + line)
            for threads in "1248":
                got = run(["--engine=" + engine, "--threads=" + threads] + line)
                if (got.stdout, got.returncode) != (want.stdout, want.returncode) and not bad:
                    bad = "%s, %s threads: %d bytes, %d, %r" % (line, threads, len(want.stdout), len(got.stdout),
                                                               got.stderr)
            if len(want.stdout) < (10 if words == ["-t"] else 300) and not bad:
                bad = "%s: only %d bytes" % (line, len(want.stdout))
        verdict("the same rows, %s, %s" % (engine, " ".join(select) or "everything"), bad)


def check_whole(pids, engine):
    listed = ["-p", ",".join(map(str, pids))]
    verdict("a few processes come at once, " + engine, "" if parts_of(listed) == 0 else "in parts")
    number = parts_of(["-c", NAME])
    verdict("many come in parts, " + engine, "" if number >= CROWD // LEAST else "%d parts" % number)
    bad = ""
    for words in FORMATS:
        whole, parts = (run(["--engine=" + engine] + words + line) for line in (listed, ["-c", NAME]))
        if whole.stdout != parts.stdout or len(whole.stdout) < 2 * CROWD:
            bad = bad or "%s: %d bytes, %d" % (words, len(whole.stdout), len(parts.stdout))
    verdict("in parts as at once, " + engine, bad)


# ---- when ----

def traced(words, stdout):
    """Directories of processes that were opened, and how many before the first byte; its status and stderr."""
    log = where + "/trace"
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
    p = subprocess.run(["strace", "-f", "-qq", "-e", "trace=openat,write", "-e", "signal=none", "-o", log, program, "-nP",
                        "--engine=proc"] + words, check=False, stdin=subprocess.DEVNULL, stdout=stdout,
                       stderr=subprocess.PIPE, env=env)
    opened, before = 0, None
    for line in open(log, errors="replace"):
        if re.search(r'openat\(\d+, "\d+", ', line):
            opened += 1
        elif " write(1, " in line and before is None:
            before = opened
    return opened, before, p


def check_when():
    for words in FORMATS:
        opened, before, _ = traced(["--threads=1"] + words + ours(), subprocess.DEVNULL)
        name = "the first byte: " + (" ".join(words) or "table")
        if opened < CROWD:
            verdict(name, "only %d processes" % opened)
        elif not words:
            verdict(name + " comes last", "" if before == opened else "after %s of %d" % (before, opened))
        else:
            verdict(name, "" if before and before <= opened - LEAST else "after %s of %d" % (before, opened))
    for words in FORMATS[1:]:
        r, w = os.pipe()
        os.close(r)
        opened, _, p = traced(["--threads=1"] + words + ours(), w)
        os.close(w)
        bad = "" if opened <= 2 * LEAST else "%d processes were looked at" % opened
        if p.returncode not in (1, -signal.SIGPIPE) or p.stderr:
            bad = bad or "status %d: %s" % (p.returncode, p.stderr.decode())
        verdict("who wants no more: " + " ".join(words), bad)


# Who reads a little, looks away, and reads on, misses nothing; who goes away in the middle ends it.
def check_slow_reader():
    for words in FORMATS:
        want = run(words + ours())
        p = subprocess.Popen([program, "-nP"] + words + ours(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, bufsize=0)
        fcntl.fcntl(p.stdout, fcntl.F_SETPIPE_SZ, 4096)
        got = p.stdout.read(1)
        time.sleep(0.5)
        waits = len(want.stdout) > 70000 and p.poll() is not None
        got += p.stdout.readall()
        bad = "" if (got, p.wait(), p.stderr.read()) == (want.stdout, want.returncode, b"") else "%d bytes of %d, status %d" % (
            len(got), len(want.stdout), p.returncode)
        verdict("a reader that stalls: " + (" ".join(words) or "table"), bad or ("it did not wait" if waits else ""))
        if len(want.stdout) < 70000:
            continue
        p = subprocess.Popen([program, "-nP"] + words + ours(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, bufsize=0)
        p.stdout.read(1)
        p.stdout.close()
        said = p.stderr.read()
        verdict("a reader that goes away: " + (" ".join(words) or "table"),
                "" if p.wait() == -signal.SIGPIPE and not said else "status %d: %s" % (p.returncode, said.decode()))


# A pass that breaks off: what has been written stays, the rest comes from /proc.
def check_broken():
    want, bad, hit, late = run(["--engine=proc", "--threads=1", "-F"] + ours() + ["-c", "^strace"]).stdout, "", 0, 0
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
    log, out = where + "/broken", where + "/out"
    for when in (1, 2, 4, 8, 10, 12):
        with open(out, "wb") as to:
            p = subprocess.run(["strace", "-f", "-qq", "-P", "anon_inode:bpf_iter", "-P", out, "-e", "trace=read,write", "-e",
                                "inject=read:error=E2BIG:delay_enter=300000:when=%d" % when, "-e", "signal=none", "-o", log, program, "-nP",
                                "--engine=auto", "--threads=2", "-F"] + ours() + ["-c", "^strace"], check=False,
                               stdin=subprocess.DEVNULL, stdout=to, stderr=subprocess.PIPE, env=env)
        got, trace = open(out, "rb").read(), open(log, errors="replace").read()
        hit += "INJECTED" in trace
        late += " write(" in trace.split("INJECTED")[0] and "INJECTED" in trace
        if (got, p.returncode, p.stderr) != (want, 0, b"") and not bad:
            bad = "read %d: %d bytes, %d: %s" % (when, len(want), len(got), p.stderr.decode())
    verdict("a pass that breaks off", bad or ("" if hit > 2 else "only %d did" % hit))
    # The walk has time to come as far as the pass has, but is not made to.
    print("%s a pass that breaks off when something has been written%s" %
          (("ok", "") if late else ("skip", ": it never did")), flush=True)


# ---- while others come and go ----

def told(engine, words, pids):
    p = run(["--engine=" + engine, "-F"] + words)
    sets = {}
    for part in re.split(rb"(?m)^(?=p\d)", p.stdout):
        pid = part.split(b"\n")[0][1:]
        if pid in pids:
            thread = re.search(rb"(?m)^K(\d+)$", part)
            sets.setdefault((pid, thread[1] if thread else b""), []).append(part)
    return sets, p.stderr.decode(errors="replace"), p.returncode


def fault(want, got):
    for key in sorted(want.keys() | got.keys()):
        a, b = want.get(key, []), got.get(key, [])
        if a != b:
            lines = [(x, y) for x, y in zip(*(sets[0].split(b"\n") for sets in (a, b))) if x != y] if a and b else []
            return "process %s %s: %d times, %r" % (*key, len(b), lines[:3])
    return ""


def churners():
    live = build + "/live/"
    lines = [[live + "churn"], [live + "flurry", "conn", "8", "60"], [live + "flurry", "unix", "8", "60"],
             [live + "flurry", "udp", "8", "60"]]
    return [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for line in lines]


def stop(started):
    for p in started:
        p.terminate()
        p.stdin.close()
        p.wait()


def check_churn(pids):
    pids = {b"%d" % pid for pid in pids}
    lines = [[], ["-i"], ["-U"], ["-u", str(os.getuid())], ["--sockets"]]
    wanted = [told("proc", words, pids) for words in lines]
    started = churners()
    try:
        for engine in engines:
            for words, (want, _, status) in zip(lines, wanted):
                bad = "" if len(want) >= CROWD else "only %d were told" % len(want)
                for i in range(rounds):
                    got, err, rc = told(engine, words, pids)
                    bad = bad or fault(want, got) or ("" if rc == status and not err else "status %d: %s" % (rc, err))
                    if bad:
                        bad = "round %d: %s" % (i, bad)
                        break
                verdict("who stands still, %s: %s" % (engine, " ".join(words) or "everything"), bad)
    finally:
        stop(started)


# Sockets that come all the time, and last as long as a listing.
def dance():
    dancing = [socket.socket() for _ in range(300)]
    while True:
        for i, old in enumerate(dancing):
            dancing[i] = socket.create_server(("0.0.0.0", 0))
            old.close()
            time.sleep(0.0005)


# Of another network namespace: a table that was read for the first part lacks those of the last one. Now and then
# the kernel leaves out some of so many that come and go, however it is asked.
def check_elsewhere():
    if libc.unshare(0x40000000) < 0:
        print("skip elsewhere: no network namespace", flush=True)
        return
    first = child(lambda: kept.append(socket.create_server(("0.0.0.0", 0))))
    rest = [child(lambda: None) for _ in range(CROWD // 2)]
    last = os.fork()
    if last == 0:
        named(NAME)
        dance()
    for engine in engines:
        bad, seen, times = "", 0, 0
        for _ in range(2 * rounds):
            # Our own namespace is another one than theirs.
            p = run(["--engine=" + engine, "--threads=1", "-Ftn"] + ours(), preexec_fn=lambda: libc.unshare(0x40000000))
            rows = re.split(rb"(?m)^p", p.stdout)
            mine = next((r for r in rows if r.startswith(b"%d\n" % last)), b"")
            bad = bad or p.stderr.decode()
            seen += mine.count(b"\ntIPv4")
            odd = re.search(rb"(?m)^tsock\nn(?!.*can't).*", mine)
            times += bool(odd)
        if times > rounds // 2:
            bad = bad or "%d of %d times some were not known" % (times, 2 * rounds)
        verdict("sockets elsewhere that were opened meanwhile, " + engine, bad or ("" if seen else "none was seen"))
    for pid in [first, last] + rest:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def main():
    os.chdir(where)
    pids = crowd()
    for engine in engines:
        check_formats(engine)
        check_whole(pids, engine)
    check_slow_reader()
    if shutil.which("strace") and subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0:
        check_when()
        if staged and "bpf" in engines:
            check_broken()
    else:
        print("skip the first byte: no strace, or it may not trace here", flush=True)
    check_churn(pids)
    if staged:
        check_elsewhere()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


main()
