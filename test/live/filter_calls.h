/* SPDX-License-Identifier: MIT */
/* For filter.c: names of calls. What this machine, or these headers, do not have is never called. */
#ifdef SYS_access
CALL(access),
#else
{ "access", ~0u },
#endif
#ifdef SYS_arch_prctl
CALL(arch_prctl),
#else
{ "arch_prctl", ~0u },
#endif
#ifdef SYS_bind
CALL(bind),
#else
{ "bind", ~0u },
#endif
#ifdef SYS_bpf
CALL(bpf),
#else
{ "bpf", ~0u },
#endif
#ifdef SYS_brk
CALL(brk),
#else
{ "brk", ~0u },
#endif
#ifdef SYS_capget
CALL(capget),
#else
{ "capget", ~0u },
#endif
#ifdef SYS_capset
CALL(capset),
#else
{ "capset", ~0u },
#endif
#ifdef SYS_clock_gettime
CALL(clock_gettime),
#else
{ "clock_gettime", ~0u },
#endif
#ifdef SYS_clock_nanosleep
CALL(clock_nanosleep),
#else
{ "clock_nanosleep", ~0u },
#endif
#ifdef SYS_clone
CALL(clone),
#else
{ "clone", ~0u },
#endif
#ifdef SYS_clone3
CALL(clone3),
#else
{ "clone3", ~0u },
#endif
#ifdef SYS_close
CALL(close),
#else
{ "close", ~0u },
#endif
#ifdef SYS_close_range
CALL(close_range),
#else
{ "close_range", ~0u },
#endif
#ifdef SYS_connect
CALL(connect),
#else
{ "connect", ~0u },
#endif
#ifdef SYS_dup2
CALL(dup2),
#else
{ "dup2", ~0u },
#endif
#ifdef SYS_dup3
CALL(dup3),
#else
{ "dup3", ~0u },
#endif
#ifdef SYS_exit
CALL(exit),
#else
{ "exit", ~0u },
#endif
#ifdef SYS_exit_group
CALL(exit_group),
#else
{ "exit_group", ~0u },
#endif
#ifdef SYS_faccessat
CALL(faccessat),
#else
{ "faccessat", ~0u },
#endif
#ifdef SYS_fcntl
CALL(fcntl),
#else
{ "fcntl", ~0u },
#endif
#ifdef SYS_fstat
CALL(fstat),
#else
{ "fstat", ~0u },
#endif
#ifdef SYS_fstatfs
CALL(fstatfs),
#else
{ "fstatfs", ~0u },
#endif
#ifdef SYS_futex
CALL(futex),
#else
{ "futex", ~0u },
#endif
#ifdef SYS_getcpu
CALL(getcpu),
#else
{ "getcpu", ~0u },
#endif
#ifdef SYS_getdents64
CALL(getdents64),
#else
{ "getdents64", ~0u },
#endif
#ifdef SYS_getegid
CALL(getegid),
#else
{ "getegid", ~0u },
#endif
#ifdef SYS_geteuid
CALL(geteuid),
#else
{ "geteuid", ~0u },
#endif
#ifdef SYS_getgid
CALL(getgid),
#else
{ "getgid", ~0u },
#endif
#ifdef SYS_getpeername
CALL(getpeername),
#else
{ "getpeername", ~0u },
#endif
#ifdef SYS_getpgrp
CALL(getpgrp),
#else
{ "getpgrp", ~0u },
#endif
#ifdef SYS_getpid
CALL(getpid),
#else
{ "getpid", ~0u },
#endif
#ifdef SYS_getrandom
CALL(getrandom),
#else
{ "getrandom", ~0u },
#endif
#ifdef SYS_getresgid
CALL(getresgid),
#else
{ "getresgid", ~0u },
#endif
#ifdef SYS_getresuid
CALL(getresuid),
#else
{ "getresuid", ~0u },
#endif
#ifdef SYS_getrusage
CALL(getrusage),
#else
{ "getrusage", ~0u },
#endif
#ifdef SYS_getsockname
CALL(getsockname),
#else
{ "getsockname", ~0u },
#endif
#ifdef SYS_getsockopt
CALL(getsockopt),
#else
{ "getsockopt", ~0u },
#endif
#ifdef SYS_gettid
CALL(gettid),
#else
{ "gettid", ~0u },
#endif
#ifdef SYS_gettimeofday
CALL(gettimeofday),
#else
{ "gettimeofday", ~0u },
#endif
#ifdef SYS_getuid
CALL(getuid),
#else
{ "getuid", ~0u },
#endif
#ifdef SYS_getxattr
CALL(getxattr),
#else
{ "getxattr", ~0u },
#endif
#ifdef SYS_ioctl
CALL(ioctl),
#else
{ "ioctl", ~0u },
#endif
#ifdef SYS_kill
CALL(kill),
#else
{ "kill", ~0u },
#endif
#ifdef SYS_lseek
CALL(lseek),
#else
{ "lseek", ~0u },
#endif
#ifdef SYS_madvise
CALL(madvise),
#else
{ "madvise", ~0u },
#endif
#ifdef SYS_memfd_create
CALL(memfd_create),
#else
{ "memfd_create", ~0u },
#endif
#ifdef SYS_mmap
CALL(mmap),
#else
{ "mmap", ~0u },
#endif
#ifdef SYS_mprotect
CALL(mprotect),
#else
{ "mprotect", ~0u },
#endif
#ifdef SYS_mremap
CALL(mremap),
#else
{ "mremap", ~0u },
#endif
#ifdef SYS_munmap
CALL(munmap),
#else
{ "munmap", ~0u },
#endif
#ifdef SYS_newfstatat
CALL(newfstatat),
#else
{ "newfstatat", ~0u },
#endif
#ifdef SYS_open_by_handle_at
CALL(open_by_handle_at),
#else
{ "open_by_handle_at", ~0u },
#endif
#ifdef SYS_openat
CALL(openat),
#else
{ "openat", ~0u },
#endif
#ifdef SYS_openat2
CALL(openat2),
#else
{ "openat2", ~0u },
#endif
#ifdef SYS_pidfd_getfd
CALL(pidfd_getfd),
#else
{ "pidfd_getfd", ~0u },
#endif
#ifdef SYS_pidfd_open
CALL(pidfd_open),
#else
{ "pidfd_open", ~0u },
#endif
#ifdef SYS_pipe2
CALL(pipe2),
#else
{ "pipe2", ~0u },
#endif
#ifdef SYS_poll
CALL(poll),
#else
{ "poll", ~0u },
#endif
#ifdef SYS_ppoll
CALL(ppoll),
#else
{ "ppoll", ~0u },
#endif
#ifdef SYS_prctl
CALL(prctl),
#else
{ "prctl", ~0u },
#endif
#ifdef SYS_pread64
CALL(pread64),
#else
{ "pread64", ~0u },
#endif
#ifdef SYS_prlimit64
CALL(prlimit64),
#else
{ "prlimit64", ~0u },
#endif
#ifdef SYS_read
CALL(read),
#else
{ "read", ~0u },
#endif
#ifdef SYS_readlink
CALL(readlink),
#else
{ "readlink", ~0u },
#endif
#ifdef SYS_readlinkat
CALL(readlinkat),
#else
{ "readlinkat", ~0u },
#endif
#ifdef SYS_recvfrom
CALL(recvfrom),
#else
{ "recvfrom", ~0u },
#endif
#ifdef SYS_recvmsg
CALL(recvmsg),
#else
{ "recvmsg", ~0u },
#endif
#ifdef SYS_restart_syscall
CALL(restart_syscall),
#else
{ "restart_syscall", ~0u },
#endif
#ifdef SYS_rseq
CALL(rseq),
#else
{ "rseq", ~0u },
#endif
#ifdef SYS_rt_sigaction
CALL(rt_sigaction),
#else
{ "rt_sigaction", ~0u },
#endif
#ifdef SYS_rt_sigprocmask
CALL(rt_sigprocmask),
#else
{ "rt_sigprocmask", ~0u },
#endif
#ifdef SYS_rt_sigreturn
CALL(rt_sigreturn),
#else
{ "rt_sigreturn", ~0u },
#endif
#ifdef SYS_sched_getaffinity
CALL(sched_getaffinity),
#else
{ "sched_getaffinity", ~0u },
#endif
#ifdef SYS_sched_yield
CALL(sched_yield),
#else
{ "sched_yield", ~0u },
#endif
#ifdef SYS_sendmmsg
CALL(sendmmsg),
#else
{ "sendmmsg", ~0u },
#endif
#ifdef SYS_sendmsg
CALL(sendmsg),
#else
{ "sendmsg", ~0u },
#endif
#ifdef SYS_sendto
CALL(sendto),
#else
{ "sendto", ~0u },
#endif
#ifdef SYS_set_robust_list
CALL(set_robust_list),
#else
{ "set_robust_list", ~0u },
#endif
#ifdef SYS_set_tid_address
CALL(set_tid_address),
#else
{ "set_tid_address", ~0u },
#endif
#ifdef SYS_setns
CALL(setns),
#else
{ "setns", ~0u },
#endif
#ifdef SYS_setresgid
CALL(setresgid),
#else
{ "setresgid", ~0u },
#endif
#ifdef SYS_setresuid
CALL(setresuid),
#else
{ "setresuid", ~0u },
#endif
#ifdef SYS_setsid
CALL(setsid),
#else
{ "setsid", ~0u },
#endif
#ifdef SYS_setsockopt
CALL(setsockopt),
#else
{ "setsockopt", ~0u },
#endif
#ifdef SYS_socket
CALL(socket),
#else
{ "socket", ~0u },
#endif
#ifdef SYS_socketpair
CALL(socketpair),
#else
{ "socketpair", ~0u },
#endif
#ifdef SYS_statx
CALL(statx),
#else
{ "statx", ~0u },
#endif
#ifdef SYS_sysinfo
CALL(sysinfo),
#else
{ "sysinfo", ~0u },
#endif
#ifdef SYS_uname
CALL(uname),
#else
{ "uname", ~0u },
#endif
#ifdef SYS_wait4
CALL(wait4),
#else
{ "wait4", ~0u },
#endif
#ifdef SYS_write
CALL(write),
#else
{ "write", ~0u },
#endif
#ifdef SYS_writev
CALL(writev),
#else
{ "writev", ~0u },
#endif
