# SPDX-License-Identifier: MIT
"""Checks totals: totals.py schema FILE..., or totals.py holder, which makes something to count.

holder: in a network namespace of its own whose loopback is up: listeners, connections that
wait, one in TIME_WAIT, sockets of UDP; and deleted files in the current directory. Says
"ready", then waits for its input to end.
"""
import json
import os
import socket
import sys


def check_schema(schema, files):
    sys.path.insert(0, os.path.dirname(__file__))
    from json_schema import Schema

    with open(schema) as file:
        checker = Schema(json.load(file), columns=True)
    for name in files:
        with open(name) as file:
            lines = file.readlines()
        wrong = [w for line in lines for w in checker.errors(json.loads(line))]
        what = "%s follows the schema" % os.path.basename(name)
        if wrong or not lines:
            print("not ok %s: %s" % (what, wrong[:3]))
        else:
            print("ok " + what)


def listener(family, address, backlog):
    one = socket.socket(family, socket.SOCK_STREAM)
    one.bind((address, 0))
    one.listen(backlog)
    return one


def connect(to):
    one = socket.socket(to.family, socket.SOCK_STREAM)
    one.connect(to.getsockname()[:2])
    return one


def hold():
    kept = []
    full = listener(socket.AF_INET, "127.0.0.1", 1)
    kept += [full, connect(full), connect(full)]
    roomy = listener(socket.AF_INET, "127.0.0.1", 100)
    kept += [roomy, connect(roomy)]
    kept.append(listener(socket.AF_INET6, "::1", 10))
    # Who closes first remembers it.
    client = connect(roomy)
    kept.append(roomy.accept()[0])
    server = roomy.accept()[0]
    client.close()
    server.recv(1)
    server.close()
    for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
        one = socket.socket(family, socket.SOCK_DGRAM)
        one.bind((address, 0))
        kept += [one, one.dup()]
    for size in 1000, 70000:
        file = open("gone.%d" % size, "wb")
        file.write(b"x" * size)
        file.flush()
        os.unlink(file.name)
        kept += [file, os.dup(file.fileno())]
    print("ready", flush=True)
    sys.stdin.read()


if sys.argv[1] == "schema":
    check_schema(sys.argv[2], sys.argv[3:])
else:
    hold()
