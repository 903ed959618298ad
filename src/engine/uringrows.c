/* SPDX-License-Identifier: MIT */
/* What is registered in an io_uring: held by the process without a descriptor. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "engine/scan.h"
#include "proc/uring.h"

/*
 * The kernel tells nothing of a ring that is just being used, rather than wait for
 * it: it is asked again, at once, then after naps in which whoever uses it gets on, of
 * different length, or we might always wake up in the midst of it. All naps of a worker
 * together have an end, after some 300 milliseconds.
 */
#define TRIES 32
#define MAX_NAPS 200

struct ring {
	struct worker *w;
	const struct target *t;
	int fd;            /* of the ring */
	bool asked_root;
	struct buf root;   /* the process' root as we see it, without the last slash */
	struct buf name;   /* of the file at hand */
	struct buf reach;  /* "root/etc/passwd" */
};

static bool wanted(const struct plan *plan)
{
	return plan->slots >> -FDMAP_FD_URING & 1;
}

/* The descriptor's link was not read, or is not known: is it a ring? */
static bool ask(struct worker *w, const struct place *at)
{
	ssize_t n = root_link(w->scan->root, at->dir, at->name, w->link, sizeof(w->link));
	struct fdlink link;

	if (n < 0)
		return false;
	parse_fdlink((struct span){ w->link, (size_t)n }, &link);
	if (link.what == FDLINK_ANON && span_eq(link.name, "[io_uring]"))
		return true;
	/*
	 * Kernels that show a registered file by its path give each ring an inode of
	 * its own: what shares this one need not be asked again.
	 */
	if (w->ring_ino)
		w->plain_ino = w->ring_ino;
	return false;
}

/* 1: it is in r->w->text; 0: not told; -ENOMEM, -EMFILE. */
static int read_ring(struct ring *r, struct buf *text, struct uring *u)
{
	struct timespec nap = { 0 };
	struct root *root = r->w->scan->root;
	char name[32];

	(void)snprintf(name, sizeof(name), "fdinfo/%d", r->fd);
	for (unsigned i = 0; i < TRIES || r->w->naps < MAX_NAPS; i++) {
		int err;

		if (i && i % TRIES == 0) {
			nap.tv_nsec = 100000 + r->w->naps++ * 7919 % 29 * 100000;
			nanosleep(&nap, NULL);
		}
		buf_reset(text);
		err = root_read(root, &r->t->pd->dir, name, text);
		if (err < 0)
			return root_exhausted(err) ? err : 0;
		if (parse_uring((struct span){ buf_str(text), text->n }, u))
			return 1;
		/* That one says the same for ever. */
		if (root_is_recorded(root))
			break;
	}
	return 0;
}

/*
 * The kernel writes names as seen from our own root, and the process' root is seen
 * from there, too: what is left of the one below the other is looked up in it.
 */
static const char *reach(struct ring *r)
{
	struct worker *w = r->w;
	const char *name = buf_str(&r->name);

	if (name[0] != '/')
		return NULL;
	if (!r->asked_root) {
		ssize_t n = root_link(w->scan->root, &r->t->leader->dir, "root", w->link,
				      sizeof(w->link));

		r->asked_root = true;
		buf_put(&r->root, w->link, n == 1 ? 0 : n < 0 ? 0 : (size_t)n);
		if (n <= 0)
			buf_puts(&r->root, "?");
	}
	if (r->root.n && (strncmp(name, r->root.p, r->root.n) != 0 || name[r->root.n] != '/'))
		return NULL;
	buf_reset(&r->reach);
	buf_puts(&r->reach, "root");
	buf_puts(&r->reach, name + r->root.n);
	return r->reach.failed ? NULL : buf_str(&r->reach);
}

static int add_file(struct ring *r, const struct uring_file *f)
{
	struct place at = { .dir = &r->t->leader->dir, .registered = true };

	buf_reset(&r->name);
	if (span_starts(f->name, "/"))
		span_unescape(f->name, &r->name);
	else
		buf_put(&r->name, f->name.p, f->name.n);
	at.name = reach(r);
	if (r->name.failed || r->root.failed || r->reach.failed)
		return -ENOMEM;
	at.text = (struct span){ buf_str(&r->name), r->name.n };
	return rows_one(r->w, r->t, &at, FDMAP_FD_URING);
}

int rows_uring(struct worker *w, const struct target *t, const struct place *at, int fd)
{
	struct ring r = { .w = w, .t = t, .fd = fd };
	struct buf text;
	struct uring u;
	struct uring_file f;
	int err;

	if (!wanted(w->scan->plan) || (w->ring == RING_ASK && !ask(w, at)))
		return 0;
	buf_init(&text);
	buf_init(&r.root);
	buf_init(&r.name);
	buf_init(&r.reach);
	err = read_ring(&r, &text, &u);
	while (err > 0 && uring_next(&u, &f)) {
		err = add_file(&r, &f);
		err = err < 0 ? err : 1;
	}
	buf_fini(&text);
	buf_fini(&r.root);
	buf_fini(&r.name);
	buf_fini(&r.reach);
	return err < 0 ? err : 0;
}
