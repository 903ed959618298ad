/* SPDX-License-Identifier: MIT */
/* PID/stat: what is accepted can be put together again. */
#include "proc/stat.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct stat_line st, again;
	struct buf b;

	if (parse_stat((struct span){ text, size }, &st) < 0)
		return 0;
	if (st.comm.p <= text || st.comm.p + st.comm.n >= text + size)
		abort();
	/* Behind the session only. */
	if (st.sid == -1 && st.start != UINT64_MAX && !memmem(text, size, " -", 2))
		abort();
	if (st.comm.p[-1] != '(' || st.comm.p[st.comm.n] != ')')
		abort();
	if (memchr(st.comm.p + st.comm.n + 1, ')',
		   size - (size_t)(st.comm.p - text) - st.comm.n - 1))
		abort();
	buf_init(&b);
	buf_printf(&b, "%u (", st.pid);
	buf_put(&b, st.comm.p, st.comm.n);
	buf_puts(&b, ") ");
	buf_putc(&b, st.state);
	buf_printf(&b, " %d %d ", st.ppid, st.pgid);
	if (b.failed)
		abort();
	if (parse_stat((struct span){ b.p, b.n }, &again) < 0 || again.pid != st.pid ||
	    again.comm.n != st.comm.n || again.state != st.state || again.ppid != st.ppid ||
	    again.pgid != st.pgid)
		abort();
	/* Without its last blank the group may be half a number. */
	if (parse_stat((struct span){ b.p, b.n - 1 }, &again) == 0)
		abort();
	buf_fini(&b);
	return 0;
}
