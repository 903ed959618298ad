/* SPDX-License-Identifier: MIT */
/*
 * churn [DIR]: processes and descriptors that come and go as fast as they can until
 * SIGTERM or the end of its parent. Prints how many processes there were.
 *
 * With DIR everything that comes and goes says whose it is, so that a row that is a
 * mixture of two can be told from a true one:
 *
 *   cPID.GENA   command of a process and name of its files, UNIX socket and memfd, which
 *               it has from then on; GEN is of no other process, A becomes B by an exec
 *   TTID        command of a thread
 *   sPID.K.GEN  what is in place K of one process, whose places are always in use
 *
 * A file and a memfd hold 100000 + GEN bytes. Where the kernel lets us choose PIDs, half of
 * the processes have one of a few, again and again. Prints totals at the end.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIDS_SEEN 65536
#define PLACES 40
#define FIRST_PLACE 100

static volatile sig_atomic_t stop;

/* Shared by all processes; one that has called exec has it no more. */
static struct totals {
	atomic_ulong forks, execs, reused, threads, renumbered, passed, connects, maps, turn;
	atomic_uchar seen[PIDS_SEEN];
} *all;

static const char *dir;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static void count(atomic_ulong *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

static unsigned next_turn(void)
{
	return (unsigned)(atomic_fetch_add_explicit(&all->turn, 1, memory_order_relaxed) % 100000);
}

/* ---- without DIR ---- */

static void live_shortly(unsigned long turn)
{
	int p[2], s[2];

	for (int i = 0; i < 8; i++) {
		if (open("/dev/null", O_RDONLY) < 0 || pipe(p) ||
		    socketpair(AF_UNIX, SOCK_STREAM, 0, s))
			break;
		close(p[turn % 2]);
	}
	if (turn % 4 == 0)
		usleep(500);
}

static int churn_nameless(void)
{
	unsigned long turns = 0;

	puts("ready");
	fflush(stdout);
	while (!stop) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			live_shortly(turns);
			_exit(0);
		}
		turns++;
		/* Some are waited for late, so that there are zombies too. */
		if (turns % 16 == 0)
			while (waitpid(-1, NULL, 0) > 0)
				;
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	printf("%lu\n", turns);
	return 0;
}

/* ---- what has a name ---- */

static int named_file(const char *token, unsigned turn)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, token);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		unlink(path);
		if (ftruncate(fd, 100000 + (off_t)turn) < 0)
			_exit(1);
	}
	return fd;
}

static int named_memfd(const char *token, unsigned turn)
{
	int fd = memfd_create(token, MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, 100000 + (off_t)turn) < 0)
		_exit(1);
	return fd;
}

static int named_socket(const char *token)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = strlen(token);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(a.sun_path + 1, token, n);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, (socklen_t)(sizeof(a.sun_family) + 1 + n)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* To nobody: what matters is that it is there for a moment, under a number that had another. */
static void connect_shortly(int fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) },
				 .sin_port = htons(9) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)!connect(s, (struct sockaddr *)&a, sizeof(a));
	dup2(s, fd);
	close(s);
}

/* Its directory, too, has the name, and is gone when it is entered. */
static void enter_named(const char *token)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s.d", dir, token);
	if (mkdir(path, 0700) == 0 && chdir(path) == 0)
		rmdir(path);
}

/* The name is there before what is named so. */
static void live_named(unsigned turn, char generation)
{
	char token[32];
	int file, sock;

	(void)snprintf(token, sizeof(token), "c%d.%u%c", getpid(), turn, generation);
	prctl(PR_SET_NAME, token);
	if (turn % 4 == 0)
		enter_named(token);
	file = named_file(token, turn);
	sock = named_socket(token);
	(void)named_memfd(token, turn);
	/* Numbers change hands. */
	dup2(file, 10);
	dup2(sock, 11);
	dup2(sock, 10);
	dup2(file, 11);
	if (turn % 3 == 0 && file >= 0) {
		(void)!mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
		if (all)
			count(&all->maps);
	}
	if (turn % 5 == 0) {
		connect_shortly(10);
		if (all)
			count(&all->connects);
	}
	if (turn % 8 == 0)
		usleep(generation == 'A' ? 800 : 300);
}

/* Files go with the exec, but for the two whose numbers were chosen; these go at once. */
static _Noreturn void go_on(unsigned turn)
{
	char number[16];
	char *argv[] = { (char *)"churn", (char *)"-", (char *)dir, number, NULL };

	(void)snprintf(number, sizeof(number), "%u", turn);
	close(10);
	close(11);
	execv("/proc/self/exe", argv);
	_exit(1);
}

static _Noreturn void be_child(void)
{
	unsigned turn = next_turn();

	signal(SIGTERM, SIG_DFL);
	live_named(turn, 'A');
	if (turn % 6 == 0) {
		count(&all->execs);
		go_on(turn);
	}
	_exit(0);
}

/* ---- those who make it come and go ---- */

/* A process with this number; 0: with any. As fork; the child does not return. */
static pid_t spawn(pid_t pid)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t got;

	if (pid) {
		args.set_tid = (uint64_t)(uintptr_t)&pid;
		args.set_tid_size = 1;
	}
	got = pid ? (pid_t)syscall(SYS_clone3, &args, sizeof(args)) : fork();
	if (got == 0)
		be_child();
	if (got > 0) {
		count(&all->forks);
		if (atomic_exchange_explicit(&all->seen[got % PIDS_SEEN], 1, memory_order_relaxed))
			count(&all->reused);
	}
	return got;
}

/* Some are waited for late, so that there are zombies too. */
static void fork_on(void)
{
	for (unsigned long n = 1; !stop; n++) {
		if (spawn(0) < 0)
			usleep(1000);
		if (n % 8 == 0)
			while (waitpid(-1, NULL, 0) > 0)
				;
	}
}

/* Three numbers, which never stay free for long. */
static void fork_on_as(void)
{
	pid_t numbers[] = { 380 + getpid() % 7, 14000 + getpid() % 900, 31000 + getpid() % 900 };
	pid_t alive[3] = { 0 };

	for (unsigned long n = 0; !stop; n++) {
		unsigned i = n % 3;

		if (alive[i] > 0)
			waitpid(alive[i], NULL, 0);
		alive[i] = spawn(numbers[i]);
		/* May not choose, or somebody has it. */
		if (alive[i] < 0)
			alive[i] = spawn(0);
	}
}

static void *be_thread(void *arg)
{
	char token[32];

	(void)arg;
	(void)snprintf(token, sizeof(token), "T%ld", syscall(SYS_gettid));
	prctl(PR_SET_NAME, token);
	usleep(300);
	return NULL;
}

static void thread_on(void)
{
	while (!stop) {
		pthread_t t[4];
		unsigned n = 0;

		while (n < 4 && pthread_create(&t[n], NULL, be_thread, NULL) == 0)
			n++;
		for (unsigned i = 0; i < n; i++) {
			pthread_join(t[i], NULL);
			count(&all->threads);
		}
	}
}

static int any_kind(unsigned place, unsigned turn)
{
	char token[48];
	int p[2];

	(void)snprintf(token, sizeof(token), "s%d.%u.%u", getpid(), place, turn);
	switch (turn % 5) {
	case 0:
		return named_file(token, turn);
	case 1:
		return named_memfd(token, turn);
	case 2:
		return named_socket(token);
	case 3:
		return eventfd(0, EFD_CLOEXEC);
	default:
		if (pipe2(p, O_CLOEXEC) < 0)
			return -1;
		close(p[1]);
		return p[0];
	}
}

static void renumber_on(void)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "s%d", getpid());
	prctl(PR_SET_NAME, name);
	while (!stop) {
		unsigned turn = next_turn(), place = turn % 7 * 5 + turn / 7 % 5;
		int fd = any_kind(place, turn);

		if (fd < 0)
			continue;
		dup2(fd, FIRST_PLACE + (int)(place % PLACES));
		close(fd);
		count(&all->renumbered);
	}
}

static bool pass(int over, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control) };

	if (fd >= 0) {
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
		return sendmsg(over, &m, 0) == 1;
	}
	if (recvmsg(over, &m, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&m))
		return false;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return close(fd) == 0;
}

/* Sockets that are on their way to another process, and for a moment nowhere else. */
static void pass_on(void)
{
	int s[2], pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) < 0)
		return;
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(s[0]);
		while (pass(s[1], -1))
			;
		_exit(0);
	}
	close(s[1]);
	while (!stop && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
		for (int i = 0; i < 2; i++) {
			if (pass(s[0], pair[i]))
				count(&all->passed);
			close(pair[i]);
		}
		if (atomic_load_explicit(&all->passed, memory_order_relaxed) % 64 == 0)
			usleep(100);
	}
}

static int churn_named(void)
{
	void (*const work[])(void) = { fork_on, fork_on_as, fork_on_as, thread_on, renumber_on, pass_on };
	pid_t pids[sizeof(work) / sizeof(work[0])];
	const unsigned n = sizeof(work) / sizeof(work[0]);

	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return 1;
	for (unsigned i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			close(STDIN_FILENO);
			close(STDOUT_FILENO);
			work[i]();
			_exit(0);
		}
	}
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (!stop)
		pause();
	for (unsigned i = 0; i < n; i++)
		if (pids[i] > 0 && kill(pids[i], SIGTERM) == 0)
			waitpid(pids[i], NULL, 0);
	printf("forks=%lu execs=%lu reused=%lu threads=%lu renumbered=%lu passed=%lu connects=%lu maps=%lu\n",
	       all->forks, all->execs, all->reused, all->threads, all->renumbered, all->passed,
	       all->connects, all->maps);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_term };

	if (argc == 4 && strcmp(argv[1], "-") == 0) {
		dir = argv[2];
		live_named((unsigned)atoi(argv[3]), 'B');
		/* A sanitizer would look for leaks in a process of its own, by this one's name. */
		_exit(0);
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGTERM, &act, NULL);
	if (argc != 2)
		return churn_nameless();
	dir = argv[1];
	return churn_named();
}
