#!/bin/sh
# SPDX-License-Identifier: MIT
# scripts/check-abi in a small repository of its own, whose library has the names of ours: what may change
# since a tag, and what may not.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

TOP=$(realpath "$LIVE/../..")
for need in abidiff git make cc; do
	have $need || { skip check-abi "no $need"; finish; }
done
# As it is in the tree, the script finds there what it needs.
make -s -n -C "$TOP" FLAVOUR=abi build/abi/libfdmap.so >"$T/out" 2>&1
same "the Makefile has such a library" 0 $?
same "the Makefile has one SOVERSION" 1 "$(grep -c '^SOVERSION := ' "$TOP/Makefile")"

R=$T/repository
mkdir -p "$R/include" "$R/src" "$R/scripts"
cp "$TOP/scripts/check-abi" "$R/scripts/"
cp "$TOP/src/libfdmap.abignore" "$R/src/"
cat >"$R/include/fdmap.h" <<'END'
struct fdmap_file { int fd; };
struct fdmap_stat { int mode; };
enum fdmap_stage { FDMAP_STAGE_A, FDMAP_STAGES };
int fdmap_take(struct fdmap_file *file, const struct fdmap_stat *stat, enum fdmap_stage stage);
int fdmap_close(void);
END
cat >"$R/src/lib.c" <<'END'
#include "fdmap.h"
int fdmap_take(struct fdmap_file *file, const struct fdmap_stat *stat, enum fdmap_stage stage)
{
	return file->fd + stat->mode + (int)stage;
}
int fdmap_close(void) { return 0; }
END
printf 'FDMAP_0 {\nglobal:\n\tfdmap_*;\nlocal:\n\t*;\n};\n' >"$R/src/libfdmap.map"
cat >"$R/Makefile" <<'END'
SOVERSION := 0
build/$(FLAVOUR)/libfdmap.so: src/lib.c
	mkdir -p $(@D)
	cc $(CFLAGS) -Iinclude -fPIC -shared -Wl,-soname,libfdmap.so.$(SOVERSION) \
		-Wl,--version-script=src/libfdmap.map -o $@ $<
END
in_git() { git -C "$R" -c user.name=x -c user.email=x@localhost -c commit.gpgsign=false "$@" >"$T/git.log" 2>&1; }
if ! { in_git init -q && in_git add -A && in_git commit -q -m first; }; then
	not_ok "a repository" "$(cat "$T/git.log")"
	finish
fi

# check NAME STATUS LAST-LINE [REF]: what it says, then the tree is what was committed again
check() {
	"$R/scripts/check-abi" ${4:+"$4"} >"$T/out" 2>"$T/err"
	same "$1" "$2 check-abi: $3" "$? $(cat "$T/out" "$T/err" | tail -n 1)"
	in_git checkout -q -- .
}

check "no tag" 0 "not checked: there is no tag yet to compare with"
in_git tag 0.1
check "no such commit" 1 "no such commit: nothing" nothing
check "the same" 0 "nothing changed since 0.1"
check "the same as a commit" 0 "nothing changed since HEAD" HEAD

echo 'int fdmap_new(void);' >>"$R/include/fdmap.h"
echo 'int fdmap_new(void) { return 1; }' >>"$R/src/lib.c"
check "a call more" 0 "only additions since 0.1"
same "it is told" 1 "$(grep -c "fdmap_new" "$T/out")"

sed -i '/fdmap_close/d' "$R/include/fdmap.h" "$R/src/lib.c"
check "a call less" 1 "changed since 0.1: SOVERSION must be another one than 0"

sed -i 's/{ int fd; }/{ int fd; int more; }/' "$R/include/fdmap.h"
check "a member in a struct of arrays" 1 "changed since 0.1: SOVERSION must be another one than 0"

sed -i 's/fdmap_close(void)/fdmap_close(int how)/' "$R/include/fdmap.h" "$R/src/lib.c"
check "another argument" 1 "changed since 0.1: SOVERSION must be another one than 0"

sed -i 's/^FDMAP_0/FDMAP_1/' "$R/src/libfdmap.map"
check "another version of all calls" 1 "changed since 0.1: SOVERSION must be another one than 0"

sed -i 's/{ int mode; }/{ int mode; int more; }/' "$R/include/fdmap.h"
check "a member at the end of a struct that comes alone" 0 "nothing changed since 0.1"

sed -i 's/{ int mode; }/{ int more; int mode; }/' "$R/include/fdmap.h"
check "a member at its beginning" 1 "changed since 0.1: SOVERSION must be another one than 0"

sed -i 's/FDMAP_STAGE_A,/FDMAP_STAGE_A, FDMAP_STAGE_B,/' "$R/include/fdmap.h"
check "an enumeration that grows" 0 "nothing changed since 0.1"

sed -i '/fdmap_close/d' "$R/include/fdmap.h" "$R/src/lib.c"
sed -i 's/^SOVERSION := 0/SOVERSION := 1/' "$R/Makefile"
check "a call less, and another SOVERSION" 0 "changed since 0.1, and SOVERSION is 1, not 0"

in_git rm -q --cached src/libfdmap.map
in_git commit -q -m "none yet"
check "a library without versions" 0 "not checked: HEAD has no version script" HEAD

echo 'int broken' >>"$R/src/lib.c"
check "it does not build" 1 "the library of this tree does not build"
finish
