/* SPDX-License-Identifier: MIT */
/* Anonymous inodes, processes as descriptors, namespaces. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* An anonymous inode, its name the link's text after "anon_inode:" unless given. */
static int show_anon(int fd, const char *name)
{
	char buf[ZOO_TEXT];
	const char *text = zoo_link(fd, buf, sizeof(buf));

	if (fd < 0)
		return -errno;
	if (!strncmp(text, "anon_inode:", 11))
		text += 11;
	return show_fd(fd, ' ', name ? name : text);
}

static int make_eventfd(void)
{
	int fd = eventfd(3, EFD_NONBLOCK);
	long long id = zoo_fdinfo(fd, "eventfd-id:");
	char name[64];

	snprintf(name, sizeof(name), id < 0 ? "[eventfd]" : "[eventfd:%lld]", id);
	return show_anon(fd, name);
}

static int make_epoll(void)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int ep = epoll_create1(0), a = eventfd(0, 0), b = eventfd(0, 0);
	char name[64];
	int err;

	if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, b, &ev) || epoll_ctl(ep, EPOLL_CTL_ADD, a, &ev))
		return -errno;
	snprintf(name, sizeof(name), "[eventpoll:%d,%d]", a, b);
	err = show_anon(ep, name);
	return err ? err : show_anon(epoll_create1(0), "[eventpoll]");
}

static int make_timerfd(void)
{
	return show_anon(timerfd_create(CLOCK_MONOTONIC, 0), NULL);
}

static int make_signalfd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return show_anon(signalfd(-1, &set, 0), NULL);
}

static int make_inotify(void)
{
	int fd = inotify_init1(0);

	if (fd < 0 || inotify_add_watch(fd, ".", IN_CREATE) < 0)
		return -errno;
	return show_anon(fd, "inotify");
}

static int make_pidfd(void)
{
	char name[64];

	snprintf(name, sizeof(name), "[pidfd:%d]", getpid());
	return show_fd((int)syscall(SYS_pidfd_open, getpid(), 0), ' ', name);
}

static int make_ns(void)
{
	int err = show_fd(open("/proc/self/ns/net", O_RDONLY), ' ', "net");

	return err ? err : show_fd(open("/proc/self/ns/uts", O_RDONLY), ' ', "uts");
}

const struct zoo_kind zoo_anons[] = {
	{ "eventfd", make_eventfd },
	{ "epoll", make_epoll },
	{ "timerfd", make_timerfd },
	{ "signalfd", make_signalfd },
	{ "inotify", make_inotify },
	{ "pidfd", make_pidfd },
	{ "ns", make_ns },
	{ NULL, NULL },
};
