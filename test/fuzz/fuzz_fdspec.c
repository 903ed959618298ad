/* SPDX-License-Identifier: MIT */
/* Items of -d, -p and -g lists, and -c's regular expressions: in bounds, in order, to an end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fd_item(struct span item)
{
	struct fdmap_error err = { .text = "" };
	struct fdspec f;
	int rc = parse_fdspec(item, &f, &err);

	if (rc == -EINVAL && !err.text[0])
		abort();
	if (rc != 0)
		return;
	if (f.exclude != (item.n && item.p[0] == '^'))
		abort();
	if (f.what == FDSPEC_RANGE && (f.lo > f.hi || f.hi > INT32_MAX))
		abort();
	if (f.what == FDSPEC_SLOT && (f.slot > FDMAP_FD_CWD || f.slot < FDMAP_FD_URING))
		abort();
}

static void id_list(const char *text, size_t size)
{
	struct cursor at = cursor_of(text, size);
	struct idspec id;
	size_t n = 0;

	while (parse_idspec(&at, &id)) {
		if (++n > size || id.id < 0 || at.at > at.end)
			abort();
	}
	if (!cursor_done(&at))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fdmap_error err = { .text = "" };
	struct respec re;
	char *text = (char *)malloc(size + 2);
	int rc;

	if (!text)
		return 0;
	/* Not terminated for those that take a length. */
	memcpy(text, data, size);
	fd_item((struct span){ text, size });
	id_list(text, size);
	text[0] = '/';
	memcpy(text + 1, data, size);
	text[size + 1] = 0;
	rc = parse_respec(text, &re, &err);
	if (rc < 0 ? !err.text[0] : re.re.p != text + 1 || text[re.re.n + 1] != '/')
		abort();
	free(text);
	return 0;
}
