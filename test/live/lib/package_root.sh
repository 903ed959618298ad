#!/bin/sh
# SPDX-License-Identifier: MIT
# package_root.sh DIRECTORY: what lies in DIRECTORY is /given of a copy of this machine's root, which nothing
# outlives; /given/inside is run there, then what is left of fdmap is told. Run by unshare -m; exit status 77:
# there can be no such copy.
set -u
directory=$1
for part in /etc /usr /usr/bin /var /var/lib; do
	! mountpoint -q $part || { echo "$part is a file system of its own" >&2; exit 77; }
done
scratch=$directory.scratch
mkdir "$scratch" || exit 1
mount -t tmpfs tmpfs "$scratch" && mkdir "$scratch/upper" "$scratch/work" "$scratch/root" || exit 77
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root" || exit 77
root=$scratch/root
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount -t tmpfs tmpfs "$root/tmp" || exit 77
unset TMPDIR
mkdir "$root/given" && cp -a "$directory/." "$root/given/" || exit 1
# What makes it slow, or leaves parts of packages out.
rm -f "$root/var/lib/man-db/auto-update" "$root"/etc/dpkg/dpkg.cfg.d/*

chroot "$root" /bin/sh /given/inside

# What stands in the upper directory is new, or a hole where something was. Pages that man keeps are its own.
left=$(cd "$scratch/upper" && find . \( -path ./given -o -path ./var/cache/man \) -prune -o -name '*fdmap*' ! -type c -print
	cd "$root" && grep -rl fdmap var/lib/dpkg/status var/lib/dpkg/triggers var/lib/dpkg/alternatives etc/alternatives)
if [ -z "$left" ]; then
	echo "ok purged: nothing is left"
else
	echo "not ok purged: nothing is left:" "$left"
fi
