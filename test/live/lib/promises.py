# SPDX-License-Identifier: MIT
"""What each format promises, whatever it shows, and every run."""

import csv
import io
import json
import re

ORDERS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def wrong_text(out):
    m = ORDERS.search(out)
    return "a byte %r" % out[max(0, m.start() - 20):m.start() + 20] if m else None


def no_doubles(pairs):
    keys = [k for k, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key twice: %s" % keys)
    return dict(pairs)


def wrong_json(out, by_line):
    try:
        text = out.decode("utf-8")
        for part in text.splitlines() if by_line else [text]:
            json.loads(part, object_pairs_hook=no_doubles)
    except ValueError as e:
        return "JSON: %s" % e
    return None


def wrong_csv(out):
    rows = list(csv.reader(io.StringIO(out.decode("utf-8", "surrogateescape"), newline=""), strict=True))
    sizes = {len(r) for r in rows}
    return "CSV rows of %s columns" % sorted(sizes) if len(sizes) > 1 else None


def wrong_tsv(out):
    sizes = {line.count(b"\t") for line in out.splitlines()}
    return "TSV rows of %s columns" % sorted(sizes) if len(sizes) > 1 else None


FIELD = re.compile(rb"[a-zA-Z0-9]")


def wrong_fields(out, nul):
    if nul:
        if out and not out.endswith(b"\0\n"):
            return "-F0 does not end with NUL and newline"
        fields = out.replace(b"\0\n", b"\0").split(b"\0")[:-1]
        bad = [f for f in fields if not FIELD.match(f)]
    else:
        bad = [f for f in out.splitlines() if not FIELD.match(f)]
    bad = bad or [f for f in (out.replace(b"\0", b"").replace(b"\n", b""),) if ORDERS.search(f)]
    return "a field %r" % bad[0][:80] if bad else None


def wrong_format(args, out):
    if not out:
        return None
    if "-J" in args or "-j" in args:
        return wrong_json(out, "-j" in args)
    if "--csv" in args:
        return wrong_csv(out)
    if "--tsv" in args:
        return wrong_tsv(out)
    if "-F0" in args or "-F" in args:
        return wrong_fields(out, "-F0" in args)
    if "--print0" in args:
        return None
    if "-t" in args:
        return None if re.fullmatch(rb"(\d+\n)*", out) else "-t: %r" % out[:80]
    if "--graph" in args:
        return wrong_text(out.replace(b"\t", b""))
    return wrong_text(out)


def wrong_result(args, got):
    if got.signal:
        return "hangs" if got.signal == 14 else "signal %d" % got.signal
    if b"Sanitizer" in got.err or b"runtime error" in got.err:
        return "sanitizer: %r" % got.err[:3000]
    if got.status not in ((0, 1, 2, 3) if "--strict" in args else (0, 1)):
        return "status %d" % got.status
    why = wrong_text(got.err)
    return "stderr: " + why if why else wrong_format(args, got.out)
