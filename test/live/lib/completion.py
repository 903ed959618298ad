# SPDX-License-Identifier: MIT
"""completion.py SHELL SCRIPT DIRECTORY CASES OPTIONS: types into a shell, on a terminal, and sees what TAB makes of it.

SHELL has read SCRIPT, which it got from --completion. What it starts by the name of fdmap only writes its arguments
down. CASES are lines of completion.txt, OPTIONS a file with every option, one a line.
"""

import os
import re
import shlex
import subprocess
import sys
import time

PROMPT = "@> "
WIDTH, HEIGHT = 160, 50
PATIENCE = 30

# How it is started, what it reads at first, and the keys that leave an empty line on an empty screen. An interrupt
# may come late, and take away what was typed behind it; to fish it is a key.
SHELLS = {
    "bash": (["bash", "--noprofile", "--rcfile", "{directory}/begin", "-i"], ["C-e", "C-u", "C-l"], """
PS1='{prompt}' HISTFILE=
bind 'set enable-bracketed-paste off'
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set bell-style none'
. {script}
"""),
    "zsh": (["zsh", "-d", "-i"], ["C-e", "C-u", "C-l"], """
PS1='{prompt}' LISTMAX=0
unsetopt beep promptsp
bindkey -e
fpath=({directory}/site $fpath)
autoload -Uz compinit
compinit -u -D
"""),
    "fish": (["fish", "-N", "-P", "-C", "source {directory}/begin", "-i"], ["C-c", "C-u", "C-l"], """
function fish_prompt; echo -n '{prompt}'; end
set fish_greeting
set fish_autosuggestion_enabled 0
source {script}
"""),
}

# Each is the name of a process, a namespace, a directory and a mount point; px is what they would have made.
HOSTILE = ["A$(>px)`>px`", "B'\"\\ ;&|<>*y", "C !~#{a,b}?[", "D  ^=:@,%d%s"]
# No shell offers them, and no terminal gets them. A command has 15 bytes.
HIDDEN = [b"W\x1b]2;pwn\x07", b"X\n>px\n", b"Y\xe2\x80\xae\xff", b"Z\x1b[2J\t\xc2\x9b"]


def say(name, wrong):
    print("not ok %s: %s" % (name, str(wrong)[:600].replace("\n", "|")) if wrong else "ok %s" % name, flush=True)


def until(what):
    """What `what` tells when that is true; None when it never is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        told = what()
        if told:
            return told
        time.sleep(0.05)
    return None


class Shell:
    def __init__(self, name, script, directory):
        command, self.clearing, first = SHELLS[name]
        self.socket = directory + "/tmux"
        self.name = name
        self.argv = directory + "/argv"
        self.place = directory + "/place"
        os.makedirs(self.place)
        os.makedirs(directory + "/site")
        os.symlink(script, directory + "/site/_fdmap")
        env = ["env", "-i", "HOME=" + directory, "TERM=screen", "LC_ALL=C.UTF-8",
               "ZDOTDIR=" + directory, "PATH=%s/stub:%s" % (directory, os.environ["PATH"])]
        for begin in ("/begin", "/.zshrc"):
            with open(directory + begin, "w", encoding="utf-8") as f:
                f.write(first.format(prompt=PROMPT, script=script, directory=directory))
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), "-c", self.place,
                  shlex.join(env + [word.format(directory=directory) for word in command]))
        if not until(lambda: self.line()[0] is not None):
            raise RuntimeError("no prompt: %r" % self.pane())

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], stdin=subprocess.DEVNULL, check=True,
                              capture_output=True).stdout.decode(errors="replace")

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def key(self, name):
        self.tmux("send-keys", name)

    def pane(self):
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines()]

    def line(self):
        """The last line with a prompt, without it; and all that is on the screen, which has the list."""
        pane = "\n".join(line + " " if line == PROMPT.rstrip() else line for line in self.pane())
        at = pane.rfind(PROMPT)
        if at < 0:
            return None, pane
        return pane[at + len(PROMPT):].partition("\n")[0], pane.strip()

    def clear(self):
        """Nothing but an empty line of input is on the screen, whatever was."""
        def empty():
            self.tmux(*" ; ".join("send-keys " + key for key in self.clearing).split())
            return until_soon(lambda: [line for line in self.pane() if line] == [PROMPT.rstrip()])
        if not until(empty):
            raise RuntimeError("no prompt: %r" % [line for line in self.pane() if line])

    def title(self):
        return self.tmux("display-message", "-p", "#{pane_title}")

    def close(self):
        self.tmux("kill-server")


def until_soon(what):
    for _ in range(20):
        if what():
            return True
        time.sleep(0.05)
    return False


class Process:
    """A process with that name, which leads a group, until we are gone."""

    def __init__(self, comm):
        code = "import sys; n = int(sys.argv[1]); c = sys.stdin.buffer.read(n);" \
               "open('/proc/self/comm', 'wb').write(c); print(flush=True); sys.stdin.read()"
        self.child = subprocess.Popen([sys.executable, "-c", code, str(len(comm))], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, process_group=0)
        self.child.stdin.write(comm)
        self.child.stdin.flush()
        self.child.stdout.readline()
        self.pid = str(self.child.pid)

    def end(self):
        self.child.stdin.close()
        self.child.wait()


def fill(text, names):
    for name, value in names.items():
        text = text.replace("{%s}" % name, value).replace("{%s-}" % name, value[:-1])
    return text


def completes(shell, typed, result, names):
    """One of many is in the list below, with what it is."""
    listed = None
    if "{pid}" in result or "{group}" in result:
        listed = re.compile(r"(?<!\d)%s\W+%s" % (names["pid"], names["comm"]))
    typed, result = fill(typed, names), fill(result, names)
    shell.type(typed)
    shell.key("Tab")

    def done():
        line, screen = shell.line()
        return line is not None and (line + " ").startswith(result) or (listed and listed.search(screen))
    if not until(done):
        return "%r became %r" % (result, shell.line())
    # Where nothing was to be added, nothing is: a word that is typed behind it stands there.
    if typed == result:
        shell.type("~~")
        if not until(lambda: (shell.line()[0] or "").endswith("~~")) or shell.line()[0] != typed + "~~":
            return "%r became %r" % (typed, shell.line())
    return None


def cases(shell, path, names):
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and line[0] != "#"]
    for row in rows:
        needs = fill(row[2], names) if len(row) > 2 else "true"
        name = "%s: %s" % (shell.name, row[0])
        if subprocess.run(needs, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, check=False).returncode:
            print("skip %s: false here: %s" % (name, needs), flush=True)
            continue
        say(name, completes(shell, row[0], row[1], names))
        shell.clear()


def lists(shell, names):
    """What is ambiguous is listed; of processes also what they are, and nothing that a terminal obeys."""
    wrong = []
    for typed, patterns in (
            ("fdmap -s TCP:L", ["LISTEN", "LAST_ACK"]),
            ("fdmap --netns=", ["self", r"\ball"]),
            ("fdmap --color=", ["auto", "always", "never"]),
            ("fdmap --no-", ["--no-hosts", "--no-portmapper", "--no-overhead"]),
            ("fdmap +", [r"\+D", r"\+fg?", r"\+w"]),
            ("fdmap -i ", ["4TCP", "UDPLITE"])):
        shell.type(typed)
        shell.key("Tab")
        if not until(lambda p=patterns: all(re.search(one, shell.line()[1]) for one in p)):
            wrong.append((typed, shell.line()))
        shell.clear()
    say(shell.name + ": lists", wrong)


def pick(shell, option, word, whole):
    """The argument that the program gets when `word` is completed to `whole`."""
    if os.path.exists(shell.argv):
        os.unlink(shell.argv)
    shell.type("fdmap %s%s" % (option, word))
    shell.key("Tab")
    # Something is there behind the word, at least a blank.
    wanted = len("fdmap %s%s" % (option, whole))
    if not until(lambda: len(shell.line()[0] or "") >= wanted):
        got = "the line is %r" % (shell.line(),)
        shell.clear()
        return got
    shell.key("Enter")
    if not until(lambda: os.path.exists(shell.argv)):
        got = "the program is not run: %r" % (shell.line(),)
        shell.key("C-c")
        shell.clear()
        return got
    shell.clear()
    with open(shell.argv, "rb") as f:
        argv = [os.fsdecode(word) for word in f.read().split(b"\0")[:-1]]
    glued = option.lstrip("-+") and not option.endswith(" ")
    expected = [option + whole] if glued else [*option.split(), whole]
    # zsh takes the slash behind a directory away.
    if shell.name == "zsh" and argv:
        expected[-1] = expected[-1].rstrip("/")
    return None if argv == expected else "%r instead of %r" % (argv, expected)


def hostile(shell, names, prefix):
    """Names that are orders to a shell are words when they were completed, and do nothing."""
    wrong = {}
    for name in HOSTILE:
        comm = prefix + name
        for option in ("-c ", "-c", "--command="):
            wrong["process %r, %s" % (name, option)] = pick(shell, option, comm[:3], comm)
        for option in ("+D ", "+D", "--tree="):
            path = names["dir"] + "/" + name
            wrong["directory %r, %s" % (name, option)] = pick(shell, option, path[:-len(name) + 1], path + "/")
        if os.path.exists("/run/netns/" + comm):
            for option in ("--netns ", "--netns="):
                wrong["namespace %r, %s" % (name, option)] = pick(shell, option, comm[:3], comm)
        if os.path.ismount(names["dir"] + "/m" + name):
            path = names["dir"] + "/m" + name
            wrong["mount %r" % name] = pick(shell, "-e ", path[:-len(name) + 1], path)
    for what, text in wrong.items():
        say("%s: %s" % (shell.name, what), text)


def hidden(shell, processes, prefix):
    wrong = []
    title = shell.title()
    for name, process in zip(HIDDEN, processes):
        typed = "fdmap -c " + prefix + chr(name[0])
        shell.type(typed)
        shell.key("Tab")
        shell.type("~~")
        until(lambda: (shell.line()[0] or "").endswith("~~"))
        if shell.line()[0] not in (typed + "~~", typed + " ~~"):
            wrong.append((typed, shell.line()))
        shell.clear()
        shell.type("fdmap -p " + process.pid[:-1])
        shell.key("Tab")
        if not until(lambda p=process: p.pid in (shell.line()[0] or "") + shell.line()[1]):
            wrong.append((process.pid, shell.line()))
        if shell.title() != title:
            wrong.append((name, shell.title()))
        shell.clear()
    say(shell.name + ": names that are orders to a terminal", wrong)
    say(shell.name + ": nothing was executed", os.listdir(shell.place))


def options(shell, path):
    """Every option is offered; asked of the list that the shell chooses from."""
    with open(path, encoding="utf-8") as f:
        told = f.read().split()
    offered = {
        "bash": "_fdmap_list options; printf '%s\\n' \"${offers[@]}\"",
        "zsh": "_fdmap_list options; print -rl -- ${${offers%%:*}//\\\\/}",
        "fish": "complete -C 'fdmap -' | string split -f 1 \\t; complete -C 'fdmap +' | string split -f 1 \\t",
    }[shell]
    script = sys.argv[2]
    if shell == "zsh":
        offered = "compdef() { :; }; . %s; %s" % (script, offered)
    else:
        offered = ". %s; %s" % (script, offered)
    done = subprocess.run([shell, "-c", offered], capture_output=True, stdin=subprocess.DEVNULL, check=False, env={
        **os.environ, "HOME": sys.argv[3]})
    got = done.stdout.decode().split()
    missing = [one for one in told if one not in got]
    say("%s: every option is offered" % shell, missing or done.stderr.decode() or (len(told) < 50 and told))
    # +x of what means the same is not offered, though it is an option.
    say("%s: nothing else is" % shell, [one for one in got if one not in told])


def make_places(directory, prefix):
    """Files and directories; where we may, in a mount namespace of our own, also mount points and namespaces."""
    files = directory + "/files"
    for name in ["sub-dir", *HOSTILE]:
        os.makedirs(files + "/" + name)
    open(files + "/plain-file", "w", encoding="utf-8").close()
    if not os.environ.get("COMPLETION_MOUNTS"):
        return
    for name in ["mount-point", *["m" + name for name in HOSTILE]]:
        os.mkdir(files + "/" + name)
        subprocess.run(["mount", "-t", "tmpfs", "none", files + "/" + name], check=True)
    for name in ["-ns", *HOSTILE]:
        open("/run/netns/" + prefix + name, "w", encoding="utf-8").close()


def main():
    name, script, directory, path, told = sys.argv[1:]
    options(name, told)
    number = "%05d" % (os.getpid() % 100000)
    prefix = {"bash": "qb", "zsh": "qz", "fish": "qf"}[name]
    comm = prefix + number + "mx"
    make_places(directory, prefix)
    one = Process(comm.encode())
    crowd = [Process((prefix + text).encode()[:15]) for text in HOSTILE]
    unseen = [Process((prefix.encode() + text)[:15]) for text in HIDDEN]
    names = {"pid": one.pid, "group": one.pid, "comm": comm, "dir": directory + "/files", "netns": prefix + "-ns"}
    shell = Shell(name, script, directory)
    try:
        cases(shell, path, names)
        lists(shell, names)
        hostile(shell, names, prefix)
        hidden(shell, unseen, prefix)
    finally:
        shell.close()
        for process in (one, *crowd, *unseen):
            process.end()


main()
