# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# completion.bash SCRIPT: the function of bash alone, without a terminal: what it answers to a line.

# shellcheck source=/dev/null
. "$1"
COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
COMP_TYPE=9

compopt() { asked+=(":$2"); }

# answers LINE WORD...: to that line, and no other. A word ":NAME" is an option of compopt.
answers() {
	local line=$1 asked=() got wanted
	shift
	COMP_LINE=$line COMP_POINT=${#line}
	_fdmap fdmap 2>&1
	got=$(printf '[%s]' "${COMPREPLY[@]}" "${asked[@]}")
	wanted=$(printf '[%s]' "$@")
	if [[ $got == "$wanted" ]]; then
		echo "ok $line"
	else
		echo "not ok $line: expected $wanted got $got"
	fi
}

answers 'fdmap --colum' --columns
answers 'fdmap -uroo' -uroot
answers 'fdmap -nP -u daemon,^roo' 'daemon,^root'
answers 'fdmap -u"roo' root
answers 'fdmap -u roo"t' t
answers "fdmap -u 'ro'o" root
answers 'fdmap -u ro\o' root
answers 'fdmap "-uroo' -uroot
answers 'FDMAP=1 fdmap' :default
answers 'fdmap --netns=al' all
answers 'fdmap --netns al' all
answers 'fdmap --color=' auto always never
answers 'fdmap --color ' :default
answers 'fdmap -sTCP:LIS' LISTEN
answers 'fdmap -s ' TCP: UDP: :nospace
answers 'fdmap -s TCP:LISTEN,^EST' 'LISTEN,^ESTABLISHED'
answers 'fdmap --state UDP:EST' ESTABLISHED
answers 'fdmap -i4U' -i4UDP -i4UDPLITE
answers 'fdmap -i -uroo' -uroot
answers 'fdmap -i -- -uroo' :default
answers 'fdmap -- -uroo' :default
answers 'fdmap file -uroo' :default
answers 'fdmap - -uroo' :default
answers 'fdmap -p 1 -uroo' -uroot
answers 'fdmap --pid 1 -uroo' -uroot
answers 'fdmap --pid -uroo'
answers 'fdmap -o12uroo' -o12uroot
answers 'fdmap -o 12 -uroo' -uroot
answers 'fdmap -o -uroo' -uroot
answers 'fdmap +c 0 -uroo' -uroot
answers 'fdmap -r5c2 -uroo' -uroot
answers 'fdmap --columns=pid,snd_cwn' pid,snd_cwnd :nospace
answers 'fdmap --columns=+pid,@tc' '@tcp' :nospace
answers 'fdmap --count=hel' :nospace
answers "fdmap --filter 'tcp and dpor" 'tcp and dport' 'tcp and dport ' :nospace
answers 'fdmap --filter "tcp and (dpor' 'tcp and (dport' 'tcp and (dport ' :nospace
answers 'fdmap --filter tcp\ and\ dpor' 'tcp\ and\ dport' :nospace
answers 'fdmap -x' -x
answers 'fdmap -x ' f l :nospace
answers 'fdmap -xl' -xlf :nospace
answers 'fdmap +f g' gG :nospace
answers 'fdmap -K ' i :nospace
answers 'fdmap --engine ' auto proc bpf
answers 'fdmap --completion=' bash zsh fish
answers 'fdmap --width='
answers 'fdmap -Z '
answers 'fdmap --nothing=x'
answers 'fdmap +D /' :dirnames
answers 'fdmap --tree=/' :dirnames
answers 'fdmap --filter-file=/' :default
answers 'fdmap +D/usr/bi' +D/usr/bin/ :nospace
answers 'fdmap -p 1 >/' :default
answers 'fdmap -p 1 2>/' :default
answers 'fdmap -p 1 2>/dev/null -uroo' -uroot
answers 'fdmap 2>&1 -uroo' -uroot

# What a process is called is shown beside its number.
offers=() helps=()
_fdmap_process 12 $'a\e[2J\n\u202e\xffb'
if [[ ${offers[*]} == 12 && ${helps[*]} == a\?\[2J\?*b && ${helps[*]} != *[^[:alnum:]\ -~]* ]]; then
	echo "ok names beside numbers"
else
	printf 'not ok names beside numbers: %q\n' "${helps[*]}"
fi

# What the shell is told about patterns changes nothing, and stays.
shopt -s failglob nocasematch
set -u
IFS=,
answers 'fdmap -u roo' root
answers 'fdmap --netns=no-such-'
answers 'fdmap -S 3 -sTCP:LIS' LISTEN
IFS=$' \t\n'
set +u
if shopt -q failglob && shopt -q nocasematch; then
	echo "ok options of the shell stay"
else
	echo "not ok options of the shell stay: they are off"
fi
