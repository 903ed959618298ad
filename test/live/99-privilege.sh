#!/bin/sh
# SPDX-License-Identifier: MIT
# With which rights it runs: capabilities alone, those of its file, set-user-ID, user namespaces, containers. What it
# lists then, what it gives up before it looks, and what its caller can't make of rights that are not his.
# shellcheck disable=SC2086 # $nobody, $both and the like are words
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

is_root || { skip privilege "not root"; finish; }
is_lsof && { skip privilege "lsof does not give up rights"; finish; }
for program in python3 setpriv unshare; do
	have "$program" || { skip privilege "no $program"; finish; }
done
enter_stage privilege
trap leave_stage EXIT
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

zoo_start "$T/root" all || { not_ok zoo "did not start"; finish; }
mkdir -m 700 "$T/closed" && echo secret >"$T/closed/held" && echo secret >"$T/closed/other"
mkdir "$T/closed/below" && echo secret >"$T/closed/below/other"
start holder python3 -Bc 'import sys, time
f = open(sys.argv[1])
g = open(sys.argv[1] + "-\u00e4", "w")
print("ready", flush=True)
time.sleep(600)' "$T/closed/held"
holder=$started
await 20 grep -q ready "$T/holder.out" || { not_ok holder "$(cat "$T/holder.out")"; finish; }
prepare_nobody
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all"
copy=$T/bin/$(basename "$FDMAP")
us="-c ^$(basename "$FDMAP") -c ^$(cut -c 1-15 /proc/$$/comm) -c ^setpriv -c ^timeout -c ^strace -c ^secure"

# rows COMMAND...: everything but ourselves, to $T/got, $T/err
rows() { "$@" -nP -F $us >"$T/got" 2>"$T/err" </dev/null 9>&-; }
rows "$FDMAP" --engine=proc && cp "$T/got" "$T/all"
holds "root lists the zoo" grep -q "^p$zoo_pid\$" "$T/all"

# ---- two capabilities, and nothing else ----

given="-all,+sys_ptrace,+dac_read_search"
both="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=$given --ambient-caps=$given"
if $both true 2>"$T/err"; then
	rows $both "$copy"
	same "CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH: status, messages" "0 " "$? $(cat "$T/err")"
	same "CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH: the rows of root" "" "$(diff "$T/all" "$T/got" | head -n 6)"
	# Rights that the caller has himself are his to use as he likes.
	$both "$copy" -t "$T/closed/held" >"$T/got" 2>&1
	same "... a name in a closed directory" "$holder" "$(cat "$T/got")"
	$both env FDMAP_PROC="$T/no" "$copy" -nP >"$T/got" 2>&1
	same "... the environment counts" 1 $?
else
	skip "capabilities alone" "$(cat "$T/err")"
fi
rows $nobody "$copy"
same "neither: nothing of root's" "" "$(grep -F "$T/root/" "$T/got" | head -n 2)"

# ---- rights of the file ----

secure=$T/bin/secure
cp "$FDMAP" "$secure"
cp "$(command -v cat)" "$T/bin/cat"
have strace && strace -o /dev/null true 2>/dev/null && traces=yes

# equal NAME ARGUMENT...: as for nobody without any rights, but for its own name
equal() {
	_name=$1
	shift
	$nobody "$copy" "$@" >"$T/plain" 2>"$T/plain.err"
	echo "status $?" >>"$T/plain"
	$nobody "$secure" "$@" >"$T/got" 2>"$T/err"
	echo "status $?" >>"$T/got"
	sed -i "s/^secure:/$(basename "$copy"):/" "$T/err"
	same "$_name" "" "$(diff "$T/plain" "$T/got"; diff "$T/plain.err" "$T/err")"
}

# refuses NAME WORD ARGUMENT...: one line that says the word, status 1, no rows
refuses() {
	_name=$1 _word=$2
	shift 2
	$nobody "$secure" "$@" >"$T/got" 2>"$T/err"
	same "$_name" "1 0 1 1" "$? $(wc -c <"$T/got") $(wc -l <"$T/err") $(grep -c -e "$_word" "$T/err")"
}

# given_up NAME: of /proc/PID/status of a run that is asleep, and of each of its threads
given_up() {
	_name=$1
	$nobody "$secure" -nP -p "$holder" -r600 >"$T/asleep.out" 2>&1 </dev/null 9>&- &
	_pid=$!
	pids="$_pid $pids"
	await 20 grep -q '^===' "$T/asleep.out" || not_ok "$_name" "$(tail -n 2 "$T/asleep.out")"
	cat /proc/$_pid/task/*/status >"$T/status"
	same "$_name: user" "65534 65534 65534 65534" "$(sed -n 's/^Uid:	//p' "$T/status" | sort -u | tr '\t' ' ')"
	same "$_name: group" "65534 65534 65534 65534" "$(sed -n 's/^Gid:	//p' "$T/status" | sort -u | tr '\t' ' ')"
	for _set in Prm Eff; do
		same "$_name: Cap$_set" 0000000000080004 "$(sed -n "s/^Cap$_set:	//p" "$T/status" | sort -u)"
	done
	for _set in Inh Amb; do
		same "$_name: Cap$_set" 0000000000000000 "$(sed -n "s/^Cap$_set:	//p" "$T/status" | sort -u)"
	done
	same "$_name: NoNewPrivs" 1 "$(sed -n 's/^NoNewPrivs:	//p' "$T/status" | sort -u)"
	same "$_name: no core dump" "0 0" \
		"$(awk '/^Max core file size/ { print $5, $6 }' /proc/$_pid/limits)"
	$nobody sh -c "cat /proc/$_pid/maps /proc/$_pid/environ; ls -l /proc/$_pid/fd/" >"$T/peek" 2>&1
	same "$_name: its caller can't look into it" "" "$(grep -v -i 'denied' "$T/peek" | head -n 2)"
	kill "$_pid"
}

# begins_less NAME: a process and a thread that were begun for names have no rights at all
begins_less() {
	[ "${traces-}" ] || { skip "$1: helpers" "no strace, or it may not"; return; }
	# What the kernel does not know by heart is asked of a process: without openat2 all of it.
	strace -f -qq -o "$T/trace" -e signal=none -e trace=capset,setsid,openat2 \
		-e inject=openat2:error=ENOSYS $nobody "$secure" -nP "$T/root" >"$T/got" 2>&1
	_helper=$(awk '/setsid\(/ { print $1 }' "$T/trace" | head -n 1)
	same "$1: the process for names has none" "1 1" \
		"$(echo "$_helper" | grep -c .) $(awk -v pid="$_helper" '$1 == pid && /capset\(/' "$T/trace" | grep -c 'effective=0, permitted=0, inheritable=0')"
	strace -f -qq -o "$T/trace" -e signal=none -e trace=capset \
		$nobody "$secure" -a -p "$holder" -i @localhost >"$T/got" 2>&1
	same "$1: the threads for hosts have none" 1 \
		"$(grep -m 1 -c 'effective=0, permitted=0, inheritable=0' "$T/trace")"
}

raised() { # NAME: of what $secure has become
	if $nobody "$T/bin/cat" /proc/self/status | grep -q '^CapEff:	0*$'; then
		skip "$1" "rights of files are not given here"
		return
	fi
	rows $nobody "$secure"
	same "$1: status, messages" "0 " "$? $(cat "$T/err")"
	same "$1: the rows of root" "" "$(diff "$T/all" "$T/got" | head -n 6)"
	given_up "$1"
	begins_less "$1"
	if [ "${traces-}" ]; then
		for _call in capset setresgid setresuid; do
			# The last one is its own, those before it setpriv's.
			strace -f -qq -o "$T/trace" -e signal=none -e trace="$_call" $nobody "$secure" -nP >"$T/got" 2>&1
			strace -f -qq -o "$T/trace" -e signal=none -e trace="$_call" \
				-e inject="$_call":error=EPERM:when="$(grep -c "$_call(" "$T/trace")" \
				$nobody "$secure" -nP >"$T/got" 2>"$T/err"
			same "$1: what can't be given up ($_call): status, lines" "1 0 1 1" \
				"$? $(wc -c <"$T/got") $(wc -l <"$T/err") $(grep -c "can't give up" "$T/err")"
		done
	fi
	rows $nobody env FDMAP_PROC="$T/no" LSOF_X=y TZ=EVIL-5 "$secure"
	same "$1: the environment does not say what /proc is" "" "$(cat "$T/err"; diff "$T/all" "$T/got" | head -n 2)"
	same "$1: nor which time it is" UTC0 \
		"$($nobody env TZ=EVIL-5 "$secure" -a -p "$holder" -d cwd -r1c1m==%Z0 2>&1 | sed -n 's/^==//p')"
	same "$1: but whether its letters are UTF-8" "no yes" "$(
		for locale in C C.UTF-8; do
			$nobody env LC_ALL=$locale "$secure" -nP -p "$holder" | grep -q 'ä' && echo yes || echo no
		done | tr '\n' ' ' | sed 's/ $//')"
	refuses "$1: --proc" "not for a program with raised rights: /proc" --proc=/proc -nP
	refuses "$1: --filter-file" "not for a program with raised rights: $T/closed/other" \
		--filter-file="$T/closed/other"
	refuses "$1: --engine=bpf" "--engine=bpf" --engine=bpf -nP
	same "$1: a filter on standard input" "$holder" \
		"$(echo "pid == $holder" | $nobody "$secure" -t --filter-file=- 2>&1)"
	for _place in held other none below/other below/none; do
		equal "$1: closed/$_place" "$T/closed/$_place"
	done
	equal "$1: +d closed" +d "$T/closed"
	equal "$1: +D closed/below" -V +D "$T/closed/below"
	$nobody "$secure" -Q -t +D "$T/root" >"$T/got" 2>&1
	same "$1: +D of what its caller may see: whoever has it open" 1 "$(grep -c "^$zoo_pid\$" "$T/got")"
	equal "$1: --netns=closed/other" --netns="$T/closed/other" -i
	equal "$1: --netns=closed/none" --netns="$T/closed/none" -i
	equal "$1: -e closed/below" -e "$T/closed/below"
	# What docs/security.md says that it gives away: of what is open, the name.
	$nobody "$secure" -nP -a -p "$holder" -d 3 -Fn >"$T/got" 2>&1
	same "$1: the name of what is open" 1 "$(grep -c "^n$T/closed/held\$" "$T/got")"
}
if have setcap; then
	line=$(sed -n 's/^setcap \(cap[^ ]*\) .*/\1/p' "$LIVE/../../docs/security.md")
	setcap "$line" "$secure" 2>"$T/err" && setcap "$line" "$T/bin/cat" 2>>"$T/err"
	raised "capabilities of the file"
	setcap cap_sys_ptrace,cap_dac_read_search,cap_sys_admin,cap_setuid,cap_net_admin=eip "$secure" 2>"$T/err"
	setcap cap_sys_admin=ep "$T/bin/cat" 2>>"$T/err"
	given_up "too many of them"
	setcap -r "$secure" && setcap -r "$T/bin/cat"
else
	skip "capabilities of the file" "no setcap"
fi
chmod u+s "$secure" "$T/bin/cat"
raised "set-user-ID"
chmod u-s "$secure"

# ---- less than a machine ----

if unshare -Ur true 2>"$T/err"; then
	rows unshare -Ur "$FDMAP"
	same "user namespace: status, messages" "0 " "$? $(cat "$T/err")"
	# Its own /proc, where it is the first of all.
	$nobody unshare -Urpf --mount-proc sh -c "sleep 600 </dev/zero >/dev/zero 2>&1 9>&- & \"$copy\" -nP -w -c sleep -F pfn
		kill \$!" >"$T/got" 2>"$T/err"
	same "user and PID namespace: messages, rows" " f0 n/dev/zero f1 n/dev/zero f2 n/dev/zero " \
		"$(cat "$T/err") $(grep -A 100 '^f0' "$T/got" | grep -B 1 zero | tr '\n' ' ')"
else
	skip "user namespace" "$(cat "$T/err")"
fi
if unshare -m umount -l /sys 2>"$T/err"; then
	unshare -m sh -c "umount -l /sys; exec \"$FDMAP\" -nP -F $us" >"$T/got" 2>"$T/err" 9>&-
	same "no /sys: status, messages, rows" "0  " "$? $(cat "$T/err") $(diff "$T/all" "$T/got" | head -n 4)"
	cat >"$T/masked" <<-END
		mount --bind /dev/null /proc/locks; mount --bind /dev/null /proc/sys/fs/file-nr
		mount --bind /dev/null /proc/kallsyms; mount -o remount,ro,bind /
		exec "\$@"
	END
	unshare -m sh "$T/masked" "$FDMAP" -nP -F $us >"$T/got" 2>"$T/err" 9>&-
	same "masked files of /proc: status, messages, rows but for locks" "0  " \
		"$? $(cat "$T/err") $(grep -v '^l' "$T/all" >"$T/all.no"; grep -v '^l' "$T/got" | diff "$T/all.no" - | head -n 4)"
else
	skip "no /sys" "$(cat "$T/err")"
fi
finish
