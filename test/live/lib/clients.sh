# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # from the harness; for the test
# Two places for PATH, where lsof is the program under test or the installed one, and clients there.

# Makes $T/side/fdmap, and $T/side/lsof that writes down how it is called. $sides are those made.
prepare_sides() {
	mkdir -p "$T/side/fdmap" "$T/side/lsof"
	ln -s "$FDMAP" "$T/side/fdmap/lsof"
	sides=fdmap
	have lsof || return
	# shellcheck disable=SC2016 # the script expands them
	printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/calls"\nexec %s "$@"\n' "$T" "$(command -v lsof)" \
		>"$T/side/lsof/lsof"
	chmod 755 "$T/side/lsof/lsof"
	sides="lsof fdmap"
}

# on SIDE COMMAND...: as long as a client may take; its errors go to $T/stderr
on() {
	_side=$1
	shift
	PATH=$T/side/$_side:${clients_path:-$PATH} timeout 60 "$@" 2>"$T/stderr" </dev/null 9>&-
}

# called NAME EXPECTED: how the client called lsof since the last time
called() {
	case $sides in
	*lsof*) same "$1 calls" "$2" "$(cat "$T/calls" 2>/dev/null)" ;;
	*) skip "$1 calls" "no lsof" ;;
	esac
	rm -f "$T/calls"
}

# A PATH without ss and netstat, which some clients prefer.
prepare_tools() {
	mkdir "$T/tools"
	for _tool in awk cat env grep kill node ps sed sh sort xargs timeout; do
		# Not command -v, which knows the shell's own kill.
		ln -s "$(python3 -c 'import shutil, sys
print(shutil.which(sys.argv[1]) or sys.exit(1))' "$_tool")" "$T/tools/$_tool"
		[ -x "$T/tools/$_tool" ] || return 1
	done
}

# serve NAME [PYTHON]: a server; sets served and served_port
serve() {
	start "$1" "${2:-python3}" "$LIVE/lib/clients.py" serve
	served=$started
	await 10 grep -q . "$T/$1.out" || return 1
	served_port=$(head -n 1 "$T/$1.out")
}

# meet NAME: one more process, connected to the server of that name; sets met
meet() {
	start "$1.peer" python3 "$LIVE/lib/clients.py" connect "$served_port"
	met=$started
	await 10 grep -q taken "$T/$1.out" && await 10 grep -q . "$T/$1.peer.out"
}

running() {
	case $(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) in '' | Z) return 1 ;; esac
}
gone() { ! running "$1"; }

# who_lives PID...: "1 0 ...", which of them are there
who_lives() {
	_lives=
	for _pid; do
		if running "$_pid"; then _lives="$_lives 1"; else _lives="$_lives 0"; fi
	done
	echo "${_lives# }"
}

# kills NAME LIVES COMMAND...: the command gets the port of a server as last argument. Of that
# server, its client and a bystander those with 1 in LIVES must be there afterwards.
kills() {
	_kills=$1 _want=$2
	shift 2
	for side in $sides; do
		if ! { serve "victim.$side" && meet "victim.$side"; }; then
			not_ok "$_kills, $side" "no victim"
			continue
		fi
		_victim=$served _peer=$met
		on "$side" "$@" "$served_port" >"$T/stdout"
		await 5 gone "$_victim"
		# A signal to the other one, too, has had its time.
		case $_want in '0 0 '*) await 5 gone "$_peer" ;; *) sleep 0.3 ;; esac
		same "$_kills, $side" "$_want" "$(who_lives "$_victim" "$_peer" "$bystander")"
		kill "$_victim" "$_peer" 2>/dev/null
		rm -f "$T/victim.$side.out" "$T/victim.$side.peer.out"
	done
}

# htop_screen SIDE PID: htop's screen of the files that PID has open
htop_screen() {
	set -- "$1" "$2" "$T/tmux.$1"
	_keys="tmux -u -S $3 -f /dev/null"
	# htop writes its settings when it ends.
	$_keys new-session -d -x 250 -y 120 env PATH="$T/side/$1:$PATH" HOME="$T" HTOPRC="$T/htoprc" \
		htop -p "$2" 9>&- || return 1
	await 20 sh -c "$_keys capture-pane -p | grep -q '^ *$2 '" && $_keys send-keys l &&
		await 30 sh -c "$_keys capture-pane -p | grep -q 'FD TYPE'" && sleep 0.5
	$_keys capture-pane -p
	$_keys kill-server
}
