# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # for the tests
# Namespaces where nothing else runs, and in them all that can be open: for tests that look at the same
# thing twice.
# shellcheck source=test/live/lib/harness.sh
. "$LIVE/lib/harness.sh"

# What tells rows; FDMAP_ENGINES replaces the two that are compared, to try the tests themselves.
: "${FDMAP_ENGINES:=proc bpf}"
ENGINE_A=${FDMAP_ENGINES% *}
ENGINE_B=${FDMAP_ENGINES#* }
export ENGINE_A ENGINE_B

# Says why there is no BPF here, if it is the program that says so.
no_bpf() {
	"$FDMAP" --engine="$ENGINE_B" -nP -p 1 >/dev/null 2>"$T/probe" && return 1
	grep -m 1 engine "$T/probe"
}

# may_compare NAME PROGRAM...: ends the script where two engines can't be told apart
may_compare() {
	_name=$1
	shift
	is_root || { skip "$_name" "not root"; finish; }
	is_lsof && { skip "$_name" "lsof has one engine"; finish; }
	for _program; do
		have "$_program" || { skip "$_name" "no $_program"; finish; }
	done
}

# needs_bpf NAME
needs_bpf() {
	if _why=$(no_bpf); then
		skip "$1" "$_why"
		finish
	fi
}

# enter_stage NAME: in namespaces of its own the script begins anew, with the failures that there were.
enter_stage() {
	failed=${STAGE_FAILED:-$failed}
	[ -z "${STAGE_ENTERED-}" ] || return 0
	unshare -pmnf --mount-proc true 2>"$T/err" ||
		{ skip "$1" "namespaces are refused: $(cat "$T/err")"; finish; }
	end_all
	rm -rf "$T"
	exec unshare -pmnf --mount-proc env STAGE_ENTERED=1 STAGE_FAILED="$failed" "$0"
}

# Mounts go first: what is below them is not ours to remove, and one has a server that is stopped.
# shellcheck disable=SC2317 # the trap calls it
leave_stage() {
	end_all
	sed -n "s|^[^ ]* \($T/[^ ]*\) .*|\1|p" /proc/self/mounts | sort -r |
		while IFS= read -r _mount; do umount -l "$_mount"; done
	clean_up
}

# mount_image NAME SIZE MKFS...: a file system in a file, at $T/places/NAME
mount_image() {
	_image=$1
	truncate -s "$2" "$T/$1.image"
	shift 2
	"$@" "$T/$_image.image" >"$T/mkfs.out" 2>&1 || { skip "$_image" "$(tail -n 1 "$T/mkfs.out")"; return 1; }
	mkdir "$T/places/$_image"
	mount -o loop "$T/$_image.image" "$T/places/$_image" 2>"$T/mkfs.out" && return
	rmdir "$T/places/$_image"
	skip "$_image" "$(tail -n 1 "$T/mkfs.out")"
	return 1
}

# mount_overlay NAME LOWER UPPER: directories on file systems that are there
mount_overlay() {
	mkdir -p "$2/lower-dir/deep" "$3/up" "$3/work" "$T/places/$1"
	for _file in lower changed lower-gone twin; do echo lower >"$2/$_file"; done
	ln "$2/twin" "$2/other-twin"
	mount -t overlay overlay -o "lowerdir=$2,upperdir=$3/up,workdir=$3/work" "$T/places/$1" 2>"$T/overlay.out" &&
		return
	rmdir "$T/places/$1"
	skip "$1" "$(tail -n 1 "$T/overlay.out")"
	return 1
}

mount_btrfs() {
	have mkfs.btrfs || { skip btrfs "no mkfs.btrfs"; return; }
	mount_image btrfs 128M mkfs.btrfs -q || return
	_top=$T/places/btrfs
	btrfs -q subvolume create "$_top/one"
	btrfs -q subvolume create "$_top/two"
	echo shared >"$_top/one/file"
	btrfs -q subvolume snapshot "$_top/one" "$_top/one.copy" || not_ok btrfs "no snapshot"
}

mount_fuse() {
	mkdir "$T/places/fuse"
	start fuse "$BUILD/live/fuse" "$T/places/fuse"
	fuse_pid=$started
	await 5 sh -c "grep -q ready '$T/fuse.out' || ! kill -0 $fuse_pid"
	grep -q ready "$T/fuse.out" && return
	rmdir "$T/places/fuse"
	fuse_pid=
	skip fuse "$(tail -n 1 "$T/fuse.out")"
}

# All the mounts, below $T/places, which is a tmpfs.
mount_places() {
	mkdir "$T/places"
	mount -t tmpfs none "$T/places" || return 1
	chmod 755 "$T/places"
	mkdir "$T/layer" "$T/bound" && mount -t tmpfs none "$T/layer"
	# Without its journal it fits, and writes nothing on its own.
	if have mkfs.ext4 && mount_image ext4 8M mkfs.ext4 -q -F -O ^has_journal; then
		mount_overlay overlay "$T/places/ext4/lower" "$T/layer/upper"
	else
		have mkfs.ext4 || skip ext4 "no mkfs.ext4"
		mkdir "$T/layer2" && mount -t tmpfs none "$T/layer2"
		mount_overlay overlay "$T/layer2/lower" "$T/layer/upper"
	fi
	mount_overlay overlay1 "$T/layer/lower1" "$T/layer/upper1"
	mount_btrfs
	mount_fuse
}

# begin_part NAME COMMAND...: a process that reads $T/.in and says "ready PID" when it is done
begin_part() {
	_part=$1
	shift
	(cd "$T" && exec "$@" <"$T/.in" >"$T/$_part.out" 2>&1 9>&-) &
	pids="$! $pids"
	await 30 grep -q '^ready' "$T/$_part.out"
}

# Everything that can be open; $stage_words: NAME=VALUE for each process and port that a question may name.
fill_stage() {
	mount_places || { not_ok stage "no tmpfs"; finish; }
	ip link set lo up 2>/dev/null || { skip stage "no loopback"; finish; }
	zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
	herd_start 6 30 || { not_ok herd "did not start"; finish; }
	cp "$LIVE/lib/crowd.py" "$LIVE/lib/places.py" "$LIVE/lib/places_net.py" "$T"
	for _begin in "places python3 -B $T/places.py $T/places" "crowd python3 -B $T/crowd.py $T/crowd 16" \
		"tables $BUILD/live/tables"; do
		# shellcheck disable=SC2086 # words are meant
		begin_part $_begin || { not_ok "${_begin%% *}" "$(tail -n 3 "$T/${_begin%% *}.out")"; finish; }
	done
	mkdir "$T/rings.files"
	begin_part rings "$BUILD/live/rings" "$T/rings.files" || skip rings "$(tail -n 1 "$T/rings.out")"
	grep '^skip ' "$T/places.out" >"$T/skipped"
	take_verdicts "$T/skipped"
	mount --bind "$T/places/mapper" "$T/bound"
	herd_pid=${herd_pids%%[!0-9]*}
	stage_words="zoo=$zoo_pid herd=$herd_pid T=$T
		crowd=$(sed -n 's/^ready //p' "$T/crowd.out")
		$(sed -n 's/^\([a-z]*[0-9]*\(\.[a-z]*\)*\) \([0-9]*\)$/\1=\3/p' "$T/places.out" "$T/tables.out")
		$(sed -n 's/^port \([a-z]*\) \([0-9]*\)$/crowd.\1=\2/p' "$T/crowd.out")
		rings=$(sed -n 's/^ready //p' "$T/rings.out") port=$(port_of tcp4) port6=$(port_of tcp6) udp=$(port_of udp4)"
}

# port_of KIND: that of the first socket of the zoo's kind
port_of() {
	sed -n "/^kind $1\$/,/^kind /p" "$zoo_out" | sed -n 's/.*:\([0-9]\{2,\}\)\( (LISTEN)\)\{0,1\}$/\1/p' | head -n 1
}

# listed HEADING: the system calls in that table of docs/security.md
# shellcheck disable=SC2016 # patterns have backquotes
listed() {
	awk -v head="### $1" '/^##/ { on = $0 == head; next } on && /^\|/' "$LIVE/../../docs/security.md" |
		sed 's/^| *\([^|]*\)|.*/\1/' | grep -o '`[a-z0-9_]*`' | tr -d '`' | sort -u | tr '\n' ' '
}
