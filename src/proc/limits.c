/* SPDX-License-Identifier: MIT */
/*
 * PID/limits, a table whose lines begin with a name (fs/proc/base.c, proc_pid_limits):
 *
 *	Limit                     Soft Limit           Hard Limit           Units
 *	Max open files            1024                 524288               files
 *	Max open files            unlimited            unlimited            files
 *
 * The size of PID/fd is the number of descriptors (fs/proc/fd.c, proc_fd_getattr, since
 * 6.2), which anybody may know; older kernels say 0, so that they must be counted, by
 * who may list them.
 */
#include "proc/limits.h"

#include <errno.h>

int parse_nofile(struct span text, uint64_t *nofile)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		struct cursor l = cursor_span(line);
		struct span soft;

		if (!cursor_lit(&l, "Max open files ") || !cursor_field(&l, &soft))
			continue;
		if (span_eq(soft, "unlimited")) {
			*nofile = UINT64_MAX;
			return 0;
		}
		l = cursor_span(soft);
		return cursor_u64(&l, nofile) && cursor_done(&l) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

int nofile_read(struct root *root, const struct procdir *pd, struct buf *scratch, uint64_t *nofile)
{
	int r;

	buf_reset(scratch);
	r = root_read(root, &pd->dir, "limits", scratch);
	if (r < 0)
		return r;
	return parse_nofile((struct span){ buf_str(scratch), scratch->n }, nofile);
}

static int count_one(void *arg, uint32_t id)
{
	uint32_t *n = arg;

	(void)id;
	++*n;
	return 0;
}

int nfds_read(struct root *root, const struct procdir *pd, bool sizes, uint32_t *nfds)
{
	struct fdmap_stat st;
	struct root_dir dir;
	int r = root_stat(root, &pd->dir, "fd", &st);

	if (root_exhausted(r))
		return r;
	if (r == 0 && st.size <= INT32_MAX && (st.size || sizes)) {
		*nfds = (uint32_t)st.size;
		return 0;
	}
	*nfds = 0;
	r = root_dir_open(root, &pd->dir, "fd", &dir);
	if (r < 0)
		return r;
	r = root_list(root, &dir, count_one, nfds);
	root_dir_close(&dir);
	return r;
}
