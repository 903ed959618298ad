# SPDX-License-Identifier: MIT
"""addresses.py N: a TCP listener on port 7000 and a UDP socket on port 7001 of each of 10.99.0.1 to
10.99.0.N, one IPv6 listener on port 7002 of the last of them (mapped), and waits to be killed."""

import signal
import socket
import sys

kept = []
for n in range(1, int(sys.argv[1]) + 1):
    address = "10.99.0.%d" % n
    tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    tcp.bind((address, 7000))
    tcp.listen()
    udp.bind((address, 7001))
    kept += [tcp, udp]
mapped = socket.socket(socket.AF_INET6)
mapped.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
mapped.bind(("::ffff:" + address, 7002))
mapped.listen()
print("ready", flush=True)
signal.pause()
