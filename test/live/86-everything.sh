#!/bin/sh
# SPDX-License-Identifier: MIT
# With --unowned and --netns=all every socket that ss -a and netstat -an list is a row, inode by inode.

# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_root || { skip everything "not root"; finish; }
is_lsof && { skip everything "lsof has no --unowned"; finish; }
for program in ip ss python3 nsenter; do
	have "$program" || { skip everything "no $program"; finish; }
done
NS=fdt$$e
made=
# shellcheck disable=SC2317 # by the trap
leave() {
	end_all
	[ -z "$made" ] || ip netns del "$NS" 2>/dev/null
	clean_up
}
trap leave EXIT
COLUMNS_ASKED=proto,protocol,portid,netns,sock_ino,local,remote,state

# Sockets of every kind, held and not: the zoo; ended, waiting and half-made connections.
zoo_start "$T/zoo" || { not_ok zoo "not started"; finish; }
for one in time-wait pending pending6; do
	start "$one" python3 "$LIVE/lib/unheld.py" "$one"
	await 10 grep -q ready "$T/$one.out" || not_ok "$one" "$(cat "$T/$one.out")"
done

# shellcheck disable=SC2317 # passed by name
ss_all() { ss -aenHO 2>/dev/null || true; }
# shellcheck disable=SC2317 # passed by name
netstat_all() { netstat -aneW 2>/dev/null; }

# missing_in PEER NETNS COMMAND...: what is there before and after, and in no row.
missing_in() {
	_peer=$1 _netns=$2
	shift 2
	# Sockets that end and begin anew between the three are not what is looked for.
	for _try in 1 2 3; do
		"$@" >"$T/$_peer.before"
		"$FDMAP" -nP --sockets --unowned --netns=all --columns="$COLUMNS_ASKED" -j \
			>"$T/rows" 2>"$T/rows.err" || :
		"$@" >"$T/$_peer.after"
		_found=$(python3 "$LIVE/lib/everything.py" "$_peer" "$_netns" "$T/$_peer.before" \
			"$T/rows" "$T/$_peer.after" 2>&1) && break
	done
	case $_found in
	[1-9]*" sockets, 0 missing") ok "$_peer $3" ;;
	*) not_ok "$_peer $3" "$_found" ;;
	esac
}

own=$(readlink /proc/self/ns/net | tr -dc 0-9)
# A name, if ours has one.
for name in /run/netns/*; do
	[ -e "$name" ] && [ "$(stat -Lc %i "$name")" = "$own" ] && own=${name##*/}
done
missing_in ss "$own" ss_all
if have netstat; then
	missing_in netstat "$own" netstat_all
else
	skip netstat "no netstat"
fi

# And what they list in another namespace.
if ip netns add "$NS" 2>"$T/add.err"; then
	made=1
	nsenter --net="/run/netns/$NS" ip link set lo up
	start guest nsenter --net="/run/netns/$NS" python3 "$LIVE/lib/unheld.py" pending
	start gone nsenter --net="/run/netns/$NS" python3 "$LIVE/lib/unheld.py" time-wait
	for one in guest gone; do
		await 10 grep -q ready "$T/$one.out" || not_ok "$one" "$(cat "$T/$one.out")"
	done
	# shellcheck disable=SC2317 # passed by name
	ss_there() { nsenter --net="/run/netns/$NS" ss -aenHO 2>/dev/null || true; }
	# shellcheck disable=SC2317 # passed by name
	netstat_there() { nsenter --net="/run/netns/$NS" netstat -aneW 2>/dev/null; }
	missing_in ss "$NS" ss_there
	if have netstat; then missing_in netstat "$NS" netstat_there; fi
else
	skip "another namespace" "ip netns add: $(cat "$T/add.err")"
fi
finish
