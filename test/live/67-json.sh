#!/bin/sh
# SPDX-License-Identifier: MIT
# JSON of real processes: valid, as docs/fdmap-json.schema.json says, and the same facts as -F.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip json "no python3"; finish; }
schema=$(realpath "$LIVE/../../docs/fdmap-json.schema.json")

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
python3 "$LIVE/lib/json_check.py" "$FDMAP" "$zoo_out" "$schema" >"$T/verdicts" 2>&1 ||
	not_ok "json check" "$(tail -3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# All columns, and sockets that nobody holds.
if ! is_lsof; then
	"$FDMAP" -nPj -p "$zoo_pid" -U --unowned -E --columns=+container,unit,netns,peer,detail >"$T/all" 2>"$T/all.err"
	holds "details are told" grep -q '"detail":{' "$T/all"
	python3 - "$LIVE/lib" "$schema" "$T/all" >"$T/verdicts" 2>&1 <<-'END'
		import json, sys
		sys.path.insert(0, sys.argv[1])
		from json_schema import Schema
		with open(sys.argv[2]) as file:
		    schema = Schema(json.load(file))
		with open(sys.argv[3]) as file:
		    wrong = [w for line in file for w in schema.errors(json.loads(line))]
		print("not ok all columns follow the schema: %s" % wrong[:3] if wrong else "ok all columns follow the schema")
	END
	take_verdicts "$T/verdicts"
fi

# The other ends, of a pipe and of a socket: the zoo and its child share some.
if "$FDMAP" -nPj +E -p "$zoo_pid" >"$T/ends" 2>"$T/ends.err"; then
	holds "other ends are told" grep -q '"peers":\[{"pid":' "$T/ends"
	python3 - "$LIVE/lib" "$schema" "$T/ends" >"$T/verdicts" 2>&1 <<-'END'
		import json, sys
		sys.path.insert(0, sys.argv[1])
		from json_schema import Schema
		with open(sys.argv[2]) as file:
		    schema = Schema(json.load(file))
		with open(sys.argv[3]) as file:
		    wrong = [w for line in file for w in schema.errors(json.loads(line))]
		print("not ok ends follow the schema: %s" % wrong[:3] if wrong else "ok ends follow the schema")
	END
	take_verdicts "$T/verdicts"
else
	not_ok "other ends are told" "$(cat "$T/ends.err")"
fi

# As nobody: rows that say only what could not be read.
if is_root && have setpriv; then
	prepare_nobody
	"$NFDMAP" -nPj -p 1 >"$T/denied" 2>&1
	holds "errors have a name" grep -q '"error":{"call":"opendir","errno":"EACCES"' "$T/denied"
	"$NFDMAP" -nPjw -p 1 >"$T/quiet" 2>&1
	same "no warnings, no errors" "" "$(grep '"error"' "$T/quiet")"
else
	skip "errors have a name" "not root"
fi

# A list that is long is not kept until its end: the reader of the first line ends it.
herd_start 20 200 || { not_ok herd "did not start"; finish; }
same "first of many" 1 "$("$FDMAP" -nPj 2>/dev/null | head -1 | wc -l)"
# What the letters do not show is not read.
first=$(echo "$herd_pids" | head -1)
if have strace; then
	strace -f -e trace=openat,statx,readlinkat -o "$T/calls" "$FDMAP" -nPj -Fpf -p "$first" >/dev/null 2>&1
	same "descriptors alone: no fdinfo" 0 "$(grep -c fdinfo "$T/calls")"
	strace -f -e trace=openat -o "$T/calls" "$FDMAP" -nPj -Fpfn -p "$first" >/dev/null 2>&1
	same "names: no fdinfo" 0 "$(grep -c fdinfo "$T/calls")"
	strace -f -e trace=openat -o "$T/calls" "$FDMAP" -nPj -p "$first" >/dev/null 2>&1
	holds "all of it: fdinfo of each" test "$(grep -c fdinfo "$T/calls")" -ge 200
else
	skip "what is not shown is not read" "no strace"
fi
holds "empty document" test "$("$FDMAP" -J -Q -p 2147483647 | wc -l)" -eq 1
finish
