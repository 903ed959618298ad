#!/bin/sh
# SPDX-License-Identifier: MIT
# The programs of docs/examples, of the README and of fdmap(3): they build without a warning, with the library of
# the tree and with an installed one, and say what fdmap and ss say; what check-symbols finds.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

TOP=$(realpath "$LIVE/../..")
CC=${CC:-cc} CXX=${CXX:-g++}
for need in $CC python3 readelf; do
	have "$need" || { skip library "no $need"; finish; }
done
# A library made for a sanitizer wants a program that is, too.
san=
has_symbol() { readelf -Ws "$BUILD/libfdmap.so" | grep -q " $1"; }
if has_symbol __asan_init; then san=-fsanitize=address,undefined; fi
if has_symbol __tsan_init; then san=-fsanitize=thread; fi

mkdir "$T/lib"
ln -s "$BUILD/libfdmap.so" "$T/lib/libfdmap.so.0"
ln -s libfdmap.so.0 "$T/lib/libfdmap.so"

start ports python3 "$LIVE/lib/ports.py"
await 20 grep -q . "$T/ports.out" || { not_ok "servers" "none"; finish; }
read -r pid child port <"$T/ports.out"
pids="$child $pids"

# ours FILE: "ADDRESS:PORT PID FD" of our servers; sorted
ours() { awk -v a="$pid" -v b="$child" '$3 == a || $3 == b { print $1 ":" $2, $3, $4 }' "$1" | tr -d '[]' | sort; }
fdmap_rows() {
	"$FDMAP" -nP -a -p "$pid,$child" -iTCP -sTCP:LISTEN -F pfn | awk '
		/^p/ { pid = substr($0, 2) }
		/^f/ { fd = substr($0, 2) }
		/^n/ { print substr($0, 2), pid, fd }' | tr -d '[]' | sort
}
ss_rows() {
	ss -ltnpH | awk '{
		address = $4
		while (match($0, /pid=[0-9]+,fd=[0-9]+/)) {
			split(substr($0, RSTART, RLENGTH), v, /[=,]/)
			print address, v[2], v[4]
			$0 = substr($0, RSTART + RLENGTH)
		}
	}' | awk -v a="$pid" -v b="$child" '$2 == a || $2 == b' | tr -d '[]' | sort
}
fdmap_rows >"$T/rows"
same "fdmap has the rows of two processes, two descriptors" yes "$([ "$(wc -l <"$T/rows")" -ge 6 ] && echo yes)"
if have ss && is_root; then
	ss_rows >"$T/ss"
	same "ss has the same" "$(cat "$T/rows")" "$(cat "$T/ss")"
else
	skip "ss has the same" "needs ss and root"
fi

# lists NAME COMMAND...: its rows of our servers are those of fdmap, and nothing of a name is an order
lists() {
	_name=$1
	shift
	"$@" >"$T/listed" 2>"$T/err"
	_status=$?
	ours "$T/listed" >"$T/ours"
	same "$_name: the rows of fdmap" "0 $(cat "$T/rows")" "$_status $(cat "$T/ours")"
	# The user, and the command with what is no letter made harmless.
	same "$_name: users and commands" "$(id -un) a?[31m?b" \
		"$(awk -v pid="$pid" '$3 == pid { print $5, $6 }' "$T/listed" | sort -u)"
	same "$_name: nothing but letters" "" "$(LC_ALL=C grep '[^ -~]' "$T/listed")"
}

# build NAME COMPILER...: without a word
build() {
	_name=$1
	shift
	"$@" >"$T/cc.log" 2>&1
	same "$_name builds" "0 " "$? $(cat "$T/cc.log")"
}

# ---- with the library of the tree -------------------------------------------------

export LD_LIBRARY_PATH="$T/lib"
example=$TOP/docs/examples/listeners
for std in c99 c17; do
	# shellcheck disable=SC2086 # no word, or one
	build "listeners.c ($std)" "$CC" -std=$std -pedantic -Wall -Wextra -Werror $san -I"$TOP/include" \
		-o "$T/listeners" "$example.c" -L"$T/lib" -lfdmap
done
lists "listeners.c" "$T/listeners"
if have "$CXX"; then
	for std in c++11 c++17; do
		# shellcheck disable=SC2086
		build "listeners.c ($std)" "$CXX" -x c++ -std=$std -pedantic -Wall -Wextra -Werror $san \
			-I"$TOP/include" -o "$T/listeners++" "$example.c" -L"$T/lib" -lfdmap
	done
	lists "listeners.c as C++" "$T/listeners++"
else
	skip "listeners.c as C++" "no $CXX"
fi
if [ -n "$san" ]; then
	skip "listeners.py" "the library is made for a sanitizer"
	skip "listeners.c: valgrind finds no leak" "the library is made for a sanitizer"
else
	lists "listeners.py" "$example.py"
	lists "listeners.py with a filter" "$example.py" "lport >= $((port < 1024 ? 0 : 1024))"
	"$example.py" "lport == $port" >"$T/listed" 2>"$T/err"
	same "listeners.py: a port" "127.0.0.1:$port" "$(cut -d ' ' -f 1,2 "$T/listed" | tr ' ' : | sort -u)"
	"$example.py" "lprot > 1" >"$T/listed" 2>"$T/err"
	same "listeners.py: a wrong word is told" "1  1 yes" \
		"$? $(cat "$T/listed") $(wc -l <"$T/err") $(grep -q lprot "$T/err" && echo yes)"
	if have valgrind; then
		valgrind -q --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
			--error-exitcode=99 "$T/listeners" >"$T/out" 2>"$T/err"
		same "listeners.c: valgrind finds no leak" 0 $?
	else
		skip "listeners.c: valgrind finds no leak" "no valgrind"
	fi
fi
if is_root && have setpriv && [ -z "$san" ]; then
	mkdir "$T/open" && cp -L "$T/lib/libfdmap.so.0" "$T/listeners" "$T/open/"
	LD_LIBRARY_PATH=$T/open as_nobody "$T/open/listeners" >"$T/listed" 2>"$T/err"
	same "listeners.c as nobody: none of ours, and it says so" "0  1" \
		"$? $(ours "$T/listed") $(grep -c 'may not be looked at' "$T/err")"
else
	skip "listeners.c as nobody" "needs root and setpriv, and no sanitizer"
fi

# What stands in texts is a program, too.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$TOP/README.md" >"$T/readme.c"
same "the README has a program" 1 "$(grep -c 'TCP:80' "$T/readme.c")"
sed -i "s/TCP:80/TCP:$port/" "$T/readme.c"
# shellcheck disable=SC2086
build "the README's program" "$CC" -std=c17 -pedantic -Wall -Wextra -Werror $san -I"$TOP/include" \
	-o "$T/readme" "$T/readme.c" -L"$T/lib" -lfdmap
"$T/readme" >"$T/out" 2>&1
same "the README's program: who holds the port" "0 $(printf '%s\n' "$child" "$pid" | sort)" \
	"$? $(awk -v a="$pid" -v b="$child" '$1 == a || $1 == b { print $1 }' "$T/out" | sort)"
awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { exit } on' "$TOP/docs/fdmap.3" | sed 's/\\e/\\/g' >"$T/manual.c"
# shellcheck disable=SC2086
build "the manual's program" "$CC" -std=c17 -pedantic -Wall -Wextra -Werror $san -I"$TOP/include" \
	-o "$T/manual" "$T/manual.c" -L"$T/lib" -lfdmap
"$T/manual" >"$T/out" 2>&1
same "the manual's program: listeners" "0 $(awk '{ print $1, $2 }' "$T/rows" | sort)" \
	"$? $(sed 's/^\([^ ]*\) \([0-9]*\): /\1:\2 /' "$T/out" | awk -v a="$pid" -v b="$child" '$2 == a || $2 == b' | sort)"

# ---- installed ---------------------------------------------------------------------

flavour=$(basename "$BUILD")
if ! have make || ! have pkg-config || [ "$(realpath "$TOP/build/$flavour")" != "$BUILD" ]; then
	skip "installed" "needs make, pkg-config, and a build below build/"
	finish
fi
make -s -C "$TOP" FLAVOUR="$flavour" install DESTDIR="$T/root" PREFIX=/usr >"$T/make.log" 2>&1
same "install" 0 $?
pc=$T/root/usr/lib/pkgconfig/fdmap.pc
unset PKG_CONFIG_PATH
export PKG_CONFIG_LIBDIR="${pc%/*}" LD_LIBRARY_PATH="$T/root/usr/lib"
same "pkg-config: where it was made for" "-I/usr/include -L/usr/lib -lfdmap" \
	"$(PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config --cflags --libs fdmap | sed 's/ $//')"
same "pkg-config: where it lies" "-I$T/root/usr/include -L$T/root/usr/lib -lfdmap" \
	"$(pkg-config --define-prefix --cflags --libs fdmap | sed 's/ $//')"
same "pkg-config: libmnl is for archives alone" "0 1" \
	"$(pkg-config --libs fdmap | grep -c mnl) $(pkg-config --static --libs fdmap | grep -c -e '-lmnl')"
flags() { pkg-config --define-prefix "$@" --cflags --libs fdmap; }
# shellcheck disable=SC2046,SC2086 # words are meant
build "listeners.c, installed" "$CC" -std=c99 -Wall -Wextra -Werror $san -o "$T/installed" "$example.c" $(flags)
lists "listeners.c, installed" "$T/installed"
same "it was linked with the library" 1 "$(readelf -d "$T/installed" | grep -c 'NEEDED.*libfdmap\.so\.0')"
same "and with calls of a version" yes "$(readelf -V "$T/installed" | grep -q 'Name: FDMAP_0' && echo yes)"
[ -n "$san" ] || lists "listeners.py, installed" "$example.py"
rm -f "$T/root/usr/lib"/libfdmap.so*
# shellcheck disable=SC2046,SC2086
build "listeners.c with the archive" "$CC" -std=c99 $san -o "$T/archived" "$example.c" $(flags --static)
lists "listeners.c with the archive" "$T/archived"
same "it was linked without the library" 0 "$(readelf -d "$T/archived" | grep -c 'NEEDED.*libfdmap')"
make -s -C "$TOP" FLAVOUR="$flavour" install DESTDIR="$T/odd" PREFIX=/opt/x LIBDIR=/opt/x/lib/odd \
	INCLUDEDIR=/usr/include/x >"$T/make.log" 2>&1
# shellcheck disable=SC2016 # pkg-config's
same "fdmap.pc: what is below the prefix, and what is not" 'libdir=${prefix}/lib/odd includedir=/usr/include/x' \
	"$(grep dir= "$T/odd/opt/x/lib/odd/pkgconfig/fdmap.pc" | tr '\n' ' ' | sed 's/ $//')"

# ---- header, version script, library, manual ---------------------------------------

symbols() { "$TOP/scripts/check-symbols" "$BUILD/libfdmap.so" "$T/tree" >"$T/out" 2>&1; }
whole_tree() {
	rm -rf "$T/tree"
	mkdir -p "$T/tree/include" "$T/tree/src" "$T/tree/docs"
	cp "$TOP/include/fdmap.h" "$T/tree/include/"
	cp "$TOP/src/libfdmap.map" "$T/tree/src/"
	cp "$TOP/docs/fdmap.3" "$T/tree/docs/"
}
whole_tree
symbols
same "check-symbols: all agree" "0 " "$? $(cat "$T/out")"
# wrong NAME FILE SED-SCRIPT TEXT: it is found when a file is changed so
wrong() {
	whole_tree
	sed -i "$3" "$T/tree/$2"
	symbols
	same "check-symbols: $1" "1 yes" "$? $(grep -q "$4" "$T/out" && echo yes)"
}
wrong "a call that the version script lacks" src/libfdmap.map '/fdmap_take;/d' 'libfdmap.map: lacks .*fdmap_take'
wrong "one that is declared no more" include/fdmap.h 's/^int fdmap_take(/static int fdmap_take(/' \
	'libfdmap.so: exports what .*fdmap_take'
wrong "one that is declared only" include/fdmap.h 's/^int fdmap_take(/int fdmap_tick(void);\n&/' \
	'libfdmap.so: does not export .*fdmap_tick'
wrong "another version" src/libfdmap.map 's/^FDMAP_0/FDMAP_1/' 'has not in this version.*fdmap_take'
wrong "one that the manual lacks" docs/fdmap.3 's/^\.Fo fdmap_take$/.Fo fdmap_visit/' 'fdmap.3: lacks.*fdmap_take'
wrong "another argument in the manual" docs/fdmap.3 's/^\.Fa "pid_t pid"/.Fa "uid_t pid"/' 'fdmap.3: lacks.*fdmap_query_pid'
finish
