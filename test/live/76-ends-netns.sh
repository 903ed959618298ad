#!/bin/sh
# SPDX-License-Identifier: MIT
# Other ends in another network namespace: over a veth pair, and UNIX sockets that both can reach.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_root || { skip ends-netns "not root"; finish; }
have ip || { skip ends-netns "no ip"; finish; }
have python3 || { skip ends-netns "no python3"; finish; }
is_lsof && { skip ends-netns "lsof has none"; finish; }

nsa=ends-a-$$ nsb=ends-b-$$
# shellcheck disable=SC2317 # the trap calls it
leave() {
	end_all
	ip netns del "$nsa" 2>/dev/null
	ip netns del "$nsb" 2>/dev/null
	clean_up
}
trap leave EXIT
if ! { ip netns add "$nsa" && ip netns add "$nsb" &&
	nsenter --net=/run/netns/"$nsa" ip link add veth-a type veth peer name veth-b netns "$nsb" &&
	nsenter --net=/run/netns/"$nsa" ip addr add 10.77.0.1/24 dev veth-a &&
	nsenter --net=/run/netns/"$nsb" ip addr add 10.77.0.2/24 dev veth-b &&
	nsenter --net=/run/netns/"$nsa" ip link set lo up && nsenter --net=/run/netns/"$nsa" ip link set veth-a up &&
	nsenter --net=/run/netns/"$nsb" ip link set lo up && nsenter --net=/run/netns/"$nsb" ip link set veth-b up; } 2>"$T/ip.err"; then
	skip ends-netns "no namespaces or no veth: $(tail -1 "$T/ip.err")"
	finish
fi
mkdir "$T/sockets"
python3 "$LIVE/lib/endsnet.py" "$nsa" "$nsb" "$T/sockets" <"$T/.in" >"$T/ends.out" 2>&1 9>&- &
pids="$! $pids"
await 20 grep -q '^ready' "$T/ends.out" ||
	{ not_ok ends-netns "did not start: $(tail -1 "$T/ends.out")"; finish; }
a=$(sed -n 's/^ends-a //p' "$T/ends.out")
b=$(sed -n 's/^ends-b //p' "$T/ends.out")
pids="$a $b $pids"

# in_ns NAME ARGUMENTS...: as seen from that namespace
in_ns() {
	_ns=$1
	shift
	nsenter --net="/run/netns/$_ns" "$FDMAP" "$@"
}
# peers_of NAMESPACE PID FD: "PID,FD PID,FD,pending", as JSON has them
peers_of() {
	in_ns "$1" -nPwJ --columns=+peer -a -p "$2" -d "$3" | python3 -c 'import json, sys
for process in json.load(sys.stdin)["processes"]:
    for file in process["files"]:
        print(" ".join("%d,%s%s" % (p["pid"], p["fd"], ",pending" if p.get("pending") else "")
            for p in file.get("peers", [])))'
}
# name_of NAMESPACE PID FD: the NAME with its ends, without addresses
name_of() { in_ns "$1" -nPwE -Fn -a -p "$2" -d "$3" | sed -n 's/^n//p' | cut -d ' ' -f 2-; }

# From each side, and from a namespace that is neither.
for ns in "$nsa" "$nsb" ""; do
	from=${ns:-outside}
	from=${from%"-$$"}
	if [ -z "$ns" ]; then
		in_ns() {
			shift
			"$FDMAP" "$@"
		}
	fi
	same "$from: TCP, client" "$b,20" "$(peers_of "$ns" "$a" 20)"
	same "$from: TCP, server" "$a,20" "$(peers_of "$ns" "$b" 20)"
	same "$from: TCP, not accepted" "$b,21,pending" "$(peers_of "$ns" "$a" 22)"
	same "$from: TCP, who waits" "$a,22,pending" "$(peers_of "$ns" "$b" 21)"
	same "$from: UDP" "$b,23" "$(peers_of "$ns" "$a" 23)"
	same "$from: UDP, back" "$a,23" "$(peers_of "$ns" "$b" 23)"
	same "$from: UDP, connected on one side" "$b,24" "$(peers_of "$ns" "$a" 24)"
	same "$from: UNIX, client" "$b,27" "$(peers_of "$ns" "$a" 25)"
	same "$from: UNIX, server" "$a,25" "$(peers_of "$ns" "$b" 27)"
	same "$from: UNIX, who waits" "$a,28,pending" "$(peers_of "$ns" "$b" 26)"
	same "$from: UNIX datagram" "$a,29" "$(peers_of "$ns" "$b" 30)"
	same "$from: UNIX pair" "$b,33" "$(peers_of "$ns" "$b" 32)"
	same "$from: the same addresses in both" "$a,37" "$(peers_of "$ns" "$a" 36)"
	same "$from: the same addresses in both, there" "$b,36" "$(peers_of "$ns" "$b" 37)"
	same "$from: +E" "$(printf '%s\n' "$a" "$b" | sort -n)" \
		"$(in_ns "$ns" -wt +E -a -p "$a" -d 20)"
	same "$from: +E, back" "$(printf '%s\n' "$a" "$b" | sort -n)" \
		"$(in_ns "$ns" -wt +E -a -p "$b" -d 27)"
	for n in 1 2 8; do
		in_ns "$ns" --threads="$n" -nPw +E -a -p "$a" -d 20-40 >"$T/threads.$n"
	done
	holds "$from: equal with one thread and with eight" cmp -s "$T/threads.1" "$T/threads.8"
	holds "$from: equal with one thread and with two" cmp -s "$T/threads.1" "$T/threads.2"
done
in_ns() {
	_ns=$1
	shift
	nsenter --net="/run/netns/$_ns" "$FDMAP" "$@"
}
same "NAME" "$b,ends-b,20u" "$(name_of "$nsa" "$a" 20)"
same "NAME, foreign" "$a,ends-a,20u [netns $nsb]" "$(name_of "$nsa" "$b" 20)"
same "UNIX datagram, who sends is elsewhere" "$b,30" \
	"$(peers_of "$nsa" "$a" 29)"
holds "its socket is told by its inode" test "$(in_ns "$nsa" -nPwE -Fn -a -p "$a" -d 25 |
	sed -n 's/.*->INO=\([0-9]*\).*/\1/p')" = "$(readlink "/proc/$b/fd/27" | tr -dc 0-9)"

# What is found here needs nothing from elsewhere.
entered() {
	nsenter --net="/run/netns/$nsa" strace -f -e trace=setns -o "$T/strace" \
		"$FDMAP" -nPwE -a -p "$a" -d "$1" >/dev/null 2>&1
	grep -c setns "$T/strace"
}
if have strace && nsenter --net="/run/netns/$nsa" strace -o /dev/null true 2>/dev/null; then
	same "found here: nowhere else is looked" 0 "$(entered 36)"
	holds "not found here: elsewhere is looked" [ "$(entered 20)" -gt 0 ]
else
	skip "found here: nowhere else is looked" "no strace, or it may not trace"
fi
finish
