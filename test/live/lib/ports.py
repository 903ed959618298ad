# SPDX-License-Identifier: MIT
"""Listens on free ports of the loopback addresses, once by two descriptors, once with a child that has it, too;
its command is an order to a terminal. Prints the PIDs of all, then waits to be killed.
"""

import os
import signal
import socket

held = []
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.3"), (socket.AF_INET6, "::1")):
    try:
        listener = socket.socket(family)
        listener.bind((address, 0))
        listener.listen()
        held.append(listener)
    except OSError:
        pass  # no IPv6
held.append(os.dup(held[0].fileno()))
# No listener, and so in no list.
held.append(socket.create_connection(held[0].getsockname()))
alive = os.pipe()
child = os.fork()
if child == 0:
    os.close(alive[1])
    os.read(alive[0], 1)
    os._exit(0)
with open("/proc/self/comm", "w", encoding="ascii") as comm:
    comm.write("a\x1b[31m b")
print(os.getpid(), child, held[0].getsockname()[1], flush=True)
signal.pause()
