#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian packages: built from the tarball, without a word of lintian's, and installed for real in a copy of
# this machine's root, in every order with another package's lsof.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip package "it is fdmap that is packed"; finish; }
case $(basename "$BUILD") in asan | tsan | cov) skip package "packages have no sanitizer"; finish ;; esac
for program in make dpkg-buildpackage dh dpkg-deb; do
	have $program || { skip package "no $program"; finish; }
done
cd "$LIVE/../.." || exit 1
version=$(sed -n 's/^#define FDMAP_VERSION "\(.*\)"/\1/p' include/fdmap.h)

if ! (DEB_BUILD_PROFILES=nocheck dpkg-checkbuilddeps scripts/debian/control) 2>"$T/missing"; then
	skip package "$(tail -n 1 "$T/missing")"
	finish
fi
# Units and goldens have been run.
DEB_BUILD_OPTIONS='nocheck parallel=2' DEB_BUILD_PROFILES=nocheck make -s deb DEB_DIR="$T/deb" >"$T/log" 2>&1 ||
	{ not_ok "make deb" "$(tail -n 5 "$T/log")"; finish; }
ok "make deb"
# deb NAME: its file
deb() { find "$T/deb" -name "$1_${version}_*.deb"; }

if have lintian; then
	# Of root it says that it should not be.
	lintian --fail-on error,warning "$T/deb"/*.changes >"$T/lintian" 2>"$T/lintian.err"
	same "lintian: no error, no warning" "0 " "$? $(cat "$T/lintian")"
else
	skip "lintian: no error, no warning" "no lintian"
fi
same "their versions" "fdmap $version libfdmap-dev $version libfdmap0 $version " \
	"$(for name in fdmap libfdmap-dev libfdmap0; do dpkg-deb -f "$(deb $name)" Package Version; done | sed 's/.*: //' | tr '\n' ' ')"
mkdir "$T/fdmap" && dpkg-deb -R "$(deb fdmap)" "$T/fdmap"
if have readelf; then
	same "hardened as Debian's are" "BIND_NOW DYN GNU_RELRO __stack_chk_fail " \
		"$(readelf -hldW --dyn-syms "$T/fdmap/usr/bin/fdmap" |
			grep -oE '\<(DYN|BIND_NOW|GNU_RELRO|__stack_chk_fail)\>' | sort -u | tr '\n' ' ')"
fi
same "nothing in it tells where it was built" 0 "$(grep -rlF "$T" "$T/fdmap" | wc -l)"

# ---- installed ----

if ! is_root || ! have unshare; then
	skip "installed" "not root"
	finish
fi
unshare -m true 2>"$T/err" || { skip "installed" "no mounts of our own: $(tail -n 1 "$T/err")"; finish; }
mkdir -p "$T/given"
for name in fdmap libfdmap0 libfdmap-dev; do
	cp "$(deb $name)" "$T/given/$name.deb"
done
sed -i "s/^Version: .*/Version: $version+next/" "$T/fdmap/DEBIAN/control"
dpkg-deb -b --root-owner-group "$T/fdmap" "$T/given/fdmap-next.deb" >/dev/null
# Another package's lsof, with the files that Debian's has; one cannot be installed.
theirs=$T/given/theirs
mkdir -p "$theirs/DEBIAN" "$theirs/usr/bin" "$theirs/usr/share/man/man8"
printf 'Package: lsof\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: lsof\n' >"$theirs/DEBIAN/control"
printf '#!/bin/sh\necho theirs\n' >"$theirs/usr/bin/lsof"
printf '.TH LSOF 8\n' | gzip -9n >"$theirs/usr/share/man/man8/lsof.8.gz"
chmod 755 "$theirs/usr/bin/lsof"
dpkg-deb -b --root-owner-group "$theirs" "$T/given/lsof.deb" >/dev/null
mkdir "$T/broken" && cp -a "$theirs/." "$T/broken/"
printf '#!/bin/sh\nexit 1\n' >"$T/broken/DEBIAN/preinst"
chmod 755 "$T/broken/DEBIAN/preinst"
dpkg-deb -b --root-owner-group "$T/broken" "$T/given/lsof-broken.deb" >/dev/null
cp -r scripts/debian/tests "$T/given/tests"
cp "$LIVE/lib/package_orders.sh" "$T/given/inside"

unshare -m sh "$LIVE/lib/package_root.sh" "$T/given" >"$T/verdicts" 2>"$T/err" 9>&-
case $? in
0) take_verdicts "$T/verdicts" ;;
77) skip "installed" "no copy of the root: $(tail -n 1 "$T/err")" ;;
*) not_ok "installed" "$(tail -n 3 "$T/err")" ;;
esac
finish
