#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls that fail: reading, opening, links, stat, lists, sockets, netlink, threads, pipes, namespaces, mappings. The
# program ends, and what it could not see is a row that says so, a message, or the status; where memory or descriptors
# have run out, always the status of an error.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/harness.sh
. "$LIVE/lib/harness.sh"

have python3 || { skip calls "no python3"; finish; }
is_lsof && { skip calls "lsof is not built so"; finish; }
[ -x "$BUILD/live/fault" ] || { skip calls "no $BUILD/live/fault"; finish; }
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
# tried NAME ARGUMENT...
tried() {
	_name=$1
	shift
	python3 -B "$LIVE/lib/faults.py" "$BUILD" "$LIVE/../trees" "$T" --lost "$@" >"$T/verdicts" 2>&1 ||
		grep -q '^not ok' "$T/verdicts" || not_ok "$_name" "$(tail -n 3 "$T/verdicts")"
	take_verdicts "$T/verdicts"
}
calls=read,open,link,stat,list,socket,send,recv,mmap,thread,pipe,poll,netns,fork,ioctl,seek,bpf,xattr,sockopt,pidfd,write
tried trees --calls $calls --most 5 --seconds 10
if zoo_start "$T/zoo" all; then
	tried live --calls $calls --most 3 --seconds 10 --pid "$zoo_pid"
else
	not_ok zoo "$(tail -n 1 "$zoo_out")"
fi
finish
