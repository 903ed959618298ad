/* SPDX-License-Identifier: MIT */
/* Files, directories, links, devices, terminals. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int make_special(void)
{
	char buf[ZOO_TEXT];
	struct stat st;
	ssize_t n;

	if (stat(".", &st))
		return -errno;
	show_stat("cwd", "", NULL, &st, 0, zoo_cwd);
	if (stat("/", &st))
		return -errno;
	show_stat("rtd", "", NULL, &st, 0, "/");
	n = readlink("/proc/self/exe", buf, sizeof(buf) - 1);
	if (n < 0 || stat("/proc/self/exe", &st))
		return -errno;
	buf[n] = '\0';
	show_stat("txt", "", NULL, &st, 0, buf);
	return 0;
}

static int make_regular(void)
{
	int err = show_at(zoo_file("r", O_RDONLY, 10), ' ', "r");

	if (!err)
		err = show_at(zoo_file("w", O_WRONLY | O_APPEND, 0), ' ', "w");
	if (!err)
		err = show_at(zoo_file("rw", O_RDWR, 4096), ' ', "rw");
	if (!err)
		err = show_at(zoo_file("blank in name", O_RDONLY, 1), ' ', "blank in name");
	/* The name is really so: nothing was deleted. */
	if (!err)
		err = show_at(zoo_file("x (deleted)", O_RDONLY, 1), ' ', "x (deleted)");
	return err;
}

static int make_deleted(void)
{
	int fd = zoo_file("gone", O_RDWR, 77);

	if (fd < 0 || unlink("gone"))
		return -errno;
	return show_at(fd, ' ', "gone (deleted)");
}

static int make_hostile(void)
{
	int fd = zoo_file("esc\033[31m\nnl\ttab\\bs\x7f", O_RDONLY, 1);

	return show_at(fd, ' ', "esc^[[31m\\nnl\\ttab\\\\bs\\x7f");
}

static int make_dir(void)
{
	int err = show_fd(open(".", O_RDONLY | O_DIRECTORY), ' ', zoo_cwd);

	return err ? err : show_fd(open(".", O_PATH), ' ', zoo_cwd);
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
	int err = show_fd(open("/dev/null", O_RDONLY), ' ', NULL);

	return err ? err : show_fd(open("/dev/zero", O_RDWR), ' ', NULL);
}

static int make_pty(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char name[128];
	int err;

	if (master < 0 || grantpt(master) || unlockpt(master) ||
	    ptsname_r(master, name, sizeof(name)))
		return -errno;
	show_detail(master, "{\"slave\": \"%s\"}", name);
	err = show_fd(master, ' ', NULL);
	return err ? err : show_fd(open(name, O_RDWR | O_NOCTTY), ' ', NULL);
}

static int make_blk(void)
{
	int fd = open("/dev/loop0", O_RDONLY | O_NONBLOCK);

	if (fd >= 0)
		return show_fd(fd, ' ', NULL);
	if (mknod("blk", S_IFBLK | 0600, makedev(7, 0)))
		return -errno;
	return show_at(open("blk", O_PATH), ' ', "blk");
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
	return show_fd(high, ' ', NULL);
}

const struct zoo_kind zoo_files[] = {
	{ "special", make_special },
	{ "regular", make_regular },
	{ "deleted", make_deleted },
	{ "hostile", make_hostile },
	{ "dir", make_dir },
	{ "symlink", make_symlink },
	{ "chr", make_chr },
	{ "pty", make_pty },
	{ "blk", make_blk },
	{ "high", make_high },
	{ NULL, NULL },
};
