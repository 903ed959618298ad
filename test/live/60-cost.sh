#!/bin/sh
# SPDX-License-Identifier: MIT
# What is not asked for is not read: the system calls, as strace sees them.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have strace || { skip cost "no strace"; finish; }
if ! strace -o /dev/null true 2>/dev/null; then
	skip cost "strace may not trace here"
	finish
fi
if is_lsof; then
	skip cost "lsof reads everything"
	finish
fi
# The leak check of a sanitized build cannot be traced.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

# trace ARGUMENT...: sets rc; calls in $T/trace, one line each, descriptors with their paths
trace() {
	strace -f -y -qq -e trace=%file,%desc,%network -e signal=none -o "$T/trace" \
		"$FDMAP" "$@" >"$T/out" 2>"$T/err"
	rc=$?
}

# Processes below /proc that any call named, absolutely or below the directory of /proc.
processes_named() {
	sed -n -E -e 's#.*"/proc/([0-9]+)[/"].*#\1#p' -e 's#.*</proc>, "([0-9]+)[/"].*#\1#p' \
		"$T/trace" | sort -un
}

# calls NAMES PATTERN: how many calls of these names (a|b) match the pattern. What a sanitizer
# reads of its own process does not count.
calls() { grep -E "^[0-9]+ +($1)\(" "$T/trace" | grep -v '"/proc/self/' | grep -cE -e "$2"; }

zoo_start "$T/zoo" regular pipe tcp4 unix epoll locks mapped || { not_ok zoo "no start"; finish; }
herd_start 5 20 || { not_ok herd "no start"; finish; }
port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) (LISTEN)$/\1/p' "$zoo_out")

trace -nP -p "$zoo_pid"
same "-p PID: status" 0 "$rc"
same "-p PID: opens no other process" "$zoo_pid" "$(processes_named)"
same "-p PID: does not list /proc" 0 "$(calls 'getdents64|getdents' '</proc>')"

trace -t -i ":$port"
same "-t -i :PORT: its holder" "0 $zoo_pid" "$rc $(cat "$T/out")"
same "-t -i :PORT: no stat of a descriptor" 0 \
	"$(calls 'statx|newfstatat|fstatat64|stat|lstat' '/proc/[0-9]+/fd[>/].*"[0-9]+"|/fd/[0-9]+"')"
same "-t -i :PORT: no fdinfo" 0 "$(calls 'open|openat|openat2' 'fdinfo')"
same "-t -i :PORT: no maps" 0 "$(calls 'open|openat|openat2' '"(.*/)?maps"')"
same "-t -i :PORT: no cwd, root, exe" 0 "$(calls 'readlink|readlinkat' '"(.*/)?(cwd|root|exe)"')"
same "-t -i :PORT: no name service" 0 "$(calls 'open|openat' '/etc/(passwd|services|hosts|resolv)')"

trace -nP -i ":$port"
same "-nP -i :PORT: status" 0 "$rc"
links=$(calls 'readlink|readlinkat' '/fd[>/]')
stats=$(calls 'statx|newfstatat|fstatat64|stat|lstat' '/proc/[0-9]+/fd[>/].*"[0-9]+"|/fd/[0-9]+"')
holds "-nP -i :PORT: stats ($stats) only what it shows, of $links links" [ "$stats" -le 20 ]

trace -nP -a -p "$zoo_pid" -d 3
same "-a -p PID -d 3: one link" 1 "$(calls 'readlink|readlinkat' '/fd>, "|/fd/')"
same "-a -p PID -d 3: no maps" 0 "$(calls 'open|openat|openat2' '"(.*/)?maps"')"
same "-a -p PID -d 3: no socket table" 0 "$(calls 'open|openat|openat2' '/?net/')"

trace -nP -p "$zoo_pid"
same "no call goes to the observed file itself" 0 "$(calls '[a-z0-9]*stat[a-z0-9]*|open|openat' "\"$T/zoo")"
finish
