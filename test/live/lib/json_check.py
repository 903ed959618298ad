# SPDX-License-Identifier: MIT
"""json_check.py PROGRAM ZOO-OUTPUT SCHEMA: -J and -j of the zoo follow the schema and say what -F says.

Where python3-jsonschema is installed, its opinion is asked, too.
"""

import base64
import glob
import json
import os
import re
import subprocess
import sys

from json_schema import Schema

try:
    import jsonschema
except ImportError:
    jsonschema = None

LETTERS = "pKMgRcuLfaltGdDrsoikPnT"
# Of a process and of a file: key, letter of -F.
PROCESS = {"pid": "p", "tid": "K", "task_cmd": "M", "pgid": "g", "ppid": "R", "command": "c", "uid": "u", "login": "L"}
FILE = {
    "fd": "f", "access": "a", "lock": "l", "type": "t", "device": "d", "device_number": "D", "raw_device": "r",
    "size": "s", "offset": "o", "inode": "i", "nlink": "k", "protocol": "P", "flags": "G", "name": "n",
}


def say(name, wrong):
    print("not ok %s: %s" % (name, wrong) if wrong else "ok " + name)


def run(program, *args, env=None):
    done = subprocess.run([program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    return done.stdout


def no_doubles(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice: %s" % keys)
    return dict(pairs)


def load(text):
    """Strict: UTF-8, no control characters, no key twice."""
    line = text.decode("utf-8")
    if re.search("[\0-\x1f\x7f-\x9f]", line):
        raise ValueError("a control character: %r" % line)
    return json.loads(line, object_pairs_hook=no_doubles)


def documents(program, *args):
    return [load(line) for line in run(program, *args).split(b"\n") if line]


def flat(document):
    for process in document["processes"]:
        for file in process["files"]:
            yield {**{key: value for key, value in process.items() if key != "files"}, **file}


def whole(item, key):
    """The bytes of a text."""
    if key + "_bytes" in item:
        return base64.b64decode(item[key + "_bytes"], validate=True)
    return item[key].encode("utf-8")


LETTER = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\"}


def unescape(text):
    """What -F escapes; nothing in the zoo has a caret of its own."""
    text = text.encode("utf-8", "surrogateescape")

    def one(match):
        word = match.group(0)
        if word.startswith(b"^"):
            return bytes([word[1] - 64])
        return LETTER.get(word[1:2]) or bytes([int(word[2:], 16)])

    return re.sub(rb"\^[@-_]|\\x[0-9a-f]{2}|\\.", one, text)


def check_schema(name, schema, items):
    wrong = []
    for item in items:
        wrong += schema.errors(item)
    say("%s follows the schema" % name, "; ".join(wrong[:3]))
    if jsonschema:
        validator = jsonschema.Draft202012Validator(schema.root)
        wrong = [error.message for item in items for error in validator.iter_errors(item)]
        say("%s follows the schema, says jsonschema" % name, "; ".join(wrong[:3]))


def check_validator(schema):
    """One that finds nothing wrong proves nothing."""
    good = {"pid": 1, "fd": "3", "access": "r", "local": {"address": "::1", "port": 80, "family": "IPv6"}}
    say("the validator takes what is right", "; ".join(schema.errors(good)))
    bad = [
        {}, [], {"pid": "1"}, {"pid": True}, {"pid": 0}, {**good, "fd": 3}, {**good, "fd": "03"},
        {**good, "access": "x"}, {**good, "size": 1}, {**good, "deleted": False}, {**good, "more": 1},
        {"fd": "3", "pid": 1}, {**good, "local": {"address": "::1"}}, {**good, "peers": [{"pid": 1}]},
        {**good, "local": {"address": "::1", "port": 65536, "family": "IPv6"}}, {**good, "name_bytes": "x"},
        {"lsof_version": "4.99.7", "schema": "fdmap-1", "fdmap_version": "0.1.0"},
        {"lsof_version": "4.95", "schema": "fdmap-1", "fdmap_version": "0.1.0", "processes": []},
        {"lsof_version": "4.99.7", "schema": "fdmap-1", "fdmap_version": "0.1.0", "processes": [{"pid": 1}]},
    ]
    taken = [item for item in bad if not schema.errors(item)]
    say("the validator refuses what is wrong", str(taken) if taken else None)


def in_fields(item):
    """An object as the lines of -F: letter and bytes."""
    lines = []
    for key, letter in {**PROCESS, **FILE}.items():
        if key in item:
            value = whole(item, key) if isinstance(item[key], str) else b"%d" % item[key]
            lines.append(letter.encode() + (b"0t" if key == "offset" else b"") + value)
        elif key in ("access", "lock"):
            lines.append(letter.encode() + b" ")
    info = item.get("tcp_info") or ({"state": item["state"]} if "state" in item else {})
    for key, word in (("state", b"TST="), ("recv_queue", b"TQR="), ("send_queue", b"TQS=")):
        if key in info:
            lines.append(word + str(info[key]).encode())
    return lines


def from_fields(program, args):
    """The same, of -F itself. Offsets all in decimal."""
    out, process = [], []
    text = run(program, *args, "-o0", "-F0" + LETTERS, "+fg").decode("utf-8", "surrogateescape")
    for line in text.split("\0\n"):
        items = [unescape(item) for item in line.split("\0") if item]
        if items and items[0][:1] == b"p":
            process = items
        elif items:
            out.append(process + items)
    return out


def check_fields(program, args):
    got = [in_fields(item) for item in documents(program, *args, "-j", "-F" + LETTERS, "+fg")]
    want = from_fields(program, args)
    wrong = ["-F %s, -j %s" % (a, b) for a, b in zip(want, got) if sorted(a) != sorted(b)]
    if len(want) != len(got):
        wrong.append("-F has %d files, -j %d" % (len(want), len(got)))
    say("-j says what -F says", "; ".join(wrong[:2]))


def check_sockets(items):
    """What is beside the name agrees with it."""
    wrong, inet, unix = [], 0, 0
    for item in items:
        if item.get("protocol") in ("TCP", "UDP", "UDPLITE"):
            inet += 1
            ends = [item[key] for key in ("local", "remote") if key in item]
            want = "->".join(
                "%s:%d" % ("[%s]" % e["address"] if e["family"] == "IPv6" else e["address"], e["port"]) for e in ends
            )
            want = re.sub(r"(^|->)(0\.0\.0\.0|\[::\]):", r"\1*:", want)
            if want != item["name"]:
                wrong.append("%s is not %s" % (item["name"], want))
            for key in ("state", "recv_queue", "send_queue"):
                if item.get(key) != item["tcp_info"].get(key):
                    wrong.append("%s: two of %s" % (item["name"], key))
        elif item.get("type") == "unix":
            unix += 1
            name = "type=%s" % item["socket_type"]
            if "path" in item:
                name = item["path"] + " " + name
            if name != item["name"] or "state" not in item or "tcp_info" in item:
                wrong.append(str(item))
    say("addresses, ports and paths agree with the names", "; ".join(wrong[:3]))
    say("there are Internet and UNIX sockets", None if inet and unix else "%d and %d" % (inet, unix))


def check_bytes(program, pid, items):
    """Names as the kernel has them, whatever they are made of."""
    wrong = []
    for item in items:
        if not item["fd"].isdigit():
            continue
        link = os.readlink(b"/proc/%d/fd/%d" % (pid, int(item["fd"])))
        if not link.startswith(b"/") or item["type"] in ("FIFO", "PSXMQ"):
            continue
        if whole(item, "name") != link:
            wrong.append("%r is %r" % (item["name"], link))
    say("names are whole", "; ".join(wrong[:3]))


def check_hostile(program, schema, directory):
    """A file and a command that are no UTF-8."""
    path = os.path.join(os.fsencode(directory), b"\xe9\xff \xc3\xa9\n\x1b[2J\\")
    with open(path, "wb") as held:
        odd = b"import ctypes,sys;ctypes.CDLL(None).prctl(15,b'\\xe9 \"c');print(flush=True);sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-c", odd.decode()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=held
        )
        try:
            process.stdout.readline()
            args = ("-w", "-a", "-p", str(process.pid), "-d", "2")
            for locale in ("C", "C.UTF-8"):
                os.environ["LC_ALL"] = locale
                items = documents(program, *args, "-j")
                check_schema("hostile, %s," % locale, schema, items)
                item = items[0]
                wrong = None
                if whole(item, "name") != path or whole(item, "command") != b'\xe9 "c':
                    wrong = str(item)
                elif item["name"] != directory + "/\\xe9\\xff \\xc3\\xa9\\n^[[2J\\\\":
                    wrong = item["name"]
                say("hostile names are whole, %s" % locale, wrong)
        finally:
            process.stdin.close()
            process.wait()


def check_goldens(schema, top):
    """What must come out of recorded trees: rows that this machine may not have."""
    items, columns = [], []
    for path in sorted(glob.glob(os.path.join(top, "test/golden/*/"))):
        with open(os.path.join(path, "cmd"), encoding="utf-8") as file:
            words = file.read().split()
        if not [word for word in words if re.fullmatch("--json(-lines)?|-[a-zA-Z]*[Jj]", word)]:
            continue
        # Totals are documents of another kind.
        if [word for word in words if re.match("--(count|summary)", word)]:
            continue
        # The five that have shapes of their own are in the schema by name.
        more = [word for word in words if re.match(r"--columns=(?!\+(container|unit|netns|peer|detail)\b)", word)]
        with open(os.path.join(path, "stdout"), "rb") as file:
            (columns if more else items).extend(load(line) for line in file.read().split(b"\n") if line)
    say("there are goldens", None if len(items) > 20 and len(columns) > 5 else "%d objects" % len(items))
    check_schema("goldens", schema, items)
    check_schema("goldens with columns", Schema(schema.root, columns=True), columns)


def main():
    program, rows, schema_path = sys.argv[1:4]
    with open(rows, encoding="utf-8", errors="surrogateescape") as file:
        pid = int(re.findall(r"^ready (\d+)", file.read(), re.M)[0])
    with open(schema_path, encoding="utf-8") as file:
        schema = Schema(json.load(file))
    check_validator(schema)
    check_goldens(schema, os.path.dirname(os.path.dirname(os.path.abspath(schema_path))))
    args = ("-nP", "-p", str(pid))
    whole_document, lines = documents(program, *args, "-J"), documents(program, *args, "-j")
    say("-J is one line", None if len(whole_document) == 1 else "%d lines" % len(whole_document))
    check_schema("-J", schema, whole_document)
    check_schema("-j", schema, lines)
    say("-J and -j hold the same", None if list(flat(whole_document[0])) == lines else "they differ")
    check_fields(program, args)
    check_sockets(lines)
    check_bytes(program, pid, lines)
    check_schema("everything", schema, documents(program, "-nP", "-J"))
    check_schema("threads", schema, documents(program, "-nP", "-a", "-K", "-p", str(pid), "-j"))
    for letter in LETTERS:
        check_schema("-F%s" % letter, schema, documents(program, *args, "-J", "-F" + letter))
    check_schema("nothing", schema, documents(program, "-J", "-Q", "-p", "2147483647"))
    check_hostile(program, schema, os.path.dirname(rows))


if __name__ == "__main__":
    main()
