/* SPDX-License-Identifier: MIT */
#include "os/mountid.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "os/cached.h"
#include "os/mountline.h"
#include "os/readfd.h"
#include "os/root_live.h"
#include "os/statx.h"
#include "os/wary.h"

uint64_t mountid_of(int fd)
{
	struct fdmap_stat st;

	return os_statx(fd, "", AT_EMPTY_PATH, &st) == 0 ? st.mount : 0;
}

/* Some kernels can't be asked for what they know. */
static bool is_told(void)
{
	int fd = wary_now() ? -EAGAIN : cached_path(AT_FDCWD, "/", 0);

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

bool mountid_is_local(uint64_t mount)
{
	int fd = root_live_mounts(), r = fd;
	bool local = false;
	struct mount_line ml;
	struct cursor c;
	struct span line;
	struct buf text;

	buf_init(&text);
	if (fd >= 0) {
		r = read_most(fd, SIZE_MAX - 1, &text);
		close(fd);
	}
	c = cursor_of(buf_str(&text), text.n);
	while (r == 0 && cursor_line(&c, &line, NULL)) {
		if (!parse_mount_line(line, &ml) || ml.id != mount)
			continue;
		local = fstype_is_local(ml.fstype);
		break;
	}
	buf_fini(&text);
	return local;
}
