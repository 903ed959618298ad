#!/bin/sh
# SPDX-License-Identifier: MIT
# The first screen and the topics of --help; what is said of words that are wrong here and right elsewhere.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip "help" "lsof has its own"
	finish
fi
prepare_as_lsof
cd "$T" || exit 1

# ---- texts ------------------------------------------------------------------------------------------

"$FDMAP" --help >"$T/out" 2>"$T/err"
same "--help: status, standard error" "0 0" "$? $(wc -c <"$T/err")"
holds "--help fits a screen" test "$(wc -l <"$T/out")" -le 24
same "--help: lines that are too wide" "" "$(grep -E '.{81}' "$T/out")"
for question in '8080 ' '-p PID' '--count$' 'kill .*fdmap -t' '+L1' '+D DIR'; do
	holds "--help answers $question" grep -q -e "$question" "$T/out"
done
# The commands on it are right: with a number for PID, names for FILE and DIR.
sed -n -e 's/)$//' -e 's/  *all below DIR:.*//' -e 's/^  .*\(fdmap .*\)/\1/p' "$T/out" |
	sed -e "s/PID/$$/" -e 's|FILE|/dev/null|' >"$T/lines"
while IFS= read -r line; do
	# shellcheck disable=SC2086 # words are meant
	"$FDMAP" ${line#fdmap } 2>&1 >/dev/null | grep -v 'no pwd entry' >>"$T/wrong"
done <"$T/lines"
same "--help: its commands are right" "6 " "$(wc -l <"$T/lines") $(cat "$T/wrong")"

topics=$(sed -n '/^More:/,$p' "$T/out" | sed 's/.*TOPIC://' | tr -d '\n,')
holds "there are topics" test "$(echo "$topics" | wc -w)" -ge 10
for topic in $topics; do
	"$FDMAP" "--help=$topic" >"$T/topic" 2>"$T/err"
	same "--help=$topic" "0 0" "$? $(wc -c <"$T/err")"
	holds "--help=$topic says something" test "$(wc -l <"$T/topic")" -ge 4
	same "--help $topic is the same" "" "$("$FDMAP" --help "$topic" | diff "$T/topic" - 2>&1)"
done
"$FDMAP" --help=options >"$T/topic"
for option in --inet --unix --netns --engine --strict --help; do
	holds "--help=options has $option" grep -q -e " $option" "$T/topic"
done
holds "--help=states has the kernel's" sh -c "'$FDMAP' --help=states | grep -q 'FIN_WAIT2'"
holds "--help=coming-from is translated" \
	sh -c "'$FDMAP' --help=coming-from | grep -q 'ss -tlnp  *fdmap -nP -iTCP -sTCP:LISTEN'"

"$FDMAP" --help=nonsense >"$T/out" 2>"$T/err"
same "--help=nonsense: status, standard output, lines" "1 0 1" "$? $(wc -c <"$T/out") $(wc -l <"$T/err")"
holds "--help=nonsense names the word and the topics" grep -q 'nonsense.*options, select' "$T/err"
"$FDMAP" "--help=$(printf 'x\033[2J')" >"$T/out" 2>"$T/err"
same "--help with an escape sequence" 0 "$(tr -d '\n\040-\176' <"$T/err" | wc -c)"

"$FDMAP" -h >"$T/out" 2>"$T/err"
same "-h is the screen, on standard error" "0 0 " "$? $(wc -c <"$T/out") $("$FDMAP" --help | diff - "$T/err")"
"$AS_LSOF" -h >"$T/out" 2>"$T/err"
same "as lsof: -h has all options" "0 0 1" "$? $(wc -c <"$T/out") $(grep -c '^  -N, --nfs ' "$T/err")"

# ---- words that are wrong ---------------------------------------------------------------------------

# says NAME TEXT ARGUMENT...: status 1, nothing on standard output, and that line
says() {
	_name=$1 _text=$2
	shift 2
	"$FDMAP" "$@" </dev/null >"$T/out" 2>"$T/err"
	_rc=$?
	if [ "$_rc" -ne 1 ] || [ -s "$T/out" ]; then
		not_ok "$_name" "status $_rc, $(wc -c <"$T/out") bytes"
	elif ! grep -qxF -e "fdmap: $_text" "$T/err"; then
		not_ok "$_name" "wanted [$_text] got [$(cat "$T/err")]"
	else
		ok "$_name"
	fi
}
says "a habit of ss" "-tlnp: that is how ss is asked; here: fdmap -nP -iTCP -sTCP:LISTEN" -tlnp
says "a habit of netstat" "-tnc: that is how netstat is asked; here: fdmap -nP -iTCP -sTCP:^LISTEN -r1" -tnc
says "a habit of fuser" "-k 80/tcp: that is how fuser is asked; here: kill -KILL \$(fdmap -t --filter \
'tcp and lport == 80')" -k 80/tcp
says "a habit of lsfd" "-C 'x:PID == 1': that is how lsfd is asked; here: fdmap --filter 'pid == 1' --count" \
	-C 'x:PID == 1'
says "--port 8080" "unknown option: --port (did you mean -i :8080?)" --port 8080
says "--colour" "unknown option: --colour (did you mean --color?)" --colour
says "--tcp is no abbreviation" "unknown option: --tcp (did you mean -iTCP?)" --tcp
says "--route" "unknown option: --route (ask ip route)" --route
says "-i 8080" "8080: did you mean -i :8080?" -i 8080
same "the usage is not in the way" 3 "$("$FDMAP" -tlnp 2>&1 | wc -l)"
same "a slip is no habit" 0 "$("$FDMAP" -p abc 2>&1 | grep -c 'how')"
same "a word with an escape sequence" 0 \
	"$("$FDMAP" -tn -4 dst "$(printf '\033[2J')" 2>&1 | tr -d '\n\040-\176' | wc -c)"
same "an option with an escape sequence" 0 \
	"$("$FDMAP" --port "$(printf '\033[2J')" 2>&1 | tr -d '\n\040-\176' | wc -c)"

# By the name of lsof only lsof's text, in a pipe and on a terminal.
for words in -tlnp '-k 80/tcp' '-i 8080' 80/tcp; do
	# shellcheck disable=SC2086 # words are meant
	same "as lsof: no word about $words" 0 \
		"$({ "$AS_LSOF" $words; python3 "$LIVE/lib/terminal.py" "$AS_LSOF" $words; } 2>&1 |
			grep -c -e 'how' -e 'did you mean')"
done

# ---- names that are none ----------------------------------------------------------------------------

# hints TEXT ARGUMENT...: on a terminal the line is there, in a pipe only what lsof says
hints() {
	_text=$1
	shift
	same "on a terminal: $*" "fdmap: $_text" "$(python3 "$LIVE/lib/terminal.py" "$FDMAP" "$@" | tail -n 1)"
	same "in a pipe: $*" 0 "$("$FDMAP" "$@" 2>&1 >/dev/null | grep -c -e 'how' -e 'did you mean')"
}
hints "8080/tcp: that is how fuser is asked; here: fdmap -nP --filter 'tcp and lport == 8080'" 8080/tcp
hints ":8080: did you mean -i :8080?" :8080
hints "tcp:80: did you mean -i TCP:80?" tcp:80
hints "8080: did you mean -p 8080, or -i :8080?" 8080
hints "nginx: did you mean -c nginx?" nginx
hints "-tn state established: that is how ss is asked; here: fdmap -nP --filter 'tcp and state established'" \
	-tn state established
hints "-Q 'PID == 1': that is how lsfd is asked; here: fdmap --filter 'pid == 1'" -Q 'PID == 1'
hints "-v -n tcp 80: that is how fuser is asked; here: fdmap -nP --filter 'tcp and lport == 80'" -v -n tcp 80
: >nginx
same "a file of that name is a file" 0 "$(python3 "$LIVE/lib/terminal.py" "$FDMAP" nginx | grep -c 'did you mean')"
same "a path is no habit" 1 "$(python3 "$LIVE/lib/terminal.py" "$FDMAP" /no/such/nginx | wc -l)"
finish
