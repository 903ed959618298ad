# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # from the harness; for the test; words are meant
# nginx, redis, postgresql and sshd on free loopback ports, with files below $T only.
# Each start_X sets X_pid and X_port, or X_why and fails. server_in: words before its command.

: "${server_in:=}"

# await_server NAME: its port answers, or its last words are in NAME_why
await_server() {
	await 30 $server_in python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$2" && return 0
	eval "$1_why=\"does not answer: \$(tail -n 2 \"\$T/$1.out\")\""
	return 1
}

start_nginx() {
	have nginx || { nginx_why="not installed"; return 1; }
	nginx_port=80
	if ! is_root || port_open 80 2>/dev/null; then
		nginx_port=$(free_port)
	fi
	mkdir "$T/nginx"
	cat >"$T/nginx.conf" <<-END
		daemon off;
		pid $T/nginx/pid;
		error_log $T/nginx/error.log;
		worker_processes 2;
		events { worker_connections 64; }
		http {
			access_log $T/nginx/access.log;
			client_body_temp_path $T/nginx/body;
			proxy_temp_path $T/nginx/proxy;
			fastcgi_temp_path $T/nginx/fastcgi;
			uwsgi_temp_path $T/nginx/uwsgi;
			scgi_temp_path $T/nginx/scgi;
			server { listen 127.0.0.1:$nginx_port; return 204; }
		}
	END
	start nginx $server_in nginx -p "$T/nginx" -c "$T/nginx.conf"
	nginx_pid=$started
	await_server nginx "$nginx_port"
}

start_redis() {
	have redis-server || { redis_why="not installed"; return 1; }
	redis_port=$(free_port)
	mkdir "$T/redis"
	start redis $server_in redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$T/redis" --save '' \
		--unixsocket "$T/redis/sock" --daemonize no --enable-protected-configs no
	redis_pid=$started
	await_server redis "$redis_port"
}

as_postgres() {
	if is_root; then
		setpriv --reuid postgres --regid postgres --init-groups "$@"
	else
		"$@"
	fi
}

start_postgres() {
	pg_bin=$(find /usr/lib/postgresql -name initdb -type f 2>/dev/null | sort -V | tail -n 1)
	[ -n "$pg_bin" ] || { postgres_why="not installed"; return 1; }
	pg_bin=$(dirname "$pg_bin")
	postgres_port=$(free_port)
	mkdir "$T/pg"
	! is_root || chown postgres "$T/pg"
	if ! (cd / && as_postgres "$pg_bin/initdb" -D "$T/pg/data" -A trust -N) >"$T/pg.log" 2>&1; then
		postgres_why="initdb: $(tail -n 1 "$T/pg.log")"
		return 1
	fi
	set -- "$pg_bin/postgres" -D "$T/pg/data" -p "$postgres_port" -h 127.0.0.1 -k "$T/pg" \
		-c fsync=off
	if is_root; then
		set -- setpriv --reuid postgres --regid postgres --init-groups "$@"
	fi
	# exec, so that the PID is the server's own
	start postgres $server_in sh -c 'cd / && exec "$@"' sh "$@"
	postgres_pid=$started
	await_server postgres "$postgres_port"
}

start_sshd() {
	if ! [ -x /usr/sbin/sshd ] || ! have ssh-keygen; then
		sshd_why="not installed"
		return 1
	fi
	sshd_port=$(free_port)
	mkdir "$T/ssh"
	ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/key" </dev/null >"$T/sshd.out" 2>&1
	printf '%s\n' "Port $sshd_port" "ListenAddress 127.0.0.1" "HostKey $T/ssh/key" \
		"PidFile $T/ssh/pid" "UsePAM no" >"$T/ssh/config"
	# Its directory for separated privileges; ours to remove only when it was not there.
	if is_root && [ ! -d /run/sshd ]; then
		mkdir -m 755 /run/sshd && made_run_sshd=1
	fi
	start sshd $server_in /usr/sbin/sshd -D -e -f "$T/ssh/config"
	sshd_pid=$started
	await_server sshd "$sshd_port"
}

stop_servers() {
	end_all
	[ -z "${made_run_sshd:-}" ] || rmdir /run/sshd 2>/dev/null
}
