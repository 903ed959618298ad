/* SPDX-License-Identifier: MIT */
/*
 * cast PORT: processes that hold what two processes share, threads, odd names
 * and other users' files, all stopped. Listens on PORT of 127.0.0.1, PORT+1 of
 * all addresses and PORT+2; keeps its files in the working directory. Prints
 * "part NAME PID" for each, then "ready PID", and ends them with its input.
 */
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROP_BASE 200 /* where props wait for the part that takes them */

enum prop {
	LISTEN4,
	CLIENT4,
	SERVER4,
	LISTEN6,
	CLIENT6,
	SERVER6,
	LISTEN_GUEST,
	HALF,
	HALF_PEER,
	UDP_ANY,
	UDP_A,
	UDP_B,
	UNIX_LISTEN,
	UNIX_CLIENT,
	UNIX_SERVER,
	PAIR_A,
	PAIR_B,
	PIPE_R,
	PIPE_W,
	PTY_MASTER,
	PTY_SLAVE,
	EVENT,
	QUEUE,
	NPROPS
};

struct part {
	const char *label, *comm;
	uid_t uid;
	bool same_group; /* as the part before */
	const enum prop *props;
	void (*more)(void); /* what it opens itself; -1 of anything ends the cast */
};

static int told[2];

static void check(bool right, const char *what)
{
	if (right)
		return;
	perror(what);
	_exit(1);
}

static void hold(enum prop p, int fd, const char *what)
{
	check(fd >= 0 && dup2(fd, PROP_BASE + (int)p) >= 0 && !close(fd), what);
}

static int prop(enum prop p)
{
	return PROP_BASE + (int)p;
}

/* ---- props ---- */

static struct sockaddr_in at4(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static struct sockaddr_in6 at6(int port, bool any)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (!any)
		a.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	return a;
}

static int opened(const void *at, socklen_t len, int type, bool active)
{
	const struct sockaddr *a = at;
	int fd = socket(a->sa_family, type, 0), one = 1;

	check(fd >= 0, "socket");
	if (active) {
		check(!connect(fd, a, len), "connect");
		return fd;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(!bind(fd, a, len), "bind");
	check(type != SOCK_STREAM || !listen(fd, 5), "listen");
	return fd;
}

static void make_tcp(int port)
{
	struct sockaddr_in a = at4(port), guest = at4(port + 2);
	struct sockaddr_in6 any = at6(port + 1, true), one = at6(port + 1, false);

	hold(LISTEN4, opened(&a, sizeof(a), SOCK_STREAM, false), "listener");
	hold(CLIENT4, opened(&a, sizeof(a), SOCK_STREAM, true), "client");
	hold(SERVER4, accept(prop(LISTEN4), NULL, NULL), "accept");
	hold(LISTEN6, opened(&any, sizeof(any), SOCK_STREAM, false), "listener");
	hold(CLIENT6, opened(&one, sizeof(one), SOCK_STREAM, true), "client");
	hold(SERVER6, accept(prop(LISTEN6), NULL, NULL), "accept");
	hold(LISTEN_GUEST, opened(&guest, sizeof(guest), SOCK_STREAM, false), "listener");
	/* Its peer has said that it is done: CLOSE_WAIT here, FIN_WAIT2 there. */
	hold(HALF_PEER, opened(&guest, sizeof(guest), SOCK_STREAM, true), "client");
	hold(HALF, accept(prop(LISTEN_GUEST), NULL, NULL), "accept");
	check(!shutdown(prop(HALF_PEER), SHUT_WR), "shutdown");
	/* Unread, so that its queue is not empty. */
	check(write(prop(CLIENT4), "12345", 5) == 5, "write");
}

static void make_udp(int port)
{
	struct sockaddr_in a = at4(port + 3), b = at4(port + 4);
	struct sockaddr_in6 any = at6(port + 5, true);

	hold(UDP_A, opened(&a, sizeof(a), SOCK_DGRAM, false), "udp");
	hold(UDP_B, opened(&b, sizeof(b), SOCK_DGRAM, false), "udp");
	check(!connect(prop(UDP_A), (struct sockaddr *)&b, sizeof(b)), "connect");
	check(!connect(prop(UDP_B), (struct sockaddr *)&a, sizeof(a)), "connect");
	hold(UDP_ANY, opened(&any, sizeof(any), SOCK_DGRAM, false), "udp");
}

static void make_unix(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char cwd[90];
	int p[2];

	check(getcwd(cwd, sizeof(cwd)) != NULL, "getcwd");
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/sock", cwd);
	hold(UNIX_LISTEN, opened(&a, sizeof(a), SOCK_STREAM, false), "unix");
	hold(UNIX_CLIENT, opened(&a, sizeof(a), SOCK_STREAM, true), "unix");
	hold(UNIX_SERVER, accept(prop(UNIX_LISTEN), NULL, NULL), "accept");
	check(!socketpair(AF_UNIX, SOCK_DGRAM, 0, p), "socketpair");
	hold(PAIR_A, p[0], "pair");
	hold(PAIR_B, p[1], "pair");
}

static void make_local(void)
{
	/* Small: what all of a user's queues may take is 800 KB, ten of the usual size. */
	struct mq_attr small = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char name[32];
	int p[2], master = posix_openpt(O_RDWR | O_NOCTTY);

	check(!pipe(p), "pipe");
	hold(PIPE_R, p[0], "pipe");
	hold(PIPE_W, p[1], "pipe");
	check(master >= 0 && !grantpt(master) && !unlockpt(master), "pty");
	check(!ptsname_r(master, name, sizeof(name)), "pty");
	hold(PTY_SLAVE, open(name, O_RDWR | O_NOCTTY), "pty");
	hold(PTY_MASTER, master, "pty");
	hold(EVENT, eventfd(0, 0), "eventfd");
	snprintf(name, sizeof(name), "/cast-%d", getpid());
	hold(QUEUE, mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &small), "mq_open");
	check(!mq_unlink(name), "mq_unlink");
}

/* ---- what the parts open themselves ---- */

static int file(const char *name, int flags)
{
	int fd = open(name, flags | O_CREAT, 0644);

	check(fd >= 0, name);
	return fd;
}

static void lock(int fd, short type, off_t start, off_t len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	check(!fcntl(fd, F_SETLK, &l), "lock");
}

static void more_web(void)
{
	int fd = file("access.log", O_WRONLY | O_APPEND);

	check(write(fd, "GET /\n", 6) == 6, "write");
	lock(fd, F_WRLCK, 0, 0);
	lock(file("part.lock", O_RDWR), F_RDLCK, 3, 4);
	check(mkfifo("fifo", 0600) == 0 && open("fifo", O_RDWR) >= 0, "fifo");
}

static void more_files(void)
{
	int fd = file("big", O_RDWR);

	check(!ftruncate(fd, 5368709120) && lseek(fd, 4886718345, SEEK_SET) > 0, "big");
	check(lseek(file("small", O_RDWR), 123, SEEK_SET) == 123, "small");
	check(lseek(file("digits", O_RDWR), 12345678, SEEK_SET) > 0, "digits");
	check(!ftruncate(file("kilo", O_RDWR), 1536), "kilo");
	check(!link("kilo", "kilo-too") && !link("kilo", "kilo-three"), "link");
	check(!symlink("kilo", "to-kilo"), "symlink");
	file("gone", O_RDWR);
	check(!unlink("gone"), "unlink");
	fd = file("gone-mapped", O_RDWR);
	check(!ftruncate(fd, 4096), "ftruncate");
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED, "mmap");
	check(!unlink("gone-mapped") && !close(fd), "unlink");
	check(open("kilo", O_PATH) >= 0 && open("to-kilo", O_PATH | O_NOFOLLOW) >= 0, "O_PATH");
	check(open("kilo", O_RDONLY | O_NOATIME | O_NONBLOCK | O_CLOEXEC) >= 0, "flags");
	check(open("kilo", O_WRONLY | O_SYNC | O_APPEND) >= 0, "flags");
	check(open(".", O_RDONLY | O_DIRECTORY) >= 0, "directory");
	check(mkdir("tree", 0755) == 0 && mkdir("tree/below", 0755) == 0, "mkdir");
	file("tree/leaf", O_RDWR);
	file("tree/below/deep", O_RDONLY);
	check(!symlink("../kilo", "tree/out"), "symlink");
	check(!access("mnt", F_OK) || !mkdir("mnt", 0755), "mkdir");
	file("mnt/inside", O_RDWR);
	check(dup2(fd = file("high", O_RDWR), 12345) == 12345 && !close(fd), "dup2");
}

static void more_names(void)
{
	file("caf\xc3\xa9", O_RDONLY);
	file("latin-\xe9", O_RDONLY);
	file("tab\there", O_RDONLY);
	file("line\nbreak", O_RDONLY);
	file("back\\slash", O_RDONLY);
	file("\x1b[31mred", O_RDONLY);
	file("two words", O_RDONLY);
	file("looks (deleted)", O_RDONLY);
	file("zero\xe2\x80\x8bwidth", O_RDONLY);
	file("\xe6\x97\xa5\xe6\x9c\xac", O_RDONLY);
	file("delete\x7f", O_RDONLY);
}

static void more_guest(void)
{
	file("guest.txt", O_RDWR);
}

/* A network of its own: its sockets are in no table that others read. */
static void more_island(void)
{
	struct sockaddr_in a = at4(8080);

	a.sin_addr.s_addr = 0;
	if (unshare(CLONE_NEWNET))
		return;
	opened(&a, sizeof(a), SOCK_STREAM, false);
	opened(&a, sizeof(a), SOCK_DGRAM, false);
}

static void *thread_main(void *name)
{
	prctl(PR_SET_NAME, name);
	check(write(told[1], "+", 1) == 1, "thread");
	for (;;)
		pause();
	return NULL;
}

static void more_pool(void)
{
	static char one[] = "pool one", two[] = "pool-second-thr";
	pthread_t thread;
	char byte;
	int mine[2];

	/* On a pipe of its own, which nobody else reads. */
	check(!pipe(mine), "pipe");
	told[1] = mine[1];
	check(!pthread_create(&thread, NULL, thread_main, one), "thread");
	check(read(mine[0], &byte, 1) == 1, "thread");
	check(!pthread_create(&thread, NULL, thread_main, two), "thread");
	check(read(mine[0], &byte, 1) == 1, "thread");
}

#define PROPS(...) (const enum prop[]){ __VA_ARGS__, NPROPS }

static const struct part parts[] = {
	{ "web", "web", 0, false,
	  PROPS(LISTEN4, SERVER4, LISTEN6, SERVER6, UDP_ANY, UNIX_LISTEN, UNIX_SERVER), more_web },
	{ "client", "client", 4242, true, PROPS(CLIENT4, CLIENT6, UNIX_CLIENT, HALF_PEER), NULL },
	{ "source", "source", 0, false,
	  PROPS(PIPE_W, PTY_MASTER, EVENT, QUEUE, PAIR_A, UDP_A, UNIX_LISTEN), NULL },
	{ "target", "target-of-pipe", 0, false,
	  PROPS(PIPE_R, PTY_SLAVE, EVENT, QUEUE, PAIR_B, UDP_B), NULL },
	{ "pool", "pool of threads", 0, false, PROPS(EVENT), more_pool },
	{ "files", "files", 0, false, PROPS(PIPE_R), more_files },
	{ "names", "na\xc3\xafve", 0, false, PROPS(PIPE_R), more_names },
	{ "guest", "guest", 65534, false, PROPS(LISTEN_GUEST, HALF), more_guest },
	{ "paren", "a) (b", 0, false, PROPS(EVENT), NULL },
	{ "island", "island", 0, false, PROPS(EVENT), more_island },
};

#define NPARTS (sizeof(parts) / sizeof(*parts))

/* ---- the stage ---- */

static _Noreturn void play(const struct part *p)
{
	int at = 3;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int fd = 0; fd < 3; fd++)
		check(dup2(open("/dev/null", fd ? O_WRONLY : O_RDONLY), fd) == fd, "/dev/null");
	check(fcntl(told[1], F_DUPFD, 100) >= 0 && dup2(told[1], 100) == 100, "dup2");
	for (const enum prop *q = p->props; *q != NPROPS; q++)
		check(dup2(prop(*q), at++) >= 0, "dup2");
	close_range((unsigned int)at, 99, 0);
	close_range(101, ~0u, 0);
	if (p->more)
		p->more();
	if (p->uid) {
		check(!setgroups(0, NULL) && !setgid(p->uid) && !setuid(p->uid), "setuid");
		/* Also after a change of user /proc shows whose it is. */
		prctl(PR_SET_DUMPABLE, 1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	prctl(PR_SET_NAME, p->comm);
	check(write(100, "+", 1) == 1 && !close(100), "write");
	for (;;)
		pause();
}

static pid_t start(const struct part *p, pid_t group)
{
	pid_t pid = fork();
	char byte;

	check(pid >= 0, "fork");
	if (!pid)
		play(p);
	check(!setpgid(pid, p->same_group ? group : 0), "setpgid");
	check(read(told[0], &byte, 1) == 1, "a part failed");
	return pid;
}

/* Until the part has closed what it reported on and waits. */
static void freeze(pid_t pid)
{
	int status;

	check(!kill(pid, SIGSTOP), "kill");
	check(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "stop");
}

int main(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0;
	pid_t pids[NPARTS];
	char byte;

	if (port <= 0)
		return 2;
	umask(022);
	make_tcp(port);
	make_udp(port);
	make_unix();
	make_local();
	check(!pipe2(told, O_CLOEXEC), "pipe");
	for (size_t i = 0; i < NPARTS; i++) {
		pids[i] = start(&parts[i], i ? pids[i - 1] : 0);
		printf("part %s %d\n", parts[i].label, pids[i]);
	}
	close_range(PROP_BASE, PROP_BASE + NPROPS, 0);
	usleep(100000);
	for (size_t i = 0; i < NPARTS; i++)
		freeze(pids[i]);
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
