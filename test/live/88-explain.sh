#!/bin/sh
# SPDX-License-Identifier: MIT
# --explain: what it says of a run is what that run did; stdout stays what it is.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip explain "lsof has no plan"
	finish
fi
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

zoo_start "$T/zoo" regular pipe tcp4 unix epoll locks mapped || { not_ok zoo "no start"; finish; }
port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) (LISTEN)$/\1/p' "$zoo_out")

# explain ARGUMENT...: rows in $T/out, what is said in $T/err
explain() { "$FDMAP" --explain "$@" >"$T/out" 2>"$T/err"; }
# What a line of the costs has before a word, without commas: told rows kept
told() {
	sed -n '/^cost:$/,$p' "$T/err" |
		sed -n "s/^  $1  *\(.* \)*\([0-9,]*\) $2.*/\2/p" | tr -d ,
}
# The number behind a word of the calls.
called() {
	sed -n '/^  calls /,/^  time /p' "$T/err" | tr '\n' ' ' | sed 's/   */ /g' |
		sed -n "s/.*[ ;]$1 \([0-9,]*\).*/\1/p" | tr -d ,
}
printed() { grep -c '^f' "$T/out"; }
holders() { sed -n 's/^p//p' "$T/out" | sort -u | wc -l | tr -d ' '; }

# ---- rows and processes ----

# numbers NAME ARGUMENT...: those of a listing by -F, of one and the same run
numbers() {
	_name=$1
	shift
	explain -F pf "$@"
	same "$_name: rows kept are rows printed" "$(printed)" "$(told rows kept)"
	same "$_name: processes with rows" "$(holders)" "$(told processes 'with rows')"
}

numbers "everything" -nP -K i
holds "everything: no more than were looked at" \
	[ "$(told processes 'with rows')" -le "$(told processes 'looked at')" ]
numbers "everything, by one thread" -nP -K i --threads=1 --engine=proc
numbers "one process" -nP -p "$zoo_pid"
numbers "a port" -nP -i ":$port"
numbers "UNIX sockets" -nP -U
numbers "a file" -nP "$T/zoo"
numbers "a filter" -nP --filter "pid == $zoo_pid and file"
numbers "other ends" -nP +E -a -p "$zoo_pid" -d 0-99

explain -nP -p "$zoo_pid" --engine=proc
same "one process: one is looked at" 1 "$(told processes 'looked at')"
cp "$T/out" "$T/with"
"$FDMAP" -nP -p "$zoo_pid" --engine=proc >"$T/without" 2>"$T/none"
same "stdout is the same without" "$(cat "$T/without")" "$(cat "$T/with")"
same "without, stderr is empty" "" "$(cat "$T/none")"
same "the plan comes first" "1 plan:" "$(grep -n ':$' "$T/err" | head -n 1 | tr : ' ' | sed 's/ $/:/')"
same "one plan, one cost" "1 1" "$(grep -c '^plan:$' "$T/err") $(grep -c '^cost:$' "$T/err")"

# What was not needed is left out, and the rest is no more than all.
explain -nP
same "times: the stages are no more than all" "" "$(sed -n '/^  time /,/^  cpu /p' "$T/err" | awk '
	/^  time / { all = $2; next }
	/^    / { sub(/ ms.*/, ""); sum += $NF; n++ }
	END { if (!n || sum > all + 0.02) print sum, "of", all }')"

# ---- again, and not at all ----

explain -nP -p "$zoo_pid" -r 1c2
same "-r: one plan, a cost for each listing" "1 2" \
	"$(grep -c '^plan:$' "$T/err") $(grep -c '^cost:$' "$T/err")"
explain -nP "$T/nothing-of-that-name"
same "nothing to look for: no plan" "0 0" \
	"$(grep -c '^plan:$' "$T/err") $(grep -c '^cost:$' "$T/err")"

# ---- the calls, as strace sees them ----

if have strace && strace -o /dev/null true 2>/dev/null; then
	# traced NAME ARGUMENT...
	traced() {
		_name=$1
		shift
		strace -f -qq -e trace=readlinkat,statx -e signal=none -o "$T/trace" \
			"$FDMAP" --engine=proc --explain "$@" >"$T/out" 2>"$T/err"
		for call in readlinkat statx; do
			n=$(called $call)
			# What is asked of a copy of a socket is not asked of /proc (src/os/sockfd.c).
			same "$_name: calls of $call" "$(grep -E "^[0-9]+ +$call\(" "$T/trace" |
				grep -cv 'STATX_TYPE|STATX_INO, ')" "${n:-0}"
		done
	}
	traced "strace, one process" -nP -p "$zoo_pid"
	traced "strace, a port" -nP -t -i ":$port"
else
	skip "strace" "no strace, or it may not trace here"
fi

# No socket has the number: nothing is looked for, by neither engine.
explain -nP -i TCP@127.254.253.252:1
holds "nothing to look for: why not by BPF" grep -q '^  engine  *proc: nothing can match$' "$T/err"

# ---- hostile words, few rights ----

explain -nP --filter "$(printf 'comm == "\033[2J\nplan:"')"
same "what was typed moves no cursor" 0 "$(grep -c "$(printf '\033')" "$T/err")"
same "what was typed makes no line" 1 "$(grep -c '^plan:$' "$T/err")"
if is_root && have setpriv; then
	as_nobody "$FDMAP" --explain -nP -i >"$T/out" 2>"$T/err"
	same "nobody: told why not by BPF" 2 "$(grep -c '^  engine  *proc: .' "$T/err")"
else
	explain -nP -i
	holds "told by what" grep -q '^  engine  *\(proc: .\|bpf\)' "$T/err"
fi
finish
