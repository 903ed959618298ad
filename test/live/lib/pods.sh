# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Containers of podman, in a store of the script's own: nothing of the machine's is touched. After harness.sh.

pod() {
	podman --root "$T/storage" --runroot "$T/run" --tmpdir "$T/tmp" --runtime runc \
		--cgroup-manager=cgroupfs "$@"
}
# shellcheck disable=SC2317 # by the trap
none_cleans_up() { ! pgrep -f -- "--root $T/storage"; }
# shellcheck disable=SC2317
remove_all() {
	pod rm -f -t 0 -a
	# Monitors start podman again when theirs has ended.
	await 20 none_cleans_up
	pod rmi -f -a
	# What is still mounted below the directory that will be removed.
	awk -v t="$T/" 'index($5, t) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
		while read -r dir; do umount "$dir"; done
} >/dev/null 2>&1
trap 'remove_all; clean_up' EXIT

# shellcheck disable=SC2154 # $busybox is the script's
# make_image NAME: of $busybox alone; or what podman says in $T/import.out
make_image() {
	mkdir -p "$T/image/bin" "$T/image/tmp" "$T/image/proc" && cp "$busybox" "$T/image/bin/busybox" &&
		tar -C "$T/image" -c . | pod import - "$1" >"$T/import.out" 2>&1
}
