#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds files in and around a directory open: tree_holder.py TOP; "ready" when all are."""
import os
import signal
import socket
import sys

os.chdir(sys.argv[1])
top = os.getcwd()
held = [open(name, "rb") for name in (
    "T/f1", "T/a/f2", "T/a/b/f3", "out/o", "out/h1", "out/gone-name", "T/del", "T/a/del2",
    "src/f", "T2/x")]
for name in ("T/m/inner", "T/bnd/sub/g", "other/a/f2", "det/sub/g"):
    if os.path.exists(name):
        held.append(open(name, "rb"))
held.append(open("T/ff", "r+b", buffering=0))
for name in ("T/del", "T/a/del2", "out/gone-name"):
    os.unlink(name)
server = socket.socket(socket.AF_UNIX)
server.bind(top + "/T/sock")
server.listen()
os.chdir("T/a")
print("ready", flush=True)
signal.pause()
