#!/bin/sh
# SPDX-License-Identifier: MIT
# While processes, files and sockets come and go by the thousands, the BPF iterator tells of those that stand still
# what /proc told before: each row, once.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

may_compare churn python3 ip unshare mount
needs_bpf churn
enter_stage churn
trap leave_stage EXIT
fill_stage
if [ -n "$fuse_pid" ]; then kill -STOP "$fuse_pid"; fi
group=$(echo "$stage_words" | tr ' \t' '\n' | grep -v -e ^port -e ^udp | sed -n 's/^[a-z]*[0-9]*=\([0-9]*\)$/\1/p')
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/engines_churn.py" "$FDMAP" "$ENGINE_A" "$ENGINE_B" "$BUILD" "${CHURN_ROUNDS:-8}" $group $herd_pids \
	>"$T/verdicts" 2>&1 9>&- || not_ok churn "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"
finish
