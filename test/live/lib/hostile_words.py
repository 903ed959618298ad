# SPDX-License-Identifier: MIT
"""hostile_words.py PROGRAM TREE: words that are typed, and a recorded tree, do not reach a terminal as they are.

Each option is given a word that is hostile to a terminal. If it is refused, that must be said with the word, escaped.
"""

import os
import subprocess
import sys

import hostile_read as read

WORD = b"\x1b[2J\x07\n\xc2\x9b\xe2\x80\xae\xff"
SHOWN = b"^[[2J^G\\n"
# A word of one letter each is refused at its first character.
OPTIONS = [
    "--inet=%", "--inet=@%", "--inet=TCP:%", "--pid=%", "--user=%", "--pgid=%", "--fd=%", "--fd=%-9", "--links=%",
    "--tasks=%", "--state=%", "--state=tcp:%", "--context=%", "--directory=/%", "--tree=/%", "--cross-over=%",
    "--files-only=%", "--file-systems=%", "--netns=%", "--filter=%", "--filter=comm =~ '%", "--filter=% == 1",
    "--filter-file=/%", "--columns=%", "--columns=+%", "--columns=@%", "--count=%", "--fields=%", "--file-flags=%",
    "--color=%", "--completion=%", "--width=%", "--offset=%", "--command-width=%", "--tcp-info=%", "--timeout=%",
    "--proc=/%",
    "--socket-source=%", "--engine=%", "--threads=%", "--repeat=%", "--exempt=/%", "--%", "--%=x", "-%", "+%", "-c/%(/",
    "/%", "-s%", "-o%", "-g%", "-S%", "-L%", "+L%", "-p1,%", "-D%", "+r%", "-x%", "-Z%", "-T%", "-K%", "-e%", "-iTCP@%:%",
]
# The sentence names the option alone, as lsof's does.
WORDLESS = ["--fd=%", "--fd=%-9", "--context=%", "-Z%", "-D%", "--threads=%"]
NOT_FOUND = ["-c%", "/%", "-u^%", "--filter=comm == '%'"]


def say(name, wrong):
    print("not ok %s: %s" % (name, str(wrong)[:600].replace("\n", "|")) if wrong else "ok %s" % name)


def with_word(option):
    return option.encode().replace(b"%", WORD)


def env_of(locale_name):
    return {**os.environ, "LC_ALL": locale_name, "TERM": "dumb"}


def words(program):
    unsaid, obeyed, loud = [], [], []
    for option in OPTIONS:
        command = [program, *([b"-Fp"] if "proc" in option else [b"-Fp", b"-p1"]), with_word(option)]
        done = subprocess.run(command, env=env_of("C"), stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 1 or done.stdout:
            loud.append((option, done.returncode, done.stdout[:80]))
        if b"^[" not in done.stderr and option not in WORDLESS:
            unsaid.append((option, done.stderr[:160]))
        for locale_name in ("C", "C.UTF-8"):
            if read.obeyed(read.on_terminal(command, env_of(locale_name))[0]):
                obeyed.append((option, locale_name))
    say("words that are refused: status 1, and nothing on stdout", loud[:4])
    say("words that are refused: each is told, escaped", unsaid[:4])
    say("words that are refused: none is obeyed", obeyed[:8])


def not_found(program):
    obeyed = []
    for option in NOT_FOUND:
        for more in ([b"-V"], [b"--explain"], [b"-V", b"--verbose-search"]):
            data = read.on_terminal([program, b"-t", b"-a", b"-p1", *more, with_word(option)], env_of("C.UTF-8"))[0]
            if read.obeyed(data) or not data:
                obeyed.append((option, more, data[:200]))
    say("words that find nothing: none is obeyed", obeyed[:4])


def own_name(program):
    """Whoever starts a program says what it is called."""
    obeyed = []
    for option in ("-v", "-h", "-F?", "--nothing", "-?", "--help", "--version"):
        for name in (WORD, b"/x/" + WORD):
            data = named(program, name, option)
            if read.obeyed(data, tabs=option == "-F?") or not data:
                obeyed.append((option, data[:200]))
    say("a hostile name of the program: not obeyed", obeyed[:4])


def named(program, name, option):
    start = b"import os, sys; os.execv(sys.argv[1], [os.fsencode(sys.argv[2]), sys.argv[3]])"
    return read.on_terminal([sys.executable, "-c", start, program, name, option], env_of("C.UTF-8"))[0]


def marker(program):
    """A marker is a format that was typed: on a terminal it is text."""
    data = read.on_terminal([program, b"-t", b"-p1", b"-r1c2m" + WORD], env_of("C.UTF-8"))[0]
    say("a marker: not obeyed", read.obeyed(data) or (None if SHOWN[:7] in data else data))


def tree(program, directory):
    known = b"comm,cmdline,fd,container,unit,cgroup,context,path,mount,source,fstype,tun_iface,anon,peer,detail,name"
    forms = [[b"-Z"], [b"-Z", b"-F"], [b"-E"], [b"-J"], [b"-j"], [b"--graph"], [b"--summary"], [b"--summary", b"-J"],
             [b"--columns=" + known], [b"--csv", b"--columns=" + known], [b"--tsv", b"--columns=" + known],
             [b"--count=comm,container,unit,cgroup,source,fstype"], [b"-j", b"--columns=" + known], [b"+m"], [b"--explain"]]
    obeyed = []
    for form in forms:
        for locale_name in ("C", "C.UTF-8"):
            data, status = read.on_terminal([program, "--proc=" + directory, "-lnP", *form], env_of(locale_name))
            bad = read.obeyed(data, tabs=form[0] in (b"--tsv", b"--graph"))
            if bad or status or (b"^[" not in data and b"\\u001b" not in data):
                obeyed.append((form, locale_name, status, bad, data[:100]))
    say("a recorded tree: containers, contexts, groups, mounts, fdinfo", obeyed[:3])


def main():
    program, directory = sys.argv[1:]
    read.set_locale("C.UTF-8")
    words(program)
    not_found(program)
    own_name(program)
    marker(program)
    tree(program, directory)


main()
