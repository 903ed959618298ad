# SPDX-License-Identifier: MIT
"""Runs of the program in children of one server (test/live/fault): quick, and with calls that fail."""

import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess

# The server's, and those through which all memory comes.
OWN = re.compile(r"(note_place|fault_strikes|__wrap_|malloc|calloc|realloc|run_child|main|fault_main|_start) ")


def unpack(trees, name, top):
    """The recorded tree of that name becomes the directory top."""
    path = os.path.join(trees, "..", "lib", "untree")
    loader = importlib.machinery.SourceFileLoader("untree", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("untree", loader))
    loader.exec_module(module)
    module.unpack(os.path.join(trees, name + ".tree"), top)


class Result:
    def __init__(self, answer, out, err):
        self.status, self.signal = answer["status"], answer["signal"]
        self.hits, self.name, self.where = answer["hits"], answer["name"], answer["where"]
        self.counts = answer["counts"]
        self.out, self.err = out, err

    def same(self, other):
        return (self.status, self.signal, self.out, self.err) == (other.status, other.signal, other.out, other.err)


class Server:
    def __init__(self, build, scratch, name="server", seconds=60, env=None):
        self.program = os.path.join(build, "live", "fault")
        self.files = [os.path.join(scratch, name + end) for end in (".stdout", ".stderr")]
        self.seconds = seconds
        self.runs = 0
        self.places = {}
        self.process = subprocess.Popen([self.program, *self.files], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, **(env or {})})
        self.calls = self.process.stdout.readline().decode().split()

    def run(self, args, call="alloc", at=0, err=12, on=False, piece=0, eintr=False):
        """args without the program's own name. at: the number of the call that fails, or the first that does."""
        words = [b"fdmap", *(os.fsencode(a) for a in args)]
        head = "%d %d %d %d %d %d %d %d" % (self.calls.index(call), at, err, on, piece, eintr, self.seconds, len(words))
        self.process.stdin.write(b"".join(w + b"\0" for w in [head.encode(), *words]))
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the server is gone: %s %s" % (self.process.wait(), args))
        self.runs += 1
        texts = []
        for path in self.files:
            with open(path, "rb") as file:
                texts.append(file.read())
        return Result(json.loads(line), *texts)

    def place(self, where):
        """Who made the call that failed, from within: functions of the program, with their lines."""
        key = tuple(where)
        if key not in self.places:
            done = subprocess.run(["addr2line", "-fpse", self.program, *(hex(w - 1) for w in where if w > 0)],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            found = [re.sub(r" at (\S+:\d+).*", r" \1", line) for line in done.stdout.decode().splitlines()]
            found = [f for f in found if "?" not in f and not OWN.match(f)]
            self.places[key] = " < ".join(found[:5])
        return self.places[key]

    def end(self):
        self.process.stdin.close()
        self.process.wait()
