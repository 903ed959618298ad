/* SPDX-License-Identifier: MIT */
/*
 * rings DIR [busy]: registers files of every kind in an io_uring and closes them, so
 * that the ring alone holds them. DIR gets the files. Prints "TYPE NAME" for each, "fd N",
 * "port N", "ready PID", and waits until its input ends; busy: submits all the time. 77:
 * there is no io_uring here.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_FILES 16
#define ENTRIES 128

static int fds[MAX_FILES];
static unsigned nfds;
static const char *dir;

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void add(int fd, const char *type, const char *name)
{
	if (fd < 0)
		fail(name);
	fds[nfds++] = fd;
	printf("%s %s\n", type, name);
}

static void add_file(const char *name, const char *shown, int flags, const char *type)
{
	char path[256], text[256];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)snprintf(text, sizeof(text), "%s/%s", dir, shown);
	add(open(path, flags, 0600), type, text);
}

static void add_tcp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	char name[64];

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(s, (struct sockaddr *)&a, len) || listen(s, 1) ||
	    getsockname(s, (struct sockaddr *)&a, &len))
		fail("listener");
	(void)snprintf(name, sizeof(name), "127.0.0.1:%u (LISTEN)", ntohs(a.sin_port));
	add(s, "IPv4", name);
	printf("port %u\n", ntohs(a.sin_port));
}

static void add_unix(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char name[sizeof(a.sun_path) + 64];
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/sock", dir);
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) || listen(s, 1))
		fail(a.sun_path);
	(void)snprintf(name, sizeof(name), "%s type=STREAM (LISTEN)", a.sun_path);
	add(s, "unix", name);
}

static void add_all(void)
{
	char path[256];
	int ends[2];

	add_file("plain", "plain", O_RDWR | O_CREAT, "REG");
	add_file("odd \t\\\n name", "odd \\t\\\\\\n name", O_RDWR | O_CREAT, "REG");
	add_file("", "", O_RDONLY | O_DIRECTORY, "DIR");
	add_file("gone", "gone (deleted)", O_RDWR | O_CREAT, "unknown");
	(void)snprintf(path, sizeof(path), "%s/gone", dir);
	unlink(path);
	add_file("is (deleted)", "is (deleted)", O_RDWR | O_CREAT, "REG");
	add(open("/dev/null", O_RDWR), "CHR", "/dev/null");
	add_tcp();
	add_unix();
	if (pipe(ends))
		fail("pipe");
	add(ends[0], "FIFO", "pipe");
	close(ends[1]);
	add(eventfd(0, 0), "a_inode", "[eventfd]");
}

/* Empty requests without an end: somebody is always in the ring. */
static _Noreturn void submit(int ring, const struct io_uring_params *p)
{
	size_t sq_len = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq_len = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	int prot = PROT_READ | PROT_WRITE;
	char *sq = mmap(NULL, sq_len, prot, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	char *cq = mmap(NULL, cq_len, prot, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	struct io_uring_sqe *sqes = mmap(NULL, p->sq_entries * sizeof(*sqes), prot, MAP_SHARED,
					 ring, IORING_OFF_SQES);
	struct pollfd in = { .fd = STDIN_FILENO };

	if (sq == MAP_FAILED || cq == MAP_FAILED || sqes == MAP_FAILED)
		fail("mmap");
	for (unsigned i = 0; i < p->sq_entries; i++) {
		sqes[i] = (struct io_uring_sqe){ .opcode = IORING_OP_NOP };
		((unsigned *)(void *)(sq + p->sq_off.array))[i] = i;
	}
	while (poll(&in, 1, 0) == 0) {
		*(unsigned *)(void *)(sq + p->sq_off.tail) += p->sq_entries;
		syscall(SYS_io_uring_enter, ring, p->sq_entries, 0, 0, NULL, 0);
		*(unsigned *)(void *)(cq + p->cq_off.head) =
			*(volatile unsigned *)(void *)(cq + p->cq_off.tail);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	struct io_uring_params p = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, ENTRIES, &p);
	char byte;

	if (argc < 2)
		return 2;
	if (ring < 0)
		return 77;
	dir = argv[1];
	add_all();
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, fds, nfds) < 0)
		return 77;
	for (unsigned i = 0; i < nfds; i++)
		close(fds[i]);
	printf("fd %d\nready %d\n", ring, getpid());
	fflush(stdout);
	if (argc > 2)
		submit(ring, &p);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
