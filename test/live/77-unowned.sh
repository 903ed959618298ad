#!/bin/sh
# SPDX-License-Identifier: MIT
# Sockets that nobody holds: each reason made on purpose, against ss, and beside churn.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"
UNHELD="python3 $LIVE/lib/unheld.py"

is_lsof && { skip unowned "lsof has no --unowned"; finish; }
have python3 || { skip unowned "no python3"; finish; }

# made NAME: waits until the maker has started by `start NAME` is done
made() { await 20 grep -q '^ready' "$T/$1.out"; }
# word NAME KEY: what follows KEY in its output
word() { awk -v k="$2" '{ for (i = 1; i < NF; i++) if ($i == k) { print $(i + 1); exit } }' "$T/$1.out"; }
# unowned ARG...: the rows of nobody
unowned() { "$FDMAP" -nP --unowned "$@" 2>"$T/err" | awk '$1 == "-" && $2 == "-"'; }
# reason ROWS PATTERN: the words in brackets of the row that matches
reason() { printf '%s\n' "$1" | grep -e "$2" | sed -n 's/.*\[\([^]]*\)\]$/\1/p'; }

time_wait() {
	# shellcheck disable=SC2086
	start tw $UNHELD time-wait
	made tw || { not_ok time-wait "not made"; return; }
	_port=$(word tw port)
	same time-wait "time-wait, nobody holds it" \
		"$(reason "$(unowned -i "TCP:$_port")" "$(word tw client)")"
	"$FDMAP" -nP --unowned -i "TCP:$_port" >/dev/null 2>&1
	same time-wait-is-found 0 $?
	"$FDMAP" -nP -i "TCP:$_port" >/dev/null 2>&1
	same time-wait-without-the-option 1 $?
	same never-terse "" "$("$FDMAP" -t --unowned -i "TCP:$_port" 2>&1)"
	same state-hides "" "$(unowned -i "TCP:$_port" -s TCP:LISTEN)"
	same state-selects 1 "$(unowned -i "TCP:$_port" -s TCP:TIME_WAIT | wc -l)"
}

pending() {
	# shellcheck disable=SC2086
	start pe $UNHELD pending
	_pid=$started
	# shellcheck disable=SC2086
	start pe6 $UNHELD pending6
	_pid6=$started
	if ! made pe || ! made pe6; then
		not_ok pending "not made"
		return
	fi
	_port=$(word pe port)
	same pending "waits to be accepted at 127.0.0.1:$_port by $_pid,python3,$(word pe fd)u" \
		"$(reason "$(unowned -i)" ":$_port->127.0.0.1:$(word pe client) ")"
	_port=$(word pe6 port)
	same pending-at-both-versions "waits to be accepted at *:$_port by $_pid6,python3,$(word pe6 fd)u" \
		"$(reason "$(unowned -i)" ":$_port->127.0.0.1:$(word pe6 client) ")"
	same process-terms-select-none "" "$(unowned -a -i -p "$_pid")"
	same fd-terms-select-none "" "$(unowned -d 3)"
	same process-or-port 1 "$(unowned -p "$_pid" -i "TCP:$_port" | wc -l)"
}

embryo() {
	_path=$T/embryo
	# shellcheck disable=SC2086
	start em $UNHELD embryo "$_path"
	_pid=$started
	made em || { not_ok unix-pending "not made"; return; }
	_why="waits to be accepted at $_path by $_pid,python3,$(word em fd)u"
	same unix-pending "$_why" "$(reason "$(unowned -U)" "$_path")"
	same unix-pending-by-name "$_why" "$(reason "$(unowned "$_path")" "$_path")"
	# Without DEVICE, too, where sock_diag would say it shorter.
	same unix-pending-in-fields "n$_path type=STREAM [$_why]" \
		"$("$FDMAP" -nP --unowned -Fn "$_path" 2>&1 | grep waits)"
	same unix-pending-not-inet "" "$(reason "$(unowned -i)" "$_path")"
}

orphan() {
	# shellcheck disable=SC2086
	start or $UNHELD orphan
	made or || { not_ok orphan "not made"; return; }
	same orphan "orphaned, closed by its holder" \
		"$(reason "$(unowned -i "TCP:$(word or port)")" ":$(word or client)->.*(FIN_WAIT1)")"
}

flight() {
	# shellcheck disable=SC2086
	start fl $UNHELD flight
	_pid=$started
	made fl || { not_ok in-flight "not made"; return; }
	grep -q scm_fds "/proc/$_pid/fdinfo/$(word fl fd)" || {
		skip in-flight "this kernel does not tell of descriptors in messages"
		return
	}
	_got=$(reason "$(unowned -i "UDP:$(word fl port)")" "$(word fl inode)")
	case $_got in
	"perhaps in flight:"*) ok in-flight ;;
	*) not_ok in-flight "$_got" ;;
	esac
	_json=$("$FDMAP" -nP -J --unowned -i "UDP:$(word fl port)" | python3 -c '
import json, sys
for p in json.load(sys.stdin)["processes"]:
    for f in p["files"]:
        for h in f.get("unowned", {}).get("holders", []):
            print(p["pid"], f["unowned"]["reason"], h["pid"], h["fd"])' |
		grep -c "^None in-flight $_pid $(word fl fd)\$")
	same in-flight-in-json 1 "$_json"
}

ring() {
	start ri "$BUILD/live/ring"
	_pid=$started
	made ri || { skip io-uring "no io_uring here"; return; }
	grep -q "socket:\[$(word ri inode)\]" "/proc/$_pid/fdinfo/$(word ri fd)" || {
		skip io-uring "this kernel does not tell what is registered"
		return
	}
	same io-uring "registered in an io_uring of $_pid,ring,$(word ri fd)u" \
		"$(reason "$(unowned -i "UDP:$(word ri port)")" "$(word ri inode)")"
}

in_thread() {
	# shellcheck disable=SC2086
	start th $UNHELD thread
	made th || { not_ok thread "not made"; return; }
	grep -q cannot "$T/th.out" && { skip thread "descriptors cannot be unshared here"; return; }
	same held-by-a-thread "" "$(unowned -i "UDP:$(word th port)")"
}

hidden() {
	# shellcheck disable=SC2086
	start he $UNHELD held
	made he || { not_ok hidden "not made"; return; }
	same held "" "$(unowned -i "UDP:$(word he port)")"
	if ! is_root || ! have setpriv || ! prepare_nobody; then
		skip hidden "not root"
		return
	fi
	_got=$("$NFDMAP" -nP --unowned -i "UDP:$(word he port)" 2>/dev/null)
	case $(reason "$_got" "$(word he inode)") in
	"perhaps held by a process that may not be read"*) ok hidden ;;
	*) not_ok hidden "$_got" ;;
	esac
}

kernel() {
	_n=$(awk 'NR > 1 && $3 == 0' /proc/net/netlink | wc -l)
	[ "$_n" -gt 0 ] || { skip kernel "no netlink sockets"; return; }
	same kernel "$_n" "$(unowned --sockets | grep -c "netlink.*\[the kernel's own\]")"
}

# In a namespace of its own: an address whose answers go nowhere.
syn_recv() {
	if ! is_root || ! have ip || ! have unshare || ! have nsenter; then
		skip syn-recv "not root, or no ip"
		return
	fi
	cat >"$T/ns.sh" <<-'EOF'
		ip link set lo up && ip link add v0 type veth peer name v1 &&
			ip addr add 10.71.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up &&
			ip neigh add 10.71.0.2 lladdr 02:00:00:00:00:02 dev v0 || exit 77
		exec "$@"
	EOF
	# shellcheck disable=SC2086
	start sy unshare -n sh "$T/ns.sh" $UNHELD syn-recv 10.71.0.1 10.71.0.2
	_pid=$started
	made sy || { skip syn-recv "no namespace"; return; }
	_ns="nsenter -t $_pid -n"
	# shellcheck disable=SC2086
	await 5 sh -c "$_ns grep -q ' 03 ' /proc/net/tcp" ||
		{ skip syn-recv "the packet makes no connection here"; return; }
	_why="syn-recv, for 10.71.0.1:$(word sy port) of $_pid,python3,$(word sy fd)u"
	# shellcheck disable=SC2086
	same syn-recv "$_why" "$(reason "$($_ns "$FDMAP" -nP --unowned -i)" ':4321 ')"
	same not-of-another-namespace "" "$(reason "$(unowned -i)" ':4321 ')"
	_got=$("$FDMAP" -nP --unowned --netns="$_pid" -i 2>&1 | grep ':4321 ')
	case $_got in
	*"[netns "*"] [$_why]") ok syn-recv-by-netns ;;
	*) not_ok syn-recv-by-netns "$_got" ;;
	esac
	same only-that-namespace "" "$(unowned --netns="$_pid" -i | grep -v '\[netns ')"
}

# Every socket ss knows is held or unowned.
against_ss() {
	have ss || { skip against-ss "no ss"; return; }
	is_root || { skip against-ss "not root"; return; }
	for _try in 1 2 3 4 5; do
		ss -Hnaetux >"$T/ss.before"
		"$FDMAP" -nP -J --sockets --unowned >"$T/fdmap.json" 2>/dev/null
		ss -Hnaetux >"$T/ss.after"
		python3 "$LIVE/lib/unheld_ss.py" "$T/ss.before" "$T/fdmap.json" "$T/ss.after" \
			>"$T/ss.diff" && break
	done
	same against-ss "" "$(cat "$T/ss.diff")"
}

# What is held all the time is never called unowned, whatever else comes and goes.
churn() {
	# shellcheck disable=SC2086
	start many $UNHELD many 50
	made many || { not_ok churn "not made"; return; }
	start churn "$BUILD/live/churn"
	_churn=$started
	tr ' ' '\n' <"$T/many.out" | grep '^[0-9]' >"$T/inodes"
	: >"$T/wrong"
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		for _how in --sockets -i -U; do
			unowned "$_how" | grep -w -F -f "$T/inodes" >>"$T/wrong"
		done
	done
	kill -0 "$_churn" 2>/dev/null || not_ok churn "the churn has ended"
	same held-beside-churn "" "$(cat "$T/wrong")"
	# The same question must be able to find one of them.
	same held-is-listed 200 "$("$FDMAP" -nP -FdiK --sockets --unowned 2>/dev/null |
		sed -n 's/^[di]//p' | sort -u | grep -c -x -F -f "$T/inodes")"
}

time_wait
pending
embryo
orphan
flight
ring
in_thread
hidden
kernel
syn_recv
end_all
against_ss
churn
finish
