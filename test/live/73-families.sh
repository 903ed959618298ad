#!/bin/sh
# SPDX-License-Identifier: MIT
# Every family of sockets that this kernel has, as each source of sockets tells of it.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip families "no python3"; finish; }
is_lsof && { skip families "lsof has one source"; finish; }

kinds="tcp4 tcp6 mapped4 tcp-half tcp-bound mptcp udp4 udp6 udp-unbound udplite raw raw6 raw-any ping
	packet netlink netlinks unix unix-dgram unix-odd unix-pairs unix-abstract vsock vsock-seq xdp rare"

# check WORLD SOURCE: the rows in $zoo_out, by that source
check() {
	printf '#!/bin/sh\nexec "%s" --socket-source=%s "$@"\n' "${run:-$FDMAP}" "$2" >"$T/by-$2"
	chmod 755 "$T/by-$2"
	# Addresses in the kernel are the text's alone.
	if [ "$2" = diag ]; then
		sed -E 's/0x[0-9a-f]{16}/0x0000000000000000/' "$zoo_out" >"$T/rows"
	else
		cp "$zoo_out" "$T/rows"
	fi
	python3 "$LIVE/lib/zoo_check.py" "$T/by-$2" "$T/rows" >"$T/verdicts.raw" 2>&1 ||
		not_ok "$1, by $2" "$(tail -3 "$T/verdicts.raw")"
	# What is refused is said once.
	sed -nE "s/^(ok|not ok) /&$1, by $2: /p" "$T/verdicts.raw" >"$T/verdicts"
	take_verdicts "$T/verdicts"
}

# shellcheck disable=SC2086 # words are meant
zoo_start "$T/zoo" $kinds || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
for source in text diag auto; do
	check here "$source"
done
sed -nE 's/^skip ([^ ]*)/&:/p' "$zoo_out" >"$T/verdicts"
take_verdicts "$T/verdicts"

# By port and by state: what is MPTCP is found as what it is made of.
port=$(awk -F '\t' '$6 == "TCP" && / \(LISTEN\)/ { print $7 }' "$zoo_out" |
	sed 's/ (LISTEN)//; s/.*://' | sort -n)
for source in text diag; do
	same "listeners, by $source" "$port" "$("$FDMAP" -nP -a -p "$zoo_pid" -iTCP -sTCP:LISTEN \
		--socket-source=$source -Fn | sed -n 's/^n.*://p' | sort -n)"
done

# Other ends are told whichever source tells of the sockets.
for source in text diag; do
	"$FDMAP" -nP -E -a -p "$zoo_pid" --sockets --socket-source=$source | sed -E 's/0x[0-9a-f]{16}/ADDRESS/' \
		>"$T/ends.$source"
done
same "other ends" "$(cat "$T/ends.text")" "$(cat "$T/ends.diag")"
holds "there are some" grep -q " $zoo_pid,zoo,[0-9]*u" "$T/ends.text"

# In another namespace: only named, by either source, each of them with where it is.
if is_root && have unshare && unshare -n true 2>/dev/null; then
	mkdir "$T/there"
	zoo_out=$T/there.rows
	# shellcheck disable=SC2016,SC2086 # for the other shell; words are meant
	(cd "$T/there" && exec unshare -n sh -c 'ip link set lo up 2>/dev/null; exec "$0" "$@"' \
		"$BUILD/live/zoo" $kinds <"$T/.in" >"$zoo_out" 2>&1 9>&-) &
	pids="$! $pids"
	if await 20 grep -q '^ready' "$zoo_out"; then
		zoo_pid=$(sed -n 's/^ready //p' "$zoo_out")
		where=$(stat -L -c %i "/proc/$zoo_pid/ns/net")
		# Each name says where; here it is taken away, to be compared as before.
		printf '#!/bin/sh\n"%s" "$@" | sed "s/ \\[netns %s\\]//"\n' "$FDMAP" "$where" >"$T/there.sh"
		chmod 755 "$T/there.sh"
		run=$T/there.sh
		for source in text diag; do
			check there "$source"
			# But for those in no table, of which nothing is known.
			same "each says where, by $source" "" "$("$FDMAP" -nP -a -p "$zoo_pid" \
				--sockets -d 0-999 --netns=all --socket-source=$source -Fn |
				grep '^n' | grep -vF " [netns $where]" | grep -v '^nprotocol: ')"
		done
	else
		not_ok "zoo, there" "did not start: $(tail -1 "$zoo_out")"
	fi
else
	skip "in another namespace" "not root, or no namespaces"
fi
finish
