# SPDX-License-Identifier: MIT
"""unheld_ss.py BEFORE FDMAP.json AFTER

Prints each socket that ss has listed both times and fdmap has not told of, neither
as held nor as unowned, and ends with 1 if there is one.
"""
import json
import re
import sys


def of_ss(name):
    """Inodes, and for what has none both addresses."""
    found = set()
    for line in open(name, errors="surrogateescape"):
        words = line.split()
        kind = words[0]
        if kind.startswith("u_"):
            # kind state queue queue name inode peer inode; names with blanks are left out
            if (len(words) > 7 and words[5].isdigit() and words[7].isdigit() and
                    words[6] == "*" and words[4][0] in "*/@" and words[5] != "0"):
                found.add(words[5])
            continue
        m = re.search(r"\bino:(\d+)", line)
        if m and m.group(1) != "0":
            found.add(m.group(1))
        else:
            found.add((plain(words[4]), plain(words[5])))
    return found


def plain(address):
    return re.sub(r"%\w+", "", address).replace("0.0.0.0", "*").replace("[::]", "*").replace(
        "[::ffff:", "").replace("]", "").replace("[", "")


def of_fdmap(name):
    found = set()
    for p in json.load(open(name))["processes"]:
        for f in p["files"]:
            for key in ("device", "inode"):
                if key in f:
                    found.add(str(f[key]))
            where = f["name"].split(" ")[0]
            if "->" in where:
                found.add(tuple(plain(a) for a in where.split("->")))
    return found


before, told, after = of_ss(sys.argv[1]), of_fdmap(sys.argv[2]), of_ss(sys.argv[3])
missing = (before & after) - told
for one in sorted(map(str, missing)):
    print(one)
if not before & after:
    print("ss tells of nothing")
    sys.exit(1)
sys.exit(1 if missing else 0)
