#!/bin/sh
# SPDX-License-Identifier: MIT
# On a terminal: lines that fit, colours and when there are none. Elsewhere: neither.
# shellcheck disable=SC2154 # started
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have script || { skip terminal "no script(1)"; finish; }
have python3 || { skip terminal "no python3"; finish; }
is_lsof && { skip terminal "lsof itself"; finish; }
unset NO_COLOR COLUMNS

# on_terminal COLUMNS COMMAND: what the command writes to a terminal of that width
on_terminal() {
	TERM=${term-xterm} script -qefc "stty cols $1 -onlcr; $2" /dev/null </dev/null 2>&1
}
widest() {
	python3 -c '
import re, sys, unicodedata
def wide(c): return 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
text = re.sub(r"\x1b\[[0-9;]*m", "", sys.stdin.buffer.read().decode("utf-8"))
print(max(sum(map(wide, line)) for line in text.split("\n")))'
}
# shellcheck disable=SC2317 # passed by name
has_colour() { printf '%s' "$1" | grep -q "$(printf '\033')\["; }
# shellcheck disable=SC2317 # passed by name
no_colour() { ! has_colour "$1"; }

on_terminal 80 true >/dev/null 2>&1 || { skip terminal "script(1) has no terminal"; finish; }

# ---- a process with long names ----

mkdir "$T/d"
long=$T/d/$(printf 'a-rather-long-name-%.0s' 1 2 3 4 5 6 7 8)
wide=$T/d/$(printf '\346\235\261%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)
: >"$long"
: >"$wide"
start holder sh -c "exec 7<'$long' 8<'$wide'; rm '$wide'; exec sleep 1000"
await 5 sh -c "[ \"\$(readlink /proc/$started/fd/8)\" = '$wide (deleted)' ] &&
	[ \"\$(cat /proc/$started/comm)\" = sleep ]" || { not_ok terminal "no holder"; finish; }
rows="'$FDMAP' -nPw -p $started"

# ---- width ----

out=$(on_terminal 70 "$rows --columns=pid,path,fd,ino,name")
same width-70 70 "$(printf '%s\n' "$out" | widest)"
holds width-70-mark sh -c "printf '%s' '$out' | grep -q …"
out=$(on_terminal 20 "$rows --columns=pid,path,fd,ino,size,name")
holds width-20 [ "$(printf '%s\n' "$out" | widest)" -le 20 ]
holds width-20-mark sh -c "printf '%s' '$out' | grep -q 'PID .*…$'"
same width-given 50 "$(on_terminal 70 "$rows --width=50 --columns=pid,path" | widest)"
same width-added 90 "$(on_terminal 90 "$rows --columns=+path" | widest)"
whole=$(eval "$rows --columns=pid,path,fd,name")
same width-0 "$(printf '%s\n' "$whole" | widest)" \
	"$(on_terminal 70 "$rows --width=0 --columns=pid,path,fd,name" | widest)"
same width-none "$(eval "$rows" | widest)" "$(on_terminal 70 "$rows" | widest)"
same width-pipe "$(printf '%s\n' "$whole" | widest)" \
	"$(on_terminal 70 "$rows --columns=pid,path,fd,name | cat" | widest)"
same width-variable 45 "$(on_terminal 0 "COLUMNS=45 $rows --columns=pid,path" | widest)"
same width-default 80 "$(on_terminal 0 "$rows --columns=pid,path" | widest)"
same width-ascii 70 "$(on_terminal 70 "LC_ALL=C $rows --columns=pid,fd,path" | widest)"
holds width-pipe-whole sh -c "printf '%s' '$whole' | grep -q -F -e '$long'"

# ---- colours ----

plain=$(eval "$rows --columns=pid,fd,type,deleted,path")
out=$(on_terminal 0 "$rows --width=0 --columns=pid,fd,type,deleted,path")
holds color-terminal has_colour "$out"
same color-stripped "$plain" "$(printf '%s\n' "$out" | sed "s/$(printf '\033')\[[0-9;]*m//g")"
holds color-table has_colour "$(on_terminal 80 "$rows")"
holds color-never no_colour "$(on_terminal 80 "$rows --color=never")"
holds color-no-color no_colour "$(NO_COLOR=1 on_terminal 80 "$rows")"
holds color-no-color-empty has_colour "$(NO_COLOR='' on_terminal 80 "$rows")"
holds color-no-color-always has_colour "$(NO_COLOR=1 on_terminal 80 "$rows --color")"
holds color-dumb no_colour "$(term=dumb on_terminal 80 "$rows")"
holds color-pipe no_colour "$(eval "$rows")"
holds color-pipe-always has_colour "$(eval "$rows --color=always")"
holds color-pipe-auto no_colour "$(eval "$rows --color=always --color=auto")"
for how in -J -j -F -t --count --csv --tsv --print0; do
	holds "color$how" no_colour "$(on_terminal 80 "$rows --color=always $how" | tr -d '\000')"
done
ln -s "$FDMAP" "$T/lsof"
holds color-lsof no_colour "$(on_terminal 80 "'$T/lsof' -nPw -p $started")"
holds color-lsof-always has_colour "$(on_terminal 80 "'$T/lsof' -nPw -p $started --color")"

# ---- help needs no system ----

same help-status 0 "$("$FDMAP" --proc=/nonexistent --columns=help >"$T/help"; echo $?)"
holds help-text grep -q '^  pid  ' "$T/help"
same help-errors "" "$("$FDMAP" --columns=help 2>&1 >/dev/null)"
finish
