#!/bin/sh
# SPDX-License-Identifier: MIT
# -e and -X beside lsof: a file system that is not asked, tables that are not read.

# In mounts of its own: a file system that nobody else has.
if [ -z "$EXEMPT_MOUNTS" ] && [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	EXEMPT_MOUNTS=own exec unshare -m sh "$0" "$@"
fi
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

[ "$EXEMPT_MOUNTS" ] || { skip exempt "may not mount"; finish; }
have python3 || { skip exempt "no python3"; finish; }
# shellcheck disable=SC2317 # by the trap
leave() {
	end_all
	umount -l "$T/fs" 2>/dev/null
	clean_up
}
trap leave EXIT
mkdir "$T/fs" "$T/fs2"
mount -t tmpfs none "$T/fs" || { not_ok mount failed; finish; }
cp "$(command -v sleep)" "$T/fs/sleep"
mkdir "$T/fs/d"
echo text >"$T/fs/file"
echo text >"$T/fs/gone"
echo text >"$T/fs2/like"
mkfifo "$T/fs/fifo"
start sleeper "$T/fs/sleep" 600
pids_of=$started
start holder python3 -c "
import mmap, os, signal, socket
os.chdir('$T/fs/d')
held = [open('../file', 'r+'), open('../gone', 'r+'), open('$T/fs2/like')]
held += [open('../fifo', 'r+b', buffering=0)]
maps = [mmap.mmap(held[0].fileno(), 0), mmap.mmap(held[1].fileno(), 0)]
os.unlink('../gone')
a = socket.socket(socket.AF_UNIX); a.bind('../sock')
b = socket.socket(); b.bind(('127.0.0.1', 0)); b.listen()
c = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 99)
d = socket.socket(socket.AF_INET, socket.SOCK_RAW, 99)
e = socket.socket(socket.AF_VSOCK)
print('ready', flush=True)
signal.pause()"
pids_of=$pids_of,$started
holder=$started
await 10 grep -q ready "$T/holder.out" || { not_ok holder "$(cat "$T/holder.out")"; finish; }

# Device and offset differ: lsof knows the one no more, and makes up the other.
if have lsof && ! is_lsof; then
	for line in "-e $T/fs" "+e $T/fs" "-e $T/fs/" "-e /" "-X" "-X -e $T/fs"; do
		# shellcheck disable=SC2086 # words are meant
		same "$(echo "$line" | sed "s#$T/##")" "$(lsof -nPw $line -p "$pids_of" -Fpfaltni)" \
			"$("$FDMAP" -nPw $line -p "$pids_of" -Fpfaltni)"
	done
else
	skip "beside lsof" "no lsof"
fi
"$FDMAP" -nPw -e "$T/fs" -a -p "$holder" -d cwd -F tDn >"$T/out"
same "the mount tells the device" "tUNKNcwd n$T/fs/d (-e $T/fs)" \
	"$(grep -v -e '^[pf]' -e '^D0x' "$T/out" | xargs echo)"
holds "... as stat does" [ "D0x$(printf %x "$(stat -c %d "$T/fs")")" = "$(grep '^D' "$T/out")" ]

if have strace && strace -o /dev/null true 2>/dev/null && ! is_lsof; then
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 \
		strace -f -y -qq -e trace=%file,%desc -e signal=none -o "$T/trace" \
		"$FDMAP" -nPw -e / -a -p "$holder" -d 3,cwd,txt,mem >/dev/null
	same "nothing below it is looked up" 0 "$(grep -v readlink "$T/trace" | grep -c "\"$T/fs")"
	same "nor asked through its descriptor" 0 \
		"$(grep -cE 'stat[a-z]*\([^"]*/proc/[0-9]+(/fd)?>, "(3|cwd|exe|map_files/.*)"' "$T/trace")"
fi
finish
