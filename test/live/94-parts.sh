#!/bin/sh
# SPDX-License-Identifier: MIT
# Rows that are written while others are still looked for: the same as one thread writes, in every format and by
# both engines; the first byte comes before the last process has been looked at; who wants no more ends it; and
# beside what comes and goes each row is there, once.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

have python3 || { skip parts "no python3"; finish; }
if is_lsof; then
	skip parts "lsof writes at the end"
	finish
fi
engines=proc
if is_root && unshare -pmnf --mount-proc true 2>/dev/null; then
	enter_stage parts
	ip link set lo up 2>/dev/null
	no_bpf >/dev/null || engines="proc bpf"
fi
mkdir "$T/crowd"
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/parts.py" "$FDMAP" "$BUILD" "${PARTS_ROUNDS:-12}" "$T/crowd" $engines >"$T/verdicts" 2>"$T/err" 9>&- ||
	not_ok parts "$(tail -n 3 "$T/verdicts" "$T/err")"
take_verdicts "$T/verdicts"
finish
