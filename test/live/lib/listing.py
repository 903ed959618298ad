# SPDX-License-Identifier: MIT
"""Reads the two faces of a listing, the table and -F0, into the same rows.

A row is a tuple of texts: pid, fd, access and lock, type, device, size or
offset, node, name. What the table shortens (*034) is shortened in both.
"""


def cell(line, start, end):
    return line[start:end].strip()


def parse_table(text):
    """By the header: its titles end where their right-justified columns end."""
    lines = text.split("\n")
    head = lines[0]
    pid_end = head.index(" PID ") + 4
    fd_end = head.index(" FD ") + 3 + 2  # mode and lock stand after the title
    user_end = head.index(" USER ") + 5
    ends = {name: head.index(name) + len(name) for name in ("TYPE", "DEVICE", "SIZE/OFF", "NODE")}
    name_start = head.index("NAME")
    rows = []
    for line in lines[1:]:
        if not line:
            continue
        rows.append(
            (
                cell(line, 0, pid_end).split()[-1],
                cell(line, user_end, fd_end - 2),
                line[fd_end - 2 : fd_end],
                cell(line, fd_end, ends["TYPE"]),
                cell(line, ends["TYPE"], ends["DEVICE"]),
                cell(line, ends["DEVICE"], ends["SIZE/OFF"]),
                cell(line, ends["SIZE/OFF"], ends["NODE"]),
                line[name_start:].rstrip(" "),
            )
        )
    return rows


def device(fields):
    if "d" in fields:
        return fields["d"]
    number = fields.get("D", "")
    if fields.get("t") in ("CHR", "BLK"):
        number = fields.get("r", "")
    if not number:
        return ""
    number = int(number, 16)
    major = ((number >> 8) & 0xFFF) | ((number >> 32) & 0xFFFFF000)
    minor = (number & 0xFF) | ((number >> 12) & 0xFFFFFF00)
    return "%d,%d" % (major, minor)


def short_fd(fd):
    return "*" + fd[-3:] if fd.isdigit() and int(fd) >= 10000 else fd


def field_row(pid, fields):
    states = [text[3:] for text in fields["T"] if text.startswith("ST=")]
    name = fields.get("n", "") + "".join(" (%s)" % state for state in states)
    return (
        pid,
        short_fd(fields.get("f", "")),
        fields.get("a", " ") + fields.get("l", " "),
        fields.get("t", ""),
        device(fields),
        fields.get("s", fields.get("o", "")),
        fields.get("P", fields.get("i", "")),
        name,
    )


def parse_fields(text):
    """Also gives the process sets: a list of dictionaries by letter."""
    rows, processes = [], []
    for line in text.split("\n"):
        if not line:
            continue
        fields = {"T": []}
        for item in line.split("\0"):
            if item.startswith("T"):
                fields["T"].append(item[1:])
            elif item:
                fields[item[0]] = item[1:]
        if "p" in fields:
            processes.append(fields)
        else:
            rows.append(field_row(processes[-1]["p"], fields))
    return rows, processes
