# SPDX-License-Identifier: MIT
"""hostile_check.py PROGRAM DIR: every format tells of the cast of hostile.py what it really has, and obeys nothing."""

import csv
import io
import json
import os
import re
import subprocess
import sys

import hostile_read as read

COMMANDS = ["-nP", "+c0"]
KEYS = "pid,comm,task,cmdline,exe,fd,kind,path,name,unix_path,memfd_name,mount,source,tun_iface,ifname,peer_comm,detail"
KEYS_OF = KEYS.split(",")
FORMATS = [
    ([], ""), (["-F"], ""), (["-F0"], "0"), (["-J"], ""), (["-j"], ""), (["-K", "-R", "-g", "+L", "+fg", "-Z", "-H"], ""),
    (["-o", "-E"], ""), (["--columns=" + KEYS], ""), (["--columns=+container,unit,cgroup,netns,peer,detail"], ""),
    (["--columns=@net"], ""), (["--columns=@files,name", "--width=200"], ""), (["--columns=@unix,name"], ""),
    (["--columns=@process"], ""), (["--csv", "--columns=" + KEYS], ""), (["--tsv", "--columns=" + KEYS], "t"),
    (["--print0", "--columns=" + KEYS], "0"), (["-J", "--columns=" + KEYS], ""), (["-j", "--columns=" + KEYS], ""),
    (["--count=comm,path,cmdline,mount"], ""), (["--count=comm,path", "--csv"], ""), (["--count=comm,path", "--tsv"], "t"),
    (["--count=comm,path", "-J"], ""), (["--summary"], ""), (["--summary", "-J"], ""), (["--graph"], "t"),
    (["--unowned", "--netns=all", "-U"], ""), (["--explain", "-t"], ""), (["-K", "-F"], ""), (["-FcCpkMnLZ", "-K"], ""),
]
LOCALES = ["C", "C.UTF-8"]


def say(name, wrong):
    print("not ok %s: %s" % (name, str(wrong)[:600].replace("\n", "|")) if wrong else "ok %s" % name)


def env_of(locale_name):
    # No colours: those of ours are escapes, too.
    return {**os.environ, "LC_ALL": locale_name, "TERM": "dumb"}


def load(directory):
    def back(value, key=None):
        if isinstance(value, str):
            return bytes.fromhex(value)
        if isinstance(value, dict):
            return {(k if key != "fds" else int(k)): (v if k == "missing" else back(v, k)) for k, v in value.items()}
        return [back(item) for item in value] if isinstance(value, list) else value

    with open(os.path.join(directory, "cast.json"), encoding="ascii") as file:
        return back(json.load(file))


class Check:
    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.cast = load(directory)
        self.by_pid = {one["pid"]: one for one in self.cast}
        pids = [str(one["pid"]) for one in self.cast]
        self.args = [*COMMANDS, "-p", ",".join(pids)]
        # Without what is the same in all, and without the one whose path makes a column of 4,000.
        some = [str(one["pid"]) for one in self.cast if "unread" not in one]
        self.few = [*COMMANDS, "-a", "-d", "^mem", "-p", ",".join(some)]
        self.deep = [*COMMANDS, "-p", ",".join(set(pids) - set(some))]

    def run(self, more, locale_name="C.UTF-8", status=(0, 1)):
        done = subprocess.run([self.program, *self.args, *more], env=env_of(locale_name), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in status:
            raise ValueError("%s: status %d: %r" % (more, done.returncode, done.stderr))
        return done.stdout

    def wrong_names(self, names, commands, shown=lambda text: text):
        """What stands in NAME of each row that is known, by (PID, FD)."""
        wrong = []
        for one in self.cast:
            want = {(one["pid"], str(fd)): name for fd, name in one["fds"].items()}
            if "cwd" in one:
                want[one["pid"], "cwd"] = one["cwd"]
            if "exe" in one:
                want[one["pid"], "txt"] = one["exe"]
            for key, name in want.items():
                if names.get(key) != shown(name):
                    wrong.append("%s is %r, not %r" % (key, names.get(key), shown(name)))
            if "comm" in one and commands.get(one["pid"]) != shown(one["comm"]):
                wrong.append("command %r, not %r" % (commands.get(one["pid"]), shown(one["comm"])))
        return wrong

    # ---- as bytes ----

    def fields(self):
        for locale_name in LOCALES:
            for form in ("-F0pcfn", "-Fpcfn"):
                names, commands = read.fields(self.run([form], locale_name), "0" in form)
                say("%s in %s: names as lsof escapes them" % (form, locale_name),
                    self.wrong_names(names, commands, lambda text: read.escape(text, locale_name != "C"))[:2])

    def json(self):
        def whole(item, key):
            if key + "_bytes" in item:
                import base64
                return base64.b64decode(item[key + "_bytes"])
            value = item.get(key)
            return value.encode("utf-8") if isinstance(value, str) else value

        for locale_name in LOCALES:
            lines = [json.loads(line) for line in self.run(["-j", "--columns=" + KEYS], locale_name).decode().splitlines()]
            document = json.loads(self.run(["-J", "--columns=" + KEYS], locale_name).decode())
            say("-j in %s: no line but rows" % locale_name, [x for x in lines if "pid" not in x])
            say("-J in %s: the same rows" % locale_name, None if document["rows"] == lines else "others")
            names = {(x["pid"], x["fd"]): whole(x, "name") for x in lines}
            say("-j in %s: names" % locale_name, self.wrong_names(names, {x["pid"]: whole(x, "comm") for x in lines})[:2])
        say("-j: cmdline", self.wrong_columns([{k: whole(x, k) for k in KEYS_OF} for x in lines])[:2])
        for form in (["-J"], ["-J", "-K", "-FpcRgKMLZafitn"], ["--summary", "-J"], ["--count=comm,path,cmdline", "-J"]):
            json.loads(self.run(form, "C").decode())
        say("-J: all of it is read", None)

    def wrong_columns(self, rows):
        """Values of a process that are known; what a row has not is None or empty."""
        wrong = []
        for row in rows:
            one = self.by_pid.get(int(row["pid"]), {})
            if row["fd"] == b"txt" and "cmdline" in one and row["cmdline"] != b" ".join(one["cmdline"]):
                wrong.append("cmdline %r, not %r" % (row["cmdline"], b" ".join(one["cmdline"])))
            if row["fd"] == b"txt" and "exe" in one and row["exe"] != one["exe"]:
                wrong.append("exe %r, not %r" % (row["exe"], one["exe"]))
        mapped = {(int(row["pid"]), row["path"]) for row in rows if row["fd"] == b"mem"}
        wrong += ["no mapping of %r" % one["mem"] for one in self.cast
                  if "mem" in one and (one["pid"], one["mem"]) not in mapped]
        own = self.cast[-1]
        seen = {(int(row["pid"]), row["fd"]): row for row in rows}
        for fd, bound, name in own.get("ifnames", []):
            got = [seen[own["pid"], b"%d" % fd]["tun_iface"], seen[own["pid"], b"%d" % bound]["ifname"]]
            if got != [name, name]:
                wrong.append("interface %r, not %r" % (got, name))
        for fd, target in zip(own["fds"], own.get("mounts", [])):
            row = seen[own["pid"], b"%d" % fd]
            if [row["mount"], row["source"]] != [target, target.replace(self.mnt(), b"src")]:
                wrong.append("mount %r of %r, not %r" % (row["mount"], row["source"], target))
        return wrong

    def mnt(self):
        return os.path.join(self.directory.encode(), b"names", b"mnt")

    def values(self):
        for locale_name in LOCALES:
            text = self.run(["--csv", "--columns=" + KEYS], locale_name).decode("utf-8", "surrogateescape")
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            self.say_values("--csv in " + locale_name,
                            [[v.encode("utf-8", "surrogateescape") for v in row] for row in rows[1:]])
            lines = self.run(["--tsv", "--columns=" + KEYS], locale_name).split(b"\n")[1:-1]
            letters = {b"\\t": b"\t", b"\\n": b"\n", b"\\r": b"\r", b"\\\\": b"\\"}
            self.say_values("--tsv in " + locale_name, [
                [re.sub(rb"\\.", lambda m: letters[m.group(0)], v) for v in line.split(b"\t")] for line in lines])
            values = self.run(["--print0", "--columns=" + KEYS], locale_name).split(b"\0")[:-1]
            self.say_values("--print0 in " + locale_name, [
                values[i:i + len(KEYS_OF)] for i in range(0, len(values), len(KEYS_OF))])

    def say_values(self, name, values):
        rows = [dict(zip(KEYS_OF, row)) for row in values]
        wrong = [row for row in values if len(row) != len(KEYS_OF)]
        names = {(int(row["pid"]), row["fd"].decode()): row["name"] for row in rows}
        wrong += self.wrong_names(names, {int(row["pid"]): row["comm"] for row in rows})
        say(name, (wrong + self.wrong_columns(rows))[:2])

    # ---- as columns ----

    def table(self):
        for locale_name in LOCALES:
            read.set_locale("C.UTF-8")
            self.one_table(locale_name, self.run([], locale_name), False)
            self.one_table(locale_name, read.on_terminal([self.program, *self.args], env_of(locale_name))[0], True)

    def one_table(self, locale_name, data, terminal):
        lines = data.split(b"\n")[:-1]
        at = lines[0].index(b"NAME")
        wrong, found = [], {}
        for line in lines[1:]:
            row = re.match(rb"(\S+) +(\d+) +\S+ +(\d+|[a-z]+)\S*  ?", line)
            if not row:
                wrong.append("no row: %r" % line)
                continue
            # All before NAME is ASCII: a column is a byte.
            found[int(row.group(2)), row.group(3).decode()] = (row.group(1), line[at:])
            if line[at - 1:at] != b" " or (line[at:at + 1] == b" "):
                wrong.append("out of line: %r" % line)
        for one in self.cast:
            for fd, name in one["fds"].items():
                want = read.escape(name, locale_name != "C", terminal)
                command = read.escape_command(one["comm"], 0) if "comm" in one else None
                got = found.get((one["pid"], str(fd)))
                if not got or got[1].replace(b" (LISTEN)", b"") != want or (command and got[0] != command):
                    wrong.append("%r, not %r" % (got, (command, want)))
        say("table in %s%s: commands and names stand where their heads do" % (
            locale_name, " on a terminal" if terminal else ""), wrong[:2])

    def widths(self):
        """Columns of ours before a last one: each line as wide as the others up to there."""
        read.set_locale("C.UTF-8")
        for columns in ("path,unix_path,pid", "memfd_name,mount,source,ifname,tun_iface,pid"):
            # So wide that nothing is cut.
            data = read.on_terminal([self.program, *self.few, "--width=9999", "--columns=" + columns],
                                    env_of("C.UTF-8"))[0]
            widths = {read.width_of(line) for line in data.split(b"\n")[:-1]}
            say("--columns=%s: lines end in one column" % columns, None if len(widths) == 1 and -1 not in widths else widths)
        data = read.on_terminal([self.program, *self.args, "--width=60", "--columns=comm,cmdline,path"],
                                env_of("C.UTF-8"))[0]
        say("--width=60: no line is wider",
            [line for line in data.split(b"\n")[:-1] if not 0 <= read.width_of(line) <= 60][:2])

    # ---- as orders to a terminal, and to Graphviz ----

    def terminal(self):
        for locale_name in LOCALES:
            for more, allowed in FORMATS:
                bad = []
                for args in (self.few, self.deep):
                    data, status = read.on_terminal([self.program, *args, *more], env_of(locale_name))
                    bad += read.obeyed(data, "t" in allowed, "0" in allowed)
                    bad += [] if status in (0, 1) and (len(data) > 50 or "-t" in more) else [(status, data)]
                say("%s in %s on a terminal" % (" ".join(["fdmap", *more])[:70], locale_name), bad)

    def graph(self):
        data = self.run(["--graph"])
        say("--graph: a graph of ours", read.wrong_dot(data)[:2])
        done = subprocess.run(["dot", "-Tcanon"], input=data, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) \
            if any(os.access(os.path.join(d, "dot"), os.X_OK) for d in os.environ["PATH"].split(":")) else None
        if done:
            say("--graph: Graphviz reads it", done.stderr)
        else:
            print("skip --graph: Graphviz reads it: no dot")

    def found_by_name(self):
        """A name that was typed is NAME: what it finds is told by that word."""
        typed = {one["cwd"] for one in self.cast if "cwd" in one and len(one["cwd"]) < 4000}
        typed |= {name for one in self.cast for name in one["fds"].values() if b"/names/f" in name}
        done = subprocess.run([self.program, "-nP", "-Fpcfn", "--", *sorted(typed)], env=env_of("C.UTF-8"),
                              capture_output=True)
        found = set(read.fields(done.stdout, False)[0].values())
        say("names that were typed are found", (done.returncode, done.stderr) if done.returncode else None)
        say("and told as names", [name for name in typed if read.escape(name, True) not in found][:2])


def main():
    check = Check(*sys.argv[1:])
    for part in (check.fields, check.json, check.values, check.table, check.widths, check.graph, check.terminal,
                 check.found_by_name):
        try:
            part()
        except (ValueError, KeyError, IndexError) as err:
            say(part.__name__, repr(err))


main()
