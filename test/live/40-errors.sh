#!/bin/sh
# SPDX-License-Identifier: MIT
# What is wrong is said on standard error in lsof's words, with status 1 and nothing on standard output.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

prepare_as_lsof
mkdir "$T/empty"
tab=$(printf '\t')
while IFS= read -r line; do
	case $line in '' | \#*) continue ;; esac
	line=$(printf '%s\n' "$line" | sed "s|{dir}|$T/empty|g")
	arguments=${line%%"$tab"*} message=${line#*"$tab"}
	# "?" is a letter here, no pattern.
	set -f
	eval "set -- $arguments"
	set +f
	"$AS_LSOF" "$@" </dev/null >"$T/out" 2>"$T/err"
	rc=$?
	name=$(printf '%s' "$arguments" | sed "s|$T|T|g")
	if grep -q 'not supported yet' "$T/err"; then
		skip "$name" "not supported yet"
	elif [ "$rc" -ne 1 ]; then
		not_ok "$name" "exit status $rc: $(head -n 2 "$T/err")"
	elif [ -s "$T/out" ]; then
		not_ok "$name" "standard output: $(head -n 2 "$T/out")"
	elif ! grep -qF -e "lsof: $message" "$T/err"; then
		not_ok "$name" "wanted [lsof: $message] got [$(head -n 3 "$T/err")]"
	else
		ok "$name"
	fi
done <"$LIVE/lib/errors.txt"

# An error does not stop the reading: all are told, then the short usage, once.
"$AS_LSOF" -p abc -i foo -y >"$T/out" 2>"$T/err"
same "three errors, all told" 3 "$(grep -c -e 'illegal process ID: abc' \
	-e 'unknown protocol name (foo)' -e 'illegal option character: y' "$T/err")"
same "the short usage, once" 1 "$(grep -c '^ *usage: \[-' "$T/err")"
holds "and where to read more" grep -qF 'option to get more help information.' "$T/err"

for option in -h "-?"; do
	"$AS_LSOF" "$option" >"$T/out" 2>"$T/err"
	same "$option: status, standard output" "0 0" "$? $(wc -c <"$T/out")"
	holds "$option: usage" grep -q ' usage: ' "$T/err"
done
"$AS_LSOF" -v >"$T/out" 2>"$T/err"
same "-v: status, standard output" "0 0" "$? $(wc -c <"$T/out")"
holds "-v: scripts look for revision:" grep -q 'revision:' "$T/err"
"$AS_LSOF" -F '?' >"$T/out" 2>"$T/err"
same "-F ?: status, standard output" "0 0" "$? $(wc -c <"$T/out")"

# What a user typed cannot drive the terminal through a message.
"$AS_LSOF" "$(printf '/no\033[2Jsuch')" >"$T/out" 2>"$T/err"
same "a name with an escape sequence" 0 "$(tr -d '\n\t\040-\176' <"$T/err" | wc -c)"
finish
