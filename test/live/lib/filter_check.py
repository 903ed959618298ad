# SPDX-License-Identifier: MIT
"""filter_check.py hold DIR | rows PID[,PID...] FDMAP ARG... | ss PID EXPR... -- FDMAP ARG...

hold: a process with sockets, files and pipes that do not move. rows: each expression lists
exactly the rows, to the letter, of which the same listing without it says that they must
pass. ss: expressions of ss list the sockets of that process that ss itself lists.
"""
import json
import os
import re
import socket
import subprocess
import sys


def hold(where):
    keep = []
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen(5)
    client = socket.create_connection(tcp.getsockname())
    keep += [tcp, client, tcp.accept()[0]]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    keep.append(udp)
    try:
        six = socket.socket(socket.AF_INET6)
        six.bind(("::1", 0))
        six.listen(3)
        keep.append(six)
    except OSError:
        pass
    keep += socket.socketpair()
    name = os.path.join(where, "sock")
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(name)
    unix.listen(2)
    # The name of a socket, opened, is no socket.
    keep += [unix, os.open(name, os.O_PATH)]
    # A socket that is in no table: neither bound nor connected.
    keep.append(socket.socket())
    try:
        keep.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    except OSError:
        pass
    keep.append(os.pipe())
    big = os.open(os.path.join(where, "big"), os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(big, 5 << 20)
    os.lseek(big, 4321, os.SEEK_SET)
    gone = os.open(os.path.join(where, "gone"), os.O_RDWR | os.O_CREAT, 0o600)
    os.write(gone, b"x" * 70000)
    os.unlink(os.path.join(where, "gone"))
    keep += [big, gone, os.open("/dev/null", os.O_RDONLY), os.eventfd(3)]
    print("ready", os.getpid(), tcp.getsockname()[1], client.getsockname()[1],
          udp.getsockname()[1], flush=True)
    sys.stdin.read()


def is_sock(r):
    # An O_PATH descriptor of a socket's name has no protocol, and lsof's words for that.
    return r["type"] in ("IPv4", "IPv6", "unix", "netlink", "pack", "raw", "raw6", "sock") and \
        not (r["type"] == "sock" and r["name"].startswith("can't identify"))


def is_tcp(r):
    return r.get("protocol") == "TCP"


def port(r, end):
    return r.get(end, {}).get("port")


def size(r):
    return int(r.get("size", -1))


def inet(r):
    return r["type"] in ("IPv4", "IPv6")


def num(r):
    return int(r["fd"]) if r["fd"].isdigit() else -1


def pairs(tcp, client, udp, pid):
    deleted = lambda r: not is_sock(r) and ("(deleted)" in r["name"] or r["fd"] == "DEL")
    return [
        ("tcp", is_tcp),
        ("udp", lambda r: r.get("protocol") == "UDP"),
        ("inet", inet),
        ("unix", lambda r: r["type"] == "unix"),
        ("netlink", lambda r: r["type"] == "netlink"),
        ("socket", is_sock),
        ("not socket", lambda r: not is_sock(r)),
        ("type == sock and not socket", lambda r: r["type"] == "sock" and not is_sock(r)),
        ("tcp and listening", lambda r: is_tcp(r) and r.get("state") == "LISTEN"),
        ("tcp and not listening", lambda r: is_tcp(r) and r.get("state") != "LISTEN"),
        ("not (tcp and listening)", lambda r: not (is_tcp(r) and r.get("state") == "LISTEN")),
        ("tcp and state established", lambda r: is_tcp(r) and r.get("state") == "ESTABLISHED"),
        (f"lport == {tcp}", lambda r: port(r, "local") == tcp),
        (f"tcp and lport == {tcp}", lambda r: is_tcp(r) and port(r, "local") == tcp),
        (f"dport == {tcp}", lambda r: port(r, "remote") == tcp),
        (f"dport = :{tcp} or sport = :{tcp}",
         lambda r: tcp in (port(r, "local"), port(r, "remote"))),
        (f"lport in ({tcp}, {udp})", lambda r: port(r, "local") in (tcp, udp)),
        (f"src 127.0.0.0/8:{client}", lambda r: port(r, "local") == client),
        (f"tcp or fd == 0", lambda r: is_tcp(r) or r["fd"] == "0"),
        (f"pid == {pid}", lambda r: r["pid"] == pid),
        (f"pid == {pid} and tcp", lambda r: r["pid"] == pid and is_tcp(r)),
        (f"pid != {pid}", lambda r: r["pid"] != pid),
        ("uid == 0", lambda r: r["uid"] == 0),
        ("uid == 65534 and tcp", lambda r: r["uid"] == 65534 and is_tcp(r)),
        ("comm == python3", lambda r: r["command"] == "python3"),
        ("comm =~ '^pyth' and udp", lambda r: r["command"].startswith("pyth")
         and r.get("protocol") == "UDP"),
        ("comm !~ python", lambda r: "python" not in r["command"]),
        ("fd == cwd", lambda r: r["fd"] == "cwd"),
        ("fd == 3", lambda r: r["fd"] == "3"),
        ("fd < 2", lambda r: num(r) in (0, 1)),
        ("fd == mem", lambda r: r["fd"] == "mem"),
        ("deleted", deleted),
        ("deleted and size > 60K", lambda r: deleted(r) and size(r) > 60 * 1024),
        ("tcp or deleted", lambda r: is_tcp(r) or deleted(r)),
        ("size >= 5MiB and fd < 1000", lambda r: size(r) >= 5 << 20 and num(r) >= 0),
        ("type == CHR and mode == r", lambda r: r["type"] == "CHR" and r.get("access") == "r"),
        ("mode == w and not socket", lambda r: r.get("access") == "w" and not is_sock(r)),
        ("pos == 4321", lambda r: r["name"].endswith("/big")),
        ("path =~ '/big$'", lambda r: r["name"].endswith("/big")),
        ("nlink == 0 and fd < 1000", lambda r: r.get("nlink") == 0 and num(r) >= 0),
        ("kind == pipe", lambda r: r["type"] == "FIFO"),
        ("eventfd_count == 3", lambda r: r["name"].startswith("[eventfd")),
        ("comm == nobody-is-called-so", lambda r: False),
        ("tcp and lport == 1", lambda r: False),
    ]


def listing(command, *more):
    run = subprocess.run(command + ["-nP", "-Ki", "-j", *more], capture_output=True, text=True,
                         errors="surrogateescape", check=False)
    # Names of others may hold what splitlines() takes for the end of a line, too.
    return run.stdout.split("\n")[:-1], run.returncode, run.stderr


def of_pids(lines, pids):
    return [line for line in lines if json.loads(line)["pid"] in pids]


def rows(pids, ports, command):
    """Expected: of the listing without a filter, which must not move meanwhile."""
    wrong = n = 0
    for expr, must in pairs(*ports, min(pids)):
        for only in ([], ["-p", ",".join(map(str, pids))]):
            for _ in range(5):
                before = of_pids(listing(command, *only)[0], pids)
                got, rc, err = listing(command, *only, "--filter", expr)
                after = of_pids(listing(command, *only)[0], pids)
                if before == after:
                    break
            want = [line for line in before if must(json.loads(line))]
            mine = of_pids(got, pids)
            n += 1
            if mine == want and rc == (0 if got else 1):
                continue
            wrong += 1
            lack = [line for line in want if line not in mine][:1]
            more = [line for line in mine if line not in want][:1]
            print(f"{expr!r} {only}: rc {rc} lacks {lack} has {more} {err[:200]}")
    print(f"{n} filters, {wrong} wrong")


def ss_inodes(expr):
    out = subprocess.run(["ss", "-aneHO", "-A", "tcp,udp", *expr.split()], capture_output=True,
                         text=True, check=False).stdout
    return {int(m) for m in re.findall(r"\bino:(\d+)", out)}


def compare_ss(pid, exprs, command):
    mine = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        m = re.match(r"socket:\[(\d+)\]$", os.readlink(f"/proc/{pid}/fd/{name}"))
        if m:
            mine.add(int(m.group(1)))
    for expr in exprs:
        want = ss_inodes(expr) & mine
        got = set()
        for line in listing(command, "--filter", expr)[0]:
            row = json.loads(line)
            if row["pid"] == pid and row["type"] in ("IPv4", "IPv6"):
                got.add(int(row["device"]))
        verdict = "same" if got == want else f"ss {sorted(want)} fdmap {sorted(got)}"
        print(f"{expr}: {len(want)} {verdict}")


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold(sys.argv[2])
    elif sys.argv[1] == "rows":
        rows({int(p) for p in sys.argv[2].split(",")}, [int(p) for p in sys.argv[3].split(",")],
             sys.argv[4:])
    else:
        cut = sys.argv.index("--")
        compare_ss(int(sys.argv[2]), sys.argv[3:cut], sys.argv[cut + 1:])
