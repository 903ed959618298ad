/* SPDX-License-Identifier: MIT */
/* The kernel's own totals of sockets. */
#include "fdmap.h"

#include <errno.h>

#include "engine/query.h"
#include "net/sockstat.h"

static int read_sockstat(struct root *root, const char *file, struct buf *text)
{
	struct buf name;
	int r;

	buf_init(&name);
	buf_printf(&name, "%s/net/%s", root->self, file);
	r = name.failed ? -ENOMEM : root_read(root, NULL, buf_str(&name), text);
	buf_fini(&name);
	return r == 0 && text->failed ? -ENOMEM : r;
}

int fdmap_sockstat(struct fdmap *m,
		   int (*each)(void *arg, const char *proto, const char *what, uint64_t n), void *arg)
{
	static const char *const files[] = { "sockstat", "sockstat6" };
	struct buf text;
	int r = 0;

	buf_init(&text);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(files); i++) {
		buf_reset(&text);
		r = read_sockstat(fdmap_root(m), files[i], &text);
		/* A kernel without IPv6 has no second file. */
		if (r == -ENOENT && i > 0)
			r = 0;
		else if (r == 0)
			r = parse_sockstat((struct span){ buf_str(&text), text.n }, each, arg);
	}
	buf_fini(&text);
	return r;
}
