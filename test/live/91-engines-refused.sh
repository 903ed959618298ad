#!/bin/sh
# SPDX-License-Identifier: MIT
# Where BPF may not or can't be used: --engine=auto tells what /proc tells, in silence, and --engine=bpf says why
# not. However it fails, rows are whole; and nothing of it stays behind.
# shellcheck disable=SC2086 # $nobody and $traced are words
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

may_compare refused python3 setpriv unshare mount
enter_stage refused
trap leave_stage EXIT

# Ours, and what is around it. Shells that are begun by this one have its name.
us="-c ^$(basename "$FDMAP") -c ^$(cut -c 1-15 /proc/$$/comm) -c ^unshare -c ^setpriv -c ^strace -c ^timeout"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
herd_start 20 60 || { not_ok herd "did not start"; finish; }
prepare_nobody || { not_ok nobody "no copy"; finish; }
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all"
copy=$T/bin/$(basename "$FDMAP")

# told ENGINE COMMAND...: leaves $T/ENGINE.out, .err and .rc of the program that is run by COMMAND
told() {
	_engine=$1
	shift
	# shellcheck disable=SC2086 # words are meant
	timeout 120 "$@" --engine="$_engine" -nP -F $us ${faces-} >"$T/$_engine.out" 2>"$T/$_engine.err" </dev/null
	echo $? >"$T/$_engine.rc"
}

# silent NAME COMMAND...: auto is as the first engine
silent() {
	_name=$1
	shift
	told "$ENGINE_A" "$@"
	told auto "$@"
	for _part in out err rc; do
		if ! cmp -s "$T/$ENGINE_A.$_part" "$T/auto.$_part"; then
			not_ok "$_name: auto" "$_part: $(diff "$T/$ENGINE_A.$_part" "$T/auto.$_part" | head -n 6)"
			return
		fi
	done
	if [ -s "$T/auto.out" ]; then ok "$_name: auto"; else not_ok "$_name: auto" "nothing is listed"; fi
}

# says_no NAME COMMAND...: bpf is refused with a word, and without rows
says_no() {
	_name=$1
	shift
	told bpf "$@"
	same "$_name: bpf" "1 0 1 1" \
		"$(cat "$T/bpf.rc") $(wc -c <"$T/bpf.out") $(wc -l <"$T/bpf.err") $(grep -c engine "$T/bpf.err")"
}

both() {
	silent "$@"
	says_no "$@"
}

# ---- who may not ----

both "nobody" "$NFDMAP"
for caps in -bpf,-sys_admin -perfmon,-sys_admin -sys_ptrace -dac_read_search,-dac_override; do
	if setpriv --bounding-set=$caps true 2>"$T/err"; then
		both "root with $caps" setpriv --bounding-set=$caps "$FDMAP"
	else
		skip "root with $caps" "$(cat "$T/err")"
	fi
done
if unshare -Ur true 2>"$T/err"; then
	both "root of a user namespace" unshare -Ur "$FDMAP"
	both "root of a user namespace, as nobody" $nobody unshare -Ur "$copy"
else
	skip "root of a user namespace" "$(cat "$T/err")"
fi
both "/proc of another PID namespace" unshare -pf "$FDMAP"
"$LIVE/../lib/untree" "$LIVE/../trees/kinds.tree" "$T/tree" >"$T/err" 2>&1 || not_ok untree "$(cat "$T/err")"
both "a recorded tree" "$FDMAP" --proc="$T/tree"

# Rights that the file of the program has are for nobody's /proc, not for what the kernel has in store.
cp "$FDMAP" "$T/bin/secure"
cp "$(command -v cat)" "$T/bin/cat"
# secure NAME: of what $T/bin/secure and cat have become
secure() {
	if $nobody "$T/bin/cat" /proc/self/status | grep -q '^CapEff:	0*$'; then
		skip "$1" "they are not given here"
	else
		both "$1" $nobody "$T/bin/secure"
	fi
}
us="$us -c ^secure"
if have setcap; then
	caps=cap_sys_ptrace,cap_dac_read_search,cap_bpf,cap_perfmon,cap_sys_admin+ep
	setcap $caps "$T/bin/secure" 2>"$T/err" && setcap $caps "$T/bin/cat" 2>>"$T/err"
	secure "capabilities of the file"
	setcap -r "$T/bin/secure" 2>"$T/err"
	setcap -r "$T/bin/cat" 2>"$T/err"
else
	skip "capabilities of the file" "no setcap"
fi
chmod u+s "$T/bin/secure" "$T/bin/cat"
secure "set-user-ID"

# ---- what fails under way ----

needs_bpf "failures under way"
if ! strace -o /dev/null true 2>/dev/null; then
	skip "failures under way" "no strace"
	finish
fi
# So many files are open that auto uses BPF, for sockets too, where the limit of open files lets us.
cp "$BUILD/live/herd" "$T/bin/ballast"
"$T/bin/ballast" 1 13000 <"$T/.in" >"$T/ballast" 2>&1 9>&- &
pids="$! $pids"
us="$us -c ^ballast"
await 30 grep -q '^ready' "$T/ballast" || skip "many open files" "$(tail -n 1 "$T/ballast")"
traced="strace -f -qq -y -o $T/trace -e signal=none"

# Only a scan that would be done by BPF can fail over; on few files it is not, for sockets on more.
look_whether() {
	told auto $traced -e trace=bpf "$FDMAP"
	uses_bpf=$(grep -c 'bpf(.*= [0-9]' "$T/trace")
}
look_whether
told bpf $traced -e trace=bpf "$FDMAP"
calls=$(grep -c 'bpf(' "$T/trace")
holds "bpf() is called, $calls times" [ "$calls" -gt 0 ]

# under NAME INJECTION...: whatever fails, auto tells the same, and bpf the same or why not
under() {
	_what=$1
	shift
	told "$ENGINE_A" "$FDMAP"
	told auto $traced "$@" "$FDMAP"
	_hit=$(grep -c 'INJECTED' "$T/trace")
	if [ "$uses_bpf" -eq 0 ]; then
		skip "$_what: auto" "auto does not use BPF here"
	elif [ "$_hit" -eq 0 ]; then
		not_ok "$_what: auto" "nothing failed: $(tail -n 3 "$T/trace")"
	elif cmp -s "$T/$ENGINE_A.out" "$T/auto.out" && [ "$(cat "$T/auto.rc")" = "$(cat "$T/$ENGINE_A.rc")" ] &&
		cmp -s "$T/$ENGINE_A.err" "$T/auto.err"; then
		ok "$_what: auto"
	else
		not_ok "$_what: auto" "$(cat "$T/auto.err"); $(diff "$T/$ENGINE_A.out" "$T/auto.out" | head -n 6)"
	fi
	told bpf $traced "$@" "$FDMAP"
	grep -q INJECTED "$T/trace" || not_ok "$_what: bpf" "nothing failed: $(tail -n 3 "$T/trace")"
	case $(cat "$T/bpf.rc") in
	"$(cat "$T/$ENGINE_A.rc")")
		same "$_what: bpf" "" "$(diff "$T/$ENGINE_A.out" "$T/bpf.out" | head -n 6)" ;;
	*)
		same "$_what: bpf" "1 0 1 1" \
			"$(cat "$T/bpf.rc") $(wc -c <"$T/bpf.out") $(wc -l <"$T/bpf.err") $(grep -c engine "$T/bpf.err")" ;;
	esac
}

under "bpf() always fails" -e trace=bpf -e inject=bpf:error=EPERM
for n in $(seq "$calls"); do
	under "bpf() fails, call $n" -e trace=bpf -e inject=bpf:error=EINVAL:when="$n"
done
iterator() { _n=$1; shift; under "$_n" -P anon_inode:bpf_iter -e trace=read "$@"; }
told bpf $traced -P anon_inode:bpf_iter -e trace=read "$FDMAP"
reads=$(grep -c 'read(' "$T/trace")
if [ "$reads" -gt 4 ]; then
	iterator "read() fails at once" -e inject=read:error=EPERM
	iterator "read() fails, E2BIG after some" -e inject=read:error=E2BIG:when=3+
	iterator "read() fails once" -e inject=read:error=ENOMEM:when=2
	iterator "read() is interrupted" -e inject=read:error=EINTR:when=2+2
	iterator "read() is to be repeated" -e inject=read:error=EAGAIN:when=1+2
else
	skip "read() fails" "strace shows $reads reads"
fi
# Sockets and files are looked for by programs of their own.
for faces in -i /dev/null --sockets; do
	look_whether
	under "$faces, bpf() always fails" -e trace=bpf -e inject=bpf:error=EPERM
	iterator "$faces, read() fails" -e inject=read:error=E2BIG:when=1
done
faces=

# ---- what stays ----

# Others may load and unload their own; what is ours would stay.
loaded() { for _object in prog map link btf; do bpftool $_object list 2>/dev/null | sed -n "s/^\([0-9]*\):.*/$_object \1/p"; done | sort; }
# shellcheck disable=SC2317 # passed by name
nothing_new() {
	loaded >"$T/now"
	[ -z "$(comm -13 "$T/loaded" "$T/now")" ]
}
if have bpftool && bpftool prog list >/dev/null 2>&1; then
	loaded >"$T/loaded"
	told bpf "$FDMAP"
	faces="-i" told bpf "$FDMAP"
	faces="/dev/null" told bpf "$FDMAP"
	told bpf $traced -e trace=bpf -e inject=bpf:error=EINVAL:when="$calls" "$FDMAP"
	holds "nothing stays loaded" await 5 nothing_new
else
	skip "nothing stays loaded" "no bpftool"
fi
finish
