#!/bin/sh
# SPDX-License-Identifier: MIT
# Columns of descriptors, files, locks and details: each against what /proc says.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip fields "no python3"; finish; }
if is_lsof; then skip fields "lsof has none"; finish; fi

# of PID COLUMN TEXT: that column of the descriptors whose path ends in TEXT, blank: null
of() {
	"$FDMAP" -nPwj -a -p "$1" -d 0-99 "--columns=path,$2" | python3 -c 'import json, sys
for row in map(json.loads, sys.stdin):
    if row["path"].endswith(sys.argv[2]):
        print(json.dumps(row[sys.argv[1]], separators=(",", ":")))' "$2" "$3"
}

# ---- one of everything ----

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
python3 "$LIVE/lib/fields_check.py" "$FDMAP" "$zoo_pid" >"$T/verdicts" 2>&1 ||
	not_ok "check" "$(tail -3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# ---- locks ----

mkdir "$T/locks"
python3 "$LIVE/lib/locker.py" "$T/locks" <"$T/.in" >"$T/locks.rows" 2>&1 9>&- &
pids="$! $pids"
if await 30 grep -q '^ready' "$T/locks.rows"; then
	locker=$(sed -n 's/^ready //p' "$T/locks.rows")
	read -r _ first second third <<-END
		$(grep '^waiter' "$T/locks.rows")
	END
	same "owner: the process itself" "$locker" "$(of "$locker" lock_owner /mine)"
	same "those who wait for it" "[$first,$second]" "$(of "$locker" lock_waiters /mine)"
	same "owner, seen by who waits" "$locker" "$(of "$first" lock_owner /mine | sort -u)"
	# It has the file by the descriptor it inherited, too.
	same "a lock it waits for is none of its own" null "$(of "$first" lock /mine | sort -u)"
	same "of a descriptor, not of a process" 0 "$(of "$locker" lock_owner /ofd)"
	same "nobody waits for it" null "$(of "$locker" lock_waiters /ofd)"
	same "flock: who waits" "[$third]" "$(of "$locker" lock_waiters /shared)"
	same "the letter is lsof's" '"W"' "$(of "$locker" lock /mine)"
	# In the end the children are the locker's to be ended.
	pids="$first $second $third $pids"
else
	not_ok locks "$(tail -1 "$T/locks.rows")"
fi

# ---- other ends ----

# shellcheck disable=SC2016 # of the inner shell
start ends sh -c 'sleep 60 | sleep 61'
if await 10 sh -c "pgrep -P $started >/dev/null"; then
	await 10 sh -c "[ \$(pgrep -cxP $started sleep) = 2 ]"
	for pid in $(children_of "$started"); do pids="$pid $pids"; done
	one=$(pgrep -f -P "$started" '^sleep 60$')
	two=$(pgrep -f -P "$started" '^sleep 61$')
	"$FDMAP" -nPwj -a -p "$one" -d 1 --columns=peer,peers,peer_comm >"$T/ends" 2>&1
	holds "peer" grep -qF "\"peer\":[\"$two,sleep,0r\"]" "$T/ends"
	holds "peers" grep -qF "\"peers\":[{\"pid\":$two,\"command\":\"sleep\",\"fd\":\"0\",\"access\":\"r\"" "$T/ends"
	holds "peer_comm" grep -qF '"peer_comm":"sleep"' "$T/ends"
else
	not_ok "other ends" "no pipe"
fi

# ---- mounts of others ----

# shellcheck disable=SC2016 # of the inner shell
if ! is_root || ! have unshare; then
	skip "mounts of another namespace" "not root"
elif ! unshare -m true 2>/dev/null; then
	skip "mounts of another namespace" "unshare -m is refused"
else
	mkdir "$T/theirs"
	unshare -m sh -c 'mount -t tmpfs none "$1" && : >"$1/new" && exec 3<"$1/new" 4<"$2" &&
		echo mounted && exec cat' sh "$T/theirs" "$LIVE/lib/locker.py" \
		<"$T/.in" >"$T/theirs.rows" 2>&1 9>&- &
	theirs=$!
	pids="$theirs $pids"
	if await 20 grep -q mounted "$T/theirs.rows"; then
		same "a file system that only they have" null "$(of "$theirs" fstype /new)"
		same "one that we have, too: its type" \
			"\"$(findmnt -nfo FSTYPE -T "$LIVE/lib/locker.py")\"" \
			"$(of "$theirs" fstype /locker.py)"
		same "... but not where they have it" null "$(of "$theirs" mount /locker.py)"
	else
		skip "mounts of another namespace" "$(tail -1 "$T/theirs.rows")"
	fi
fi

# ---- nothing is read that nobody asked for ----

if have strace && strace -o "$T/strace" true 2>/dev/null; then
	calls() { # COLUMN PATTERN
		strace -f -o "$T/strace" "$FDMAP" -nPw -a -p "$zoo_pid" -d 0-99 "--columns=$1" \
			>/dev/null 2>&1
		grep -c "$2" "$T/strace"
	}
	same "path: no stat of descriptors" 0 "$(calls fd,path 'statx([0-9]*, "[0-9]')"
	same "size: no fdinfo" 0 "$(calls fd,size fdinfo/)"
	same "perm: no locks" 0 "$(calls fd,perm '"locks"')"
	same "lock_owner: locks, once" 1 "$(calls fd,lock_owner '"locks"')"
	same "mount: mountinfo, once" 1 "$(calls fd,mount mountinfo)"
	holds "flags: fdinfo" [ "$(calls fd,flags fdinfo/)" -gt 0 ]
else
	skip "what is read" "no strace"
fi

finish
