#!/bin/sh
# SPDX-License-Identifier: MIT
# Another procfs than /proc: a second mount, one of a container seen from outside, a recorded tree,
# and what is none.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip proc "lsof has no other /proc"
	finish
fi

# ---- what is none ----

# refused NAME DIR: one line, that names it; nothing on standard output; status 1. For --proc and FDMAP_PROC.
refused() {
	: "${asker:=$FDMAP}"
	"$asker" "--proc=$2" -p $$ >"$T/out" 2>"$T/err"
	same "$1: status, lines" "1 0 1" "$? $(wc -l <"$T/out") $(wc -l <"$T/err")"
	holds "$1: names it" grep -qF -e "${3-$2}: " "$T/err"
	FDMAP_PROC=$2 "$asker" -p $$ >"$T/out" 2>"$T/err2"
	same "$1, FDMAP_PROC" "1 0 $(cat "$T/err")" "$? $(wc -l <"$T/out") $(cat "$T/err2")"
}

mkdir "$T/empty" "$T/bad"
echo nonsense >"$T/bad/manifest"
printf 'x\n' >"$T/file"
refused "a directory that is not there" "$T/nothing"
holds "it says so" grep -q 'No such file or directory$' "$T/err"
refused "a file" "$T/file"
holds "it says so" grep -q 'Not a directory$' "$T/err"
refused "an empty directory" "$T/empty"
refused "a file system of another kind" /sys
refused "a tree with a manifest that is none" "$T/bad"
refused "a name that would drive the terminal" "$(printf '/no\033[2J\nsuch')" '/no^[[2J\nsuch'
if is_root && have setpriv; then
	prepare_nobody
	mkdir -m 700 "$T/closed"
	asker=$NFDMAP
	refused "a directory that may not be opened" "$T/closed"
	holds "it says so" grep -q 'Permission denied$' "$T/err"
	asker=$FDMAP
else
	skip "a directory that may not be opened" "not root"
fi
same "an empty FDMAP_PROC is none" "$("$FDMAP" -nP -a -p $$ -d cwd)" \
	"$(FDMAP_PROC='' "$FDMAP" -nP -a -p $$ -d cwd)"
same "--proc goes before FDMAP_PROC" "$("$FDMAP" -nP -a -p $$ -d cwd)" \
	"$(FDMAP_PROC=/nowhere "$FDMAP" --proc=/proc -nP -a -p $$ -d cwd)"
same "a trailing slash, a detour" "$("$FDMAP" -nP -a -p $$ -d cwd)" \
	"$("$FDMAP" --proc=/proc/../proc// -nP -a -p $$ -d cwd)"
same "--help needs none" 0 "$(FDMAP_PROC=/nowhere "$FDMAP" --help >/dev/null 2>&1; echo $?)"
# Who runs it set-id decides what /proc is; the caller does not.
if is_root && have setpriv && case ${BUILD##*/} in asan | tsan) false ;; esac; then
	cp "$FDMAP" "$T/bin/setid" && chmod 4755 "$T/bin/setid"
	if [ "$(as_nobody sh -c "exec '$T/bin/setid' -a -p \$\$ -d cwd -Fu" | sed -n 's/^u//p')" = 0 ]; then
		same "a set-id program does not hear FDMAP_PROC" "" \
			"$(as_nobody env FDMAP_PROC=/nowhere "$T/bin/setid" -t -p $$ 2>&1 | grep nowhere)"
	else
		skip "a set-id program does not hear FDMAP_PROC" "the file system has no set-id programs"
	fi
else
	skip "a set-id program does not hear FDMAP_PROC" "not root, or sanitized"
fi

# ---- a recorded tree ----

if have python3; then
	for tree in two-sshd web kinds; do
		"$LIVE/../lib/untree" "$LIVE/../trees/$tree.tree" "$T/$tree" >"$T/out" 2>&1 ||
			not_ok "$tree.tree" "$(cat "$T/out")"
		"$FDMAP" "--proc=$T/$tree" -nP >"$T/want" 2>&1
		same "$tree.tree: --proc: status" 0 $?
		FDMAP_PROC=$T/$tree "$FDMAP" -nP >"$T/got" 2>&1
		same "$tree.tree: FDMAP_PROC: status" 0 $?
		same "$tree.tree: the same" "" "$(diff "$T/want" "$T/got" | head -n 3)"
		holds "$tree.tree: rows" [ "$(wc -l <"$T/got")" -gt 5 ]
		same "$tree.tree: no process of this machine" "" "$(awk 'NR > 1 { print $2 }' "$T/got" |
			sort -u | while read -r pid; do [ -d "$T/$tree/$pid" ] || echo "$pid"; done)"
	done
	same "two-sshd.tree: a relative name" "$(cd "$T" && FDMAP_PROC=two-sshd "$FDMAP" -nP -t)" \
		"$(FDMAP_PROC=$T/two-sshd "$FDMAP" -nP -t)"
else
	skip "recorded trees" "no python3"
fi

# ---- a second procfs of the same processes ----

if ! { have python3 && have unshare && have setpriv && is_root; }; then
	skip "another procfs" "not root, or no python3, unshare or setpriv"
	finish
fi
unshare -m true 2>/dev/null || { skip "another procfs" "no namespaces here"; finish; }
cat >"$T/second.sh" <<'END'
mkdir "$1/second" && mount -t proc proc "$1/second" || exit 77
shift
exec "$@"
END

# program_at FILE DIR [PROGRAM]: FILE is the program under test, which looks there
program_at() {
	printf '#!/bin/sh\nexec "%s" --proc="%s" "$@"\n' "${3:-$FDMAP}" "$2" >"$1"
	chmod 755 "$1"
}

# named_verdicts NAME FILE: the verdicts of a zoo check, with a name before theirs
named_verdicts() {
	sed -E "s/^(ok|not ok|skip) /&$1: /" "$2" >"$T/verdicts"
	take_verdicts "$T/verdicts"
}

zoo_start "$T/zoo" all || { not_ok zoo "did not start"; finish; }
herd_start 3 9 || { not_ok herd "did not start"; finish; }
# The comparison wants processes that stand still.
# shellcheck disable=SC2086 # words are meant
kill -STOP "$zoo_pid" $herd_pids
# shellcheck disable=SC2086
some=$(echo $zoo_pid $herd_pids | tr ' ' ,)
pids="$pids $herd_pids"
cat >"$T/inside.sh" <<'END'
python3 "$LIVE/lib/zoo_check.py" "$T/at.sh" "$zoo_out" "$T/second" >"$T/verdicts.raw" 2>&1
while IFS= read -r line; do
	eval "\"\$FDMAP\" $line" >"$T/want" 2>&1
	echo "status $?" >>"$T/want"
	for how in arg env; do
		case $how in
		arg) eval "\"\$FDMAP\" --proc=$T/second $line" >"$T/got" 2>&1 ;;
		env) eval "FDMAP_PROC=$T/second \"\$FDMAP\" $line" >"$T/got" 2>&1 ;;
		esac
		echo "status $?" >>"$T/got"
		if cmp -s "$T/want" "$T/got"; then
			echo "ok $how: $line"
		else
			echo "not ok $how: $line: $(diff "$T/want" "$T/got" | head -n 3 | tr '\n' '|')"
		fi
	done
done <"$T/lines" >"$T/verdicts.same" 2>&1
# Nobody sees there what nobody may see in /proc.
"$T/nobody.sh" -nP -p "$zoo_pid" 2>&1 | sed "s|$T/second|/proc|g" >"$T/want"
FDMAP_PROC='' "$NFDMAP" -nP -p "$zoo_pid" >"$T/got" 2>&1
END
cat >"$T/lines" <<'END'
-nP -p $some
-nP -p $some -F
-nP -p $some -R -g +L
-nP -a -p $some -i
-nP -a -p $some -U
-nP -a -p $some -K
-nP -a -p $some -u root
-P -n -l -c herd
-t -c herd
-nP -a -p $some +L1
-nP -a -p $some $T/zoo/r
-nP -a -p $some -d mem,txt
-t -p 99999999
END
program_at "$T/at.sh" "$T/second"
program_at "$T/nobody.sh" "$T/second" "$NFDMAP"
export T zoo_out zoo_pid some NFDMAP
unshare -m sh "$T/second.sh" "$T" sh "$T/inside.sh" >"$T/out" 2>&1
case $? in
77) skip "a second procfs" "mount refused" ;;
*)
	named_verdicts "second procfs" "$T/verdicts.raw"
	named_verdicts "second procfs, the same as the first" "$T/verdicts.same"
	same "second procfs: nobody" "" "$(diff "$T/want" "$T/got" | head -n 3)"
	;;
esac

# ---- that of a container, from outside ----

# container NAME OPTION...: a zoo in a PID namespace of its own; sets inside, its first process
container() {
	_name=$1
	shift
	mkdir "$T/$_name"
	# shellcheck disable=SC2016 # BUILD is in the environment
	(cd "$T/$_name" && exec unshare "$@" -p -f --kill-child --mount-proc \
		sh -c 'ip link set lo up 2>/dev/null; exec "$BUILD/live/zoo" all' \
		<"$T/.in" >"$T/$_name.rows" 2>&1 9>&-) &
	pids="$! $pids"
	_outer=$!
	await 20 grep -q '^ready' "$T/$_name.rows" || return 1
	inside=$(children_of "$_outer")
	pids="$inside $pids"
}

# check_container TITLE: what its procfs tells us, who are outside
check_container() {
	proc=/proc/$inside/root/proc
	program_at "$T/at.sh" "$proc"
	python3 "$LIVE/lib/zoo_check.py" "$T/at.sh" "$T/$_name.rows" "$proc" >"$T/verdicts.raw" 2>&1 ||
		not_ok "$1" "$(tail -n 3 "$T/verdicts.raw")"
	named_verdicts "$1" "$T/verdicts.raw"
	same "$1: all its processes, and no others" "$(echo 1 zoo && sed -n 's/^comm //p' "$T/$_name.rows")" \
		"$("$T/at.sh" -nP -F0pc -a -d cwd -K i | tr '\0' ' ' |
			sed -n 's/^p\([0-9]*\) c\(.*\) $/\1 \2/p' | sort -n)"
	same "$1: FDMAP_PROC" "$("$T/at.sh" -nP -p 1)" "$(FDMAP_PROC=$proc "$FDMAP" -nP -p 1)"
	port=$(sed -n '/^kind tcp4$/,/^kind /s/.*127.0.0.1:\([0-9]*\) (LISTEN)$/\1/p' "$T/$_name.rows")
	same "$1: -t -i :PORT" "1" "$("$T/at.sh" -t -i ":$port")"
}

if container box; then
	check_container "container"
	same "container: in our /proc it has its other number" "$inside" "$("$FDMAP" -t -i ":$port")"
else
	skip "a container" "unshare: $(tail -n 1 "$T/box.rows")"
fi
if ! have ip; then
	skip "a container with a network" "no ip"
elif container own -n; then
	check_container "container with a network"
else
	skip "a container with a network" "unshare: $(tail -n 1 "$T/own.rows")"
fi
finish
