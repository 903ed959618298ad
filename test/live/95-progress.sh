#!/bin/sh
# SPDX-License-Identifier: MIT
# The line that says how far a listing has come: on a terminal, after a second, gone before the first row; and all that
# it must not do. The walk is held up until the line has been seen, so that no time is measured.
# shellcheck disable=SC2154 # herd_pids
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

have python3 || { skip progress "no python3"; finish; }
is_lsof && { skip progress "lsof has none"; finish; }
case $BUILD in *tsan) skip progress "ThreadSanitizer must be loaded first"; finish ;; esac
if is_root; then
	enter_stage progress
	trap leave_stage EXIT
fi
"$LIVE/../lib/untree" "$LIVE/../trees/ends.tree" "$T/tree" || { not_ok progress "no tree"; finish; }
herd_pids='' engines=''
if nm "$FDMAP" 2>/dev/null | grep -q __asan_init; then
	skip "under a filter of system calls" "a sanitizer makes calls of its own"
elif ! "$BUILD/live/filter" kill deny setns -- true 2>"$T/err"; then
	skip "under a filter of system calls" "no filter: $(cat "$T/err")"
else
	PROGRESS_CALLS=$(listed "Always")
	export PROGRESS_CALLS
fi
if is_root; then
	# More than are shown at once.
	herd_start 200 3 || { not_ok herd "did not start"; finish; }
	engines="proc bpf"
	if _why=$(no_bpf); then
		skip "--engine=bpf" "$_why"
		engines=proc
	fi
else
	skip "rows in parts, engines" "only root makes namespaces where few others run"
fi
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/progress.py" "$FDMAP" "$BUILD" "$T" "$T/tree" "$engines" $herd_pids >"$T/verdicts" 2>"$T/err" 9>&- ||
	not_ok progress "$(tail -n 3 "$T/verdicts" "$T/err")"
take_verdicts "$T/verdicts"
finish
