/* SPDX-License-Identifier: MIT */
/* Pipes, message queues, memory files: what processes share through descriptors. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_pipe(void)
{
	int p[2], err;

	if (pipe(p))
		return -errno;
	err = show_fd(p[0], ' ', "pipe");
	return err ? err : show_fd(p[1], ' ', "pipe");
}

static int make_fifo(void)
{
	if (mkfifo("fifo", 0600) && errno != EEXIST)
		return -errno;
	return show_at(open("fifo", O_RDWR), ' ', "fifo");
}

static int make_memfd(void)
{
	int fd = memfd_create("zoo", 0);

	show_detail(fd, "{\"name\": \"zoo\", \"size\": 0, \"seals\": \"seal\"}");
	return show_fd(fd, ' ', "/memfd:zoo (deleted)");
}

static bool mqueue_is_mounted(void)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	char line[ZOO_TEXT];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, " mqueue ") != NULL;
	if (f)
		fclose(f);
	return found;
}

static char mqueue_name[32];

static void unlink_mqueue(void)
{
	mq_unlink(mqueue_name);
}

static int make_mqueue(void)
{
	/* Small: what all of a user's queues may take is 800 KB, ten of the usual size. */
	struct mq_attr small = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char number[16];
	struct stat st;
	mqd_t mq;

	/* Queues belong to the IPC namespace, numbers of processes to another. */
	if (stat("/proc/self/ns/pid", &st) < 0)
		return -errno;
	snprintf(mqueue_name, sizeof(mqueue_name), "/zoo%d-%lu", getpid(), (unsigned long)st.st_ino);
	mq = mq_open(mqueue_name, O_RDWR | O_CREAT, 0600, &small);
	if (mq < 0 || atexit(unlink_mqueue) || fstat(mq, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", mq);
	show_stat(number, "u ", mqueue_is_mounted() ? "PSXMQ" : "REG", &st, 0, mqueue_name);
	return 0;
}

const struct zoo_kind zoo_ipc[] = {
	{ "pipe", make_pipe },
	{ "fifo", make_fifo },
	{ "memfd", make_memfd },
	{ "mqueue", make_mqueue },
	{ NULL, NULL },
};
