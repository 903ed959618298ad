# SPDX-License-Identifier: MIT
"""What a program printed, and the one normalisation that both programs' texts go through.

1. The usage block that follows messages is "<usage>": the programs name other options.
2. A pseudo-terminal's "\\r\\n" is "\\n".
3. Of a listing of everything (lines marked "whole:") only the processes of the test count: each
   program also lists itself and its threads. Its columns are there and as wide as its own rows need, so runs of
   blanks are one, and the titles of TID and TASKCMD do not count.
"""

import re

USAGE = re.compile(r"^(lsof|fdmap) \d[^\n]*\n(?: [^\n]*\n)+Use the ``-h'' option [^\n]*\n", re.M)


class Result:
    """Exit status, standard output and error; on a terminal both are in out."""

    def __init__(self, rc, out, err):
        self.rc, self.out, self.err = rc, out, err

    def __eq__(self, other):
        return (self.rc, self.out, self.err) == (other.rc, other.out, other.err)

    def texts(self, change):
        """The same with both texts changed."""
        return Result(self.rc, change(self.out), change(self.err))

    def lines(self, change):
        """The same with each line changed; None: it goes away."""

        def over(text):
            lines = (change(line) for line in text.split("\n"))
            return "\n".join(line for line in lines if line is not None)

        return self.texts(over)

    def says(self, pattern):
        return re.search(pattern, self.out + self.err, re.M) is not None


def items_of(text):
    """The items of -F output."""
    return text.replace("\0\n", "\0").split("\0" if "\0" in text else "\n")


def is_fields(text):
    return re.search(r"(?:^|[\n\0])p\d+[\n\0]", text) is not None


def only(text, pids):
    """What a listing of everything says of these processes."""
    if is_fields(text):
        keep, out = True, []
        for item in items_of(text):
            if item[:1] == "p":
                keep = item[1:] in pids
            if keep:
                out.append(item)
        return "\n".join(out)
    out = []
    for line in text.split("\n"):
        words = line.split()
        if len(words) == 1 and words[0].isdigit():
            if words[0] in pids:
                out.append(line)
        elif len(words) < 2 or not words[1].isdigit() or words[1] in pids:
            out.append(re.sub(" +", " ", line.replace(" TID TASKCMD ", " ")))
    return "\n".join(out)


def normal(result, pids=None):
    result = result.texts(lambda text: USAGE.sub("<usage>\n", text.replace("\r\n", "\n")))
    return result.texts(lambda text: only(text, pids)) if pids else result
