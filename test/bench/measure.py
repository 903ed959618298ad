# SPDX-License-Identifier: MIT
"""A load that is started and ended, and commands that are run and measured beside it."""

import collections
import os
import re
import shutil
import statistics
import subprocess
import tempfile

LIMIT = 300  # seconds for one command
SKIP = 77

# ms, MB; status of the command
Run = collections.namedtuple("Run", "wall user system peak status")


class Unavailable(Exception):
    """The load can't be had here."""


class Load:
    """The load program; facts: what it says. Its files lie in a directory that goes with it."""

    def __init__(self, build, name, size=None):
        self.directory = tempfile.TemporaryDirectory(prefix="fdmap-bench.")
        command = [os.path.join(build, "bench", "load"), name] + ([str(size)] if size else [])
        self.process = subprocess.Popen(command, cwd=self.directory.name, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.facts = {}
        for line in self.process.stdout:
            if line == "ready\n":
                return
            key, _, value = line.rstrip("\n").partition("=")
            self.facts[key] = value
        status = self.process.wait()
        self.directory.cleanup()
        if status == SKIP:
            raise Unavailable(f"the load {name} may not be made here")
        raise SystemExit(f"bench: load {name}: status {status}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.directory.cleanup()


class Clock:
    def __init__(self, build, limit=LIMIT):
        self.program = [os.path.join(build, "bench", "clock"), str(limit)]

    def run(self, command, output="/dev/null"):
        said = subprocess.run(self.program + [output] + command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, check=True)
        wall, user, system, peak, status = map(int, said.stdout.split())
        return Run(wall / 1e6, user / 1e3, system / 1e3, peak / 1024, status)


class Series:
    """One command: its runs, and what was found out besides."""

    def __init__(self, name, label, command):
        self.name, self.label, self.command = name, label, command
        self.runs = []
        self.calls = None
        self.wrong = None  # why its times are worth nothing

    @property
    def median(self):
        return statistics.median(run.wall for run in self.runs)

    @property
    def span(self):
        return min(run.wall for run in self.runs), max(run.wall for run in self.runs)

    @property
    def peak(self):
        return max(run.peak for run in self.runs)


def holds_word(path, word):
    """Whether the word stands in the file, not as a part of a longer number or name."""
    pattern = re.compile(rb"(?<![\w.])" + re.escape(word.encode()) + rb"(?!\w)")
    with open(path, "rb") as file:
        return any(pattern.search(line) for line in file)


def warm_up(clock, series, answer, scratch):
    """Runs it once and looks whether it answers."""
    run = clock.run(series.command, scratch)
    if run.status >= 126:
        series.wrong = f"status {run.status}"
    elif answer and not holds_word(scratch, answer):
        series.wrong = f"its answer lacks {answer}"
    elif answer is None and series.name != "ss" and run.status == 0:
        series.wrong = "it found what is not there"


def measure(clock, all_series, answer, runs):
    """Round by round, each command once in turn, so that what disturbs disturbs all."""
    with tempfile.TemporaryDirectory(prefix="fdmap-bench.") as directory:
        for series in all_series:
            warm_up(clock, series, answer, os.path.join(directory, "output"))
    for turn in range(runs):
        first = turn % len(all_series)
        for series in all_series[first:] + all_series[:first]:
            series.runs.append(clock.run(series.command))


def count_calls(clock, series):
    """System calls of the command and what it starts, or None: strace is missing or may not."""
    if not shutil.which("strace"):
        return
    with tempfile.TemporaryDirectory(prefix="fdmap-bench.") as directory:
        summary = os.path.join(directory, "calls")
        clock.run(["strace", "-f", "-c", "-qq", "-o", summary] + series.command)
        try:
            with open(summary, encoding="utf-8") as file:
                rows = [line.split() for line in file]
        except OSError:
            return
    # % time, seconds, usecs/call, calls, [errors,] name
    counts = [int(row[3]) for row in rows if len(row) > 4 and row[3].isdigit() and row[-1] != "total"]
    series.calls = sum(counts) or None


def refusal(fdmap, engine):
    """Why the engine can't be measured, or None. strace tells whether it is used at all."""
    command = [fdmap, f"--engine={engine}", "-nP"]
    environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    with tempfile.NamedTemporaryFile(prefix="fdmap-bench.") as trace:
        if shutil.which("strace"):
            command = ["strace", "-f", "-qq", "-e", "trace=bpf", "-o", trace.name] + command
        said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, errors="replace", check=False,
                              env=environment)
        if said.returncode > 1 or "engine" in said.stderr:
            return said.stderr.strip().partition("\n")[0] or f"status {said.returncode}"
        if engine == "bpf" and command[0] == "strace" and not trace.read():
            return "it is not used"
    return None
