# SPDX-License-Identifier: MIT
"""formats.py PROGRAM ZOO-PIDS SCHEMA DIR: CSV, TSV, print0 and rows of JSON say what -j says.

Besides the zoo there are children whose names and files are hostile to each of these formats.
"""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys

from json_check import documents, flat, load, say, whole
from json_schema import Schema
from terminal import on_terminal

NAMES = [
    b"comma,", b'"quoted"', b'"', b" lead", b"tail ", b"tab\there", b"line\nfeed", b"back\\slash\\n",
    b"cr\rhere", b"esc\x1b[31m\x1b]0;x\x07", b"\xff\xfe", b"\xc2\x9b31m", b"gr\xc3\xbc\xc3\x9fe", b"\\N&lt;", b"'; $(x) `x`",
]
# Key of a column, key of lsof's shape.
SAME = {
    "pid": "pid", "command": "command", "uid": "uid", "fd": "fd", "mode": "access", "lock": "lock", "type": "type",
    "size": "size", "name": "name",
}
COLUMNS = ",".join(SAME)
COMM_MAX = 15


def child(name, directory, pipes):
    """Its command is the name, it holds a file called so, and reads from a pipe of ours."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with open("/proc/self/comm", "wb", buffering=0) as comm:
        comm.write(name[:COMM_MAX])
    os.open(os.path.join(directory, name), os.O_RDWR | os.O_CREAT, 0o600)
    os.close(pipes[1])
    # What the verdicts go to grows meanwhile.
    os.closerange(0, 3)
    os.write(pipes[3], b"x")
    os.read(pipes[0], 1)
    os._exit(0)


def text_of(value):
    """A value of -j as CSV has it."""
    return b"" if value is None else str(value).encode() if not isinstance(value, bytes) else value


def expected(program, args):
    rows = []
    for document in documents(program, *args, "-J", "-FpcuLfaltsn"):
        for item in flat(document):
            rows.append([
                text_of(whole(item, key) if isinstance(item.get(key), str) else item.get(key)) for key in SAME.values()
            ])
    return rows


def output(program, args, *more):
    return subprocess.run([program, *args, *more], stdout=subprocess.PIPE, check=True).stdout


def from_csv(data):
    text = io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    return [[v.encode("utf-8", "surrogateescape") for v in row] for row in csv.reader(text, strict=True)]


def from_tsv(data):
    letters = {b"\\t": b"\t", b"\\n": b"\n", b"\\r": b"\r", b"\\\\": b"\\"}
    lines = data.split(b"\n")
    return [
        [re.sub(rb"\\.", lambda m: letters[m.group(0)], value) for value in line.split(b"\t")] for line in lines[:-1]
    ]


def from_print0(data):
    values = data.split(b"\0")[:-1]
    return [values[i:i + len(SAME)] for i in range(0, len(values), len(SAME))]


def from_rows(items):
    return [
        [text_of(whole(item, key) if isinstance(item[key], str) else item[key]) for key in SAME] for item in items
    ]


def check_same(name, got, want):
    wrong = ["%s is not %s" % (a, b) for a, b in zip(got, want) if a != b]
    if len(got) != len(want):
        wrong.append("%d rows, not %d" % (len(got), len(want)))
    say(name, "; ".join(wrong[:2]))


def check_values(program, args):
    want = expected(program, args)
    said = [row[1] for row in want]
    missing = [name for name in NAMES if name[:COMM_MAX] not in said]
    say("hostile commands are among them", missing)
    head = [key.encode() for key in SAME]
    columns = "--columns=" + COLUMNS
    check_same("--csv", from_csv(output(program, args, "--csv", columns)), [head] + want)
    check_same("--tsv", from_tsv(output(program, args, "--tsv", columns)), [head] + want)
    check_same("--print0", from_print0(output(program, args, "--print0", columns)), want)
    lines = documents(program, *args, "-j", columns)
    check_same("-j --columns", from_rows(lines), want)
    (document,) = documents(program, *args, "-J", columns)
    check_same("-J --columns", from_rows(document["rows"]), want)
    keys = [[key for key in line if not key.endswith("_bytes")] for line in lines]
    say("keys are as asked for, in that order", [k for k in keys if k != list(SAME)][:1])


def check_schema(program, args, schema):
    wrong = []
    for more in (["-j", "--columns=" + COLUMNS], ["-J", "--columns=pid,comm"], ["-j", "--columns=+mode,ppid,dev"],
                 ["-J", "--columns=+mode,sid,dev"]):
        for item in documents(program, *args, *more):
            wrong += schema.errors(item)
    say("rows and added columns follow the schema", "; ".join(wrong[:3]))


def check_terminal(program, args):
    """What a terminal gets has no control characters, and each row is a line."""
    rows = len(expected(program, args)) + 1
    for form in ("--csv", "--tsv"):
        data, _ = on_terminal([program, *args, form, "--columns=command,name"], ("stdout",))
        data = data.replace(b"\r\n", b"\n")
        raw = re.findall(rb"[\0-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", data)
        say("%s on a terminal: no control characters" % form, raw)
        say("%s on a terminal: a line each" % form, None if data.count(b"\n") == rows else (data.count(b"\n"), rows))


def check_graph(program, pids, children):
    data = output(program, ["-p", ",".join(map(str, pids))], "--graph")
    text = data.decode("utf-8")
    say("a graph has no control characters", re.findall("[\0-\x08\x0b-\x1f\x7f-\x9f]", text))
    edges = re.findall(r'^\tp(\d+) -> p(\d+) \[label="pipe', text, re.M)
    missing = [pid for pid in children if (str(os.getpid()), str(pid)) not in edges]
    say("the writer of each pipe is told", missing)
    if not shutil.which("dot"):
        print("skip Graphviz reads it: no dot")
        return
    done = subprocess.run(["dot", "-Tsvg"], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    say("Graphviz reads it", done.stderr if done.returncode or done.stderr else None)
    titles = set(re.findall(r"<title>p(\d+)</title>", done.stdout.decode("utf-8")))
    say("all are drawn", [pid for pid in children if str(pid) not in titles])
    words = re.findall(r"<text [^>]*>([^<]*)</text>", done.stdout.decode("utf-8"))
    lost = [word for word in ("&quot;quoted&quot;", "line\\nfeed", "\\xff\\xfe", "gr\u00fc\u00dfe", "\\\\N&amp;lt;",
                              "back\\\\slash\\\\n") if word not in words]
    say("names are drawn as they are shown elsewhere", "%s of %s" % (lost, words) if lost else None)


def main():
    program, zoo, schema_name, directory = sys.argv[1:]
    with open(schema_name, encoding="utf-8") as file:
        schema = Schema(json.load(file), columns=True)
    ready, started = os.pipe()
    children, held = [], []
    for name in NAMES:
        pipes = os.pipe()
        children.append(child(name, directory.encode(), (*pipes, ready, started)))
        os.close(pipes[0])
        held.append(pipes[1])
    try:
        for _ in NAMES:
            os.read(ready, 1)
        pids = [*map(int, zoo.split(",")), *children]
        args = ["-nP", "-p", ",".join(map(str, pids))]
        check_values(program, args)
        check_schema(program, args, schema)
        check_terminal(program, args)
        check_graph(program, pids, children)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


main()
