# SPDX-License-Identifier: MIT
"""everything.py ss|netstat NETNS BEFORE FDMAP.jsonl AFTER

Sockets that a peer has listed both times and fdmap has no row of, one line each; ends
with 1 if there is one, and with 2 if the peer told of nothing. FDMAP.jsonl: rows with
the columns proto, protocol, portid, netns, sock_ino, local, remote, state.
"""
import json
import re
import sys

NETLINK = {
    0: "ROUTE", 1: "UNUSED", 2: "USERSOCK", 3: "FIREWALL", 4: "INET_DIAG", 5: "NFLOG", 6: "XFRM",
    7: "SELINUX", 8: "ISCSI", 9: "AUDIT", 10: "FIB_LOOKUP", 11: "CONNECTOR", 12: "NETFILTER",
    13: "IP6_FW", 14: "DNRTMSG", 15: "KOBJECT_UEVENT", 16: "GENERIC", 18: "SCSITRANSPORT",
    19: "ECRYPTFS", 20: "RDMA", 21: "CRYPTO", 22: "SMC",
}


def plain(address):
    """As all of them would write it: "*:80" for any address, no interface, no brackets."""
    address = re.sub(r"%[\w.-]+", "", address)
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if host.startswith("::ffff:") and "." in host:
        host = host[7:]
    return ("*" if host in ("0.0.0.0", "::", "*", "") else host) + ":" + ("*" if port == "0" else port)


def of_ss(name):
    found = set()
    for line in open(name, errors="surrogateescape"):
        words = line.split()
        if len(words) < 5:
            continue
        kind = words[0]
        if kind == "nl":
            proto, _, portid = words[4].partition(":")
            found.add(("netlink", NETLINK.get(int(proto), proto), int(portid)))
        elif kind.startswith("u_"):
            m = re.match(r"u_\w+\s+\S+\s+\d+\s+\d+\s+.*?\s(\d+)\s+(?:\*|\S.*?)\s(\d+)\s", line)
            if m and m.group(1) != "0":
                found.add(("inode", int(m.group(1))))
        else:
            m = re.search(r"\bino:(\d+)", line)
            if m and m.group(1) != "0":
                found.add(("inode", int(m.group(1))))
            elif kind in ("tcp", "udp"):
                found.add((kind, plain(words[4]), plain(words[5])))
    return found


def of_netstat(name):
    """netstat -aneW: Proto RecvQ SendQ Local Foreign [State] User Inode; UNIX: ... I-Node Path"""
    found = set()
    for line in open(name, errors="surrogateescape"):
        words = line.split()
        if not words:
            continue
        m = re.match(r"(tcp|udp|raw|udpl)6?$", words[0])
        if m and len(words) >= 7:
            ino = int(words[-1])
            if ino:
                found.add(("inode", ino))
            else:
                found.add((m.group(1), plain(words[3]), plain(words[4])))
        elif words[0] == "unix":
            m = re.match(r"unix\s+\d+\s+\[.*?\]\s+\w+\s+(?:[A-Z]+\s+)?(\d+)", line)
            if m and m.group(1) != "0":
                found.add(("inode", int(m.group(1))))
    return found


def of_fdmap(name, netns):
    found = set()
    for line in open(name):
        row = json.loads(line)
        if row["sock_ino"] is not None:
            found.add(("inode", row["sock_ino"]))
        if row["proto"] == "netlink" and row["netns"] == netns:
            proto = row["protocol"]
            m = re.match(r"unknown protocol: (\d+)$", proto)
            found.add(("netlink", m.group(1) if m else proto, row["portid"]))
        elif row["proto"] in ("tcp", "udp", "udplite"):
            found.add((row["proto"].replace("udplite", "udpl"), plain(row["local"] or "*:*"),
                       plain(row["remote"] or "*:*")))
    return found


read = {"ss": of_ss, "netstat": of_netstat}[sys.argv[1]]
before, after = read(sys.argv[3]), read(sys.argv[5])
told = of_fdmap(sys.argv[4], sys.argv[2])
missing = (before & after) - told
for one in sorted(map(str, missing)):
    print(one)
if not before & after:
    sys.exit("%s tells of nothing" % sys.argv[1])
print("%d sockets, %d missing" % (len(before & after), len(missing)))
sys.exit(1 if missing else 0)
