/* SPDX-License-Identifier: MIT */
/* UNIX sockets. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	show_row(number, "u ", "unix", device, "0t0", inode, "%stype=%s (%s)", name, type, state);
	return 0;
}

/* A bound socket; a name that begins with '@' is abstract. */
static int unix_bound(int type, const char *path, bool listening, union zoo_addr *a, socklen_t *len)
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
	union zoo_addr a;
	socklen_t len;
	char name[ZOO_TEXT];
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
	char path[ZOO_TEXT];
	int p[2], err = unix_server(SOCK_STREAM, zoo_path(path, sizeof(path), "stream"), "STREAM");

	if (!err)
		err = unix_server(SOCK_SEQPACKET, zoo_path(path, sizeof(path), "seq"), "SEQPACKET");
	if (err || socketpair(AF_UNIX, SOCK_STREAM, 0, p))
		return err ? err : -errno;
	err = show_unix(p[0], "", "STREAM", "CONNECTED");
	return err ? err : show_unix(p[1], "", "STREAM", "CONNECTED");
}

/* A receiver, and a sender that is connected to it: to the kernel then both are. */
static int unix_datagrams(const char *path)
{
	char name[ZOO_TEXT];
	union zoo_addr a;
	socklen_t len;
	int fd = unix_bound(SOCK_DGRAM, path, false, &a, &len), sender, err;

	if (fd < 0)
		return fd;
	sender = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (sender < 0 || connect(sender, &a.sa, len))
		return -errno;
	snprintf(name, sizeof(name), "%s ", path);
	err = show_unix(fd, name, "DGRAM", "CONNECTED");
	return err ? err : show_unix(sender, "", "DGRAM", "CONNECTED");
}

static int make_unix_dgram(void)
{
	char path[ZOO_TEXT];
	union zoo_addr a;
	socklen_t len;
	int err = unix_datagrams(zoo_path(path, sizeof(path), "dgram")), fd;

	if (!err)
		err = show_unix(socket(AF_UNIX, SOCK_DGRAM, 0), "", "DGRAM", "UNCONNECTED");
	if (err)
		return err;
	fd = unix_bound(SOCK_DGRAM, zoo_path(path, sizeof(path), "dgram.alone"), false, &a, &len);
	return fd < 0 ? fd : show_unix(fd, strcat(path, " "), "DGRAM", "UNCONNECTED");
}

static int make_unix_odd(void)
{
	char path[ZOO_TEXT], name[64];
	int err = unix_server(SOCK_STREAM, zoo_path(path, sizeof(path), "a b:c d"), "STREAM");

	snprintf(name, sizeof(name), "@zoo %d:abstract", getpid());
	return err ? err : unix_server(SOCK_STREAM, name, "STREAM");
}

static int show_pair(int type, const char *word)
{
	int p[2], err;

	if (socketpair(AF_UNIX, type, 0, p))
		return -errno;
	err = show_unix(p[0], "", word, "CONNECTED");
	return err ? err : show_unix(p[1], "", word, "CONNECTED");
}

static int make_unix_pairs(void)
{
	int err = show_pair(SOCK_SEQPACKET, "SEQPACKET");

	if (!err)
		err = show_pair(SOCK_DGRAM, "DGRAM");
	/* The kernel makes datagrams of raw ones. */
	return err ? err : show_unix(socket(AF_UNIX, SOCK_RAW, 0), "", "DGRAM", "UNCONNECTED");
}

static int make_unix_abstract(void)
{
	char name[64];
	int err;

	snprintf(name, sizeof(name), "@zoo.%d.seq", getpid());
	err = unix_server(SOCK_SEQPACKET, name, "SEQPACKET");
	if (err)
		return err;
	snprintf(name, sizeof(name), "@zoo.%d.dgram", getpid());
	return unix_datagrams(name);
}

const struct zoo_kind zoo_local[] = {
	{ "unix", make_unix },
	{ "unix-dgram", make_unix_dgram },
	{ "unix-odd", make_unix_odd },
	{ "unix-pairs", make_unix_pairs },
	{ "unix-abstract", make_unix_abstract },
	{ NULL, NULL },
};
