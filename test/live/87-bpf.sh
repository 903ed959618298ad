#!/bin/sh
# SPDX-License-Identifier: MIT
# A pass of BPF tells of each descriptor what /proc does, and leaves nothing behind.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

seen() { "$BUILD/live/bpfseen" "$@" 2>&1; }

if is_lsof; then
	skip bpf "lsof has none"
	finish
fi
may=$(seen may)
if [ "$may" != yes ] && { [ "$(id -u)" -ne 0 ] || [ -n "${FDMAP_WORLD:-}" ]; }; then
	same "who may not is told so" "only root may" "$may"
	skip bpf "not root"
	finish
fi
if [ "$may" != yes ]; then
	skip bpf "$may"
	finish
fi
# A kernel that refuses the programs is what /proc is there for.
case $(seen own) in
'') ok "our own process is left out, nothing left open" ;;
'no pass: the kernel refuses'* | 'no pass: built without'*)
	skip bpf "$(seen own | tail -n 1)"
	finish
	;;
*) not_ok "own process" "$(seen own)" ;;
esac

# compare NAME PID: what /proc tells otherwise is nothing
compare() {
	for what in names stats; do
		seen "$what" "$2" >"$T/seen"
		same "$1, $what: all is as in /proc" "" "$(sed '$d' "$T/seen")"
		case $(tail -n 1 "$T/seen") in
		'0 '* | *' 0' | *[!0-9\ ]*) not_ok "$1, $what: there are any" "$(tail -n 1 "$T/seen")" ;;
		*) ok "$1, $what: there are any" ;;
		esac
	done
}

# Their positions must not move.
if zoo_start "$T/zoo" all; then
	kill -STOP "$zoo_pid"
	compare zoo "$zoo_pid"
	find "/proc/$zoo_pid/fd" -lname 'socket:*' -o -lname 'anon_inode:\[io_uring\]' |
		sed 's,.*/,,' | sort -n >"$T/expected"
	same "sockets and rings are held" "mark $(tr '\n' ' ' <"$T/expected")" \
		"$(seen held "$zoo_pid" | sort -n | tr '\n' ' ' | sed 's/^/mark /;s/mark mark/mark/')"
	# The same lines, so far as they tell of these sockets; others may have no name to be told apart by.
	inodes=$(find "/proc/$zoo_pid/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n' | sort -u)
	sed 's/^\([^ ]*\) [^ ]* [^ ]* [^ ]* \([^ ]*\) [^ ]* *\([0-9]*\)/\1 \2 \3/' /proc/net/unix |
		awk -v held="$inodes" 'BEGIN { n = split(held, v); for (i = 1; i <= n; i++) of[v[i]] = 1 }
			$3 in of' | sort >"$T/unixes"
	same "UNIX sockets: address, type and name are those of the table" "$(cat "$T/unixes")" \
		"$(seen unixes "$zoo_pid" | sort)"
	holds "UNIX sockets: there are some with a name" grep -q ' [0-9]* .' "$T/unixes"
	kill -CONT "$zoo_pid"
else
	not_ok zoo "did not start: $(tail -n 1 "$zoo_out")"
fi

# ---- few, of all processes ----

hold() {
	# shellcheck disable=SC2016 # the shell that holds them expands it
	start "$1" sh -c 'exec 5<"$1" 6>>"$1" 7<"$2"; echo; exec sleep 1000 8<"$3"' - "$2" "$3" "$4"
	held=$started
	await 10 grep -q . "$T/$1.out"
}
# found FILE...: what the holder has of it; on another device the number may be another file's
found() {
	# shellcheck disable=SC2046 # numbers
	seen files $(stat -c %i "$@") | grep "^$held " | tr '\n' ' '
}
mkdir "$T/dir"
echo x >"$T/plain"
echo x >"$T/other"
ln "$T/plain" "$T/hard"
mkfifo "$T/fifo"
exec 8<>"$T/fifo"
hold holder "$T/plain" "$T/dir" "$T/fifo"
await 10 sh -c "readlink /proc/$held/fd/8"
same "a file is found by its inode, under each of its names" "$held 5 $held 6 " \
	"$(found "$T/hard")"
same "directories and pipes, too, and several at once" "$held 7 $held 8 " \
	"$(found "$T/dir" "$T/fifo" "$T/other")"
same "a file that nobody has open is not found" "" "$(found "$T/other")"
rm "$T/plain" "$T/hard"
same "no file is found in its place" "" "$(echo x >"$T/plain"; found "$T/plain")"

socket=$(find "/proc/$zoo_pid/fd" -lname 'socket:*' -printf '%f %l\n' | sort -n | head -n 1)
inode=$(echo "$socket" | tr -dc '0-9 ' | cut -d ' ' -f 2)
same "a socket is found by its inode" "$zoo_pid ${socket%% *}" \
	"$(seen inodes 1 "$inode" | grep "^$zoo_pid ")"
same "an inode that is no socket's is found nowhere" "" \
	"$(seen inodes "$(stat -c %i "$T/dir")" 0)"
same "who has no socket was seen all the same" mark "$(seen held "$held")"

# ---- threads with tables of their own ----

if have python3; then
	start threads python3 -c '
import ctypes, os, socket, threading, time
sock = socket.socket()
os.open("/proc/self/fd/%d" % sock.fileno(), os.O_PATH)
def other():
	ctypes.CDLL(None).unshare(0x400)
	os.open("/dev/zero", os.O_RDONLY)
	print(flush=True)
	time.sleep(1000)
threading.Thread(target=other).start()
'
	await 10 grep -q . "$T/threads.out"
	compare "a thread with a table of its own" "$started"
	for task in "/proc/$started/task"/*; do
		[ "${task##*/}" = "$started" ] || same "a thread is no process" "not seen" \
			"$(seen names "${task##*/}")"
	done
	same "a socket opened with O_PATH is held as any" "mark 2" \
		"$(seen held "$started" | awk '/mark/ { mark = 1 } /^[0-9]/ { n++ } END { print mark ? "mark" : "", n }')"
else
	skip "a thread with a table of its own" "no python3"
fi

# ---- namespaces ----

if unshare -p -m true 2>/dev/null; then
	cat >"$T/inside.sh" <<-'END'
		exec 5</etc/passwd
		"$BUILD/live/bpfseen" may
		mount -t proc proc /proc || exit 77
		"$BUILD/live/bpfseen" names $$
	END
	# A shell that stays, with PID 1 and another number outside.
	unshare -p -m -f sh "$T/inside.sh" >"$T/inside" 2>&1
	case $? in
	77) skip "another PID namespace" "mount refused" ;;
	*)
		same "the /proc of another PID namespace is refused" \
			"the /proc of another PID namespace" "$(head -n 1 "$T/inside")"
		same "in a PID namespace its numbers count" "its own" \
			"$(sed '1d' "$T/inside" | grep -qx '[1-9][0-9]* [1-9][0-9]*' && echo "its own"
				sed '1d;$d' "$T/inside")"
		;;
	esac
else
	skip "another PID namespace" "no namespaces here"
fi
if unshare -U -r true 2>/dev/null; then
	same "root of a user namespace is none" "not the initial user namespace" \
		"$(unshare -U -r "$BUILD/live/bpfseen" may)"
else
	skip "user namespace" "no namespaces here"
fi
if have setpriv; then
	same "root without a capability is none" "capabilities are missing" \
		"$(setpriv --bounding-set -sys_ptrace --inh-caps -all "$BUILD/live/bpfseen" may)"
fi
finish
