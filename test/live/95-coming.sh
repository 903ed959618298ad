#!/bin/sh
# SPDX-License-Identifier: MIT
# Every line of docs/coming-from.md, in a machine of its own: ours works, and tells what the other program tells.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip "coming from" "lsof is where one comes from"
	finish
fi
if ! is_root || ! have ip || ! unshare --net --mount --pid --fork --mount-proc true 2>/dev/null; then
	skip "coming from" "needs root, ip, and namespaces of its own"
	finish
fi
cd / || exit 1
unshare --net --mount --pid --fork --kill-child --mount-proc \
	python3 "$LIVE/lib/world.py" python3 "$LIVE/lib/coming.py" "$LIVE/../../docs/coming-from.md" "$FDMAP" \
	<"$T/.in" >"$T/verdicts" 2>"$T/err" 9>&- || [ -s "$T/verdicts" ] ||
	not_ok "the world" "$(tail -n 3 "$T/err")"
take_verdicts "$T/verdicts"
same "the runner said nothing else" "" "$(cat "$T/err")"
finish
