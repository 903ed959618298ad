#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sockfields.py own | text | ss | netns: opens sockets and compares what fdmap tells of them.

own: with getsockopt(2) of the sockets themselves; text: the same where only text is read;
ss: with ss, by inode; netns: an interface and a socket in another network namespace.
"""
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

FDMAP = os.environ["FDMAP"]
SO_MARK, SO_MEMINFO, SO_COOKIE, TCP_ULP, IPPROTO_MPTCP = 36, 55, 57, 31, 262
# struct tcp_info of include/uapi/linux/tcp.h behind its first eight bytes; sizes of members.
LAYOUT = """rto ato snd_mss rcv_mss unacked sacked lost tcp_retrans fackets last_data_sent last_ack_sent
last_data_recv last_ack_recv pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss reordering rcv_rtt
rcv_space total_retrans pacing_rate:Q max_pacing_rate:Q bytes_acked:Q bytes_received:Q segs_out segs_in
notsent_bytes min_rtt data_segs_in data_segs_out delivery_rate:Q busy_time:Q rwnd_limited:Q
sndbuf_limited:Q delivered delivered_ce bytes_sent:Q bytes_retrans:Q dsack_dups reord_seen rcv_ooopack
snd_wnd rcv_wnd rehash total_rto:H total_rto_recoveries:H total_rto_time received_ce delivered_e1_bytes
delivered_e0_bytes delivered_ce_bytes received_e1_bytes received_e0_bytes received_ce_bytes""".split()
NEVER_0 = {"ato", "fackets", "last_ack_sent", "pmtu", "rtt", "rcv_rtt", "delivery_rate"}
NEVER_MAX = {"pacing_rate", "max_pacing_rate", "min_rtt"}
MOVING = {"last_data_sent", "last_data_recv", "last_ack_recv"}
MEMORY = "rmem rcvbuf wmem sndbuf fwd queued opt backlog drops".split()
BYTES = "tcp_state retransmits probes backoff".split()
COLUMNS = (["fd", "proto", "state", "local", "remote", "lport", "rport", "recvq", "sendq", "backlog_used",
            "backlog_max", "sock_ino", "sock_uid", "cookie", "mark", "ifname", "ifindex", "timer",
            "timer_ms", "retrans", "tos", "tclass", "v6only", "shutdown", "options", "sock_cgroup",
            "cong", "ulp", "snd_wscale", "rcv_wscale", "tcp_options", "ca_state", "mptcp_token",
            "mptcp_bytes_sent", "bbr_bw", "bbr_min_rtt", "bbr_pacing_gain", "unix_path",
            "delivery_rate_app_limited"] + BYTES + [w.split(":")[0] for w in LAYOUT] + MEMORY)


def fail(name, text):
    print("not ok %s: %s" % (name, text))


def verdict(name, wrong, compared):
    if wrong:
        fail(name, "; ".join(wrong)[:500])
    elif not compared:
        fail(name, "nothing was compared")
    else:
        print("ok %s" % name)


def may(sock, level, name, value):
    """Sets an option if this kernel and this user may; whether it did."""
    try:
        sock.setsockopt(level, name, value)
        return True
    except OSError:
        return False


def rows(*options, pid=None):
    """What fdmap tells of our sockets, by descriptor."""
    command = [FDMAP, "-nP", "-a", "--sockets", "-p", str(pid or os.getpid()), "-j",
               "--columns=" + ",".join(COLUMNS)] + list(options)
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    found = [json.loads(line) for line in out.splitlines()]
    return {int(row["fd"]): row for row in found if str(row["fd"]).isdigit()}


def num(value):
    return int(value, 0) if isinstance(value, str) else value


class World:
    """Sockets of which nothing moves but clocks."""

    def __init__(self):
        self.all = {}
        listener = self.add("listener", socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(7)
        client = self.add("client", socket.socket())
        may(client, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 30000)
        client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)
        self.marked = may(client, socket.SOL_SOCKET, SO_MARK, 0x2a)
        self.bound = may(client, socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        client.connect(listener.getsockname())
        server = self.add("server", listener.accept()[0])
        client.sendall(b"x" * 5000)
        server.recv(100)
        server.sendall(b"y" * 300)
        client.recv(1000)
        six = self.add("six", socket.socket(socket.AF_INET6, socket.SOCK_STREAM))
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::1", 0))
        six.listen(3)
        bbr = self.add("control", socket.socket())
        may(bbr, socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr")
        bbr.connect(listener.getsockname())
        self.add("controlled", listener.accept()[0])
        bbr.sendall(b"z" * 1000)
        tls = self.add("ulp", socket.socket())
        tls.connect(listener.getsockname())
        self.add("ulp's other end", listener.accept()[0])
        self.tls = may(tls, socket.IPPROTO_TCP, TCP_ULP, b"tls")
        udp = self.add("udp", socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2400)
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(50):
            self.sender.sendto(b"w" * 500, udp.getsockname())
        one, two = socket.socketpair()
        self.add("pair", one).shutdown(socket.SHUT_WR)
        self.add("pair's other end", two).send(b"hello")
        unix = self.add("unix", socket.socket(socket.AF_UNIX))
        if os.path.exists("name"):
            os.unlink("name")
        unix.bind("name")
        unix.listen(3)
        self.add("netlink", socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)).bind((0, 0))
        self.multipath()

    def add(self, name, sock):
        self.all[name] = sock
        return sock

    def multipath(self):
        try:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
            client.connect(listener.getsockname())
        except OSError:
            return
        self.add("mptcp", client)
        self.listener = listener
        self.mptcp_server = listener.accept()[0]
        client.sendall(b"abc")
        self.mptcp_server.recv(3)


def tcp_info(sock):
    """Member -> value as fdmap tells it, None: absent; only what this kernel has."""
    raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1024)
    told, at = dict(zip(["tcp_state", "_ca", "retransmits", "probes", "backoff"], raw)), 8
    told["snd_wscale"], told["rcv_wscale"] = raw[6] & 15, raw[6] >> 4
    told["delivery_rate_app_limited"] = bool(raw[7] & 1)
    told["ca_state"] = ["open", "disorder", "cwr", "recovery", "loss"][told.pop("_ca")]
    told["tcp_options"] = ",".join(name for bit, name in enumerate(
        "ts sack wscale ecn ecnseen fastopen usec_ts fastopen_child".split()) if raw[5] >> bit & 1) or None
    for word in LAYOUT:
        name, _, kind = word.partition(":")
        kind = kind or "I"
        size = struct.calcsize(kind)
        at = (at + size - 1) // size * size
        if at + size > len(raw):
            told[name] = None
            continue
        value = struct.unpack_from("=" + kind, raw, at)[0]
        at += size
        most = (1 << 8 * size) - 1
        gone = ((name in NEVER_0 and value == 0) or (name in NEVER_MAX and value == most)
                or (name == "snd_ssthresh" and value >= 0x7fffffff))
        told[name] = None if gone else value
    return told, len(raw)


def compare(wrong, row, name, want):
    got = num(row[name]) if isinstance(want, int) and not isinstance(want, bool) else row[name]
    if got != want:
        wrong.append("%s: %r, not %r" % (name, row[name], want))
    return 1


def check_tcp(world, find):
    for name in ("client", "server", "control", "controlled", "ulp"):
        sock, wrong, n = world.all[name], [], 0
        for _ in range(5):
            before, _ = tcp_info(sock)
            row = find()[sock.fileno()]
            after, length = tcp_info(sock)
            quiet = [k for k in before if k not in MOVING]
            if all(before[k] == after[k] for k in quiet):
                break
        for key in quiet:
            if before[key] == after[key]:
                n += compare(wrong, row, key, before[key])
        for key in MOVING:
            if not before[key] <= row[key] <= after[key]:
                wrong.append("%s: %s, not %s to %s" % (key, row[key], before[key], after[key]))
        if n < 40:
            wrong.append("only %d of %d bytes' members stood still" % (n, length))
        control = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode()
        compare(wrong, row, "cong", control)
        compare(wrong, row, "ulp", "tls" if name == "ulp" and world.tls else None)
        if (row["bbr_bw"] is None) != (control != "bbr" or name in ("server", "controlled")):
            # Without data there is no estimate.
            if control != "bbr":
                wrong.append("bbr_bw: %s of %s" % (row["bbr_bw"], control))
        verdict("tcp_info of %s" % name, wrong, n)


def check_memory(world, find):
    wrong, n = [], 0
    for name, sock in world.all.items():
        if name == "mptcp":
            continue
        for _ in range(5):
            before = sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
            row = find()[sock.fileno()]
            if before == sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36):
                break
        for key, value in zip(MEMORY, struct.unpack("=9I", before)):
            got = []
            n += compare(got, row, key, value)
            wrong += ["%s of %s" % (w, name) for w in got]
    verdict("memory", wrong, n)
    drops = find()[world.all["udp"].fileno()]["drops"]
    verdict("drops", [] if drops else ["none"], 1)


def check_options(world, find, diag=True):
    found, wrong, n = find(), [], 0
    for name, sock in world.all.items():
        row, bad = found[sock.fileno()], []
        inode = os.fstat(sock.fileno()).st_ino
        n += compare(bad, row, "sock_ino", inode)
        if sock.family != socket.AF_NETLINK and (diag or sock.family != socket.AF_UNIX):
            compare(bad, row, "sock_uid", os.geteuid())
        if diag:
            cookie = struct.unpack("=Q", sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]
            if name != "mptcp":
                compare(bad, row, "cookie", cookie)
        wrong += ["%s of %s" % (w, name) for w in bad]
    verdict("identity", wrong, n)

    client, wrong = found[world.all["client"].fileno()], []
    compare(wrong, client, "timer", "keepalive")
    if not 7190000 <= client["timer_ms"] <= 7200000:
        wrong.append("timer_ms: %s" % client["timer_ms"])
    compare(wrong, client, "retrans", 0)
    if diag:
        if world.marked and os.geteuid() == 0:
            compare(wrong, client, "mark", 0x2a)
        compare(wrong, client, "ifname", "lo" if world.bound else None)
        compare(wrong, client, "ifindex", socket.if_nametoindex("lo") if world.bound else None)
        compare(wrong, client, "tos", 0x10)
        compare(wrong, client, "tclass", None)
        compare(wrong, client, "v6only", None)
        six = found[world.all["six"].fileno()]
        compare(wrong, six, "v6only", True)
        compare(wrong, six, "tclass", 0)
        compare(wrong, six, "backlog_max", 3)
        compare(wrong, found[world.all["pair"].fileno()], "shutdown", "w")
        compare(wrong, found[world.all["pair's other end"].fileno()], "shutdown", "r")
        compare(wrong, found[world.all["unix"].fileno()], "backlog_max", 3)
        compare(wrong, found[world.all["pair"].fileno()], "recvq", 5)
    verdict("what was set", wrong, 1)

    wrong = []
    compare(wrong, client, "local", "127.0.0.1:%d" % world.all["client"].getsockname()[1])
    compare(wrong, client, "remote", "127.0.0.1:%d" % world.all["client"].getpeername()[1])
    compare(wrong, client, "lport", world.all["client"].getsockname()[1])
    compare(wrong, found[world.all["server"].fileno()], "recvq", 4900)
    listener = found[world.all["listener"].fileno()]
    compare(wrong, listener, "backlog_used", 0)
    compare(wrong, listener, "backlog_max", 7 if diag else None)
    for key in ("recvq", "sendq", "remote", "rtt", "unacked"):
        compare(wrong, listener, key, None)
    compare(wrong, found[world.all["unix"].fileno()], "unix_path", "name")
    verdict("ends and queues", wrong, 1)


def check_mptcp(world, find):
    if "mptcp" not in world.all:
        print("skip mptcp: this kernel has none")
        return
    row, wrong = find()[world.all["mptcp"].fileno()], []
    compare(wrong, row, "ulp", "mptcp")
    if row["mptcp_token"] is None:
        wrong.append("no token")
    if row["mptcp_bytes_sent"] is not None:
        compare(wrong, row, "mptcp_bytes_sent", 3)
    verdict("mptcp", wrong, 1)


def run_own():
    world = World()
    time.sleep(0.3)
    check_tcp(world, rows)
    check_memory(world, rows)
    check_options(world, rows)
    check_mptcp(world, rows)
    # Addresses in the kernel are told by the text, and all else as before.
    command = [FDMAP, "-nP", "-a", "-U", "-p", str(os.getpid()), "--columns=+rcvbuf,cookie", "-d",
               str(world.all["unix"].fileno())]
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    wrong = []
    cookie = struct.unpack("=Q", world.all["unix"].getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]
    with open("/proc/net/unix") as table:
        pointer = [line.split(":")[0] for line in table if line.endswith(" name\n")]
    if not any("0x" + p in out for p in pointer) or "0x%x" % cookie not in out:
        wrong.append(out)
    verdict("both sources of UNIX sockets", wrong, 1)


def run_text():
    def find():
        return rows("--socket-source=text")
    world = World()
    check_options(world, find, diag=False)
    found, wrong = find(), []
    for name, sock in world.all.items():
        for key in ("rtt", "rcvbuf", "cookie", "mark", "cong", "shutdown", "tos"):
            if found[sock.fileno()][key] is not None:
                wrong.append("%s of %s by text" % (key, name))
    if not found[world.all["udp"].fileno()]["drops"]:
        wrong.append("no drops")
    verdict("the text has no more", wrong, 1)


# What ss calls it, what fdmap calls it, and how a word becomes a number.
US = lambda w: round(float(w) * 1000)
SS = [
    (r"\brto:(\S+)", "rto", US), (r"\brtt:([\d.]+)/", "rtt", US), (r"\brtt:[\d.]+/(\S+)", "rttvar", US),
    (r"\bato:(\S+)", "ato", US), (r"\bmss:(\d+)", "snd_mss", int), (r"\bpmtu:(\d+)", "pmtu", int),
    (r"\brcvmss:(\d+)", "rcv_mss", int), (r"\badvmss:(\d+)", "advmss", int),
    (r"\bcwnd:(\d+)", "snd_cwnd", int), (r"\bssthresh:(\d+)", "snd_ssthresh", int),
    (r"\bbytes_sent:(\d+)", "bytes_sent", int), (r"\bbytes_acked:(\d+)", "bytes_acked", int),
    (r"\bbytes_received:(\d+)", "bytes_received", int), (r"\bsegs_out:(\d+)", "segs_out", int),
    (r"\bsegs_in:(\d+)", "segs_in", int), (r"\bdata_segs_out:(\d+)", "data_segs_out", int),
    (r"\bdata_segs_in:(\d+)", "data_segs_in", int), (r"\bdelivered:(\d+)", "delivered", int),
    (r"\brcv_space:(\d+)", "rcv_space", int), (r"\brcv_ssthresh:(\d+)", "rcv_ssthresh", int),
    (r"\bminrtt:(\S+)", "min_rtt", US), (r"\bsnd_wnd:(\d+)", "snd_wnd", int),
    (r"\bpacing_rate (\d+)bps", "pacing_rate", lambda w: int(w) // 8),
    (r"\bdelivery_rate (\d+)bps", "delivery_rate", lambda w: int(w) // 8),
    (r"\bsk:(\w+)", "cookie", lambda w: int(w, 16)), (r"\bfwmark:(\w+)", "mark", lambda w: int(w, 16)),
    (r"\bcgroup:(\S+)", "sock_cgroup", str), (r"\btimer:\((\w+),", "timer", str),
    (r"\bwscale:(\d+),", "snd_wscale", int), (r"\bwscale:\d+,(\d+)", "rcv_wscale", int),
    (r"\bskmem:\(r(\d+)", "rmem", int), (r"\bskmem:.*?,rb(\d+)", "rcvbuf", int),
    (r"\bskmem:.*?,t(\d+)", "wmem", int), (r"\bskmem:.*?,tb(\d+)", "sndbuf", int),
    (r"\bskmem:.*?,f(\d+)", "fwd", int), (r"\bskmem:.*?,w(\d+)", "queued", int),
    (r"\bskmem:.*?,o(\d+)", "opt", int), (r"\bskmem:.*?,bl(\d+)", "backlog", int),
    (r"\bskmem:.*?,d(\d+)\)", "drops", int), (r"\bbbr:\(bw:(\d+)bps", "bbr_bw", lambda w: int(w) // 8),
    (r"\bmrtt:([\d.]+)", "bbr_min_rtt", US),
    (r"\bpacing_gain:([\d.]+)", "bbr_pacing_gain", lambda w: int(float(w) * 100)),
    (r" (cubic|bbr|reno|dctcp|vegas) ", "cong", str), (r"^\w+ +\d+ +(\d+) ", "sendq", int),
]


def run_ss():
    world = World()
    time.sleep(0.3)
    inodes = {os.fstat(s.fileno()).st_ino: (n, s) for n, s in world.all.items()}
    command = ["ss", "-tuinmoeOaH", "--cgroup"]
    if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        print("skip beside ss: too old")
        return
    wrong, n, seen = [], 0, set()
    for _ in range(4):
        wrong, n, seen = [], 0, set()
        found = rows()
        out = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
        for line in out.splitlines():
            line = re.sub(r"^(tcp|udp) +", "", line)
            inode = re.search(r"\bino:(\d+)", line)
            if not inode or int(inode.group(1)) not in inodes:
                continue
            name, sock = inodes[int(inode.group(1))]
            row = found[sock.fileno()]
            for pattern, key, convert in SS:
                told = re.search(pattern, line)
                # Of listeners ss shows backlogs there.
                if key == "sock_cgroup" and os.geteuid() != 0:
                    continue
                if not told or (key == "sendq" and row["backlog_used"] is not None):
                    continue
                value = convert(told.group(1))
                got = num(row[key]) if isinstance(value, int) else row[key]
                if got != value and not (value == 0 and got is None):
                    wrong.append("%s of %s: %s, ss: %s" % (key, name, row[key], value))
                seen.add(key)
                n += 1
        if not wrong:
            break
    verdict("beside ss", wrong, n)
    missed = {"rto", "rtt", "snd_cwnd", "snd_mss", "cookie", "rcvbuf", "timer", "cong", "bytes_sent",
              "drops"} - seen
    verdict("ss was understood", sorted(missed), n)


def run_netns():
    """In a namespace of its own an interface's number is no name of ours."""
    script = r"""
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
s.bind(("0.0.0.0", 0))
print(s.fileno(), socket.if_nametoindex("lo"), flush=True)
sys.stdin.read()
"""
    child = subprocess.Popen(["unshare", "-n", "python3", "-c", script], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    try:
        line = child.stdout.readline().split()
        row, wrong = rows(pid=child.pid)[int(line[0])], []
        compare(wrong, row, "ifindex", int(line[1]))
        compare(wrong, row, "ifname", line[1].decode())
        if row["rcvbuf"] is None:
            wrong.append("no rcvbuf")
        verdict("in another namespace", wrong, 1)
    finally:
        child.stdin.close()
        child.wait()


{"own": run_own, "text": run_text, "ss": run_ss, "netns": run_netns}[sys.argv[1]]()
