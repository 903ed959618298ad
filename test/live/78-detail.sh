#!/bin/sh
# SPDX-License-Identifier: MIT
# What kinds have to tell: --columns=+detail of one of everything, of what is closed, hidden, or gone.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip detail "no python3"; finish; }
if is_lsof; then skip detail "lsof has none"; finish; fi

# watcher NAME ARGUMENT...: sets watcher_pid and watcher_fd
watcher() {
	_rows=$T/$1.rows
	shift
	python3 "$LIVE/lib/watcher.py" "$@" <"$T/.in" >"$_rows" 2>&1 9>&- &
	pids="$! $pids"
	await 60 grep -q '^ready' "$_rows" || return 1
	watcher_pid=$(sed -n 's/^ready //p' "$_rows")
	watcher_fd=$(sed -n 's/^fd //p' "$_rows")
}

# ---- one of everything ----

zoo_start "$T/zoo" all || { not_ok zoo "did not start: $(tail -1 "$zoo_out")"; finish; }
if is_root; then hidden=''; else hidden='path map_name prog_name'; fi
if ! awk '$5 == "/" { seen = 1 } END { exit !seen }' /proc/self/mountinfo; then
	skip "paths of watches" "the root directory is no mount: a plain chroot"
	hidden="path $hidden"
fi
# shellcheck disable=SC2086 # words are meant
python3 "$LIVE/lib/detail_check.py" "$FDMAP" "$zoo_out" $hidden >"$T/verdicts" 2>&1 ||
	not_ok "detail check" "$(tail -3 "$T/verdicts")"
take_verdicts "$T/verdicts"

# NAME and the rest stay lsof's; the column alone is more.
"$FDMAP" -nP -F0pfatDsiknT -p "$zoo_pid" >"$T/plain" 2>&1
"$FDMAP" -nP --columns=+detail -F0pfatDsiknT -p "$zoo_pid" >"$T/fields" 2>&1
holds "fields have no details" cmp -s "$T/plain" "$T/fields"
"$FDMAP" -nP --columns=+detail -p "$zoo_pid" >"$T/table" 2>&1
holds "the table has them" grep -q 'eventfd_count=3 eventfd_id=' "$T/table"
same "names that want to drive the terminal" 0 "$(tr -d '\n\040-\176\200-\377' <"$T/table" | wc -c)"
holds "and are told" grep -qF 'name=zoo^[[31m\nseals:\x20none' "$T/table"

if is_root && have setpriv; then
	prepare_nobody
	cp "$BUILD/live/zoo" "$T/bin/zoo"
	mkdir "$T/small" && chown 65534:65534 "$T/small"
	(cd "$T/small" && as_nobody "$T/bin/zoo" all <"$T/.in" >"$T/small.rows" 2>&1 9>&-) &
	pids="$! $pids"
	if await 20 grep -q '^ready' "$T/small.rows"; then
		python3 "$LIVE/lib/detail_check.py" "$NFDMAP" "$T/small.rows" path map_name prog_name \
			>"$T/verdicts.raw" 2>&1 || not_ok "detail check as nobody" "$(tail -3 "$T/verdicts.raw")"
		sed -E 's/^(ok|not ok|skip) /&nobody: /' "$T/verdicts.raw" >"$T/verdicts"
		take_verdicts "$T/verdicts"
	else
		not_ok "zoo as nobody" "did not start: $(tail -1 "$T/small.rows")"
	fi
else
	skip "as nobody" "not root"
fi

# ---- sockets, large ones, short lives ----

if watcher scm scm; then
	if grep -q scm_fds "/proc/$watcher_pid/fdinfo/$watcher_fd"; then
		holds "descriptors in flight" grep -q '"scm_fds":2' <<-END
			$("$FDMAP" -nPj --columns=+detail -a -d "$watcher_fd" -p "$watcher_pid")
		END
	else
		skip "descriptors in flight" "the kernel does not tell"
	fi
else
	not_ok "descriptors in flight" "$(tail -1 "$T/scm.rows")"
fi

many=15000
most=$(python3 -c 'import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[1])')
if [ "$most" -ge 0 ] && [ "$most" -lt $((many + 100)) ]; then
	skip "an epoll of many" "only $most descriptors"
elif watcher many epoll "$many"; then
	for only in '' "-a -d $watcher_fd"; do
		# shellcheck disable=SC2086 # words are meant
		same "an epoll of many ${only:+alone}" "$many" "$("$FDMAP" -nPj --columns=+detail $only \
			-p "$watcher_pid" 2>&1 | grep -o '"what":"pipe:' | wc -l)"
	done
else
	not_ok "an epoll of many" "$(tail -1 "$T/many.rows")"
fi

if watcher brief brief; then
	bad='' rounds=0
	while [ "$rounds" -lt 20 ] && [ -z "$bad" ]; do
		rounds=$((rounds + 1))
		"$FDMAP" -nPj --columns=+detail -c python3 >"$T/all" 2>"$T/err" || bad="status $?: $(cat "$T/err")"
		python3 -c 'import json, sys
for line in open(sys.argv[1]):
    json.loads(line)' "$T/all" 2>"$T/err" || bad=$(tail -1 "$T/err")
	done
	same "processes that end meanwhile, $rounds times" "" "$bad"
else
	not_ok "processes that end meanwhile" "$(tail -1 "$T/brief.rows")"
fi

# ---- watches in another mount namespace ----

if ! is_root || ! have unshare; then
	skip "watches in another mount namespace" "not root"
else
	mkdir "$T/jail"
	# shellcheck disable=SC2016 # of the inner shell
	unshare -m sh -c 'mount -t tmpfs none "$1" || exit; echo mounted
		exec python3 "$2" jail "$1"' sh "$T/jail" "$LIVE/lib/watcher.py" \
		<"$T/.in" >"$T/jail.rows" 2>&1 9>&- &
	pids="$! $pids"
	if await 20 grep -q '^ready' "$T/jail.rows"; then
		pid=$(sed -n 's/^ready //p' "$T/jail.rows")
		holds "watches in another mount namespace" grep -qF "\"path\":\"$T/jail/watched\"" <<-END
			$("$FDMAP" -nPj --columns=+detail -a -d 0-99 -p "$pid")
		END
	elif grep -q mounted "$T/jail.rows"; then
		not_ok "watches in another mount namespace" "$(cat "$T/jail.rows")"
	else
		skip "watches in another mount namespace" "mount refused"
	fi
fi
finish
