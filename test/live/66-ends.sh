#!/bin/sh
# SPDX-License-Identifier: MIT
# Other ends: of everything that has some, told and selected, and as lsof tells them.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip ends "no python3"; finish; }

# ends_start NAME COMMAND...: the processes of lib/ends.py in directory NAME; sets m, a, b, l, tcp
ends_start() {
	_name=$1
	shift
	mkdir -p "$T/$_name"
	chmod 777 "$T/$_name"
	"$@" "$LIVE/lib/ends.py" "$T/$_name" <"$T/.in" >"$T/$_name.out" 2>&1 9>&- &
	pids="$! $pids"
	await 20 grep -q '^ready' "$T/$_name.out" || return 1
	m=$(sed -n 's/^ends-main //p' "$T/$_name.out")
	a=$(sed -n 's/^ends-a //p' "$T/$_name.out")
	b=$(sed -n 's/^ends,b_c //p' "$T/$_name.out")
	l=$(sed -n 's/^ends-long-name //p' "$T/$_name.out")
	tcp=$(sed -n 's/^tcp //p' "$T/$_name.out")
	# Their children end with them.
	pids="$m $pids"
}

# name_of PID FD: the NAME with its ends, without state
name_of() { "$FDMAP" -nPwE -Fn -a -p "$1" -d "$2" | sed -n 's/^n//p'; }
inode_of() { "$FDMAP" -nPw -Fi -a -p "$1" -d "$2" | sed -n 's/^i//p'; }
slave_of() { sed -n 's/^tty-index:[[:blank:]]*//p' "/proc/$1/fdinfo/$2"; }

ends_start one python3 || { not_ok ends "did not start: $(tail -1 "$T/one.out")"; finish; }

copies=
if [ -e "/proc/$l/fd/12345" ]; then
	copies=" $l,ends-long,300w $l,ends-long,*345w"
fi
same pipe "pipe $m,ends-main,21w $a,ends-a,20r $b,ends,b c,21w $l,ends-long,21w$copies" \
	"$(name_of "$m" 20)"
same FIFO "$T/one/fifo $m,ends-main,22u $m,ends-main,23r $b,ends,b c,23r" "$(name_of "$a" 22)"
same "UNIX pair" "type=STREAM ->INO=$(inode_of "$m" 25) $b,ends,b c,25u $m,ends-main,25u" \
	"$(name_of "$a" 24)"
same "UNIX listener: who waits" \
	"sock type=STREAM ->INO=$(inode_of "$m" 29) $b,ends,b c,29u $m,ends-main,29u" \
	"$(name_of "$a" 26)"
same "UNIX accepted" \
	"sock type=STREAM ->INO=$(inode_of "$m" 27) $b,ends,b c,27u $m,ends-main,27u" \
	"$(name_of "$a" 28)"
same "UNIX waiting: nobody yet" "type=STREAM" "$(name_of "$m" 29)"
same "UNIX datagram server" \
	"dgram type=DGRAM ->INO=$(inode_of "$m" 31) $b,ends,b c,31u $m,ends-main,31u" \
	"$(name_of "$a" 30)"
n=$(slave_of "$m" 32)
if [ -n "$n" ]; then
	same "pty master" \
		"/dev/ptmx ->/dev/pts/$n $m,ends-main,33u $b,ends,b c,33u $l,ends-long,33u" \
		"$(name_of "$a" 32 | sed 's#^/dev/pts/ptmx#/dev/ptmx#')"
	same "pty slave" "/dev/pts/$n $m,ends-main,32u $a,ends-a,32u" "$(name_of "$b" 33)"
else
	skip pty "the kernel does not tell the slave's number"
fi
id=$(sed -n 's/^eventfd-id: //p' "/proc/$m/fdinfo/34")
if [ -n "$id" ]; then
	same eventfd "[eventfd:$id] $m,ends-main,34u $b,ends,b c,34u" "$(name_of "$a" 34)"
else
	skip eventfd "the kernel does not tell its number"
fi
same "TCP" "$b,ends,b c,37u $m,ends-main,37u" "$(name_of "$a" 38 | cut -d ' ' -f 2-)"
same "TCP listener" "127.0.0.1:$tcp" "$(name_of "$m" 36)"
if [ -e "/proc/$a/fd/41" ]; then
	same "TCP over IPv6" "$b,ends,b c,40u $m,ends-main,40u" \
		"$(name_of "$a" 41 | cut -d ' ' -f 2-)"
else
	skip "TCP over IPv6" "no ::1"
fi
same "UDP" "$b,ends,b c,43u $m,ends-main,43u" "$(name_of "$a" 42 | cut -d ' ' -f 2-)"
same "UDP, connected to itself" "$m,ends-main,44u" "$(name_of "$m" 44 | cut -d ' ' -f 2-)"
holds "TCP that is closing has no other end" \
	[ "$(name_of "$m" 46)" = "$(name_of "$m" 46 | cut -d ' ' -f 1)" ]

# peers_of PID FD: "PID,FD PID,FD,pending", as JSON has them
peers_of() {
	"$FDMAP" -nPwJ --columns=+peer -a -p "$1" -d "$2" | python3 -c 'import json, sys
for process in json.load(sys.stdin)["processes"]:
    for file in process["files"]:
        print(" ".join("%d,%s%s" % (p["pid"], p["fd"], ",pending" if p.get("pending") else "")
            for p in file.get("peers", [])))'
}
same "IPv4 to IPv6" "$m,52 $b,52" "$(peers_of "$a" 51)"
same "IPv6 to IPv4" "$m,51 $a,51" "$(peers_of "$b" 52)"
same "IPv4 to IPv6, as NAME has it" "$b,ends,b c,52u $m,ends-main,52u" \
	"$(name_of "$a" 51 | cut -d ' ' -f 2-)"
same "TCP, not accepted" "$m,50,pending $b,50,pending" "$(peers_of "$a" 53)"
same "TCP, who waits" "$m,53,pending $a,53,pending" "$(peers_of "$b" 50)"
same "TCP, not accepted by one address of several" "$m,57,pending $b,57,pending" \
	"$(peers_of "$a" 58)"
same "TCP, nobody waits at the other address" "" "$(peers_of "$m" 59)"
same "UDP, connected on one side" "$m,54 $b,54" "$(peers_of "$a" 55)"
same "UDP, connected on one side, as NAME has it" "$b,ends,b c,54u $m,ends-main,54u" \
	"$(name_of "$a" 55 | cut -d ' ' -f 2-)"
same "UDP server: all clients" "$m,55 $m,56 $a,55" "$(peers_of "$b" 54)"
same "UDP server: NAME does not list them" "*:*" \
	"$(name_of "$b" 54 | sed 's/:.*/:*/')"
same "TCP that is closing" "$m,47" "$(peers_of "$m" 46)"
same "UNIX datagram: all senders" "$m,61 $m,62 $a,61" "$(peers_of "$b" 60)"
same "UNIX, not accepted" "$m,26,pending $a,26,pending" "$(peers_of "$b" 29)"
same "UNIX, who waits" "$m,29,pending $b,29,pending" "$(peers_of "$a" 26)"
same "UNIX pair, both" "$m,24 $a,24 $l,24" "$(peers_of "$b" 25)"
same "pipe" "$m,20 $m,21 $b,21 $l,21$(echo "$copies" | sed 's/ [^ ]*,ends-long,[^ ]*//g')${copies:+ $l,300 $l,12345}" \
	"$(peers_of "$a" 20)"
same "FIFO" "$m,22 $m,23 $b,23" "$(peers_of "$a" 22)"
[ -z "$n" ] || same "pty" "$m,33 $b,33 $l,33" "$(peers_of "$a" 32)"
[ -z "$id" ] || same "eventfd" "$m,34 $b,34" "$(peers_of "$a" 34)"
same "column PEER" "$m,ends-main,50u(pending) $b,ends,b\\x20c,50u(pending)" \
	"$("$FDMAP" -nPw --columns=+peer -a -p "$a" -d 53 |
		sed -n '2s/.* TCP *\(.*)\)  *127.*/\1/p')"
same "+E: a server that was connected to" "$(printf '%s\n' "$m" "$a" "$b" | sort -n)" \
	"$("$FDMAP" -t +E -a -p "$a" -d 55)"
same "+E: no listener that has not accepted" "$a" "$("$FDMAP" -t +E -a -p "$a" -d 53,58)"

# Selected, with threads and without, whatever the other terms are.
expected=$(printf '%s\n' "$m" "$a" "$b" "$l" | sort -n)
same "+E: processes of the other ends" "$expected" "$("$FDMAP" -t +E -a -p "$m" -d 20-47)"
same "-E: none" "$m" "$("$FDMAP" -t -E -a -p "$m" -d 20-47)"
same "+E -i: the client, too" "$m $a $b" \
	"$("$FDMAP" -nPt +E -i "TCP:$tcp" | tr '\n' ' ' | sed 's/ $//')"
for n in 1 2 8; do
	"$FDMAP" --threads="$n" -nPw +E -a -p "$m" -d 20-48 >"$T/threads.$n"
done
holds "equal with one thread and with eight" cmp -s "$T/threads.1" "$T/threads.8"
holds "equal with one thread and with two" cmp -s "$T/threads.1" "$T/threads.2"

# Who is selected by sockets alone is not walked twice: what the one walk has seen tells the same
# ends as a listing of all descriptors, whoever is a row of it.
engines=proc
if "$FDMAP" --engine=bpf -t -p $$ >/dev/null 2>&1; then
	engines='proc bpf'
fi
with_peers() { "$FDMAP" -nPwjl --columns=pid,fd,name,peer -E "$@"; }
with_peers -p "$m,$a,$b,$l" >"$T/whole"
for engine in $engines; do
	for terms in -i -U --sockets -i4 -iUDP "-i TCP:$tcp" "-iTCP -sTCP:LISTEN" \
		"-i -U -sTCP:^ESTABLISHED" "-a -c ends-a -i" "-a -U -p $m" "-a -c ^ends-main --sockets" \
		"-a -d 20-38 --sockets" "-i -u ^4711"; do
		# shellcheck disable=SC2086 # several words
		with_peers --engine="$engine" $terms |
			grep -E "^[{]\"pid\":($m|$a|$b|$l)," >"$T/part"
		holds "$engine, $terms: ends as in a listing of all" \
			[ "$(grep -c peer "$T/part") $(grep -vxcFf "$T/whole" "$T/part")" = \
			"$(grep -c . "$T/part") 0" ]
		holds "$engine, $terms: there are some" [ -s "$T/part" ]
	done
done

# As lsof 4.95 has it, but for what later versions changed: the state of UDP.
lsof_same() {
	lsof "$@" >"$T/lsof.raw" 2>/dev/null
	"$FDMAP" "$@" >"$T/fdmap.raw" 2>/dev/null
	for f in lsof fdmap; do
		sed -E -e '/ UDP /s/ \(ESTABLISHED\)$/ /' -e '/ UDP /s/\(ESTABLISHED /(/' "$T/$f.raw" >"$T/$f.text"
	done
	if cmp -s "$T/lsof.text" "$T/fdmap.text"; then
		ok "lsof $*"
	else
		not_ok "lsof $*" "$(diff "$T/lsof.text" "$T/fdmap.text" | head -6)"
	fi
}
all=$m,$a,$b,$l
if have lsof && ! is_lsof; then
	lsof_same -nPE -a -p "$all" -d 20-48,300,12345
	lsof_same -nP +E -a -p "$m" -d 20,22,24,32,34,37
	lsof_same -nP +E -a -p "$m" -U
	lsof_same -nP +E -a -p "$m" -i -d 20-48
	lsof_same -nPE -a -p "$all" -d 50,53-54,57-62
	lsof_same -nP +E -a -p "$b" -d 33
	lsof_same -nP +E -a -p "$m,^$a" -d 20,37
	lsof_same -nPE -Tqs -a -p "$m" -d 20,24,37,42
	lsof_same -nPE -T -a -p "$m" -d 20,24,37,42
	lsof_same -nPE -Fpn -a -p "$m" -d 20-48
	lsof_same -nPE +c 15 -a -p "$m" -d 20,24
	lsof_same -nPE "$T/one/fifo"
	lsof_same -t +E -a -p "$m" -d 37
else
	skip "as lsof has it" "no lsof"
fi

# A message queue is one where its file system is mounted.
if is_root && have unshare && [ -e "/proc/$a/fd/48" ]; then
	mkdir "$T/mq"
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m true 2>/dev/null && unshare -m sh -c '
		mount -t mqueue none "$1/mq" 2>/dev/null || exit 77
		exec "$2" -wE -Fn -a -p "$3" -d 48' sh "$T" "$FDMAP" "$a" >"$T/mq.name"
	case $?$(cat "$T/mq.name") in
	77* | 1) skip "message queue" "namespaces or mounts are refused" ;;
	*) same "message queue" "/fdmap-ends-$m (deleted) $m,ends-main,48u $b,ends,b c,48u" \
		"$(sed -n 's/^n//p' "$T/mq.name")" ;;
	esac
else
	skip "message queue" "not root, or no queues"
fi

# Without privilege: the user's own processes.
python=/usr/bin/python3
[ -x $python ] || python=$(command -v python3)
if is_root && have setpriv && as_nobody "$python" -c ''; then
	prepare_nobody
	live=$LIVE
	mkdir "$T/lib"
	cp "$live/lib/ends.py" "$T/lib/"
	LIVE=$T
	if ends_start small as_nobody "$python"; then
		same "nobody: pipe" "$m,ends-main,21w" \
			"$("$NFDMAP" -nPwE -Fn -a -p "$m" -d 20 | sed -n 's/^npipe \([^ ]*\) .*/\1/p')"
		same "nobody: +E" "$(printf '%s\n' "$m" "$a" "$b" "$l" | sort -n)" \
			"$("$NFDMAP" -t +E -a -p "$m" -d 20-47)"
	else
		not_ok "ends as nobody" "did not start: $(tail -1 "$T/small.out")"
	fi
	LIVE=$live
else
	skip "ends as nobody" "not root, or no python3 for it"
fi
finish
