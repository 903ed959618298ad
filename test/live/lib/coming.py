# SPDX-License-Identifier: MIT
"""coming.py DOCUMENT FDMAP: each line of the tables of docs/coming-from.md, in the world of world.py.

Ours must end without a word on standard error. Where the other program is there, it is asked, too, and both
must tell the same: sockets by inode, descriptors, or processes. What fdmap itself says a line of the other
program is ("here: ...") must tell the same as well. Prints verdicts as the live tests do.
"""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys

PROGRAMS = ("lsof", "ss", "netstat", "fuser", "lsfd", "sockstat")
ROW = re.compile(r"^\| `(.+?)` \| (?:`(.+?)` )?\|(.*)\|$")

# Rows whose answers cannot be compared, and why; one that is not in the document is an error.
UNTOLD = {
    "lsof -i :8080 | wc -l": "counts the heading, too",
    "lsof -p 812 | awk '{print $4}'": "a column of text",
    "lsof | grep deleted": "a text that other columns may hold",
    "lsof +D /mnt/db": "lsof of 4.95 does not find the file that a UNIX socket is bound to",
    "ss -A netlink -a": "ss does not know who holds them",
    "ss -s": "totals of the kernel, not rows",
    "ss -tT": "threads are not told apart by what is compared",
    "ss -tan state time-wait": "there may be none, and they have no inode",
    "netstat -tnc": "ends with a signal only",
    "fuser -s /mnt/db/data": "says nothing",
    "lsfd": "its own descriptors, and namespaces",
    "lsfd -l -p 812": "threads",
    "lsfd --summary=only": "counts of its own",
    "lsfd --summary=only -C 'cwd:ASSOC == \"cwd\"'": "a count",
    "lsfd -i": "not in lsfd of 2.38",
    "lsfd -o PID,ENDPOINTS": "not in lsfd of 2.38",
}
OUR_COLUMNS = " -j --columns=pid,fd,sock_ino,family"
# A row of lsfd is compared by descriptor, but its names of these are not ours.
ASSOCS = {"exe": "txt", "cwd": "cwd", "rtd": "rtd"}


class World:
    pids = {812, 813, 814}


def rows_of(path):
    """(program, theirs, ours or None, note) of every table row."""
    with open(path, encoding="utf-8") as document:
        for line in document:
            found = ROW.match(line.rstrip("\n"))
            if not line.startswith("| `") or not found:
                if line.startswith("| `"):
                    yield None, line.strip(), None, ""
                continue
            theirs, ours, note = (part and part.replace("\\|", "|") for part in found.groups())
            yield theirs.split()[0], theirs, ours, note.strip()


def shell(line, fdmap, timeout=60):
    """As typed; kill only says whom it would end, and what repeats does so twice."""
    line = re.sub(r" -r1\b", " -r1c2", line)
    script = f'kill() {{ shift; echo "$@"; }}\nfdmap() {{ "{fdmap}" "$@"; }}\n{line}\n'
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, check=False, errors="replace")


def pids_of(text):
    return {int(word) for word in re.findall(r"\d+", text)} & World.pids


# ---- ours ------------------------------------------------------------------------------------


def ask_ours(line, fdmap, drop_netlink=False):
    """What a line of ours selects: {"pids", "fds", "inodes"}."""
    inner = re.match(r"kill \S+ \$\((.*)\)$", line)
    line = inner.group(1) if inner else line
    line = re.sub(r" (-r1|>/dev/null|--count|--tsv|-V|-J|-F\w+)(?= |$)", "", line)
    if re.search(r" -t\b", line):
        return {"pids": pids_of(shell(line, fdmap).stdout)}
    line = re.sub(r" --columns=\+", " --columns=", line)
    got = shell(line.replace("fdmap", "fdmap" + OUR_COLUMNS, 1), fdmap)
    rows = [json.loads(row) for row in got.stdout.splitlines()]
    if got.stderr:
        raise ValueError(got.stderr)
    # Their holders are not known to ss.
    rows = [row for row in rows if row.get("family") != "netlink" or not drop_netlink]
    mine = [row for row in rows if row.get("pid") in World.pids]
    return {
        "pids": {row["pid"] for row in mine},
        "fds": {(row["pid"], row["fd"]) for row in mine if row["fd"].isdigit() or
                row["fd"] in ASSOCS.values()},
        "inodes": {row["sock_ino"] for row in rows if row.get("sock_ino")},
    }


# ---- theirs ----------------------------------------------------------------------------------


def ask_ss(line):
    """By their holders: of raw and netlink sockets it has no inodes."""
    text = shell(line.replace("ss", "ss -HOp", 1), "false").stdout
    return {"fds": {(int(pid), fd) for pid, fd in re.findall(r"pid=(\d+),fd=(\d+)", text)
                    if int(pid) in World.pids}}


def ask_netstat(line):
    text = shell(line.replace("netstat", "netstat -neW", 1), "false").stdout
    inodes = set()
    for row in text.splitlines():
        found = re.match(r"unix +\d+ +\[[^]]*\] +\S+ +(?:[A-Z]+ +)?(\d+)", row) or \
            re.match(r"tcp\S* +\d+ +\d+ +\S+ +\S+ +[A-Z_0-9]+ +\d+ +(\d+)", row) or \
            re.match(r"udp\S* +\d+ +\d+ +\S+ +\S+ +(?:ESTABLISHED +)?\d+ +(\d+)", row) or \
            re.match(r"raw\S* +\d+ +\d+ +\S+ +\S+ +\d+ +\d+ +(\d+)", row)
        if found:
            inodes.add(int(found.group(1)))
    return {"inodes": inodes - {0}}


def ask_fuser(line):
    """Whom it would end is asked without ending anybody."""
    line = re.sub(r" -k(?=\w)", " -", re.sub(r" -k\b", "", line))
    line = re.sub(r" -(TERM|w)\b", "", line)
    return {"pids": pids_of(shell(line, "false").stdout)}


def ask_lsfd(line):
    line = re.sub(r" -(o \S+|J|r|u)(?= |$)", "", line) + " -n -r -o PID,ASSOC,FD,NAME"
    fds = set()
    for row in shell(line, "false").stdout.splitlines():
        pid, assoc = row.split()[:2]
        assoc = ASSOCS.get(assoc, assoc)
        if int(pid) in World.pids and (assoc.isdigit() or assoc in ASSOCS.values()):
            fds.add((int(pid), assoc))
    return {"fds": fds}


def ask_lsof(line):
    """In the format that has no widths."""
    if re.search(r" -t\b", line):
        return {"pids": pids_of(shell(line, "false").stdout)}
    pid, fds = 0, set()
    for item in shell(line.replace("lsof", "lsof -Fpf", 1), "false").stdout.splitlines():
        if item[0] == "p":
            pid = int(item[1:])
        elif item[0] == "f" and pid in World.pids and (
                item[1:].isdigit() or item[1:] in ASSOCS.values()):
            fds.add((pid, item[1:]))
    return {"fds": fds}


ASK = {"ss": ask_ss, "netstat": ask_netstat, "fuser": ask_fuser, "lsfd": ask_lsfd, "lsof": ask_lsof}


def hint_of(theirs, fdmap):
    """What fdmap says on a terminal when it is asked like the other program; or None."""
    parent, child = pty.openpty()
    words = theirs.split(" ", 1)
    with subprocess.Popen(["sh", "-c", f'exec "{fdmap}" {words[1] if words[1:] else ""}'], stderr=child,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        os.close(child)
        said = b""
        while select.select([parent], [], [], 10)[0]:
            try:
                part = os.read(parent, 65536)
            except OSError:
                break
            if not part:
                break
            said += part
        process.kill()
    os.close(parent)
    found = re.search(rf"that is how {words[0]} is asked; here: (.*?)\r?\n", said.decode(errors="replace"))
    return found and found.group(1)


def told_apart(program, want, ours, fdmap):
    """How ours differs from theirs; None: it does not."""
    try:
        got = ask_ours(ours, fdmap, program == "ss")
    except ValueError as wrong:
        return str(wrong)
    for key in sorted(set(want) & set(got)):
        if want[key] != got[key]:
            return f"{key}: theirs alone {sorted(want[key] - got[key])}, " \
                f"ours alone {sorted(got[key] - want[key])}"
    return None


class Verdicts:
    failed = compared = 0

    def ok(self, name):
        print("ok", name)

    def fail(self, name, why):
        self.failed += 1
        print(f"not ok {name}: {' '.join(why.split())[:500]}")

    def take(self, name, why):
        if why:
            self.fail(name, why)
        else:
            self.ok(name)

    def skip(self, name, why):
        print(f"skip {name}: {why}")


def try_ours(ours, fdmap, verdicts):
    got = shell(ours, fdmap)
    # lsof's status: not all that is below it is open.
    fine = got.returncode == 0 or (" +D " in ours and got.returncode == 1)
    # Nobody has such sockets here.
    fine = fine or (got.returncode == 1 and not got.stdout.strip())
    verdicts.take(f"here: {ours}", "" if fine and not got.stderr else
                  f"status {got.returncode}, {got.stderr}")


def try_compare(program, theirs, ours, fdmap, verdicts):
    if theirs in UNTOLD:
        verdicts.ok(f"not compared: {theirs}: {UNTOLD[theirs]}")
        return
    if not shutil.which(program):
        verdicts.skip(f"as {theirs}", f"no {program}")
        return
    want = ASK[program](theirs)
    # Empty sets are equal, and prove little: only where nothing of the kind is there.
    verdicts.compared += any(want.values())
    verdicts.take(f"as {theirs}", told_apart(program, want, ours, fdmap))
    hint = hint_of(theirs, fdmap) if program != "lsof" else None
    if hint:
        verdicts.take(f"as {theirs}, by its own hint", told_apart(program, want, hint, fdmap))


def main():
    document, fdmap = sys.argv[1:]
    verdicts = Verdicts()
    seen, programs = set(), set()
    for program, theirs, ours, note in rows_of(document):
        if program not in PROGRAMS or theirs in seen:
            verdicts.fail("rows", f"cannot be read, or twice: {theirs}")
            continue
        seen.add(theirs)
        programs.add(program)
        if not ours:
            verdicts.take(f"nothing here: {theirs}", "" if note else "no word about it")
            continue
        try_ours(ours, fdmap, verdicts)
        if program in ASK:
            try_compare(program, theirs, ours, fdmap, verdicts)
    verdicts.take("every program has a table", str(set(PROGRAMS) ^ programs if programs != set(PROGRAMS)
                                                   else ""))
    stale = set(UNTOLD) - seen
    verdicts.take("what is not compared is in the document", str(stale or ""))
    if all(shutil.which(program) for program in ASK):
        verdicts.take("what was compared was there", "" if verdicts.compared > 60 else
                      f"only {verdicts.compared} rows")
    return verdicts.failed > 0


if __name__ == "__main__":
    sys.exit(main())
