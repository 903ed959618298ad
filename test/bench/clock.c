/* SPDX-License-Identifier: MIT */
/*
 * clock SECONDS FILE COMMAND...: runs it with its output in FILE and prints
 * "nanoseconds user-microseconds system-microseconds peak-KiB status". It is small,
 * since the peak of a process is never less than that of the one that forked it.
 * What lasts longer than SECONDS is ended: status 128 + SIGKILL.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;

static void on_alarm(int sig)
{
	(void)sig;
	/* The group: what it traces, too. */
	kill(-child, SIGKILL);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long us(const struct timeval *t)
{
	return t->tv_sec * 1000000LL + t->tv_usec;
}

static _Noreturn void run(const char *file, char **command)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	close(in);
	close(out);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct rusage used;
	long long start, wall;
	int status;

	if (argc < 4)
		errx(2, "usage: clock SECONDS FILE COMMAND...");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGALRM, &act, NULL);
	start = now();
	child = fork();
	if (child == 0)
		run(argv[2], argv + 3);
	if (child < 0)
		err(1, "fork");
	setpgid(child, child);
	alarm((unsigned)atoi(argv[1]));
	if (wait4(child, &status, 0, &used) != child)
		err(1, "wait4");
	wall = now() - start;
	printf("%lld %lld %lld %ld %d\n", wall, us(&used.ru_utime), us(&used.ru_stime), used.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
