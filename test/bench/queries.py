# SPDX-License-Identifier: MIT
"""What is asked, of which program, and how fast fdmap has to be."""

import collections
import shutil
import subprocess

# answer: what must stand in what is printed, or the time is worth nothing; None: nothing is found
Query = collections.namedtuple("Query", "key title fdmap peers answer")

# In braces: what the load program says. A command is "NAME ARGUMENTS"; NAME is what is measured against.
QUERIES = [
    Query("port", "`-t -i :PORT`", "-t -i :{PORT}",
          ["lsof -t -i :{PORT}", "ss -tnp sport = :{PORT}", "fuser {PORT}/tcp"], "{PID}"),
    Query("listen", "`-nP -iTCP -sTCP:LISTEN`", "-nP -iTCP -sTCP:LISTEN",
          ["lsof -nP -iTCP -sTCP:LISTEN", "ss -tlnp", "netstat -tlnp"], "{PID}"),
    Query("free", "`-t -i :PORT`, nobody's", "-t -i :{FREE}",
          ["lsof -t -i :{FREE}", "ss -tlnp sport = :{FREE}", "fuser {FREE}/tcp"], None),
    Query("all", "everything, `-nP`", "-nP", ["lsof -nP", "lsfd"], "{PID}"),
    Query("pid", "`-nP -p PID`", "-nP -p {PID}", ["lsof -nP -p {PID}", "lsfd -p {PID}"], "{PID}"),
    # What lsfd shows: without DEVICE, for which the kernel writes down all UNIX sockets.
    Query("shown", "`-nP -p PID`, columns of lsfd", "-nP -p {PID} --columns=comm,pid,user,fd,mode,type,node,name",
          ["lsfd -p {PID}"], "{PID}"),
    Query("file", "`-nP FILE`", "-nP {FILE}", ["lsof -nP {FILE}", "fuser {FILE}"], "{PID}"),
    Query("unix", "`-nP -U +E`", "-nP -U +E", ["lsof -nP -U +E", "ss -xanp"], "{UNIX}"),
    Query("sockets", "`--sockets -nP`", "--sockets -nP",
          ["lsof -nP -i -U", "ss -anp", "netstat -anp"], "{UNIX}"),
    Query("netns", "`--sockets -nP --netns=all`", "--sockets -nP --netns=all",
          ["lsof -nP -i -U", "ss -anp", "netstat -anp"], "{UNIX}"),
    # Who is at the other end, too, which no peer tells.
    Query("ends", "`--sockets -nP -E`", "--sockets -nP -E",
          ["lsof -nP -i -U", "ss -anp", "netstat -anp"], "{UNIX}"),
]

PEERS = ["lsof", "lsfd", "ss", "netstat", "fuser"]
# The argument that prints the version, and which word of the line has it.
VERSIONS = {
    "lsof": ("-v", "revision:"),
    "lsfd": ("--version", "util-linux"),
    "ss": ("-V", "utility,"),
    "netstat": ("--version", "net-tools"),
    "fuser": ("--version", "(PSmisc)"),
}

# engine, threads; the last of an engine is held against the targets.
VARIANTS = [("proc", 1), ("proc", 2), ("bpf", 1), ("bpf", 2)]

# against: a peer, "best" of them, or "MB". A limit for each engine; None: none is set.
Target = collections.namedtuple("Target", "load query against limits")


def _targets(load, query, against, proc, bpf):
    return Target(load, query, against, {"proc": proc, "bpf": bpf})


TARGETS = [
    _targets("large", "port", "best", 0.35, 0.10),
    _targets("large", "port", "lsof", 0.15, 0.025),
    _targets("large", "listen", "ss", 0.35, 0.08),
    _targets("large", "free", "ss", 0.03, 0.03),
    _targets("large", "all", "lsof", 0.15, 0.06),
    _targets("large", "all", "lsfd", 0.15, 0.06),
    _targets("large", "pid", "lsfd", 0.5, 0.5),
    _targets("large", "pid", "lsof", 0.01, 0.01),
    _targets("large", "file", "fuser", 0.4, 0.10),
    _targets("large", "unix", "ss", 0.3, 0.05),
    _targets("large", "sockets", "ss", 0.25, None),
    _targets("large", "netns", "ss", None, 0.06),
    _targets("large", "ends", "ss", 0.25, 0.06),
    _targets("large", "all", "MB", 40, 40),
    _targets("large", "port", "MB", 12, 12),
    _targets("small", "port", "ss", None, 0.12),
]
# Of every load, of every query, against its best peer.
NEVER_SLOWER = 1


def targets_of(load):
    return [target for target in TARGETS if target.load == load]


def words(text, facts):
    return [word.format(**facts) for word in text.split()]


def engine_arguments(engine, threads):
    return [f"--engine={engine}", f"--threads={threads}"]


def version_of(program):
    """What a peer says of itself, or None: it is not installed."""
    if not shutil.which(program):
        return None
    option, before = VERSIONS[program]
    said = subprocess.run([program, option], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    parts = said.stdout.split()
    found = next((after for word, after in zip(parts, parts[1:]) if word == before), "?")
    return found.removeprefix("iproute2-").rstrip(",")
