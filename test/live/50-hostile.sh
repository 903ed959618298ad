#!/bin/sh
# SPDX-License-Identifier: MIT
# Processes that come and go, names that want to drive the terminal, a fat process, readers that leave.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip hostile "no python3"; finish; }
check_herd() { python3 "$LIVE/lib/herd_check.py" "$@" 2>&1; }

# ---- coming and going ----

herd_start 40 6 || { not_ok herd "did not start"; finish; }
start churn1 "$BUILD/live/churn"
churn1=$started
start churn2 "$BUILD/live/churn"
await 10 grep -q ready "$T/churn2.out"
bad='' rounds=0
while [ "$rounds" -lt 20 ] && [ -z "$bad" ]; do
	rounds=$((rounds + 1))
	"$FDMAP" -nP -F0pf >"$T/all" 2>"$T/err"
	rc=$?
	[ "$rc" -eq 0 ] || bad="status $rc: $(tail -n 2 "$T/err")"
	# Threads are listed here, but the herd has none.
	# shellcheck disable=SC2086 # words are meant
	[ -n "$bad" ] || bad=$(check_herd 6 $herd_pids <"$T/all")
done
same "everything, $rounds times while others come and go: the herd is complete, once" "" "$bad"
bad='' rounds=0
while [ "$rounds" -lt 20 ] && [ -z "$bad" ]; do
	rounds=$((rounds + 1))
	# shellcheck disable=SC2086
	"$FDMAP" -c herd -F0pf >"$T/all" 2>"$T/err" && bad=$(check_herd 6 $herd_pids <"$T/all") ||
		bad="status $?: $bad"
done
# The herd's own parent is a herd too, with other descriptors; it is not among the wanted.
same "-c herd, $rounds times" "" "$bad"
kill "$churn1" "$started"
await 10 sh -c "tail -qn 1 '$T/churn1.out' '$T/churn2.out' | grep -vq ready"
turns=$(($(tail -n 1 "$T/churn1.out" | tr -cd 0-9) + $(tail -n 1 "$T/churn2.out" | tr -cd 0-9)))
holds "by the thousand ($turns processes)" [ "$turns" -ge 1000 ]
# shellcheck disable=SC2046,SC2086 # a list of PIDs
same "a process that ended while it was looked for" "1 " \
	"$("$FDMAP" -p "$(sh -c 'echo $$')" -t 2>&1 | cat; "$FDMAP" -p "$(sh -c 'echo $$')" -t >/dev/null 2>&1; echo "$? ")"

# ---- names ----

zoo_start "$T/zoo" comm hostile unix-odd || { not_ok zoo "did not start"; finish; }
some=$zoo_pid$(sed -n 's/^comm \([0-9]*\) .*/,\1/p' "$zoo_out" | tr -d '\n')
# Bytes that a terminal would act on: anything but text and line ends (NUL ends fields of -F0).
raw_bytes() { tr -d '\n\040-\176\200-\377' <"$1" | wc -c; }
for face in "-nP" "-nP -F" "-nP +c0" "-nP -R -g +L +fg"; do
	# shellcheck disable=SC2086
	"$FDMAP" $face -p "$some" >"$T/out" 2>"$T/err"
	same "$face: no raw control byte" "0 0" "$(raw_bytes "$T/out") $(raw_bytes "$T/err")"
done
"$FDMAP" -nP -p "$some" -F0 >"$T/out"
tr '\0' '\n' <"$T/out" >"$T/out0"
same "-F0: no raw control byte but NUL" 0 "$(raw_bytes "$T/out0")"
same "a newline in a name makes no line" \
	"$(tr -cd '\n' <"$T/out" | wc -c)" "$(grep -acE '^[pf]' "$T/out")"
# $some has three processes, so the answer must not be empty.
holds "the names are there, escaped" grep -qF '^[[2J\n' "$T/out0"

# ---- a fat process ----

if herd_start 1 12000; then
	"$FDMAP" -nP -p "$herd_pids" -F0pf >"$T/all" 2>"$T/err"
	same "12,000 descriptors: status" 0 $?
	if is_lsof; then
		skip "12,000 descriptors" "lsof 4.95 shortens them"
	else
		same "12,000 descriptors, each once, in order" "" "$(check_herd 12000 "$herd_pids" <"$T/all")"
	fi
	same "in the table" 12003 "$("$FDMAP" -nP -a -p "$herd_pids" -d 0-99999 | sed 1d | wc -l)"
else
	skip "12,000 descriptors" "the limit of open files is too low"
fi

# ---- readers that leave ----

# It may end by SIGPIPE or by itself, but soon, and without a word.
(
	"$FDMAP" -nP 2>"$T/err"
	echo $? >"$T/rc"
) | head -n 1 >"$T/out"
same "| head -n 1: a line" 1 "$(wc -l <"$T/out")"
case $(cat "$T/rc") in
0 | 1 | 141) ok "| head -n 1: status" ;;
*) not_ok "| head -n 1: status" "$(cat "$T/rc")" ;;
esac
same "| head -n 1: no word" "" "$(grep -i -e pipe -e abort -e sanitizer "$T/err")"
timeout 60 "$FDMAP" -nP -p $$ >&- 2>"$T/err"
rc=$?
holds "closed standard output: it ends by itself" [ "$rc" -lt 124 ]
timeout 60 "$FDMAP" -nP -p $$ <&- >"$T/out" 2>&-
same "closed standard input and error: status" 0 $?
holds "closed standard input and error: listed" grep -q ' cwd ' "$T/out"
if is_lsof; then
	skip "a full device" "lsof does not look"
else
	"$FDMAP" -nP -p $$ >/dev/full 2>"$T/err"
	same "a full device: status 1, and it says so" "1 1" "$? $(grep -ci 'no space' "$T/err")"
fi
finish
