#!/bin/sh
# SPDX-License-Identifier: MIT
# Filters: each lists the rows that the listing without it has for it, whoever asks and
# whatever tells of sockets; what they save; ss beside them; the wrong character.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"
CHECK="python3 $LIVE/lib/filter_check.py"

is_lsof && { skip filter "lsof has no --filter"; finish; }
have python3 || { skip filter "no python3"; finish; }

# hold NAME [COMMAND...]: a process with sockets and files; its PID, then its ports, in $held, $ports
hold() {
	_name=$1
	shift
	mkdir "$T/$_name" && chmod 777 "$T/$_name"
	# shellcheck disable=SC2086
	"$@" $CHECK hold "$T/$_name" <"$T/.in" >"$T/$_name.out" 2>&1 9>&- &
	pids="$! $pids"
	await 20 grep -q '^ready' "$T/$_name.out" || return 1
	# shellcheck disable=SC2046
	set -- $(grep '^ready' "$T/$_name.out")
	held=$2
	ports=$3,$4,$5
}

# rows NAME PIDS COMMAND...: every filter against the listing without one
rows() {
	_name=$1
	_pids=$2
	shift 2
	# shellcheck disable=SC2086
	$CHECK rows "$_pids" "$ports" "$@" >"$T/rows" 2>&1
	if grep -q '^[1-9][0-9]* filters, 0 wrong$' "$T/rows"; then
		ok "$_name"
	else
		not_ok "$_name" "$(cat "$T/rows")"
	fi
}

everybody() {
	hold mine || { not_ok rows "not made: $(cat "$T/mine.out")"; return; }
	# Opened with O_PATH: a row like any other, whatever is joined to it.
	same name-of-a-socket 1 \
		"$("$FDMAP" -nPp "$held" | grep -c " sock .* can't identify protocol\$")"
	for _source in auto text diag; do
		rows "rows-$_source" "$held,$$" "$FDMAP" "--socket-source=$_source" --threads=1
	done
	rows rows-threads "$held,$$" "$FDMAP" --threads=4
	if is_root && have setpriv && as_nobody /usr/bin/python3 -c '' 2>/dev/null; then
		prepare_nobody
		cp "$LIVE/lib/filter_check.py" "$T/bin/"
		CHECK="/usr/bin/python3 $T/bin/filter_check.py"
		# As one who may not read the others, and of a process that is read.
		chmod 755 "$T"
		hold theirs setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all ||
			{ not_ok rows-nobody "not made: $(cat "$T/theirs.out")"; return; }
		rows rows-nobody "$held" "$NFDMAP"
		rows rows-of-nobody "$held" "$FDMAP"
	else
		skip rows-nobody "not root, or no python3 that nobody may run"
	fi
}

# random NAME PIDS COMMAND...: expressions made at random, over one of everything
random() {
	_name=$1
	_pids=$2
	shift 2
	python3 "$LIVE/lib/filter_random.py" "$_pids" 7 40 "$@" >"$T/random" 2>&1
	if [ "$(tail -1 "$T/random")" = "40 filters, 0 wrong" ]; then
		ok "$_name"
	else
		not_ok "$_name" "$(tail -c 2000 "$T/random")"
	fi
}

at_random() {
	zoo_start "$T/zoo" all || { not_ok random "the zoo did not start"; return; }
	_zoo=$(sed -n 's/^ready //p' "$zoo_out")
	random random "$_zoo,$held" "$FDMAP"
	if [ -n "${NFDMAP:-}" ]; then
		random random-nobody "$_zoo,$held" "$NFDMAP"
	else
		skip random-nobody "not root, or no python3 that nobody may run"
	fi
}

beside_ss() {
	have ss || { skip ss "no ss"; return; }
	hold quiet || { not_ok ss "not made"; return; }
	_l=${ports%%,*}
	$CHECK ss "$held" "state established" "state listening ( sport = :$_l )" \
		"exclude listening" "sport = :$_l or dport = :$_l" "dst 127.0.0.0/8" \
		"state connected" "sport >= 1024 and dport > 0" "not sport = :$_l" "state all" \
		"dport = :$_l" "sport eq :$_l" "src 127.0.0.1:$_l" -- "$FDMAP" >"$T/ss" 2>&1
	if [ "$(grep -c ': [1-9][0-9]* same$' "$T/ss")" -eq 12 ]; then
		ok ss
	else
		not_ok ss "$(grep -v ' same$' "$T/ss"; grep ': 0 same' "$T/ss")"
	fi
}

# opened EXPR: how many directories of descriptors are opened for it
opened() {
	strace -f -qq -e trace=openat,getdents64 -o "$T/strace" "$FDMAP" -t --filter "$1" \
		>"$T/terse" 2>/dev/null
	grep -c 'openat([0-9]*, "fd", ' "$T/strace"
}

savings() {
	have strace || { skip savings "no strace"; return; }
	strace -o "$T/probe" true 2>/dev/null || { skip savings "no right to trace"; return; }
	cp "$(command -v sleep)" "$T/only-one-of-me"
	start one "$T/only-one-of-me" 600
	await 10 grep -q only-one "/proc/$started/comm"
	# A descriptor is asked for, so that cwd is not enough.
	same opened-by-command 1 "$(opened "comm == only-one-of-me and fd == 1")"
	same found-by-command "$started" "$(cat "$T/terse")"
	same opened-by-pid 1 "$(opened "pid == $started and fd == 1")"
	# Its descriptors, until there are no more; of /proc nothing.
	same listed-by-pid 2 "$(grep -c 'getdents64(' "$T/strace")"
	same opened-by-exe 1 "$(opened "uid == $(id -u) and exe =~ 'only-one-of-me\$' and fd == 1")"
	_port=$(free_port)
	same opened-by-port 0 "$(opened "tcp and lport == $_port")"
	same opened-for-nothing 0 "$(opened "comm == only-one-of-me and lport == $_port and tcp")"
	same opened-for-nobody 0 "$(opened "uid == 4294967294")"
}

# message NAME EXPECTED ARG...: nothing on stdout, status 1, and that on stderr
message() {
	_name=$1
	_want=$2
	shift 2
	_got=$("$FDMAP" "$@" 2>"$T/err")
	_rc=$?
	same "$_name" "1:$_want:" "$_rc:$(sed "s/^$(basename "$FDMAP"): //" "$T/err"):$_got"
}

messages() {
	message empty "--filter: empty filter" --filter ' '
	printf '# only a comment\n\n' >"$T/comment"
	message no-file "--filter-file: can't read $T/none: No such file or directory" \
		--filter-file "$T/none"
	printf 'tcp\0udp' >"$T/nul"
	message nul "--filter-file: a NUL byte in $T/nul" --filter-file "$T/nul"
	: >"$T/nothing"
	message empty-file "--filter-file: empty filter" --filter-file "$T/nothing"
	"$FDMAP" --filter "comm == 'ü' and dprt == 1" >"$T/out" 2>"$T/err"
	same points "  comm == 'ü' and dprt == 1|                  ^" \
		"$(sed -n 2,3p "$T/err" | tr '\n' '|' | sed 's/|$//')"
	printf 'tcp # a comment\nand (lport == 1\n  or dprt == 2)\nand udp\n' >"$T/lines"
	"$FDMAP" --filter-file "$T/lines" >"$T/out" 2>"$T/err"
	same points-in-its-line "    or dprt == 2)|       ^" \
		"$(sed -n 2,3p "$T/err" | tr '\n' '|' | sed 's/|$//')"
	same from-stdin "$$" "$(printf 'pid == %s' $$ | "$FDMAP" -t --filter-file -)"
	same narrows-further 1 "$("$FDMAP" -t --filter "pid == $$" --filter 'fd == cwd' | wc -l)"
	"$FDMAP" -t --filter "pid == $$" --filter 'pid != '$$ >/dev/null 2>&1
	same narrows-to-nothing 1 $?
	same none-passes "$(basename "$FDMAP"): no row passes the filter: pid == 0" \
		"$("$FDMAP" -V --filter 'pid == 0' 2>&1)"
}

# Processes and sockets that come and go must not confuse it; only that it ends well is told.
churn() {
	"$BUILD/live/churn" >"$T/churn" 2>&1 9>&- &
	_churn=$!
	pids="$_churn $pids"
	_bad=0
	for _expr in "tcp" "deleted" "comm == churn and fd < 5" "tcp and lport > 1024 or unix" \
		"not socket and size > 1" "peer_comm == churn"; do
		for _n in 1 2 3; do
			timeout 60 "$FDMAP" -nP --filter "$_expr" >"$T/out" 2>"$T/err"
			[ $? -le 1 ] && ! grep -qi sanitizer "$T/err" || _bad=$((_bad + 1))
		done
	done
	same churn 0 "$_bad"
}

everybody
at_random
beside_ss
savings
messages
churn
finish
