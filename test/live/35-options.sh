#!/bin/sh
# SPDX-License-Identifier: MIT
# Long options say the same as lsof's letters; and what has no letter.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip options "lsof has no long ones"
	finish
fi
zoo_start "$T/zoo" special regular deleted pipe locks tcp4 udp4 unix eventfd thread ||
	{ not_ok options "the zoo did not start"; finish; }
kill -STOP "$zoo_pid"
port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) (LISTEN)$/\1/p' "$zoo_out")

tab=$(printf '\t')
while IFS= read -r line; do
	case $line in '' | \#*) continue ;; esac
	line=$(printf '%s\n' "$line" | sed -e "s|{pid}|$zoo_pid|g" -e "s|{port}|$port|g" -e "s|{dir}|$T/zoo|g")
	eval "set -- ${line%%"$tab"*}"
	want=$("$FDMAP" "$@" 2>&1)
	want="$? $want"
	eval "set -- ${line#*"$tab"}"
	got=$("$FDMAP" "$@" 2>&1)
	same "$(printf '%s' "${line#*"$tab"}" | sed "s|$T|T|")" "$want" "$? $got"
done <"$LIVE/lib/long.txt"

sockets=$(grep -cE "^[0-9]+${tab}[^$tab]*${tab}(IPv4|IPv6|unix|sock)${tab}" "$zoo_out")
same "--sockets" "$sockets" "$("$FDMAP" -a -p "$zoo_pid" --sockets -Ff | grep -c '^f')"
same "--sockets --count" "$sockets" "$("$FDMAP" -a -p "$zoo_pid" --sockets --count)"
same "FDMAP_PROC is --proc" "$("$FDMAP" --proc=/nowhere 2>&1)" "$(FDMAP_PROC=/nowhere "$FDMAP" 2>&1)"
"$FDMAP" --proc=/nowhere >"$T/out" 2>&1
same "--proc of nothing: status" 1 $?
case $("$FDMAP" --version) in
*"$(sed -n 's/^#define FDMAP_VERSION "\(.*\)"/\1/p' "$LIVE/../../include/fdmap.h")"*) ok "--version" ;;
*) not_ok "--version" "$("$FDMAP" --version)" ;;
esac
"$FDMAP" --help >"$T/out" 2>"$T/err"
same "--help: status, standard error" "0 0" "$? $(wc -c <"$T/err")"
"$FDMAP" --nonsense >"$T/out" 2>"$T/err"
same "an unknown long option: status, standard output" "1 0" "$? $(wc -c <"$T/out")"
finish
