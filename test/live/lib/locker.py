#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""locker.py DIR: locks of a process, of a descriptor, and processes that wait for them.

Prints "ready PID" and "waiter PID", holds them until the input ends."""
import fcntl
import os
import signal
import struct
import sys
import time

os.chdir(sys.argv[1])
mine = open("mine", "w+")
fcntl.lockf(mine, fcntl.LOCK_EX)
ofd = open("ofd", "w+")
fcntl.fcntl(ofd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
shared = open("shared", "w+")
fcntl.flock(shared, fcntl.LOCK_SH)
waiters = []
for name, how in (("mine", "posix"), ("mine", "posix"), ("shared", "flock")):
    pid = os.fork()
    if pid == 0:
        signal.alarm(120)
        own = open(name, "r+")
        if how == "posix":
            fcntl.lockf(own, fcntl.LOCK_EX, 10)
        else:
            fcntl.flock(own, fcntl.LOCK_EX)
        os._exit(1)
    waiters.append(pid)
for _ in range(200):
    with open("/proc/locks") as f:
        words = [line.split() for line in f]
    waiting = {int(w[5]) for w in words if w[1] == "->"}
    if waiting.issuperset(waiters):
        break
    time.sleep(0.05)
print("waiter", *waiters)
print("ready", os.getpid(), flush=True)
sys.stdin.read()
for pid in waiters:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
