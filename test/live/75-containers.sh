#!/bin/sh
# SPDX-License-Identifier: MIT
# A real container: its name and ID by its processes, its listener by its port.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_root || { skip containers "not root"; finish; }
for program in podman runc python3; do
	have $program || { skip containers "no $program"; finish; }
done
for busybox in /bin/busybox /usr/bin/busybox; do
	[ -x "$busybox" ] && break
done
# Its libraries are not in the image.
if ! [ -x "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
	skip containers "no busybox that is linked statically"
	finish
fi

# shellcheck source=test/live/lib/pods.sh
. "$LIVE/lib/pods.sh"
# A container of the image that publishes nothing: NAME COMMAND...
pod_run() {
	_name=$1
	shift
	# shellcheck disable=SC2086 # words are meant
	pod run -d --network=none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --name "$_name" \
		$pod_more fdmap-live-test "$@"
}
pod_more=
if ! make_image fdmap-live-test; then
	skip containers "podman cannot import: $(tail -1 "$T/import.out")"
	finish
fi
port=$(free_port)
if ! pod_run fdmap-live-web /bin/busybox httpd -f -p "$port" -h /tmp >"$T/id" 2>"$T/run.err"; then
	skip containers "podman cannot start one: $(tail -1 "$T/run.err")"
	finish
fi
id=$(cat "$T/id")
pid=$(pod inspect -f '{{.State.Pid}}' fdmap-live-web)
await 10 grep -qsi ":$(printf %04X "$port") .* 0A " "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" ||
	{ not_ok container "does not listen: $(pod logs fdmap-live-web 2>&1 | tail -1)"; finish; }

column() { # COLUMN PID FD: what stands there, of a line without blanks before it
	"$FDMAP" -nPw -a -p "$2" -d "$3" --columns="+$1" | awk -v head="$(echo "$1" | tr '[:lower:]' '[:upper:]')" '
		NR == 1 { at = index($0, head) }
		NR == 2 { split(substr($0, at), words, " "); print words[1] }'
}
# key KEY PID: of the object `container`
key() {
	"$FDMAP" -jnPw -a -p "$2" -d cwd --columns=+container | python3 -c '
import json, sys
row = json.loads(sys.stdin.readline())
print(row.get("container", {}).get(sys.argv[1], "none"))' "$1"
}

# Where the files lie is told by the mount of an overlay; elsewhere only the default place is known.
driver=$(pod info -f '{{.Store.GraphDriverName}}')
# named NAME EXPECTED PID
named() {
	if [ "$driver" = overlay ]; then
		same "$1" "$2" "$(key name "$3")"
	else
		skip "$1" "the storage driver is $driver"
	fi
}
if [ "$driver" = overlay ]; then
	shown=fdmap-live-web
else
	shown=$(echo "$id" | cut -c 1-12)
fi
same "column CONTAINER" "$shown" "$(column container "$pid" cwd)"
named "name in JSON" fdmap-live-web "$pid"
same "whole ID" "$id" "$(key id "$pid")"
same "runtime" podman "$(key runtime "$pid")"
monitor=$(pod inspect -f '{{.State.ConmonPid}}' fdmap-live-web)
same "its monitor is not in it" none "$(key id "$monitor")"
same "who looks is not in it" none "$(key id $$)"

# Another process in it, another container, one that will vanish.
pod exec -d fdmap-live-web /bin/busybox sleep 300 >/dev/null
other=
for one in $("$FDMAP" -t -a -c busybox -d cwd); do
	if [ "$one" != "$pid" ] && grep -q "$id" "/proc/$one/cgroup" 2>/dev/null; then
		other=$one
	fi
done
if [ -n "$other" ]; then
	same "another process of it" "$id" "$(key id "$other")"
	named "... has its name" fdmap-live-web "$other"
else
	not_ok "another process of it" "did not start"
fi
pod_more=--rm
pod_run fdmap-live-gone /bin/busybox sleep 300 >"$T/gone.id" 2>&1
gone=$(pod inspect -f '{{.State.Pid}}' fdmap-live-gone)
named "one that vanishes" fdmap-live-gone "$gone"
same "... has an ID of its own" "$(cat "$T/gone.id")" "$(key id "$gone")"
pod rename fdmap-live-web fdmap-live-new >/dev/null
named "a new name" fdmap-live-new "$pid"
[ "$driver" != overlay ] || shown=fdmap-live-new

# Its listener: in a namespace of its own.
same "not in ours" "" "$("$FDMAP" -nPt -i ":$port")"
"$FDMAP" -nPw -i ":$port" --netns=all --columns=+netns,container >"$T/listener" 2>&1
same "the port in all namespaces" "$pid" "$(awk 'NR == 2 { print $2 }' "$T/listener")"
holds "... with its container" grep -q " $shown " "$T/listener"
holds "... and that of the namespace" grep -q " $(stat -L -c %i "/proc/$pid/ns/net") " "$T/listener"
same "netns of the container by its process" "$pid" \
	"$("$FDMAP" -nPt -i "TCP:$port" -s TCP:LISTEN --netns="$pid")"

"$FDMAP" -jnP -p "$pid" --columns=+container,unit,netns,peer,detail >"$T/json" 2>&1
python3 - "$LIVE/lib" "$LIVE/../../docs/fdmap-json.schema.json" "$T/json" >"$T/verdicts" 2>&1 <<-'END'
	import json, sys
	sys.path.insert(0, sys.argv[1])
	from json_schema import Schema
	with open(sys.argv[2]) as file:
	    schema = Schema(json.load(file))
	with open(sys.argv[3]) as file:
	    rows = [json.loads(line) for line in file]
	wrong = [w for row in rows for w in schema.errors(row)]
	if not any("container" in row for row in rows):
	    wrong.append("no container")
	print("not ok JSON follows the schema: %s" % wrong[:3] if wrong else "ok JSON follows the schema")
END
take_verdicts "$T/verdicts"

# UNIX sockets in a directory that is mounted into it: one of each side, and who is at the other end.
mkdir -p "$T/shared"
cat >"$T/shared/talk.py" <<'PY'
# talk.py DIR OWN OTHER: listens at OWN, is connected to OTHER
import os, signal, socket, sys, time
directory, own, other = sys.argv[1:]
s = socket.socket(socket.AF_UNIX)
s.bind(os.path.join(directory, own))
s.listen()
c = socket.socket(socket.AF_UNIX)
for _ in range(300):
    try:
        c.connect(os.path.join(directory, other))
        break
    except OSError:
        time.sleep(0.1)
held = s.accept()[0]
open(os.path.join(directory, own + ".ready"), "w").close()
signal.pause()
PY
# peers PID: descriptors of its UNIX sockets, and who holds their other ends
peers() {
	"$FDMAP" -jnPw -a -p "$1" -U --netns=all --columns=+peer | python3 -c '
import json, sys
for line in sys.stdin:
    row = json.loads(line)
    for peer in row.get("peers", []):
        print(row["fd"], peer["pid"], peer["command"], peer["fd"])'
}
guest=/usr/bin/python3
if [ -x "$guest" ] && [ -d /lib64 ]; then
	start host python3 "$T/shared/talk.py" "$T/shared" host guest
	outside=$started
	pod_more="-v $T/shared:/shared -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro"
	pod_run fdmap-live-talk "$guest" /shared/talk.py /shared guest host >"$T/talk.id" 2>&1
	inside=$(pod inspect -f '{{.State.Pid}}' fdmap-live-talk)
	if await 20 test -e "$T/shared/host.ready" && await 20 test -e "$T/shared/guest.ready"; then
		# Each has a listener, a socket that is connected, one that was accepted: 3, 4, 5.
		# The command as the kernel has it.
		there=$(cat "/proc/$inside/comm") here=$(cat "/proc/$outside/comm")
		same "shared sockets, seen from here" "4 $inside $there 5 5 $inside $there 4" \
			"$(peers "$outside" | sed 's/u$//' | tr '\n' ' ' | sed 's/ $//')"
		same "... seen from in there" "4 $outside $here 5 5 $outside $here 4" \
			"$(peers "$inside" | sed 's/u$//' | tr '\n' ' ' | sed 's/ $//')"
		same "... in the column" "$inside,$there,5u" "$(column peer "$outside" 4)"
		same "... with its container" "$(cat "$T/talk.id")" "$(key id "$inside")"
		# By the name that the file has here, in whichever namespace its holder is.
		same "... by its name here" "$outside" "$("$FDMAP" -t "$T/shared/host")"
		same "... by its name here, all" "$inside" "$("$FDMAP" -t --netns=all "$T/shared/guest")"
		# As it is named in there, and with the address that the text alone tells.
		holds "... in the table" sh -c "'$FDMAP' --netns=all '$T/shared/guest' |
			grep -q '^[^ ]* *$inside .* unix 0x[0-9a-f]* .* /shared/guest type=STREAM (LISTEN) .netns'"
	else
		not_ok "shared sockets" "not connected: $(pod logs fdmap-live-talk 2>&1 | tail -1)"
	fi
else
	skip "shared sockets" "no $guest to be mounted into it"
fi

# Without the column nothing of it is read.
if have strace; then
	strace -f -e trace=openat,openat2 -o "$T/calls" "$FDMAP" -nPw -p "$pid" >/dev/null 2>&1
	same "no column, no file" 0 "$(grep -c 'cgroup\|containers.json' "$T/calls")"
	strace -f -e trace=openat,openat2 -o "$T/calls" "$FDMAP" -nPw --columns=+container >/dev/null 2>&1
	if [ "$driver" = overlay ]; then
		same "one file for all of a storage" 1 \
			"$(grep -c "$(basename "$T")/storage/overlay-containers/containers.json" "$T/calls")"
	fi
else
	skip "no column, no file" "no strace"
fi

# A pipe where the file should be: nobody waits for a writer.
if [ "$driver" = overlay ]; then
	file=$T/storage/overlay-containers/containers.json
	mv "$file" "$T/kept" && mkfifo "$file"
	same "a pipe in its place" none "$(key name "$pid")"
	rm "$file" && mv "$T/kept" "$file"
fi
finish
