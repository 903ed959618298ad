/* SPDX-License-Identifier: MIT */
/*
 * Opens one of everything that a descriptor can be, prints the row that must
 * be listed for each, and waits until its input ends or SIGTERM comes.
 *
 *	zoo KIND... | zoo all | zoo list
 *
 * A row has seven fields divided by tabs, as the zoo itself learnt them from
 * fstat(2), getsockname(2) and so on:
 *
 *	FD  ACCESS+LOCK  TYPE  DEVICE  SIZE/OFF  NODE  NAME
 *
 * Other lines: "kind KIND" before its rows, "skip KIND REASON" where the
 * kernel refuses, "comm PID NAME"
 * for a child with that command name, "thread TID NAME" for a thread, and
 * "ready PID" last. Files are made in the working directory.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/icmp.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT 4352 /* a path and a little more */

/* Set by main before anything is opened, constant afterwards. */
static char cwd[4096];
static volatile sig_atomic_t stop;

/* ---- rows ----------------------------------------------------------------- */

static char mode_of(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_PATH))
		return 'u';
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return 'r';
	case O_WRONLY:
		return 'w';
	default:
		return 'u';
	}
}

__attribute__((format(printf, 7, 8))) static void
put_row(const char *fd, const char *access, const char *type, const char *device,
	const char *size, const char *node, const char *name, ...)
{
	va_list args;

	printf("%s\t%s\t%s\t%s\t%s\t%s\t", fd, access, type, device, size, node);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	putchar('\n');
}

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "REG";
	case S_IFDIR:
		return "DIR";
	case S_IFCHR:
		return "CHR";
	case S_IFBLK:
		return "BLK";
	case S_IFIFO:
		return "FIFO";
	case S_IFLNK:
		return "LINK";
	case S_IFSOCK:
		return "sock";
	default:
		return "a_inode";
	}
}

static void put_stat(const char *fd, const char *access, const char *type, const struct stat *st,
		     off_t pos, const char *name)
{
	bool special = S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
	dev_t dev = special ? st->st_rdev : st->st_dev;
	char device[32], size[32], node[32];

	snprintf(device, sizeof(device), "%u,%u", major(dev), minor(dev));
	if (special || S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode))
		snprintf(size, sizeof(size), "0t%jd", (intmax_t)pos);
	else
		snprintf(size, sizeof(size), "%jd", (intmax_t)st->st_size);
	snprintf(node, sizeof(node), "%ju", (uintmax_t)st->st_ino);
	put_row(fd, access, type ? type : type_of(st->st_mode), device, size, node, "%s", name);
}

static const char *link_of(int fd, char *buf, size_t len)
{
	char at[64];
	ssize_t n;

	snprintf(at, sizeof(at), "/proc/self/fd/%d", fd);
	n = readlink(at, buf, len - 1);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

/* A descriptor that fstat(2) tells all about; name NULL: as the kernel links it. */
static int show(int fd, char lock, const char *name)
{
	char number[16], access[3] = { mode_of(fd), lock, '\0' }, buf[TEXT];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	put_stat(number, access, NULL, &st, 0, name ? name : link_of(fd, buf, sizeof(buf)));
	return 0;
}

static char *in_cwd(char *buf, size_t len, const char *name)
{
	snprintf(buf, len, "%s/%s", strcmp(cwd, "/") ? cwd : "", name);
	return buf;
}

static int show_at(int fd, char lock, const char *name)
{
	char path[TEXT];

	return show(fd, lock, in_cwd(path, sizeof(path), name));
}

/* What follows KEY in our own fdinfo, or -1. */
static long long fdinfo_number(int fd, const char *key)
{
	char at[64], line[256];
	long long value = -1;
	FILE *f;

	snprintf(at, sizeof(at), "/proc/self/fdinfo/%d", fd);
	f = fopen(at, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			value = strtoll(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return value;
}

static int new_file(const char *name, int flags, size_t bytes)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < bytes; i++)
		if (write(fd, "z", 1) != 1)
			break;
	close(fd);
	fd = open(name, flags);
	return fd < 0 ? -errno : fd;
}

/* ---- files ------------------------------------------------------------------ */

static int make_special(void)
{
	char buf[TEXT];
	struct stat st;
	ssize_t n;

	if (stat(".", &st))
		return -errno;
	put_stat("cwd", "", NULL, &st, 0, cwd);
	if (stat("/", &st))
		return -errno;
	put_stat("rtd", "", NULL, &st, 0, "/");
	n = readlink("/proc/self/exe", buf, sizeof(buf) - 1);
	if (n < 0 || stat("/proc/self/exe", &st))
		return -errno;
	buf[n] = '\0';
	put_stat("txt", "", NULL, &st, 0, buf);
	return 0;
}

static int make_regular(void)
{
	int err = show_at(new_file("r", O_RDONLY, 10), ' ', "r");

	if (!err)
		err = show_at(new_file("w", O_WRONLY | O_APPEND, 0), ' ', "w");
	if (!err)
		err = show_at(new_file("rw", O_RDWR, 4096), ' ', "rw");
	if (!err)
		err = show_at(new_file("blank in name", O_RDONLY, 1), ' ', "blank in name");
	/* The name is really so: nothing was deleted. */
	if (!err)
		err = show_at(new_file("x (deleted)", O_RDONLY, 1), ' ', "x (deleted)");
	return err;
}

static int make_deleted(void)
{
	int fd = new_file("gone", O_RDWR, 77);

	if (fd < 0 || unlink("gone"))
		return -errno;
	return show_at(fd, ' ', "gone (deleted)");
}

static int make_hostile(void)
{
	int fd = new_file("esc\033[31m\nnl\ttab\\bs\x7f", O_RDONLY, 1);

	return show_at(fd, ' ', "esc^[[31m\\nnl\\ttab\\\\bs\\x7f");
}

static int make_dir(void)
{
	int err = show(open(".", O_RDONLY | O_DIRECTORY), ' ', cwd);

	return err ? err : show(open(".", O_PATH), ' ', cwd);
}

static int make_symlink(void)
{
	unlink("link");
	if (symlink("nowhere", "link"))
		return -errno;
	return show_at(open("link", O_PATH | O_NOFOLLOW), ' ', "link");
}

static int make_chr(void)
{
	int err = show(open("/dev/null", O_RDONLY), ' ', NULL);

	return err ? err : show(open("/dev/zero", O_RDWR), ' ', NULL);
}

static int make_pty(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char name[128];
	int err;

	if (master < 0 || grantpt(master) || unlockpt(master) ||
	    ptsname_r(master, name, sizeof(name)))
		return -errno;
	err = show(master, ' ', NULL);
	return err ? err : show(open(name, O_RDWR | O_NOCTTY), ' ', NULL);
}

static int make_blk(void)
{
	int fd = open("/dev/loop0", O_RDONLY | O_NONBLOCK);

	if (fd >= 0)
		return show(fd, ' ', NULL);
	if (mknod("blk", S_IFBLK | 0600, makedev(7, 0)))
		return -errno;
	return show_at(open("blk", O_PATH), ' ', "blk");
}

static int make_pipe(void)
{
	int p[2], err;

	if (pipe(p))
		return -errno;
	err = show(p[0], ' ', "pipe");
	return err ? err : show(p[1], ' ', "pipe");
}

static int make_fifo(void)
{
	if (mkfifo("fifo", 0600) && errno != EEXIST)
		return -errno;
	return show_at(open("fifo", O_RDWR), ' ', "fifo");
}

static int make_locks(void)
{
	static const struct {
		const char *name;
		short type;
		off_t start, len;
		char letter;
	} cases[] = {
		{ "lock-R", F_RDLCK, 0, 0, 'R' },
		{ "lock-r", F_RDLCK, 0, 10, 'r' },
		{ "lock-W", F_WRLCK, 0, 0, 'W' },
		{ "lock-w", F_WRLCK, 5, 0, 'w' },
	};
	int fd;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct flock lock = { .l_type = cases[i].type, .l_whence = SEEK_SET,
				      .l_start = cases[i].start, .l_len = cases[i].len };

		fd = new_file(cases[i].name, O_RDWR, 20);
		if (fd < 0 || fcntl(fd, F_SETLK, &lock))
			return -errno;
		show_at(fd, cases[i].letter, cases[i].name);
	}
	fd = new_file("flock", O_RDWR, 0);
	if (fd < 0 || flock(fd, LOCK_EX))
		return -errno;
	return show_at(fd, 'W', "flock");
}

static int make_high(void)
{
	struct rlimit limit;
	int low, high = 12034;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	low = open("/dev/null", O_WRONLY);
	if (low < 0 || dup2(low, high) < 0)
		return -errno;
	close(low);
	return show(high, ' ', NULL);
}

/* ---- mapped files ------------------------------------------------------------ */

/* Device and inode of the mapping at ADDR, as /proc/self/maps has them. */
static int find_map(const void *addr, dev_t *dev, uint64_t *ino)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[TEXT];
	int err = -ENOENT;

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long start, end;
		unsigned maj, min;
		uint64_t inode;

		if (sscanf(line, "%lx-%lx %*s %*s %x:%x %" SCNu64, &start, &end, &maj, &min,
			   &inode) != 5 || start != (unsigned long)addr)
			continue;
		*dev = makedev(maj, min);
		*ino = inode;
		err = 0;
	}
	if (f)
		fclose(f);
	return err;
}

static int put_del(const void *addr, const char *name)
{
	char device[32], node[32];
	uint64_t ino;
	dev_t dev;
	int err = find_map(addr, &dev, &ino);

	if (err)
		return err;
	snprintf(device, sizeof(device), "%u,%u", major(dev), minor(dev));
	snprintf(node, sizeof(node), "%" PRIu64, ino);
	put_row("DEL", "", "REG", device, "", node, "%s", name);
	return 0;
}

static int make_mapped(void)
{
	char path[TEXT];
	struct stat st;
	int fd = new_file("mapped", O_RDONLY, 100);

	if (fd < 0 || fstat(fd, &st) ||
	    mmap(NULL, 100, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		return -errno;
	close(fd);
	put_stat("mem", "", NULL, &st, 0, in_cwd(path, sizeof(path), "mapped"));
	return 0;
}

static int make_unmapped(void)
{
	char path[TEXT];
	int fd = new_file("mapped-gone", O_RDONLY, 100);
	void *at = MAP_FAILED;

	if (fd >= 0)
		at = mmap(NULL, 100, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || unlink("mapped-gone"))
		return -errno;
	close(fd);
	return put_del(at, in_cwd(path, sizeof(path), "mapped-gone"));
}

static int make_sysv(void)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	void *at;

	/* The identifier is the inode; a system's first one is 0. */
	if (id == 0) {
		shmctl(id, IPC_RMID, NULL);
		id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	}
	if (id < 0)
		return -errno;
	at = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	return at == (void *)-1 ? -errno : put_del(at, "/SYSV00000000");
}

/* ---- anonymous inodes, processes, namespaces ---------------------------------- */

/* An anonymous inode, its name the link's text after "anon_inode:" unless given. */
static int show_anon(int fd, const char *name)
{
	char buf[TEXT];
	const char *text = link_of(fd, buf, sizeof(buf));

	if (fd < 0)
		return -errno;
	if (!strncmp(text, "anon_inode:", 11))
		text += 11;
	return show(fd, ' ', name ? name : text);
}

static int make_eventfd(void)
{
	int fd = eventfd(3, EFD_NONBLOCK);
	long long id = fdinfo_number(fd, "eventfd-id:");
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

static int make_memfd(void)
{
	return show(memfd_create("zoo", 0), ' ', "/memfd:zoo (deleted)");
}

static int make_pidfd(void)
{
	char name[64];

	snprintf(name, sizeof(name), "[pidfd:%d]", getpid());
	return show((int)syscall(SYS_pidfd_open, getpid(), 0), ' ', name);
}

static int make_ns(void)
{
	int err = show(open("/proc/self/ns/net", O_RDONLY), ' ', "net");

	return err ? err : show(open("/proc/self/ns/uts", O_RDONLY), ' ', "uts");
}

static bool mqueue_is_mounted(void)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	char line[TEXT];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, " mqueue ") != NULL;
	if (f)
		fclose(f);
	return found;
}

static char mqueue_name[32];

static int make_mqueue(void)
{
	char number[16];
	struct stat st;
	mqd_t mq;

	snprintf(mqueue_name, sizeof(mqueue_name), "/zoo%d", getpid());
	mq = mq_open(mqueue_name, O_RDWR | O_CREAT, 0600, NULL);
	if (mq < 0 || fstat(mq, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", mq);
	put_stat(number, "u ", mqueue_is_mounted() ? "PSXMQ" : "REG", &st, 0, mqueue_name);
	return 0;
}

/* ---- Internet sockets ---------------------------------------------------------- */

union addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static void put_end(const union addr *a, char *buf, size_t len)
{
	char host[INET6_ADDRSTRLEN + 2] = "*";
	uint16_t port = ntohs(a->v4.sin_port);
	char number[8] = "*";

	if (a->sa.sa_family == AF_INET && a->v4.sin_addr.s_addr) {
		inet_ntop(AF_INET, &a->v4.sin_addr, host, sizeof(host));
	} else if (a->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr)) {
		inet_ntop(AF_INET, &a->v6.sin6_addr.s6_addr[12], host, sizeof(host));
	} else if (a->sa.sa_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr)) {
		inet_ntop(AF_INET6, &a->v6.sin6_addr, host + 1, sizeof(host) - 2);
		host[0] = '[';
		strcat(host, "]");
	}
	if (port)
		snprintf(number, sizeof(number), "%u", port);
	snprintf(buf, len, "%s:%s", host, number);
}

static const char *tcp_state(int fd)
{
	static const char *const names[] = { "", "ESTABLISHED", "SYN_SENT", "SYN_RECV",
		"FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING" };
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) || info.tcpi_state > 11)
		return "?";
	return names[info.tcpi_state];
}

static int show_inet(int fd)
{
	union addr a, peer;
	socklen_t len = sizeof(a);
	char local[64], remote[72] = "", number[16], inode[32], state[24] = "";
	int proto = 0;
	struct stat st;

	if (getsockname(fd, &a.sa, &len) || fstat(fd, &st))
		return -errno;
	put_end(&a, local, sizeof(local));
	len = sizeof(proto);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &len);
	len = sizeof(peer);
	if (!getpeername(fd, &peer.sa, &len)) {
		memcpy(remote, "->", 2);
		put_end(&peer, remote + 2, sizeof(remote) - 2);
	}
	if (proto == IPPROTO_TCP)
		snprintf(state, sizeof(state), " (%s)", tcp_state(fd));
	else if (proto == IPPROTO_UDP && *remote)
		snprintf(state, sizeof(state), " (ESTABLISHED)");
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	put_row(number, "u ", a.sa.sa_family == AF_INET6 ? "IPv6" : "IPv4", inode, "0t0",
		proto == IPPROTO_TCP ? "TCP" : proto == IPPROTO_UDP ? "UDP" : "UDPLITE", "%s%s%s",
		local, remote, state);
	return 0;
}

/* A socket bound to the loopback address, or to any, on a port the kernel picks. */
static int bound(int family, int type, int proto, bool any)
{
	int fd = socket(family, type | SOCK_CLOEXEC, proto);
	union addr a = { 0 };

	a.sa.sa_family = (sa_family_t)family;
	if (family == AF_INET)
		a.v4.sin_addr.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
	else
		a.v6.sin6_addr = any ? (struct in6_addr)IN6ADDR_ANY_INIT :
				       (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	if (fd < 0 || bind(fd, &a.sa, family == AF_INET ? sizeof(a.v4) : sizeof(a.v6)))
		return -errno;
	return fd;
}

static int connected(int family, int type, int proto, int to)
{
	int fd = socket(family, type | SOCK_CLOEXEC, proto);
	union addr a;
	socklen_t len = sizeof(a);

	if (fd < 0 || getsockname(to, &a.sa, &len))
		return -errno;
	if (family == AF_INET && a.sa.sa_family == AF_INET6) {
		in_port_t port = a.v6.sin6_port;

		memset(&a, 0, sizeof(a));
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = port;
		a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		len = sizeof(a.v4);
	}
	return connect(fd, &a.sa, len) ? -errno : fd;
}

/* A listener and both ends of a connection to it. */
static int tcp_three(int family, int client_family, bool any, bool half_closed)
{
	int listener = bound(family, SOCK_STREAM, 0, any), client, server, err;

	if (listener < 0)
		return listener;
	if (listen(listener, 5))
		return -errno;
	client = connected(client_family, SOCK_STREAM, 0, listener);
	if (client < 0)
		return client;
	server = accept(listener, NULL, NULL);
	if (server < 0)
		return -errno;
	if (half_closed) {
		char byte;

		shutdown(client, SHUT_WR);
		if (read(server, &byte, 1) != 0)
			return -EIO;
		while (!strcmp(tcp_state(client), "FIN_WAIT1"))
			usleep(1000);
	}
	err = show_inet(listener);
	if (!err)
		err = show_inet(client);
	return err ? err : show_inet(server);
}

static int make_tcp4(void)
{
	return tcp_three(AF_INET, AF_INET, false, false);
}

static int make_tcp6(void)
{
	return tcp_three(AF_INET6, AF_INET6, false, false);
}

static int make_mapped4(void)
{
	return tcp_three(AF_INET6, AF_INET, true, false);
}

static int make_tcp_half(void)
{
	return tcp_three(AF_INET, AF_INET, true, true);
}

static int make_tcp_bound(void)
{
	int fd = bound(AF_INET, SOCK_STREAM, 0, false), err;

	if (fd < 0)
		return fd;
	err = show(fd, ' ', "protocol: TCP");
	fd = bound(AF_INET6, SOCK_STREAM, 0, false);
	return err || fd < 0 ? err : show(fd, ' ', "protocol: TCPv6");
}

static int udp_three(int family, int proto)
{
	int any = bound(family, SOCK_DGRAM, proto, true), here, to, err;

	if (any < 0)
		return any;
	here = bound(family, SOCK_DGRAM, proto, false);
	if (here < 0)
		return here;
	to = connected(family, SOCK_DGRAM, proto, here);
	if (to < 0)
		return to;
	err = show_inet(any);
	if (!err)
		err = show_inet(here);
	return err ? err : show_inet(to);
}

static int make_udp4(void)
{
	return udp_three(AF_INET, 0);
}

static int make_udp6(void)
{
	return udp_three(AF_INET6, 0);
}

static int make_udp_unbound(void)
{
	return show(socket(AF_INET, SOCK_DGRAM, 0), ' ', "protocol: UDP");
}

static int make_udplite(void)
{
	int err = udp_three(AF_INET, IPPROTO_UDPLITE);

	return err ? err : udp_three(AF_INET6, IPPROTO_UDPLITE);
}

/* ---- raw and packet ---------------------------------------------------------- */

/* A row with the inode as NODE and no device. */
static int show_bare(int fd, const char *type, const char *name)
{
	char number[16], inode[32];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	put_row(number, "u ", type, "", "0t0", inode, "%s", name);
	return 0;
}

static int make_raw(void)
{
	return show_bare(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "raw",
			 "00000000:0001->00000000:0000 st=07");
}

static int make_raw6(void)
{
	return show_bare(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "raw6",
			 "00000000000000000000000000000000:003A->"
			 "00000000000000000000000000000000:0000 st=07");
}

static int make_ping(void)
{
	union addr a = { .v4 = { .sin_family = AF_INET } };
	socklen_t len = sizeof(a.v4);
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	char name[64];

	a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, &a.sa, len) || getsockname(fd, &a.sa, &len))
		return -errno;
	/* The kernel's %08X of the address as it lies in memory. */
	snprintf(name, sizeof(name), "%08X:%04X->00000000:0000", a.v4.sin_addr.s_addr,
		 ntohs(a.v4.sin_port));
	return show_bare(fd, "icmp", name);
}

static int show_packet(int type, int proto, const char *node, const char *name)
{
	int fd = socket(AF_PACKET, type, htons((uint16_t)proto));
	char number[16], inode[32];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	put_row(number, "u ", "pack", inode, "0t0", node, "type=%s", name);
	return 0;
}

static int make_packet(void)
{
	int err = show_packet(SOCK_RAW, ETH_P_ALL, "ALL", "SOCK_RAW");

	if (!err)
		err = show_packet(SOCK_DGRAM, ETH_P_ARP, "ARP", "SOCK_DGRAM");
	return err ? err : show_packet(SOCK_RAW, 0x1234, "4660", "SOCK_RAW");
}

/* ---- other families ------------------------------------------------------------ */

static int bind_netlink(int proto)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, proto);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return -1;
	return fd;
}

static int make_netlink(void)
{
	int err = show_bare(bind_netlink(NETLINK_ROUTE), "netlink", "ROUTE");

	if (!err)
		err = show_bare(bind_netlink(NETLINK_GENERIC), "netlink", "GENERIC");
	if (!err)
		err = show_bare(bind_netlink(NETLINK_KOBJECT_UEVENT), "netlink", "KOBJECT_UEVENT");
	return err ? err :
		     show(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), ' ', "protocol: NETLINK");
}

static int make_vsock(void)
{
	return show(socket(AF_VSOCK, SOCK_STREAM, 0), ' ', "protocol: AF_VSOCK");
}

/* The address that /proc/net/unix shows for an inode; zero when hidden. */
static uint64_t unix_pointer(ino_t ino)
{
	FILE *f = fopen("/proc/net/unix", "r");
	uint64_t found = 0, ptr;
	unsigned long n;
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 ": %*s %*s %*s %*s %*s %lu", &ptr, &n) == 2 && n == ino)
			found = ptr;
	if (f)
		fclose(f);
	return found;
}

/* name: "" or the address and a blank, as shown */
static int show_unix(int fd, const char *name, const char *type, const char *state)
{
	char number[16], inode[32], device[32];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	snprintf(device, sizeof(device), "0x%016" PRIx64, unix_pointer(st.st_ino));
	put_row(number, "u ", "unix", device, "0t0", inode, "%stype=%s (%s)", name, type, state);
	return 0;
}

/* A bound socket; a name that begins with '@' is abstract. */
static int unix_bound(int type, const char *path, bool listening, union addr *a, socklen_t *len)
{
	int fd = socket(AF_UNIX, type, 0);

	if (strlen(path) >= sizeof(a->un.sun_path))
		return -ENAMETOOLONG;
	memset(a, 0, sizeof(*a));
	a->un.sun_family = AF_UNIX;
	strcpy(a->un.sun_path, path);
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (*path == '@')
		a->un.sun_path[0] = '\0';
	else
		unlink(path);
	if (fd < 0 || bind(fd, &a->sa, *len) || (listening && listen(fd, 5)))
		return -errno;
	return fd;
}

static int unix_server(int type, const char *path, const char *word)
{
	union addr a;
	socklen_t len;
	char name[TEXT];
	int fd = unix_bound(type, path, true, &a, &len), client, err;

	if (fd < 0)
		return fd;
	client = socket(AF_UNIX, type, 0);
	if (client < 0 || connect(client, &a.sa, len))
		return -errno;
	snprintf(name, sizeof(name), "%s ", path);
	err = show_unix(fd, name, word, "LISTEN");
	if (!err)
		err = show_unix(client, "", word, "CONNECTED");
	return err ? err : show_unix(accept(fd, NULL, NULL), name, word, "CONNECTED");
}

static int make_unix(void)
{
	char path[TEXT];
	int p[2], err = unix_server(SOCK_STREAM, in_cwd(path, sizeof(path), "stream"), "STREAM");

	if (!err)
		err = unix_server(SOCK_SEQPACKET, in_cwd(path, sizeof(path), "seq"), "SEQPACKET");
	if (err || socketpair(AF_UNIX, SOCK_STREAM, 0, p))
		return err ? err : -errno;
	err = show_unix(p[0], "", "STREAM", "CONNECTED");
	return err ? err : show_unix(p[1], "", "STREAM", "CONNECTED");
}

static int make_unix_dgram(void)
{
	char path[TEXT], name[TEXT + 1];
	union addr a;
	socklen_t len;
	int fd = unix_bound(SOCK_DGRAM, in_cwd(path, sizeof(path), "dgram"), false, &a, &len), err;

	if (fd < 0)
		return fd;
	snprintf(name, sizeof(name), "%s ", path);
	err = show_unix(fd, name, "DGRAM", "UNCONNECTED");
	return err ? err : show_unix(socket(AF_UNIX, SOCK_DGRAM, 0), "", "DGRAM", "UNCONNECTED");
}

static int make_unix_odd(void)
{
	char path[TEXT], name[64];
	int err = unix_server(SOCK_STREAM, in_cwd(path, sizeof(path), "a b:c d"), "STREAM");

	snprintf(name, sizeof(name), "@zoo %d:abstract", getpid());
	return err ? err : unix_server(SOCK_STREAM, name, "STREAM");
}

/* ---- processes and threads ------------------------------------------------------- */

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

/* ---- the zoo ----------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*make)(void);
} kinds[] = {
	{ "comm", make_comm }, /* first: its child inherits nothing */
	{ "special", make_special },
	{ "regular", make_regular },
	{ "deleted", make_deleted },
	{ "hostile", make_hostile },
	{ "dir", make_dir },
	{ "symlink", make_symlink },
	{ "chr", make_chr },
	{ "pty", make_pty },
	{ "blk", make_blk },
	{ "pipe", make_pipe },
	{ "fifo", make_fifo },
	{ "locks", make_locks },
	{ "high", make_high },
	{ "mapped", make_mapped },
	{ "unmapped", make_unmapped },
	{ "sysv", make_sysv },
	{ "eventfd", make_eventfd },
	{ "epoll", make_epoll },
	{ "timerfd", make_timerfd },
	{ "signalfd", make_signalfd },
	{ "inotify", make_inotify },
	{ "memfd", make_memfd },
	{ "pidfd", make_pidfd },
	{ "ns", make_ns },
	{ "mqueue", make_mqueue },
	{ "tcp4", make_tcp4 },
	{ "tcp6", make_tcp6 },
	{ "mapped4", make_mapped4 },
	{ "tcp-half", make_tcp_half },
	{ "tcp-bound", make_tcp_bound },
	{ "udp4", make_udp4 },
	{ "udp6", make_udp6 },
	{ "udp-unbound", make_udp_unbound },
	{ "udplite", make_udplite },
	{ "raw", make_raw },
	{ "raw6", make_raw6 },
	{ "ping", make_ping },
	{ "packet", make_packet },
	{ "netlink", make_netlink },
	{ "vsock", make_vsock },
	{ "unix", make_unix },
	{ "unix-dgram", make_unix_dgram },
	{ "unix-odd", make_unix_odd },
	{ "thread", make_thread },
};

#define NKINDS (sizeof(kinds) / sizeof(*kinds))

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name) || !strcmp(argv[i], "all"))
			return true;
	return false;
}

static bool is_kind(const char *name)
{
	for (size_t i = 0; i < NKINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return true;
	return !strcmp(name, "all");
}

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_term };
	char byte;

	for (int i = 1; i < argc; i++) {
		if (is_kind(argv[i]))
			continue;
		for (size_t k = 0; k < NKINDS; k++)
			puts(kinds[k].name);
		return strcmp(argv[i], "list") ? 2 : 0;
	}
	if (!getcwd(cwd, sizeof(cwd)))
		return 1;
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < NKINDS; i++) {
		int err;

		if (!wanted(kinds[i].name, argc, argv))
			continue;
		printf("kind %s\n", kinds[i].name);
		err = kinds[i].make();
		if (err < 0)
			printf("skip %s %s\n", kinds[i].name, strerror(-err));
		fflush(stdout);
	}
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (!stop && read(STDIN_FILENO, &byte, 1) > 0)
		;
	if (*mqueue_name)
		mq_unlink(mqueue_name);
	return 0;
}
