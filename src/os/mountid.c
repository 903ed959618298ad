/* SPDX-License-Identifier: MIT */
#include "os/mountid.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "os/cached.h"
#include "os/root_live.h"
#include "os/statx.h"

uint64_t mountid_of(int fd)
{
	struct fdmap_stat st;

	return os_statx(fd, "", AT_EMPTY_PATH, &st) == 0 ? st.mount : 0;
}

/* Some kernels can't be asked for what they know. */
static bool is_told(void)
{
	int fd = cached_path(AT_FDCWD, "/", 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

uint64_t mountid_above(const char *path)
{
	const char *rest;
	int fd = is_told() ? cached_above(path, &rest) : -EAGAIN;
	uint64_t mount = fd < 0 ? 0 : mountid_of(fd);

	if (fd >= 0)
		close(fd);
	return mount;
}

static bool is_local_type(struct span type)
{
	static const char *const local[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs", "devtmpfs", "ramfs", "proc",
		"sysfs", "devpts", "cgroup", "cgroup2", "squashfs", "erofs", "vfat", "iso9660", "zfs",
		"bcachefs", "hugetlbfs", "mqueue", "debugfs", "tracefs", "bpf",
	};

	for (size_t i = 0; i < ARRAY_LEN(local); i++)
		if (span_eq(type, local[i]))
			return true;
	return false;
}

/* "36 35 98:0 / /mnt rw,noatime - ext3 /dev/root rw": show_mountinfo() of fs/proc_namespace.c */
static bool line_is_local(struct span line, uint64_t mount, bool *found)
{
	struct cursor c = cursor_span(line);
	struct span word;
	uint64_t id;

	*found = cursor_u64(&c, &id) && id == mount;
	if (!*found)
		return false;
	while (cursor_field(&c, &word))
		if (span_eq(word, "-"))
			return cursor_field(&c, &word) && is_local_type(word);
	return false;
}

bool mountid_is_local(uint64_t mount)
{
	int fd = root_live_mounts();
	bool whole, found = false, local = false;
	struct cursor c;
	struct span line;
	struct buf text;
	ssize_t n = 1;

	buf_init(&text);
	while (fd >= 0 && n > 0 && buf_reserve(&text, 4096) == 0) {
		n = read(fd, text.p + text.n, 4096);
		text.n += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	c = cursor_of(buf_str(&text), text.n);
	while (!found && cursor_line(&c, &line, &whole))
		local = line_is_local(line, mount, &found);
	buf_fini(&text);
	return found && local;
}
