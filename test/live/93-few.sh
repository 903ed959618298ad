#!/bin/sh
# SPDX-License-Identifier: MIT
# Sockets of few processes are asked for one by one: the same rows as from the tables, none of which is read.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip few "no python3"; finish; }
if is_lsof; then
	skip few "lsof reads tables"
	finish
fi

# few_start NAME SORTS [COMMAND...]: sets few_pid
few_start() {
	_dir=$T/$1
	_sorts=$2
	shift 2
	[ -d "$_dir" ] || mkdir "$_dir"
	# shellcheck disable=SC2086 # words
	"$@" python3 "$T/bin/fewsocks.py" "$_dir" $_sorts <"$T/.in" >"$_dir.out" 2>&1 9>&- &
	pids="$! $pids"
	await 30 grep -q '^ready' "$_dir.out" || return 1
	first_pid=${few_pid:-}
	few_pid=$(sed -n 's/^ready //p' "$_dir.out")
	sed -n 's/^skip /# skipped: /p' "$_dir.out"
}

# told FILE ARGUMENT...
told() {
	_file=$1
	shift
	{
		"$run" -nP "$@" 2>&1
		echo "status $?"
	} >"$T/$_file"
}

hide() { sed -E 's/0x[0-9a-f]{16}/ADDRESS/g' "$T/$1"; }

# as_tables ROWS ARGUMENT...: each socket for itself, and the text, and whole answers of sock_diag
as_tables() {
	_least=$1
	shift
	told few "$@"
	told text --socket-source=text "$@"
	told diag --socket-source=diag "$@"
	hide few >"$T/few.hidden"
	hide diag >"$T/diag.hidden"
	alike "$who: $* (text)" "$_least" "$T/few" "$T/text"
	alike "$who: $* (diag)" "$_least" "$T/few.hidden" "$T/diag.hidden"
}

# all_ways ROWS
all_ways() {
	as_tables "$1" -p "$few_pid"
	as_tables "$1" -p "$few_pid" -T qs
	as_tables "$1" -p "$few_pid" -Ffpnt -T qs
	as_tables 2 -p "$few_pid" -J
	as_tables "$1" -a -p "$few_pid" --sockets -Fn -T qs
	as_tables "$1" -p "$few_pid,${first_pid:=$few_pid}" -T qs
}

prepare_nobody || { not_ok prepare "no copy of the program"; finish; }
cp "$LIVE/lib/fewsocks.py" "$T/bin/" && chmod 755 "$T/bin/fewsocks.py"
who=$(id -un) run=$FDMAP

few_start shared shared || not_ok "a group" "$(head -c 300 "$T/shared.out")"
all_ways 17
if is_root; then
	few_start foreign "foreign raw plain" || not_ok "foreign sockets" "$(head -c 300 "$T/foreign.out")"
	all_ways 40
else
	skip foreign "not root"
fi
few_start plain plain || not_ok "plain sockets" "$(head -c 300 "$T/plain.out")"
all_ways 40
for sort in six odd four; do
	few_start "$sort" "$sort" || not_ok "$sort" "$(head -c 300 "$T/$sort.out")"
	all_ways 12
done

# ---- what is asked -----------------------------------------------------------------

traced() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -y -qq -e signal=none -o "$T/trace" \
		-e trace=sendto,openat,pidfd_getfd,close "$run" -nP "$@" >"$T/out" 2>"$T/err"
}
dumps() { grep -c 'SOCK_DIAG.*NLM_F_DUMP' "$T/trace"; }
texts() { grep -cE 'openat.*net/(tcp|udp|unix|raw)' "$T/trace"; }
copies() { grep -cE 'pidfd_getfd\(.* = [0-9]' "$T/trace"; }

if ! have strace; then
	skip asked "no strace"
elif ! strace -o /dev/null true 2>/dev/null; then
	skip asked "strace may not trace here"
else
	traced -Ffpn -p "$few_pid"
	if [ "$(copies)" -eq 0 ]; then
		skip "no table is read" "sockets may not be copied here"
	else
		holds "each is asked for" grep -q SOCK_DIAG "$T/trace"
		same "no table is read" "0 0" "$(dumps) $(texts)"
		closed=$(grep -cE 'close\([0-9]+<(TCP|UDP|socket:)' "$T/trace")
		holds "copies are closed" test "$closed" -ge "$(copies)"
		traced --engine=proc -p "$few_pid"
		same "DEVICE needs the text of UNIX alone" "0 1" "$(dumps) $(texts)"
		if ! is_root || ! "$BUILD/live/bpfseen" unixes $$ >"$T/why" 2>&1; then
			skip "DEVICE by BPF" "$(cat "$T/why")"
		else
			cp "$T/out" "$T/few"
			traced --engine=bpf -p "$few_pid"
			same "by BPF even DEVICE needs no text" "0 0" "$(dumps) $(texts)"
			holds "by BPF DEVICE is the same" cmp "$T/few" "$T/out"
			# shellcheck disable=SC2016 # awk's
			holds "some have one" awk '$5 == "unix" && $6 ~ /^0x/ { n++ } END { exit !n }' "$T/out"
			traced --engine=proc -p "$few_pid,$first_pid"
			cp "$T/out" "$T/few"
			traced --engine=bpf -p "$few_pid,$first_pid"
			same "by BPF two processes need no text" 0 "$(texts)"
			holds "by BPF two processes are the same" cmp "$T/few" "$T/out"
			traced --engine=bpf -Ffpn -p "$few_pid"
			holds "by BPF no UNIX socket is asked for" [ "$(grep -c 'SOCK_DIAG.*AF_UNIX' "$T/trace")" -eq 0 ]
		fi
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e signal=none -o "$T/trace" \
			-e trace=pidfd_getfd -e inject=pidfd_getfd:error=EPERM \
			"$run" -nP -p "$few_pid" -T qs >"$T/few" 2>&1
		told text --socket-source=text -p "$few_pid" -T qs
		grep -v '^status' "$T/text" >"$T/text.rows"
		holds "sockets that may not be copied are in the tables" cmp "$T/few" "$T/text.rows"
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e signal=none -o "$T/trace" \
			-e trace=sendto -e inject=sendto:error=ECONNREFUSED:when=2+ \
			"$run" -nP -p "$few_pid" -T qs >"$T/few" 2>&1
		holds "who is not answered reads tables" cmp "$T/few" "$T/text.rows"
	fi
fi

# ---- without rights -------------------------------------------------------------------

common=/usr/local/bin:/usr/bin:/bin
if ! is_root || ! have setpriv; then
	skip nobody "needs root and setpriv"
elif ! as_nobody env PATH="$common" python3 -c '' 2>/dev/null; then
	skip nobody "nobody has no python3"
else
	who=nobody run=$NFDMAP
	mkdir "$T/theirs" && chown 65534:65534 "$T/theirs"
	if few_start theirs "four odd shared" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all env PATH="$common"; then
		all_ways 40
	else
		not_ok "sockets of nobody" "$(head -c 300 "$T/theirs.out")"
	fi
fi
finish
