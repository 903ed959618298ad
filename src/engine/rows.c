/* SPDX-License-Identifier: MIT */
/* The rows of one process: links first, then what the plan asks of those that pass. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/endseen.h"
#include "engine/filter.h"
#include "engine/late.h"
#include "engine/nsstray.h"
#include "engine/pass.h"
#include "engine/scan.h"
#include "kind/detail.h"
#include "kind/kind.h"
#include "proc/fdinfo.h"

#define FDINFO_FACTS (FDMAP_POS | FDMAP_OFFSETS | FDMAP_DETAIL | FDMAP_FLAGS | FDMAP_MORE)

struct cand cand_of(const struct worker *w, const struct target *t, int fd)
{
	return (struct cand){
		.f = { .fd = fd, .access = ' ', .lock = ' ' },
		.got = t->got | select_fd(w->scan->q, fd),
		.truth = t->proc ? TRUTH_UNKNOWN : TRUTH_YES,
	};
}

bool cand_out(const struct worker *w, const struct cand *c)
{
	const struct fdmap_query *q = w->scan->q;

	/* As the plan has it: by nothing else can it be selected. */
	return (q->match == FDMAP_MATCH_ALL || q->used == SEL_FD) && q->used & SEL_FD &&
	       !(c->got & SEL_FD);
}

int rows_failed(struct worker *w, const struct target *t, const struct root_dir *dir,
		const char *name, int fd, enum fdmap_call call, int err)
{
	struct cand c = cand_of(w, t, fd);
	struct buf path;
	int r;

	w->refused = w->refused || row_denied(err);
	if (w->scan->q->hide_failed || cand_out(w, &c) || !select_done(w->scan->q, c.got))
		return 0;
	c.f.kind = FDMAP_KIND_FAILED;
	c.f.failed = (uint8_t)call;
	c.f.error = -err;
	buf_init(&path);
	root_shown(w->scan->root, dir, name, &path);
	/* Nothing more will ever be known of it. */
	r = path.failed ? -ENOMEM
			: filter_row(w, t, &c, FILTER_FILE | FILTER_SOCK, buf_str(&path));
	if (r > 0)
		r = cand_keep(w, &c, buf_str(&path), path.n);
	buf_fini(&path);
	return r;
}

/* Of what is wanted, what this kind makes use of. */
static uint32_t needs_of(const struct kind *k, const struct cand *c, uint32_t want)
{
	bool more = want & FDMAP_MORE && detail_has(&c->link, c->has_stat ? &c->st : NULL);

	return (k->needs(&c->link, want) & ~(uint32_t)FDMAP_MORE) | (more ? FDMAP_MORE : 0);
}

static const struct kind *kind_now(const struct cand *c)
{
	return c->more.exempt ? kind_by_id(FDMAP_KIND_EXEMPT)
			   : kind_of(&c->link, c->has_stat ? &c->st : NULL);
}

/* Facts that are read of a row, which the filter may not need any more. */
static uint32_t wanted(const struct worker *w, const struct cand *c)
{
	const struct plan *plan = w->scan->plan;

	return c->truth == TRUTH_UNKNOWN ? plan->file_row : plan->file_shown;
}

/* Now a row pays for what is shown of it: by its stat the filter may still reject it. */
static int finish_stat(struct worker *w, const struct target *t, const struct place *at,
		       const char *path, struct cand *c)
{
	int r;

	c->f.kind = (uint8_t)kind_now(c)->id;
	r = filter_row(w, t, c, filter_known(c, c->has_stat ? FDMAP_STAT : 0), path);
	if (r <= 0 || c->has_stat || c->f.failed ||
	    !(needs_of(kind_now(c), c, wanted(w, c)) & FDMAP_STAT))
		return r;
	row_stat(w, at, c);
	c->f.kind = (uint8_t)kind_now(c)->id;
	return filter_row(w, t, c, filter_known(c, FDMAP_STAT), path);
}

/* The row is selected. */
static int finish(struct worker *w, const struct target *t, const struct place *at, size_t len,
		  struct cand *c)
{
	const char *path = len ? w->link : NULL;
	uint32_t needs, known = FILTER_FILE;
	const struct kind *k;
	int r = finish_stat(w, t, at, path, c);

	if (r > 0)
		r = rows_swapped(w, at, &len, c);
	if (r <= 0)
		return r;
	k = kind_now(c);
	c->f.kind = (uint8_t)k->id;
	needs = needs_of(k, c, wanted(w, c));
	if (at->descriptor && needs & FDMAP_ACCESS)
		row_access(w, at, c);
	if (at->descriptor && needs & FDINFO_FACTS) {
		r = row_info(w, t, at, needs, c);
		if (r < 0)
			return r;
	}
	/* What a detail names is looked up when all rows are there. */
	if (needs & FDMAP_MORE)
		known &= ~(uint32_t)FDMAP_MORE;
	r = filter_row(w, t, c, filter_known(c, known), path);
	return r > 0 ? cand_keep(w, c, path, len) : r;
}

/* The socket's own bits; false: a state list hides it, or it can't be selected. */
static bool consider_socket(struct worker *w, const struct target *t, const struct place *at,
			    struct cand *c)
{
	const struct scan *s = w->scan;
	const struct fdmap_sock *sock = s->gate ? socktab_find(s->gate, c->link.ino) : NULL;
	char proto[64];
	bool hidden;

	if (!sock && s->strays && at->descriptor)
		stray_socket(w, t, at->dir, c->f.fd, c->link.ino);
	if (!sock && s->doubt && at->descriptor)
		late_note(w, at, c->link.ino);
	if (!sock && s->plan->need_match && !filter_rare(w, at, c))
		return false;
	c->got |= select_sock(s->selector, sock, w->hits, &hidden);
	if (!sock && !stray_selects(w, t, at->descriptor ? c->f.fd : -1, c->link.ino))
		c->got &= ~(uint32_t)SEL_SOCK;
	if (hidden || (!t->whole && !select_done(s->q, c->got)))
		return false;
	c->f.sock = sock;
	c->f.ino = c->link.ino;
	if (sock && s->forest && sock->table == FDMAP_UNIX)
		c->more.as = forest_socket(s->forest, sock->ino);
	c->f.have |= FDMAP_LINK | (sock ? FDMAP_SOCK | FDMAP_QUEUES : 0);
	if (!sock && s->plan->ask_proto && !c->more.sockproto && at->descriptor &&
	    root_sockproto(s->root, at->dir, at->name, proto, sizeof(proto)) >= 0)
		c->more.sockproto = arena_strdup(&w->arena, proto);
	return true;
}

/* What is not a socket: 1; 0: not selected; or -ENOMEM. */
static int consider_file(struct worker *w, const struct target *t, const struct place *at,
			 struct cand *c)
{
	const struct scan *s = w->scan;
	const char *text = c->f.have & FDMAP_LINK ? w->link : NULL;
	int r = 0;

	if (s->strays && at->descriptor)
		stray_link(w, t, at->dir, c->f.fd, &c->link);
	if ((s->plan->only_sockets && !t->whole) || (t->proc && s->plan->bounds.sockets))
		return 0;
	if ((s->plan->file_gate & FDMAP_STAT) && !c->has_stat) {
		row_stat(w, at, c);
		if (c->has_stat)
			c->got |= select_stat(s->q, &c->st, w->hits, &c->more.as);
		else if (at->registered && c->f.deleted)
			c->got |= s->q->used & SEL_NLINK; /* as far as can be told */
		rows_nfs(w, text, c);
		if (c->has_stat && text)
			r = rows_trees(w, t, text, true, c);
	}
	return r < 0 ? r : cand_done(w, t, c);
}

/* A file without a type may be a ring; its inode tells, where rings have their own. */
static void may_be_ring(struct worker *w, const struct cand *c)
{
	if (!c->has_stat || c->st.mode & S_IFMT || c->st.ino == w->plain_ino)
		return;
	w->ring = RING_ASK;
	w->ring_ino = c->st.ino;
}

/* A file system may refuse, too; whether the process does, its link tells. */
static void may_be_refused(struct worker *w, const struct place *at, const struct cand *c)
{
	char text[8];

	if (!w->refused && !at->told && c->f.failed && row_denied(-c->f.error))
		w->refused = row_denied(root_link(w->scan->root, at->dir, at->name, text,
						  sizeof(text)));
}

static int read_row(struct worker *w, const struct target *t, const struct place *at,
		    struct cand *c)
{
	const struct plan *plan = w->scan->plan;
	bool by_inode = plan->file_gate == FDMAP_STAT && !t->whole && !at->registered;
	struct span text = { w->link, 0 };
	ssize_t len;
	int r = 1;

	/* Who has this file: the inode tells; only what matches is named. */
	if (by_inode) {
		r = consider_file(w, t, at, c);
		w->absent = !c->has_stat && !c->f.failed;
		may_be_ring(w, c);
		may_be_refused(w, at, c);
		if (r <= 0)
			return r;
	}
	if (!by_inode || plan->file_row & FDMAP_LINK) {
		len = row_text(w, at);
		if (row_ended((int)len) && c->f.fd != FDMAP_FD_TXT) {
			w->absent = true;
			return 0;
		}
		/* A kernel thread has no executable: a row, but nothing went wrong. */
		if (len < 0) {
			w->denied = row_denied(len);
			return rows_failed(w, t, at->dir, at->name, c->f.fd, FDMAP_CALL_READLINK,
					   row_ended((int)len) ? 0 : (int)len);
		}
		text.n = (size_t)len;
		c->f.have |= FDMAP_LINK;
	}
	parse_fdlink(text, &c->link);
	c->f.deleted = c->link.deleted;
	if (c->link.what == FDLINK_ANON && span_eq(c->link.name, "[io_uring]"))
		w->ring = RING_YES;
	if (!by_inode) {
		if (rows_exempt(w, text, c))
			r = cand_done(w, t, c);
		else
			r = c->link.what == FDLINK_SOCKET ? consider_socket(w, t, at, c)
							  : consider_file(w, t, at, c);
		if (r <= 0)
			return r;
	}
	c->f.ino = c->link.ino;
	return finish(w, t, at, text.n, c);
}

int rows_one(struct worker *w, const struct target *t, const struct place *at, int fd)
{
	struct cand c = cand_of(w, t, fd);
	int r = cand_out(w, &c) ? 1 : filter_fd(w, t, fd);
	size_t had = w->nrows;

	w->examined++;
	if (r > 0) {
		w->ring = RING_ASK;
		w->ring_ino = 0;
		return 0;
	}
	if (r == 0)
		r = read_row(w, t, at, &c);
	if (r == 0 && w->scan->plan->notes_socks && w->nrows == had && at->descriptor &&
	    !at->told && c.link.what == FDLINK_SOCKET)
		r = endseen_note(w, t, fd, c.link.ino);
	return r;
}

int rows_fd(struct worker *w, const struct target *t, const struct root_dir *dir, int fd)
{
	char name[16];
	struct place at = { .dir = dir, .name = name, .descriptor = true };

	(void)snprintf(name, sizeof(name), "%d", fd);
	return rows_one(w, t, &at, fd);
}
