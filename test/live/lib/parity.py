# SPDX-License-Identifier: MIT
"""parity.py PROGRAM COMMANDS KEY=VALUE...: the program and lsof, the same command line, the same answer.

What lsof 4.95 (the installed one, often) prints differently from 4.99.7 (the model) is made equal
on both sides, and nothing else:

* A connected UDP socket has a state in 4.99.7, "(ESTABLISHED)", and only a blank in 4.95.
* -F: of a file with a size and an offset 4.95 prints one, the offset if -o or the letter o
  was given; 4.99.7 both.
* -F: descriptors from 10000 are whole numbers in 4.99.7, "*234" in 4.95.
"""

import os
import re
import shlex
import subprocess
import sys
import time

NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all".split()


def wants_offset(argv):
    for i, word in enumerate(argv):
        if re.match(r"-[nPwlROQ]*o", word):
            return True
        if word.startswith("-F") or re.match(r"-[nPwl]+F", word):
            letters = word.split("F", 1)[1] or (argv[i + 1 : i + 2] or [""])[0]
            if not letters.startswith("-") and "o" in letters:
                return True
    return False


def fields_of(argv):
    return any(re.match(r"-[nPwl]*F", word) for word in argv)


def same_file(items, offset):
    """One file set of -F, as 4.95 prints it."""
    letters = [item[:1] for item in items]
    drop = set()
    if "s" in letters and "o" in letters:
        drop.add("s" if offset else "o")
    udp = "PUDP" in items
    out = []
    for item in items:
        if item[:1] in drop or (udp and item == "TST=ESTABLISHED"):
            continue
        if re.match(r"f\d{5,}$", item):
            item = "f*" + item[-3:]
        out.append(item)
    return out


def normal_fields(text, offset):
    ends = "\0" if "\0" in text else "\n"
    items = text.replace("\0\n", "\0\0").split(ends)
    out, group = [], []
    for item in items:
        # A set ends where the next begins; f is not always chosen, but then nothing is to do.
        if item[:1] in ("p", "f", "m", ""):
            out += same_file(group, offset)
            group = []
        group.append(item)
    out += same_file(group, offset)
    return "\n".join(out)


def normal_table(text):
    lines = []
    for line in text.split("\n"):
        if re.search(r" 0t0 +UDP ", line) or re.search(r" UDP .*->", line):
            line = line.replace(" (ESTABLISHED)", "").replace("(ESTABLISHED QR", "(QR").rstrip(" ")
        lines.append(line)
    return "\n".join(lines)


def run(program, argv, prefix):
    done = subprocess.run(
        prefix + [program] + argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    text = done.stdout.decode("utf-8", "surrogateescape")
    text = normal_fields(text, wants_offset(argv)) if fields_of(argv) else normal_table(text)
    return done.returncode, text, done.stderr


def without_children(want):
    """lsof's own child may still hold the directory that lsof reads when lsof comes to it: it is gone by now."""
    code, text, err = want
    lines = [line for line in text.split("\n") if not line.isdigit() or os.path.exists("/proc/" + line)]
    return code, "\n".join(lines), err


def difference(want, got):
    if want[0] != got[0]:
        return "exit status %d, lsof %d" % (got[0], want[0])
    lsof, ours = want[1].split("\n"), got[1].split("\n")
    for a, b in zip(lsof, ours):
        if a != b:
            return "lsof %r ours %r" % (a, b)
    return "lsof %d lines, ours %d: %r" % (len(lsof), len(ours), (lsof + [""])[len(ours) : len(ours) + 1] or ours[len(lsof)])


def root_is_seen():
    """Whether a process of root can be seen: with hidepid, by others, none can."""
    pids = filter(str.isdigit, os.listdir("/proc"))
    return any(os.stat("/proc/" + pid).st_uid == 0 for pid in pids if os.path.exists("/proc/" + pid))


def compare(program, line, values):
    prefix = []
    if re.search(r"-u (root|0)\b", line) and not root_is_seen():
        return print("skip %s: lsof does not know whether a user without a process was found" % line)
    if line.startswith("nobody:"):
        if os.getuid() != 0 or os.environ.get("FDMAP_WORLD"):
            return print("skip %s: not root" % line)
        line, prefix = line[7:].strip(), NOBODY
    argv = shlex.split(re.sub(r"\{(\w+)\}", lambda m: values[m.group(1)], line))
    name = ("nobody: " if prefix else "") + line
    for _ in range(3):
        want, got = without_children(run("lsof", argv, prefix)), run(program, argv, prefix)
        if want[:2] == got[:2]:
            return print("ok " + name)
        if b"not supported yet" in got[2]:
            return print("skip %s: not supported yet" % name)
        time.sleep(0.2)
    print("not ok %s: %s" % (name, difference(want, got)))


def main():
    program, commands = sys.argv[1:3]
    values = dict(word.split("=", 1) for word in sys.argv[3:])
    with open(commands, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            if line and not line.startswith("#"):
                compare(program, line, values)


main()
