/* SPDX-License-Identifier: MIT */
#include "os/etcmark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

/* Files have the time of the last tick, which is 10 ms at most. */
#define TICK_NS 20000000

static int64_t now_ns(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What is not there has no inode. */
static struct etcmark read_mark(const char *path)
{
	struct etcmark m = { .looked = now_ns(), .known = true };
	struct statx st;

	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO | STATX_SIZE | STATX_CTIME, &st) < 0)
		return m;
	m.dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	m.ino = st.stx_ino;
	m.size = st.stx_size;
	m.changed = st.stx_ctime.tv_sec * INT64_C(1000000000) + st.stx_ctime.tv_nsec;
	return m;
}

bool etcmark_look(struct etcmark *m, const char *path)
{
	const struct etcmark was = *m;

	if (!was.looked) {
		m->looked = now_ns();
		return false;
	}
	*m = read_mark(path);
	/* Twice within a tick: the second time can't be told from the first. */
	if (m->changed + TICK_NS >= was.looked)
		return true;
	return was.known && (m->dev != was.dev || m->ino != was.ino || m->size != was.size ||
			     m->changed != was.changed);
}
