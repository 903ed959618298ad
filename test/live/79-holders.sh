#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that only an io_uring holds: rows of its process, found by all that finds files.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip rings "lsof does not look into rings"
	finish
fi

# rings_start DIR [busy]: sets pid, out; 77 where there is no io_uring
rings_start() {
	mkdir "$1"
	out=$1.out
	"$BUILD/live/rings" "$@" <"$T/.in" >"$out" 2>&1 9>&- &
	pid=$!
	pids="$pid $pids"
	await 10 grep -q '^ready' "$out" && return 0
	wait "$pid"
}

rings_start "$T/r"
case $? in
0) ;;
77)
	skip rings "no io_uring here"
	finish
	;;
*)
	not_ok rings "$(cat "$out")"
	finish
	;;
esac
fd=$(sed -n 's/^fd //p' "$out")
port=$(sed -n 's/^port //p' "$out")
if ! grep -q ": $T/r/plain" "/proc/$pid/fdinfo/$fd"; then
	skip rings "this kernel does not tell the paths of registered files"
	finish
fi

# TYPE and NAME of the rows of the ring
shown() {
	"$FDMAP" -nP -a -p "$pid" -d uring -Ftn |
		awk '/^t/ { t = substr($0, 2) } /^n/ { print t, substr($0, 2) }' |
		sed "s# $T/r\$# $T/r/#"
}
# In the order of registration; -F has states in a field of their own.
"$FDMAP" -nP -a -p "$pid" -d uring >"$T/table"
sed -E '/^(fd|port|ready) /d' "$out" >"$T/expected"
sed -E 's/ \(LISTEN\)$//' "$T/expected" >"$T/expected.fields"
same "each is a row, in order" "$(cat "$T/expected.fields")" "$(shown)"
while read -r type name; do
	grep -F " $type " "$T/table" | grep -qF -- "${name%/}" || echo "$type $name"
done <"$T/expected" >"$T/missing"
same "the table has them" "" "$(cat "$T/missing")"

"$FDMAP" -nP -p "$pid" -Ff | sed -n 's/^f//p' >"$T/fds"
same "they stand behind their ring" "$fd uring" \
	"$(grep -B 1 -m 1 uring "$T/fds" | tr '\n' ' ' | sed 's/ $//')"

# finds NAME ARGUMENT...: -t gives that process, and maybe others
finds() {
	_name=$1
	shift
	if "$FDMAP" -t "$@" 2>/dev/null | grep -qx "$pid"; then ok "$_name"; else not_ok "$_name" "$*"; fi
}
# ls -i and link counts of the file system, not of fdmap
same "inode and links of the file" "$(stat -c '%i %h' "$T/r/plain")" \
	"$("$FDMAP" -a -d uring -Fik "$T/r/plain" | sed -n 's/^[ik]//p' | tr '\n' ' ' | sed 's/ $//')"
finds "FILE" "$T/r/plain"
ln "$T/r/plain" "$T/r/other"
finds "FILE by another name" "$T/r/other"
odd=$(printf 'odd \t\\\n name')
finds "FILE, an odd name" "$T/r/$odd"
finds "FILE that is called (deleted)" "$T/r/is (deleted)"
finds "a directory" "$T/r"
finds "-i TCP:PORT" -i "TCP:$port"
finds "-s: listeners" -i "TCP:$port" -s TCP:LISTEN -a
finds "a UNIX socket by its path" "$T/r/sock"
finds "-U" -U
finds "+D" +D "$T/r"
finds "+L1: what has no name any more" +L1
finds "a device" /dev/null
same "only once" 1 "$("$FDMAP" -nP -a -p "$pid" -i "TCP:$port" | grep -c LISTEN)"
same "-a -d FD: not what is in the ring" 1 "$("$FDMAP" -a -p "$pid" -d "$fd" | tail -n +2 | wc -l)"
same "-d ^uring" 0 "$("$FDMAP" -a -p "$pid" -d ^uring | grep -c ' uring ')"

if have mount && is_root && unshare -m true 2>/dev/null; then
	# A process with another root, and what lies outside of it.
	mkdir "$T/jail"
	cp "$BUILD/live/rings" "$T/jail/" 2>/dev/null
	mkdir "$T/jail/dev" && : >"$T/jail/dev/null" && mkdir "$T/jail/r2"
	for lib in $(ldd "$BUILD/live/rings" | grep -o '/[^ ]*'); do
		mkdir -p "$T/jail/$(dirname "$lib")" && cp "$lib" "$T/jail/$lib"
	done
	chroot "$T/jail" /rings /r2 <"$T/.in" >"$T/jail.out" 2>&1 9>&- &
	pids="$! $pids"
	jailed=$!
	if await 10 grep -q '^ready' "$T/jail.out"; then
		same "in another root" "$jailed" "$("$FDMAP" -t "$T/jail/r2/plain")"
	else
		skip "in another root" "$(head -n 1 "$T/jail.out")"
	fi
else
	skip "in another root" "needs root"
fi

rings_start "$T/b" busy
found=0
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	"$FDMAP" -t "$T/b/plain" | grep -qx "$pid" && found=$((found + 1))
done
same "a ring that is always in use" 12 "$found"

if is_root; then
	prepare_nobody
	chmod 777 "$T"
	# Without the right to look into the process nothing is told, and nothing is complained of.
	"$NFDMAP" -w -a -p "$pid" -d uring >"$T/nobody" 2>&1
	same "nobody: nothing of root's ring" "" "$(cat "$T/nobody")"
else
	skip "nobody: nothing of root's ring" "needs root"
fi
finish
