/* SPDX-License-Identifier: MIT */
/*
 * What an epoll watches. The kernel watches files, not numbers: a number may have been
 * closed, or be another file's by now, while a copy of the file lives elsewhere. So each
 * number is compared with the inode that is watched.
 */
#include "engine/morein.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind/detail.h"
#include "proc/fdlink.h"

#define LINK_MAX_LEN 4096

enum verdict {
	IS_IT,
	IS_OTHER, /* the number is another file's */
	IS_CLOSED,
	IS_UNKNOWN,
};

struct watched {
	int32_t fd;
	uint64_t ino, dev;
};

static bool take_watched(const struct fdmap_detail *target, struct watched *w)
{
	const struct fdmap_detail *fd = detail_find(target->v, target->n, "fd");
	const struct fdmap_detail *ino = detail_find(target->v, target->n, "inode");

	if (!fd || !ino || !more_dev(detail_find(target->v, target->n, "dev"), &w->dev))
		return false;
	w->fd = (int32_t)fd->i;
	w->ino = ino->u;
	return true;
}

/*
 * Is a link's file the one that is watched? The inode of a pipe or socket is its own. Some
 * file systems show other devices than the kernel's; an inode is enough for what has a path.
 */
static bool is_it(const struct fdlink *link, const struct fdmap_stat *st, const struct watched *w)
{
	if (link->what == FDLINK_SOCKET || link->what == FDLINK_PIPE)
		return link->ino == w->ino;
	if (!st || st->ino != w->ino)
		return false;
	return link->what == FDLINK_PATH || st->dev == w->dev;
}

/*
 * What has no number stands in front, but for files of a ring, which follow its number and
 * are stepped over.
 */
static const struct fdmap_file *find_row(const struct fdmap_process *p, int32_t fd)
{
	uint32_t lo = 0, hi = p->nfiles;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2, at = mid;

		while (at < hi && p->files[at].fd == FDMAP_FD_URING)
			at++;
		if (at < hi && p->files[at].fd == fd)
			return &p->files[at];
		if (at < hi && p->files[at].fd < fd)
			lo = at + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The rows tell, where they were all made at the same time. */
static bool in_rows(const struct fdmap_process *p, const struct watched *w, const char **what)
{
	const struct fdmap_file *f = find_row(p, w->fd);
	struct fdlink link;

	if (!f || !f->path || !(f->have & FDMAP_LINK))
		return false;
	parse_fdlink((struct span){ f->path, strlen(f->path) }, &link);
	if (!is_it(&link, f->stat, w))
		return false;
	*what = f->path;
	return true;
}

static int look(struct more *m, const struct root_dir *d, const struct watched *w,
		enum verdict *verdict, const char **what)
{
	char name[16], text[LINK_MAX_LEN];
	struct fdmap_stat st;
	struct fdlink link;
	ssize_t n;
	int r = 0;

	(void)snprintf(name, sizeof(name), "%d", w->fd);
	n = root_link(m->root, d, name, text, sizeof(text));
	*verdict = n == -ENOENT ? IS_CLOSED : IS_UNKNOWN;
	if (n < 0)
		return root_exhausted((int)n) ? (int)n : 0;
	parse_fdlink((struct span){ text, (size_t)n }, &link);
	if (link.what != FDLINK_SOCKET && link.what != FDLINK_PIPE) {
		r = root_stat(m->root, d, name, &st);
		if (r < 0)
			return root_exhausted(r) ? r : 0;
	}
	*verdict = is_it(&link, &st, w) ? IS_IT : IS_OTHER;
	if (*verdict == IS_IT)
		*what = arena_strndup(m->arena, text, (size_t)n);
	return 0;
}

/* ---- who else has it ---- */

static int holders_put(struct more *m, const struct fdmap_process *p, const struct fdmap_file *f)
{
	const uint64_t keys[] = { f->ino, hash_mix(f->ino, (uint64_t)p->pid) };

	m->holder[m->nholders] = (struct more_holder){ p, f };
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int r = hash_find(&m->holders, keys[i], NULL)
				? 0
				: hash_put(&m->holders, keys[i], (uint32_t)m->nholders);

		if (r < 0)
			return r;
	}
	m->nholders++;
	return 0;
}

static bool is_counted(const struct fdmap_file *f)
{
	return f->fd >= 0 && f->ino &&
	       (f->kind == FDMAP_KIND_SOCKET || f->kind == FDMAP_KIND_PIPE);
}

static int holders_make(struct more *m)
{
	size_t n = 0;
	int r = 0;

	if (m->has_holders)
		return 0;
	m->has_holders = true;
	for (size_t i = 0; i < m->s->nprocs; i++)
		for (uint32_t j = 0; j < m->s->procs[i].nfiles; j++)
			n += is_counted(&m->s->procs[i].files[j]);
	m->holder = calloc(n ? n : 1, sizeof(*m->holder));
	if (!m->holder)
		return -ENOMEM;
	for (size_t i = 0; i < m->s->nprocs; i++)
		for (uint32_t j = 0; r == 0 && j < m->s->procs[i].nfiles; j++)
			if (is_counted(&m->s->procs[i].files[j]))
				r = holders_put(m, &m->s->procs[i], &m->s->procs[i].files[j]);
	return r;
}

static bool holds(const struct fdmap_file *f, const struct watched *w)
{
	struct fdlink link;

	if (!f->path)
		return false;
	parse_fdlink((struct span){ f->path, strlen(f->path) }, &link);
	return link.ino == w->ino;
}

static const struct more_holder *find_holder(const struct more *m, pid_t pid,
					     const struct watched *w)
{
	uint32_t i;

	if (hash_find(&m->holders, hash_mix(w->ino, (uint64_t)pid), &i) && holds(m->holder[i].f, w))
		return &m->holder[i];
	if (hash_find(&m->holders, w->ino, &i) && holds(m->holder[i].f, w))
		return &m->holder[i];
	return NULL;
}

/* What a file without this number is, as far as its device tells, and a row that has it. */
static int put_object(struct more *m, const struct fdmap_process *p, struct fdmap_detail *target,
		      const struct watched *w)
{
	struct fdmap_detail *v = (struct fdmap_detail *)target->v;
	const struct more_holder *h;
	const char *kind = NULL;
	char text[128];
	int r = more_own(m);

	if (r == 0)
		r = holders_make(m);
	if (r < 0)
		return r;
	if (m->root->live && w->dev != m->own.sock && w->dev != m->own.pipe)
		return 0;
	h = find_holder(m, p->pid, w);
	if (m->root->live)
		kind = w->dev == m->own.sock ? "socket" : "pipe";
	else if (h)
		kind = h->f->kind == FDMAP_KIND_SOCKET ? "socket" : "pipe";
	if (!kind)
		return 0;
	(void)snprintf(text, sizeof(text), "%s:[%" PRIu64 "]", kind, w->ino);
	more_put(&v[target->n++], "object", arena_strdup(m->arena, text));
	if (!h)
		return 0;
	(void)snprintf(text, sizeof(text), "%d,%s,%d", h->p->pid, h->p->comm ? h->p->comm : "?",
		       h->f->fd);
	more_put(&v[target->n++], "held_by", arena_strdup(m->arena, text));
	return 0;
}

/* ---- one epoll ---- */

struct epoll {
	struct more *m;
	const struct fdmap_process *p;
	struct fdmap_file *f;
	struct root_dir dir;
	bool opened;
};

/* The PID may be another process' by now: what was an epoll must be one still. */
static int open_dir(struct epoll *e)
{
	char name[16], text[64];
	ssize_t n;
	int r = more_fds(e->m, e->p, &e->dir);

	if (r < 0)
		return r;
	(void)snprintf(name, sizeof(name), "%d", e->f->fd);
	n = root_link(e->m->root, &e->dir, name, text, sizeof(text));
	if (n >= 0 && strcmp(text, e->f->path) == 0) {
		e->opened = true;
		return 0;
	}
	root_dir_close(&e->dir);
	return n < 0 ? (int)n : -ESTALE;
}

/* Does it watch that file by that number still? Else it was closed in between, and is gone. */
static bool watches(const struct fdmap_file_more *now, const struct watched *w)
{
	const struct fdmap_detail *list = detail_find(now->details, now->ndetails, "targets");
	uint32_t lo = 0, hi = list ? list->n : 0;
	struct watched x;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (list->v[mid].v[0].i < w->fd)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; list && lo < list->n && list->v[lo].v[0].i == w->fd; lo++)
		if (take_watched(&list->v[lo], &x) && x.ino == w->ino && x.dev == w->dev)
			return true;
	return false;
}

/* The targets as they are now: into `now`, which is in `arena`. */
static int read_again(struct epoll *e, struct arena *arena, struct fdmap_file_more *now)
{
	char name[64];
	struct fdlink link;
	int r;

	if (e->p->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d/fdinfo/%d", e->p->pid, e->p->tid,
			       e->f->fd);
	else
		(void)snprintf(name, sizeof(name), "%d/fdinfo/%d", e->p->pid, e->f->fd);
	*now = (struct fdmap_file_more){ 0 };
	buf_reset(&e->m->text);
	r = root_read(e->m->root, NULL, name, &e->m->text);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	parse_fdlink((struct span){ e->f->path, strlen(e->f->path) }, &link);
	return parse_detail((struct span){ buf_str(&e->m->text), e->m->text.n }, &link, NULL, arena,
			    now);
}

static int put_lost(struct epoll *e, struct fdmap_detail *list, const uint8_t *verdicts)
{
	struct arena arena;
	struct fdmap_file_more now;
	struct watched w;
	int r;

	arena_init(&arena);
	r = read_again(e, &arena, &now);
	for (uint32_t i = 0; r == 0 && i < list->n; i++) {
		struct fdmap_detail *t = (struct fdmap_detail *)&list->v[i];

		if (verdicts[i] != IS_OTHER && verdicts[i] != IS_CLOSED)
			continue;
		if (!take_watched(t, &w) || !watches(&now, &w))
			continue;
		more_put((struct fdmap_detail *)&t->v[t->n++], "what",
			 verdicts[i] == IS_OTHER ? "reused" : "closed");
		r = put_object(e->m, e->p, t, &w);
	}
	arena_fini(&arena);
	return r;
}

static int look_targets(struct epoll *e, struct fdmap_detail *list, uint8_t *verdicts, bool *lost)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct fdmap_detail *t = (struct fdmap_detail *)&list->v[i];
		enum verdict verdict = IS_UNKNOWN;
		const char *what = NULL;
		struct watched w;
		int r = 0;

		verdicts[i] = IS_UNKNOWN;
		if (!take_watched(t, &w))
			continue;
		if (in_rows(e->p, &w, &what)) {
			verdict = IS_IT;
		} else {
			r = e->opened ? 0 : open_dir(e);
			/* It has ended, or may not be looked at any more. */
			if (r < 0)
				return root_exhausted(r) ? r : 0;
			r = look(e->m, &e->dir, &w, &verdict, &what);
		}
		if (r < 0)
			return r;
		if (verdict == IS_IT)
			more_put((struct fdmap_detail *)&t->v[t->n++], "what", what);
		*lost |= verdict == IS_OTHER || verdict == IS_CLOSED;
		verdicts[i] = (uint8_t)verdict;
	}
	return 0;
}

int more_epoll(struct more *m, const struct fdmap_process *p, struct fdmap_file *f)
{
	struct epoll e = { .m = m, .p = p, .f = f };
	const struct fdmap_file_more *more = fdmap_more(f);
	struct fdmap_detail *list =
		(struct fdmap_detail *)detail_find(more->details, more->ndetails, "targets");
	uint8_t *verdicts;
	bool lost = false;
	int r;

	if (!list || !list->n || f->fd < 0)
		return 0;
	verdicts = calloc(list->n, sizeof(*verdicts));
	if (!verdicts)
		return -ENOMEM;
	memset(verdicts, IS_UNKNOWN, list->n);
	r = look_targets(&e, list, verdicts, &lost);
	if (r == 0 && lost && e.opened)
		r = put_lost(&e, list, verdicts);
	if (e.opened)
		root_dir_close(&e.dir);
	free(verdicts);
	return r;
}
