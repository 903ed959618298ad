/* SPDX-License-Identifier: MIT */
/* PID/maps: what is accepted is the same when written again. */
#include "proc/maps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(struct span line)
{
	struct map_line m, again;
	struct buf b;

	if (parse_map_line(line, &m) < 0)
		return;
	if (m.path.p < line.p || m.path.p + m.path.n != line.p + line.n)
		abort();
	if (m.path.n && (*m.path.p == ' ' || *m.path.p == '\t'))
		abort();
	buf_init(&b);
	buf_printf(&b, "%llx-%llx r--p 0 %x:%x %llu ", (unsigned long long)m.start,
		   (unsigned long long)m.end, major(m.dev), minor(m.dev),
		   (unsigned long long)m.ino);
	buf_put(&b, m.path.p, m.path.n);
	if (b.failed || parse_map_line((struct span){ b.p, b.n }, &again) < 0)
		abort();
	if (again.start != m.start || again.end != m.end || again.dev != m.dev ||
	    again.ino != m.ino || again.path.n != m.path.n ||
	    (m.path.n && memcmp(again.path.p, m.path.p, m.path.n) != 0))
		abort();
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct cursor c = cursor_of(text, size);
	struct span line;

	while (cursor_line(&c, &line, NULL))
		one(line);
	return 0;
}
