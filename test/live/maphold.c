/* SPDX-License-Identifier: MIT */
/*
 * maphold FILE: says "ready PID", and after a line on standard input maps FILE in a way that has to
 * wait for the first page, which another thread has asked its server for: with a server that is
 * stopped the lock of our memory is held for ever. FILE is of a server (fuse.c) whose files have no
 * cache where they are opened for writing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

static const volatile char *cached;
static int uncached;

static void *touch(void *arg)
{
	(void)arg;
	return cached[0] ? NULL : NULL;
}

static void *map(void *arg)
{
	(void)arg;
	/* The page is asked for by then. */
	sleep(1);
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, uncached, 0);
}

int main(int argc, char **argv)
{
	pthread_t toucher, mapper;
	char line[2];
	int fd;

	if (argc != 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	uncached = open(argv[1], O_RDWR | O_CLOEXEC);
	cached = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd < 0 || uncached < 0 || cached == MAP_FAILED) {
		perror(argv[1]);
		return 1;
	}
	printf("ready %d\n", getpid());
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	if (pthread_create(&toucher, NULL, touch, NULL) || pthread_create(&mapper, NULL, map, NULL))
		return 1;
	pthread_join(mapper, NULL);
	pthread_join(toucher, NULL);
	printf("mapped\n");
	fflush(stdout);
	pause();
	return 0;
}
