# SPDX-License-Identifier: MIT
"""A portmapper on loopback and ports to be named: portmap.py answer|silent. Prints "ready"."""
import socket
import struct
import sys
import threading

TCP, UDP = 6, 17
# program, version, protocol, port
REGISTERED = [(100000, 4, TCP, 111), (100003, 3, TCP, 5001), (100003, 4, TCP, 5001),
              (400123, 1, TCP, 5002), (100005, 1, UDP, 5001), (100024, 1, TCP, 5001)]
held = []


def listen(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    s.listen(8)
    held.append(s)
    return s


def words(*values):
    return struct.pack(">%dI" % len(values), *values)


def answer(call):
    version, procedure = struct.unpack(">II", call[20:28])
    body = call[4:8] + words(1, 0, 0, 0, 0)
    if (version, procedure) == (4, 3):  # where is the portmapper: libtirpc asks so
        at = b"127.0.0.1.0.111"
        body += words(len(at)) + at + bytes(-len(at) % 4)
    else:
        body += b"".join(words(1, *r) for r in REGISTERED) + words(0)
    return words(0x80000000 | len(body)) + body


def serve(conn):
    with conn:
        while True:
            call = conn.recv(4096)
            if not call:
                return
            if sys.argv[1] == "answer":
                conn.sendall(answer(call))


portmapper = listen(111)
for number in (5001, 5002, 5003):
    listen(number)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 5001))
held += [udp, socket.create_connection(("127.0.0.1", 5001))]
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(portmapper.accept()[0],), daemon=True).start()
