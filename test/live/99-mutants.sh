#!/bin/sh
# SPDX-License-Identifier: MIT
# Recorded trees, spoilt in some hundred ways: the program ends with 0 or 1, says what its formats promise, twice and
# with eight threads. scripts/mutants does it ten thousand times.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/harness.sh
. "$LIVE/lib/harness.sh"

have python3 || { skip mutants "no python3"; finish; }
is_lsof && { skip mutants "lsof reads no trees"; finish; }
[ -x "$BUILD/live/fault" ] || { skip mutants "no $BUILD/live/fault"; finish; }
# Leaks are looked for by 99-memory.sh; here they would cost a thread for each try.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
python3 -B "$LIVE/lib/mutants.py" "$BUILD" "$LIVE/../trees" "$T" --tries 600 --seconds 12 >"$T/verdicts" 2>&1 ||
	grep -q '^not ok' "$T/verdicts" || not_ok mutants "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"
finish
