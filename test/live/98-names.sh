#!/bin/sh
# SPDX-License-Identifier: MIT
# A name service that never answers, and a portmapper that accepts and says nothing: every listing ends, with all
# its rows, in the one second that names have; the files of the machine are read without asking anybody; where a
# name was given, one line says what is wrong. In namespaces of its own.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip names "lsof would hang"
	finish
fi
for program in python3 ip unshare setpriv; do
	have "$program" || { skip names "no $program"; finish; }
done
if [ -z "${FDMAP_NAMES_INSIDE:-}" ]; then
	is_root || { skip names "not root"; finish; }
	unshare -n -m true 2>/dev/null || { skip names "no namespaces here"; finish; }
	FDMAP_NAMES_INSIDE=1 unshare -n -m "$0"
	exit $?
fi
[ -e /etc/nsswitch.conf ] || { skip names "there is no /etc/nsswitch.conf to put another over"; finish; }

# ---- a small world ----

ip link set lo up
mkdir "$T/lib" "$T/etc"
cp "$BUILD/live/libnss_hang.so.2" "$T/lib/"
chmod -R a+rX "$T/lib"
printf 'http 80/tcp\nfile-port 7000/tcp\n' >"$T/etc/services"
: >"$T/etc/nsswitch.conf"
for file in nsswitch.conf services; do
	[ -e "/etc/$file" ] || { skip names "there is no /etc/$file to put another over"; finish; }
	mount --bind "$T/etc/$file" "/etc/$file" || { skip names "mount --bind refused"; finish; }
done
# A cache of names would answer itself.
[ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd
export LD_LIBRARY_PATH="$T/lib"
unset NSS_HANG

# sources PASSWD SERVICES: who is asked for these, in this order
sources() {
	printf 'hosts: files\ngroup: files\nrpc: hang\npasswd: %s\nservices: %s\n' "$1" "$2" >"$T/etc/nsswitch.conf"
}

cat >"$T/listen.py" <<'PY'
import os, socket, sys, time
held = []
for port in sys.argv[2:]:
    s = socket.socket()
    s.bind(("127.0.0.1", int(port)))
    s.listen(1)
    held.append(s)
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
print("ready", flush=True)
time.sleep(600)
PY
start root python3 -B "$T/listen.py" 0 80
root=$started
strangers=
for n in 1 2 3 4 5 6; do
	start "stranger$n" python3 -B "$T/listen.py" "6000$n" "$((6999 + n))"
	strangers="$strangers,$started"
done
strangers=${strangers#,}
first=${strangers%%,*}
for n in 1 2 3 4 5 6; do
	await 20 grep -q ready "$T/stranger$n.out" || { not_ok names "$(cat "$T/stranger$n.out")"; finish; }
done
await 20 grep -q ready "$T/root.out" || { not_ok names "$(cat "$T/root.out")"; finish; }
prepare_nobody || { not_ok names "no copy for nobody"; finish; }
# setpriv asks for logins, too.
printf '#!/bin/sh\nexec env -u LD_LIBRARY_PATH setpriv --reuid 65534 --regid 65534 --clear-groups %s env %s "$@"\n' \
	--inh-caps=-all "LD_LIBRARY_PATH=$T/lib $T/bin/$(basename "$FDMAP")" >"$NFDMAP"

# within NAME COMMAND...: one second for names, and as much again and more for a busy machine
within() {
	_name=$1
	shift
	_begun=$(date +%s%N)
	timeout -s KILL 20 "$@" >"$T/got" 2>"$T/err"
	rc=$?
	_took=$((($(date +%s%N) - _begun) / 1000000))
	if [ "$rc" -ne 137 ] && [ "$_took" -lt 4500 ]; then
		ok "$_name: ends"
	else
		not_ok "$_name: ends" "status $rc after $_took ms"
	fi
}
users() { sed 1d "$T/got" | awk '{ print $3 }' | sort -u | tr '\n' ' '; }
ports() { grep -o '127.0.0.1:[^ ]*' "$T/got" | sort | tr '\n' ' '; }
silence="fdmap: the name service does not answer: numbers instead of logins"
numbers="60001 60002 60003 60004 60005 60006 "

# ---- the files come first ----

sources "files hang" "files hang"
within "six users" "$FDMAP" -nP -p "$strangers"
same "six users: by number, one line" "$numbers 0 $silence" "$(users) $rc $(cat "$T/err")"
within "-F" "$FDMAP" -nP -p "$strangers" -FuL
same "-F: numbers, no logins" "6 0 0" "$(grep -c '^u6000[1-6]$' "$T/got") $(grep -c '^L' "$T/got") $rc"
within "whom the file has" "$FDMAP" -nP -p "$root"
same "whom the file has: his name" "root  0 " "$(users) $rc $(cat "$T/err")"
within "everything" "$FDMAP" -nP
holds "everything: all of them" [ "$(awk '$3 ~ /^6000[1-6]$/ { print $3 }' "$T/got" | sort -u | wc -l)" -eq 6 ]
within "-l" "$FDMAP" -l -nP -p "$first"
same "-l: nobody is asked" "0 " "$rc $(cat "$T/err")"

within "ports" "$FDMAP" -lni -a -p "$root,$strangers"
same "ports: those of the file by name, the others by number" \
	"127.0.0.1:7001 127.0.0.1:7002 127.0.0.1:7003 127.0.0.1:7004 127.0.0.1:file-port 127.0.0.1:http " \
	"$(ports | tr ' ' '\n' | grep -v 7005 | tr '\n' ' ' | sed 's/^ //; s/  $/ /')"
within "a port of the file" "$FDMAP" -t -i :http
same "a port of the file" "$root 0" "$(cat "$T/got") $rc"
within "a service nobody tells of" "$FDMAP" -i :nosuchport
same "a service nobody tells of: one line, status, nothing else" \
	"fdmap: can't look up service nosuchport: the name service does not answer: -i :nosuchport 1 0" \
	"$(cat "$T/err") $rc $(wc -c <"$T/got")"
within "--strict" "$FDMAP" --strict -i tcp:nosuchport
same "--strict: it could not be looked at: status" 2 "$rc"

within "-u of the file" "$FDMAP" -t -a -u root -p "$root"
same "-u of the file" "$root 0" "$(cat "$T/got") $rc"
within "-u that hangs" "$FDMAP" -t -u nosuchlogin
same "-u that hangs: one line, status, nothing else" \
	"fdmap: can't get UID for nosuchlogin: the name service does not answer 1 0" \
	"$(cat "$T/err") $rc $(wc -c <"$T/got")"
within "-u of many that hang" "$FDMAP" -t -u no1,no2,no3,no4,no5,no6
same "-u of many that hang: status" 1 "$rc"
within "a filter" "$FDMAP" --filter 'login == nosuchlogin'
same "a filter: status, nothing else" "1 0" "$rc $(wc -c <"$T/got")"
holds "a filter: it is named" grep -q nosuchlogin "$T/err"

# ---- the portmapper ----

start portmap python3 -B "$LIVE/lib/portmap.py" silent
await 20 grep -q ready "$T/portmap.out" || not_ok portmap "$(cat "$T/portmap.out")"
silent=$started
within "+M, silence" "$FDMAP" +M -lnP -i -a -p "$silent"
same "+M, silence: ports alone" "0 0" "$rc $(grep -c '\[' "$T/got")"
within "all at once" "$FDMAP" +M -i
holds "all at once: every socket" grep -q ':7005 ' "$T/got"
kill "$silent"
wait "$silent" 2>/dev/null
within "+M, gone" "$FDMAP" +M -lnP -i
same "+M, gone: ports alone" "0 0" "$rc $(grep -c '\[' "$T/got")"
rm -f "$T/portmap.out"
start portmap python3 -B "$LIVE/lib/portmap.py" answer
await 20 grep -q ready "$T/portmap.out" || not_ok portmap "$(cat "$T/portmap.out")"
within "+M, names that hang" "$FDMAP" +M -lnP -i -a -p "$started"
same "+M, names that hang: all programs by number" \
	"127.0.0.1:111[100000] 127.0.0.1:5001[100003] 127.0.0.1:5001[100005] 127.0.0.1:5002[400123] 127.0.0.1:5003 " \
	"$(grep -v -e '->' "$T/got" | grep -o '127.0.0.1:[^ ]*' | sort | tr '\n' ' ')"

# ---- nobody ----

within "nobody: six users" "$NFDMAP" -nP -p "$strangers"
same "nobody: six users: by number" "$numbers" "$(users)"

# ---- the service comes first ----

sources "hang files" "hang files"
within "first: users" "$FDMAP" -nP -p "$root,$strangers"
same "first: users: all by number" "0 $numbers" "$(users)"
within "first: ports" "$FDMAP" -lni
same "first: ports: all by number" 0 "$(grep -c -e :http -e :file-port "$T/got")"

# ---- it answers ----

export NSS_HANG=answer
for order in "files hang" "hang files"; do
	sources "$order" "$order"
	"$FDMAP" -n -p "$root,$strangers" >"$T/got" 2>"$T/err"
	same "$order answer: names" "nss60001 nss60002 nss60003 nss60004 nss60005 nss60006 root  " "$(users) $(cat "$T/err")"
	same "$order answer: ports" "127.0.0.1:7002 127.0.0.1:7003 127.0.0.1:7004 127.0.0.1:7005 " \
		"$(ports | tr ' ' '\n' | grep ':[0-9]' | tr '\n' ' ')"
	same "$order answer: -u" "$first" "$("$FDMAP" -t -u nss60001)"
	same "$order answer: -u of nobody" "fdmap: can't get UID for nosuchlogin" "$("$FDMAP" -t -u nosuchlogin 2>&1 | head -n 1)"
	same "$order answer: a service" "${strangers#*,}" "$("$FDMAP" -t -i :nss-port),${strangers#*,*,}"
	if have lsof; then
		lsof -n -p "$root,$strangers" >"$T/want" 2>/dev/null
		"$FDMAP" -n -p "$root,$strangers" >"$T/got" 2>/dev/null
		same "$order answer: as lsof shows them" "" "$(diff "$T/want" "$T/got" | head -n 4)"
	fi
done
unset NSS_HANG

# ---- what it costs ----

sources files files
if have strace && strace -o "$T/trace" true 2>/dev/null; then
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 \
		strace -f -o "$T/trace" -e trace=clone,clone3,openat "$FDMAP" -n -p "$root,$first" >"$T/got" 2>"$T/err"
	holds "files alone: names" grep -q file-port "$T/got"
	same "files alone: no thread, no library" "" "$(grep -e clone -e libnss "$T/trace" | head -n 2)"
	same "files alone: who has no name has none" "fdmap: no pwd entry for UID 60001" "$(cat "$T/err")"
else
	skip "files alone" "no strace"
fi
finish
