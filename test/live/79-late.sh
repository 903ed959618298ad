#!/bin/sh
# SPDX-License-Identifier: MIT
# Sockets that come and go by the thousands: those that stay are shown, each once and by
# its own address, and no other is shown by what it is not.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

: "${FLURRY_RUNS:=3}"
case $BUILD in
*asan | *tsan) export FLURRY_SLOW=1 ;;
esac

if is_lsof; then
	skip flurry "lsof reads the tables once"
	finish
fi
if ! have python3; then
	skip flurry "no python3"
	finish
fi

# flurry_run WHO KIND COMMAND-PREFIX...
flurry_run() {
	who=$1 kind=$2
	shift 2
	case $kind in unix) select=-U ;; *) select=-i ;; esac
	for source in auto text diag; do
		for query in "$select" "-p {held} -p {turning}" "-a -c flurry $select" \
			"-p {turning} $select" "-c flurry -d 0-99999 $select"; do
			# shellcheck disable=SC2086 # words
			python3 "$LIVE/lib/flurry_check.py" "$T/$who.$kind.out" "$FLURRY_RUNS" \
				"$who, $kind, $source: $query" "$@" -nPw -Fpftn \
				--socket-source=$source $query 2>>"$T/notes"
		done
	done >"$T/verdicts"
	take_verdicts "$T/verdicts"
}

# flurry_start WHO KIND COMMAND-PREFIX...: sets flurry
flurry_start() {
	_out=$T/$1.$2.out _kind=$2
	shift 2
	mkfifo "$T/end" && exec 8<>"$T/end"
	# Opened anew, for reading only: else it would never end.
	"$@" "$_kind" 300 300 <"$T/end" >"$_out" 2>&1 8>&- 9>&- &
	flurry=$!
	pids="$flurry $pids"
	await 10 grep -q '^ready' "$_out"
	_ready=$?
	rm "$T/end"
	return $_ready
}

flurry_end() {
	exec 8>&-
	wait "$flurry"
}

for kind in tcp conn udp unix; do
	if flurry_start "user $(id -u)" "$kind" "$BUILD/live/flurry"; then
		flurry_run "user $(id -u)" "$kind" "$FDMAP"
		flurry_end
	else
		not_ok "$kind" "$(cat "$T/user $(id -u).$kind.out")"
	fi
done
if is_root; then
	prepare_nobody
	cp "$BUILD/live/flurry" "$T/bin/" && chmod 755 "$T/bin/flurry"
	for kind in tcp udp unix; do
		if flurry_start nobody "$kind" setpriv --reuid 65534 --regid 65534 --clear-groups \
			--inh-caps=-all "$T/bin/flurry"; then
			flurry_run nobody "$kind" "$NFDMAP"
			flurry_end
		else
			not_ok "nobody, $kind" "$(cat "$T/nobody.$kind.out")"
		fi
	done
else
	skip "as nobody" "needs root"
fi
# A flurry that never showed would prove nothing.
rows=$(sed -n 's/^# .* \([0-9]*\) rows of .*/\1/p' "$T/notes" | awk '{ n += $1 } END { print n + 0 }')
holds "places were seen ($rows)" [ "$rows" -gt 100 ]
finish
