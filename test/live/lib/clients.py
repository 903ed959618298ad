# SPDX-License-Identifier: MIT
"""The processes that clients of lsof look for, and what the tests read of the answers.

clients.py serve         one loopback port of TCP and UDP; prints it, keeps what connects
clients.py connect PORT  connects and stays
clients.py hold DIR      two threads, and open files of many kinds, one of them removed but mapped
clients.py rows PID...   of jc's JSON on standard input: the rows of these processes, one a line
clients.py all PIDS      of lsof's table: which of these processes, if still there, are not in it
clients.py screen        of htop's screen of open files: FD, TYPE and NAME of each row
"""
import json
import mmap
import os
import signal
import socket
import sys
import threading


def serve():
    """Says "taken" for each connection that it has taken."""
    while True:
        tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
            break
        except OSError:
            tcp.close()
    tcp.listen()
    print(tcp.getsockname()[1], flush=True)
    kept = []
    while True:
        kept.append(tcp.accept())
        print("taken", flush=True)


def connect(port):
    with socket.create_connection(("127.0.0.1", int(port))) as peer:
        print(peer.getsockname()[1], flush=True)
        signal.pause()


def hold(top):
    os.chdir(top)
    with open("file", "wb") as out:
        out.write(b"x" * 5000)
    held = [open("file", "rb"), open("/dev/null", "wb"), *os.pipe()]
    os.lseek(held[0].fileno(), 1234, os.SEEK_SET)
    os.mkfifo("fifo")
    held.append(os.open("fifo", os.O_RDWR))
    held.append(os.open(".", os.O_RDONLY))
    with open("gone", "w+b") as gone:
        gone.write(b"x" * 4096)
        gone.flush()
        held.append(mmap.mmap(gone.fileno(), 4096))
    os.unlink("gone")
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        held.append(socket.socket(socket.AF_INET, kind))
        held[-1].bind(("127.0.0.1", 0))
    server = socket.socket(socket.AF_UNIX)
    server.bind(top + "/sock")
    server.listen()
    threading.Thread(target=signal.pause, daemon=True).start()
    print("ready", flush=True)
    signal.pause()


def rows(*pids):
    for row in json.load(sys.stdin):
        if str(row["pid"]) in pids:
            print(json.dumps(row, sort_keys=True))


def all_listed(before):
    """Processes that live as long as the listing took must be in it."""
    listed = {line.split()[1] for line in sys.stdin.read().splitlines()[1:]}
    now = {name for name in os.listdir("/proc") if name.isdigit()}
    print(*sorted(set(before.split()) & now - listed))


def screen():
    """SIZE and OFFSET are left: lsof before 4.99 gives one of the two."""
    column = None
    for line in sys.stdin.read().splitlines():
        if line.split()[:2] == ["FD", "TYPE"]:
            column = {word: line.index(word) for word in ("TYPE", "MODE", "NAME")}
        elif column and line.strip() and line[0] != "F":  # not the line of the keys
            kind, mode, name = (column[word] for word in ("TYPE", "MODE", "NAME"))
            print(line[:kind].strip(), line[kind:mode].strip(), line[name:].strip())


if __name__ == "__main__":
    {"serve": serve, "connect": connect, "hold": hold, "rows": rows, "all": all_listed,
     "screen": screen}[sys.argv[1]](*sys.argv[2:])
