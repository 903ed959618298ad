#!/bin/sh
# SPDX-License-Identifier: MIT
# Columns as CSV, TSV, NUL-terminated values and flat JSON: read back, they are what -j says. Graphs are graphs.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip formats "lsof has none of them"; finish; }
have python3 || { skip formats "no python3"; finish; }
schema=$(realpath "$LIVE/../../docs/fdmap-json.schema.json")

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
mkdir "$T/names"
python3 "$LIVE/lib/formats.py" "$FDMAP" "$zoo_pid$(sed -n 's/^comm \([0-9]*\) .*/,\1/p' "$zoo_out" | tr -d '\n')" \
	"$schema" "$T/names" >"$T/verdicts" 2>&1 || not_ok "formats check" "$(tail -3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# For xargs -0, names with newlines are no trap.
"$FDMAP" -nP -a -p "$zoo_pid" -d 3-9999 --filter 'type == REG' --print0 --columns=path >"$T/paths" 2>"$T/err" ||
	not_ok "print0 of paths" "$(cat "$T/err")"
holds "xargs -0 finds the file with a newline in its name" \
	sh -c "xargs -0 ls -d -- <'$T/paths' 2>/dev/null | grep -q 'nl'"

# Columns of processes: a row each, and no descriptor is looked at.
same "a row for each process" 2 "$("$FDMAP" --csv --columns=pid,comm -p "$zoo_pid" | wc -l)"
if have strace; then
	strace -f -e trace=openat,readlinkat,statx -o "$T/calls" \
		"$FDMAP" --csv --columns=pid,comm,ppid -p "$zoo_pid" >/dev/null 2>&1
	same "no descriptor is looked at for them" 0 "$(grep -cE '"(fd|fdinfo|maps)["/]' "$T/calls")"
	holds "but the process is" grep -q "$zoo_pid" "$T/calls"
else
	skip "no descriptor is looked at for them" "no strace"
fi

# All of this machine.
"$FDMAP" --graph >"$T/all.dot" 2>"$T/err"
same "a graph of everything: status" 0 $?
if have dot; then
	# To lay out a large graph takes long: read it, and no more.
	holds "Graphviz reads it" sh -c "dot -Tcanon '$T/all.dot' >'$T/canon' 2>'$T/err' && [ ! -s '$T/err' ]"
else
	skip "Graphviz reads it" "no dot"
fi
finish
