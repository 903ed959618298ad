#!/bin/sh
# SPDX-License-Identifier: MIT
# What could not be looked at: who is counted, for which cause, when it is said and when not, and what --strict makes
# of it. In a PID namespace of its own, so that it is known who there is.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

is_root || { skip honest "not root"; finish; }
if is_lsof; then
	skip honest "lsof does not say it"
	finish
fi
for program in python3 setpriv unshare; do
	have "$program" || { skip honest "no $program"; finish; }
done
enter_stage honest
trap leave_stage EXIT
prepare_nobody
prepare_as_lsof
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

cat >"$T/undumpable.py" <<'PY'
import ctypes, os, sys, time
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
if ctypes.CDLL(None, use_errno=True).prctl(4, 0, 0, 0, 0) != 0:  # PR_SET_DUMPABLE
    sys.exit("prctl")
print("ready", flush=True)
time.sleep(600)
PY
start root1 sleep 600
start root2 sleep 600
start own setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all sleep 600
own=$started
start undumpable python3 -B "$T/undumpable.py"
await 50 grep -q ready "$T/undumpable.out" || { not_ok undumpable "$(cat "$T/undumpable.out")"; finish; }
await 50 as_nobody test -r "/proc/$own/fd" || { not_ok own "does not start"; finish; }

fdmap=$(basename "$FDMAP")
others="$fdmap: 3 processes of other users, and 1 of your own (not dumpable, or with more rights) could not be looked at: run it as root"

# says NAME EXPECTED COMMAND...: on stderr, to a pipe
says() {
	_name=$1 _expected=$2
	shift 2
	"$@" >"$T/got" 2>"$T/err"
	status=$?
	same "$_name" "$_expected" "$(cat "$T/err")"
}
# shows NAME EXPECTED COMMAND...: on stderr, a terminal
shows() {
	_name=$1 _expected=$2
	shift 2
	# Without a line of progress: how slow the machine is does not matter here.
	same "$_name" "$_expected" "$(TERM=dumb python3 -B "$LIVE/lib/terminal.py" "$@" 2>&1)"
}

# ---- as nobody among others: this script and two more of root's ----

says "pipe: nothing" "" "$NFDMAP" -c no-such-command
same "pipe: status" 1 "$status"
says "pipe: everything: nothing" "" "$NFDMAP" -nP
says "-V" "$others" "$NFDMAP" -V -d 99
says "-V: of those that were not rejected before" \
	"$fdmap: 2 processes of other users could not be looked at: run it as root" "$NFDMAP" -V -c sleep
says "-V, several threads" "$others" "$NFDMAP" -V --threads=8 -d 99
says "-V: of those that were of interest" \
	"$fdmap: 1 process of your own (not dumpable, or with more rights) could not be looked at: run it as root" \
	"$NFDMAP" -V -u 65534
says "-V: of those there is nothing to say" "" "$NFDMAP" -V -p "$own"
says "-V: a port that nobody has: nobody was asked" "" "$NFDMAP" -V -i ":$(free_port)"
says "-V -w" "" "$NFDMAP" -V -w -d 99
sed "s|$T/bin/$fdmap|$AS_LSOF|" "$NFDMAP" >"$T/bin/nobody-lsof"
chmod 755 "$T/bin/nobody-lsof"
says "-V by lsof's name: lsof's bytes" "" "$T/bin/nobody-lsof" -V -d 99

# This time there is Python, too, which runs it.
more=$(printf '%s\n' "$others" | sed 's/: 3 /: 4 /')
shows "terminal: nothing found" "$more" "$NFDMAP" -d 99
shows "terminal: nothing found, -t" "$more" "$NFDMAP" -t -d 99
shows "terminal: -V says it once" "$more" "$NFDMAP" -V -d 99
shows "terminal: something found" "" "$NFDMAP" -nP
shows "terminal: -w" "" "$NFDMAP" -w -d 99
shows "terminal: -Q" "" "$NFDMAP" -Q -d 99
shows "terminal: lsof" "" "$T/bin/nobody-lsof" -d 99
shows "terminal: nothing to be seen" "" "$FDMAP" -a -p "$own" -d 99

"$NFDMAP" --explain -V -d 99 >/dev/null 2>"$T/err"
same "--explain: one row, and no line" "1 0" \
	"$(grep -c '^  not seen ' "$T/err") $(grep -c "^$fdmap: .* could not" "$T/err")"
same "--explain: the same words" "${others#"$fdmap": }" \
	"$(sed -n '/^  not seen/,$p' "$T/err" | sed 's/^  not seen//' | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')"

# ---- status ----

# ends NAME STATUS COMMAND...
ends() {
	_name=$1 _expected=$2
	shift 2
	"$@" >"$T/got" 2>"$T/err"
	same "$_name" "$_expected" "$?"
}
ends "strict: found, but not all was seen" 2 "$NFDMAP" --strict -nP
ends "strict: not found, and not all was seen" 2 "$NFDMAP" --strict -d 99
ends "strict: -Q" 2 "$NFDMAP" --strict -Q -d 99
ends "strict: -r" 2 "$NFDMAP" --strict -r1c1 -nP
ends "strict: all that was of interest" 0 "$NFDMAP" --strict -nP -p "$own"
ends "strict: it is not there" 1 "$NFDMAP" --strict -nP -p "$own,999999"
ends "strict: as root" 0 "$FDMAP" --strict -nP
ends "strict: as root, nothing" 1 "$FDMAP" --strict -c no-such-command
ends "strict: a wrong word" 3 "$FDMAP" --strict --columns=nothing
ends "strict: a wrong option before it" 3 "$FDMAP" --no-such-option --strict
ends "strict: no /proc" 3 "$FDMAP" --strict --proc="$T/nothing"
ends "strict: no such file" 1 "$FDMAP" --strict "$T/nothing"
mkdir -m 700 "$T/closed"
ends "strict: a file that may not be reached" 2 "$NFDMAP" --strict "$T/closed/file"
ends "strict: nobody reads" 3 sh -c "\"$FDMAP\" --strict -nP >/dev/full"
ends "not strict: found" 0 "$NFDMAP" -nP
ends "not strict: a wrong word" 1 "$FDMAP" --columns=nothing

# ---- other causes ----

# Whose descriptors are listed but not shown has none of that number.
says "root without CAP_SYS_PTRACE: what the list alone tells" "" \
	setpriv --inh-caps -sys_ptrace --bounding-set -sys_ptrace "$FDMAP" -V -a -d 99 -p 1

everybody=5
says "root without CAP_SYS_PTRACE" \
	"$fdmap: $everybody processes could not be looked at: run it with CAP_SYS_PTRACE (of a container: --cap-add)" \
	setpriv --inh-caps -sys_ptrace --bounding-set -sys_ptrace "$FDMAP" -V -nP
says "CAP_SYS_PTRACE alone" \
	"$fdmap: 3 processes could not be looked at: run it with CAP_DAC_READ_SEARCH (of a container: --cap-add)" \
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all,+sys_ptrace --ambient-caps=-all,+sys_ptrace \
	"$T/bin/$fdmap" -V -a -u 0 -d 99
says "with both" "" \
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all,+sys_ptrace,+dac_read_search \
	--ambient-caps=-all,+sys_ptrace,+dac_read_search "$T/bin/$fdmap" -V -d 99
if unshare -Ur true 2>/dev/null; then
	says "root of a user namespace" \
		"$fdmap: $everybody processes outside of this user namespace could not be looked at: run it outside" \
		unshare -Ur "$FDMAP" -V -nP
else
	skip "root of a user namespace" "unshare -U is refused"
fi

# hidden HOW: /proc is mounted so
hidden() {
	umount "$T/hide" 2>/dev/null
	mkdir -p "$T/hide"
	mount -t proc -o "$1" proc "$T/hide" 2>"$T/err" && return
	skip "$1" "$(cat "$T/err")"
	return 1
}
if hidden hidepid=1; then
	says "hidepid=1" \
		"$fdmap: 4 processes behind hidepid=1 of /proc could not be looked at: run it as root" \
		"$NFDMAP" --proc="$T/hide" -V -d 99
	ends "hidepid=1: strict" 2 "$NFDMAP" --strict --proc="$T/hide" -d 99
	says "hidepid=1: root" "" "$FDMAP" --proc="$T/hide" -V -d 9999
fi
if hidden hidepid=2; then
	says "hidepid=2" \
		"$fdmap: processes of other users are hidden by hidepid=2 of /proc: run it as root" \
		"$NFDMAP" --proc="$T/hide" -V -d 99
	ends "hidepid=2: strict" 2 "$NFDMAP" --strict --proc="$T/hide" -nP
	ends "hidepid=2: strict, one that is there" 0 "$NFDMAP" --strict --proc="$T/hide" -nP -p "$own"
	ends "hidepid=2: strict, one that may be" 2 "$NFDMAP" --strict --proc="$T/hide" -nP -p 1
	says "hidepid=2: pipe" "" "$NFDMAP" --proc="$T/hide" -d 99
	says "hidepid=2: root" "" "$FDMAP" --proc="$T/hide" -V -d 9999
fi
if hidden hidepid=2,gid=65534; then
	says "hidepid=2 with our group" "$others" "$NFDMAP" --proc="$T/hide" -V -d 99
fi
umount "$T/hide" 2>/dev/null

# ---- a name whose file system does not answer ----

mkdir "$T/places" && mount -t tmpfs none "$T/places"
mount_fuse
if [ -n "$fuse_pid" ]; then
	kill -STOP "$fuse_pid"
	ends "strict: a name without an answer" 2 "$FDMAP" --strict "$T/places/fuse/file"
	ends "strict: a directory without one" 2 "$FDMAP" --strict +D "$T/places/fuse/dir"
	kill -CONT "$fuse_pid"
fi
finish
