/* SPDX-License-Identifier: MIT */
/*
 * flurry KIND HELD TURNING: a process that holds HELD sockets, and a child that opens
 * and closes TURNING others as fast as it can, until the input ends. Kinds: tcp
 * (listening), conn (connected), udp, unix.
 *
 * The child shows a socket in its places, descriptors from 100 on, only when it is
 * complete; a place without a socket holds /dev/null. So what is seen in place K has
 * K in its address whenever one looks: 127.G.K/256.K%256, or @flurry-PID-K-G; of an
 * accepted connection, in place K + TURNING, that of the other end.
 *
 * Prints "held PID FD NAME" for each, "turning PID FIRST COUNT", "ready".
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST 100

static const char *kind;
static struct sockaddr_in listener = { .sin_family = AF_INET };
static int listening = -1;

static bool is(const char *name)
{
	return strcmp(kind, name) == 0;
}

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int bound_inet(int type, unsigned place, unsigned turn)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct linger now = { 1, 0 };
	int s = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;

	if (s < 0)
		return -1;
	/* Ends at once, without a wait. */
	setsockopt(s, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	a.sin_addr.s_addr = htonl(0x7f000000u | (1 + turn % 200) << 16 | place);
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) == 0)
		return s;
	close(s);
	return -1;
}

static int bound_unix(unsigned place, unsigned turn)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1, "flurry-%d-%u-%u", getpid(), place,
			 turn);

	if (s >= 0 && bind(s, (struct sockaddr *)&a, (socklen_t)(sizeof(a.sun_family) + 1) +
			   (socklen_t)n) == 0 && listen(s, 4) == 0)
		return s;
	close(s);
	return -1;
}

static int connected(unsigned place, unsigned turn, int *other)
{
	int s = bound_inet(SOCK_STREAM, place, turn);

	if (s < 0)
		return -1;
	if (connect(s, (struct sockaddr *)&listener, sizeof(listener)) < 0) {
		close(s);
		return -1;
	}
	*other = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	return s;
}

/* A socket that is complete, or -1; *other: the accepted end of a connection. */
static int make(unsigned place, unsigned turn, int *other)
{
	int s;

	*other = -1;
	if (is("unix"))
		return bound_unix(place, turn);
	if (is("conn"))
		return connected(place, turn, other);
	s = bound_inet(is("udp") ? SOCK_DGRAM : SOCK_STREAM, place, turn);
	if (s >= 0 && is("tcp") && listen(s, 4) < 0) {
		close(s);
		return -1;
	}
	return s;
}

static void name_of(int fd, char *text, size_t len)
{
	struct sockaddr_un u;
	struct sockaddr_in a, b;
	socklen_t n = sizeof(a), m = sizeof(b), un = sizeof(u);

	if (is("unix")) {
		getsockname(fd, (struct sockaddr *)&u, &un);
		(void)snprintf(text, len, "@%.*s",
			       (int)(un - sizeof(u.sun_family)) - 1, u.sun_path + 1);
		return;
	}
	getsockname(fd, (struct sockaddr *)&a, &n);
	(void)snprintf(text, len, "%s:%u", inet_ntoa(a.sin_addr), ntohs(a.sin_port));
	if (is("conn") && getpeername(fd, (struct sockaddr *)&b, &m) == 0)
		(void)snprintf(text + strlen(text), len - strlen(text), "->%s:%u",
			       inet_ntoa(b.sin_addr), ntohs(b.sin_port));
}

static void tell(int fd)
{
	char name[160];

	name_of(fd, name, sizeof(name));
	printf("held %d %d %s\n", getpid(), fd, name);
}

static void listen_for_all(void)
{
	socklen_t n = sizeof(listener);

	listening = bound_inet(SOCK_STREAM, 0xffff, 0);
	if (listening < 0 || listen(listening, 4096) < 0)
		fail("listener");
	getsockname(listening, (struct sockaddr *)&listener, &n);
}

/* Both ends leave their places before one is closed, which resets the other. */
static void put_pair(int place, int end, int s, int other)
{
	int was = dup(place), end_was = dup(end);

	dup2(s, place);
	dup2(other, end);
	close(was);
	close(end_was);
}

static void turn_over(unsigned count)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), other;
	unsigned span = is("conn") ? 2 * count : count;

	if (null < 0)
		fail("/dev/null");
	/* No number below the places' end is ever free. */
	for (int fd = null + 1; fd < FIRST + (int)span; fd++)
		if (fcntl(fd, F_GETFD) < 0 && dup2(null, fd) < 0)
			fail("places");
	srand(1);
	puts("ready");
	fflush(stdout);
	for (unsigned turn = 1;; turn++) {
		int place = FIRST + rand() % (int)count;
		int s = rand() % 2 ? make((unsigned)place, turn, &other) : -1;

		if (is("conn"))
			put_pair(place, place + (int)count, s < 0 ? null : s,
				 s < 0 || other < 0 ? null : other);
		else
			dup2(s < 0 ? null : s, place);
		if (s >= 0)
			close(s);
		if (s >= 0 && other >= 0)
			close(other);
	}
}

int main(int argc, char **argv)
{
	struct rlimit lim;
	unsigned held, count;
	int other;
	char byte;
	pid_t child;

	if (argc != 4)
		return 2;
	kind = argv[1];
	held = (unsigned)atoi(argv[2]);
	count = (unsigned)atoi(argv[3]);
	getrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
	if (is("conn"))
		listen_for_all();
	for (unsigned i = 0; i < held; i++) {
		int s = make(i + 20000, 0, &other);

		if (s < 0)
			fail("make");
		tell(s);
		if (other >= 0)
			tell(other);
	}
	fflush(stdout);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* Numbers of the held ones are too many to be told apart: they go. */
		closefrom(is("conn") ? listening + 1 : 3);
		printf("turning %d %d %u\n", getpid(), FIRST, count);
		turn_over(count);
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
