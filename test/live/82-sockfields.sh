#!/bin/sh
# SPDX-License-Identifier: MIT
# What fdmap tells of sockets, beside what they tell of themselves and what ss tells of them.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip sockfields "no python3"; finish; }
is_lsof && { skip sockfields "lsof has no such columns"; finish; }

check() {
	(cd "$T" && exec python3 "$LIVE/lib/sockfields.py" "$@" 9>&-) >"$T/verdicts" 2>"$T/errors" ||
		not_ok "sockfields.py $*" "$(tail -3 "$T/errors")"
	take_verdicts "$T/verdicts"
}

check own
check text
if have ss; then check ss; else skip "beside ss" "no ss"; fi
if is_root && unshare -n true 2>/dev/null; then
	check netns
else
	skip "in another namespace" "not root, or no namespaces"
fi

# They cost only where they are asked for.
if have strace && strace -o /dev/null true 2>/dev/null; then
	strace -f -e trace=open_by_handle_at,ioctl -o "$T/calls" "$FDMAP" -nP -i >/dev/null 2>&1
	same "no names are looked for" 0 "$(grep -cE "open_by_handle_at|SIOCGIFNAME" "$T/calls")"
else
	skip "no names are looked for" "no strace"
fi
finish
