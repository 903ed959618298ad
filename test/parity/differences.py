# SPDX-License-Identifier: MIT
"""The accepted differences of docs/lsof-differences.md: what of lsof's and fdmap's texts they make equal.

A rule gets the case and what lsof and fdmap said, and gives both back. It changes what the row of
the page tells and nothing else; where it does not see that, it changes nothing.
"""

import json
import re

import texts

RULES = {}


def rule(name):
    def add(function):
        RULES[name] = function
        return function

    return add


def squeezed(want, got):
    """For what changes the width of columns."""
    return tuple(side.texts(lambda text: re.sub(" +", " ", text)) for side in (want, got))


def items_changed(want, got, change, both=False):
    """The items of -F output of one side changed; then each ends a line on both."""

    def over(text):
        return "\n".join(change(texts.items_of(text)))

    return want.texts(over if both else lambda t: "\n".join(texts.items_of(t))), got.texts(over)


def refused(want, pattern):
    """lsof 4.95 does not know what is asked for."""
    return want.rc == 1 and want.says(pattern)


# ---- 4.99.7 is followed, 4.95 is installed ----


@rule("udp-state")
def udp_state(case, want, got):
    def table(line):
        if re.search(r" UDP .*->", line):
            return line.replace(" (ESTABLISHED)", "").replace("(ESTABLISHED QR", "(QR").rstrip(" ")
        return line

    def fields(items):
        protocol = None
        for item in items:
            protocol = item[1:] if item[:1] == "P" else protocol
            # Without the protocol it can only go from both sides.
            if item != "TST=ESTABLISHED" or protocol not in (None, "UDP"):
                yield item

    if not texts.is_fields(got.out):
        return want.lines(table), got.lines(table)
    return items_changed(want, got, fields, both="TST=ESTABLISHED" in got.out and "\nP" not in got.out)


@rule("fields-size-and-offset")
def fields_size_and_offset(case, want, got):
    offset = re.search(r"(?:^| )-[a-zA-Z]*o|-[a-zA-Z]*F ?[a-zA-Z0-9]*o", " ".join(case.argv))

    def fields(items):
        last = kind = ""
        for item in items:
            kind = item if item[:1] == "t" else kind
            # What -e exempts has no size; lsof has its offset only if that was asked for.
            alone = last[:1] != "s" and not kind.startswith("tUNKN")
            if item[:1] != "s" if offset else item[:1] != "o" or alone:
                yield item
            last = item

    return items_changed(want, got, fields) if texts.is_fields(got.out) else (want, got)


@rule("fields-fd-number")
def fields_fd_number(case, want, got):
    def short(text):
        return re.sub(r"(^|[\n\0])f\d{2,}(\d{3})(?=[\n\0])", r"\1f*\2", text)

    return want, got.texts(short)


@rule("comm-parentheses")
def comm_parentheses(case, want, got):
    if "a)" not in got.out:
        return want, got
    want, got = squeezed(want, got)
    got = got.texts(lambda text: re.sub(r"^a\)\S*", "a", text, flags=re.M))
    got = got.texts(lambda text: re.sub(r",a\)[^,\n]*,", ",a,", text))
    return want, got.texts(lambda text: re.sub(r"(^|[\n\0])ca\) \(b(?=[\n\0])", r"\1ca", text))


@rule("comm-parentheses-select")
def comm_parentheses_select(case, want, got):
    pid = case.values["paren"]
    if "a) (b" in case.argv and want.rc == 1 and not want.out and got.rc == 0 and got.out in (pid + "\n", ""):
        return got, got
    return want, got


@rule("unknown-fd-name")
def unknown_fd_name(case, want, got):
    if got.rc == 1 and got.says(r"^lsof: invalid fd type given in -d option$") and "invalid" not in want.err:
        return got, got
    return want, got


# ---- what both versions of lsof do otherwise ----


@rule("other-network")
def other_network(case, want, got):
    if "[netns " not in got.out:
        return want, got

    def table(line):
        line = re.sub(r" sock \d+,\d+ .* protocol: (TCP|UDP)(v6)?$", r" a socket elsewhere", line)
        return re.sub(r" IPv[46] \d+ .* \[netns [^\]]*\]$", r" a socket elsewhere", line)

    def fields(items):
        """The descriptors that are such sockets, by their numbers alone."""
        sets = [[]]
        for item in items:
            if item[:1] in "pf":
                sets.append([])
            sets[-1].append(item)
        for one in filter(None, sets):
            name = one[-1]
            away = name.endswith("]") and " [netns " in name or re.match(r"nprotocol: (TCP|UDP)(v6)?$", name)
            yield from [one[0], "n(a socket elsewhere)"] if away else one

    if texts.is_fields(got.out):
        return (
            want.texts(lambda text: "\n".join(fields(texts.items_of(text)))),
            got.texts(lambda text: "\n".join(fields(texts.items_of(text)))),
        )
    want, got = squeezed(want, got)
    return want.lines(table), got.lines(table)


@rule("passwd-once")
def passwd_once(case, want, got):
    def first(text):
        lines = text.split("\n")
        notes = sorted({line for line in lines if re.match(r"lsof: no pwd entry for UID \d+$", line)})
        return "\n".join(notes + [line for line in lines if line not in notes])

    return want.texts(first), got.texts(first)


@rule("comm-width")
def comm_width(case, want, got):
    if not re.search(r"^na\\x", got.out, re.M):
        return want, got
    want, got = squeezed(want, got)

    def change(text):
        return re.sub(r"^na\S*", "na", text, flags=re.M)

    return want.texts(change), got.texts(change)


@rule("unix-name-cut")
def unix_name_cut(case, want, got):
    odd = case.values["odddir"]

    def cut(text):
        text = text.replace(odd + "/a b:c d", odd + "/a")
        return re.sub(r"@zoo \d+:abstract", "@zoo", text)

    return want, got.texts(cut)


@rule("exclusion-status")
def exclusion_status(case, want, got):
    if want.rc == 1 and got.rc == 0 and any(word.startswith("^") for word in case.argv):
        want = texts.Result(0, want.out, want.err)
        return want.lines(lambda line: None if "command not located: " in line else line), got
    return want, got


@rule("user-not-found")
def user_not_found(case, want, got):
    def drop(line):
        return None if re.match(r"lsof: (user ID|login name .*) not located: ", line) else line

    if got.rc == 1 and want.rc == 0:
        want = texts.Result(1, want.out, want.err)
    return want.lines(drop), got.lines(drop)


@rule("udp-state-list")
def udp_state_list(case, want, got):
    return (got, got) if refused(want, "no UDP state names available") else (want, got)


@rule("no-blocking-notes")
def no_blocking_notes(case, want, got):
    notes = r"lsof: (avoiding (readlink|l?stat)\(|WARNING: can't stat\(\) \S+ file system )| +Output information may"

    def drop(line):
        return None if re.match(notes, line) else line

    want = want.lines(drop)
    if "PSXMQ" not in want.out:
        got = got.texts(lambda text: text.replace(" PSXMQ ", "   REG ").replace("\ntPSXMQ", "\ntREG"))
    return want, got


@rule("help-texts")
def help_texts(case, want, got):
    for pattern in (r"^ usage: ", r"^ +revision: ", r"^\t p +process "):
        if want.rc == got.rc and want.says(pattern) and got.says(pattern):
            return got, got
    return want, got


@rule("numbers-out-of-range")
def numbers_out_of_range(case, want, got):
    said = r"^lsof: (unacceptable port specification in|illegal process ID|can't get UID for).*\d{5}"
    return (got, got) if got.rc == 1 and got.says(said) and not want.says(said) else (want, got)


@rule("empty-exclusion")
def empty_exclusion(case, want, got):
    return (got, got) if want.rc == 0 and got.rc == 1 and got.says(r"^lsof: can't get UID for $") else (want, got)


@rule("message-escapes")
def message_escapes(case, want, got):
    def once(line):
        return line.replace("\\\\", "\\") if line.startswith("lsof: regexp error: ") else line

    return want, got.lines(once)


@rule("file-named-twice")
def file_named_twice(case, want, got):
    def change(line):
        return re.sub(r"(?<=[/ n])(to-kilo|kilo-too|kilo-three|tree/out|tree/../kilo|kilo)$", "kilo", line)

    if not re.search(r"[+][dD]|kilo.*(kilo|tree/out)", " ".join(case.argv)):
        return want, got
    want, got = want.lines(change), got.lines(change)
    if want.rc == 1 and got.rc == 0 and not want.err:
        want = texts.Result(0, want.out, want.err)
        return want.lines(lambda line: None if "no file use located" in line else line), got
    return want, got


@rule("exempt-device")
def exempt_device(case, want, got):
    if "UNKN" not in got.out:
        return want, got
    want, got = squeezed(want, got)
    if texts.is_fields(want.out):
        return want, got.texts(lambda t: re.sub(r"((?:^|[\n\0])tUNKN(?!mem|del)\w+[\n\0](?:G[^\n\0]*[\n\0])?)D0x\w+", r"\1dUNKNOWN", t))
    return want, got.texts(lambda t: re.sub(r"( UNKN(?!mem|del)\w+ (?:\S+ )?)\d+,\d+ ", r"\1UNKNOWN ", t))


@rule("exempt-leftovers")
def exempt_leftovers(case, want, got):
    # The length of the link, 64, as the offset of what is not exempt.
    if not re.search(r"(^| )[-+]e ", " ".join(case.argv)):
        return want, got
    want, got = squeezed(want, got)
    return want.texts(lambda text: re.sub(r"(?<=[ o])0t64(?=[ \n])", "0t0", text)), got


@rule("tasks-unreadable")
def tasks_unreadable(case, want, got):
    if "K" in " ".join(case.argv) and want.rc == 1 and got.rc == 0 and not want.out + want.err + got.out:
        return got, got
    return want, got


@rule("ends-found")
def ends_found(case, want, got):
    if want.rc == 0 and got.rc == 1 and "+E" in case.argv and not want.out + got.out:
        return got, got
    return want, got


@rule("ends-more")
def ends_more(case, want, got):
    """Notes on Internet sockets, where lsof has none."""
    noted = re.compile(r"^(.* (?:TCP|UDP|UDPLITE) \S+->\S+)((?: \d+,[^,]*,\*?\d+[rwu ])+)(?= ?\(| ?$)")
    bare = set()
    for line in want.out.split("\n"):
        plain = re.match(r"^(.* (?:TCP|UDP|UDPLITE) \S+->\S+)(?: ?\(.*\))? ?$", line)
        if plain:
            bare.add(plain.group(1))

    def without(line):
        found = noted.match(line)
        return found.group(1) + line[found.end():] if found and found.group(1) in bare else line

    return want, got.lines(without)


@rule("ends-command-whole")
def ends_command_whole(case, want, got):
    def bare(text):
        return re.sub(r"(?<= )(\d+),[^,]*,(?=\*?\d+[rwu])", r"\1,,", text)

    empty = re.search(r" \d+,,\d", want.out)
    return (want.texts(bare), got.texts(bare)) if empty else (want, got)


@rule("json")
def json_there(case, want, got):
    if not refused(want, "illegal option character: [Jj]"):
        return want, got
    if got.rc == 1 and got.says(r"^lsof: (-J/-j and -t are|-J and -j are) mutually|^lsof: \+[Jj] is not supported"):
        return got, got
    try:
        for line in got.out.splitlines():
            json.loads(line)
    except ValueError:
        return want, got
    return got, got


@rule("human-sizes")
def human_sizes(case, want, got):
    if refused(want, "illegal option character: H") and got.rc == 0:
        if texts.is_fields(got.out) or re.search(r" \d+(\.\d[KMGTPE]|B) ", got.out):
            return got, got
    return want, got


@rule("repeat-count")
def repeat_count(case, want, got):
    # lsof also selects commands that begin with the count.
    if want.rc == 1 and got.rc == 0 and got.out.count("=======\n") == 2:
        return got, got
    return want, got
