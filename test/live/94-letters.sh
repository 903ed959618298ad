#!/bin/sh
# SPDX-License-Identifier: MIT
# Letters of locks, of few rows from fdinfo: those that /proc/locks has for them, which is read where fdinfo
# can't tell.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip letters "no python3"; finish; }
if is_lsof; then
	skip letters "lsof always reads /proc/locks"
	finish
fi

cat >"$T/lock.py" <<'END'
import ctypes, fcntl, os, signal, sys
SET_OFD = 37

def opened(name, flags=os.O_RDWR | os.O_CREAT):
    return os.open(name, flags, 0o600)

def posix(fd, kind, length=0, start=0):
    fcntl.lockf(fd, kind, length, start)

# A child that ends when we do.
def fork():
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    return pid

def plain():
    posix(opened("W"), fcntl.LOCK_EX)
    posix(opened("R"), fcntl.LOCK_SH)
    posix(opened("r"), fcntl.LOCK_SH, 10)
    posix(opened("w"), fcntl.LOCK_EX, 5, 7)
    fcntl.flock(opened("flock"), fcntl.LOCK_EX)
    fcntl.flock(opened("shared"), fcntl.LOCK_SH)
    # Two of a kind, two open files, one descriptor more.
    two = opened("two")
    posix(two, fcntl.LOCK_SH, 5)
    posix(two, fcntl.LOCK_SH, 5, 100)
    opened("two")
    os.dup(two)
    fcntl.flock(opened(".", os.O_RDONLY), fcntl.LOCK_EX)
    fcntl.flock(os.pipe()[0], fcntl.LOCK_SH)
    # No process has such a one.
    import struct
    fcntl.fcntl(opened("ofd"), SET_OFD, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))

def unlike():
    fd = opened("unlike")
    posix(fd, fcntl.LOCK_SH, 5)
    posix(fd, fcntl.LOCK_EX, 5, 100)

def inherited():
    fd = opened("inherited")
    fcntl.flock(fd, fcntl.LOCK_EX)
    if fork() == 0:
        signal.pause()
    os.close(fd)
    opened("inherited")

def waiter():
    fd = opened("W")
    if fork() == 0:
        posix(fd, fcntl.LOCK_EX)

os.chdir(sys.argv[1])
globals()[sys.argv[2]]()
print("ready", os.getpid(), flush=True)
signal.pause()
END
mkdir "$T/files"
# lock_start SORT: sets lock_pid
lock_start() {
	start "$1" python3 "$T/lock.py" "$T/files" "$1"
	await 20 grep -q '^ready' "$T/$1.out" || { not_ok "$1" "$(tail -n 1 "$T/$1.out")"; finish; }
	lock_pid=$(sed -n 's/^ready //p' "$T/$1.out")
}

# A filter that lets all pass: its rows are not known beforehand, and the list is read.
whole() { "$FDMAP" -nP "$@" --filter "pid == $lock_pid"; }
few() { "$FDMAP" -nP "$@" -p "$lock_pid"; }
# as_list NAME
as_list() {
	for _format in "" -Ffnl --columns=fd,lock,name; do
		few ${_format:+"$_format"} >"$T/few" 2>&1
		whole ${_format:+"$_format"} >"$T/whole" 2>&1
		same "$1: letters are those of the list ${_format:-(table)}" "$(cat "$T/whole")" "$(cat "$T/few")"
	done
}
letter_of() { few -Fnl | awk -v name="$T/files/$1" '/^f/ { l = "-" } /^l/ { l = substr($0, 2) }
	/^n/ && substr($0, 2) == name { printf "%s", l }'; }

lock_start plain
as_list plain
plain_pid=$lock_pid
for letter in W R r w; do
	same "a lock that is $letter" "$letter" "$(letter_of "$letter")"
done
same "flock" "W R" "$(letter_of flock) $(letter_of shared)"
same "each descriptor of a file has its letter" rrr "$(letter_of two)"
same "both ends of a locked pipe" 2 "$(few -Ffltn | awk '/^f/ { l = "" } /^lR/ { l = 1 } /^tFIFO/ && l { n++ } END { print n + 0 }')"
same "of no process" " " "$(letter_of ofd)"
lock_start waiter
as_list waiter
lock_start unlike
as_list "two that differ"
unlike_pid=$lock_pid
lock_start inherited
same "a lock that only a child has a descriptor of" " " "$(letter_of inherited)"
same "... is told by the list" W "$(whole -Fnl | sed -n 's/^l//p' | tr -d ' \n')"

# ---- what is read ----

plans() { "$FDMAP" --explain -nP "$@" 2>&1 >/dev/null | tr -s ' \n' ' ' | grep -c 'locks, by fdinfo of the rows'; }
same "the plan says so" "1 0" "$(plans -p "$plain_pid") $(plans -a -p "$plain_pid" -d 3)"

if have strace && strace -o /dev/null true 2>/dev/null; then
	lists() {
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=openat -e signal=none -o "$T/trace" \
			"$FDMAP" -nP "$@" >/dev/null 2>&1
		grep -c '"locks"' "$T/trace"
	}
	lock_pid=$plain_pid
	same "few rows: no list" 0 "$(lists -p "$plain_pid")"
	same "two that differ: the list" 1 "$(lists -p "$unlike_pid")"
	same "certain numbers: the list" 1 "$(lists -a -p "$plain_pid" -d 3)"
	same "who waits: the list" 1 "$(lists -p "$plain_pid" --columns=fd,lock,lock_waiters)"
	same "a filter: the list" 1 "$(lists --filter "pid == $plain_pid")"
	herd_start 1 1200 || not_ok herd "no start"
	same "many rows: the list" 1 "$(lists -p "$herd_pids")"
else
	skip "what is read" "no strace, or it may not trace here"
fi
finish
