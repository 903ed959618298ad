#!/bin/sh
# SPDX-License-Identifier: MIT
# The recipes of docs/add-*.md: each is done in one copy of the tree, which is built, checked, and says what they promise.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

for program in python3 make tar; do
	have $program || { skip recipes "no $program"; finish; }
done
is_lsof && { skip recipes "nothing of it is lsof's"; finish; }
case $BUILD in *asan | *tsan | *cov) skip recipes "the same as without a sanitizer"; finish ;; esac
top=$(realpath "$LIVE/../..")
[ -e "$top/Makefile" ] || { skip recipes "no sources"; finish; }
recipes=$(ls "$top"/docs/add-*.md)

mkdir "$T/tree"
(cd "$top" && tar -cf - --exclude=./build --exclude=./.git .) | tar -C "$T/tree" -xf -
# shellcheck disable=SC2086 # names without blanks
python3 -B "$LIVE/lib/recipes.py" apply "$T/tree" $recipes 2>"$T/err" || { not_ok "what they say can be done" "$(cat "$T/err")"; finish; }
ok "what they say can be done"

# Without optimisation: all of it depends on the public header, to which some add a line.
tests=$(cd "$T/tree/test/unit" && for f in test_*.c; do [ -e "$top/test/unit/$f" ] || echo "build/recipe/unit/${f%.c}"; done)
# shellcheck disable=SC2086 # words are meant
if ! make -s -C "$T/tree" -j2 FLAVOUR=recipe CFLAGS=-O0 WERROR=1 all $tests >"$T/make.out" 2>&1; then
	not_ok "it builds" "$(grep -E 'error|Error' "$T/make.out" | head -n 5)"
	finish
fi
ok "it builds"
for check in check-map "check-layers . build/recipe/libfdmap.a" "check-symbols build/recipe/libfdmap.so" "check-registry build/recipe/fdmap"; do
	# shellcheck disable=SC2086 # words are meant
	(cd "$T/tree" && scripts/$check) >"$T/check" 2>&1
	same "${check%% *} has nothing to say" "0 " "$? $(head -n 5 "$T/check")"
done

python3 -B "$LIVE/lib/manual.py" "$T/tree/build/recipe/fdmap" "$T/tree" >"$T/check" 2>&1
same "the manuals have what they add" "0 " "$? $(grep -v '^ok ' "$T/check" | head -n 5)"

FDMAP=$T/tree/build/recipe/fdmap BUILD=$T/tree/build/recipe
export FDMAP BUILD
for recipe in $recipes; do
	if python3 -B "$LIVE/lib/recipes.py" run "$T/tree" "$recipe" >"$T/got" 2>&1; then
		ok "$(basename "$recipe"): it says what it should"
	else
		not_ok "$(basename "$recipe"): it says what it should" "$(cat "$T/got")"
	fi
done
finish
