/* SPDX-License-Identifier: MIT */
/* Replies of a portmapper, and lists as rpcinfo -p prints them: nothing but ports comes out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/portmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reply(const char *text, size_t n)
{
	struct span stream = { text, n };
	const struct portmap_entry *e;
	struct buf entries;
	uint32_t xid = 0;
	int whole = portmap_whole(stream), rc;

	if (whole != 0 && whole != 1 && whole != -EINVAL)
		abort();
	/* Take the one it claims to answer, so that the rest is reached. */
	if (n >= 8)
		xid = (uint32_t)(unsigned char)text[4] << 24 |
		      (uint32_t)(unsigned char)text[5] << 16 |
		      (uint32_t)(unsigned char)text[6] << 8 | (unsigned char)text[7];
	buf_init(&entries);
	rc = portmap_parse(stream, xid, &entries);
	if (rc != 0 && rc != -EINVAL)
		abort();
	if (rc == 0 && whole != 1)
		abort();
	/* Five words make an entry. */
	if (entries.n / sizeof(*e) > n / 20)
		abort();
	e = (const void *)entries.p;
	for (size_t i = 0; i < entries.n / sizeof(*e); i++)
		if (!e[i].port)
			abort();
	buf_fini(&entries);
}

static void list(const char *text, size_t n)
{
	struct cursor c = cursor_of(text, n);
	struct portmap_entry e;
	struct span name;

	while (portmap_next(&c, &e, &name))
		if (!e.port || (name.n && (name.p < text || name.p + name.n > text + n)))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = (char *)malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	reply(text, size);
	list(text, size);
	free(text);
	return 0;
}
