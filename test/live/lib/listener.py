# SPDX-License-Identifier: MIT
"""listener.py CHILDREN: listens on a free loopback port, shared with forked children.

Prints "PORT PID..." of all that hold the socket, then waits to be killed.
"""

import os
import signal
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
pids = [os.getpid()]
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if pid == 0:
        sys.stdout.close()
        signal.pause()
    pids.append(pid)
print(listener.getsockname()[1], *pids, flush=True)
signal.pause()
