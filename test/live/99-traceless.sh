#!/bin/sh
# SPDX-License-Identifier: MIT
# It looks and leaves: by strace, of many command lines by each engine, no call writes, makes, removes or mounts
# anything, signals or traces another process, loads a module, or moves the main thread into another namespace; and
# afterwards nothing of it is left: no process, file, queue, BPF object, module.
# shellcheck disable=SC2086 # $us is words
LIVE=$(realpath "$(dirname "$0")")
# shellcheck source=test/live/lib/stage.sh
. "$LIVE/lib/stage.sh"

is_root || { skip traceless "not root"; finish; }
is_lsof && { skip traceless "lsof is not held to it"; finish; }
for program in python3 unshare ip strace; do
	have "$program" || { skip traceless "no $program"; finish; }
done
strace -o /dev/null true 2>/dev/null || { skip traceless "strace may not trace"; finish; }
enter_stage traceless
trap leave_stage EXIT
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

ip link set lo up
zoo_start "$T/zoo" all || { not_ok zoo "$(tail -n 1 "$zoo_out")"; finish; }
herd_start 10 300 || { not_ok herd "did not start"; finish; }
start away unshare -n sleep 600
mkdir "$T/cwd" "$T/tmp"
cat >"$T/lines" <<END
-nP
-nP --engine=bpf
-nP --engine=proc
-i
-nPi --engine=bpf
-nPU
-nPt -i TCP
-nPE
-nPU +E
-nP --netns=all -i
-nP --netns=$started -i
-nP --unowned --netns=all
-nP --columns=+detail,container,peer
-nP --columns=@tcp,@mem,@timers,@unix
-nP --columns=@process,@files
-nP +D $T/zoo
-nP -x fl +d $T/zoo
-nP $T/zoo/r $T/zoo/none /proc/self
-nP --filter "tcp and listening"
-nP --filter-file=/dev/null
-nP --socket-source=text --sockets
-nP --socket-source=diag --sockets
-nPJ -p $zoo_pid
-nP --summary
-nP --graph
-nP --csv --columns=pid,fd,name
-nP --count=comm,type
-nP -K -Z -N +L
-nP -e /dev
-nP -r1c2 -p $zoo_pid
+m
+M -i
-V -d 99
--explain -nP
--help
-v
-F?
--columns=help
-nP --no-such-option
-u root,nobody -c zoo
-i @localhost
-nP --strict --threads=8
END
text_line=$(grep -n source=text "$T/lines" | cut -d : -f 1)
modules() { cut -d ' ' -f 1 /proc/modules 2>/dev/null | sort; }
objects() { for _o in prog map link btf; do bpftool $_o list 2>/dev/null | sed -n "s/^\([0-9]*\):.*/$_o \1/p"; done | sort; }
things() {
	find "$T/cwd" "$T/tmp" "$T/zoo" | sort
	ls -ld --time-style=full-iso "$T/cwd" "$T/tmp" "$T/zoo"
	sed 1d /proc/sysvipc/msg
	ls /dev/mqueue 2>/dev/null
	grep -H "^$(basename "$FDMAP")\|^fdmap-lookup" /proc/[0-9]*/comm 2>/dev/null
	cat /proc/self/mounts
}
things >"$T/things"
modules >"$T/modules"
have bpftool && objects >"$T/objects"

# ---- what it calls ----

writes='O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE'
banned='creat mkdir mkdirat mknod mknodat link linkat symlink symlinkat rename renameat renameat2 unlink unlinkat
rmdir truncate ftruncate fallocate chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat
futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr setxattrat removexattrat mount umount2
move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr pivot_root chroot swapon swapoff
init_module finit_module delete_module kexec_load kexec_file_load ptrace process_vm_readv process_vm_writev
process_madvise tgkill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal unshare reboot sethostname
setdomainname syslog settimeofday clock_settime adjtimex ioperm iopl keyctl add_key request_key quotactl
quotactl_fd acct msgget msgctl msgsnd msgrcv shmget shmat shmctl semget semop semctl mq_open mq_unlink mq_timedsend
setuid setgid setreuid setregid setgroups setfsuid setfsgid capset personality perf_event_open userfaultfd
fanotify_init inotify_add_watch execve execveat'
printf '%s\n' $banned | sort -u >"$T/banned"

# Each line is a case of strace's: what was begun is told, and where.
cd "$T/cwd" || exit 1
mkdir "$T/traces"
n=0
while read -r line; do
	n=$((n + 1))
	eval "TMPDIR=$T/tmp timeout 100 strace -f -qq -y -e signal=none -e trace='!read,close,readlinkat,statx,getdents64,mmap,munmap,brk,futex' \
		-o '$T/traces/$n' \"\$FDMAP\" $line" >/dev/null 2>"$T/err.$n" </dev/null 9>&-
	[ -s "$T/traces/$n" ] || not_ok "traced: $line" "$(tail -n 2 "$T/err.$n")"
done <"$T/lines"
same "command lines traced" "$(grep -c . "$T/lines")" "$n"
cat "$T"/traces/* >"$T/all"
calls() { sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p'; }
holds "it was really seen" [ "$(calls <"$T/all" | grep -c '^openat$')" -gt 1000 ]
# Begun by strace itself, once a line.
grep -v '^[0-9]* *execve(' "$T/all" | calls | sort -u >"$T/made"
same "one program a line" "$n" "$(calls <"$T/all" | grep -c '^execve$')"
same "nothing of what changes anything" "" "$(grep -v '^execve$' "$T/banned" | comm -12 "$T/made" - | tr '\n' ' ')"
same "nothing is opened for writing but /dev/null, to stand for what is missing" "" \
	"$(grep -E "^[0-9]* *open(at2?)?\(.*($writes)" "$T/all" | grep -v '"/dev/null", O_RDWR) ' | head -n 2)"
same "nothing is written but to the two outputs, and to its own sockets" "" \
	"$(grep -E '^[0-9]* *(write|writev|pwrite64|sendfile)\(' "$T/all" |
		grep -v -E '(write|writev)\([12]<|(write|writev)\([0-9]*<(socket|anon_inode|pipe|UNIX|NETLINK)' | head -n 2)"
same "no signal but to its own process for names" "" "$(grep -E '^[0-9]* *kill\(' "$T/all" | head -n 2)"

# Namespaces: PID of the main thread is that of the execve.
for one in "$T"/traces/*; do
	main=$(awk '/execve\(/ { print $1; exit }' "$one")
	grep -E "^$main +(setns|unshare)\(" "$one"
done >"$T/moved"
same "the main thread stays in its namespaces" "" "$(head -n 2 "$T/moved")"
holds "another one went, and came to its end there" grep -q 'setns(' "$T/all"
same "into network namespaces only" "" "$(grep 'setns(' "$T/all" | grep -v CLONE_NEWNET | head -n 2)"

# Families of sockets: what is not there yet could be a module that is loaded for us.
same "families of sockets" "" "$(grep -E '^[0-9]* *socket\(' "$T/all" |
	grep -v -E 'socket\(AF_(INET6?|NETLINK|UNIX),' | head -n 2)"
same "of netlink sock_diag, and libc's own" "" \
	"$(grep -E '^[0-9]* *socket\(AF_NETLINK' "$T/all" | grep -v -E 'NETLINK_SOCK_DIAG|NETLINK_ROUTE' | head -n 2)"
# Who asks for a family or a protocol may be answered by a module that is loaded for it (net-pf-16-proto-4-type-N).
same "from text alone nobody is asked" "" "$(grep -h NETLINK_SOCK_DIAG "$T/traces/$text_line" | head -n 2)"
ip netns add "traceless$$" 2>"$T/err" && netns=yes
if [ "${netns-}" ]; then
	# Nobody has any socket there: nobody is asked about what is rare.
	ip netns exec "traceless$$" strace -f -qq -e trace=sendto,sendmsg -o "$T/trace" "$FDMAP" -nP --sockets \
		-a -p $$ >/dev/null 2>&1 9>&-
	same "families that only a diag module knows are asked for only where there is such a socket" "" \
		"$(sed -n 's/.*sdiag_family=\([A-Z0-9_a-fx]*\).*/\1/p' "$T/trace" | grep -v -E '^AF_(INET6?|UNIX)$' | sort -u)"
	ip netns del "traceless$$"
else
	skip "families that only a diag module knows" "$(cat "$T/err")"
fi

# ---- what is left ----

# One that dies of a signal in the middle, and one whose reader is gone, leave nothing, either.
for signal in TERM KILL; do
	for engine in proc bpf; do
		for delay in 0.005 0.02; do
			TMPDIR=$T/tmp timeout -s $signal $delay "$FDMAP" -nP --engine=$engine --unowned >/dev/null 2>&1 </dev/null 9>&-
		done
	done
done
TMPDIR=$T/tmp "$FDMAP" -nP 2>/dev/null </dev/null 9>&- | head -n 1 >/dev/null
cd / || exit 1
# shellcheck disable=SC2317 # passed by name
nothing_left() {
	things | diff "$T/things" - >"$T/left"
}
await 10 nothing_left
same "no file, queue, mount or process is left" "" "$(head -n 4 "$T/left")"
if [ -r /proc/modules ]; then
	same "no module was loaded" "" "$(modules | comm -13 "$T/modules" - | tr '\n' ' ')"
else
	skip "no module was loaded" "the kernel has none"
fi
# shellcheck disable=SC2317
no_object() {
	objects | comm -12 "$T/new" - >"$T/stay"
	mv "$T/stay" "$T/new"
	[ ! -s "$T/new" ]
}
if have bpftool && [ -s "$T/objects" ]; then
	# What others load meanwhile comes and goes: what is always there is ours.
	objects | comm -13 "$T/objects" - >"$T/new"
	holds "no BPF program, map or link is left" await 10 no_object
else
	skip "no BPF program, map or link is left" "no bpftool, or it may not"
fi
finish
