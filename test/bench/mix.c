/* SPDX-License-Identifier: MIT */
/*
 * A process as there are many: half of its descriptors are sockets, the others
 * files, pipes and what the kernel makes of nothing. Both ends of each connection
 * are in the same process, so that processes can be made in any order.
 */
#include "test/bench/mix.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME 96
#define MAPPED 8 /* beside the program and libc: a process of the field has about twenty */

static int must(int result, const char *what)
{
	if (result < 0)
		err(1, "%s", what);
	return result;
}

void mix_file(char *to, unsigned size, const struct mix *m)
{
	snprintf(to, size, "srv/log/worker-%05d.log", m->index);
}

void mix_unix(char *to, unsigned size, const struct mix *m)
{
	snprintf(to, size, "run/%d/worker-%05d.sock", m->group, m->index);
}

static void shared_file(char *to, unsigned size, int n)
{
	snprintf(to, size, "srv/data/part-%02d/segment-%05d.db", n % 8, n % MIX_SHARED);
}

void mix_prepare(const struct mix *m)
{
	static const char *const dirs[] = { "run", "srv", "srv/log", "srv/data" };
	char name[NAME];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		must(mkdir(dirs[i], 0755), dirs[i]);
	snprintf(name, sizeof(name), "run/%d", m->group);
	must(mkdir(name, 0755), name);
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "srv/data/part-%02d", i);
		must(mkdir(name, 0755), name);
	}
	for (int i = 0; i < MIX_SHARED; i++) {
		shared_file(name, sizeof(name), i);
		int fd = must(open(name, O_RDWR | O_CREAT | O_EXCL, 0644), name);

		must(ftruncate(fd, 4096 * (i + 1)), "ftruncate");
		close(fd);
	}
}

/* Each process has an address of its own: ports of one would not suffice. */
static struct sockaddr_in address_of(const struct mix *m, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	a.sin_addr.s_addr = htonl(0x7f400001u + (uint32_t)m->index);
	return a;
}

static int inet_socket(const struct mix *m, int type, int port)
{
	struct sockaddr_in a = address_of(m, port);
	int fd = must(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");

	must(bind(fd, (struct sockaddr *)&a, sizeof(a)), "bind");
	return fd;
}

/* Ended at once when it is closed: nothing is left waiting for the next load. */
static void forget_when_closed(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), "SO_LINGER");
}

static void open_tcp(const struct mix *m, int port)
{
	int server = inet_socket(m, SOCK_STREAM, port), on = 1;
	struct sockaddr_in to, any = address_of(m, 0);
	socklen_t len = sizeof(to);

	must(listen(server, 16), "listen");
	must(getsockname(server, (struct sockaddr *)&to, &len), "getsockname");
	for (int i = 0; i < m->pairs; i++) {
		int client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");

		must(setsockopt(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)),
		     "IP_BIND_ADDRESS_NO_PORT");
		must(bind(client, (struct sockaddr *)&any, sizeof(any)), "bind");
		must(connect(client, (struct sockaddr *)&to, sizeof(to)), "connect");
		forget_when_closed(client);
		forget_when_closed(must(accept4(server, NULL, NULL, SOCK_CLOEXEC), "accept"));
	}
}

static void open_udp(const struct mix *m, int n)
{
	struct sockaddr_in to = address_of(m, 53);

	for (int i = 0; i < n; i++) {
		int fd = inet_socket(m, SOCK_DGRAM, 0);

		if (i == 1)
			must(connect(fd, (struct sockaddr *)&to, sizeof(to)), "connect");
	}
}

static void open_pairs(int sockets, int pipes)
{
	int p[2];

	for (int i = 0; i < sockets; i++)
		must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p), "socketpair");
	for (int i = 0; i < pipes; i++)
		must(pipe2(p, O_CLOEXEC), "pipe");
}

/* A server by its path (the first one by that of mix_unix), and a datagram socket without. */
static void open_unix(const struct mix *m, int unit)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"), n;

	if (unit == 0)
		mix_unix(a.sun_path, sizeof(a.sun_path), m);
	else
		snprintf(a.sun_path, sizeof(a.sun_path), "run/%d/worker-%05d-%d.sock", m->group,
			 m->index, unit);
	must(bind(fd, (struct sockaddr *)&a, sizeof(a)), a.sun_path);
	must(listen(fd, 16), "listen");

	a.sun_path[0] = '\0';
	n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1, "fdmap-load/%d/%d/%d", m->group,
		     m->index, unit);
	fd = must(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
	must(bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) +
						     (socklen_t)n), "bind");
}

static void open_anonymous(void)
{
	struct epoll_event in = { .events = EPOLLIN };
	int event = must(eventfd(0, EFD_CLOEXEC), "eventfd"), epoll, timer, signals;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll");
	timer = must(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd");
	signals = must(signalfd(-1, &set, SFD_CLOEXEC), "signalfd");
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, event, &in), "epoll_ctl");
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &in), "epoll_ctl");
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, signals, &in), "epoll_ctl");
	must(memfd_create("cache", MFD_CLOEXEC), "memfd");
	must(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null");
	must(open("srv/data", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "srv/data");
}

static int open_shared(int n)
{
	static const int flags[] = { O_RDONLY, O_RDWR, O_WRONLY | O_APPEND, O_RDONLY | O_NONBLOCK };
	char name[NAME];

	shared_file(name, sizeof(name), n);
	return must(open(name, flags[n % 4] | O_CLOEXEC), name);
}

static void open_own(const struct mix *m)
{
	char name[NAME];

	mix_file(name, sizeof(name), m);
	must(open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644), name);
}

static void map_shared(const struct mix *m)
{
	char name[NAME];

	for (int i = 0; i < MAPPED; i++) {
		shared_file(name, sizeof(name), m->index + i);
		int fd = must(open(name, O_RDONLY | O_CLOEXEC), name);

		if (mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
			err(1, "mmap");
		close(fd);
	}
}

/* Many and cheap: sockets and pipes are few and duplicated, files are opened. */
static void open_many(const struct mix *m)
{
	int first = must(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null"), last, fd = first;

	open_tcp(m, m->port);
	open_unix(m, 0);
	open_pairs(8, 4);
	last = must(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null");
	for (int i = 0; fd < MIX_MANY / 2 - 1; i++)
		fd = must(fcntl(first + i % (last - first), F_DUPFD_CLOEXEC, last), "dup");
	for (int i = 0; fd < MIX_MANY - 1; i++)
		fd = open_shared(i);
}

void mix_open(const struct mix *m)
{
	int fd = -1;

	map_shared(m);
	open_own(m);
	if (m->units == 0) {
		open_many(m);
		return;
	}
	for (int u = 0; u < m->units; u++) {
		open_tcp(m, u == 0 ? m->port : 0);
		open_udp(m, 1 + u % 2);
		open_unix(m, u);
		open_pairs(3, 3);
		open_anonymous();
		/* The rest are files. */
		while (fd < (u + 1) * MIX_UNIT - 1)
			fd = open_shared(m->index + fd + 1);
	}
}
