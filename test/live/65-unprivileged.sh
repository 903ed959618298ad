#!/bin/sh
# SPDX-License-Identifier: MIT
# Whole live tests again with fewer rights: as nobody, in a user namespace, where other users'
# processes are hidden. And what is shown then is a part of what root is shown, never something else.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if ! { is_root && have setpriv && have python3; }; then
	skip unprivileged "not root, or no setpriv or python3"
	finish
fi

# ---- worlds ----

# Nobody may not reach what was built here.
copy=$T/copy
mkdir -p "$copy/test" "$copy/build" "$copy/include" "$T/bin"
cp -r "$LIVE" "$LIVE/../lib" "$LIVE/../trees" "$copy/test/"
cp "$LIVE/../../include/fdmap.h" "$copy/include/"
cp -r "$BUILD/live" "$FDMAP" "$copy/build/"
chmod -R a+rX "$T/bin" "$copy"
program=$copy/build/$(basename "$FDMAP")

# in_world NAME TESTS COMMAND...: the tests, begun by the command
in_world() {
	_world=$1 _tests=$2
	shift 2
	for _test in $_tests; do
		FDMAP_WORLD=$_world FDMAP=$program BUILD=$copy/build "$@" \
			"$copy/test/live/$_test.sh" >"$T/world.out" 2>"$T/world.err" </dev/null 9>&-
		_rc=$?
		sed -n -E "s/^(ok|not ok|skip) /&$_world: $_test: /p" "$T/world.out" >"$T/verdicts"
		if [ "$_rc" -ne 0 ] && [ "$_rc" -ne 77 ] && ! grep -q '^not ok' "$T/verdicts"; then
			not_ok "$_world: $_test" "status $_rc: $(tail -n 3 "$T/world.err")"
		fi
		take_verdicts "$T/verdicts"
	done
}
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all"

# shellcheck disable=SC2086 # words are meant
in_world nobody "10-zoo 30-parity 35-options 40-errors 52-limits 55-proc" $nobody
# shellcheck disable=SC2086
if $nobody unshare -Ur true 2>"$T/err"; then
	in_world "user namespace" "10-zoo 30-parity 35-options" $nobody unshare -Ur
else
	skip "user namespace" "$(tail -n 1 "$T/err")"
fi
cat >"$T/bin/hidden" <<END
#!/bin/sh
mount -t proc -o hidepid=2 proc /proc || exit 78
exec $nobody "\$@"
END
chmod 755 "$T/bin/hidden"
hidden="unshare -m $T/bin/hidden"
# shellcheck disable=SC2086
if $hidden sh -c '[ ! -d /proc/1 ] && [ -d /proc/$$ ]' 2>"$T/err"; then
	in_world hidepid "10-zoo 30-parity 35-options" $hidden
else
	hidden=
	skip hidepid "$(tail -n 1 "$T/err") or nothing is hidden"
fi

# ---- a part of it ----

# One of root's and one of nobody's, both standing still.
zoo_start "$T/root" all || { not_ok zoo "did not start"; finish; }
roots=$zoo_pid
mkdir "$T/mine" && chown 65534:65534 "$T/mine"
# shellcheck disable=SC2086
(cd "$T/mine" && exec $nobody "$copy/build/live/zoo" all <"$T/.in" >"$T/mine.rows" 2>&1 9>&-) &
mine=$!
pids="$mine $pids"
await 20 grep -q '^ready' "$T/mine.rows" || { not_ok zoo "did not start as nobody"; finish; }
kill -STOP "$roots" "$mine"
port=$(sed -n '/^kind tcp4$/,/^kind /s/.*127.0.0.1:\([0-9]*\) (LISTEN)$/\1/p' "$zoo_out")

# rows PID FILE: "PID fields" of each file set of that process in -F0, sorted; no threads'
rows() {
	tr '\0' '\t' <"$2" | awk -F '\t' -v pid="p$1" '/^p/ { on = $1 == pid && $2 !~ /^K/; next } on' | sort
}
"$program" -nP -K i -F0 >"$T/all" 2>&1
rows "$roots" "$T/all" >"$T/all.roots"
rows "$mine" "$T/all" >"$T/all.mine"
holds "root sees both" test -s "$T/all.roots" -a -s "$T/all.mine"

# part NAME HOW-MUCH COMMAND...: what the command lets the program show; of its own process all or nothing
part() {
	_name=$1 _much=$2
	shift 2
	for select in "-K i" "-p $roots,$mine"; do
		# shellcheck disable=SC2086
		"$@" "$program" -nP -w $select -F0 >"$T/got" 2>"$T/err"
		rows "$mine" "$T/got" >"$T/got.mine"
		same "$_name: $_much of nobody's process" "" \
			"$([ "$_much" = nothing ] || diff "$T/all.mine" "$T/got.mine" | head -n 2)"
		same "$_name: and no more" "" "$(comm -13 "$T/all.mine" "$T/got.mine" | head -n 2)"
		same "$_name: nothing of root's" "" "$(rows "$roots" "$T/got" | head -n 2)"
	done
	"$@" "$program" -t -i ":$port" >"$T/got" 2>"$T/err"
	same "$_name: -t -i :PORT of root: status, output, messages" "1  " \
		"$? $(cat "$T/got") $(cat "$T/err")"
	"$@" "$program" -nP +L1 >"$T/got" 2>"$T/err"
	same "$_name: +L1: no file of root's process" "" "$(grep -F "$T/root/" "$T/got" | head -n 1)"
	"$@" "$program" -t "$T/root/r" >"$T/got" 2>"$T/err"
	same "$_name: a file that root has open: status, output, messages" "1  " \
		"$? $(cat "$T/got") $(cat "$T/err")"
}
# shellcheck disable=SC2086
{
	part nobody everything $nobody
	$nobody "$program" -nP -p "$roots" >"$T/got" 2>&1
	same "nobody: of root's process it is told only that it may not be read" "cwd rtd txt NOFD " \
		"$(sed 1d "$T/got" | grep 'Permission denied)$' | awk '{ printf "%s ", $4 }')"
	if $nobody unshare -Ur true 2>/dev/null; then
		# A process outside of the namespace is not its own.
		part "user namespace" nothing $nobody unshare -Ur
	fi
	if [ -n "$hidden" ]; then
		part hidepid everything $hidden
		$hidden "$program" -nP -p "$roots" >"$T/got" 2>"$T/err"
		same "hidepid: -p of a hidden process: status, output" "1 " "$? $(cat "$T/got")"
		same "hidepid: everything is nobody's" u65534 \
			"$($hidden "$program" -nP -F0pu | tr '\0' '\n' | grep '^u' | sort -u)"
		$hidden "$program" -t -u root >"$T/got" 2>&1
		same "hidepid: -u root finds nothing" "1 " "$? $(cat "$T/got")"
	fi
}
finish
