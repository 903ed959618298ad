/* SPDX-License-Identifier: MIT */
/*
 * load tiny|small|large|fat|ns [SCALE] | load scale DESCRIPTORS
 *
 * Forks idle processes that hold files, sockets, pipes and the like, below the
 * current directory, which should be empty. Prints what to ask for as KEY=VALUE
 * lines, then "ready", and ends them all when its input or its parent ends. SCALE
 * multiplies the processes, of "fat" the descriptors. As root every 4th is nobody.
 */
#include "test/bench/mix.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define SKIP 77

static const struct kind {
	const char *name;
	int processes, units, pairs;
	int apart; /* every 4th process has a network namespace of its own */
} kinds[] = {
	{ "tiny", 8, 1, 5, 0 },
	{ "small", 200, 1, 5, 0 },
	{ "large", 2000, 2, 6, 0 },
	{ "fat", 1, 399, 5, 0 },
	{ "ns", 200, 1, 5, 1 },
	{ "scale", 1, 0, 2, 0 }, /* units 0: MIX_MANY descriptors */
};

static int is_free(int type, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	int rc = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	close(fd);
	return rc;
}

/* The first port that nobody uses, of those that the kernel gives nobody by itself. */
static int find_port(int from)
{
	for (int port = from; port < 30000; port++)
		if (is_free(SOCK_STREAM, port) && is_free(SOCK_DGRAM, port))
			return port;
	errx(1, "no port is free");
}

/* Exit status SKIP: it may not have a namespace. */
static void leave_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET)) {
		warn("network namespace");
		_exit(SKIP);
	}
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
		err(1, "lo");
	close(fd);
}

static void become_nobody(void)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		err(1, "nobody");
	/* As if it had been started so: /proc/PID belongs to nobody, too. */
	prctl(PR_SET_DUMPABLE, 1);
}

static _Noreturn void hold(const struct kind *kind, const struct mix *m, int ready, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		err(1, "/dev/null");
	close(null);
	if (kind->apart && m->index % 4 == 2)
		leave_network();
	mix_open(m);
	if (geteuid() == 0 && m->index % 4 == 3)
		become_nobody();
	/* Only now: another user ID would have reset it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || write(ready, "+", 1) != 1)
		_exit(1);
	/* No number becomes free: there are as many descriptors as was said. */
	if (dup2(0, 2) < 0 || dup2(0, ready) < 0)
		_exit(1);
	for (;;)
		pause();
}

/* All are forked first, so that every CPU has something to do. */
static void fork_all(const struct kind *kind, struct mix *m, pid_t *pids, int processes, int asked)
{
	pid_t self = getpid();
	int p[2], port = m->port;
	char bytes[512];
	ssize_t n;

	if (pipe(p))
		err(1, "pipe");
	for (int i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			err(1, "fork");
		if (pids[i] == 0) {
			close(p[0]);
			m->index = i;
			m->port = i == asked ? port : 0;
			hold(kind, m, p[1], self);
		}
	}
	close(p[1]);
	for (int left = processes; left > 0; left -= (int)n) {
		n = read(p[0], bytes, sizeof(bytes));
		if (n <= 0)
			break;
	}
	close(p[0]);
}

static void end_all(const pid_t *pids, int processes)
{
	for (int i = 0; i < processes; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
}

/* The status of a process that has ended though none should, or 0. */
static int early_end(void)
{
	int status;

	if (waitpid(-1, &status, WNOHANG) <= 0)
		return 0;
	return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
}

static void say(struct mix *m, const pid_t *pids, int processes, int asked)
{
	char name[96], dir[4096];

	if (!getcwd(dir, sizeof(dir)))
		err(1, "getcwd");
	printf("PROCESSES=%d\n", processes);
	printf("DESCRIPTORS=%ld\n", (long)processes * (m->units ? m->units * MIX_UNIT : MIX_MANY));
	printf("PID=%d\nPORT=%d\nFREE=%d\n", pids[asked], m->port, find_port(m->port + 1));
	m->index = asked;
	mix_file(name, sizeof(name), m);
	printf("FILE=%s/%s\n", dir, name);
	mix_unix(name, sizeof(name), m);
	printf("UNIX=%s\n", name);
	puts("ready");
	fflush(stdout);
}

/* As many descriptors as the limit allows; the rest is for what is opened and closed again. */
static int fit_limit(int units)
{
	struct rlimit limit;
	rlim_t most;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		err(1, "RLIMIT_NOFILE");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		err(1, "RLIMIT_NOFILE");
	most = (limit.rlim_max - 10) / MIX_UNIT;
	if (units == 0 && most * MIX_UNIT < MIX_MANY)
		errx(SKIP, "RLIMIT_NOFILE is too low");
	return (rlim_t)units > most ? (int)most : units;
}

static int scaled(int n, double by)
{
	n = (int)(n * by);
	return n > 0 ? n : 1;
}

int main(int argc, char **argv)
{
	const struct kind *kind = kinds, *end = kinds + sizeof(kinds) / sizeof(*kinds);
	double scale = argc > 2 ? atof(argv[2]) : 1;
	int processes, asked, rc;
	pid_t *pids;
	char byte;

	while (kind < end && (argc < 2 || strcmp(argv[1], kind->name) != 0))
		kind++;
	if (kind == end || argc > 3 || scale <= 0)
		errx(2, "usage: load tiny|small|large|fat|ns [SCALE] | load scale DESCRIPTORS");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* What a shell left open would count. */
	close_range(3, ~0u, 0);
	struct mix m = { .units = kind->units, .pairs = kind->pairs, .group = getpid() };

	if (kind->processes > 1)
		processes = scaled(kind->processes, scale);
	else
		processes = m.units ? 1 : scaled(1, scale / MIX_MANY);
	if (kind->processes == 1 && m.units)
		m.units = scaled(m.units, scale);
	m.units = fit_limit(m.units);
	/* One in the middle, that is neither nobody nor in another namespace. */
	asked = processes > 1 ? processes / 2 / 4 * 4 + 1 : 0;
	/* Loads beside each other look in different places. */
	m.port = find_port(20000 + getpid() * 7 % 9000);
	pids = calloc((size_t)processes, sizeof(*pids));
	if (!pids)
		err(1, "calloc");
	mix_prepare(&m);
	fork_all(kind, &m, pids, processes, asked);
	rc = early_end();
	if (rc == 0) {
		say(&m, pids, processes, asked);
		while (read(STDIN_FILENO, &byte, 1) > 0)
			;
	}
	end_all(pids, processes);
	free(pids);
	return rc;
}
