#!/bin/sh
# SPDX-License-Identifier: MIT
# Two sources of sockets, one answer: the text of /proc/net and sock_diag on a busy machine.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip sources "no python3"; finish; }
if is_lsof; then
	skip sources "lsof has one source"
	finish
fi

# A namespace of our own: what others open and close does not come between two listings.
if [ -z "${FDMAP_ALONE:-}" ] && is_root && have ip && unshare -n ip link set lo up 2>/dev/null; then
	FDMAP_ALONE=yes
	export FDMAP_ALONE
	rm -rf "$T"
	# shellcheck disable=SC2016 # for the other shell
	exec unshare -n sh -c 'ip link set lo up && exec "$0"' "$0"
fi

# crowd_start DIR N [COMMAND...]: sets crowd_pid and crowd_out; DIR is made by the crowd
crowd_start() {
	_dir=$1
	_n=$2
	shift 2
	crowd_out=$_dir.out
	"$@" python3 "$T/bin/crowd.py" "$_dir" "$_n" <"$T/.in" >"$crowd_out" 2>&1 9>&- &
	pids="$! $pids"
	await 30 grep -q '^ready' "$crowd_out" || return 1
	crowd_pid=$(sed -n 's/^ready //p' "$crowd_out")
}

port_of() { sed -n "s/^port $1 //p" "$crowd_out"; }

# told SOURCE ARGUMENT...: what it prints and returns; addresses in the kernel are the text's alone, and how many
# others may not be looked at is not the same from moment to moment
told() {
	_source=$1
	shift
	{
		"$run" -nP --socket-source="$_source" "$@" 2>&1
		echo "status $?"
	} | sed -E 's/0x[0-9a-f]{16}/ADDRESS/g; s/^(fdmap: )[0-9]+ (process)(es)?( .*could not be looked at)/\1some \2\4/' >"$T/$_source"
}

# both ROWS ARGUMENT...: the same from either source, and at least so many lines
both() {
	_least=$1
	shift
	told text "$@"
	told diag "$@"
	alike "$who: $*" "$_least" "$T/text" "$T/diag"
}

everything_twice() {
	both 600 -a -p "$crowd_pid" -i
	both 100 -a -p "$crowd_pid" -i 6
	both 600 -a -p "$crowd_pid" -i -T qs
	both 300 -a -p "$crowd_pid" -U
	both 300 -a -p "$crowd_pid" -U -E
	both 900 -p "$crowd_pid"
	both 900 -a -p "$crowd_pid" --sockets
	both 5000 -p "$crowd_pid" -F -T qs
	both 2 -a -p "$crowd_pid" -i -J -T qs
	both 2 -a -p "$crowd_pid" -U -J
	both 600 -a -p "$crowd_pid" -i -j --columns=+peer
	both 2 -t -p "$crowd_pid" -a -U
	both 100 -a -p "$crowd_pid" -i -s TCP:LISTEN
	both 100 -a -p "$crowd_pid" -i -s TCP:^LISTEN
	both 50 -a -p "$crowd_pid" -i -s TCP:^LISTEN,^ESTABLISHED -s UDP:ESTABLISHED
	both 5 -a -p "$crowd_pid" -i TCP -s TCP:CLOSE_WAIT
	for port in $(port_of tcp) $(port_of dual) $(port_of udp); do
		both 2 -i ":$port"
		both 2 -t -i ":$port"
		both 1 -t -i ":$port" -s TCP:^ESTABLISHED
	done
	port=$(port_of tcp)
	both 100 -i "TCP:$port"
	both 1 -i "UDP:$port"
	both 100 -i "@127.0.0.1:$port"
	both 100 -a -p "$crowd_pid" -i ":$port,$((port + 1))-$((port + 2000))"
	both 50 -a -p "$crowd_pid" -i "4@127.0.0.1:$(port_of dual)"
	# What is found, though no port of it is asked for.
	both 1 -V -i ":$port" -s TCP:LISTEN,CLOSE_WAIT,SYN_SENT
	both 1 -V -a -c no-such-command -i ":$port" -s UDP:ESTABLISHED
	both 1 -V -i :1,2,3,4,5,6,7,8,9-20
}

prepare_nobody || { not_ok prepare "no copy of the program"; finish; }
cp "$LIVE/lib/crowd.py" "$T/bin/" && chmod 755 "$T/bin/crowd.py"

who=$(id -un) run=$FDMAP
crowd_start "$T/crowd" 120 || { not_ok crowd "$(head -c 300 "$T/crowd.out")"; finish; }
everything_twice

# ---- names that the text cannot tell -------------------------------------------

start names python3 -c 'import socket, sys, time
a = socket.socket(socket.AF_UNIX)
a.bind(b"\0two\nlines %d" % int(sys.argv[1]))
print("ready", flush=True)
time.sleep(600)' $$
await 10 grep -q ready "$T/names.out"
"$run" -U -Fn --socket-source=diag >"$T/names.rows" 2>&1
# shellcheck disable=SC1003 # a backslash, and n
holds "a name with a newline is whole" grep -qF 'n@two\nlines '"$$" "$T/names.rows"

# ---- what is asked -----------------------------------------------------------------

# traced SOURCE ARGUMENT...: calls in $T/trace
traced() {
	_source=$1
	shift
	ASAN_OPTIONS=detect_leaks=0 strace -f -y -qq -e signal=none -o "$T/trace" \
		-e trace=sendto,recvfrom,recvmsg,read,pread64 \
		"$run" -nP --socket-source="$_source" "$@" >"$T/out" 2>"$T/err"
}

# Families and protocols that sock_diag was asked about, one a line.
asked() {
	sed -n -E -e 's/.*\{(sdiag_)?family=AF_([A-Z0-9]+),.*sdiag_protocol=(IPPROTO_)?([A-Z0-9_]+),.*/\2 \4/p' \
		-e t -e 's/.*SOCK_DIAG_BY_FAMILY.*\{(sdiag_)?family=AF_([A-Z0-9]+),.*/\2/p' "$T/trace" |
		sort -u | tr '\n' ';'
}

# Bytes of socket tables: read from files below net/, or received over netlink.
bytes_read() {
	sed -n -E -e '/\/net\/sockstat/d' -e '/(read|pread64)\([0-9]+<[^>]*\/net\//s/.* = ([0-9]+)$/\1/p' \
		-e '/recv(from|msg)\([0-9]+<(NETLINK|socket)/s/.* = ([0-9]+)$/\1/p' "$T/trace" |
		awk '{ n += $1 } END { print n + 0 }'
}

# bytes_of NAME ARGUMENT...: the source that is picked is the one with fewer bytes
bytes_of() {
	_name=$1
	shift
	traced text "$@"
	_text=$(bytes_read)
	traced diag "$@"
	_diag=$(bytes_read)
	traced auto "$@"
	_auto=$(bytes_read)
	if [ "$_auto" -gt 0 ] && [ "$_auto" -le "$_text" ] && [ "$_auto" -le "$_diag" ]; then
		ok "bytes: $_name"
	else
		not_ok "bytes: $_name" "text $_text, diag $_diag, auto $_auto"
	fi
}

# falls_back NAME FAULT ARGUMENT...: where sock_diag can't be asked, the text is read in silence
falls_back() {
	_name=$1
	_fault=$2
	shift 2
	told text "$@"
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e signal=none -o "$T/trace" -e trace="${_fault%%:*}" \
		-e inject="$_fault" "$FDMAP" -nP --socket-source=diag "$@" 2>&1 |
		sed -E 's/0x[0-9a-f]{16}/ADDRESS/g' >"$T/fault"
	if ! grep -q INJECTED "$T/trace"; then
		not_ok "$_name" "nobody was asked"
	elif grep -v '^status ' "$T/text" | cmp -s - "$T/fault"; then
		ok "$_name"
	else
		not_ok "$_name" "$(diff "$T/text" "$T/fault" | head -6)"
	fi
}

if ! have strace; then
	skip asked "no strace"
elif ! strace -o /dev/null true 2>/dev/null; then
	skip asked "strace may not trace here"
else
	tcp='INET TCP;INET6 TCP;'
	traced auto -i TCP
	same "-i TCP asks about TCP" "$tcp" "$(asked)"
	traced diag -i UDP
	same "-i UDP asks about UDP" "INET UDP;INET6 UDP;" "$(asked)"
	traced auto -t -i "TCP:$port" -s TCP:LISTEN
	same "-t -i TCP:PORT asks about TCP" "$tcp" "$(asked)"
	traced auto -U -Fpn
	same "-U -Fpn asks about UNIX" "UNIX" "$(asked | sed 's/ .*//;s/;//')"
	traced auto -U
	# Whether it lacks rows is seen by a second, short answer.
	same "-U needs the text" "UNIX 0;" "$(asked)"
	traced text -U
	same "-U with the text alone" "" "$(asked)"
	traced text -p "$crowd_pid"
	same "text asks about nothing" "" "$(asked)"
	traced auto -d cwd
	same "-d cwd asks about nothing" "" "$(asked)"

	if [ -n "${FDMAP_ALONE:-}" ]; then
		bytes_of -i -i
		bytes_of "-U -Fpn" -U -Fpn
		bytes_of "-t -i :PORT" -t -i ":$port"
		traced auto -t -i ":$port"
		ported=$(bytes_read)
		traced auto -t -i
		all=$(bytes_read)
		holds "ports are looked for by the kernel" test "$((2 * ported))" -lt "$all"
		traced auto -i -s TCP:LISTEN
		holds "states are, too" test "$(bytes_read)" -lt "$((all * 2 / 3))"
	else
		skip bytes "not alone: others open and close sockets"
	fi

	falls_back "netlink may not be spoken" socket:error=EPERM -a -p "$crowd_pid" --sockets
	falls_back "there is no netlink" socket:error=EAFNOSUPPORT -a -p "$crowd_pid" -i
	falls_back "a question is refused" sendto:error=ECONNREFUSED:when=2 -a -p "$crowd_pid" -i
	falls_back "an answer does not come" recvfrom:error=EAGAIN:when=3+ -a -p "$crowd_pid" -U
fi

# ---- more than one message has room for ----

if is_root; then
	python3 "$LIVE/lib/waiting.py" "$FDMAP" >"$T/waiting"
	take_verdicts "$T/waiting"
else
	skip waiting "not root"
fi

# ---- without rights -------------------------------------------------------------------

# What root has in its PATH others may not reach.
common=/usr/local/bin:/usr/bin:/bin
if ! is_root || ! have setpriv; then
	skip nobody "needs root and setpriv"
elif ! as_nobody env PATH="$common" python3 -c '' 2>/dev/null; then
	skip nobody "nobody has no python3"
else
	who=nobody run=$NFDMAP
	mkdir "$T/theirs" && chown 65534:65534 "$T/theirs"
	if crowd_start "$T/theirs/crowd" 120 setpriv --reuid 65534 --regid 65534 \
		--clear-groups --inh-caps=-all env PATH="$common"; then
		everything_twice
	else
		not_ok "crowd of nobody" "$(head -c 300 "$T/theirs/crowd.out")"
	fi
fi
finish
