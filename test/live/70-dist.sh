#!/bin/sh
# SPDX-License-Identifier: MIT
# The tarball: the same bytes from git and from itself; unpacked it builds, installs, and leaves its files alone.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

is_lsof && { skip dist "it is fdmap that is packed"; finish; }
case $(basename "$BUILD") in asan | tsan | cov) skip dist "the tarball is the same for all flavours"; finish ;; esac
have make || { skip dist "no make"; finish; }
cd "$LIVE/../.." || exit 1
version=$(sed -n 's/^#define FDMAP_VERSION "\(.*\)"/\1/p' include/fdmap.h)

make -s dist >"$T/log" 2>&1
same "make dist: status" 0 $?
cp "build/dist/fdmap-$version.tar.gz" "$T/" || finish
tar -t -v --numeric-owner -f "$T/fdmap-$version.tar.gz" >"$T/list"
same "nobody's files, in one directory" 0 \
	"$(grep -vcE "^[-d]rw[-x]r-[-x]r-[-x] 0/0 .* fdmap-$version(/.*)?$" "$T/list")"
same "what was built is not in it" 0 "$(grep -c "fdmap-$version/build" "$T/list")"

# Quickly, without optimisation, and without `make check`, which other rings are.
NOCHECK=1 CFLAGS=-O0 scripts/distcheck "$T/fdmap-$version.tar.gz" >"$T/log" 2>&1
same "distcheck" "0 distcheck: fdmap-$version is whole" "$? $(tail -n 1 "$T/log")"

# What is wrong is found, as a tarball of a few lines shows: the good one first.
# toy NAME MESSAGE SED-SCRIPT: distcheck of one whose Makefile is changed
toy() {
	rm -rf "$T/toy" && mkdir -p "$T/toy/fdmap-0/include"
	# shellcheck disable=SC2016 # make's
	printf '%s\n' 'all:' '	@mkdir -p build && touch build/made' 'check:' 'install:' \
		'	@mkdir -p $(DESTDIR)$(PREFIX)/bin && printf "\043!/bin/sh\n" >$(DESTDIR)$(PREFIX)/bin/fdmap' \
		'	@chmod 755 $(DESTDIR)$(PREFIX)/bin/fdmap' \
		'uninstall:' '	@rm -r $(DESTDIR)$(PREFIX)/bin' \
		'dist:' '	@mkdir -p build/dist && cp ../tarball build/dist/fdmap-0.tar.gz' >"$T/toy/fdmap-0/Makefile"
	sed -i "$3" "$T/toy/fdmap-0/Makefile"
	tar -c -z -f "$T/toy/fdmap-0.tar.gz" -C "$T/toy" fdmap-0
	scripts/distcheck "$T/toy/fdmap-0.tar.gz" >"$T/log" 2>&1
	same "distcheck: $1" "$2" "$? $(tail -n 1 "$T/log" | sed 's,/.*/root,ROOT,')"
}
toy "a toy" "0 distcheck: fdmap-0 is whole" ''
toy "a build that fails" "1 distcheck: make all fails" 's/touch/false/'
toy "a check that fails" "1 distcheck: make check fails" 's/^check:/&\n\tfalse/'
toy "a program that finds nothing" "1 distcheck: the installed program finds nothing" 's,#!/bin/sh,#!/bin/false,; s,043!/bin/sh,043!/bin/false,'
toy "a file that is left" "1 distcheck: uninstall leaves ROOT/usr/bin/fdmap" 's/@rm -r/@echo/'
toy "another tarball" "1 distcheck: its own tarball is another" 's,cp .*tarball,echo >,'
toy "a source that is changed" "1 distcheck: the build changes the sources: > f 644 ./new" 's/touch/touch new \&\& chmod 644 new \&\& touch/'
finish
