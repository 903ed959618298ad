#!/bin/sh
# SPDX-License-Identifier: MIT
# Memory that is refused: of each command line some allocations fail, once and from then on. Either all is told, or
# the error, with its status; never less without a word. scripts/faults lets each of them fail.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/harness.sh
. "$LIVE/lib/harness.sh"

have python3 || { skip memory "no python3"; finish; }
is_lsof && { skip memory "lsof is not built so"; finish; }
[ -x "$BUILD/live/fault" ] || { skip memory "no $BUILD/live/fault"; finish; }
# tried NAME ARGUMENT...
tried() {
	_name=$1
	shift
	python3 -B "$LIVE/lib/faults.py" "$BUILD" "$LIVE/../trees" "$T" "$@" >"$T/verdicts" 2>&1 ||
		grep -q '^not ok' "$T/verdicts" || not_ok "$_name" "$(tail -n 3 "$T/verdicts")"
	take_verdicts "$T/verdicts"
}
most=30
# There each run looks for leaks, which takes its time.
if nm "$BUILD/live/fault" 2>/dev/null | grep -q __asan_init; then most=4; fi
tried trees --most $most --seconds 12
if zoo_start "$T/zoo" all; then
	tried live --most $((most / 3)) --seconds 8 --pid "$zoo_pid"
else
	not_ok zoo "$(tail -n 1 "$zoo_out")"
fi
finish
