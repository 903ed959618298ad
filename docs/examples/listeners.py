#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who listens on which TCP port: address, port, PID, descriptor, user, command.

    listeners.py ['lport < 1024']

Values are read by the names of columns (fdmap --columns=help), so that no struct of the
library is known here, and a later one is as good as this.
"""
import ctypes
import os
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_uint32, c_void_p

WANTED = "laddr,lport,pid,fd,user,comm"
LISTENERS = "tcp and state == LISTEN"
NAMES_USERS = 1 << 2
ERROR_SIZE = 1024

lib = ctypes.CDLL("libfdmap.so.0")


def call(name, result, *arguments):
    """A call of the library, with its types: without these ctypes takes everything for an int."""
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments
    return function


new = POINTER(c_void_p)
fdmap_open = call("fdmap_open", c_int, new, c_void_p)
close = call("fdmap_close", None, c_void_p)
query_new = call("fdmap_query_new", c_int, new)
query_free = call("fdmap_query_free", None, c_void_p)
query_filter = call("fdmap_query_filter", c_int, c_void_p, c_void_p, c_char_p, c_char_p)
query_want = call("fdmap_query_want", None, c_void_p, c_uint32)
namer_new = call("fdmap_namer_new", c_int, new, c_void_p, c_uint)
namer_free = call("fdmap_namer_free", None, c_void_p)
reader_new = call("fdmap_reader_new", c_int, new, c_char_p, c_char_p)
reader_free = call("fdmap_reader_free", None, c_void_p)
reader_needs = call("fdmap_reader_needs", c_uint32, c_void_p)
reader_start = call("fdmap_reader_start", None, c_void_p, c_void_p, c_void_p)
reader_next = call("fdmap_reader_next", c_int, c_void_p)
reader_text = call("fdmap_reader_text", c_char_p, c_void_p, c_size_t)
take = call("fdmap_take", c_int, c_void_p, c_void_p, new)
snapshot_free = call("fdmap_snapshot_free", None, c_void_p)


def safe(text, least=33):
    """A process chooses its name itself: nothing of it may be an order to the terminal."""
    return "".join(chr(c) if least <= c < 127 else "?" for c in text or b"")


def check(result, why=None):
    """What is below 0 is an errno; the library may know more of a word that is wrong."""
    if result < 0:
        sys.exit("listeners: " + (why and safe(why.value, 32) or os.strerror(-result)))
    return result


def main():
    system, query, names, reader, snapshot = (c_void_p() for _ in range(5))
    why = ctypes.create_string_buffer(ERROR_SIZE)
    check(fdmap_open(byref(system), None))
    check(query_new(byref(query)))
    for text in [LISTENERS] + sys.argv[1:]:
        check(query_filter(query, system, os.fsencode(text), why), why)
    check(namer_new(byref(names), system, NAMES_USERS))
    check(reader_new(byref(reader), WANTED.encode(), why), why)
    query_want(query, reader_needs(reader))
    check(take(system, query, byref(snapshot)))
    reader_start(reader, snapshot, names)
    while check(reader_next(reader)):
        print(*(safe(reader_text(reader, i)) for i in range(len(WANTED.split(",")))))
    reader_free(reader)
    namer_free(names)
    snapshot_free(snapshot)
    query_free(query)
    close(system)


if __name__ == "__main__":
    main()
