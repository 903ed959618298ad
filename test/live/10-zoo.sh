#!/bin/sh
# SPDX-License-Identifier: MIT
# One of every descriptor: each promised row is listed once, in the table and in -F.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip zoo "no python3"; finish; }

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
python3 "$LIVE/lib/zoo_check.py" "$FDMAP" "$zoo_out" >"$T/verdicts" 2>&1 ||
	not_ok "zoo check" "$(tail -3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# The same without privilege: raw sockets and others are refused and say so.
if is_root && have setpriv; then
	prepare_nobody
	cp "$BUILD/live/zoo" "$T/bin/zoo"
	mkdir "$T/small" && chown 65534:65534 "$T/small"
	(cd "$T/small" && as_nobody "$T/bin/zoo" all <"$T/.in" >"$T/small.rows" 2>&1 9>&-) &
	pids="$! $pids"
	if await 20 grep -q '^ready' "$T/small.rows"; then
		python3 "$LIVE/lib/zoo_check.py" "$NFDMAP" "$T/small.rows" \
			>"$T/verdicts.raw" 2>&1 || not_ok "zoo check as nobody" "$(tail -3 "$T/verdicts.raw")"
		sed -E 's/^(ok|not ok|skip) /&nobody: /' "$T/verdicts.raw" >"$T/verdicts"
		take_verdicts "$T/verdicts"
	else
		not_ok "zoo as nobody" "did not start: $(tail -1 "$T/small.rows")"
	fi
else
	skip "zoo as nobody" "not root"
fi

# A message queue has a type of its own where its file system is mounted.
if is_root && have unshare; then
	mkdir "$T/mq"
	sed 's/^\t//' >"$T/mq.sh" <<-'END'
		mount -t mqueue none "$1/mq" 2>/dev/null || exit 77
		mkdir "$1/mqzoo" && cd "$1/mqzoo" || exit 1
		"$BUILD/live/zoo" mqueue <"$1/.in" >"$1/mq.rows" 2>&1 9>&- &
		pid=$!
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			grep -q '^ready' "$1/mq.rows" && break
			sleep 0.1
		done
		python3 "$LIVE/lib/zoo_check.py" "$FDMAP" "$1/mq.rows"
		kill "$pid"
	END
	unshare -m sh "$T/mq.sh" "$T" >"$T/verdicts.raw" 2>&1
	case $? in
	77) skip "mqueue, mounted" "mount refused" ;;
	*)
		sed -E 's/^(ok|not ok|skip) /&mounted: /' "$T/verdicts.raw" >"$T/verdicts"
		take_verdicts "$T/verdicts"
		;;
	esac
else
	skip "mqueue, mounted" "not root"
fi
finish
