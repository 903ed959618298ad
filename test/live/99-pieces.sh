#!/bin/sh
# SPDX-License-Identifier: MIT
# Files of /proc, of recorded trees, and the stream of a BPF iterator, a byte at a time, seven at a time, and with every
# second read interrupted: the same output, byte by byte.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

have python3 || { skip pieces "no python3"; finish; }
is_lsof && { skip pieces "lsof is not built so"; finish; }
[ -x "$BUILD/live/fault" ] || { skip pieces "no $BUILD/live/fault"; finish; }
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
engines="--engine proc"
if is_root && ! no_bpf >/dev/null; then
	engines="$engines --engine bpf"
else
	skip "the BPF iterator in pieces" "$(is_root && no_bpf || echo not root)"
fi
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/pieces.py" "$BUILD" "$LIVE/../trees" "$T" --pid "$zoo_pid" $engines >"$T/verdicts" 2>&1 ||
	grep -q '^not ok' "$T/verdicts" || not_ok pieces "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"
finish
