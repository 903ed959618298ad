# SPDX-License-Identifier: MIT
"""What hostile_check.py reads with: escapes, a terminal, and parsers that have never seen fdmap."""

import ctypes
import locale
import re

import terminal

LETTERS = {8: b"\\b", 9: b"\\t", 10: b"\\n", 12: b"\\f", 13: b"\\r", 92: b"\\\\"}
TURNING = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Bytes that are no UTF-8 are half surrogates.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\udc80-\udcff%s]" % TURNING)
libc = ctypes.CDLL(None)
libc.wcswidth.argtypes = [ctypes.c_wchar_p, ctypes.c_size_t]
libc.iswprint.argtypes = [ctypes.c_uint]


def escape_byte(byte):
    if byte in LETTERS:
        return LETTERS[byte]
    return b"^" + bytes([byte + 64]) if byte < 32 else b"\\x%02x" % byte if byte > 126 else bytes([byte])


def escape(text, utf8, strict=False):
    """As lsof's safestrprt: what prints in UTF-8 stays; strict: not what turns text around."""
    out, at = b"", 0
    while at < len(text):
        size, char = character(text[at:]) if utf8 and text[at] > 127 else (1, None)
        if char and libc.iswprint(ord(char)) and not (strict and char in TURNING):
            out += text[at:at + size]
        else:
            out += b"".join(map(escape_byte, text[at:at + size]))
        at += size
    return out


def character(text):
    for size in (2, 3, 4):
        try:
            return size, text[:size].decode("utf-8")
        except UnicodeDecodeError:
            pass
    return 1, None


def escape_command(text, width):
    out = b""
    for byte in text:
        piece = b"\\x20" if byte == 32 else escape_byte(byte)
        if width and len(out) + len(piece) > width:
            break
        out += piece
    return out


def width_of(text):
    """Columns of a text on a terminal, as the C library has it; -1: something in it does not print."""
    try:
        wide = text.decode("utf-8")
    except UnicodeDecodeError:
        return -1
    return libc.wcswidth(wide, len(wide))


def set_locale(name):
    locale.setlocale(locale.LC_ALL, name)


def on_terminal(command, env):
    """What a terminal gets: of both streams, byte for byte, and the status."""
    return terminal.on_terminal(command, ("stdout", "stderr"), env, (40, 120))


def obeyed(data, tabs=False, nuls=False, turning=True):
    """What a terminal would act on: controls of ASCII and Latin-1, as bytes or as UTF-8, and marks that turn text."""
    allowed = "\n" + ("\t" if tabs else "") + ("\0" if nuls else "")
    bad = CONTROLS.findall(data.decode("utf-8", "surrogateescape"))
    return [c for c in bad if c not in allowed and (turning or c not in TURNING)]


def fields(data, nul):
    """-F: {(pid, fd): name}, and the commands."""
    lines = data.replace(b"\0\n", b"\0").split(b"\0") if nul else data.split(b"\n")
    names, commands, pid, fd = {}, {}, None, None
    for line in lines[:-1]:
        letter, value = line[:1], line[1:]
        if letter == b"p":
            pid = int(value)
        elif letter == b"c":
            commands[pid] = value
        elif letter == b"f":
            fd = value.decode()
        elif letter == b"n":
            names[pid, fd] = value
        else:
            raise ValueError("line %r" % line)
    return names, commands


DOT_STRING = r'"(?:[^"\\\n]|\\.)*"'
DOT_LINES = [re.compile(line % {"s": DOT_STRING}) for line in (
    r"digraph fdmap \{", r"\trankdir=LR;", r"\tnode \[shape=box\];", r"\t?\}", r"\tsubgraph cluster_\d+ \{",
    r"\t\tlabel=%(s)s;", r"\t\t?[pta]\d+ \[label=%(s)s(, shape=(hexagon|ellipse))?\];",
    r"\t[pta]\d+ -> [pta]\d+( \[(label=%(s)s)?(, )?(dir=none)?\])?;")]


def wrong_dot(data):
    """Lines that are none of a graph of ours."""
    lines = data.decode("utf-8").split("\n")
    return [line for line in lines[:-1] if not any(known.fullmatch(line) for known in DOT_LINES)]
