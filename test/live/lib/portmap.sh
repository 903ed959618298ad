#!/bin/sh
# SPDX-License-Identifier: MIT
# portmap.sh DIR: +M in a network namespace where port 111 is free; verdicts on standard output.
T=$1
dir=$(dirname "$0")

same() {
	if [ "$2" = "$3" ]; then
		echo "ok portmapper: $1"
	else
		printf 'not ok portmapper: %s: expected [%s] got [%s]\n' "$1" "$2" "$3" | tr '\n' '|'
		echo
	fi
}
begin() {
	python3 "$dir/portmap.py" "$1" >"$T/portmap.out" 2>&1 </dev/null &
	server=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q ready "$T/portmap.out" && return
		sleep 0.2
	done
}
end() {
	kill "$server"
	wait "$server" 2>/dev/null
}
names() { "$FDMAP" "$@" -a -p "$server" -i 2>"$T/portmap.err" | sed -n 's/^.* \(TCP\|UDP\) //p' | sort; }

begin answer
names +M -nP >"$T/portmap.names"
same "programs by name and number" "127.0.0.1:111[portmapper] (LISTEN)
127.0.0.1:5001[mountd] 
127.0.0.1:5001[nfs] (LISTEN)
127.0.0.1:5002[400123] (LISTEN)
127.0.0.1:5003 (LISTEN)" "$(grep -v -e '->' "$T/portmap.names")"
same "the other end is this machine's" 1 "$(grep -c -e '->127.0.0.1:5001\[nfs\] (ESTABLISHED)$' "$T/portmap.names")"
same "nothing is told" "" "$(cat "$T/portmap.err")"
same "-M: none" 0 "$(names +M -M -nP | grep -c '\[')"
if command -v lsof >/dev/null; then
	same "as lsof shows them" "$(lsof +M -nP -a -p "$server" -i 2>/dev/null)" \
		"$("$FDMAP" +M -nP -a -p "$server" -i 2>/dev/null)"
fi
end

begin silent
before=$(date +%s%N)
same "one that does not answer" 0 "$(names +M -nP | grep -c '\[')"
took=$((($(date +%s%N) - before) / 1000000))
[ "$took" -lt 3000 ] && took=short
same "costs a second" short "$took"
end
same "none at all" 0 "$("$FDMAP" +M -nP -i 2>&1 | grep -c '\[')"
