# SPDX-License-Identifier: MIT
"""resolver.py LOG NUMBERS: a name server at 127.0.0.1 that answers some questions and swallows the rest.

The address 10.99.0.N has the name hN.example when N is one of NUMBERS (like 1-9,12), and
fast.example is 10.99.0.5 and nothing in IPv6; all other questions get no answer, never. Each is
written to LOG as "NAME TYPE"; what is no question at all as "garbage BYTES".
"""

import ipaddress
import socket
import struct
import sys

A, PTR, AAAA = 1, 12, 28


def numbers(text):
    out = set()
    for item in filter(None, text.split(",")):
        low, _, high = item.partition("-")
        out.update(range(int(low), int(high or low) + 1))
    return out


def question(packet):
    """Name, type, and where the question ends; None: it is none."""
    try:
        _, flags, count, answers = struct.unpack("!HHHH", packet[:8])
        if flags & 0x8000 or count != 1 or answers:
            return None
        labels, at = [], 12
        while packet[at]:
            end = at + 1 + packet[at]
            labels.append(packet[at + 1 : end].decode("ascii"))
            at = end
        kind, net = struct.unpack("!HH", packet[at + 1 : at + 5])
        return (".".join(labels).lower(), kind, at + 5) if net == 1 else None
    except (struct.error, IndexError, UnicodeDecodeError):
        return None


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def answer(name, kind, named):
    """Data of the answer, b"" for none of that type; None: silence."""
    if kind == PTR and name.endswith(".0.99.10.in-addr.arpa"):
        n = int(name.split(".")[0])
        return wire("h%d.example" % n) if n in named else None
    if name == "fast.example" and kind in (A, AAAA):
        return ipaddress.ip_address("10.99.0.5").packed if kind == A else b""
    return None


def main():
    named = numbers(sys.argv[2])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        packet, client = server.recvfrom(65536)
        asked = question(packet)
        # Opened each time, so that the test may empty it.
        with open(sys.argv[1], "a", encoding="utf-8") as log:
            log.write("%s %d\n" % asked[:2] if asked else "garbage %r\n" % packet[:200])
        data = answer(*asked[:2], named) if asked else None
        if data is None:
            continue
        head = packet[:2] + struct.pack("!HHHHH", 0x8580, 1, 1 if data else 0, 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, asked[1], 1, 60, len(data)) + data if data else b""
        server.sendto(head + packet[12 : asked[2]] + record, client)


main()
