#!/bin/sh
# SPDX-License-Identifier: MIT
# The static program beside the other: the same rows, no library, no name service; in an empty chroot and in a
# container of busybox, where only names are missing, and those that plain files tell are there.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip static "it is fdmap that is linked so"; finish; }
case $(basename "$BUILD") in asan | tsan | cov) skip static "sanitizers need their libraries"; finish ;; esac
have make || { skip static "no make"; finish; }
cd "$LIVE/../.." || exit 1
make -s -j2 static >"$T/make.log" 2>&1
same "make static says nothing but what it does" "0 " "$? $(grep -vE '^  (CC|AR|LINK)  ' "$T/make.log")"
STATIC=$(realpath build/static/fdmap) || finish

if have readelf; then
	same "no interpreter, no library" "" "$(readelf -ld "$STATIC" | grep -E 'INTERP|NEEDED')"
else
	skip "no interpreter, no library" "no readelf"
fi
same "it says so" 1 "$("$STATIC" -v 2>&1 | grep -c 'linked statically')"
same "the other does not" 0 "$("$FDMAP" -v 2>&1 | grep -c 'linked statically')"

# ---- the same rows ----

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
both() {
	_name=$1
	shift
	"$FDMAP" "$@" >"$T/dynamic.rows" 2>"$T/dynamic.err"
	echo "status $?" >>"$T/dynamic.err"
	"$STATIC" "$@" >"$T/static.rows" 2>"$T/static.err"
	echo "status $?" >>"$T/static.err"
	cmp -s "$T/dynamic.err" "$T/static.err" ||
		not_ok "$_name: stderr" "$(diff "$T/dynamic.err" "$T/static.err" | head -4)"
	alike "$_name" 5 "$T/dynamic.rows" "$T/static.rows"
}
both "the zoo" -nPl -p "$zoo_pid"
both "the zoo, with names of this machine's files" -n -p "$zoo_pid"
both "the zoo, as fields" -nPl -p "$zoo_pid" -F
both "the zoo, as JSON with other ends" -nPlj -E -p "$zoo_pid" --columns=+peer
both "the zoo, from /proc" -nPl --engine=proc -p "$zoo_pid"
# Cookies are told by sock_diag alone.
both "sockets, by sock_diag" -nPl --socket-source=diag -a -i -p "$zoo_pid" --columns=pid,fd,name,cookie
holds "cookies are told" grep -qE ' 0x[0-9a-f]+$' "$T/static.rows"

# opened COMMAND...: files that it opened as libraries, and processes that it tried to talk to for names
opened() {
	strace -f -qq -e trace=open,openat,openat2,connect -o "$T/strace" "$@" >"$T/strace.out" 2>&1
	grep -E '"[^"]*(\.so(\.[0-9]+)*|gconv/[^"]*\.so|nsswitch|nscd/socket)"' "$T/strace" | grep -v 'nsswitch.conf' | grep -v ENOENT
}
if have strace; then
	same "no library is loaded for names" "" "$(opened "$STATIC" -p "$zoo_pid")"
	# Tables of such a character set are libraries.
	if have localedef && localedef -i en_US -f ISO-8859-1 "$T/locale.latin" >"$T/localedef.out" 2>&1; then
		latin=$(printf '%s/caf\351' "$T")
		exec 7>"$latin"
		mkdir "$T/locales" && mv "$T/locale.latin" "$T/locales/en_US.ISO-8859-1"
		same "no library is loaded for a character set" "" \
			"$(LOCPATH=$T/locales LC_ALL=en_US.ISO-8859-1 opened "$STATIC" -p $$)"
		holds "a name was in it" grep -q caf "$T/strace.out"
		holds "that character set was there" grep -q 'en_US.ISO-8859-1/LC_CTYPE.* = [0-9]' "$T/strace"
	else
		skip "no library is loaded for a character set" "no localedef, or no sources of locales"
	fi
else
	skip "no library is loaded" "no strace"
fi

# ---- an empty chroot ----

if is_root && have unshare && unshare -m true 2>/dev/null; then
	mkdir -p "$T/empty/proc"
	cp "$STATIC" "$T/empty/fdmap"
	# empty ARGUMENT...: the program where nothing but itself and /proc is; ends in any case
	empty() {
		# shellcheck disable=SC2016 # the inner shell's
		unshare -m sh -c 'mount -t proc proc "$0/proc" && exec timeout 120 chroot "$0" /fdmap "$@"' "$T/empty" "$@" 9>&- \
			</dev/null
	}
	# What a path begins with depends on the root of who looks.
	"$FDMAP" -nPl -p "$zoo_pid" -F pfatin >"$T/outside"
	empty -nPl -p "$zoo_pid" -F pfatin >"$T/inside" 2>"$T/inside.err"
	same "empty chroot: status" "0 " "$? $(cat "$T/inside.err")"
	alike "empty chroot: the same descriptors" 20 "$T/outside" "$T/inside"
	for arguments in "-p $zoo_pid" "-i" "+M -i" "-nPl --summary" "+D /" "-r1c2 -p $zoo_pid"; do
		# shellcheck disable=SC2086 # words are meant
		empty $arguments >"$T/out" 2>"$T/err"
		rc=$?
		same "empty chroot: $arguments ends" 1 "$([ $rc -le 1 ] && [ -s "$T/out" ] && echo 1 || echo "status $rc")"
	done
	empty -P -p "$zoo_pid" >"$T/out" 2>"$T/err"
	same "empty chroot: nobody has a name" "fdmap: no pwd entry for UID 0" "$(cat "$T/err")"
	empty -u root >"$T/out" 2>"$T/err"
	same "empty chroot: nor is one known" "1 fdmap: can't get UID for root" "$? $(head -1 "$T/err")"

	# Plain files, whoever nsswitch.conf(5) names.
	mkdir "$T/empty/etc"
	printf 'passwd: sss files [NOTFOUND=return] hang\nhosts: resolve dns\nservices: nis\nrpc: nis\n' >"$T/empty/etc/nsswitch.conf"
	printf '+nis\nbroken\nthezoo:x:%s:0::/:/bin/sh\n' "$(id -u)" >"$T/empty/etc/passwd"
	printf '127.0.0.1\ttheloop other\n::1 theloop\n' >"$T/empty/etc/hosts"
	port=$("$FDMAP" -nP -a -iTCP -p "$zoo_pid" -F n | sed -n 's/^n127\.0\.0\.1:\([0-9]*\)$/\1/p' | head -1)
	printf 'thedoor\t%s/tcp thealias\n' "$port" >"$T/empty/etc/services"
	empty -a -i -p "$zoo_pid" -F Ln >"$T/out" 2>"$T/err"
	same "names of plain files: user" Lthezoo "$(grep '^L' "$T/out")"
	same "names of plain files: host and service" ntheloop:thedoor "$(grep -x 'ntheloop:thedoor' "$T/out" | head -1)"
	for words in "-u thezoo" "-i @other:thealias" "-i TCP@theloop"; do
		# shellcheck disable=SC2086
		empty -t -a -p "$zoo_pid" $words >"$T/out" 2>"$T/err"
		same "names of plain files: $words" "$zoo_pid" "$(cat "$T/out")"
	done
	# Whatever these files hold.
	for file in nsswitch.conf passwd hosts services rpc; do
		head -c 200000 "$STATIC" >"$T/empty/etc/$file"
	done
	empty +M -i -U -p "$zoo_pid" >"$T/out" 2>"$T/err"
	same "files of no sense: ends" 0 $?
else
	skip "empty chroot" "not root, or no mount namespace"
fi

# ---- a container that has nothing but busybox ----

is_root || { skip container "not root"; finish; }
for program in podman runc; do
	have $program || { skip container "no $program"; finish; }
done
for busybox in /bin/busybox /usr/bin/busybox; do
	[ -x "$busybox" ] && break
done
if ! [ -x "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
	skip container "no busybox that is linked statically"
	finish
fi
# shellcheck source=test/live/lib/pods.sh
. "$LIVE/lib/pods.sh"
mkdir "$T/given" && cp "$STATIC" "$T/given/fdmap" && chmod 755 "$T/given" "$T/given/fdmap"
if ! make_image fdmap-live-static; then
	skip container "podman cannot import: $(tail -1 "$T/import.out")"
	finish
fi
cat >"$T/given/look" <<'END'
exec 3</given/look 4>/dev/null
/bin/busybox nc -l -p 7 127.0.0.1 &
while ! /given/fdmap -t -a -p $! -i >/dev/null; do :; done
/given/fdmap -p $$ -a -d 3,4 -F ftn
/given/fdmap -nPl -i -F n
kill $!
END
if ! pod run --rm --network=none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 -v "$T/given:/given:ro" \
	fdmap-live-static /bin/busybox timeout 60 sh /given/look >"$T/got" 2>"$T/err"; then
	if grep -q '^p' "$T/got"; then
		not_ok container "$(cat "$T/err")"
	else
		skip container "podman cannot start one: $(tail -1 "$T/err")"
	fi
	finish
fi
same "busybox container: rows" "f3 tREG n/given/look f4 tCHR n/dev/null n127.0.0.1:7 " \
	"$(grep '^[ftn]' "$T/got" | tr '\n' ' ')"
finish
