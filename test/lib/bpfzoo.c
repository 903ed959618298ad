/* SPDX-License-Identifier: MIT */
#include "test/lib/bpfzoo.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

#define PROTO_MPTCP 262

/* Whatever the kernel does not want to make is not there. */
union addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
	struct sockaddr_nl nl;
};

static socklen_t loopback(int family, union addr *a)
{
	memset(a, 0, sizeof(*a));
	a->sa.sa_family = (sa_family_t)family;
	if (family == AF_INET6) {
		a->v6.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
		return sizeof(a->v6);
	}
	a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(a->v4);
}

static int bound(int family, int type, int proto)
{
	int fd = socket(family, type, proto);
	union addr a;

	(void)!bind(fd, &a.sa, loopback(family, &a));
	return fd;
}

static int connected(int family, int type, int proto, int to)
{
	int fd = socket(family, type, proto);
	socklen_t len = sizeof(union addr);
	union addr a;

	if (getsockname(to, &a.sa, &len) == 0)
		(void)!connect(fd, &a.sa, len);
	return fd;
}

/* Listeners, connections with queues, ones that wait, that were shut down, that have ended. */
static void make_streams(int family, int proto)
{
	int listener = bound(family, SOCK_STREAM, proto), here, there;

	(void)!listen(listener, 9);
	here = connected(family, SOCK_STREAM, proto, listener);
	there = accept(listener, NULL, NULL);
	(void)!write(here, "hello", 5);
	(void)!read(there, (char[2]){ 0 }, 2);
	/* MPTCP takes its time for these. */
	for (int i = 0; i < 2 && proto == IPPROTO_TCP; i++) {
		here = connected(family, SOCK_STREAM, proto, listener);
		there = accept(listener, NULL, NULL);
		(void)!shutdown(here, SHUT_WR);
		if (i)
			(void)!shutdown(there, SHUT_WR);
	}
	(void)connected(family, SOCK_STREAM, proto, listener);
	(void)bound(family, SOCK_STREAM, proto);
	(void)socket(family, SOCK_STREAM, proto);
}

static void make_mapped(void)
{
	union addr any = { .v6 = { .sin6_family = AF_INET6 } };
	int listener = socket(AF_INET6, SOCK_STREAM, 0), only = socket(AF_INET6, SOCK_DGRAM, 0);
	socklen_t len = sizeof(any);
	union addr to;

	(void)!bind(listener, &any.sa, sizeof(any.v6));
	(void)!listen(listener, 3);
	(void)!getsockname(listener, &any.sa, &len);
	len = loopback(AF_INET, &to);
	to.v4.sin_port = any.v6.sin6_port;
	(void)!connect(socket(AF_INET, SOCK_STREAM, 0), &to.sa, len);
	(void)!accept(listener, NULL, NULL);
	(void)!setsockopt(only, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 1 }, sizeof(int));
	any.v6.sin6_port = 0;
	(void)!bind(only, &any.sa, sizeof(any.v6));
}

/* With queues; connected and not; and one that was let go again. */
static void make_datagrams(int family, int proto)
{
	static const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int to = bound(family, SOCK_DGRAM, proto), fd;

	fd = connected(family, SOCK_DGRAM, proto, to);
	for (int i = 0; i < 3; i++)
		(void)!write(fd, "abc", 3);
	(void)!read(to, (char[3]){ 0 }, 3);
	(void)socket(family, SOCK_DGRAM, proto);
	fd = connected(family, SOCK_DGRAM, proto, to);
	(void)!connect(fd, &none, sizeof(none));
	fd = bound(family, SOCK_DGRAM, proto);
	(void)!setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
}

/* Of a protocol that nobody speaks, so that nothing arrives. */
static void make_raw(int family)
{
	static const struct sockaddr none = { .sa_family = AF_UNSPEC };
	const int proto = 253;
	union addr a;
	int fd;

	(void)bound(family, SOCK_RAW, proto);
	fd = socket(family, SOCK_RAW, proto);
	(void)!connect(fd, &a.sa, loopback(family, &a));
	fd = socket(family, SOCK_RAW, proto);
	(void)!connect(fd, &a.sa, loopback(family, &a));
	(void)!connect(fd, &none, sizeof(none));
}

static int named(int type, const char *name, size_t n)
{
	union addr a = { .un = { .sun_family = AF_UNIX } };
	int fd = socket(AF_UNIX, type, 0);

	memcpy(a.un.sun_path, name, n);
	(void)!bind(fd, &a.sa, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	return fd;
}

static void make_pair(int type)
{
	int fds[2];

	if (socketpair(AF_UNIX, type, 0, fds) < 0)
		return;
	(void)!write(fds[0], "hello", 5);
	(void)!write(fds[0], "world", 5);
	(void)!read(fds[1], (char[2]){ 0 }, 2);
	/* And one whose other end is gone. */
	if (socketpair(AF_UNIX, type, 0, fds) == 0)
		(void)close(fds[1]);
}

static void make_unix(void)
{
	static const char abstract[] = "\0fdmap\0zoo\n";
	char dir[] = "/tmp/fdmap-zoo.XXXXXX";
	int listener, to;

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return;
	listener = named(SOCK_STREAM, "listener", 8);
	(void)!listen(listener, 4);
	(void)connected(AF_UNIX, SOCK_STREAM, 0, listener);
	(void)!accept(listener, NULL, NULL);
	(void)connected(AF_UNIX, SOCK_STREAM, 0, listener);
	to = named(SOCK_DGRAM, "two\nlines", 9);
	(void)!write(connected(AF_UNIX, SOCK_DGRAM, 0, to), "hello", 5);
	(void)named(SOCK_STREAM, abstract, sizeof(abstract));
	(void)named(SOCK_STREAM, "", 0);
	(void)socket(AF_UNIX, SOCK_SEQPACKET, 0);
	make_pair(SOCK_STREAM);
	make_pair(SOCK_DGRAM);
	make_pair(SOCK_SEQPACKET);
	(void)unlink("listener");
	(void)unlink("two\nlines");
	(void)rmdir(dir);
}

static void make_others(void)
{
	union addr nl = { .nl = { .nl_family = AF_NETLINK } };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);

	(void)!bind(fd, &nl.sa, sizeof(nl.nl));
	nl.nl.nl_groups = 1;
	(void)!bind(socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK), &nl.sa, sizeof(nl.nl));
	(void)socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	/* Nothing arrives there. */
	(void)socket(AF_PACKET, SOCK_RAW, htons(0x88b5));
	(void)socket(AF_PACKET, SOCK_DGRAM, 0);
	(void)bound(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	(void)bound(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
	(void)socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	(void)socket(AF_VSOCK, SOCK_STREAM, 0);
	(void)socket(AF_ALG, SOCK_SEQPACKET, 0);
}

/* Everybody may make ping sockets in a namespace of ours, which knows no device but this one. */
static void set_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC);

	(void)!write(fd, "0 2147483647", 12);
	(void)close(fd);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	(void)ioctl(fd, SIOCSIFFLAGS, &lo);
	(void)close(fd);
}

static void make_all(void)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		make_streams(families[i], IPPROTO_TCP);
		make_streams(families[i], PROTO_MPTCP);
		make_datagrams(families[i], IPPROTO_UDP);
		make_datagrams(families[i], IPPROTO_UDPLITE);
		make_raw(families[i]);
	}
	make_mapped();
	make_unix();
	make_others();
}

static int ready = -1;

static void wait_for_end(void)
{
	(void)!write(ready, "", 1);
	for (;;)
		(void)pause();
}

/* In the child fn does not return. */
static pid_t start(void (*fn)(void))
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(fds[0]);
		ready = fds[1];
		fn();
		_exit(1);
	}
	(void)close(fds[1]);
	if (pid > 0 && read(fds[0], (char[1]){ 0 }, 1) != 1) {
		bpfzoo_end(pid);
		pid = -1;
	}
	(void)close(fds[0]);
	return pid;
}

static void be_own(void)
{
	make_all();
	wait_for_end();
}

static void be_other(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		return;
	set_up();
	be_own();
}

pid_t bpfzoo_sockets(bool netns)
{
	return start(netns ? be_other : be_own);
}

static void *have_own(void *arg)
{
	if (unshare(CLONE_FILES) < 0)
		return arg;
	make_unix();
	wait_for_end();
	return arg;
}

static void be_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, have_own, NULL) == 0)
		(void)pthread_join(thread, NULL);
}

pid_t bpfzoo_thread(void)
{
	return start(be_thread);
}

static void *stay(void *arg)
{
	for (;;)
		(void)pause();
	return arg;
}

static bool has_ended(const char *stat)
{
	char text[512] = "";
	int fd = open(stat, O_RDONLY | O_CLOEXEC);

	(void)!read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	return strstr(text, ") Z ");
}

/* The leader is on its way out. */
static void *tell(void *arg)
{
	while (!has_ended("/proc/self/stat"))
		(void)usleep(1000);
	wait_for_end();
	return arg;
}

static void be_leaderless(void)
{
	pthread_t thread;

	(void)socket(AF_UNIX, SOCK_DGRAM, 0);
	(void)pthread_create(&thread, NULL, stay, NULL);
	(void)pthread_create(&thread, NULL, stay, NULL);
	(void)pthread_create(&thread, NULL, tell, NULL);
	(void)syscall(SYS_exit, 0);
}

pid_t bpfzoo_leaderless(void)
{
	return start(be_leaderless);
}

void bpfzoo_end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
