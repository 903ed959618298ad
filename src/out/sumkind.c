/* SPDX-License-Identifier: MIT */
/* Descriptors by kind; anonymous inodes by what they are. */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/keyset.h"
#include "out/quote.h"

#define ANON "anon_inode:"

/* The key of a kind is its name, a NUL and, of an anonymous inode, what it is. */
struct totals {
	bool begun; /* the set of names, and the value, are */
	struct keyset names;
	struct buf counts; /* struct count, by number of the name until they are sorted */
	struct buf key;
	const struct fdmap_field *field;
	struct fdmap_value value;
	uint64_t n;
	uint64_t others; /* what is held without a descriptor: cwd, txt, mem, ... */
};
struct count {
	uint64_t n;
	uint32_t name;
};

static struct count *counts_of(const struct totals *t, size_t *n)
{
	*n = t->counts.n / sizeof(struct count);
	return (struct count *)(void *)t->counts.p;
}

static void begin(struct totals *t)
{
	if (t->begun)
		return;
	t->begun = true;
	keyset_init(&t->names);
	fdmap_value_init(&t->value, NULL);
	t->field = fdmap_field_find("kind", strlen("kind"));
}

/* "[eventpoll]" and "inotify" of the kernel's: without the brackets. */
static void put_anon(const struct fdmap_file *f, struct buf *key)
{
	const char *name = f->path + strlen(ANON);
	size_t n = strlen(name);

	if (n >= 2 && name[0] == '[' && name[n - 1] == ']')
		buf_put(key, name + 1, n - 2);
	else
		buf_put(key, name, n);
}

static int put_key(struct totals *t, const struct fdmap_row *row)
{
	const struct fdmap_file *f = row->file;
	int rc = t->field ? fdmap_field_get(t->field, row, &t->value) : 0;

	if (rc < 0)
		return rc;
	buf_reset(&t->key);
	if (rc)
		buf_put(&t->key, t->value.text.p, t->value.text.n);
	else
		buf_puts(&t->key, "unknown");
	buf_putc(&t->key, '\0');
	/* Some have a kind of their own. */
	if (strcmp(t->key.failed ? "" : t->key.p, "anon") == 0 && f->path &&
	    strncmp(f->path, ANON, strlen(ANON)) == 0)
		put_anon(f, &t->key);
	return t->key.failed ? -ENOMEM : 0;
}

static int kinds_row(struct totals *t, const struct seen *x)
{
	struct count count = { 0 };
	size_t n;
	int rc;

	begin(t);
	if (x->row->file->fd < 0) {
		t->others += x->row->file->fd != FDMAP_FD_NOFD && !x->row->proc->nobody;
		return 0;
	}
	rc = put_key(t, x->row);
	if (rc == 0)
		rc = keyset_add(&t->names, buf_str(&t->key), t->key.n, &count.name);
	if (rc > 0)
		buf_put(&t->counts, &count, sizeof(count));
	if (rc < 0 || t->counts.failed)
		return -ENOMEM;
	counts_of(t, &n)[count.name].n++;
	t->n++;
	return 0;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct count *x = a, *y = b;
	const struct keyset *names = arg;
	size_t nx, ny;
	const void *px, *py;
	int order;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	px = keyset_at(names, x->name, &nx);
	py = keyset_at(names, y->name, &ny);
	order = memcmp(px, py, nx < ny ? nx : ny);
	return order ? order : (nx > ny) - (nx < ny);
}

static int kinds_end(struct totals *t, const struct format *fmt)
{
	size_t n;
	struct count *v = counts_of(t, &n);

	(void)fmt;
	if (n)
		qsort_r(v, n, sizeof(*v), compare, &t->names);
	return 0;
}

/* What stands behind the NUL of a key of *len bytes. */
static const char *anon_of(const char *key, size_t *len)
{
	size_t kind = strlen(key) + 1;

	*len -= kind;
	return key + kind;
}

static void kinds_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n, len;
	const struct count *v = counts_of(t, &n);

	(void)fmt;
	if (!t->n && !t->others)
		return;
	grid_init(&g, 3, 2);
	grid_word(&g, "DESCRIPTORS");
	grid_head(&g, "TOTAL", true);
	grid_word(&g, "");
	for (size_t i = 0; i < n; i++) {
		const char *name = keyset_at(&t->names, v[i].name, &len);

		grid_word(&g, name);
		grid_number(&g, v[i].n);
		name = anon_of(name, &len);
		quote_text(name, len, &g.text);
		grid_left(&g);
	}
	grid_word(&g, "all");
	grid_number(&g, t->n);
	grid_word(&g, "");
	grid_word(&g, "others");
	grid_number(&g, t->others);
	grid_word(&g, "cwd, rtd, txt, mem and what else has no number");
	buf_putc(out, '\n');
	grid_put(&g, 0, out);
	grid_fini(&g);
}

static void kinds_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n, len;
	const struct count *v = counts_of(t, &n);

	(void)fmt;
	jsonw_object(w);
	summary_member(w, "total", t->n);
	summary_member(w, "others", t->others);
	jsonw_key(w, "kinds");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++) {
		const char *name = keyset_at(&t->names, v[i].name, &len);

		jsonw_object(w);
		summary_word(w, "kind", name);
		name = anon_of(name, &len);
		if (len)
			jsonw_text(w, "name", name, len);
		summary_member(w, "count", v[i].n);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void kinds_fini(struct totals *t)
{
	keyset_fini(&t->names);
	buf_fini(&t->counts);
	buf_fini(&t->key);
	fdmap_value_fini(&t->value);
}

const struct summary_part summary_kinds = {
	.key = "descriptors",
	.needs = FDMAP_LINK,
	.size = sizeof(struct totals),
	.row = kinds_row,
	.end = kinds_end,
	.text = kinds_text,
	.json = kinds_json,
	.fini = kinds_fini,
};
