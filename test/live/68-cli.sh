#!/bin/sh
# SPDX-License-Identifier: MIT
# What only time, a name or a portmapper shows: -r on living processes, fdmap by the name of lsof, +m, +M.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

prepare_as_lsof

# ---- by the name of lsof: the same bytes, but for the usage block --------------------------------

told() { grep -v -e '^ latest' -e '^ usage' -e '^ \[' -e '^lsof 4\.9' "$1"; }
# both NAME ARGUMENT...: lsof and fdmap print the same and leave alike
both() {
	_name=$1
	shift
	timeout 20 "$LSOF" "$@" </dev/null >"$T/lsof.out" 2>"$T/lsof.all"
	_lsof=$?
	timeout 20 "$AS_LSOF" "$@" </dev/null >"$T/fdmap.out" 2>"$T/fdmap.all"
	_fdmap=$?
	told "$T/lsof.all" >"$T/lsof.err"
	told "$T/fdmap.all" >"$T/fdmap.err"
	if [ "$_lsof" -ne "$_fdmap" ]; then
		not_ok "$_name" "status $_fdmap instead of $_lsof: $(head -n 2 "$T/fdmap.all")"
	elif ! cmp -s "$T/lsof.out" "$T/fdmap.out"; then
		not_ok "$_name" "$(diff "$T/lsof.out" "$T/fdmap.out" | head -n 6)"
	elif ! cmp -s "$T/lsof.err" "$T/fdmap.err"; then
		not_ok "$_name" "$(diff "$T/lsof.err" "$T/fdmap.err" | head -n 6)"
	else
		ok "$_name"
	fi
}

mkdir -p "$T/dir/sub" "$T/none"
echo x >"$T/dir/file"
start sleeper sleep 300
sleeper=$started
LSOF=$(command -v lsof) || LSOF=
if [ -n "$LSOF" ] && ! is_lsof; then
	tab=$(printf '\t')
	while IFS= read -r line; do
		case $line in '' | \#*) continue ;; esac
		set -f
		eval "set -- $(printf '%s\n' "$line" | sed "s|{dir}|$T/dir|g; s|{pid}|$sleeper|g; s|{tab}|$tab|g")"
		set +f
		both "as lsof: $line" "$@"
	done <"$LIVE/lib/cli.txt"
else
	skip "as lsof: the same bytes" "no lsof to compare with"
fi

"$AS_LSOF" -v >"$T/out" 2>&1
same "as lsof: revision" 4.99.7 "$(sed -n 's/^ *revision: \([0-9.]*\)$/\1/p' "$T/out")"
same "as lsof: who answers" 1 "$(grep -c '^ *implementation: fdmap ' "$T/out")"
"$FDMAP" -v >"$T/out" 2>&1
is_lsof || same "as fdmap: one revision, its own" "$("$FDMAP" --version | sed 's/^fdmap //')" \
	"$(sed -n 's/^ *revision: \([0-9.]*\)$/\1/p' "$T/out")"

# ---- again and again --------------------------------------------------------------------------------

start short sleep 2
short=$started
timeout 20 "$FDMAP" +r1 -t -p "$short" >"$T/out" 2>&1
same "+r ends when nothing is listed, with 0" "0 $short" "$? $(sort -u "$T/out" | grep -v =)"
timeout 20 "$FDMAP" +r1 -t -p "$short" >"$T/out" 2>&1
same "+r that never listed anything" "1 " "$? $(cat "$T/out")"
# A long -r ends with its reader or by a signal.
timeout 20 "$FDMAP" -r1 -t -p "$sleeper" 2>"$T/err" | head -n 2 >"$T/out"
same "-r ends with its reader" "$sleeper =======" "$(tr '\n' ' ' <"$T/out" | sed 's/ $//')"
timeout -s INT 2 "$FDMAP" -r1 -t -p "$sleeper" >"$T/out" 2>&1
same "-r ends by a signal" 124 $?
holds "-r had several cycles" test "$(grep -c '^=======$' "$T/out")" -ge 2
# Each cycle is whole when the next one has not begun.
("$FDMAP" -r1c3mEND -t -p "$sleeper" & echo $! >"$T/pid"; wait) >"$T/slow" 2>&1 &
sleep 0.5
same "a cycle is printed before the wait" "$sleeper END" "$(tr '\n' ' ' <"$T/slow" | sed 's/ $//')"
wait $!

# ---- mounts -----------------------------------------------------------------------------------------

"$FDMAP" +m >"$T/out" 2>"$T/err"
same "+m: status, standard error" "0 0" "$? $(wc -c <"$T/err")"
while read -r dir dev; do
	case $dir in *[!A-Za-z0-9/_.-]*) continue ;; esac
	[ "$dev" = "0x$(stat -c %D "$dir" 2>/dev/null)" ] || echo "$dir $dev"
done <"$T/out" >"$T/wrong"
same "+m: the devices that stat tells" "" "$(cat "$T/wrong")"

# ---- the portmapper ---------------------------------------------------------------------------------

if is_root && have unshare && unshare -n true 2>/dev/null; then
	unshare -n sh -c "ip link set lo up 2>/dev/null || ifconfig lo up; exec sh '$LIVE/lib/portmap.sh' '$T'" \
		>"$T/verdicts" 2>&1 9>&- || not_ok "portmapper" "$(tail -n 3 "$T/verdicts")"
	take_verdicts "$T/verdicts"
else
	skip "portmapper" "needs root and a network namespace of its own"
fi
if have strace; then
	strace -f -e trace=connect -o "$T/trace" "$FDMAP" -nP -i >/dev/null 2>&1
	same "without +M nobody is asked" 0 "$(grep -c 'htons(111)' "$T/trace")"
	strace -f -e trace=connect -o "$T/trace" "$FDMAP" +M -nP -p "$sleeper" >/dev/null 2>&1
	same "+M without sockets asks nobody" 0 "$(grep -c 'htons(111)' "$T/trace")"
else
	skip "without +M nobody is asked" "no strace"
fi
finish
