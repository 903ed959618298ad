/* SPDX-License-Identifier: MIT */
/* Locked files and mapped ones, those without a name, too. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

		fd = zoo_file(cases[i].name, O_RDWR, 20);
		if (fd < 0 || fcntl(fd, F_SETLK, &lock))
			return -errno;
		show_at(fd, cases[i].letter, cases[i].name);
	}
	fd = zoo_file("flock", O_RDWR, 0);
	if (fd < 0 || flock(fd, LOCK_EX))
		return -errno;
	return show_at(fd, 'W', "flock");
}

/* Device and inode of the mapping at ADDR, as /proc/self/maps has them. */
static int find_map(const void *addr, dev_t *dev, uint64_t *ino)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[ZOO_TEXT];
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
	show_row("DEL", "", "REG", device, "", node, "%s", name);
	return 0;
}

static int make_mapped(void)
{
	char path[ZOO_TEXT];
	struct stat st;
	int fd = zoo_file("mapped", O_RDONLY, 100);

	if (fd < 0 || fstat(fd, &st) ||
	    mmap(NULL, 100, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		return -errno;
	close(fd);
	show_stat("mem", "", NULL, &st, 0, zoo_path(path, sizeof(path), "mapped"));
	return 0;
}

static int make_unmapped(void)
{
	char path[ZOO_TEXT];
	int fd = zoo_file("mapped-gone", O_RDONLY, 100);
	void *at = MAP_FAILED;

	if (fd >= 0)
		at = mmap(NULL, 100, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || unlink("mapped-gone"))
		return -errno;
	close(fd);
	return put_del(at, zoo_path(path, sizeof(path), "mapped-gone"));
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

const struct zoo_kind zoo_lockmap[] = {
	{ "locks", make_locks },
	{ "mapped", make_mapped },
	{ "unmapped", make_unmapped },
	{ "sysv", make_sysv },
	{ NULL, NULL },
};
