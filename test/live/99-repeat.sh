#!/bin/sh
# SPDX-License-Identifier: MIT
# -r: some hundred listings cost no more memory, descriptors, threads or mappings than the first; and what the
# machine has become meanwhile is in the next listing. In namespaces of its own.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

may_compare repeat python3 ip unshare mount
[ -n "${STAGE_ENTERED-}" ] || case $BUILD in *tsan) skip repeat "ThreadSanitizer must be loaded first"; finish ;; esac
enter_stage repeat
trap leave_stage EXIT
ip link set lo up 2>/dev/null
case $BUILD in *asan) : "${REPEAT_CYCLES:=100}" ;; *) : "${REPEAT_CYCLES:=200}" ;; esac
"$LIVE/../lib/untree" "$LIVE/../trees/ends.tree" "$T/tree" || { not_ok repeat "no tree"; finish; }
zoo_start "$T/zoo" tcp4 unix pipe eventfd || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
herd_start 4 20 || { not_ok herd "did not start"; finish; }
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/lib/repeat.py" "$FDMAP" "$BUILD" "$REPEAT_CYCLES" "$T" "$T/tree" "$zoo_pid" $herd_pids \
	>"$T/verdicts" 2>"$T/err" 9>&- || not_ok repeat "$(tail -n 3 "$T/verdicts" "$T/err")"
take_verdicts "$T/verdicts"

# Whatever is changed is a copy: the machine's own stays as it is.
mkdir "$T/etc" "$T/new"
for file in passwd hosts services; do
	{ cp "/etc/$file" "$T/etc/" && mount --bind "$T/etc/$file" "/etc/$file"; } 2>"$T/err" ||
		{ skip notice "$(cat "$T/err")"; finish; }
done
[ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd
mount -t tmpfs none /run
python3 -B "$LIVE/lib/notice.py" "$FDMAP" "$BUILD" 0 "$T" "$T/tree" >"$T/verdicts" 2>"$T/err" 9>&- ||
	not_ok notice "$(tail -n 3 "$T/verdicts" "$T/err")"
take_verdicts "$T/verdicts"
finish
