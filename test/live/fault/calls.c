/* SPDX-License-Identifier: MIT */
/* Calls of the program to the C library that may fail; the linker brings them here (--wrap). */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "test/live/fault/fault.h"

struct mnl_socket;

/* A call a line begins so: the Makefile tells the linker of them. */
#define CALL FAULT_WRAPPER

/* Optional arguments are passed on as they come: of the machines we know no ABI minds. */
CALL(int, open64, FAULT_OPEN, -1, (const char *path, int flags, int mode), (path, flags, mode))
CALL(int, openat64, FAULT_OPEN, -1, (int dir, const char *path, int flags, int mode),
     (dir, path, flags, mode))
CALL(FILE *, fopen64, FAULT_OPEN, NULL, (const char *path, const char *how), (path, how))
CALL(int, open_by_handle_at, FAULT_OPEN, -1, (int mount, void *handle, int flags),
     (mount, handle, flags))

CALL(ssize_t, readlink, FAULT_LINK, -1, (const char *path, char *to, size_t n), (path, to, n))
CALL(ssize_t, readlinkat, FAULT_LINK, -1, (int dir, const char *path, char *to, size_t n),
     (dir, path, to, n))

CALL(int, statx, FAULT_STAT, -1,
     (int dir, const char *path, int flags, unsigned mask, struct statx *to),
     (dir, path, flags, mask, to))
CALL(int, stat64, FAULT_STAT, -1, (const char *path, void *to), (path, to))
CALL(int, fstat64, FAULT_STAT, -1, (int fd, void *to), (fd, to))
CALL(int, fstatat64, FAULT_STAT, -1, (int dir, const char *path, void *to, int flags),
     (dir, path, to, flags))
CALL(int, fstatfs64, FAULT_STAT, -1, (int fd, void *to), (fd, to))
CALL(int, faccessat, FAULT_STAT, -1, (int dir, const char *path, int mode, int flags),
     (dir, path, mode, flags))

CALL(DIR *, fdopendir, FAULT_LIST, NULL, (int fd), (fd))
CALL(struct dirent64 *, readdir64, FAULT_LIST, NULL, (DIR *dir), (dir))

CALL(int, socket, FAULT_SOCKET, -1, (int family, int type, int protocol), (family, type, protocol))
CALL(int, socketpair, FAULT_SOCKET, -1, (int family, int type, int protocol, int *v),
     (family, type, protocol, v))
CALL(struct mnl_socket *, mnl_socket_open2, FAULT_SOCKET, NULL, (int bus, int flags), (bus, flags))
CALL(int, mnl_socket_bind, FAULT_SOCKET, -1, (struct mnl_socket * nl, unsigned groups, int pid),
     (nl, groups, pid))
CALL(int, connect, FAULT_SOCKET, -1, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
CALL(ssize_t, mnl_socket_sendto, FAULT_SEND, -1,
     (const struct mnl_socket *nl, const void *from, size_t n), (nl, from, n))
CALL(ssize_t, send, FAULT_SEND, -1, (int fd, const void *from, size_t n, int flags),
     (fd, from, n, flags))
CALL(ssize_t, recv, FAULT_RECV, -1, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
CALL(ssize_t, recvfrom, FAULT_RECV, -1,
     (int fd, void *to, size_t n, int flags, struct sockaddr *from, socklen_t *len),
     (fd, to, n, flags, from, len))

CALL(void *, mmap64, FAULT_MMAP, MAP_FAILED,
     (void *at, size_t n, int prot, int flags, int fd, off_t from), (at, n, prot, flags, fd, from))
CALL(int, pthread_create, FAULT_THREAD, errno,
     (pthread_t * thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg),
     (thread, attr, start, arg))
CALL(int, pipe2, FAULT_PIPE, -1, (int *v, int flags), (v, flags))
CALL(int, memfd_create, FAULT_PIPE, -1, (const char *name, unsigned flags), (name, flags))
CALL(int, poll, FAULT_POLL, -1, (struct pollfd * v, nfds_t n, int ms), (v, n, ms))
CALL(int, setns, FAULT_NETNS, -1, (int fd, int what), (fd, what))
CALL(int, unshare, FAULT_NETNS, -1, (int what), (what))
CALL(int, fork, FAULT_FORK, -1, (void), ())
CALL(int, ioctl, FAULT_IOCTL, -1, (int fd, unsigned long what, void *arg), (fd, what, arg))
CALL(off_t, lseek64, FAULT_SEEK, -1, (int fd, off_t at, int from), (fd, at, from))
CALL(ssize_t, getxattr, FAULT_XATTR, -1, (const char *path, const char *name, void *to, size_t n),
     (path, name, to, n))
CALL(int, getsockopt, FAULT_SOCKOPT, -1, (int fd, int level, int what, void *to, socklen_t *n),
     (fd, level, what, to, n))
CALL(ssize_t, write, FAULT_WRITE, -1, (int fd, const void *from, size_t n), (fd, from, n))

static enum fault_call call_of(long number)
{
	switch (number) {
	case SYS_getdents64:
		return FAULT_LIST;
	case SYS_bpf:
		return FAULT_BPF;
	case SYS_pidfd_open:
	case SYS_pidfd_getfd:
		return FAULT_PIDFD;
	case SYS_openat2:
		return FAULT_OPEN;
	default:
		return FAULT_STAT;
	}
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	if (fault_strikes(call_of(number), "syscall"))
		return -1;
	return __real_syscall(number, a, b, c, d, e, f);
}

/* Files may be read in pieces, and the stream of a BPF iterator; not messages, nor counters. */
static bool is_file(int fd)
{
	static const char iterator[] = "anon_inode:bpf_iter";
	char link[64], text[64];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return true;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, text, sizeof(text));
	return n == (ssize_t)strlen(iterator) && memcmp(text, iterator, (size_t)n) == 0;
}

ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __wrap_read(int fd, void *to, size_t n)
{
	struct fault *f = fault;

	if (fault_strikes(FAULT_READ, "read"))
		return -1;
	if (f && (f->piece || f->eintr)) {
		/* What is counted here is in no plan. */
		fault = NULL;
		bool file = is_file(fd);

		fault = f;
		if (file && f->eintr && atomic_fetch_add(&f->reads, 1) % 2 == 0) {
			errno = EINTR;
			return -1;
		}
		if (file && f->piece && n > f->piece)
			n = f->piece;
	}
	return __real_read(fd, to, n);
}
