# SPDX-License-Identifier: MIT
"""-r for many cycles: neither memory nor descriptors, threads and mappings become more.

repeat.py FDMAP BUILD CYCLES DIR TREE PID...

Between two cycles the program stands still (test/live/step.c), and is looked at each EVERY cycles. DIR is for scratch.
"""
import os
import select
import subprocess
import sys
import time

program, build, cycles, where, tree = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
pids = ",".join(sys.argv[6:])
WARM = 50  # cycles, until what is kept for the next one is there
EVERY = 25
SANITIZED = "asan" in build or "tsan" in build
# Free memory that malloc(3) keeps, in KiB: the same after few cycles as after many.
SLACK = 6144 if SANITIZED else 512
CASES = [("a tree, " + name, ["--proc=" + tree, "-nPw"] + words) for name, words in
         [("table", []), ("-F", ["-F"]), ("JSON", ["-J"])]]
CASES += [("%s, %s" % (engine, name), ["--engine=" + engine, "-p", pids] + words) for engine in ("proc", "auto")
          for name, words in [("table", ["-nP"]), ("-F", ["-F", "-nP"]), ("JSON", ["-J", "-E"])]]
CASES += [("all, auto", ["--engine=auto", "-nP", "--threads=1"]), ("all, two threads", ["-nP", "--threads=2"]),
          ("all sockets, by names", ["-i", "-U", "+E", "--threads=1"])]


class Stepper:
    """The program, which stands still before each EVERY-th cycle but the first."""

    def __init__(self, words, every, stdout=subprocess.DEVNULL):
        out, go_on = where + "/step.out", where + "/step.in"
        for fifo in (out, go_on):
            if not os.path.exists(fifo):
                os.mkfifo(fifo)
        env = dict(os.environ, LD_PRELOAD=build + "/live/libstep.so", STEP_OUT=out, STEP_IN=go_on, STEP_EVERY=str(every))
        env["ASAN_OPTIONS"] = ":".join([env.get("ASAN_OPTIONS", ""), "verify_asan_link_order=0", "quarantine_size_mb=1"])
        # For reading and writing: neither end waits for the other.
        self.said, self.go_on = os.open(out, os.O_RDWR), os.open(go_on, os.O_RDWR)
        self.process = subprocess.Popen([program] + words, stdin=subprocess.DEVNULL, stdout=stdout,
                                        stderr=subprocess.PIPE, env=env)

    def wait(self):
        """(cycle, bytes), or None: it has ended."""
        while not select.select([self.said], [], [], 0.02)[0]:
            if self.process.poll() is not None:
                return None
        line = os.read(self.said, 64).split()
        return int(line[0]), int(line[1])

    def go(self):
        os.write(self.go_on, b"+")

    def end(self):
        _, err = self.process.communicate()
        os.close(self.said)
        os.close(self.go_on)
        return self.process.returncode, err.decode(errors="replace")

    def looks(self):
        at = "/proc/%d/" % self.process.pid
        with open(at + "statm") as statm, open(at + "maps") as maps:
            kib = int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024
            return {"KiB": kib, "descriptors": len(os.listdir(at + "fd")), "threads": len(os.listdir(at + "task")),
                    "mappings": len(maps.readlines())}


def verdict(name, why):
    print("not ok %s: %s" % (name, why[:900].replace("\n", "|")) if why else "ok " + name, flush=True)


def fault(first, most, threads):
    # Which thread reads a process, and so from which heap its rows are, is not the same from cycle to cycle.
    for what, more in (("descriptors", 0), ("threads", 0), ("mappings", 8 if SANITIZED else 2),
                       ("KiB", SLACK * (3 if threads else 1)), ("bytes", 65536 * (3 if threads else 1))):
        if most[what] > first[what] + more:
            return "%s: %d, then %d" % (what, first[what], most[what])
    return ""


def check(name, words):
    step = Stepper(words + ["-r1c%d" % cycles], EVERY)
    first, most, last, begun = None, {}, 0, time.monotonic()
    at = step.wait()
    while at:
        last, now = at[0], dict(step.looks(), bytes=at[1])
        if last >= WARM:
            first = first or now
            most = {what: max(now[what], most.get(what, 0)) for what in now}
        step.go()
        at = step.wait()
    status, err = step.end()
    bad = "status %d: %s" % (status, err) if status not in (0, 1) or err else ""
    if not bad and (last + EVERY < cycles or not most or most["descriptors"] < 5):
        bad = "only %d cycles: %s" % (last, most)
    verdict("-r, " + name, bad or fault(first, most, "--threads=2" in words))
    if first:
        print("# %s: %d cycles in %.0f s; after %d: %s; at most: %s" %
              (name, cycles, time.monotonic() - begun, WARM, first, most), flush=True)


def main():
    for name, words in CASES if cycles else []:
        check(name, words)


if __name__ == "__main__":
    main()
