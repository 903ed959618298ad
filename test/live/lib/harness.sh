# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034 # for the tests
# What the live tests share: verdicts, a scratch directory, processes that end with the test.

: "${FDMAP:=build/release/fdmap}"
: "${BUILD:=build/release}"
case $FDMAP in */*) FDMAP=$(realpath "$FDMAP") ;; *) FDMAP=$(command -v "$FDMAP") ;; esac
BUILD=$(realpath "$BUILD")
LIVE=$(realpath "$(dirname "$0")")
export FDMAP BUILD LIVE LC_ALL=C.UTF-8

passed=0 failed=0 skipped=0 pids=
# Not in TMPDIR, which others may not enter, and short enough for socket names.
T=$(mktemp -d /tmp/fdmap-live.XXXXXX)
chmod 755 "$T"
# Holds the inputs of the zoos open; when this shell is gone, so are they.
mkfifo "$T/.in"
exec 9<>"$T/.in"

# Ends what start and zoo_start began, the latest first.
end_all() {
	for pid in $pids; do
		kill -CONT "$pid" 2>/dev/null
		kill "$pid" 2>/dev/null
	done
	for pid in $pids; do
		# Long: a zoo that is killed leaves its message queue behind.
		_left=100
		while [ "$_left" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do
			_left=$((_left - 1))
			sleep 0.1
		done
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	pids=
}

clean_up() {
	trap - EXIT
	end_all
	rm -rf "$T"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

ok() {
	passed=$((passed + 1))
	echo "ok $1"
}

not_ok() {
	failed=$((failed + 1))
	echo "not ok $1: $(printf '%s' "$2" | tr '\n' '|' | cut -c1-600)"
}

skip() {
	skipped=$((skipped + 1))
	echo "skip $1: $2"
}

finish() {
	[ "$failed" -eq 0 ] || exit 1
	[ "$passed" -gt 0 ] || exit 77
	exit 0
}

# same NAME EXPECTED GOT
same() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected [$2] got [$3]"; fi
}

# holds NAME COMMAND...: the command succeeds
holds() {
	_name=$1
	shift
	if "$@"; then ok "$_name"; else not_ok "$_name" "false: $*"; fi
}

# Counts lines "ok ...", "not ok ..." and "skip ..." that a helper printed to a file.
take_verdicts() {
	cat "$1"
	passed=$((passed + $(grep -c '^ok ' "$1")))
	failed=$((failed + $(grep -c '^not ok ' "$1")))
	skipped=$((skipped + $(grep -c '^skip ' "$1")))
}

have() { command -v "$1" >/dev/null 2>&1; }
# In FDMAP_WORLD a whole test runs with fewer rights; there even user 0 is not root.
is_root() { [ -z "${FDMAP_WORLD:-}" ] && [ "$(id -u)" -eq 0 ]; }
# The program under test is lsof itself, to try the tests on.
is_lsof() { [ "$(basename "$FDMAP")" = lsof ]; }

# start NAME COMMAND...: runs it in the background, output in $T/NAME.out; its PID is in $started
start() {
	_out=$T/$1.out
	shift
	"$@" </dev/null >"$_out" 2>&1 9>&- &
	started=$!
	pids="$started $pids"
}

# await SECONDS COMMAND...: until the command succeeds
await() {
	_left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		_left=$((_left - 1))
		[ "$_left" -gt 0 ] || return 1
		sleep 0.1
	done
}

# zoo_start DIR KIND...: sets zoo_pid and zoo_out. DIR must not exist.
zoo_start() {
	_dir=$1
	shift
	mkdir "$_dir"
	zoo_out=$_dir.rows
	(cd "$_dir" && exec "$BUILD/live/zoo" "$@" <"$T/.in" >"$zoo_out" 2>&1 9>&-) &
	pids="$! $pids"
	await 20 grep -q '^ready' "$zoo_out" || return 1
	zoo_pid=$(sed -n 's/^ready //p' "$zoo_out")
}

# herd_start N M: N processes with M descriptors each, from 3 on; sets herd_pids
herd_start() {
	"$BUILD/live/herd" "$1" "$2" <"$T/.in" >"$T/herd.$1.$2" 2>&1 9>&- &
	pids="$! $pids"
	await 60 grep -q '^ready' "$T/herd.$1.$2" || return 1
	herd_pids=$(grep -v ready "$T/herd.$1.$2")
}

# A TCP port of the loopback address that nobody uses.
free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

port_open() {
	python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1"
}

# as_nobody COMMAND...: without any privilege
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

# Makes $AS_LSOF, the program under test by the name of lsof: messages begin with it.
prepare_as_lsof() {
	mkdir -p "$T/bin" && cp "$FDMAP" "$T/bin/lsof" && chmod 755 "$T/bin" "$T/bin/lsof"
	AS_LSOF=$T/bin/lsof
}

# Makes $NFDMAP, a command that runs the program under test as nobody, who may not reach BUILD.
prepare_nobody() {
	mkdir -p "$T/bin" && cp "$FDMAP" "$T/bin/" || return 1
	NFDMAP=$T/bin/as-nobody
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups %s %s "$@"\n' \
		--inh-caps=-all "$T/bin/$(basename "$FDMAP")" >"$NFDMAP"
	chmod 755 "$T/bin" "$T/bin"/*
}

children_of() { ps -o pid= --ppid "$1" | tr -d ' '; }

# alike NAME LEAST FILE OTHER...: the same texts, which have at least so many lines
alike() {
	_name=$1 _least=$2 _one=$3
	shift 3
	for _other; do
		cmp -s "$_one" "$_other" && continue
		not_ok "$_name" "$(basename "$_other"): $(diff "$_other" "$_one" | head -6)"
		return
	done
	if [ "$(wc -l <"$_one")" -lt "$_least" ]; then
		not_ok "$_name" "only $(wc -l <"$_one") lines"
	else
		ok "$_name"
	fi
}
