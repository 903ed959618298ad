# SPDX-License-Identifier: MIT
"""hostile_names.py PROGRAM DIR LIVE: names that the system gives to hosts, services, users and network namespaces.

In a world of its own, where /etc and /run/netns are the test's.
"""

import ctypes
import json
import os
import subprocess
import sys

import hostile_read as read

MS_BIND = 4096
NAMESPACE = b"ns\x1b[2J\n\xe2\x80\xae\xc2\x9b\xff"
libc = ctypes.CDLL(None, use_errno=True)
FORMS = [["-i"], ["-i", "-F"], ["-i", "-J"], ["-i", "-j"], ["-i", "--columns=pid,user,local,remote,sock_user,netns"],
         ["-i", "--csv", "--columns=pid,user,local,netns"], ["-i", "--tsv", "--columns=pid,user,local,netns"],
         ["-i", "--count=user,local,netns"], ["-i", "--summary"], ["-i", "--graph"], ["-i", "-u0"], ["-i", "--explain"]]


def say(name, wrong):
    print("not ok %s: %s" % (name, str(wrong)[:600].replace("\n", "|")) if wrong else "ok %s" % name)


def env_of(locale_name):
    return {**os.environ, "LC_ALL": locale_name, "TERM": "dumb"}


def ready(command):
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    running.stdout.readline()
    return running


def named_namespace():
    """A namespace below /run/netns with a socket in it, kept by its name alone."""
    path = b"/run/netns/" + NAMESPACE
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY))
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    failed = libc.unshare(0x40000000) or libc.mount(b"/proc/self/ns/net", path, b"none", MS_BIND, None)
    os._exit(1 if failed else 0)


def json_names(program):
    """All of it valid, and the service and the user as they are in /etc."""
    done = subprocess.run([program, "-J", "-FpLnPtf", "-i"], env=env_of("C.UTF-8"), capture_output=True)
    document = json.loads(done.stdout.decode("utf-8"))
    names = [file["name"] for process in document["processes"] for file in process["files"] if "name" in file]
    say("-J: the user is who /etc/passwd says", [
        process.get("login") for process in document["processes"]
        if process.get("login") != "\x1b[2J\u202e\u009broot"][:1])
    say("-J: the service is what /etc/services says",
        None if any(name.endswith(":\x1b[2J\u202e\u009bsvc") for name in names) else names)
    say("-J: each address has a row", None if len(names) > 40 else names)


def main():
    program, directory, live = sys.argv[1:]
    read.set_locale("C.UTF-8")
    started = [ready([sys.executable, os.path.join(live, "lib/hostile_dns.py")]),
               ready([sys.executable, os.path.join(live, "lib/addresses.py"), "16"])]
    try:
        netns = named_namespace()
        wrong = []
        for form in FORMS:
            for locale_name in ("C", "C.UTF-8"):
                data, status = read.on_terminal([program, *form], env_of(locale_name))
                bad = read.obeyed(data, tabs=form[-1] == "--graph" or "--tsv" in form)
                if bad or status or len(data) < 30:
                    wrong.append((form, locale_name, status, bad, data[:200]))
        say("hosts, services, users: none is obeyed", wrong[:3])
        json_names(program)
        if netns:
            print("skip names of namespaces: it could not be kept")
            return
        for form in (["--netns=all", "-U", "--unowned", "--columns=netns,name"], ["--netns=all", "-J", "-i"],
                     [b"--netns=" + NAMESPACE, "-i", "-Q"], ["--netns=all", "-i", "--explain"],
                     [b"--netns=x" + NAMESPACE, "-i"], ["--netns=all", "--summary"]):
            data = read.on_terminal([program, "-nP", *form], env_of("C.UTF-8"))[0]
            say("namespaces: %s: not obeyed" % str(form[0])[:20], read.obeyed(data))
    finally:
        for running in started:
            running.kill()
            running.wait()


main()
