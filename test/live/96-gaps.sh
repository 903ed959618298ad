#!/bin/sh
# SPDX-License-Identifier: MIT
# Descriptors are asked for one after the other, and listed from the first gap on: whatever numbers a process
# has, each is there, once, in order, as its /proc lists them.
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/harness.sh
. "$LIVE/lib/harness.sh"

have python3 || { skip gaps "no python3"; finish; }
engine=--engine=proc
if is_lsof; then
	engine=
fi
echo >"$T/file"
# Of a process with exactly these descriptors ("3-9,12"), each of which is the file.
cat >"$T/hold.py" <<'PY'
import fcntl, os, sys
wanted = []
for part in sys.argv[2].split(",") if sys.argv[2] else []:
    first, _, last = part.partition("-")
    wanted += range(int(first), int(last or first) + 1)
mark = os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT)
fd = os.open(sys.argv[1], os.O_RDONLY)
top = max(wanted + [fd, mark]) + 1
file = fcntl.fcntl(fd, fcntl.F_DUPFD, top)
os.write(mark, b"ready\n")
os.closerange(0, file)
os.closerange(file + 1, 1 << 20)
for n in wanted:
    os.dup2(file, n)
os.close(file)
os.rename(sys.argv[3], sys.argv[3] + ".done")
import time
time.sleep(600)
PY

# gaps NAME SET
gaps() {
	python3 -B "$T/hold.py" "$T/file" "$2" "$T/mark.$1" 2>/dev/null 9>&- &
	pid=$!
	pids="$pid $pids"
	if ! await 100 test -e "$T/mark.$1.done"; then
		skip "$1" "descriptors cannot be so many"
		return
	fi
	want=$(find "/proc/$pid/fd" -type l -printf '%f\n' | sort -n | tr '\n' ' ')
	for threads in 1 2; do
		# shellcheck disable=SC2086 # empty for lsof
		same "$1: all, $threads threads" "$want" \
			"$("$FDMAP" $engine ${engine:+--threads=$threads} -p "$pid" -Ff | sed -n 's/^f\([0-9].*\)/\1/p' | tr '\n' ' ')"
		# shellcheck disable=SC2086
		same "$1: who has the file, $threads threads" "$want" \
			"$("$FDMAP" $engine ${engine:+--threads=$threads} -a -p "$pid" -Ff "$T/file" | sed -n 's/^f\([0-9].*\)/\1/p' | tr '\n' ' ')"
	done
	# shellcheck disable=SC2086
	same "$1: some of them" "$(printf '%s\n' $want | awk '$1 >= 2 && $1 <= 300' | tr '\n' ' ')" \
		"$("$FDMAP" $engine -a -p "$pid" -d 2-300 -Ff | sed -n 's/^f\([0-9].*\)/\1/p' | tr '\n' ' ')"
	if [ -n "$engine" ] && have strace; then
		strace -f -y -qq -e trace=getdents64 -e signal=none -o "$T/trace" "$FDMAP" $engine -p "$pid" >/dev/null 2>&1
		listed=$(grep 'getdents64.*/fd>' "$T/trace" | sed -n 's/.*\/\* \([0-9]*\) entries.*/\1/p' | awk '{ n += $1 } END { print n + 0 }')
		same "$1: listed is what stands behind the first gap" "$3" "$listed"
	fi
}

# What strace counts includes the two dots, if the list begins at 0.
gaps none "" 2
gaps one 0 0
gaps usual 0-9 0
gaps first-missing 1-9 11
gaps shell 0-2,255 1
gaps holes 0-3,5,7-9,100,101 6
gaps high 900-910 13
gaps to-the-limit 0-255 0
gaps beyond 0-256 1
gaps far-beyond 0-299 44
gaps many 0-10,12-1500 1489
finish
