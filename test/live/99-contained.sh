#!/bin/sh
# SPDX-License-Identifier: MIT
# The program inside a container of podman's: with the runtime's own filter of system calls and capabilities, masked
# files, a read-only root, as another user, and with no more than two capabilities.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_root || { skip contained "not root"; finish; }
is_lsof && { skip contained "it is fdmap that must run there"; finish; }
for program in podman runc; do
	have $program || { skip contained "no $program"; finish; }
done
for busybox in /bin/busybox /usr/bin/busybox; do
	[ -x "$busybox" ] && break
done
# What the program is linked with is mounted from here.
if ! [ -x "$busybox" ] || ldd "$busybox" >/dev/null 2>&1 || ! [ -d /lib64 ]; then
	skip contained "no busybox that is linked statically, or no /lib64"
	finish
fi

# shellcheck source=test/live/lib/pods.sh
. "$LIVE/lib/pods.sh"
mkdir "$T/given"
cp "$FDMAP" "$T/given/fdmap" && chmod 755 "$T/given" "$T/given/fdmap"
# Three descriptors of its own, which it tells itself.
cat >"$T/given/look" <<'END'
exec 3</given/look 4>/dev/null 5</
echo "pid $$"
grep '^Seccomp:' /proc/self/status
/given/fdmap -nP -w -p $$ -Fftn
echo "status $?"
END
if ! make_image fdmap-live-contained; then
	skip contained "podman cannot import: $(tail -1 "$T/import.out")"
	finish
fi

# look OPTION...: the script above, in a container of its own
look() {
	pod run --rm --network=none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		-v "$T/given:/given:ro" -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro "$@" \
		fdmap-live-contained /bin/busybox sh -c '. /given/look' >"$T/got" 2>"$T/err"
}
if ! look; then
	skip contained "podman cannot start one: $(tail -1 "$T/err")"
	finish
fi
# told NAME: what it says of the three, and that is all that is said
told() {
	same "$1" "f3 tREG n/given/look|f4 tCHR n/dev/null|f5 tDIR n/|status 0||" \
		"$(awk '/^f/ { on = /^f[345]$/ } on && /^[ftn]/ { row = row $0 " " } /^f/ && row != $0 " " { } /^status/ { print row $0 }' \
			"$T/got" | sed 's/ f/|f/g; s/ status/|status/')|$(cat "$T/err")|"
}
told "its own, by default"
same "under the runtime's filter" "Seccomp:	2" "$(grep '^Seccomp:' "$T/got")"
look --read-only; told "read-only root"
look --user 65534:65534; told "as nobody"
look --cap-drop=all; told "without any capability"
look --cap-drop=all --cap-add=SYS_PTRACE --cap-add=DAC_READ_SEARCH; told "with two capabilities"
look --security-opt seccomp=unconfined; told "without a filter"
look --security-opt mask=/proc/locks:/proc/net:/proc/sys; told "more of /proc is masked"

# Another process of the same container, and those outside, which it may not see.
pod run -d --name fdmap-live-two --network=none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
	-v "$T/given:/given:ro" -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro \
	fdmap-live-contained /bin/busybox sleep 300 >"$T/id" 2>&1
pod exec fdmap-live-two /given/fdmap -nP -w -c busybox -F pfn >"$T/got" 2>"$T/err"
same "another process of it: status, PIDs, what was said" "0 p1  " "$? $(grep '^p' "$T/got" | tr '\n' ' ') $(cat "$T/err")"
pod exec fdmap-live-two /given/fdmap -nPt >"$T/got" 2>"$T/err"
same "nobody from outside" "" "$(grep -v -E '^[0-9]{1,3}$' "$T/got")"
pod exec fdmap-live-two /given/fdmap --engine=bpf -nP >"$T/got" 2>"$T/err"
same "--engine=bpf says why not" "1 0 1" "$? $(wc -c <"$T/got") $(grep -c -- '--engine=bpf' "$T/err")"
finish
