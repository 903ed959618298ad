# SPDX-License-Identifier: MIT
"""holders.py PORT: PIDs that hold a TCP or UDP socket with that port at either end, ascending.

The slow and simple way, as a second opinion.
"""

import os
import sys

port = "%04X" % int(sys.argv[1])
inodes = set()
for table in ("tcp", "tcp6", "udp", "udp6"):
    with open("/proc/net/" + table) as file:
        for line in list(file)[1:]:
            words = line.split()
            if port in (words[1].rsplit(":")[-1], words[2].rsplit(":")[-1]):
                inodes.add("socket:[%s]" % words[9])
holders = set()
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        for fd in os.listdir("/proc/%s/fd" % pid):
            if os.readlink("/proc/%s/fd/%s" % (pid, fd)) in inodes:
                holders.add(int(pid))
    except OSError:
        pass
for pid in sorted(holders):
    print(pid)
