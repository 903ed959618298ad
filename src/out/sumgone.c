/* SPDX-License-Identifier: MIT */
/*
 * Files that have no name any more, but are still held: their room is free only when the
 * last holder has gone. Each once, by device and inode, with the size it has.
 */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/keyset.h"
#include "out/human.h"
#include "out/quote.h"

#define MOST_HOLDERS 5

struct identity {
	uint64_t dev, ino;
};
struct gone {
	const struct fdmap_file *file; /* a row of it */
	uint64_t size;
	bool sized;	   /* of what is only mapped the size may not be known */
	uint32_t counted, summed; /* last process for which its number, its size was */
};
struct holder {
	const struct fdmap_process *proc;
	const struct fdmap_file *largest;
	uint64_t files, bytes, largest_size;
};
struct place {
	uint64_t dev, files, bytes, unsized;
	const struct fdmap_mount *mount;
	bool memory; /* no file system that anybody mounted */
};

struct totals {
	bool begun;
	struct keyset ids;  /* struct identity */
	struct buf files;   /* struct gone, by number of the identity */
	struct buf holders; /* struct holder */
	struct buf places;  /* struct place: made at the end */
	uint64_t bytes, unsized;
	bool held; /* the process at hand is a holder */
};

static struct gone *files_of(const struct totals *t, size_t *n)
{
	*n = t->files.n / sizeof(struct gone);
	return (struct gone *)(void *)t->files.p;
}

static struct holder *holders_of(const struct totals *t, size_t *n)
{
	*n = t->holders.n / sizeof(struct holder);
	return (struct holder *)(void *)t->holders.p;
}

static struct place *places_of(const struct totals *t, size_t *n)
{
	*n = t->places.n / sizeof(struct place);
	return (struct place *)(void *)t->places.p;
}

static bool is_gone(const struct fdmap_file *f)
{
	return f->deleted && f->stat && S_ISREG(f->stat->mode) && !f->stat->nlink;
}

/* What the process has of it. */
static int add_holder(struct totals *t, const struct seen *x, struct gone *g)
{
	const struct fdmap_file *f = x->row->file;
	struct holder *v;
	uint32_t number;
	size_t n;

	if (!t->held) {
		const struct holder holder = { .proc = x->row->proc, .largest = f };

		buf_put(&t->holders, &holder, sizeof(holder));
		if (t->holders.failed)
			return -ENOMEM;
		t->held = true;
	}
	v = holders_of(t, &n);
	number = (uint32_t)n;
	v += n - 1;
	v->files += g->counted != number;
	g->counted = number;
	if (g->sized && g->summed != number) {
		g->summed = number;
		v->bytes += g->size;
		if (g->size >= v->largest_size) {
			v->largest = f;
			v->largest_size = g->size;
		}
	}
	return 0;
}

static int gone_row(struct totals *t, const struct seen *x)
{
	const struct fdmap_file *f = x->row->file;
	struct gone *g, one = { .file = f };
	struct identity id;
	uint32_t at;
	size_t n;
	int rc;

	if (!t->begun)
		keyset_init(&t->ids);
	t->begun = true;
	if (x->begins)
		t->held = false;
	if (!is_gone(f))
		return 0;
	id = (struct identity){ f->stat->dev, f->stat->ino };
	rc = keyset_add(&t->ids, &id, sizeof(id), &at);
	if (rc > 0)
		buf_put(&t->files, &one, sizeof(one));
	if (rc < 0 || t->files.failed)
		return -ENOMEM;
	g = &files_of(t, &n)[at];
	/* A line of maps tells which file it is, and not how large. */
	if (f->fd != FDMAP_FD_DEL && !g->sized) {
		g->file = f;
		g->size = f->stat->size;
		g->sized = true;
	}
	return add_holder(t, x, g);
}

static int by_device(const void *a, const void *b)
{
	const struct gone *x = a, *y = b;

	return (x->file->stat->dev > y->file->stat->dev) -
	       (x->file->stat->dev < y->file->stat->dev);
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return (x->dev > y->dev) - (x->dev < y->dev);
}

static int by_holder(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	if (x->files != y->files)
		return x->files < y->files ? 1 : -1;
	return (x->proc->pid > y->proc->pid) - (x->proc->pid < y->proc->pid);
}

/* Names that the kernel gives to what is only memory. */
static bool is_memory(const struct fdmap_file *f)
{
	static const char *const names[] = { "/memfd:", "/SYSV", "/dev/zero" };

	for (size_t i = 0; !fdmap_more(f)->mount && f->path && i < ARRAY_LEN(names); i++)
		if (strncmp(f->path, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void add_place(struct totals *t, const struct gone *g)
{
	const struct place one = { .dev = g->file->stat->dev };
	struct place *v;
	size_t n;

	v = places_of(t, &n);
	if (!n || v[n - 1].dev != one.dev) {
		buf_put(&t->places, &one, sizeof(one));
		if (t->places.failed)
			return;
		v = places_of(t, &n);
	}
	v += n - 1;
	v->files++;
	v->bytes += g->size;
	v->unsized += !g->sized;
	v->memory |= is_memory(g->file);
	if (!v->mount)
		v->mount = fdmap_more(g->file)->mount;
	t->bytes += g->size;
	t->unsized += !g->sized;
}

static int gone_end(struct totals *t, const struct format *fmt)
{
	size_t n, m, k;
	struct gone *files = files_of(t, &n);
	struct holder *holders = holders_of(t, &m);
	struct place *places;

	(void)fmt;
	if (!n)
		return 0;
	qsort(files, n, sizeof(*files), by_device);
	for (size_t i = 0; i < n; i++)
		add_place(t, &files[i]);
	if (t->places.failed)
		return -ENOMEM;
	places = places_of(t, &k);
	qsort(places, k, sizeof(*places), by_place);
	qsort(holders, m, sizeof(*holders), by_holder);
	return 0;
}

static void put_size(uint64_t bytes, const struct format *fmt, struct buf *out)
{
	if (fmt->human)
		human_put(bytes, out);
	else
		buf_put_u64(out, bytes);
}

static void put_device(uint64_t dev, struct buf *out)
{
	buf_printf(out, "%u:%u", major(dev), minor(dev));
}

static void grid_place(struct grid *g, const struct place *p, const struct format *fmt)
{
	grid_number(g, p->files);
	put_size(p->bytes, fmt, &g->text);
	grid_right(g);
	put_device(p->dev, &g->text);
	grid_right(g);
	if (p->mount && p->mount->fstype)
		quote_command(p->mount->fstype, 0, &g->text);
	else
		buf_puts(&g->text, p->memory ? "memory" : "-");
	grid_left(g);
	if (p->mount && p->mount->dir)
		quote_text(p->mount->dir, strlen(p->mount->dir), &g->text);
	grid_left(g);
}

static void text_places(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct place *v = places_of(t, &n);

	summary_title("DELETED FILES STILL HELD, by file system", out);
	grid_init(&g, 5, 2);
	grid_head(&g, "FILES", true);
	grid_head(&g, "BYTES", true);
	grid_head(&g, "DEVICE", true);
	grid_word(&g, "TYPE");
	grid_word(&g, "MOUNTED");
	for (size_t i = 0; i < n; i++)
		grid_place(&g, &v[i], fmt);
	grid_put(&g, 0, out);
	grid_fini(&g);
	if (!t->unsized)
		return;
	buf_puts(out, "  of ");
	buf_put_u64(out, t->unsized);
	buf_puts(out, ", only mapped, the size is not known\n");
}

static void gone_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct holder *v = holders_of(t, &n);

	if (!n)
		return;
	text_places(t, fmt, out);
	summary_title("HOLDERS OF DELETED FILES, and the largest of each", out);
	grid_init(&g, 6, 2);
	grid_head(&g, "FILES", true);
	grid_head(&g, "BYTES", true);
	summary_process_heads(&g);
	grid_word(&g, "LARGEST");
	for (size_t i = 0; i < summary_some(n, MOST_HOLDERS); i++) {
		const char *path = v[i].largest->path ? v[i].largest->path : "";

		grid_number(&g, v[i].files);
		put_size(v[i].bytes, fmt, &g.text);
		grid_right(&g);
		summary_process_cells(&g, fmt, v[i].proc);
		quote_text(path, strlen(path), &g.text);
		grid_left(&g);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
	summary_more(n, MOST_HOLDERS, "", out);
}

static void json_place(struct jsonw *w, const struct place *p)
{
	struct buf dev;

	buf_init(&dev);
	put_device(p->dev, &dev);
	jsonw_object(w);
	summary_word(w, "device", buf_str(&dev));
	if (p->mount && p->mount->dir)
		jsonw_text(w, "mount", p->mount->dir, strlen(p->mount->dir));
	if (p->mount && p->mount->fstype)
		jsonw_text(w, "fstype", p->mount->fstype, strlen(p->mount->fstype));
	summary_member(w, "files", p->files);
	summary_member(w, "bytes", p->bytes);
	summary_member(w, "sizes_unknown", p->unsized);
	jsonw_object_end(w);
	w->out->failed |= dev.failed;
	buf_fini(&dev);
}

static void json_holder(struct jsonw *w, const struct format *fmt, const struct holder *h)
{
	jsonw_object(w);
	summary_process_json(w, fmt, h->proc);
	summary_member(w, "files", h->files);
	summary_member(w, "bytes", h->bytes);
	if (h->largest->path)
		jsonw_text(w, "largest", h->largest->path, strlen(h->largest->path));
	summary_member(w, "largest_size", h->largest_size);
	jsonw_object_end(w);
}

static void gone_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n, k;
	const struct holder *holders = holders_of(t, &n);
	const struct place *places = places_of(t, &k);

	jsonw_object(w);
	summary_member(w, "files", t->ids.n);
	summary_member(w, "bytes", t->bytes);
	summary_member(w, "sizes_unknown", t->unsized);
	jsonw_key(w, "filesystems");
	jsonw_array(w);
	for (size_t i = 0; i < k; i++)
		json_place(w, &places[i]);
	jsonw_array_end(w);
	summary_member(w, "holders_total", n);
	jsonw_key(w, "holders");
	jsonw_array(w);
	for (size_t i = 0; i < summary_some(n, MOST_HOLDERS); i++)
		json_holder(w, fmt, &holders[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void gone_fini(struct totals *t)
{
	keyset_fini(&t->ids);
	buf_fini(&t->files);
	buf_fini(&t->holders);
	buf_fini(&t->places);
}

const struct summary_part summary_deleted = {
	.key = "deleted",
	.needs = FDMAP_LINK | FDMAP_STAT | FDMAP_MOUNTS,
	.size = sizeof(struct totals),
	.row = gone_row,
	.end = gone_end,
	.text = gone_text,
	.json = gone_json,
	.fini = gone_fini,
};
