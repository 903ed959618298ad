# SPDX-License-Identifier: MIT
"""terminal.py COMMAND...: runs it with standard error on a terminal, and prints what came there."""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios


def on_terminal(command, streams, env=None, size=None):
    """All that came to a terminal by these streams of "stdout", "stderr", and the status. size: rows and columns; as
    the program wrote it then, a newline being one byte."""
    parent, child = pty.openpty()
    if size:
        modes = termios.tcgetattr(child)
        modes[1] &= ~termios.OPOST
        termios.tcsetattr(child, termios.TCSANOW, modes)
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    where = {stream: child if stream in streams else subprocess.DEVNULL for stream in ("stdout", "stderr")}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, env=env, **where) as running:
        os.close(child)
        data = b""
        while True:
            try:
                part = os.read(parent, 65536)
            except OSError:  # so a terminal ends
                break
            if not part:
                break
            data += part
        status = running.wait()
    os.close(parent)
    return data, status


if __name__ == "__main__":
    sys.stdout.buffer.write(on_terminal(sys.argv[1:], ("stderr",))[0].replace(b"\r\n", b"\n"))
