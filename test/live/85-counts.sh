#!/bin/sh
# SPDX-License-Identifier: MIT
# --count=LIST and --summary beside the same rows counted by others, /proc and net/sockstat.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip counts "lsof counts nothing"; finish; }
have python3 || { skip counts "no python3"; finish; }
schema=$(realpath "$LIVE/../../docs/fdmap-totals.schema.json")

# number FILE KEY...: one number of a summary
number() {
	python3 -c 'import json, sys
at = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    at = at[int(key) if key.isdigit() else key]
print(at)' "$@"
}

zoo_fds() { find "/proc/$zoo_pid/fd" -mindepth 1 | wc -l; }

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }

# ---- groups: what uniq counts of the same rows -------------------------------------------

"$FDMAP" -nP -p "$zoo_pid" -Ft 2>/dev/null | sed -n 's/^t//p' | LC_ALL=C sort | uniq -c |
	awk '{ print $1 "\t" $2 }' | LC_ALL=C sort >"$T/by-type"
"$FDMAP" -nP -p "$zoo_pid" --count=type --tsv 2>/dev/null | sed 1d >"$T/types"
holds "there is something to count" test "$(wc -l <"$T/by-type")" -gt 5
same "types as uniq counts them" "$(cat "$T/by-type")" "$(LC_ALL=C sort "$T/types")"
same "the most frequent first" "$(cat "$T/types")" \
	"$(LC_ALL=C sort -t "$(printf '\t')" -k1,1nr -k2,2 "$T/types")"
same "all groups are all rows" "$("$FDMAP" -p "$zoo_pid" --count)" \
	"$(awk '{ n += $1 } END { print n }' "$T/types")"
same "descriptors of a process" "$(zoo_fds)" \
	"$("$FDMAP" -a -p "$zoo_pid" -d 0-999999 --count=pid --tsv | awk 'NR == 2 { print $1 }')"
"$FDMAP" -nP -p "$zoo_pid" --count=comm,type,state,local,size -J >"$T/count document" 2>/dev/null
"$FDMAP" -nP -p "$zoo_pid" --count=comm,type,detail,lock_waiters -j >"$T/count lines" 2>/dev/null

if have strace; then
	strace -f -e trace=openat,statx,socket -o "$T/calls" \
		"$FDMAP" -a -p "$zoo_pid" -d 0-999999 --count=comm >/dev/null 2>&1
	same "what the columns do not show is not read" 0 \
		"$(grep -cE 'statx\([0-9]+, "[0-9]|fdinfo|/net/|NETLINK_SOCK_DIAG' "$T/calls")"
	strace -f -e trace=openat,statx,socket -o "$T/calls" \
		"$FDMAP" -a -p "$zoo_pid" -d 0-999999 --count=flags,size,state >/dev/null 2>&1
	for what in 'statx\([0-9]+, "[0-9]' fdinfo NETLINK_SOCK_DIAG; do
		holds "what they show is read: $what" grep -qE "$what" "$T/calls"
	done
else
	skip "what the columns do not show is not read" "no strace"
fi

# ---- the page ----------------------------------------------------------------------------

"$FDMAP" -nP -p "$zoo_pid" --summary -J >"$T/zoo summary" 2>/dev/null
same "the page: descriptors" "$(zoo_fds)" \
	"$(number "$T/zoo summary" descriptors total)"
same "the page: rows without a number" \
	"$("$FDMAP" -nP -p "$zoo_pid" -Ff 2>/dev/null | sed -n 's/^f//p' | grep -vc '^[0-9]')" \
	"$(number "$T/zoo summary" descriptors others)"
same "the page: descriptors open, by their limit" "$(zoo_fds)" \
	"$(number "$T/zoo summary" limits nearest 0 nfds)"
same "the page: the limit" "$(awk '/^Max open files/ { print $4 }' "/proc/$zoo_pid/limits")" \
	"$(number "$T/zoo summary" limits nearest 0 nofile)"
# Sockets by inode: what several descriptors have is one.
same "the page: sockets" \
	"$(find "/proc/$zoo_pid/fd" -lname 'socket:*' -printf '%l\n' | sort -u | wc -l)" \
	"$(number "$T/zoo summary" sockets total)"
"$FDMAP" --summary -j >"$T/whole summary" 2>/dev/null
python3 "$LIVE/lib/totals.py" schema "$schema" "$T/zoo summary" "$T/whole summary" \
	"$T/count document" "$T/count lines" >"$T/verdicts" 2>&1
take_verdicts "$T/verdicts"
"$FDMAP" -p "$zoo_pid" --summary >"$T/page" 2>/dev/null
holds "the page says that it is narrowed" grep -q 'of the rows selected$' "$T/page"
"$FDMAP" --summary >"$T/page" 2>/dev/null
same "the page of all says nothing of the kind" 0 "$(grep -c selected "$T/page")"

if is_root && have setpriv; then
	prepare_nobody
	"$NFDMAP" --summary -J >"$T/nobody summary" 2>/dev/null
	holds "nobody is told what was not seen" \
		test "$(number "$T/nobody summary" seen processes_unlisted)" -gt 0
else
	skip "nobody is told what was not seen" "not root"
fi

# ---- a network namespace where nothing else is --------------------------------------------

if ! is_root || ! have unshare || ! have ip || ! have nsenter || ! unshare -n true 2>/dev/null; then
	skip "totals of a network namespace" "no network namespaces"
	finish
fi
mkdir "$T/hold"
# shellcheck disable=SC2016 # the inner shell's
(cd "$T/hold" && exec unshare -n sh -c 'ip link set lo up && exec python3 "$0" holder' \
	"$LIVE/lib/totals.py" <"$T/.in" >"$T/holder.out" 2>&1 9>&-) &
holder=$!
pids="$holder $pids"
if ! await 20 grep -q '^ready' "$T/holder.out"; then
	not_ok "totals of a network namespace" "$(cat "$T/holder.out")"
	finish
fi
inside() { nsenter --net="/proc/$holder/ns/net" "$@"; }
inside "$FDMAP" -nP -i --summary -J >"$T/inside" 2>"$T/inside.err"
sockstat() { inside cat "/proc/net/$1" 2>/dev/null | sed -n "s/^$2:.* $3 \\([0-9]*\\).*/\\1/p"; }

python3 - "$T/inside" >"$T/counted" <<-'END'
	import json, sys
	page = json.load(open(sys.argv[1]))
	counted = {}
	for one in page["sockets"]["protocols"]:
	    for state in one["states"] or [dict(one, state=None)]:
	        # The kernel counts what is only remembered by itself.
	        if state.get("state") == "TIME_WAIT":
	            counted["tw"] = state["total"]
	            continue
	        for version in "ipv4", "ipv6":
	            key = one["protocol"] + version
	            counted[key] = counted.get(key, 0) + state.get(version, 0)
	    if one["protocol"] == "udp":
	        counted["udpipv4"], counted["udpipv6"] = one["ipv4"], one["ipv6"]
	for key in "tcpipv4", "tcpipv6", "udpipv4", "udpipv6", "tw":
	    print(key, counted.get(key, 0))
END
counted() { sed -n "s/^$1 //p" "$T/counted"; }
same "TCP over IPv4 as the kernel counts" "$(sockstat sockstat TCP inuse)" "$(counted tcpipv4)"
same "TCP over IPv6 as the kernel counts" "$(sockstat sockstat6 TCP6 inuse)" "$(counted tcpipv6)"
same "UDP over IPv4 as the kernel counts" "$(sockstat sockstat UDP inuse)" "$(counted udpipv4)"
same "UDP over IPv6 as the kernel counts" "$(sockstat sockstat6 UDP6 inuse)" "$(counted udpipv6)"
same "TIME_WAIT as the kernel counts" "$(sockstat sockstat TCP tw)" "$(counted tw)"
same "one of them is remembered" 1 "$(number "$T/inside" unowned reasons time-wait)"
same "two wait to be accepted" 2 \
	"$(number "$T/inside" unowned reasons pending)"
same "the kernel's own total is told" "$(sockstat sockstat TCP inuse)" \
	"$(number "$T/inside" kernel namespace TCP inuse)"
same "the fullest listener stands first: who waits" 2 \
	"$(number "$T/inside" listeners fullest 0 backlog_used)"
same "the fullest listener stands first: who may" 1 \
	"$(number "$T/inside" listeners fullest 0 backlog_max)"
same "three listen" 3 "$(number "$T/inside" listeners total)"

"$FDMAP" -nP -p "$holder" --summary -J >"$T/holder" 2>/dev/null
same "deleted files, each once" "2 71000" \
	"$(number "$T/holder" deleted files) $(number "$T/holder" deleted bytes)"
same "the largest" 70000 "$(number "$T/holder" deleted holders 0 largest_size)"
if have findmnt; then
	same "the file system they are on" "$(findmnt -no TARGET -T "$T/hold")" \
		"$(number "$T/holder" deleted filesystems 0 mount)"
else
	skip "the file system they are on" "no findmnt"
fi
finish
