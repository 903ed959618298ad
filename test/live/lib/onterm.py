# SPDX-License-Identifier: MIT
"""onterm.py COMMAND...: runs it with standard error on a terminal, and prints what came there."""
import os
import pty
import subprocess
import sys

parent, child = pty.openpty()
with subprocess.Popen(sys.argv[1:], stderr=child, stdin=subprocess.DEVNULL,
                      stdout=subprocess.DEVNULL) as process:
    os.close(child)
    said = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:
            break
        said += part
    process.wait()
sys.stdout.buffer.write(said.replace(b"\r\n", b"\n"))
