#!/bin/sh
# SPDX-License-Identifier: MIT
# The same command lines through the installed lsof and through the program under test, called by the
# name of lsof, on processes that are stopped, in namespaces where nothing else runs. PARITY_ARGS:
# options of compare.py.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/../live/lib/harness.sh"

have python3 || { skip parity "no python3"; finish; }
have lsof || { skip parity "no lsof"; finish; }
have ip || { skip parity "no ip"; finish; }
if [ -z "${PARITY_STAGE-}" ]; then
	# As root in namespaces, or as what looks like root there.
	is_root && user= || user=-Ur
	# shellcheck disable=SC2086 # none or one word
	unshare $user -pmnf --mount-proc true 2>/dev/null ||
		{ skip parity "namespaces are refused"; finish; }
	clean_up
	# shellcheck disable=SC2086
	exec unshare $user -pmnf --mount-proc env PARITY_STAGE=1 "$0"
fi

# ---- the stage: a network and mounts of its own ----

stage=$T/stage
# shellcheck disable=SC2317 # the trap calls it
leave_stage() {
	end_all
	umount "$stage/cast/mnt" "$stage/cast/mq" 2>/dev/null
	clean_up
}
trap leave_stage EXIT
mkdir "$stage" "$stage/cast" "$stage/cast/mnt" "$stage/cast/mq"
chmod 755 "$stage" "$stage/cast"
mount -t tmpfs none "$stage/cast/mnt" || { not_ok parity "no tmpfs"; finish; }
mount -t mqueue none "$stage/cast/mq" 2>/dev/null
ip link set lo up || { not_ok parity "no loopback"; finish; }
[ -x "$BUILD/parity/cast" ] || { not_ok parity "no $BUILD/parity/cast"; finish; }

# ---- the cast, then zoo and herd, all stopped ----

(cd "$stage/cast" && exec "$BUILD/parity/cast" 8080 <"$T/.in" >"$T/cast.out" 2>&1 9>&-) &
pids="$! $pids"
await 20 grep -q '^ready' "$T/cast.out" ||
	{ not_ok parity "the cast did not start: $(tail -1 "$T/cast.out")"; finish; }
# shellcheck disable=SC2046 # words are meant
zoo_start "$stage/zoo" $("$BUILD/live/zoo" list | grep -v -x -e comm -e unix-odd -e hostile) ||
	{ not_ok parity "the zoo did not start"; finish; }
zoo=$zoo_pid
zoo_start "$stage/odd" unix-odd hostile || { not_ok parity "the odd zoo did not start"; finish; }
odd=$zoo_pid
# lsof cuts the name of a socket here; without a file it takes what it knows of another one.
: >"$stage/odd/a"
herd_start 1 5 || { not_ok parity "the herd did not start"; finish; }
herd=$(printf '%s' "$herd_pids" | head -n 1)
kill -STOP "$zoo" "$odd" "$herd"
await 5 sh -c "[ \$(ps -o stat= -p $zoo,$odd,$herd | grep -c ^T) -eq 3 ]" ||
	{ not_ok parity "they do not stop"; finish; }

# port_of KIND PATTERN: the port in the name of a row of that kind
port_of() {
	sed -n "/^kind $1\$/,/^kind /p" "$stage/zoo.rows" | sed -n "s/.*$2.*/\\1/p" | head -n 1
}
prepare_as_lsof
parts=$(sed -n 's/^part \([a-z]*\) \([0-9]*\)$/\1=\2/p' "$T/cast.out")
all=$(printf '%s\n' "$parts" | cut -d = -f 2 | paste -sd, -),$zoo,$odd,$herd
# shellcheck disable=SC2086 # words are meant
python3 -B "$LIVE/compare.py" ${PARITY_ARGS-} "$AS_LSOF" "$LIVE/../../docs/lsof-differences.md" \
	"$LIVE"/commands/*.txt -- $parts zoo="$zoo" odd="$odd" herd="$herd" all="$all" \
	dir="$stage/cast" zoodir="$stage/zoo" odddir="$stage/odd" mnt="$stage/cast/mnt" bin="$T/bin" \
	tcp="$(port_of tcp4 ':\([0-9]*\) (LISTEN)')" tcp6="$(port_of tcp6 ':\([0-9]*\) (LISTEN)')" \
	mapped="$(port_of mapped4 ':\([0-9]*\) (LISTEN)')" udp="$(port_of udp4 '\*:\([0-9]*\)')" \
	>"$T/verdicts" 2>&1 9>&- || not_ok parity "$(tail -n 3 "$T/verdicts")"
case ${PARITY_ARGS-} in *--tags*) cat "$T/verdicts"; exit 0 ;; esac
take_verdicts "$T/verdicts"
finish
