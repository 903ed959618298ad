#!/bin/sh
# SPDX-License-Identifier: MIT
# Many mappings, few descriptors, little memory, closed streams: the listing is whole, or it is said
# that it is not.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip limits "lsof has its own"
	finish
fi
have python3 || { skip limits "no python3"; finish; }
check_herd() { python3 "$LIVE/lib/herd_check.py" "$@" 2>&1; }
# limited LETTER VALUE COMMAND...
# shellcheck disable=SC3045 # dash and all others have them
limited() { (ulimit "-$1" "$2" && shift 2 && exec "$@"); }
# A sanitizer wants terabytes of addresses, and descriptors of its own.
sanitized=
"$FDMAP" --version >"$T/out" 2>&1
limited v 400000 "$FDMAP" --version >"$T/limited" 2>&1
cmp -s "$T/out" "$T/limited" || sanitized=1

# ---- many mappings ----

mkdir "$T/atlas"
(cd "$T/atlas" && exec "$BUILD/live/atlas" 5000 100000 <"$T/.in" >"$T/atlas.out" 2>&1 9>&-) &
pids="$! $pids"
if await 60 grep -q '^ready' "$T/atlas.out"; then
	pid=$(sed -n 's/^ready //p' "$T/atlas.out")
	lines=$(wc -l <"/proc/$pid/maps")
	"$FDMAP" -nP -a -p "$pid" -d mem >"$T/out" 2>"$T/err"
	same "$lines mappings: status, no word" "0 " "$? $(cat "$T/err")"
	seq 5000 | sed "s|^|$T/atlas/page-|" | sort >"$T/want"
	sed -n "s|.* \($T/atlas/.*\)|\1|p" "$T/out" | sort >"$T/got"
	same "5,000 mapped files, each once" "" "$(diff "$T/want" "$T/got" | head -n 3)"
	same "as -F0" 5000 "$("$FDMAP" -nP -a -p "$pid" -d mem -F0n | tr '\0' '\n' |
		grep -c "^n$T/atlas/page-[0-9]*$")"
	same "a file mapped $((lines - 5000)) times: its holder, once" "$pid" \
		"$("$FDMAP" -t "$T/atlas/page-1")"
	rm -r "$T/atlas"
	# Without a name nothing but the mapping tells which file it was.
	same "deleted: 5,000 files" 5000 \
		"$("$FDMAP" -nP -a -p "$pid" -d DEL -Fn | grep "^n$T/atlas/page-" | sort -u | wc -l)"
else
	skip "many mappings" "$(tail -n 1 "$T/atlas.out")"
fi

# ---- few descriptors ----

zoo_start "$T/zoo" all || { not_ok zoo "did not start"; finish; }
herd_start 40 30 || { not_ok herd "did not start"; finish; }
# shellcheck disable=SC2086 # words are meant
some=$(echo $zoo_pid $herd_pids | tr ' ' ,)
"$FDMAP" -nP -p "$some" >"$T/want" 2>&1
for threads in 1 8 64; do
	limited n 20 "$FDMAP" --threads=$threads -nP -p "$some" >"$T/got" 2>&1
	same "20 descriptors, $threads threads, -p: status" 0 $?
	same "20 descriptors, $threads threads, -p: the same" "" "$(diff "$T/want" "$T/got" | head -n 3)"
	bad='' rounds=0
	while [ "$rounds" -lt 10 ] && [ -z "$bad" ]; do
		rounds=$((rounds + 1))
		limited n 20 "$FDMAP" --threads=$threads -nP -F0pf >"$T/got" 2>"$T/err"
		rc=$?
		[ "$rc" -eq 0 ] || bad="status $rc: $(tail -n 1 "$T/err")"
		# shellcheck disable=SC2086
		[ -n "$bad" ] || bad=$(check_herd 30 $herd_pids <"$T/got")
	done
	same "20 descriptors, $threads threads, everything, $rounds times: whole" "" "$bad"
done
# So few that it may not do: then it says so. Threads have their own idea of how many are needed.
if [ -z "$sanitized" ]; then
	bad=
	for threads in 1 8 64; do
		for few in 4 5 6 7 8 9 10 12 14 16; do
			limited n $few "$FDMAP" --threads=$threads -nP -p "$some" >"$T/got" 2>"$T/err"
			rc=$?
			# The loader itself may need more.
			[ "$rc" -ne 127 ] || continue
			if [ "$rc" -eq 0 ]; then
				cmp -s "$T/want" "$T/got" ||
					bad="$bad $few descriptors, $threads threads: status 0, but $(diff "$T/want" "$T/got" | grep -c '^[<>]') lines differ;"
			elif [ "$rc" -ne 1 ] || [ ! -s "$T/err" ]; then
				bad="$bad $few descriptors, $threads threads: status $rc, $(wc -l <"$T/err") messages;"
			fi
		done
	done
	same "4 to 16 descriptors: whole, or status 1 and a message" "" "$bad"
else
	skip "4 to 16 descriptors" "sanitized"
fi

# As many as there can be: nobody goes through all the numbers there are.
most=$(cat /proc/sys/fs/nr_open)
# shellcheck disable=SC3045 # dash and all others have it
limited n "$most" true 2>/dev/null || most=$(ulimit -Hn)
if limited n "$most" true 2>/dev/null; then
	limited n "$most" timeout 60 "$FDMAP" -nP -p "$some" >"$T/got" 2>&1
	same "$most descriptors: status" 0 $?
	same "$most descriptors: the same" "" "$(diff "$T/want" "$T/got" | head -n 3)"
	if have strace && strace -e inject=close_range:error=ENOSYS -o /dev/null true 2>/dev/null; then
		limited n "$most" env ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o "$T/trace" -e trace=close,close_range \
			-e inject=close_range:error=ENOSYS "$FDMAP" -nP -p "$some" >"$T/got" 2>&1 8</dev/null
		same "$most descriptors, no close_range: the same" "0 " "$? $(diff "$T/want" "$T/got" | head -n 3)"
		holds "no close_range: what was inherited is closed" grep -q ' close(8)' "$T/trace"
		holds "no close_range: and few others" [ "$(grep -c ' close(' "$T/trace")" -lt 2000 ]
	else
		skip "no close_range" "no strace that injects faults"
	fi
else
	skip "$most descriptors" "the limit can't be raised"
fi

# ---- little memory ----

# squeezed NAME ARGUMENT...: with less and less memory, whole or status 1 and a message
squeezed() {
	_name=$1 bad='' refused=0 ended=
	shift
	"$FDMAP" "$@" >"$T/want" 2>&1
	for kb in $(seq 4000 500 30000); do
		limited v "$kb" "$FDMAP" "$@" >"$T/got" 2>"$T/err"
		rc=$?
		case $rc in
		0) cmp -s "$T/want" "$T/got" ||
			bad="$bad $kb KB: status 0, but $(diff "$T/want" "$T/got" | grep -c '^[<>]') lines differ;" ;;
		1)
			refused=$((refused + 1))
			[ "$(grep -c '^fdmap: .*memory' "$T/err")" -eq 1 ] ||
				bad="$bad $kb KB: says [$(head -n 2 "$T/err")];"
			;;
		# The loader, or the C library on its behalf.
		127) ;;
		*) ended="$ended $kb KB: status $rc [$(head -n 1 "$T/err")];" ;;
		esac
	done
	same "little memory, $_name: whole, or status 1 and a message" "" "$bad"
	if [ -n "$ended" ] && [ "$service" = 1 ]; then
		skip "little memory, $_name: no crash" "the name service does not survive it:$ended"
	else
		same "little memory, $_name: no crash" "" "$ended"
	fi
}

if [ -n "$sanitized" ]; then
	skip "little memory" "sanitized"
else
	service=1
	squeezed "names of users" -nP -p "$some"
	# The rest is our own code alone.
	service=
	squeezed "table" -nPl -p "$some"
	squeezed "-F0" -nPl -p "$some" -F0
	mkdir "$T/second"
	start mounter unshare -m sh -c "mount -t proc proc '$T/second' && exec sleep 1000"
	second=/proc/$started/root$T/second
	if is_root && await 5 test -d "$second/1"; then
		squeezed "another procfs" --proc="$second" -nPl -p "$some"
		squeezed "another procfs, 8 threads" --proc="$second" --threads=8 -nPl -p "$some"
		squeezed "another procfs, -F0" --proc="$second" -nPl -p "$some" -F0
		squeezed "another procfs, -t" --proc="$second" -nPl -t -p "$some"
		if herd_start 1 12000; then
			squeezed "another procfs, 12,000 descriptors" --proc="$second" -nPl -p "$herd_pids"
			holds "little memory, 12,000 descriptors: it was too little" [ "$refused" -gt 0 ]
		else
			skip "little memory, 12,000 descriptors" "the limit of open files is too low"
		fi
	else
		skip "little memory, another procfs" "no second procfs: $(cat "$T/mounter.out")"
	fi
fi

# ---- closed streams ----

# What is written goes to the stream it is meant for, or nowhere.
"$FDMAP" -nP -a -p "$zoo_pid" -d cwd >"$T/want" 2>&1
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	: >"$T/got"
	eval "timeout 60 \"\$FDMAP\" -nP -a -p \"\$zoo_pid\" -d cwd >\"\$T/got\" 2>\"\$T/err\" $closed"
	rc=$?
	case $closed in
	*'>&- '* | '>&-' | *' >&-')
		holds "$closed: it ends by itself ($rc)" [ "$rc" -lt 124 ]
		same "$closed: nothing is written" "" "$(cat "$T/got")"
		;;
	*) same "$closed: status, listing" "0 $(cat "$T/want")" "$rc $(cat "$T/got")" ;;
	esac
	# And a message.
	eval "timeout 60 \"\$FDMAP\" -p abc >\"\$T/got\" 2>\"\$T/err\" $closed"
	same "$closed: a wrong word: status" 1 $?
	same "$closed: a wrong word: nothing on standard output" "" "$(cat "$T/got")"
done
export zoo_pid
if have strace && strace -o /dev/null true 2>/dev/null; then
	for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
		# shellcheck disable=SC2016 # the inner shell knows it
		for words in '-nP -p $zoo_pid' "-p abc" "-i :1" "-p 99999999 -V"; do
			# strace opens its file before it begins the program, and keeps it away.
			eval "ASAN_OPTIONS=detect_leaks=0 strace -f -qq -y -o \"\$T/trace\" \
				-e trace=write,writev,pwrite64,sendto,sendmsg,sendmmsg -e signal=none \
				sh -c 'exec \"\$FDMAP\" $words $closed' >\"\$T/got\" 2>\"\$T/err\" </dev/null"
			# A wake-up of a thread is no text, and a question to sock_diag none for anybody else.
			same "$closed: $words: all that is written goes to its stream" "" \
				"$(grep -E '^[0-9]+ +(write|pwrite|send)' "$T/trace" |
					grep -vE -e "write[v]?\([12]<$T/(got|err)>" -e '<anon_inode:' \
						-e 'nlmsg_type=SOCK_DIAG_BY_FAMILY' \
						-e 'write\([12], .*EBADF' -e 'write\([0-2]</dev/null>' |
					head -n 1)"
		done
	done
else
	skip "closed streams, as strace sees them" "no strace"
fi
finish
