#!/bin/sh
# SPDX-License-Identifier: MIT
# Installed into a directory of ours, a stranger's program builds and runs; uninstalled, nothing is left.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have make || { skip install "no make"; finish; }
flavour=$(basename "$BUILD")
cd "$LIVE/../.." || exit 1
[ "$(realpath "build/$flavour")" = "$BUILD" ] || { skip install "$BUILD is not below build/"; finish; }
# What was built is installed: nothing is compiled here, whatever CC and CFLAGS it was built with.
put() { make -s FLAVOUR="$flavour" "$@" >"$T/make.log" 2>&1; }

put install DESTDIR="$T/root" PREFIX=/usr
same "install: status" 0 $?
# What must be there: each manual in its section, each text among the documentation.
wanted() {
	printf 'usr/%s\n' bin/fdmap include/fdmap.h lib/libfdmap.a lib/libfdmap.so lib/libfdmap.so.0 \
		"lib/libfdmap.so.$version" lib/pkgconfig/fdmap.pc
	for file in docs/*.[1-8]; do
		echo "usr/share/man/man${file##*.}/${file#docs/}"
	done
	for file in README.md NEWS.md docs/*.md docs/*.json; do
		echo "usr/share/doc/fdmap/${file##*/}"
	done
	for file in docs/examples/*; do
		[ ! -e "$file" ] || echo "usr/share/doc/fdmap/${file#docs/}"
	done
	printf 'usr/share/%s\n' bash-completion/completions/fdmap zsh/site-functions/_fdmap \
		fish/vendor_completions.d/fdmap.fish
}
version=$(sed -n 's/^#define FDMAP_VERSION "\(.*\)"/\1/p' include/fdmap.h)
same "install: the files" "$(wanted | sort)" "$(cd "$T/root" && find . ! -type d | sed 's,^\./,,' | sort)"
same "install: those that are run, and no others" "usr/bin/fdmap" \
	"$(cd "$T/root" && find . -type f -perm /111 | sed 's,^\./,,')"
same "install: no path of the scratch directory in fdmap.pc" 0 "$(grep -c "$T" "$T/root/usr/lib/pkgconfig/fdmap.pc")"
"$T/root/usr/bin/fdmap" -a -p $$ -d cwd >"$T/out" 2>&1
same "install: the program runs" 0 $?
# Whatever else is linked is loaded by each start, with all that it needs itself.
if have readelf; then
	for file in bin/fdmap lib/libfdmap.so; do
		same "install: $file needs no other library" "libc libmnl " \
			"$(readelf -d "$T/root/usr/$file" | sed -n 's/.*(NEEDED).*\[\(lib.*\)\.so.*/\1/p' |
				grep -vE '^lib(a|ub|t)san$' | sort | tr '\n' ' ')"
	done
else
	skip "install: libraries" "no readelf"
fi

# The links are made when they are asked for, and no lsof of somebody else's is touched.
links() { find "$T/root" -type l -name 'lsof*' -printf '%P -> %l\n' | sort | tr '\n' ','; }
same "install: no link to lsof" "" "$(links)"
put install DESTDIR="$T/root" PREFIX=/usr LSOF=1
put install DESTDIR="$T/root" PREFIX=/usr LSOF=1
same "install LSOF=1, twice: status" 0 $?
same "install LSOF=1: the links" "usr/bin/lsof -> fdmap,usr/share/man/man1/lsof.1 -> fdmap.1," "$(links)"
"$T/root/usr/bin/lsof" -v >"$T/out" 2>&1
same "install LSOF=1: it says so" "    revision: 4.99.7" "$(grep revision: "$T/out")"
put uninstall DESTDIR="$T/root" PREFIX=/usr
same "uninstall: the links, too" "0 " "$? $(find "$T/root" ! -type d)"
echo theirs >"$T/root/usr/bin/lsof"
put install DESTDIR="$T/root" PREFIX=/usr LSOF=1
same "install LSOF=1: another lsof is in the way" 2 $?
same "install LSOF=1: it is left" theirs "$(cat "$T/root/usr/bin/lsof")"
put uninstall DESTDIR="$T/root" PREFIX=/usr
same "uninstall: another lsof is left" theirs "$(cat "$T/root/usr/bin/lsof")"
rm -f "$T/root/usr/bin/lsof"

put install DESTDIR="$T/root" PREFIX=/usr
put install PREFIX="$T/usr"
if have cc && have pkg-config && [ "$flavour" = release ]; then
	export PKG_CONFIG_PATH="$T/usr/lib/pkgconfig"
	same "pkg-config: version" "$version" \
		"$(pkg-config --modversion fdmap)"
	# shellcheck disable=SC2046 # words are meant
	cc -std=c17 -Wall -Wextra -Werror -o "$T/client" "$LIVE/lib/client.c" \
		$(pkg-config --cflags --libs fdmap) >"$T/cc.log" 2>&1
	same "a program builds with it" "0 " "$? $(cat "$T/cc.log")"
	same "it runs with the shared library" "1 process, descriptors" \
		"$(LD_LIBRARY_PATH=$T/usr/lib "$T/client" 2>&1)"
	# shellcheck disable=SC2046
	cc -std=c17 -o "$T/client" "$LIVE/lib/client.c" $(pkg-config --cflags fdmap) \
		"$T/usr/lib/libfdmap.a" $(pkg-config --static --libs-only-other --libs-only-l fdmap |
			sed 's/-lfdmap//') >"$T/cc.log" 2>&1
	same "it links with the archive" "0 " "$? $(cat "$T/cc.log")"
	same "and runs" "1 process, descriptors" "$("$T/client" 2>&1)"
	if have g++; then
		printf '#include <fdmap.h>\nint main() { return fdmap_version() == nullptr; }\n' >"$T/client.cc"
		# shellcheck disable=SC2046
		g++ -Wall -Wextra -Werror -o "$T/client" "$T/client.cc" \
			$(pkg-config --cflags --libs fdmap) >"$T/cc.log" 2>&1
		same "C++ builds with it" "0 " "$? $(cat "$T/cc.log")"
	else
		skip "C++ builds with it" "no g++"
	fi
else
	skip "a program builds with it" "needs cc, pkg-config, and the release flavour"
fi

put uninstall PREFIX="$T/usr"
same "uninstall: nothing is left" "0 " "$? $(find "$T/usr" ! -type d)"
put uninstall DESTDIR="$T/root" PREFIX=/usr
same "uninstall from DESTDIR: nothing is left" "0 " "$? $(find "$T/root" ! -type d)"
same "uninstall: no directory of its own" "" "$(find "$T/root" "$T/usr" -name 'fdmap*')"

# Each part alone, and each place by its name.
put install-library DESTDIR="$T/parts" prefix=/usr LIBDIR=/usr/lib/here
same "a part alone" "usr/lib/here/libfdmap.so.0 usr/lib/here/libfdmap.so.$version" \
	"$(cd "$T/parts" && find . ! -type d | sort | sed 's,^\./,,' | paste -sd ' ')"
put uninstall-library DESTDIR="$T/parts" prefix=/usr LIBDIR=/usr/lib/here
put install DESTDIR="$T/a place" PREFIX=/p BINDIR=/1 LIBDIR=/2 INCLUDEDIR=/3 MANDIR=/4 DOCDIR=/5 PKGCONFIGDIR=/6 \
	BASHCOMPDIR=/7 ZSHCOMPDIR=/8 FISHCOMPDIR=/9
same "every place has a name" "0 " "$? $(cd "$T/a place" && find . ! -type d -path './p/*')"
put uninstall DESTDIR="$T/a place" PREFIX=/p BINDIR=/1 LIBDIR=/2 INCLUDEDIR=/3 MANDIR=/4 DOCDIR=/5 PKGCONFIGDIR=/6 \
	BASHCOMPDIR=/7 ZSHCOMPDIR=/8 FISHCOMPDIR=/9
same "and is emptied" "0 " "$? $(find "$T/parts" "$T/a place" ! -type d)"
finish
