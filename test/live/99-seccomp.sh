#!/bin/sh
# SPDX-License-Identifier: MIT
# Filters of system calls: those that docs/security.md lists are enough where all others kill; what is optional is not
# tried under a filter, unless it was asked for by name; and whichever optional call is refused, the rows are the same.
# shellcheck disable=SC2016,SC2086 # patterns have backquotes; $us and the lists of names are words
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

is_root || { skip seccomp "not root"; finish; }
is_lsof && { skip seccomp "lsof has no such list"; finish; }
for program in python3 unshare ip; do
	have "$program" || { skip seccomp "no $program"; finish; }
done
"$BUILD/live/filter" kill deny setns -- true 2>"$T/err" || { skip seccomp "no filter: $(cat "$T/err")"; finish; }
enter_stage seccomp
trap leave_stage EXIT
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
filter=$BUILD/live/filter

# ---- the lists, from the document itself ----

plain=$(listed "Always")
optional=$(listed "Not under a filter")
raised=$(listed "With raised rights")
same "the document has lists" "yes yes yes" \
	"$([ -n "$plain" ] && echo yes) $([ -n "$optional" ] && echo yes) $([ -n "$raised" ] && echo yes)"

# ---- what there is to list ----

ip link set lo up
zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
herd_start 4 700 || { not_ok herd "did not start"; finish; }
# A namespace whose sockets are found without entering it.
start away unshare -n python3 -Bc 'import socket, time
s = socket.socket()
s.bind(("0.0.0.0", 7))
s.listen()
print("ready", flush=True)
time.sleep(600)'
await 20 grep -q ready "$T/away.out" || { not_ok away "$(cat "$T/away.out")"; finish; }
# Ours, and what is around it.
us="-c ^$(basename "$FDMAP") -c ^$(cut -c 1-15 /proc/$$/comm) -c ^strace -c ^timeout -c ^filter"

cat >"$T/questions" <<END
-nP -F
-F
-nPi -F
-nPU -F
-nPt -i TCP
-nPU +E -F
-nP --netns=self -i -F
-nP --columns=+unit,cmdline,peer -d 3-200
-nP --unowned -i -F
-nPK -F
-nP -J
-nP --count=comm,type
-nP +L -N -u root -F
-nP --filter "tcp and listening"
-nP --socket-source=text -i
-nP --socket-source=diag -i
END
# Those of the first list leave us out; these say of whom.
cat >"$T/named" <<END
-nP -a -p $zoo_pid -d 3-200 -E -F
-nP -a -p $zoo_pid +D $T/zoo -F
-nP -a -p $zoo_pid +d $T/zoo -F
-nP $T/zoo/r /no/such/name -F
-nP -e /dev -a -p $zoo_pid
-nP -p $zoo_pid --columns=+rtt,mark
-nP -p $zoo_pid --threads=8 -F
+m
-r1c2 -nP -a -p $zoo_pid -d 0-9
-nP -p 999999 -V
--columns=help
--explain -p 999999 -Q -w
END

# ask COMMAND...: every question, as it was answered without COMMAND; leaves what differs in $T/wrong
ask() {
	: >"$T/wrong"
	_n=0
	while read -r question; do
		_n=$((_n + 1))
		set_face "$question"
		eval "timeout 60 \"\$@\" \"\$FDMAP\" $_face" >"$T/got" 2>"$T/got.err" </dev/null 9>&-
		echo "status $?" >>"$T/got"
		if [ ! -e "$T/answer.$_n" ]; then
			cat "$T/got" "$T/got.err" >"$T/answer.$_n"
		elif [ "${question#--explain}" = "$question" ]; then
			cat "$T/got.err" >>"$T/got"
			cmp -s "$T/got" "$T/answer.$_n" ||
				{ echo "[$question]"; diff "$T/answer.$_n" "$T/got" | head -n 4; } >>"$T/wrong"
		else
			tail -n 1 "$T/got" | grep -q 'status [01]$' || echo "[$question] $(tail -n 1 "$T/got")" >>"$T/wrong"
		fi
	done <"$T/all"
}
# Not of ourselves, unless a question says of whom.
set_face() {
	case $1 in
	*"-p $zoo_pid"* | *999999* | +m | *help* | *"/no/such"*) _face=$1 ;;
	*) _face="$us $1" ;;
	esac
}
answers() { # NAME COMMAND...
	_what=$1
	shift
	ask "$@"
	same "$_what" "" "$(cat "$T/wrong")"
}

cat "$T/questions" "$T/named" >"$T/all"
ask env
# What changes by itself proves nothing.
answers "without a filter: the same again" env

{
	"$FDMAP" -nP -F --engine=proc $us >"$T/rows" 2>&1 9>&-
	"$FDMAP" -nP -F --netns=all -i $us >"$T/netns" 2>&1 9>&-
}

# ---- lists that kill ----

sanitized=
nm "$FDMAP" 2>/dev/null | grep -q __asan_init && sanitized=yes
nm -D "$FDMAP" 2>/dev/null | grep -q __asan_init && sanitized=yes
if [ -n "$sanitized" ]; then
	skip "what is listed is enough" "a sanitizer makes calls of its own"
else
	affinity=sched_getaffinity
	answers "what is listed is enough: $(echo $plain | wc -w) calls" "$filter" kill allow $plain --
	"$filter" kill allow $plain $optional -- "$FDMAP" -nP -F --engine=bpf $us >"$T/got" 2>"$T/err"
	rc=$?
	if [ $rc -ne 0 ] && grep -q engine "$T/err"; then
		skip "the optional ones are enough for BPF" "$(cat "$T/err")"
	else
		same "the optional ones are enough for BPF" "0  " "$rc $(cat "$T/err") $(diff "$T/rows" "$T/got" | head -n 4)"
	fi
	"$filter" kill allow $plain setns -- "$FDMAP" -nP -F --netns=all -i $us >"$T/got" 2>"$T/err"
	same "--netns=all takes setns, too" "0  " "$? $(cat "$T/err") $(diff "$T/netns" "$T/got" | head -n 4)"
	without=$(echo "$plain" | sed 's/getdents64//')
	"$filter" kill allow $without -- "$FDMAP" -nP >/dev/null 2>&1
	same "a list that lacks one kills" 159 $?
fi

# ---- what is optional is not tried ----

answers "a filter kills all that is optional" "$filter" kill deny $optional --
for call in $optional; do
	"$filter" kill deny "$call" -- "$FDMAP" -nP -F $us >"$T/got" 2>"$T/err"
	same "$call kills: status, messages, rows" "0  " \
		"$? $(cat "$T/err") $(diff "$T/rows" "$T/got" | head -n 4)"
done
"$filter" kill deny $optional -- "$FDMAP" -nP --columns=+detail,container $us >"$T/got" 2>"$T/err"
same "details and containers: status, messages" "0 " "$? $(cat "$T/err")"
if _why=$(no_bpf); then
	skip "--engine=bpf is tried" "$_why"
	skip "auto would use bpf" "$_why"
else
	"$filter" kill deny bpf -- "$FDMAP" -nP --engine=bpf >/dev/null 2>&1
	same "--engine=bpf is tried" 159 $?
	"$filter" kill deny setns -- "$FDMAP" -nP --netns=all -i >/dev/null 2>&1
	same "--netns=all is tried" 159 $?
	"$filter" kill deny setns -- "$FDMAP" -nP --engine=auto --explain $us >/dev/null 2>"$T/err"
	same "why there is no BPF" 1 "$(grep -m 1 -c 'a filter of system calls' "$T/err")"
fi

# ---- what is optional is refused ----

if have strace && strace -o /dev/null true 2>/dev/null; then
	# With fewer descriptors it is sooner told.
	kill $herd_pids
	head -n 1 "$T/questions" >"$T/all"
	sed -n '1p;2p;4p' "$T/named" >>"$T/all"
	rm -f "$T"/answer.*
	ask env
	for call in $optional close_range capget setsid prctl ${affinity-}; do
		for error in EPERM ENOSYS; do
			answers "$call: $error" strace -f -qq -o "$T/trace" -e signal=none -e trace="$call" \
				-e inject="$call:error=$error"
		done
	done
else
	skip "optional calls that are refused" "no strace, or it may not"
fi
finish
