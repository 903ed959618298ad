#!/bin/sh
# SPDX-License-Identifier: MIT
# scripts/bench on a tiny load: every query, every program installed, answers that are right,
# tables with all their columns; nothing of it stays. How fast anything is, is not asked here.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip bench "it measures fdmap"; finish; }
have python3 || { skip bench "no python3"; finish; }
TMPDIR=$T/tmp
export TMPDIR
mkdir "$TMPDIR"
bench() {
	"$LIVE/../../scripts/bench" --build "$BUILD" --fdmap "$FDMAP" "$@" >"$T/out" 2>"$T/err" </dev/null
}

# columns FILE: of lines of a table, which numbers of columns there are
columns() { awk -F'|' '/^\|/ { print NF - 2 }' "$1" | sort -nu | tr '\n' ' '; }

# ---- the load program ----

load_start() {
	mkdir "$T/$1"
	(cd "$T/$1" && exec "$BUILD/bench/load" "$@" <"$T/.in" >"$T/load.out" 2>&1 9>&-) &
	loader=$!
	pids="$loader $pids"
	await 20 grep -q '^ready' "$T/load.out"
}
fact() { sed -n "s/^$1=//p" "$T/load.out"; }

if load_start tiny; then
	same "load: processes" "$(fact PROCESSES)" "$(children_of "$loader" | wc -l)"
	held=0
	for pid in $(children_of "$loader"); do
		held=$((held + $(find "/proc/$pid/fd" -type l 2>/dev/null | wc -l)))
	done
	same "load: descriptors" "$(fact DESCRIPTORS)" "$held"
	same "load: who has PORT" "$(fact PID)" "$("$FDMAP" -t -i ":$(fact PORT)")"
	same "load: who has FREE" "" "$("$FDMAP" -t -i ":$(fact FREE)")"
	same "load: who has FILE" "$(fact PID)" "$("$FDMAP" -t "$(fact FILE)")"
	same "load: who has UNIX" "$(fact PID)" "$("$FDMAP" -nP -U -F pn | awk -v name="n$(fact UNIX)" \
		'/^p/ { pid = substr($0, 2) } index($0, name) == 1 { print pid }')"
	same "load: listens on loopback only" "" "$("$FDMAP" -nP -a -p "$(children_of "$loader" |
		paste -sd,)" -iTCP -sTCP:LISTEN -Fn | sed -n 's/^n//p' | grep -v '^127\.')"
	members=$(children_of "$loader")
	kill -KILL "$loader"
	# shellcheck disable=SC2086,SC2317 # numbers; passed by name
	all_gone() { ! kill -0 $members; }
	holds "load: all end with it" await 10 all_gone
else
	not_ok "load tiny" "$(cat "$T/load.out")"
fi

# ---- the tables ----

if bench --load tiny --runs 1 --quick; then
	ok "status"
else
	not_ok "status" "$(cat "$T/err")"
	finish
fi
sed -n '/^| query | command/,/^$/p' "$T/out" >"$T/commands"
sed -n '/^| query | engine/,/^$/p' "$T/out" >"$T/targets"
same "columns of commands" "8 " "$(columns "$T/commands")"
same "columns of targets" "6 " "$(columns "$T/targets")"
# shellcheck disable=SC2016 # Markdown
for query in '`-t -i :PORT`' '`-nP -iTCP -sTCP:LISTEN`' "\`-t -i :PORT\`, nobody's" 'everything, `-nP`' \
	'`-nP -p PID`' '`-nP FILE`' '`-nP -U +E`' '`--sockets -nP`' '`--sockets -nP --netns=all`' '`--sockets -nP -E`'; do
	same "a row: $query" 1 "$(grep -cF "| $query | fdmap proc, 1 thread |" "$T/commands")"
done
same "two threads" 11 "$(grep -cF '| fdmap proc, 2 threads |' "$T/commands")"
same "cells without a value" 0 "$(grep -cE '\|  *\|' "$T/targets" || :)"
same "answers are right" "" "$(grep 'it is not compared' "$T/out")"
for peer in lsof lsfd ss netstat fuser; do
	if have "$peer"; then
		holds "$peer is measured" grep -qF "| \`$peer " "$T/commands"
	else
		holds "$peer is said to be missing" grep -qE "^.*Not installed: .*$peer" "$T/out"
	fi
done
same "system calls are not counted" 0 "$(grep -cvE '\| (-|--:|system calls) \|$|^$' "$T/commands")"
if have lsof; then
	# Whatever it takes: a target is met just where what was measured is not above it.
	same "met or missed" "" "$(awk -F' *[|] *' '$5 + 0 > 0 && ($6 + 0 <= $5 + 0) != ($7 == "met")' "$T/targets")"
fi

if have strace && strace -o /dev/null true 2>/dev/null; then
	holds "with system calls" bench --load tiny --runs 1 --query pid
	same "system calls of each" "" "$(grep -vE '\| ([0-9]+|--:|system calls) \|$|^$' "$T/out" |
		grep '| fdmap\|| `')"
else
	skip "system calls" "strace may not trace here"
fi

# ---- where they are written ----

printf '%s\n' 'before' '<!-- bench tiny -->' 'old' '<!-- end of tiny -->' 'after' >"$T/page.md"
holds "written into a page" bench --load tiny --runs 1 --quick --query pid --write "$T/page.md"
same "between its marks" "before <!-- bench tiny --> ### Load \`tiny\` <!-- end of tiny --> after" \
	"$(grep -E '^(before|old|after|<|#)' "$T/page.md" | paste -sd' ')"
printf 'nothing\n' >"$T/page.md"
if bench --load tiny --runs 1 --quick --query pid --write "$T/page.md"; then
	not_ok "a page without marks" "status 0"
else
	holds "a page without marks: said" grep -q 'no place for the load tiny' "$T/err"
fi
same "a page without marks stays" nothing "$(cat "$T/page.md")"

holds "growth" bench --load scale --scale-to 2000 --runs 1
same "growth: columns" "7 " "$(columns "$T/out")"
# shellcheck disable=SC2016 # Markdown
holds "growth: a row" grep -qE '^\| everything, `-nP` \| proc \| 2000 \| [0-9.]+ \| [0-9]+ \| - \|' "$T/out"
same "nothing is left" "" "$(ls "$TMPDIR")"
finish
