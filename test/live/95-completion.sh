#!/bin/sh
# SPDX-License-Identifier: MIT
# What bash, zsh and fish make of the TAB key, typed on a terminal: each kind of value, hostile names.
# shellcheck source=test/live/lib/harness.sh
. "$(dirname "$0")/lib/harness.sh"

if is_lsof; then
	skip completion "lsof prints no scripts"
	finish
fi

case $BUILD in *asan | *tsan | *cov)
	skip completion "shells have no sanitizer; what is printed is for test_complete"
	finish
	;;
esac

"$LIVE/../../scripts/list-options" "$FDMAP" | tr ' ' '\n' >"$T/options"

prepare_as_lsof
for shell in bash zsh fish; do
	"$FDMAP" --completion=$shell >"$T/$shell.script" 2>"$T/err"
	same "--completion=$shell: status, standard error" "0 " "$? $(cat "$T/err")"
	same "--completion=$shell: for lsof, too, if it is called so" "0 1" "$(grep -cE '^complete.* lsof|^#compdef.* lsof' \
		"$T/$shell.script") $("$AS_LSOF" --completion=$shell | grep -cE '^complete.* lsof|^#compdef.* lsof')"
done
"$FDMAP" --completion=tcsh >"$T/out" 2>"$T/err"
same "--completion of another shell" "1 0 fdmap: --completion needs bash, zsh or fish: tcsh" \
	"$? $(wc -c <"$T/out") $(cat "$T/err")"
same "--completion needs no system" 0 "$("$FDMAP" --proc=/nonexistent --completion=bash >/dev/null 2>&1; echo $?)"

if have bash; then
	bash "$LIVE/lib/completion.bash" "$T/bash.script" >"$T/bash.out" 2>&1
	same "without a terminal: status" 0 $?
	take_verdicts "$T/bash.out"
else
	skip completion "no bash"
fi

# Mount points and names of namespaces are made where nobody else sees them.
private() {
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m --propagation private sh -c 'mount -t tmpfs none /run && mkdir /run/netns && exec "$@"' sh "$@"
}
as=
if is_root && have unshare && private true 2>/dev/null; then
	as=private
	export COMPLETION_MOUNTS=1
fi
trap 'for shell in bash zsh fish; do tmux -S "$T/$shell/tmux" kill-server 2>/dev/null; done; clean_up' EXIT
for shell in bash zsh fish; do
	for program in "$shell" tmux; do
		have "$program" || { skip "$shell on a terminal" "no $program"; continue 2; }
	done
	mkdir -p "$T/$shell/stub"
	# shellcheck disable=SC2016 # the stub's
	printf '#!/bin/sh\nd=${0%%/*}\nprintf "%%s\\0" "$@" >"$d/../argv.new" && mv "$d/../argv.new" "$d/../argv"\n' \
		>"$T/$shell/stub/fdmap"
	chmod 755 "$T/$shell/stub/fdmap"
	# All three at a time, each in a directory of its own.
	$as python3 "$LIVE/lib/completion.py" "$shell" "$T/$shell.script" "$T/$shell" "$LIVE/lib/completion.txt" \
		"$T/options" >"$T/$shell.out" 2>&1 9>&- &
	eval "pid_$shell=$!"
	pids="$! $pids"
done
for shell in bash zsh fish; do
	eval "pid=\${pid_$shell-}"
	[ -n "$pid" ] || continue
	wait "$pid"
	same "$shell on a terminal: status" 0 $?
	take_verdicts "$T/$shell.out"
done
finish
