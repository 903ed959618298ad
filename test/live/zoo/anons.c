/* SPDX-License-Identifier: MIT */
/* Anonymous inodes, processes as descriptors, namespaces. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
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
	if (id >= 0)
		show_detail(fd, "{\"eventfd_count\": 3, \"eventfd_id\": %lld}", id);
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
	show_detail(ep, "{\"targets\": [{\"fd\": %d, \"events\": \"in\", \"what\": "
			"\"anon_inode:[eventfd]\"}, {\"fd\": %d, \"events\": \"in\"}]}", a, b);
	err = show_anon(ep, name);
	return err ? err : show_anon(epoll_create1(0), "[eventpoll]");
}

static int watch(int ep, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events };

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
}

/* The kernel watches files, not numbers: one is closed here, one used again. */
static int make_epoll_lost(void)
{
	int ep = epoll_create1(0), p[2], closed, reused;
	char name[64];
	struct stat st;

	if (ep < 0 || pipe(p) || fstat(p[0], &st))
		return -errno;
	closed = fcntl(p[0], F_DUPFD, 900);
	reused = fcntl(p[1], F_DUPFD, 901);
	if (closed < 0 || reused < 0 || watch(ep, p[0], EPOLLIN | EPOLLET) ||
	    watch(ep, closed, EPOLLPRI) || watch(ep, reused, EPOLLOUT | EPOLLONESHOT) ||
	    close(closed) || dup2(ep, reused) < 0)
		return -errno;
	snprintf(name, sizeof(name), "[eventpoll:%d,%d,%d]", p[0], closed, reused);
	show_detail(ep, "{\"targets\": [{\"fd\": %d, \"events\": \"in|et\", \"what\": \"pipe:[%ju]\"}, "
			"{\"fd\": %d, \"events\": \"pri\", \"what\": \"closed\", \"object\": \"pipe:[%ju]\", "
			"\"held_by\": \"%d,zoo,%d\"}, {\"fd\": %d, \"events\": \"out|oneshot\", "
			"\"what\": \"reused\", \"object\": \"pipe:[%ju]\"}]}",
		    p[0], (uintmax_t)st.st_ino, closed, (uintmax_t)st.st_ino, getpid(), p[0], reused,
		    (uintmax_t)st.st_ino);
	return show_anon(ep, name);
}

static int make_timerfd(void)
{
	struct itimerspec when = { .it_interval = { 1, 500 }, .it_value = { 4000000000, 0 } };
	int fd = timerfd_create(CLOCK_REALTIME, 0);

	if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL))
		return -errno;
	show_detail(fd, "{\"clockid\": \"CLOCK_REALTIME\", \"ticks\": 0, \"settime_flags\": \"abstime\", "
			"\"it_interval\": \"1.000000500\"}");
	return show_anon(fd, NULL);
}

static int make_signalfd(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 2);
	fd = signalfd(-1, &set, 0);
	show_detail(fd, "{\"sigmask\": \"USR1|RTMIN+2\"}");
	return show_anon(fd, NULL);
}

static int make_inotify(void)
{
	int fd = inotify_init1(0);

	/* Names of directories that want to drive the terminal. */
	if ((mkdir("esc\033[31m\nnl", 0700) && errno != EEXIST) || fd < 0 ||
	    inotify_add_watch(fd, ".", IN_CREATE) < 0 ||
	    inotify_add_watch(fd, "esc\033[31m\nnl", IN_DELETE | IN_ONESHOT) < 0)
		return -errno;
	show_detail(fd, "{\"watches\": [{\"wd\": 1, \"mask\": \"create\", \"path\": \"%s\"}, {\"wd\": 2, "
			"\"mask\": \"delete|oneshot\", \"path\": \"%s/esc\\u001b[31m\\nnl\"}]}",
		    zoo_cwd, zoo_cwd);
	return show_anon(fd, "inotify");
}

static int make_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	char name[64];

	snprintf(name, sizeof(name), "[pidfd:%d]", getpid());
	show_detail(fd, "{\"pid\": %d, \"command\": \"zoo\"}", getpid());
	return show_fd(fd, ' ', name);
}

static int make_ns(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY), err = show_fd(fd, ' ', "net");
	struct stat st;

	if (!err && !fstat(fd, &st))
		show_detail(fd, "{\"ns\": \"net\", \"inode\": %ju}", (uintmax_t)st.st_ino);
	return err ? err : show_fd(open("/proc/self/ns/uts", O_RDONLY), ' ', "uts");
}

const struct zoo_kind zoo_anons[] = {
	{ "eventfd", make_eventfd },
	{ "epoll", make_epoll },
	{ "epoll-lost", make_epoll_lost },
	{ "timerfd", make_timerfd },
	{ "signalfd", make_signalfd },
	{ "inotify", make_inotify },
	{ "pidfd", make_pidfd },
	{ "ns", make_ns },
	{ NULL, NULL },
};
