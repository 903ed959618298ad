#!/bin/sh
# SPDX-License-Identifier: MIT
# Network namespaces: found wherever they are kept, searched where asked, named in any case.

# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_root || { skip netns "not root"; finish; }
is_lsof && { skip netns "lsof has no --netns"; finish; }
for program in ip python3 ss nsenter unshare setpriv; do
	have "$program" || { skip netns "no $program"; finish; }
done
# Names of their own, so that two runs do not meet.
A=fdt$$a B=fdt$$b C=fdt$$c
made=
# shellcheck disable=SC2317 # by the trap
leave() {
	end_all
	for ns in $made; do ip netns del "$ns" 2>/dev/null; done
	clean_up
}
trap leave EXIT
add() {
	ip netns add "$1" 2>"$T/add.err" && made="$made $1"
}
add "$A" || { skip netns "ip netns add: $(cat "$T/add.err")"; finish; }
add "$B"
nsenter --net=/run/netns/"$A" ip link add v0 type veth peer name v1 netns "$B" 2>/dev/null
nsenter --net=/run/netns/"$A" ip addr add 10.99.7.1/24 dev v0 && nsenter --net=/run/netns/"$A" ip link set v0 up
nsenter --net=/run/netns/"$B" ip addr add 10.99.7.2/24 dev v1 && nsenter --net=/run/netns/"$B" ip link set v1 up
nsenter --net=/run/netns/"$A" ip link set lo up && nsenter --net=/run/netns/"$B" ip link set lo up

# A listener of each family, sockets in no table, and descriptors through which all is told.
cat >"$T/server.py" <<'PY'
import os, signal, socket, sys
port = int(sys.argv[1])
held = []
for family, kind in ((socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET6, socket.SOCK_DGRAM)):
    s = socket.socket(family, kind)
    s.bind(("", port))
    if kind == socket.SOCK_STREAM:
        s.listen()
    held.append(s)
u = socket.socket(socket.AF_UNIX)
u.bind("\0fdmap-%d" % os.getpid())
u.listen()
held += [u, socket.socket()]
print("ready", flush=True)
signal.pause()
PY
# Goes there, takes sockets, comes back: KEEP ns, sock, or both.
cat >"$T/guest.py" <<'PY'
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None)
path, keep, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
own = os.open("/proc/self/ns/net", os.O_RDONLY)
there = os.open(path, os.O_RDONLY)
ino = os.fstat(there).st_ino
s = None
if keep != "ns":
    assert libc.setns(there, 0x40000000) == 0
    s = socket.socket()
    s.bind(("", port))
    s.listen()
    idle = socket.socket()
    assert libc.setns(own, 0x40000000) == 0
os.close(own)
if keep == "sock":
    os.close(there)
print("ready", ino, s.fileno() if s else there, flush=True)
signal.pause()
PY
in_ns() { _in=$1; shift; nsenter --net="/run/netns/$_in" "$@" 2>/dev/null; }
# ns_start NAME NS COMMAND...
ns_start() {
	_name=$1 _ns=$2
	shift 2
	start "$_name" nsenter --net="/run/netns/$_ns" "$@"
}
inode_of() { stat -Lc %i "/run/netns/$1"; }
before=$(readlink /proc/self/ns/net)

ns_start server "$A" python3 "$T/server.py" 7471
server=$started
await 10 grep -q ready "$T/server.out" || { not_ok server "$(cat "$T/server.out")"; finish; }

# Where it is looked for.
same "not in our own" "" "$("$FDMAP" -t -i :7471)"
"$FDMAP" -t -i :7471 >/dev/null
same "nothing found" 1 "$?"
same "--netns=self" "" "$("$FDMAP" -t -i :7471 --netns=self)"
for where in all "$A" "$server" "$(inode_of "$A")" "/run/netns/$A" "/proc/$server/ns/net" \
	"net:[$(inode_of "$A")]"; do
	same "--netns=$(echo "$where" | sed "s/fdt$$/NS/;s/[0-9]\{2,\}/N/")" "$server" \
		"$("$FDMAP" -t -i :7471 --netns="$where")"
done
same "another one" "" "$("$FDMAP" -t -i :7471 --netns="$B")"
same "two of them" "$server" "$("$FDMAP" -t -i :7471 --netns="$B" --netns="$A")"
same "our own by our PID" "" "$("$FDMAP" -t -i :7471 --netns=$$)"
same "UNIX" "n@fdmap-$server type=STREAM [netns $A]" \
	"$("$FDMAP" -a -U -p "$server" --netns="$A" -F n | grep ^n)"
for word in fdt$$none 4194304 4026500000 /etc/hosts "$T"; do
	"$FDMAP" -i --netns="$word" >"$T/out" 2>"$T/err"
	same "no such: $(echo "$word" | sed "s/fdt$$/name-/;s/[0-9]\{2,\}/N/;s#^/tmp.*#dir#")" "1 $(basename "$FDMAP"): no network namespace: $word" \
		"$? $(head -n 1 "$T/err")"
done

# What is listed for another reason is named.
"$FDMAP" -nP -a -p "$server" -d 3-9 -F tPn >"$T/named"
same "named by -p" "tIPv4 PTCP n*:7471 [netns $A];tIPv6 PUDP n*:7471 [netns $A];\
tunix n@fdmap-$server type=STREAM [netns $A];tsock nprotocol: TCP;" \
	"$(grep -v '^[pf]' "$T/named" | tr '\n' ' ' | sed 's/ t\(IP\|unix\|sock\)/;t\1/g; s/ $/;/')"
holds "named among everything" sh -c "'$FDMAP' -nP -d 0-99 -F n | grep -qF '*:7471 [netns $A]'"
same "column" "$A" "$("$FDMAP" -nP -a -p "$server" -d 3-9 --columns=+netns 2>/dev/null |
	awk 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "NETNS") c = i } /protocol: TCP/ { print $(c) }' |
	sort -u)"
holds "JSON" sh -c "'$FDMAP' -J -nP -i --netns=$A | grep -qF '\"netns\":{\"inode\":\"$(inode_of "$A")\",\"name\":\"$A\"}'"

# All of it, inode by inode, beside ss.
ns_start other "$B" python3 "$T/server.py" 7472
other=$started
await 10 grep -q ready "$T/other.out"
for ns in "$A" "$B"; do
	in_ns "$ns" ss -Htuane | sed -n 's/.* ino:\([0-9]*\).*/\1/p' | sort >"$T/ss"
	"$FDMAP" -nP -i --netns="$ns" -F d | sed -n 's/^d//p' | sort -u >"$T/ours"
	same "inodes of $(echo "$ns" | tr -d 0-9)" "$(cat "$T/ss")" "$(cat "$T/ours")"
	holds "there are some of $(echo "$ns" | tr -d 0-9)" test -s "$T/ss"
	for source in text diag; do
		same "by $source of $(echo "$ns" | tr -d 0-9)" "$(cat "$T/ss")" \
			"$("$FDMAP" -nP -i --netns="$ns" --socket-source=$source -F d |
				sed -n 's/^d//p' | sort -u)"
	done
	same "UNIX inodes of $(echo "$ns" | tr -d 0-9)" \
		"$(in_ns "$ns" cat /proc/net/unix | awk 'NR > 1 { print $7 }' | sort)" \
		"$("$FDMAP" -U --netns="$ns" -F i | sed -n 's/^i//p' | sort -u)"
done
# A connection between two: each end is where it is.
cat >"$T/client.py" <<'PY'
import signal, socket
s = socket.create_connection(("10.99.7.1", 7471), 5)
print("ready", flush=True)
signal.pause()
PY
ns_start client "$B" python3 "$T/client.py"
client=$started
if await 10 grep -q ready "$T/client.out"; then
	same "a connection's client" "$client" "$("$FDMAP" -t -i @10.99.7.1:7471 -a -c python3 --netns="$B")"
	holds "... and where" sh -c \
		"'$FDMAP' -nP -i @10.99.7.1:7471 --netns=all | grep -q '10.99.7.2:.*->10.99.7.1:7471 (ESTABLISHED) .netns $B'"
else
	skip "a connection" "no veth pair: $(tail -n 1 "$T/client.out")"
fi

# The name goes, the process stays: it is in the namespace, which has a number only.
ino=$(inode_of "$B")
ip netns del "$B"
same "by number" "n*:7472 [netns $ino]" "$("$FDMAP" -nP -a -i UDP:7472 -p "$other" --netns=all -F n | grep ^n)"

# Kept by a mount alone, while somebody in our own namespace holds a socket of it.
add "$C"
ino=$(inode_of "$C")
start guest1 python3 "$T/guest.py" "/run/netns/$C" sock 7473
guest=$started
await 10 grep -q ready "$T/guest1.out"
same "kept by a mount" "$guest" "$("$FDMAP" -t -i :7473 --netns=all)"
same "... by name" "$guest" "$("$FDMAP" -t -i :7473 --netns="$C")"
same "... named by -p" "n*:7473 [netns $C]" "$("$FDMAP" -nP -a -p "$guest" -i 4 -d 0-99 --netns="$C" -F n | grep 7473)"
start guest2 python3 "$T/guest.py" "/run/netns/$C" ns 0
holder=$started
await 10 grep -q ready "$T/guest2.out"
ip netns del "$C"
# ... by a descriptor and a socket ...
same "kept by a descriptor" "$guest" "$("$FDMAP" -t -i :7473 --netns="$ino")"
kill "$holder" && wait "$holder" 2>/dev/null
# ... and by that socket alone.
same "kept by a socket" "$guest" "$("$FDMAP" -t -i :7473 --netns=all)"
same "... by inode" "$guest" "$("$FDMAP" -t -i :7473 --netns="$ino")"
same "... not in our own" "" "$("$FDMAP" -t -i :7473)"
same "... named by -p" "nprotocol: TCP;n*:7473 [netns $ino];" \
	"$("$FDMAP" -nP -a -p "$guest" -d 0-99 -F tn | grep -A1 -E '^t(sock|IPv4)' | grep ^n | sort -r | tr '\n' ';')"
same "... with --sockets" "$guest" "$("$FDMAP" -t --sockets --netns="$ino")"
# Mounted where another mount namespace alone sees it.
start hidden unshare -m --propagation private sh -c "unshare --net=$T/nsfile true; : >'$T/nsfile' 2>/dev/null
	echo ready; exec sleep 600"
: >"$T/nsfile2"
start hidden2 unshare -m --propagation private sh -c "unshare --net='$T/nsfile2' true && stat -Lc %i '$T/nsfile2' && echo ready && exec sleep 600"
if await 10 grep -q ready "$T/hidden2.out"; then
	hidden=$(head -n 1 "$T/hidden2.out")
	pid=$started
	start guest3 python3 "$T/guest.py" "/proc/$pid/root$T/nsfile2" sock 7474
	guest=$started
	await 10 grep -q ready "$T/guest3.out"
	same "mounted elsewhere" "$guest" "$("$FDMAP" -t -i :7474 --netns="$hidden")"
else
	skip "mounted elsewhere" "$(tail -n 1 "$T/hidden2.out")"
fi

# A thread that has gone elsewhere alone.
cat >"$T/thread.py" <<'PY'
import ctypes, os, signal, socket, threading
libc = ctypes.CDLL(None)
held = []
done = threading.Event()
def elsewhere():
    assert libc.unshare(0x40000000) == 0
    s = socket.socket(); s.bind(("", 7475)); s.listen(); held.append(s)
    done.set()
    signal.pause()
threading.Thread(target=elsewhere, daemon=True).start()
done.wait()
print("ready", flush=True)
signal.pause()
PY
start thread python3 "$T/thread.py"
thread=$started
await 10 grep -q ready "$T/thread.out"
same "of a thread" "$thread" "$("$FDMAP" -t -i :7475 --netns=all)"
holds "... named" sh -c "'$FDMAP' -nP -p $thread -F n | grep -q '^n\*:7475 .netns [0-9]'"

# The same name, where it is another file: not of whom it is asked for.
cat >"$T/bound.py" <<'PY'
import signal, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
print("ready", flush=True)
signal.pause()
PY
mkdir "$T/same"
start same1 python3 "$T/bound.py" "$T/same/name"
outer=$started
# shellcheck disable=SC2016 # for the other shell
start same2 unshare -n -m --propagation private sh -c 'mount -t tmpfs none "$1" && exec python3 "$2" "$1/name"' \
	sh "$T/same" "$T/bound.py"
inner=$started
if await 10 grep -q ready "$T/same1.out" && await 10 grep -q ready "$T/same2.out"; then
	same "one's own file" "$outer" "$("$FDMAP" -t --netns=all "$T/same/name")"
	same "... and by the text" "$outer" "$("$FDMAP" -Fp --netns=all "$T/same/name" | sed -n 's/^p//p')"
	same "from the other side" "$inner" \
		"$(nsenter -t "$inner" -m -n "$FDMAP" -t --netns=all "$T/same/name")"
else
	skip "the same name" "$(tail -n 1 "$T/same2.out")"
fi

# Without any privilege: one's own processes, through what /proc tells of them.
prepare_nobody
python=python3
as_nobody python3 -c pass 2>/dev/null || python=/usr/bin/python3
start nobody unshare -n setpriv --reuid 65534 --regid 65534 --clear-groups $python "$T/server.py" 7476
nobody=$started
await 10 grep -q ready "$T/nobody.out"
if "$NFDMAP" -p "$nobody" -a -d 3 -t >/dev/null 2>&1; then
	same "nobody's" "$nobody" "$("$NFDMAP" -w -t -i :7476 --netns=all)"
	same "... by PID" "$nobody" "$("$NFDMAP" -w -t -i :7476 --netns="$nobody")"
	holds "... named" sh -c "'$NFDMAP' -w -nP -p $nobody -F n | grep -q '^n\*:7476 .netns [0-9]'"
else
	skip "nobody's" "may not look at its own process: $(tail -n 1 "$T/nobody.out")"
fi
"$NFDMAP" -i --netns="$server" >/dev/null 2>"$T/err"
holds "may not be known" grep -q "no network namespace: $server: Permission denied" "$T/err"

# One that has only a name cannot be entered without rights, and no process tells of it.
D=fdt$$d
add "$D"
"$NFDMAP" -nP -i --netns="$D" >"$T/out" 2>"$T/err"
same "may not be entered: status, rows" "1 " "$? $(cat "$T/out")"
holds "may not be entered: is told" \
	grep -q "can't look into network namespace $D: Operation not permitted" "$T/err"
same "may not be entered, -w: is not told" "" "$("$NFDMAP" -w -nP -i --netns="$D" 2>&1)"

# A hint for those who sit there, and only for them.
cat >"$T/term.py" <<'PY'
import os, pty, subprocess, sys
master, slave = pty.openpty()
# What a slow machine has to say meanwhile is another test's.
p = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave,
                   env=dict(os.environ, TERM="dumb"))
os.close(slave)
try:
    err = os.read(master, 4096).decode()
except OSError:
    err = ""
# That some process may not be looked at is another matter.
err = "\n".join(line for line in err.splitlines() if "could not be looked at" not in line)
print(p.returncode, p.stdout.decode().strip(), err.strip(), sep="|")
PY
on_tty() { python3 "$T/term.py" "$FDMAP" "$@" | sed 's/into [0-9]* more/into N more/'; }
hint="$(basename "$FDMAP"): nothing in this network namespace; --netns=all would look into N more"
same "a hint" "1||$hint" "$(on_tty -i :7471)"
same "... with -t" "1||$hint" "$(on_tty -t -i :7471)"
same "... not with -Q" "0||" "$(on_tty -Q -i :7471)"
same "... not with -w" "1||" "$(on_tty -w -i :7471)"
same "... not with --netns" "1||" "$(on_tty -i :1 --netns=all)"
same "... not when found" "0|$server|" "$(on_tty -t -a -p "$server" -d 3)"
same "... not of processes" "1||" "$(on_tty -t -c fdt-none)"
"$FDMAP" -i :7471 2>"$T/err"
same "... not to a file" "" "$(cat "$T/err")"

# Many, with few descriptors.
# shellcheck disable=SC3045 # dash and bash have it
limited() { (ulimit "-$1" "$2" && shift 2 && exec "$@"); }
many=$(seq 60)
enough=yes
for i in $many; do add "fdt$$m$i" || enough=; done
if [ "$enough" ]; then
	start last nsenter --net="/run/netns/fdt$$m60" python3 "$T/server.py" 7477
	last=$started
	await 10 grep -q ready "$T/last.out"
	same "many" "$last" "$(limited n 32 "$FDMAP" -t -i :7477 --netns=all)"
	same "... named" 3 "$(limited n 32 "$FDMAP" -nP -p "$last" -F n | grep -cF "[netns fdt$$m60]")"
else
	skip many "$(cat "$T/add.err")"
fi

# Real servers.
if have nginx; then
	mkdir "$T/nginx"
	cat >"$T/nginx.conf" <<CONF
daemon off; pid $T/nginx/pid; error_log $T/nginx/error.log; worker_processes 1;
events { worker_connections 16; }
http { access_log off; client_body_temp_path $T/nginx/b; proxy_temp_path $T/nginx/p;
fastcgi_temp_path $T/nginx/f; uwsgi_temp_path $T/nginx/u; scgi_temp_path $T/nginx/s;
server { listen 7478; } }
CONF
	ns_start nginx "$A" nginx -e "$T/nginx/error.log" -c "$T/nginx.conf"
	nginx=$started
	if await 10 in_ns "$A" python3 -c 'import socket; socket.create_connection(("127.0.0.1", 7478), 1)'; then
		holds nginx sh -c "'$FDMAP' -t -i :7478 --netns='$A' | grep -qx $nginx"
		same "... master and worker" 2 "$("$FDMAP" -t -i TCP:7478 -s TCP:LISTEN --netns=all | wc -l)"
	else
		not_ok nginx "$(cat "$T/nginx.out")"
	fi
else
	skip nginx "not installed"
fi
if have redis-server; then
	ns_start redis "$A" redis-server --port 7479 --save "" --dir "$T"
	redis=$started
	if await 10 in_ns "$A" python3 -c 'import socket; socket.create_connection(("127.0.0.1", 7479), 1)'; then
		same redis "$redis" "$("$FDMAP" -t -i TCP:7479 -s TCP:LISTEN --netns=all)"
		holds "... named" sh -c "'$FDMAP' -nP -p $redis -F n | grep -qF '*:7479 [netns $A]'"
	else
		not_ok redis "$(cat "$T/redis.out")"
	fi
else
	skip redis "not installed"
fi

# We have been nowhere, and keep nothing.
same "still at home" "$before" "$(readlink /proc/self/ns/net)"
ino=$(inode_of "$A")
end_all
for ns in $made; do ip netns del "$ns" 2>/dev/null; done
made=
same "nothing is kept" "" "$(lsns -t net -no NS 2>/dev/null | tr -d ' ' | grep -x "$ino")"
finish
