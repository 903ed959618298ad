#!/bin/sh
# SPDX-License-Identifier: MIT
# Real servers on this machine, asked for as administrators ask for them.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"
# shellcheck source=test/live/lib/servers.sh
. "$(dirname "$0")/lib/servers.sh"
trap 'stop_servers; clean_up' EXIT

have python3 || { skip servers "no python3"; finish; }

# ask ARGUMENT...: sets out and rc
ask() {
	out=$("$FDMAP" "$@" 2>"$T/stderr")
	rc=$?
}

# as_lsof NAME ARGUMENT...: the same bytes and exit status as lsof; the machine may move meanwhile
as_lsof() {
	_name=$1
	shift
	have lsof || { skip "$_name, as lsof" "no lsof"; return; }
	for _ in 1 2 3 4; do
		ask "$@"
		if grep -q 'not supported yet' "$T/stderr"; then
			skip "$_name, as lsof" "not supported yet"
			return
		fi
		_want=$(lsof "$@" 2>/dev/null)
		_want="$? $_want"
		[ "$rc $out" = "$_want" ] && break
		sleep 0.3
	done
	same "$_name, as lsof" "$_want" "$rc $out"
}

# pids_of: the PIDs in the table $out, each once
pids_of() { printf '%s\n' "$out" | awk 'NR > 1 { print $2 }' | sort -un; }
sorted() { printf '%s\n' "$@" | sort -un; }
# A process and its children.
family_of() { { echo "$1"; children_of "$1"; } | sort -un; }

running=
for server in nginx redis postgres sshd; do
	if "start_$server"; then
		running="$running $server"
	else
		why=
		eval "why=\$${server}_why"
		skip "$server" "$why"
	fi
done
up() { case $running in *" $1"*) return 0 ;; esac; return 1; }

# ---- who listens ----

ask -nP -iTCP -sTCP:LISTEN
listing=$out
for server in $running; do
	eval "port=\$${server}_port pid=\$${server}_pid"
	printf '%s\n' "$listing" >"$T/listing"
	same "-iTCP -sTCP:LISTEN has $server once" 1 \
		"$(awk -v pid="$pid" -v name="127.0.0.1:$port" \
			'$2 == pid && $8 == "TCP" && $9 == name && $10 == "(LISTEN)"' "$T/listing" | wc -l)"
	# A connection that was only tried may still be about to end.
	for _ in 1 2 3 4; do
		want=$(python3 "$LIVE/lib/holders.py" "$port")
		ask -t -i ":$port"
		[ "$out" = "$want" ] && break
		sleep 0.3
	done
	same "-t -i :PORT of $server" "0 $want" "$rc $out"
	same "-t -i :PORT has the server, $server" "$pid" "$(printf '%s\n' "$out" | grep -x "$pid")"
done
as_lsof "-nP -iTCP -sTCP:LISTEN" -nP -iTCP -sTCP:LISTEN

if up nginx; then
	# Its workers must have come.
	await 10 sh -c "[ \$(ps -o pid= --ppid $nginx_pid | wc -l) -eq 2 ]"
	ask -i ":$nginx_port"
	same "-i :$nginx_port lists nginx and its workers" "$(family_of "$nginx_pid")" "$(pids_of)"
	as_lsof "-i :$nginx_port" -i ":$nginx_port"
	as_lsof "-nP -i :PORT -F" -nP -i ":$nginx_port" -Fpcn
	as_lsof "-F0" -nP -i ":$nginx_port" -F0pcuftPn
	ask "$T/nginx/access.log"
	same "access.log: its holders" "$(family_of "$nginx_pid")" "$(pids_of)"
	same "access.log: named as asked" 3 \
		"$(printf '%s\n' "$out" | grep -c " $T/nginx/access.log\$")"
	as_lsof "access.log" "$T/nginx/access.log"
	as_lsof "-t access.log" -t "$T/nginx/access.log"
	ask -t "$T/nginx/access.log" "$T/nginx/body"
	same "a file that nobody has open" 1 "$rc"
	as_lsof "+d the directory of nginx" +d "$T/nginx"
	as_lsof "+D the directory of nginx" -t +D "$T/nginx"
	# The log goes, the descriptors stay.
	rm "$T/nginx/access.log"
	ask -nP +L1
	same "+L1 has the deleted log" "$(family_of "$nginx_pid")" "$(printf '%s\n' "$out" |
		awk -v name="$T/nginx/access.log" '$(NF - 1) == name { print $2 }' | sort -un)"
	ask -nP -a -p "$nginx_pid" +L1
	same "-a -p +L1" 1 "$(printf '%s\n' "$out" | grep -c "access.log (deleted)\$")"
	as_lsof "-a -p +L1" -nP -a -p "$nginx_pid" +L1
fi

if up redis && up postgres; then
	spec=4TCP@127.0.0.1:$redis_port,$postgres_port,8000-8010
	ask -nP "-i$spec"
	same "-i4TCP@127.0.0.1:REDIS,PG,8000-8010" "$(sorted "$redis_pid" "$postgres_pid")" \
		"$(printf '%s\n' "$out" | awk -v a=":$redis_port" -v b=":$postgres_port" \
			'index($9, a) || index($9, b) { print $2 }' | sort -un)"
	as_lsof "-i4TCP@127.0.0.1:..." -nP "-i$spec"
fi

if up redis; then
	ask -U -a -c redis
	same "-U -a -c redis" "$redis_pid $T/redis/sock" \
		"$(printf '%s\n' "$out" | awk 'NR > 1 { print $2, $9 }' | grep sock)"
	as_lsof "-U -a -c redis" -U -a -c redis
	as_lsof "the path of its socket" -a -p "$redis_pid" "$T/redis/sock"
	as_lsof "-a -p PID -d cwd -Fn" -a -p "$redis_pid" -d cwd -Fn
	ask -a -p "$redis_pid" -d cwd -Fn
	same "-d cwd names the directory" "n$T/redis" "$(printf '%s\n' "$out" | tail -n 1)"
	if is_lsof; then
		skip "--sockets --count" "lsof has no such options"
	else
		ask -a -p "$redis_pid" --sockets --count
		links=0
		for link in /proc/"$redis_pid"/fd/*; do
			case $(readlink "$link") in socket:*) links=$((links + 1)) ;; esac
		done
		same "--sockets --count" "$links" "$out"
	fi
fi

if up postgres && is_root; then
	ask -nP -a -u postgres -i
	same "-a -u postgres -i has the listener" 1 \
		"$(printf '%s\n' "$out" | grep -c "^postgres *$postgres_pid .*:$postgres_port (LISTEN)")"
	same "-a -u postgres -i has nobody else" "" \
		"$(printf '%s\n' "$out" | awk 'NR > 1 && $3 != "postgres"')"
	as_lsof "-a -u postgres -i" -nP -a -u postgres -i
	as_lsof "-t -u postgres" -t -u postgres
fi

# ---- the port to be freed ----

start holder python3 "$LIVE/lib/listener.py" 2
start bystander python3 "$LIVE/lib/listener.py" 1
await 10 grep -q . "$T/holder.out" && await 10 grep -q . "$T/bystander.out"
read -r port holders <"$T/holder.out"
read -r other bystanders <"$T/bystander.out"
# shellcheck disable=SC2086 # words are meant
same "-t -i :PORT are its three holders" "$(sorted $holders)" "$("$FDMAP" -t -i ":$port")"
# shellcheck disable=SC2046
kill $("$FDMAP" -t -i ":$port")
# shellcheck disable=SC2317 # await calls it
gone() {
	for _pid in $holders; do
		case $(cut -d ' ' -f 3 "/proc/$_pid/stat" 2>/dev/null) in '' | Z) ;; *) return 1 ;; esac
	done
}
holds "kill \$(fdmap -t -i :PORT) ends them all" await 10 gone
# shellcheck disable=SC2086
same "and nobody else" "$(sorted $bystanders)" "$("$FDMAP" -t -i ":$other")"
ask -t -i ":$port"
same "a free port: nothing, status 1" "1 " "$rc $out"
same "a free port: no word" "" "$(cat "$T/stderr")"
# shellcheck disable=SC2086
kill $bystanders

# ---- without privilege ----

if is_root && have setpriv && up nginx; then
	prepare_nobody
	program=$FDMAP FDMAP=$NFDMAP
	ask -t -i ":$nginx_port"
	# The workers are nobody's own when nginx gives them to that user; Debian's are www-data's.
	owners=$(for pid in $(family_of "$nginx_pid"); do
		[ "$(stat -c %u "/proc/$pid")" = 65534 ] && echo "$pid"
	done)
	[ -n "$owners" ] && want="0 $owners" || want="1 "
	same "nobody: -t -i :PORT shows what may be seen" "$want" "$rc $out"
	ask -nP -p "$nginx_pid"
	same "nobody: -p of root's process" "0 cwd rtd txt NOFD" \
		"$rc $(printf '%s\n' "$out" | awk 'NR > 1 { printf "%s%s", s, $4; s = " " }')"
	same "nobody: it says why" 4 "$(printf '%s\n' "$out" | grep -c ': Permission denied)$')"
	ask -t -p "$nginx_pid"
	same "nobody: -t -p of root's process" "0 " "$rc $out"
	start mine setpriv --reuid 65534 --regid 65534 --clear-groups sleep 100
	await 5 sh -c "readlink /proc/$started/exe | grep -q sleep"
	ask -a -p "$started" -d cwd,0-2 -Ff
	same "nobody: a process of its own" "0 p$started fcwd f0 f1 f2 " "$rc $(printf '%s\n' "$out" | tr '\n' ' ')"
	FDMAP=$program
else
	skip "without privilege" "not root, or no nginx"
fi
finish
