#!/bin/sh
# SPDX-License-Identifier: MIT
# The same command lines through the installed lsof, on processes that are stopped.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

have python3 || { skip parity "no python3"; finish; }
have lsof || { skip parity "no lsof"; finish; }

# Without what lsof 4.95 gets wrong: odd command names, odd names of UNIX sockets.
# shellcheck disable=SC2046 # words are meant
zoo_start "$T/zoo" $("$BUILD/live/zoo" list | grep -v -e comm -e unix-odd -e hostile) ||
	{ not_ok parity "the zoo did not start"; finish; }
herd_start 1 5 || { not_ok parity "the herd did not start"; finish; }
kill -STOP "$zoo_pid" "$herd_pids"
pids="$pids $herd_pids"
prepare_as_lsof
chmod 755 "$T/zoo"

# port_of KIND PATTERN: the port in the name of a row of that kind
port_of() {
	sed -n "/^kind $1\$/,/^kind /p" "$zoo_out" | sed -n "s/.*$2.*/\\1/p" | head -n 1
}
python3 "$LIVE/lib/parity.py" "$AS_LSOF" "$LIVE/lib/parity.txt" \
	pid="$zoo_pid" herd="$herd_pids" dir="$T/zoo" \
	tcp="$(port_of tcp4 ':\([0-9]*\) (LISTEN)')" tcp6="$(port_of tcp6 ':\([0-9]*\) (LISTEN)')" \
	mapped="$(port_of mapped4 ':\([0-9]*\) (LISTEN)')" udp="$(port_of udp4 '\*:\([0-9]*\)')" \
	>"$T/verdicts" 2>&1 ||
	not_ok parity "$(tail -n 3 "$T/verdicts")"
take_verdicts "$T/verdicts"
finish
