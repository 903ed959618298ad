#!/bin/sh
# SPDX-License-Identifier: MIT
# While processes fork, exec and end by the thousands, and their numbers, descriptors, threads and mappings become
# others', each row of who stands still is told as before, once, by each engine; and no row is a mixture of two.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

have python3 || { skip races "no python3"; finish; }
if is_lsof; then
	skip races "lsof has one engine"
	finish
fi
engines="proc auto"
# There PIDs can be chosen, and so be another's at once.
if is_root && have unshare && have ip && unshare -pmnf --mount-proc true 2>/dev/null; then
	enter_stage races
	trap leave_stage EXIT
	ip link set lo up 2>/dev/null
	mkdir "$T/churn" && mount -t tmpfs none "$T/churn"
	no_bpf >/dev/null || engines="proc bpf auto"
else
	mkdir "$T/churn"
fi
zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
herd_start 3 20 || { not_ok herd "did not start"; finish; }
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/races.py" "$FDMAP" "$BUILD" "$T/churn" "${RACES_SECONDS:-12}" $engines -- "$zoo_pid" $herd_pids \
	>"$T/verdicts" 2>"$T/err" 9>&- || not_ok races "$(tail -n 3 "$T/verdicts" "$T/err")"
take_verdicts "$T/verdicts"
finish
