#!/bin/sh
# SPDX-License-Identifier: MIT
# A file system whose daemon has stopped answering, with all that can be held on it: every question ends, with
# every row complete; names on it that are asked for end by the deadline, with one line; nobody waits for who was
# left behind, and he goes when the daemon comes back.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

have python3 || { skip stuck "no python3"; finish; }
is_root || { skip stuck "only root mounts a file system"; finish; }
if is_lsof; then
	skip stuck "lsof would hang"
	finish
fi
enter_stage stuck
trap leave_stage EXIT
mkdir "$T/places" && mount -t tmpfs none "$T/places"
mount_fuse
[ -n "$fuse_pid" ] || finish
dead=$T/places/fuse
cat >"$T/hold.py" <<'PY'
import mmap, os, sys
top = sys.argv[1]
fd = os.open(top + "/file", os.O_RDONLY)
os.dup2(fd, 20)
os.dup2(os.open(top + "/file", os.O_PATH), 21)
os.dup2(os.open(top + "/dir", os.O_RDONLY | os.O_DIRECTORY), 22)
m = mmap.mmap(fd, 1001, mmap.MAP_PRIVATE, mmap.PROT_READ)
os.closerange(3, 20)
out = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
os.chroot(top)
os.chdir("/dir")
os.write(out, b"ready\n")
os.close(out)
import time
time.sleep(600)
PY
python3 -B -c 'import time' # what it loads is not to be looked for in the new root
start hold python3 -B "$T/hold.py" "$dead" "$T/held"
holder=$started
await 50 test -s "$T/held" || { not_ok hold "$(tail -n 1 "$T/hold.out")"; finish; }
"$FDMAP" -nP -p "$holder" -F >"$T/before" 2>&1
same "while it answers: rows of it" "20 21 22 cwd mem rtd " \
	"$("$FDMAP" -nP -a -p "$holder" -Ff "$dead" 2>/dev/null | sed -n 's/^f//p' | sort -u | tr '\n' ' ')"
mkdir -p "$T/places/in/mounted" && echo >"$T/places/in/one" && ln "$T/places/in/one" "$T/places/two"
mount --bind "$dead" "$T/places/in/mounted"
exec 7<"$T/places/in/one" && rm "$T/places/in/one"
mkfifo "$T/go"
# shellcheck disable=SC2016 # its own words
start mapper sh -c 'exec "$0" "$1" <>"$2"' "$BUILD/live/maphold" "$dead/file" "$T/go"
mapper=$started
if ! await 50 grep -q ready "$T/mapper.out"; then
	skip "a lock of memory" "$(tail -n 1 "$T/mapper.out")"
	mapper=
fi
kill -STOP "$fuse_pid"

# within SECONDS NAME COMMAND...: it ends in time; output in $T/got, messages in $T/err, status in $status
within() {
	_most=$1 _name=$2
	shift 2
	_begun=$(date +%s%N)
	timeout -s KILL 20 "$@" >"$T/got" 2>"$T/err"
	status=$?
	_took=$((($(date +%s%N) - _begun) / 1000000))
	holds "$_name: ends within $_most s" test "$status" -ne 137 -a "$_took" -lt $((_most * 1000))
}
engines=proc
no_bpf >/dev/null || engines="proc bpf"
port=$(free_port)
for engine in $engines; do
	e=--engine=$engine
	within 2 "$engine: everything" "$FDMAP" "$e" -nP
	holds "$engine: everything has the file" grep -qF "$dead/file" "$T/got"
	within 2 "$engine: one process" "$FDMAP" "$e" -nP -p "$holder" -F
	same "$engine: its rows are those of before" "" "$(diff "$T/before" "$T/got")"
	within 2 "$engine: a port that nobody has" "$FDMAP" "$e" -t -i ":$port"
	same "$engine: a port: status" 1 "$status"
	for question in "-t -i" "-nP -U" "-nP -d cwd,rtd" "-nP +L1" "-nP -u root" "-nP -c python3" "-nP --sockets" "-nP -E" \
		"-nP -K i" "-j" "--csv" "--summary" "-nP /dev/null" "-nP +D $T/zoo.d" "-nP +d /"; do
		# shellcheck disable=SC2086 # words are meant
		within 2 "$engine: $question" "$FDMAP" "$e" $question
	done
done

# Names on it: by the deadline, a second more at most for a busy machine.
one_line() {
	same "$1: one line" 1 "$(wc -l <"$T/err")"
	holds "$1: it names the word" grep -qF "$2" "$T/err"
	same "$1: nothing else" "" "$(cat "$T/got")"
	same "$1: status" 1 "$status"
}
within 4 "a file" "$FDMAP" "$dead/file"
one_line "a file" "$dead/file"
within 4 "two files" "$FDMAP" "$dead/file" "$dead/dir/other"
same "two files: a line for each" 2 "$(wc -l <"$T/err")"
within 4 "a directory" "$FDMAP" +D "$dead/dir"
holds "a directory: it says so" grep -qF "$dead/dir" "$T/err"
for engine in $engines; do
	within 4 "$engine: across mounts" "$FDMAP" "--engine=$engine" -nP -x f -Ff -a -p "$holder" +D "$T/places"
	same "$engine: across mounts: what the kernel knows the names of" "20 21 22 cwd mem rtd " \
		"$(sed -n 's/^f//p' "$T/got" | sort -u | tr '\n' ' ')"
done
# Its other name may be anywhere below: only a walk can tell.
within 4 "across mounts: walked" "$FDMAP" --strict -nP -x f +D "$T/places/in"
same "across mounts: it was not looked everywhere: status" 2 "$status"
same "across mounts: one line" 1 "$(wc -l <"$T/err")"
holds "across mounts: it names the directory" grep -qF "below $T/places/in: no answer in time" "$T/err"
within 4 "a file and one that can be found" "$FDMAP" -t "$dead/file" /dev/null
holds "the other is found all the same" test -s "$T/got"
within 6 "a longer deadline" "$FDMAP" -S 4 "$dead/file"
holds "a longer deadline: it is waited for" test "$_took" -ge 4000
_begun=$(date +%s)
"$FDMAP" "$dead/file" 2>&1 | cat >"$T/got"
holds "in a pipe: its reader sees the end" test $(($(date +%s) - _begun)) -lt 5

# A thread that maps a file of it holds the lock of its process' memory.
if [ -n "$mapper" ]; then
	echo >"$T/go"
	# LeakSanitizer stops every thread, and would wait for the one that was left behind.
	asan_options=${ASAN_OPTIONS-}
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
	# shellcheck disable=SC2317 # passed by name
	waits() { grep -q ') D ' "/proc/$mapper/task"/*/stat; }
	if await 50 waits; then
		for engine in $engines; do
			e=--engine=$engine
			within 2 "$engine: a lock, everything" "$FDMAP" "$e" -nP
			within 2 "$engine: a lock, one process" "$FDMAP" "$e" -nP -p "$mapper" -Ff
			same "$engine: a lock: the descriptors are told" "0 1 2 3 4 " \
				"$(sed -n 's/^f\([0-4]\)$/\1/p' "$T/got" | tr '\n' ' ')"
			# By its mapping; before Linux 6.17 that can't be known.
			if ! grep -q '^fmem' "$T/got"; then
				"$FDMAP" "$e" --strict -nP -p "$mapper" >"$T/got" 2>&1
				same "$engine: a lock, no mappings: it was not looked everywhere" 2 $?
			fi
			within 2 "$engine: a lock, a mapped file" "$FDMAP" "$e" -t -a -d mem -p "$mapper,$holder" /dev/null
			within 2 "$engine: a lock, arguments" "$FDMAP" "$e" --strict -a -d 0 -p "$mapper,$$" --columns=pid,cmdline
			same "$engine: a lock, arguments: not all can be told" 2 "$status"
			holds "$engine: a lock, arguments: those of others are" grep -q "^ *$$ .*97-stuck" "$T/got"
			within 2 "$engine: a lock, -V" "$FDMAP" "$e" -V -p "$mapper" --columns=pid,cmdline
			holds "$engine: a lock, -V: why" grep -q "1 process whose memory is locked" "$T/err"
		done
	else
		skip "a lock of memory" "this kernel does not hold it"
	fi
	export ASAN_OPTIONS="$asan_options"
fi
kill -CONT "$fuse_pid"
if [ -n "$mapper" ]; then
	holds "the lock is given back" await 50 grep -q mapped "$T/mapper.out"
	kill "$mapper"
fi
# shellcheck disable=SC2009,SC2317 # by the name that it has given itself; await calls it
gone() { ! ps -e -o comm= | grep -q '^fdmap-lookup'; }
holds "who was left behind goes when there is an answer" await 50 gone
within 4 "it answers again" "$FDMAP" -t "$dead/file"
same "it answers again: the holder" "$holder" "$(cat "$T/got")"

# Where the kernel has no openat2 everything is asked of the helper, and nothing else changes.
if have strace; then
	mkdir -p "$T/tree/a/b" && echo >"$T/tree/a/b/c" && ln -s a "$T/tree/link"
	exec 8<"$T/tree/a/b/c"
	for question in "-t $dead/file" "-nP -Ffn -p $$ -a +D $T/tree" "-nP -Ffn -p $$ -a -x +D $T/tree" \
		"-nP -Ffn -p $$ -a $T/tree/link/b/c" "$T/no-such" "-nP +D $T/no-such" "-nP -Ffn -p $$ -a /dev/stdin"; do
		# shellcheck disable=SC2086
		"$FDMAP" $question >"$T/want" 2>&1 </dev/null
		# shellcheck disable=SC2086
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 \
			strace -f -qq -e trace=openat2 -e inject=openat2:error=ENOSYS -e signal=none -o "$T/trace" \
			"$FDMAP" $question >"$T/got" 2>&1 </dev/null
		if [ -s "$T/trace" ]; then
			same "without openat2: $question" "" "$(diff "$T/want" "$T/got" | head -n 4)"
		else
			skip "without openat2: $question" "it was not asked for"
		fi
	done
	exec 8<&-
fi
finish
