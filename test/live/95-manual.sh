#!/bin/sh
# SPDX-License-Identifier: MIT
# The manuals: they render, have an entry for all that the program knows and for nothing else, and every example in
# them, in README.md and in the other documents runs as it is printed.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip manual "no python3"; finish; }
if is_lsof; then
	skip manual "it is not lsof's"
	finish
fi
top=$(realpath "$LIVE/../..")

# ---- how they look ----

# fits RENDERED: the lines with more than 80 columns
fits() { sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' "$1" | grep -nE '^.{81,}$'; }

for page in "$top"/docs/*.[1-9]; do
	name=${page##*/}
	if have mandoc; then
		same "$name: mandoc has no warning" "" "$(mandoc -T lint -W warning "$page" 2>&1)"
		mandoc -T utf8 -O width=80 "$page" >"$T/page" 2>&1
		same "$name: no line of mandoc's is too long" "" "$(fits "$T/page")"
	else
		skip "$name: mandoc" "not installed"
	fi
	if have man && have groff; then
		MANWIDTH=80 man --warnings -E UTF-8 -l "$page" >"$T/page" 2>"$T/err"
		same "$name: man has no warning" "0 " "$? $(cat "$T/err")"
		same "$name: no line of man's is too long" "" "$(fits "$T/page")"
		same "$name: groff has no warning" "" "$(groff -mdoc -ww -Tutf8 -z "$page" 2>&1)"
	else
		skip "$name: man, groff" "not installed"
	fi
done

# ---- what is in them ----

python3 -B "$LIVE/lib/manual.py" "$FDMAP" "$top" >"$T/verdicts" 2>&1 || grep -q '^not ok ' "$T/verdicts" ||
	echo "not ok entries: $(tail -n 1 "$T/verdicts")" >>"$T/verdicts"
take_verdicts "$T/verdicts"

# ---- what they show ----

world() {
	unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc "$@"
}
if ! is_root; then
	skip examples "not root"
elif ! have unshare || ! world true 2>"$T/err"; then
	skip examples "no namespaces of its own: $(head -n 1 "$T/err")"
elif ! [ -x /usr/bin/bash ]; then
	skip examples "no /usr/bin/bash"
else
	mkdir "$T/scratch"
	world python3 -B "$LIVE/lib/examples.py" "$FDMAP" "$top" "$T/scratch" >"$T/verdicts" 2>&1 ||
		grep -q '^not ok ' "$T/verdicts" || echo "not ok examples: $(tail -n 1 "$T/verdicts")" >>"$T/verdicts"
	take_verdicts "$T/verdicts"
fi
finish
