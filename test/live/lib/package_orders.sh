#!/bin/sh
# SPDX-License-Identifier: MIT
# In a scratch root: the packages of /given come and go in every order with another package's lsof, of which
# /given/theirs has the files; after each step, whose is lsof?
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
program=/usr/bin/lsof manual=/usr/share/man/man8/lsof.8.gz log=/given/log

# same NAME EXPECTED GOT
same() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		echo "not ok $1: expected [$2] got [$3] $(tail -n 3 $log)" | tr '\n' '|'
		echo
	fi
}

is_there() { [ -e "$1" ] || [ -L "$1" ]; }

whose() {
	if [ "$(realpath $program)" = /usr/bin/fdmap ] && [ "$(realpath $manual)" = /usr/share/man/man1/fdmap.1.gz ]; then
		lsof -v 2>&1 | grep -q 'implementation: fdmap' && echo ours
	elif [ -f $program ] && ! [ -L $program ] && ! [ -L $manual ]; then
		cmp $program /given/theirs$program && cmp $manual /given/theirs$manual && $program
	elif is_there $program || is_there $manual || is_there /etc/alternatives/lsof; then
		ls -l $program $manual
	else
		echo "nobody's"
	fi 2>&1
}

# step NAME WHOSE DPKG-ARGUMENT...: dpkg must be content, and then lsof is whose
step() {
	name=$1 expected=$2
	shift 2
	dpkg "$@" >$log 2>&1 || echo "not ok $name: $(tail -n 3 $log | tr '\n' '|')"
	same "$name: lsof is $expected" "$expected" "$(whose)"
	# What has been said is no warning.
	same "$name: without a warning" "" "$(grep -i -e warning -e error $log)"
}

# What this machine has itself is of no matter.
for package in lsof fdmap libfdmap-dev libfdmap0; do
	! dpkg -s "$package" >/dev/null 2>&1 || dpkg --purge --force-depends "$package" >$log 2>&1
done
same "at first: lsof is nobody's" "nobody's" "$(whose)"

cd /given || exit 1
step "fdmap" ours -i fdmap.deb
same "its program" 0 "$(sh /given/tests/program >$log 2>&1; echo $?)"
if command -v man >/dev/null; then
	same "its manual, by both names" "2" "$(for name in fdmap lsof; do man $name 2>>$log | head -n 1; done | grep -c '^FDMAP(1)')"
fi
step "and another version" ours -i fdmap-next.deb
if dpkg -i lsof-broken.deb >$log 2>&1; then echo "not ok a lsof that fails: it did not"; fi
dpkg --purge --force-remove-reinstreq lsof >>$log 2>&1
same "a lsof that fails: lsof is ours" ours "$(whose)"
step "then lsof" theirs -i lsof.deb
step "lsof once more" theirs -i lsof.deb
step "fdmap once more" theirs -i fdmap-next.deb
step "lsof removed" ours -r lsof
step "both at once" theirs -i fdmap-next.deb lsof.deb
step "fdmap removed" theirs -r fdmap
step "fdmap after lsof" theirs -i fdmap.deb
step "lsof purged" ours --purge lsof
step "fdmap removed alone" "nobody's" -r fdmap
step "lsof, fdmap away" theirs -i lsof.deb
step "fdmap again" theirs -i fdmap.deb
step "fdmap purged" theirs --purge fdmap
step "lsof purged alone" "nobody's" --purge lsof
step "both removed at once: before" theirs -i fdmap.deb lsof.deb
step "both removed at once" "nobody's" -r fdmap lsof

step "the library" "nobody's" -i libfdmap0.deb libfdmap-dev.deb
if command -v cc >/dev/null && command -v pkg-config >/dev/null; then
	same "a program builds with it" 0 "$(sh /given/tests/library >$log 2>&1; echo $?)"
else
	echo "skip a program builds with it: no cc, or no pkg-config"
fi
step "the library purged" "nobody's" --purge libfdmap-dev libfdmap0
same "the list of libraries" "" "$(ldconfig -p | grep fdmap)"
