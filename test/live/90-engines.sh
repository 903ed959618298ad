#!/bin/sh
# SPDX-License-Identifier: MIT
# Two engines, one answer: what the BPF iterator tells and what /proc tells, byte for byte, in namespaces where
# nothing else runs.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

may_compare engines python3 ip unshare mount
needs_bpf engines

# ---- among all that runs here ----

if [ -z "${STAGE_ENTERED-}" ]; then
	zoo_start "$T/zoo" all || not_ok zoo "$(tail -n 1 "$zoo_out")"
	begin_part tables "$BUILD/live/tables" || not_ok tables "$(tail -n 1 "$T/tables.out")"
	# shellcheck disable=SC2046 # words are meant
	python3 -B "$LIVE/lib/engines_host.py" "$FDMAP" "$ENGINE_A" "$ENGINE_B" "$zoo_pid" \
		$(sed -n 's/.* \([0-9]*\)$/\1/p' "$T/tables.out") >"$T/verdicts" 2>&1 9>&- ||
		not_ok host "$(tail -n 3 "$T/verdicts")"
	take_verdicts "$T/verdicts"
fi
enter_stage engines

# ---- in namespaces, all that can be open ----

trap leave_stage EXIT
fill_stage
STAGE_SHELL=$(cut -c 1-15 /proc/$$/comm)
export STAGE_SHELL

# compare FILE READER COMMAND...: the lines of FILE, by a program that is run by COMMAND
compare() {
	_lines=$1 _reader=$2
	shift 2
	# shellcheck disable=SC2086 # words are meant
	STAGE_READER=$_reader "$@" python3 -B "$T/engines.py" "$FDMAP" "$ENGINE_A" "$ENGINE_B" "$_lines" $stage_words \
		>"$T/verdicts" 2>&1 9>&- || not_ok "$_reader" "$(tail -n 3 "$T/verdicts")"
	take_verdicts "$T/verdicts"
}
# Mounts of its own; then a script, and what it may run.
inside="unshare -m --propagation private sh -c"
readers=$LIVE/lib/engines-readers.txt
cp "$LIVE/lib/engines.py" "$T"
# The server of a file system stops: whoever asks it now waits for ever.
if [ -n "$fuse_pid" ]; then kill -STOP "$fuse_pid"; fi
compare "${ENGINE_LINES:-$LIVE/lib/engines.txt}" "" env
# shellcheck disable=SC2016,SC2086 # for the other shell; words are meant
compare "$readers" "hidepid" $inside 'mount -t proc -o hidepid=2 proc /proc && exec "$@"' sh
mkdir "$T/view"
# shellcheck disable=SC2016,SC2086
compare "$readers" "in a chroot" $inside 'mount --rbind / "$0" && exec chroot "$0" "$@"' "$T/view"
inner=$(echo "$stage_words" | sed -n 's/^.*\<inner=\([0-9]*\).*$/\1/p')
if [ -n "$inner" ]; then
	# shellcheck disable=SC2016,SC2086
	compare "$readers" "two PID namespaces below" nsenter -t "$inner" -p $inside 'mount -t proc proc /proc && exec "$@"' sh
else
	skip "two PID namespaces below" "no process there"
fi
finish
