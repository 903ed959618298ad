/* SPDX-License-Identifier: MIT */
/* Processes and threads with names of their own. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* shown: the name as -F prints it */
static int child_named(const char *name, const char *shown)
{
	int p[2];
	pid_t pid;

	if (pipe(p))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		close_range(0, ~0u, 0);
		for (;;)
			pause();
	}
	close(p[1]);
	/* The end of the pipe says that the child has closed it, after its name. */
	if (read(p[0], p, 1) != 0)
		return -EIO;
	close(p[0]);
	printf("comm %d %s\n", pid, shown);
	return 0;
}

static int make_comm(void)
{
	int err = child_named("z) (R 1", "z) (R 1");

	return err ? err : child_named("\033[2J\nx", "^[[2J\\nx");
}

static void *thread_main(void *arg)
{
	prctl(PR_SET_NAME, "zoo thread");
	if (write(*(int *)arg, &(pid_t){ gettid() }, sizeof(pid_t)) != sizeof(pid_t))
		abort();
	for (;;)
		pause();
	return NULL;
}

static int make_thread(void)
{
	pthread_t thread;
	pid_t tid;
	int p[2], err;

	if (pipe(p))
		return -errno;
	err = pthread_create(&thread, NULL, thread_main, &p[1]);
	if (err)
		return -err;
	if (read(p[0], &tid, sizeof(tid)) != sizeof(tid))
		return -EIO;
	close(p[0]);
	close(p[1]);
	printf("thread %d zoo thread\n", tid);
	return 0;
}

const struct zoo_kind zoo_tasks[] = {
	{ "comm", make_comm },
	{ "thread", make_thread },
	{ NULL, NULL },
};
