#!/bin/sh
# SPDX-License-Identifier: MIT
# The same servers on the same ports, once here and once in a namespace of their own.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"
# shellcheck source=test/live/lib/servers.sh
. "$(dirname "$0")/lib/servers.sh"

is_root || { skip servers "not root"; finish; }
is_lsof && { skip servers "lsof has no --netns"; finish; }
for program in ip python3 setpriv; do
	have "$program" || { skip servers "no $program"; finish; }
done
NS=fdsrv$$
same_port='' here_nginx='' port='' # by eval
# shellcheck disable=SC2317 # by the trap
leave() {
	stop_servers
	ip netns del "$NS" 2>/dev/null
	clean_up
}
trap leave EXIT
ip netns add "$NS" 2>"$T/add.err" || { skip servers "ip netns add: $(cat "$T/add.err")"; finish; }
nsenter --net=/run/netns/"$NS" ip link set lo up

sorted() { printf '%s\n' "$@" | sort -un; }
family_of() { { echo "$1"; children_of "$1"; } | sort -un; }
# holders_of SERVER PID: who has its listener; nginx gives it to its workers
holders_of() { if [ "$1" = nginx ]; then family_of "$2"; else echo "$2"; fi; }

running=
for server in nginx redis postgres sshd; do
	if "start_$server"; then
		running="$running $server"
		eval "here_$server=\$${server}_pid"
	else
		why=
		eval "why=\$${server}_why"
		skip "$server" "$why"
	fi
done
home=$T T=$T/there server_in="nsenter --net=/run/netns/$NS"
mkdir -m 755 "$T"
for server in $running; do
	# The same once more: 80 is taken here, or was before.
	eval "same_port=\$${server}_port"
	# shellcheck disable=SC2317 # start_X calls it
	free_port() { echo "$same_port"; }
	if ! "start_$server"; then
		eval "why=\$${server}_why"
		not_ok "$server in a namespace" "$why"
		running=$(echo "$running" | sed "s/ $server//")
	fi
done
there=$T T=$home
up() { case "$running " in *" $1 "*) return 0 ;; esac; return 1; }
! up nginx || for pid in "$here_nginx" "$nginx_pid"; do
	await 10 sh -c "[ \$(ps -o pid= --ppid $pid | wc -l) -eq 2 ]"
done

for server in $running; do
	eval "port=\$${server}_port here=\$here_$server inside=\$${server}_pid"
	here=$(holders_of "$server" "$here")
	one=$inside
	inside=$(holders_of "$server" "$inside")
	listens() { "$FDMAP" -nPt -iTCP:"$port" -sTCP:LISTEN "$@"; }
	same "$server here" "$here" "$(listens)"
	same "$server in the namespace" "$inside" "$(listens --netns="$NS")"
	same "$server in that of its PID" "$inside" "$(listens --netns="$one")"
	# shellcheck disable=SC2086 # words are meant
	same "$server in all" "$(sorted $here $inside)" "$(listens --netns=all)"
	same "$server named by -p" "n127.0.0.1:$port [netns $NS]" \
		"$("$FDMAP" -nP -p "$one" -Fn | grep "^n127.0.0.1:$port ")"
	same "$server not selected by -i" "" "$("$FDMAP" -nPt -a -p "$one" -i)"
	same "$server by its text" "$inside" "$(listens --netns="$NS" --socket-source=text)"
done

# peers PID FD-NAME-PATTERN: PEER of the sockets whose NAME has that
peers() {
	"$FDMAP" -nPj -a -p "$1" --sockets --netns=all --columns=+peer | python3 -c '
import json, sys
for line in sys.stdin:
    row = json.loads(line)
    if sys.argv[1] in row["name"]:
        for peer in row.get("peers", []):
            print("%d,%s" % (peer["pid"], peer["command"]))' "$2" | sort -u
}
# connected NAME WHERE COMMAND...: starts a client; WHERE: $server_in or nothing
connected() {
	_name=$1 _where=$2
	shift 2
	# shellcheck disable=SC2086 # words are meant
	start "$_name" $_where "$@"
	client=$started
}
# Its connection is made, and accepted.
joined() { await 10 sh -c "'$FDMAP' -nP -E -a -p $1 --sockets --netns=all -Fn | grep -q '$2'"; }
idle='import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
time.sleep(600)'

if up redis && have redis-cli; then
	connected cli "$server_in" redis-cli -h 127.0.0.1 -p "$redis_port" SUBSCRIBE x
	joined "$client" ",redis-ser"
	same "redis, TCP: client to server" "$redis_pid,redis-server" "$(peers "$client" "->127")"
	same "redis, TCP: server to client" "$client,redis-cli" "$(peers "$redis_pid" "->127")"
	holds "redis, -E" sh -c "'$FDMAP' -nP -E -a -p $redis_pid -i --netns=$NS |
		grep -q ' $client,redis-cli,[0-9]*u (ESTABLISHED) .netns $NS.\$'"
	same "redis, +E" "$(sorted "$redis_pid" "$client")" \
		"$("$FDMAP" -nPt +E -a -p "$redis_pid" -i --netns="$NS" -sTCP:ESTABLISHED)"
	# The file is everybody's: who asks from here is there at once.
	connected ucli "" redis-cli -s "$there/redis/sock" SUBSCRIBE y
	joined "$client" ",redis-ser"
	same "redis, UNIX from here: client to server" "$redis_pid,redis-server" \
		"$(peers "$client" type=STREAM)"
	same "redis, UNIX from here: server to client" "$client,redis-cli" \
		"$(peers "$redis_pid" "$there/redis/sock")"
	same "redis, UNIX in the namespace" "$redis_pid" \
		"$("$FDMAP" -t -a -U -c redis-server --netns="$NS")"
	same "redis, by the name of its socket" "$redis_pid" \
		"$("$FDMAP" -t --netns=all "$there/redis/sock")"
else
	skip "redis, connected" "no redis"
fi

if up postgres && have psql; then
	connected psql "$server_in" psql -X -h 127.0.0.1 -p "$postgres_port" -U postgres \
		-c "select pg_sleep(600)" postgres
	joined "$client" ",postgres"
	backend=$(peers "$client" "->127" | sed 's/,postgres$//')
	same "postgres, TCP: a backend" "$postgres_pid" "$(ps -o ppid= -p "${backend:-0}" | tr -d ' ')"
	# A wrapper may have become another program.
	same "postgres, TCP: backend to client" "$client,$(cat "/proc/$client/comm")" "$(peers "$backend" "->127")"
	connected upsql "" psql -X -h "$there/pg" -p "$postgres_port" -U postgres \
		-c "select pg_sleep(600)" postgres
	joined "$client" ",postgres"
	backend=$(peers "$client" type=STREAM | sed 's/,postgres$//')
	same "postgres, UNIX from here: a backend" "$postgres_pid" \
		"$(ps -o ppid= -p "${backend:-0}" | tr -d ' ')"
	same "postgres, UNIX from here: backend to client" "$client,$(cat "/proc/$client/comm")" \
		"$(peers "$backend" "$there/pg/.s.PGSQL")"
	same "postgres, all its sockets are there" "" \
		"$("$FDMAP" -nP -a -u postgres --sockets -p "$postgres_pid" --netns=all -Fn |
			grep '^n' | grep -v " .netns $NS.\$")"
else
	skip "postgres, connected" "no postgres"
fi

for server in nginx sshd; do
	up "$server" || continue
	eval "port=\$${server}_port"
	connected "$server-client" "$server_in" python3 -c "$idle" "$port"
	joined "$client" ",$server,"
	holds "$server: client to server" sh -c "echo '$(peers "$client" "->127")' | grep -q ',$server\$'"
	worker=$(peers "$client" "->127" | sed -n '1s/,.*//p')
	same "$server: server to client" "$client,python3" "$(peers "${worker:-0}" "127.0.0.1:$port->")"
done
finish
