/* SPDX-License-Identifier: MIT */
/*
 * tables: processes whose tables of descriptors are not as usual. Prints "NAME PID" for
 * each, then "ready PID", and ends them with its input.
 *
 *	leaderless  its first thread has ended, three hold what there is
 *	unshared    a thread has a table of its own
 *	sharing     and its child "shared" have one table
 *	empty       has no descriptors
 *	zombie      has ended
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define STACK 65536

static int told = -1;

static void check(bool right, const char *what)
{
	if (right)
		return;
	perror(what);
	_exit(1);
}

/* Some of each: a file, a pipe, sockets. */
static void open_some(void)
{
	int p[2];

	check(open("/etc/passwd", O_RDONLY) >= 0, "/etc/passwd");
	check(!pipe(p), "pipe");
	check(!socketpair(AF_UNIX, SOCK_STREAM, 0, p), "socketpair");
	check(socket(AF_INET, SOCK_DGRAM, 0) >= 0, "socket");
}

static _Noreturn void stay(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	check(write(told, "+", 1) == 1, "write");
	for (;;)
		pause();
}

static void *stay_thread(void *arg)
{
	(void)arg;
	stay();
}

static void *unshare_thread(void *arg)
{
	(void)arg;
	check(!unshare(CLONE_FILES), "unshare");
	check(open("/dev/zero", O_RDONLY) >= 0, "/dev/zero");
	open_some();
	stay();
}

static int stay_clone(void *arg)
{
	(void)arg;
	stay();
}

static void add_thread(void *(*run)(void *))
{
	pthread_t thread;

	check(!pthread_create(&thread, NULL, run, NULL), "thread");
}

static void be_leaderless(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	open_some();
	for (int i = 0; i < 3; i++)
		add_thread(stay_thread);
	pthread_exit(NULL);
}

static void be_unshared(void)
{
	open_some();
	add_thread(unshare_thread);
	stay();
}

static void be_sharing(void)
{
	char *stack = malloc(STACK);
	pid_t pid;

	check(stack != NULL, "malloc");
	pid = clone(stay_clone, stack + STACK, CLONE_FILES | SIGCHLD, NULL);
	check(pid > 0, "clone");
	open_some();
	printf("shared %d\n", pid);
	fflush(stdout);
	stay();
}

static void be_empty(void)
{
	check(write(told, "+", 1) == 1, "write");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range(0, ~0u, 0);
	for (;;)
		pause();
}

static void be_zombie(void)
{
	check(write(told, "+", 1) == 1, "write");
	_exit(0);
}

/* As /proc/PID/stat says it, behind the name. */
static char state_of(pid_t pid)
{
	char path[64], text[512] = "", *end;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : 0;
}

static void begin(const char *name, void (*be)(void), int threads, char state)
{
	char byte;
	int p[2];
	pid_t pid;

	check(!pipe2(p, O_CLOEXEC), "pipe");
	fflush(stdout);
	pid = fork();
	check(pid >= 0, "fork");
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		told = p[1];
		be();
		_exit(1);
	}
	close(p[1]);
	for (int i = 0; i < threads; i++)
		check(read(p[0], &byte, 1) == 1, name);
	close(p[0]);
	for (int i = 0; i < 500 && state && state_of(pid) != state; i++)
		usleep(10000);
	printf("%s %d\n", name, pid);
}

int main(void)
{
	char byte;

	begin("leaderless", be_leaderless, 3, 'Z');
	begin("unshared", be_unshared, 2, 0);
	begin("sharing", be_sharing, 2, 0);
	begin("empty", be_empty, 1, 0);
	begin("zombie", be_zombie, 1, 'Z');
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
