/* SPDX-License-Identifier: MIT */
/*
 * Lists of columns and -r's value: each column once, in the order in which they were named, what
 * is wrong is said with its word, and to add a list again adds nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/set.h"
#include "out/choose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_columns(const char *list)
{
	struct columns c = { .n = 0 };
	struct buf why;
	size_t n;
	int rc;

	buf_init(&why);
	rc = columns_choose(&c, list, &why);
	must(rc == 0 || rc == -EINVAL);
	must(rc == 0 ? !why.n && c.n && c.only == (*list != '+') : why.n > 0);
	for (size_t i = 0; i < c.n; i++) {
		const struct fdmap_field *f = fdmap_field_find(c.v[i].key, strlen(c.v[i].key));

		must(f && f == c.v[i].field);
		for (size_t k = 0; k < i; k++)
			must(c.v[k].field != f);
	}
	n = c.n;
	/* To find what is nearest takes long. */
	must(rc < 0 || (columns_choose(&c, list, &why) == 0 && c.n == n));
	columns_fini(&c);
	buf_fini(&why);
}

static void check_repeat(const char *text)
{
	struct repeat r = { .seconds = 0 };
	size_t n = repeat_takes(text);
	char *value = strndup(text, n);

	must(n <= strlen(text) && value);
	parse_repeat(value, &r);
	must(!r.marker || (r.marker > value && r.marker <= value + n && r.marker[-1] == 'm'));
	must(r.seconds <= INT32_MAX && r.cycles <= INT32_MAX);
	/* Nothing is left over: it is all taken, or it is the marker. */
	must(r.marker || strspn(value, "0123456789 c") == n);
	free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup(size ? (const char *)data : "", size);

	must(text != NULL);
	check_columns(text);
	check_repeat(text);
	free(text);
	return 0;
}
