#!/bin/sh
# SPDX-License-Identifier: MIT
# +d and +D: what is open in a directory, beside lsof, and without walking it when nothing forces that.

# In mounts of its own, where that may be.
if [ -z "$TREE_MOUNTS" ] && [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	TREE_MOUNTS=own exec unshare -m sh "$0" "$@"
fi
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip tree "no python3"; finish; }

# shellcheck disable=SC2317 # by the trap
leave() {
	for at in T/m T/bnd other det; do umount -l "$T/$at" 2>/dev/null; done
	clean_up
}
[ -z "$TREE_MOUNTS" ] || trap leave EXIT

mkdir -p "$T/T/a/b" "$T/T/m" "$T/T/bnd" "$T/T/empty" "$T/T2" "$T/out" "$T/src/sub" "$T/other" "$T/det"
for file in T/f1 T/a/f2 T/a/b/f3 T/del T/a/del2 T2/x out/o src/f src/sub/g; do echo "$file" >"$T/$file"; done
mkfifo "$T/T/ff"
ln "$T/out/o" "$T/T/hard"            # its other name is open
ln "$T/T/f1" "$T/out/h1"             # the same the other way round
echo gone >"$T/T/last"
ln "$T/T/last" "$T/out/gone-name"    # the name that is open goes, this one stays
ln -s ../out/h1 "$T/T/sym"
ln -s ../src "$T/T/symd"
ln -s T "$T/alias"
if [ "$TREE_MOUNTS" ]; then
	mount -t tmpfs none "$T/T/m" && echo inner >"$T/T/m/inner"
	mount --bind "$T/src" "$T/T/bnd"
	mount --bind "$T/T" "$T/other"
	mount --bind "$T/src" "$T/det"
fi
start holder python3 "$LIVE/lib/tree_holder.py" "$T"
holders=$started
await 10 grep -q ready "$T/holder.out" || { not_ok holder "$(cat "$T/holder.out")"; finish; }
if [ "$TREE_MOUNTS" ]; then
	umount -l "$T/det" # its file is open on a mount that is in no list now
	mkdir -p "$T/view"
	start guest unshare -m sh -c "mount --bind '$T/T' '$T/view' && umount -l '$T/other' &&
		exec 3<'$T/view/a/b/f3' 4<'$T/out/o' 5<'$T/src/f' && echo ready && exec sleep 600"
	holders=$holders,$started
	await 10 grep -q ready "$T/guest.out" || { not_ok guest "$(cat "$T/guest.out")"; finish; }
fi

prepare_as_lsof
# ours ARGUMENT...: rows of the holders in $T/out1, messages in $T/err1
ours() {
	"$AS_LSOF" -nPw -a -p "$holders" "$@" >"$T/out1" 2>"$T/err1"
	rc1=$?
}
theirs() {
	lsof -nPw -a -p "$holders" "$@" >"$T/out2" 2>"$T/err2"
	rc2=$?
}

# ---- beside lsof ----

if have lsof && ! is_lsof; then
	while read -r line; do
		# shellcheck disable=SC2086 # words are meant
		set -- $line
		ours "$@"
		theirs "$@"
		same "$(echo "$line" | sed "s#$T/##g")" "$rc2 $(cat "$T/out2")" "$rc1 $(cat "$T/out1")"
	done <<-EOF
		+d $T/T
		+D $T/T
		+d $T/T/
		+d $T/T/a
		+d $T/T/a/b
		+D $T/T/a/b
		+D $T/T/empty
		-V +D $T/T
		-V +d $T/T
		-x f +D $T/T
		-x f +d $T/T
		-x f -V +D $T/T
		-Fpf -x l +D $T/T
		-Fpf -x +D $T/T
		-Fpf -x l +d $T/T
		-Fpfn +D $T/T
		-t +D $T/T
		+D $T/T/m
		+D $T/T/bnd
		+d $T/T/bnd/sub
		+D $T/other
		+D $T/src
		+D $T/out
		+D $T/T2
		+D $T/T +d $T/T2
		+d $T/T +D $T/T
		+D $T/T +D $T/other
		+D $T/other +D $T/T
		+D $T/alias
		+d $T/alias/a
		+D $T/T/symd
		+D $T/T $T/src/f
		-U +D $T/T
		-d 3-6 +D $T/T
	EOF
else
	skip "beside lsof" "no lsof"
fi

# ---- without it ----

ours -Fn +D "$T/T"
same "a file is found by its other name" "n$T/T/hard" "$(grep hard "$T/out1" | sort -u)"
same "a file whose open name is gone is found by the one that is left" "n$T/T/last" \
	"$(grep last "$T/out1")"
same "files without a name are not found" 0 "$(grep -c -e del -e deleted "$T/out1")"
same "the socket by its file" 1 "$(grep -c "^n$T/T/sock type=STREAM" "$T/out1")"
if [ "$TREE_MOUNTS" ]; then
	same "what is under a mount is not, but with -x f" "0 n$T/T/m/inner" \
		"$(grep -c inner "$T/out1") $(ours -Fn -x f +D "$T/T"; grep inner "$T/out1")"
	ours -Fn +D "$T/src"
	same "a file of a mount that was taken away" 2 "$(grep -c "^n$T/src/sub/g" "$T/out1")"
fi
same "all of a directory is open: status 0" 0 "$(ours +d "$T/T2"; mkdir "$T/one"
	cp "$T/T2/x" "$T/one"; cd "$T/one" && "$FDMAP" -w +d "$T/one" 3<x >/dev/null; echo $?)"
(cd "$T" && "$FDMAP" -w -a -p "$holders" -Fn +D T/a >"$T/out1")
same "names begin as they were typed" "nT/a nT/a/f2" "$(grep -e 'nT/a$' -e f2 "$T/out1" | sort -u | xargs)"

# ---- what it costs ----

python3 - "$T/big" <<-EOF
	import os, sys
	for d in range(100):
	    os.makedirs(f"{sys.argv[1]}/d{d}")
	    for f in range(200):
	        open(f"{sys.argv[1]}/d{d}/f{f}", "w").close()
EOF
# Files that were opened in the mounts outside of ours would have to be looked for.
sh -c 'exec sleep 600' <"$T/big/d7/f9" >/dev/null 2>&1 9>&- &
big=$!
pids="$big $pids"
# walks ARGUMENT...: listings of directories below the big one
walks() {
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 \
		strace -f -y -qq -e trace=getdents64,getdents -e signal=none -o "$T/trace" \
		"$FDMAP" "$@" >"$T/out1" 2>"$T/err1"
	grep -c "getdents.*$T/big" "$T/trace"
}
if ! awk '$5 == "/" { seen = 1 } END { exit !seen }' /proc/self/mountinfo; then
	# Which file system a file is on can't be told then, and the tree has to be walked.
	skip "20000 files are not listed" "the root directory is no mount: a plain chroot"
elif have strace && strace -o /dev/null true 2>/dev/null && ! is_lsof; then
	same "20000 files are not listed to find one" "0 n$T/big/d7/f9" \
		"$(walks -a -p "$big" -d 0 -Fn +D "$T/big") $(grep big "$T/out1")"
	echo x >"$T/linked" && ln "$T/linked" "$T/big/d99/linked"
	sh -c 'exec sleep 600' <"$T/linked" >/dev/null 2>&1 9>&- &
	linked=$!
	pids="$linked $pids"
	same "unless a file with two names may be among them" "1 n$T/big/d99/linked" \
		"$([ "$(walks -a -p "$linked" -d 0 -Fn +D "$T/big")" -gt 0 ] && echo 1) $(grep big "$T/out1")"
else
	skip "20000 files are not listed" "strace may not trace here"
fi

# A circle of links ends.
ln -s .. "$T/T/a/up"
timeout 20 "$FDMAP" -w -a -p "$holders" -Fn -x l +D "$T/T" >"$T/out1"
same "links in a circle: it ends" 1 "$?"
holds "... and finds" grep -q "f2$" "$T/out1"
finish
