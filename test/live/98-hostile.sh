#!/bin/sh
# SPDX-License-Identifier: MIT
# Names that nobody should print as they are, of all there is: every format tells what the name really is, and
# nothing of it is an order to a terminal. As root in namespaces of its own, for mounts, interfaces and a name server.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip hostile "lsof is what it is"; finish; }
have python3 || { skip hostile "no python3"; finish; }
# A listing where a whole test has fewer rights has no names to compare.
[ -z "${FDMAP_WORLD:-}" ] || { skip hostile "needs the links of its own processes"; finish; }
if [ -z "${HOSTILE_INSIDE:-}" ]; then
	if is_root && have ip && have unshare && unshare -n -m -p -f --mount-proc true 2>/dev/null; then
		# With PIDs of its own a listing of everything is as short as the test.
		HOSTILE_INSIDE=1 unshare -n -m -p -f --mount-proc "$0"
		exit $?
	fi
	skip "mounts, interfaces, namespaces, names of hosts and users" "no root, or no namespaces"
else
	export HOSTILE_WORLD=1
fi

# ---- a cast, in every format ----

python3 "$LIVE/lib/hostile.py" "$T" <"$T/.in" >"$T/cast.out" 2>&1 9>&- &
pids="$! $pids"
await 30 grep -q ready "$T/cast.out" || { not_ok cast "$(tail -n 3 "$T/cast.out")"; finish; }
python3 "$LIVE/lib/hostile_check.py" "$FDMAP" "$T" >"$T/verdicts" 2>&1 ||
	not_ok "check of formats" "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# ---- words that are typed, and what only a recorded tree has ----

python3 "$LIVE/../lib/untree" "$LIVE/../trees/hostile.tree" "$T/tree"
python3 "$LIVE/lib/hostile_words.py" "$FDMAP" "$T/tree" >"$T/verdicts" 2>&1 ||
	not_ok "check of words" "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# ---- names that the system gives ----

[ -n "${HOSTILE_WORLD:-}" ] || finish
ip link set lo up
for n in $(seq 16); do
	ip address add "10.99.0.$n/32" dev lo
done
mkdir "$T/etc"
printf '127.0.0.1 localhost\n10.99.0.16 \033[2J\302\233\342\200\256host\n' >"$T/etc/hosts"
printf 'nameserver 127.0.0.1\noptions attempts:1 timeout:20\n' >"$T/etc/resolv.conf"
printf '%s: files\n' passwd group services protocols >"$T/etc/nsswitch.conf"
echo 'hosts: files dns' >>"$T/etc/nsswitch.conf"
printf '\033[2J\342\200\256\302\233root:x:0:0::/root:/bin/sh\n' >"$T/etc/passwd"
printf '\033[2J\342\200\256\302\233svc 7000/tcp\n\033]0;udp\a 7001/tcp\n' >"$T/etc/services"
for file in hosts resolv.conf nsswitch.conf passwd services; do
	[ -e "/etc/$file" ] || { skip "names of the system" "there is no /etc/$file"; finish; }
	mount --bind "$T/etc/$file" "/etc/$file" || { skip "names of the system" "mount --bind refused"; finish; }
done
# A cache of names would answer itself.
[ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd
mkdir -p /run/netns && mount -t tmpfs none /run/netns
python3 "$LIVE/lib/hostile_names.py" "$FDMAP" "$T" "$LIVE" >"$T/verdicts" 2>&1 ||
	not_ok "check of names" "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"
finish
