# SPDX-License-Identifier: MIT
"""hostile_dns.py: a name server at 127.0.0.1 whose names of 10.99.0.N are not to be printed as they are.

Labels hold what no name of a host may: control characters, marks that turn text, half characters, dots, NULs; one
name is as long as names can be, one longer, one goes on in a circle, and one answer is cut.
"""

import socket
import struct

PTR = 12
NAMES = [
    [b"\x1b[2J\x1b[31m", b"example"],
    [b"nl\n127.0.0.1 evil", b"example"],
    ["\u202egpj\u2066".encode(), b"example"],
    [b"\xc2\x9b31m\x9b\xff", b"example"],
    [b"blank tab\t\"quote'\\", b"example"],
    [b"nul\0nul", b"a.b.c", b"example"],
    [b"x" * 63, b"y" * 63, b"z" * 63, b"w" * 61],
    [b"x" * 63] * 5,
    [b"-$(x)`x`|;&", b"%s%n", b"example"],
    [bytes(range(1, 33)), b"example"],
]
CIRCLE = b"\xc0\x0c"


def wire(labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question_end(packet):
    at = 12
    while packet[at]:
        at += 1 + packet[at]
    return at + 5


def data_of(number):
    if number <= len(NAMES):
        return wire(NAMES[number - 1])
    if number == len(NAMES) + 1:
        return b"\xff" + b"\x1b" * 255  # a label of 255 bytes, which none can be
    return b"\x03abc" + CIRCLE if number == len(NAMES) + 2 else b"\x3f\x1b[2J"


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        packet, client = server.recvfrom(65536)
        try:
            end = question_end(packet)
            kind = struct.unpack("!H", packet[end - 4:end - 2])[0]
            number = int(packet[13:13 + packet[12]]) if kind == PTR else 0
        except (IndexError, ValueError, struct.error):
            continue
        data = data_of(number) if number else b""
        head = packet[:2] + struct.pack("!HHHHH", 0x8580, 1, 1 if data else 0, 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, PTR, 1, 60, len(data)) + data if data else b""
        server.sendto(head + packet[12:end] + record, client)


main()
