/* SPDX-License-Identifier: MIT */
/* lsof asks each directory for its device, so what is mounted there last answers. */
#include "cli/mounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/warn.h"

struct mounted {
	size_t dir; /* where its name begins, in dirs */
	size_t n;   /* of all, so many before this one */
	uint64_t dev;
	const struct buf *dirs;
};

struct mounts_list {
	struct buf dirs;  /* names, each with its NUL */
	struct buf items; /* struct mounted */
};

static int mounts_keep(void *arg, const char *dir, uint64_t dev)
{
	struct mounts_list *list = (struct mounts_list *)arg;
	struct mounted item = { .dir = list->dirs.n,
				.n = list->items.n / sizeof(item),
				.dev = dev,
				.dirs = &list->dirs };

	buf_put(&list->dirs, dir, strlen(dir) + 1);
	buf_put(&list->items, &item, sizeof(item));
	return list->dirs.failed || list->items.failed ? -ENOMEM : 0;
}

static int by_order(const void *a, const void *b)
{
	const struct mounted *x = (const struct mounted *)a, *y = (const struct mounted *)b;

	return (x->n > y->n) - (x->n < y->n);
}

static int by_dir(const void *a, const void *b)
{
	const struct mounted *x = (const struct mounted *)a, *y = (const struct mounted *)b;
	int order = strcmp(x->dirs->p + x->dir, y->dirs->p + y->dir);

	return order ? order : by_order(a, b);
}

/* One of each directory: its first place, its last device. The number of them. */
static size_t mounts_once(struct mounted *v, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(v, n, sizeof(*v), by_dir);
	for (size_t i = 0; i < n; i++) {
		if (kept &&
		    strcmp(v[kept - 1].dirs->p + v[kept - 1].dir, v[i].dirs->p + v[i].dir) == 0)
			v[kept - 1].dev = v[i].dev;
		else
			v[kept++] = v[i];
	}
	if (kept)
		qsort(v, kept, sizeof(*v), by_order);
	return kept;
}

static int mounts_put(struct mounts_list *list)
{
	struct mounted *v = (struct mounted *)(void *)list->items.p;
	size_t n = mounts_once(v, list->items.n / sizeof(*v));
	struct buf out;
	int rc;

	buf_init(&out);
	for (size_t i = 0; i < n; i++) {
		const char *dir = list->dirs.p + v[i].dir;

		warn_quote(STDOUT_FILENO, dir, strlen(dir), &out);
		buf_puts(&out, " 0x");
		buf_put_hex(&out, v[i].dev, 1);
		buf_putc(&out, '\n');
	}
	rc = warn_print(&out);
	buf_fini(&out);
	return rc;
}

int mounts_print(struct fdmap *m)
{
	struct mounts_list list;
	int rc;

	buf_init(&list.dirs);
	buf_init(&list.items);
	rc = fdmap_mounts(m, mounts_keep, &list);
	if (rc == 0)
		rc = mounts_put(&list);
	buf_fini(&list.items);
	buf_fini(&list.dirs);
	return rc;
}
