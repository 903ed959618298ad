#!/bin/sh
# SPDX-License-Identifier: MIT
# Host names, with a name server that answers some questions and swallows the others: nothing hangs,
# nothing is asked twice, and numbers stand where no name came. In namespaces of its own.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip names "lsof asks one by one, for minutes"
	finish
fi
if ! { have python3 && have ip && have unshare; }; then
	skip names "no python3, ip or unshare"
	finish
fi
if [ -z "${FDMAP_NAMES_INSIDE:-}" ]; then
	is_root || { skip names "not root"; finish; }
	unshare -n -m true 2>/dev/null || { skip names "no namespaces here"; finish; }
	FDMAP_NAMES_INSIDE=1 unshare -n -m "$0"
	exit $?
fi

# ---- a small world ----

ip link set lo up
for n in $(seq 30); do
	ip address add "10.99.0.$n/32" dev lo
done
mkdir "$T/etc"
echo 127.0.0.1 localhost >"$T/etc/hosts"
# Asked once, no answer for long: who asks one after the other needs ten minutes.
printf 'nameserver 127.0.0.1\noptions attempts:1 timeout:20\n' >"$T/etc/resolv.conf"
printf '%s: files\n' passwd group services protocols >"$T/etc/nsswitch.conf"
echo 'hosts: files dns' >>"$T/etc/nsswitch.conf"
for file in hosts resolv.conf nsswitch.conf; do
	[ -e "/etc/$file" ] || { skip names "there is no /etc/$file to put another over"; finish; }
	mount --bind "$T/etc/$file" "/etc/$file" || { skip names "mount --bind refused"; finish; }
done
# A cache of names would answer itself.
[ ! -d /run/nscd ] || mount -t tmpfs none /run/nscd

# serve NUMBERS: the name server that knows these, with an empty log
served=
serve() {
	[ -z "$served" ] || { kill "$served"; wait "$served" 2>/dev/null; }
	: >"$T/log"
	rm -f "$T/resolver.out"
	start resolver python3 "$LIVE/lib/resolver.py" "$T/log" "$1"
	served=$started
	await 10 grep -q ready "$T/resolver.out"
}

# ask ARGUMENT...: sets rc; rows in $T/out, questions in $T/log; 124 is too late
ask() {
	: >"$T/log"
	timeout 30 "$FDMAP" "$@" >"$T/out" 2>"$T/err"
	rc=$?
}

# shown HOSTS...: the names of the rows of the holder, by port and address, and those that must be
shown() {
	awk -v pid="$holder" '$2 == pid { print $9 }' "$T/out" | sort >"$T/got"
	for host in "$@"; do
		printf '%s:7000\n%s:7001\n' "$host" "$host"
	done >"$T/want"
	printf '%s:7002\n' "$host" >>"$T/want"
	sort -o "$T/want" "$T/want"
	diff "$T/want" "$T/got" | tr '\n' ' '
}

# hosts NUMBERS BEFORE AFTER: the thirty, those with a number in the list by their name
hosts() {
	for _n in $(seq 30); do
		case " $1 " in
		*" $_n "*) echo "$2$_n$3" ;;
		*) echo "10.99.0.$_n" ;;
		esac
	done
}

asked_twice() { sort "$T/log" | uniq -d | tr '\n' ' '; }
questions() { wc -l <"$T/log"; }

start holder python3 "$LIVE/lib/addresses.py" 30
holder=$started
await 10 grep -q ready "$T/holder.out" || { not_ok names "$(cat "$T/holder.out")"; finish; }

# ---- nobody answers ----

serve "" || { not_ok resolver "$(cat "$T/resolver.out")"; finish; }
ask -P -i
same "a silent name server: it ends" 0 "$rc"
# shellcheck disable=SC2046 # words are meant
same "a silent name server: all rows, by number" "" "$(shown $(hosts "" "" ""))"
same "a silent name server: no word" "" "$(cat "$T/err")"
same "each address is asked for, once" "30 " \
	"$(grep -c '10.in-addr.arpa 12$' "$T/log") $(asked_twice)"
ask -P -i -Fpn
same "-F: it ends" 0 "$rc"
same "-F: all rows, by number" 61 "$(grep -c '^n10\.99\.0\.[0-9]*:700[012]$' "$T/out")"
ask -P -i -a -p "$holder" -d 3
same "one row: one question" "0 1" "$rc $(questions)"
ask -nP -i
# shellcheck disable=SC2046
same "-n: no question" "0 0 " "$rc $(questions) $(shown $(hosts "" "" ""))"
ask -t -i
same "-t: no question" "0 0 1" "$rc $(questions) $(grep -cx "$holder" "$T/out")"
ask -P -i --count
same "--count: no question" "0 0" "$rc $(questions)"
ask -P -p "$holder" -a -d cwd
same "a row without an address: no question" "0 0" "$rc $(questions)"

for word in @slow.example TCP@slow.example:80 6@slow.example; do
	ask -i "$word"
	same "-i $word: unknown" "1 0" "$rc $(wc -c <"$T/out")"
	same "-i $word: it says so" \
		"fdmap: can't look up host name slow.example: the name service does not answer: -i $word" "$(cat "$T/err")"
	same "-i $word: each question once" "" "$(asked_twice)"
done
holds "-i @slow.example: asked" grep -q '^slow.example ' "$T/log"

# What the C library opens to ask must not take the place of a closed stream.
for closed in '>&-' '<&- >&-' '2>&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	: >"$T/log"
	eval "timeout 30 \"\$FDMAP\" -P -i >\"\$T/out\" 2>\"\$T/err\" $closed"
	rc=$?
	holds "$closed: it ends by itself ($rc)" [ "$rc" -lt 124 ]
	same "$closed: the name server gets questions only" "" "$(grep garbage "$T/log" | head -n 1)"
done

# ---- some answer ----

serve 1-9,28
named="1 2 3 4 5 6 7 8 9 28"
# shellcheck disable=SC2046
for _ in 1 2 3; do
	ask -P -i
	missing=$(shown $(hosts "$named" h .example))
	[ -z "$missing" ] && break
done
same "ten answer, twenty do not: the ten are named" "0 " "$rc $missing"
same "still each once" "30 " "$(grep -c '10.in-addr.arpa 12$' "$T/log") $(asked_twice)"
ask -P -i @fast.example
same "-i @NAME: its sockets" "0 2" \
	"$rc $(awk -v pid="$holder" '$2 == pid && $9 ~ /^h5\.example:/' "$T/out" | wc -l)"
same "-i @NAME: nothing else" 0 "$(sed 1d "$T/out" | grep -cv 'h5\.example:')"
same "-i @NAME: no name twice" "" "$(asked_twice)"

# ---- the list of hosts ----

for n in 11 12 30; do
	echo "10.99.0.$n kept-$n kept-alias-$n"
done >>"$T/etc/hosts"
serve ""
ask -P -i
# shellcheck disable=SC2046
same "/etc/hosts names its three" "0 " "$rc $(shown $(hosts "11 12 30" kept- ""))"
same "whom it names nobody else is asked about" "27 " \
	"$(grep -c '10.in-addr.arpa 12$' "$T/log") $(asked_twice)"
ask -P -i @kept-11
same "-i @NAME of the list" "0 2" "$rc $(awk -v pid="$holder" '$2 == pid' "$T/out" | wc -l)"
ask -P -i @kept-alias-12 -a -p "$holder"
same "-i @ALIAS of the list" "0 2" "$rc $(sed 1d "$T/out" | wc -l)"
finish
