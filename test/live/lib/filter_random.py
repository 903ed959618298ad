# SPDX-License-Identifier: MIT
"""filter_random.py PID[,PID...] SEED COUNT FDMAP ARG...

COUNT expressions made at random from the grammar and from the values of all columns: each
must list the rows of those processes of which it is true, as told by the columns of the
same listing without a filter. Prints what differs, and at last how many did.
"""
import json
import random
import re
import subprocess
import sys

KEYS = ["pid", "tid", "fd", "path"]
# What moves from one listing to the next, or is compared in ways of its own.
MOVING = {"age", "start", "state", "timer", "timer_ms", "retrans", "rcv_rtt", "busy_time",
          "timerfd_remaining", "timerfd_ticks", "peers", "detail", "nfds", "fd_use", "drops",
          "lock_waiters", "last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv",
          "mptcp_last_data_sent", "mptcp_last_data_recv", "mptcp_last_ack_recv", "name"}
FOLDED = {"family", "proto", "socktype", "type", "kind"}
ROUNDED = ("rate",)  # units of which columns do not show the number itself
TABLES = ("tcp", "udp", "udplite", "raw", "icmp", "unix", "netlink", "packet",
          "sctp", "vsock", "xdp", "tipc")  # but for mptcp, see columns()
INET = {"tcp", "udp", "udplite", "raw", "icmp", "mptcp", "sctp"}


def is_socket(r):
    return r["kind"] == "socket" and r["fd"] not in ("mem", "DEL") and \
        not (r["path"] or "").startswith("/")


WORDS = {
    "socket": (["kind"], is_socket),
    "inet": (["proto"], lambda r: r["proto"] in INET),
    "deleted": (["deleted"], lambda r: bool(r["deleted"])),
    "pipe": (["kind"], lambda r: r["kind"] == "pipe"),
    "device": (["kind"], lambda r: r["kind"] == "device"),
    "pidfd": (["kind"], lambda r: r["kind"] == "pidfd"),
    "eventfd": (["anon"], lambda r: r["anon"] == "eventfd"),
    "epoll": (["anon"], lambda r: r["anon"] == "eventpoll"),
}
WORDS.update({t: (["proto"], lambda r, t=t: r["proto"] == t) for t in TABLES})


def columns(command):
    """Key: type and unit, of every column."""
    out = subprocess.run(command[:1] + ["--columns=help"], capture_output=True, text=True,
                         check=True).stdout
    found = {}
    for line in out.splitlines():
        m = re.match(r"  (\w+) +(\w+)(?:, (\S+))?  ", line)
        if m and m.group(1) not in MOVING and m.group(3) not in ROUNDED:
            # The first connection of an MPTCP socket has its inode: it is of both.
            if not m.group(1).startswith("mptcp"):
                found[m.group(1)] = (m.group(2), m.group(3) or "")
    return found


def run(command, keys, *more):
    got = subprocess.run(command + ["-nP", "-j", "--columns=" + ",".join(keys), *more],
                         capture_output=True, check=False)
    err = got.stderr.decode(errors="replace")
    if got.returncode > 1 or "anitizer" in err or "--filter: " in err:
        raise SystemExit(f"status {got.returncode}: {err}")
    return [json.loads(x) for x in got.stdout.decode(errors="replace").split("\n") if x]


def plain(text):
    return re.fullmatch(r"[\w /.:,@=+-]{1,60}", text, re.A) is not None


def number(v):
    """As compared: of 5, "5", "0x5", "8:1"."""
    if isinstance(v, (int, bool)):
        return int(v)
    if v.startswith("0x"):
        return int(v, 16)
    if ":" in v:
        major, minor = (int(x) for x in v.split(":"))
        return (major & 0xfff) << 8 | (minor & 0xff) | (minor >> 8) << 20
    return int(v)


def compare(op, a, b):
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


class Maker:
    """Expressions, and what they mean: (text, columns used, function of a row)."""

    def __init__(self, rnd, types, rows):
        self.rnd = rnd
        self.types = types
        self.values = {}
        for key in types:
            seen = {json.dumps(r[key]): r[key] for r in rows if r.get(key) is not None}
            self.values[key] = [seen[x] for x in sorted(seen)]
        # Most columns are never there: those that are shall be asked for more often.
        self.there = [k for k in sorted(types) if self.values[k]]

    def word(self):
        w = self.rnd.choice(sorted(WORDS))
        return w, set(WORDS[w][0]), WORDS[w][1]

    def of_number(self, key, value):
        if self.types[key][1] == "device":  # "dev = 5" is an interface to ss
            return (f"{key} == {value}", {key}, lambda r: r[key] == value)
        unit = self.types[key][1] if self.types[key][1] in ("ns", "us", "ms") else ""
        op = self.rnd.choice(["==", "!=", "<", "<=", ">", ">="])
        n = max(0, number(value) + self.rnd.choice([0, 0, 0, -1, 1]))
        if self.rnd.random() < 0.2:
            m = number(self.rnd.choice(self.values[key]))
            out = self.rnd.random() < 0.3
            return (f"{key} {'not ' if out else ''}in ({n}{unit}, {m}{unit})", {key},
                    lambda r: r[key] is not None and (number(r[key]) in (n, m)) != out)
        return (f"{key} {op} {n}{unit}", {key},
                lambda r: r[key] is not None and compare(op, number(r[key]), n))

    def of_text(self, key, value, ordered):
        fold = (lambda s: s.lower()) if key in FOLDED else (lambda s: s)
        kind = self.rnd.random()
        if ordered and kind < 0.3:
            cut = re.escape(value[:self.rnd.randint(1, len(value))])
            out = self.rnd.random() < 0.3
            return (f"{key} {'!~' if out else '=~'} '^{cut}'".replace("\\-", "-").replace("\\ ", " "),
                    {key}, lambda r: r[key] is not None and bool(re.match(cut, r[key])) != out)
        if kind < 0.6:
            op = self.rnd.choice(["==", "!="])
            return (f"{key} {op} '{value}'", {key},
                    lambda r: r[key] is not None and compare(op, fold(r[key]), fold(value)))
        more = [v for v in self.values[key] if isinstance(v, str) and plain(v)]
        among = [value] + [self.rnd.choice(more) for _ in range(2)]
        return (f"{key} in (" + ", ".join(f"'{v}'" for v in among) + ")", {key},
                lambda r: r[key] is not None and fold(r[key]) in map(fold, among))

    def test(self):
        if self.rnd.random() < 0.25:
            return self.word()
        key = self.rnd.choice(self.there if self.rnd.random() < 0.95 else sorted(self.types))
        kind, unit = self.types[key]
        values = self.values[key]
        value = self.rnd.choice(values) if values else None
        # A word goes before a column of that name.
        if kind == "flag":
            return f"{key} == yes", {key}, lambda r: r[key] is True
        if value is None or isinstance(value, (list, dict)) or self.rnd.random() < 0.1:
            return (f"{key} != nothing-has-this" if kind == "text" and unit != "user" else
                    f"({key})" if key not in WORDS else "tcp"), {key, "proto"}, \
                (lambda r: r[key] is not None) if key not in WORDS or kind == "text" else \
                (lambda r: r["proto"] == "tcp")
        if kind == "number":
            return self.of_number(key, value)
        if kind == "address":
            return f"{key} == {value}", {key}, lambda r: r[key] == value
        if not isinstance(value, str) or not plain(value):
            return self.word()
        return self.of_text(key, value, unit != "user")

    def make(self, depth):
        kind = self.rnd.random()
        if depth == 0 or kind < 0.3:
            return self.test()
        if kind < 0.5:
            text, keys, true = self.make(depth - 1)
            return f"not ({text})", keys, lambda r: not true(r)
        a, b = self.make(depth - 1), self.make(depth - 1)
        if kind < 0.75:
            return f"({a[0]}) and ({b[0]})", a[1] | b[1], lambda r: a[2](r) and b[2](r)
        return f"({a[0]} or {b[0]})", a[1] | b[1], lambda r: a[2](r) or b[2](r)


def rows_of(rows, pids):
    return [{k: r[k] for k in KEYS} for r in rows if r["pid"] in pids]


def main():
    pids = {int(p) for p in sys.argv[1].split(",")}
    rnd = random.Random(int(sys.argv[2]))
    command = sys.argv[4:] + ["--netns=all"]
    types = columns(command)
    only = ["-p", ",".join(map(str, sorted(pids))), "-a"]
    maker = Maker(rnd, types, run(command, sorted(types), *only[:2]))
    ways = [[], only[:2], ["--threads=4"], ["--socket-source=text"], ["--socket-source=diag"],
            ["-K"], ["-X"], ["-w"], ["-i"], ["-U"], ["--unowned"], only + ["-d", "0-9,cwd,mem"],
            only + ["-K"], ["-E"]]
    wrong = 0
    for _ in range(int(sys.argv[3])):
        text, keys, true = maker.make(rnd.randint(0, 3))
        way = rnd.choice(ways)
        way = way if "-K" in way else way + ["-Ki"]
        for _ in range(3):
            before = run(command, KEYS + sorted(keys - set(KEYS)), *way)
            got = rows_of(run(command, KEYS, *way, "--filter", text), pids)
            want = rows_of([r for r in before if r["pid"] in pids and true(r)], pids)
            # -t leaves out what could not be read, which has no path.
            terse = {r["pid"] for r in want if r["path"]}
            if got == want:
                break
        if got != want:
            wrong += 1
            lack = [r for r in want if r not in got][:2]
            more = [r for r in got if r not in want][:2]
            print(f"{way} {text!r}: lacks {lack} has {more}")
            continue
        out = subprocess.run(command + ["-t", *way, "--filter", text], capture_output=True,
                             text=True, check=False).stdout.split()
        if {int(p) for p in out} & pids != terse and "-E" not in way:
            wrong += 1
            print(f"{way} -t {text!r}: {sorted(terse)} but {sorted({int(p) for p in out} & pids)}")
    print(f"{sys.argv[3]} filters, {wrong} wrong")


main()
