/* SPDX-License-Identifier: MIT */
/* The rows that must be listed, as the zoo knows them itself; files to show. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

void show_row(const char *fd, const char *access, const char *type, const char *device,
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

void show_stat(const char *fd, const char *access, const char *type, const struct stat *st,
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
	show_row(fd, access, type ? type : type_of(st->st_mode), device, size, node, "%s", name);
}

const char *zoo_link(int fd, char *buf, size_t len)
{
	char at[64];
	ssize_t n;

	snprintf(at, sizeof(at), "/proc/self/fd/%d", fd);
	n = readlink(at, buf, len - 1);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

int show_fd(int fd, char lock, const char *name)
{
	char number[16], access[3] = { ' ', lock, '\0' }, buf[ZOO_TEXT];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	access[0] = mode_of(fd);
	snprintf(number, sizeof(number), "%d", fd);
	show_stat(number, access, NULL, &st, 0, name ? name : zoo_link(fd, buf, sizeof(buf)));
	return 0;
}

char *zoo_path(char *buf, size_t len, const char *name)
{
	snprintf(buf, len, "%s/%s", strcmp(zoo_cwd, "/") ? zoo_cwd : "", name);
	return buf;
}

void show_detail(int fd, const char *json, ...)
{
	va_list args;

	if (fd < 0)
		return;
	printf("detail %d ", fd);
	va_start(args, json);
	vprintf(json, args);
	va_end(args);
	putchar('\n');
}

int show_at(int fd, char lock, const char *name)
{
	char path[ZOO_TEXT];

	return show_fd(fd, lock, zoo_path(path, sizeof(path), name));
}

long long zoo_fdinfo(int fd, const char *key)
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

int zoo_file(const char *name, int flags, size_t bytes)
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
