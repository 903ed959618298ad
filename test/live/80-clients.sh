#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that call lsof, with the program under test in its place and with lsof itself: each
# finds, or kills, the same. In namespaces of its own where that is allowed.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"
# shellcheck source=test/live/lib/clients.sh
. "$(dirname "$0")/lib/clients.sh"

have python3 || { skip clients "no python3"; finish; }

# ---- packages of npm, while there still is a network ----

if [ -z "${CLIENTS_STAGE-}" ]; then
	if ! have npm || ! have node; then
		skip npm "not installed"
	elif ! (cd "$T" && timeout 120 npm install --no-audit --no-fund --ignore-scripts \
		--fetch-retries=1 --fetch-timeout=30000 --cache "$T/cache" --prefix "$T/npm" \
		find-process@2.1.1 kill-port@2.0.1 kill-port-process@4.0.2) >"$T/npm.out" 2>&1; then
		skip npm "the registry: $(grep -m 1 -E 'npm (ERR|error)' "$T/npm.out" || echo "no answer")"
		rm -rf "$T/npm"
	fi
	is_root && user= || user=-Ur
	# shellcheck disable=SC2086 # none or one word
	if unshare $user -pmnf --kill-child --mount-proc ip link set lo up 2>/dev/null; then
		unshare $user -pmnf --kill-child --mount-proc \
			env CLIENTS_STAGE=alone CLIENTS_NPM="$T/npm" "$0"
	else
		CLIENTS_STAGE=shared CLIENTS_NPM="$T/npm" "$0"
	fi
	exit $?
fi

# alone NAME: whether nothing else runs here; otherwise the test is skipped
alone() {
	[ "$CLIENTS_STAGE" = alone ] || { skip "$1" "namespaces are refused"; return 1; }
}

# shellcheck disable=SC2317 # the trap calls it
leave_stage() {
	end_all
	umount /mnt 2>/dev/null
	clean_up
}
if [ "$CLIENTS_STAGE" = alone ]; then
	trap leave_stage EXIT
	ip link set lo up
fi
prepare_sides

# ---- who is there ----

dir=$T/open
mkdir "$dir" "$T/empty" "$T/who"
cd "$T" || exit 1
if ! { serve web && meet web; }; then
	not_ok clients "no server: $(tail -n 1 "$T/web.out")"
	finish
fi
web=$served port=$served_port peer=$met
ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$T/who/opencode"
serve opencode "$T/who/opencode" || { not_ok clients "no opencode"; finish; }
oc=$served ocport=$served_port
serve bystander || { not_ok clients "no bystander"; finish; }
bystander=$served
start hold python3 "$LIVE/lib/clients.py" hold "$dir"
hold=$started
await 10 grep -q ready "$T/hold.out" || { not_ok clients "$(tail -n 1 "$T/hold.out")"; finish; }
export T web port peer oc ocport hold dir

# ---- the command lines of programs that are not here ----

tab=$(printf '\t')
while IFS=$tab read -r client want command; do
	case $client in '#'*) continue ;; esac
	for side in $sides; do
		on "$side" sh -c "$command" >"$T/got.$side"
		rc=$?
		if [ "$want" != '*' ]; then
			eval "expected=\"${want#-}\""
			# shellcheck disable=SC2154 # eval sets it
			same "$client, $side" "$expected" "$(paste -sd ' ' "$T/got.$side" | sed 's/ $//')"
		fi
		echo "status $rc" >>"$T/got.$side"
	done
	case $sides in
	*lsof*) same "$client, as lsof" "$(cat "$T/got.lsof")" "$(cat "$T/got.fdmap")" ;;
	*) skip "$client, as lsof" "no lsof" ;;
	esac
done <"$LIVE/lib/clients.txt"

# shellcheck disable=SC2016 # for the inner shells
{
	kills "lsof -ti tcp:PORT | xargs -r kill" "0 0 1" \
		sh -c 'lsof -ti tcp:"$1" | xargs -r kill' sh
	kills "lsof -ti:PORT | xargs kill -9" "0 0 1" sh -c 'lsof -ti:"$1" | xargs kill -9' sh
	kills "kill \$(lsof -t -i:PORT -sTCP:LISTEN)" "0 1 1" \
		sh -c 'kill $(lsof -t -i:"$1" -sTCP:LISTEN)' sh
	kills "the lines of kill-port" "0 1 1" sh -c 'lsof -i -P | grep -q "$1" &&
		lsof -i tcp:"$1" | grep LISTEN | awk "{print \$2}" | xargs kill -9' sh
}
rm -f "$T/calls"

# ---- npm ----

if [ -d "$CLIENTS_NPM" ] && ! prepare_tools; then
	skip npm "not all tools that it needs"
elif [ -d "$CLIENTS_NPM" ]; then
	modules=$CLIENTS_NPM/node_modules
	clients_path=$T/tools
	for side in $sides; do
		# shellcheck disable=SC2016 # JavaScript
		same "find-process, $side" "$web" "$(on "$side" node -e '
			const found = require(process.argv[1]);
			(found.default || found)("port", Number(process.argv[2]))
				.then(list => console.log(list.map(one => one.pid).join(" ")));
			' "$modules/find-process" "$port")"
		same "find-process, a free port, $side" "none" "$(on "$side" node -e '
			const found = require(process.argv[1]);
			(found.default || found)("port", 65535)
				.then(list => console.log(list.length ? "some" : "none"));
			' "$modules/find-process")"
	done
	called find-process "$(printf '%s\n' "-nP -i :$port" "-nP -i :65535")"
	kills kill-port "0 1 1" node "$modules/kill-port/cli.js"
	kills "kill-port, udp" "0 1 1" node "$modules/kill-port/cli.js" --method udp --port
	rm -f "$T/calls"
	kills kill-port-process "0 1 1" node "$modules/kill-port-process/dist/bin/kill-port-process.js"
	kills "kill-port-process --graceful" "0 1 1" \
		node "$modules/kill-port-process/dist/bin/kill-port-process.js" --graceful --port
	for side in $sides; do
		on "$side" node "$modules/kill-port/cli.js" 65535 >"$T/stdout"
		same "kill-port, a free port, $side" \
			"Could not kill process on port 65535. No process running on port." "$(cat "$T/stdout")"
	done
	rm -f "$T/calls"
	clients_path=
fi

# ---- jc ----

if have jc; then
	for side in $sides; do
		on "$side" jc lsof -nP -p "$hold" >"$T/jc.$side" || echo "status $?" >>"$T/jc.$side"
		rows=$(python3 "$LIVE/lib/clients.py" rows "$hold" <"$T/jc.$side")
		same "jc lsof -nP -p PID: as many as lsof's rows, $side" \
			"$(on "$side" lsof -nP -p "$hold" | awk 'NR > 1' | wc -l)" \
			"$(printf '%s\n' "$rows" | wc -l)"
		same "jc lsof -nP -p PID has its directory, $side" 1 \
			"$(printf '%s\n' "$rows" | grep '"fd": "cwd"' | grep -c "\"name\": \"$dir\"")"
	done
	case $sides in
	*lsof*) same "jc lsof -nP -p PID, as lsof" "$(cat "$T/jc.lsof")" "$(cat "$T/jc.fdmap")" ;;
	*) skip "jc, as lsof" "no lsof" ;;
	esac
	if alone "jc, everything"; then
		for side in $sides; do
			on "$side" lsof >"$T/everything" || echo "status $?" >>"$T/everything"
			jc --lsof <"$T/everything" |
				python3 "$LIVE/lib/clients.py" rows "$web" "$peer" "$oc" "$hold" >"$T/jc.$side"
			# A row for each of its threads, which have its files.
			same "jc --lsof, everything: the threads of a process, $side" 2 \
				"$(grep "\"pid\": $hold," "$T/jc.$side" | grep -c '"fd": "cwd"')"
		done
		case $sides in
		*lsof*) same "jc --lsof, everything, as lsof" "$(cat "$T/jc.lsof")" "$(cat "$T/jc.fdmap")" ;;
		esac
	fi
else
	skip jc "not installed"
fi

# ---- sos ----

for side in $sides; do
	before=$(cd /proc && echo [0-9]*)
	on "$side" lsof -M -n -l -c '' >"$T/stdout"
	same "sos: ends well, $side" 0 $?
	same "sos: no process is missing, $side" "" \
		"$(python3 "$LIVE/lib/clients.py" all "$before" <"$T/stdout")"
done
rm -f "$T/calls"

# ---- programs in use that were replaced ----

# It looks for lsof in fixed places to decide that there is one, not in PATH.
if ! have checkrestart; then
	skip checkrestart "not installed"
elif ! have lsof; then
	skip checkrestart "without lsof it reads /proc itself"
elif alone checkrestart; then
	if mount -t tmpfs -o mode=755 none /mnt; then
		cp "$(realpath "$(command -v sleep)")" /mnt/old
		: >/mnt/data
		start old sh -c 'exec /mnt/old 1000 7</mnt/data'
		old=$started
		await 5 sh -c "readlink /proc/$old/exe | grep -q /mnt/old"
		rm /mnt/old /mnt/data
		for side in $sides; do
			on "$side" checkrestart -m -v >"$T/checkrestart.$side"
			who="file$tab$old$tab/mnt/old$tab/mnt"
			same "checkrestart, $side" "PROCESSES: 1 $who/old (deleted) $who/data (deleted)" \
				"$(grep -E '^(PROCESSES|file)' "$T/checkrestart.$side" | paste -sd ' ')"
			same "checkrestart -t, $side" "1 processes using old versions of upgraded files" \
				"$(on "$side" checkrestart -t)"
		done
		called checkrestart "$(printf '%s\n' "+XL -F nf" "+XL -F nf")"
		same "checkrestart, as lsof" "$(cat "$T/checkrestart.lsof")" "$(cat "$T/checkrestart.fdmap")"
	else
		skip checkrestart "no tmpfs"
	fi
fi
if have needrestart; then
	same "needrestart calls no lsof, it reads /proc itself" "" \
		"$(grep -rlw lsof "$(command -v needrestart)" /usr/share/perl5/NeedRestart \
			/usr/lib/needrestart /etc/needrestart 2>/dev/null)"
else
	skip needrestart "not installed; it reads /proc itself and calls no lsof"
fi

# ---- htop ----

if have htop && have tmux; then
	for side in $sides; do
		htop_screen "$side" "$hold" >"$T/screen.$side"
		python3 "$LIVE/lib/clients.py" screen <"$T/screen.$side" | sort >"$T/rows.$side"
		same "htop's l: a row for each file, $side" "$(on "$side" lsof -Fn -p "$hold" | grep -c ^n)" \
			"$(wc -l <"$T/rows.$side")"
		same "htop's l: the file, the socket, $side" "2" \
			"$(grep -c -e "^[0-9]* REG $dir/file\$" -e "^[0-9]* unix $dir/sock type=STREAM" "$T/rows.$side")"
	done
	case $sides in
	*lsof*) same "htop's l, as lsof" "$(cat "$T/rows.lsof")" "$(cat "$T/rows.fdmap")" ;;
	*) skip "htop's l, as lsof" "no lsof" ;;
	esac
	called htop "$(printf '%s\n' "-P -o -p $hold -F" "-Fn -p $hold")"
else
	skip htop "no htop or no tmux"
fi
finish
