/* SPDX-License-Identifier: MIT */
/* The rows of one process: links first, then what the plan asks of those that pass. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/scan.h"
#include "kind/kind.h"
#include "proc/fdinfo.h"

#define FDINFO_FACTS (FDMAP_POS | FDMAP_OFFSETS | FDMAP_DETAIL | FDMAP_FLAGS)

static bool ended(int err)
{
	return err == -ENOENT || err == -ESRCH;
}

struct cand cand_of(const struct worker *w, const struct target *t, int fd)
{
	return (struct cand){
		.f = { .fd = fd, .access = ' ', .lock = ' ' },
		.got = t->got | select_fd(w->scan->q, fd),
	};
}

bool cand_out(const struct worker *w, const struct cand *c)
{
	const struct fdmap_query *q = w->scan->q;

	return q->match == FDMAP_MATCH_ALL && (q->used & SEL_FD) && !(c->got & SEL_FD);
}

int cand_keep(struct worker *w, struct cand *c, const char *path, size_t len)
{
	struct fdmap_file *rows = w->rows, *f = &c->f;

	if (!(w->nrows & (w->nrows - 1))) {
		size_t cap = w->nrows ? w->nrows * 2 : 1;

		rows = reallocarray(w->rows, cap < 64 ? 64 : cap, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		w->rows = rows;
	}
	if (path)
		f->path = arena_strndup(&w->arena, path, len);
	/* The snapshot outlives the query. */
	if (f->as && !forest_pending(f->as))
		f->as = arena_strdup(&w->arena, f->as);
	if (c->has_stat) {
		f->stat = arena_memdup(&w->arena, &c->st, sizeof(c->st));
		f->have |= FDMAP_STAT;
		if (!f->ino)
			f->ino = c->st.ino;
	}
	rows[w->nrows++] = *f;
	return arena_failed(&w->arena) ? -ENOMEM : 0;
}

/* A row that says only that something could not be read. */
static int keep_failed(struct worker *w, const struct target *t, const struct root_dir *dir,
		       const char *name, int fd, enum fdmap_call call, int err)
{
	struct cand c = cand_of(w, t, fd);
	struct buf path;
	int r;

	if (w->scan->q->hide_failed || cand_out(w, &c) || !select_done(w->scan->q, c.got))
		return 0;
	c.f.kind = FDMAP_KIND_FAILED;
	c.f.failed = (uint8_t)call;
	c.f.error = -err;
	buf_init(&path);
	root_shown(w->scan->root, dir, name, &path);
	r = path.failed ? -ENOMEM : cand_keep(w, &c, buf_str(&path), path.n);
	buf_fini(&path);
	return r;
}

char access_of(uint32_t mode)
{
	bool r = mode & S_IRUSR, w = mode & S_IWUSR;

	return r && !w ? 'r' : w && !r ? 'w' : 'u';
}

/* Where a row is read: a name in a directory of /proc. */
struct place {
	const struct root_dir *dir;
	const char *name;
	bool descriptor; /* fd/N: has an open mode and fdinfo */
};

/* The mode the descriptor was opened with: permission bits of the link. */
static void read_access(struct worker *w, const struct place *at, struct cand *c)
{
	uint32_t mode;
	int r = root_lmode(w->scan->root, at->dir, at->name, &mode);

	if (r == 0) {
		c->f.access = access_of(mode);
		c->f.have |= FDMAP_ACCESS;
	} else if (!ended(r)) {
		/* `failed` is stat's when both fail: lsof notes this one first. */
		const char *why = strerrordesc_np(-r);
		struct buf note;

		buf_init(&note);
		buf_printf(&note, "(lstat: %s)", why ? why : "?");
		c->f.note = arena_strndup(&w->arena, buf_str(&note), note.n);
		buf_fini(&note);
	}
}

static int read_info(struct worker *w, const struct target *t, const struct place *at,
		     uint32_t needs, struct cand *c)
{
	struct fdinfo info;
	char name[24];
	int r;

	(void)snprintf(name, sizeof(name), "fdinfo/%s", at->name);
	buf_reset(&w->text);
	r = root_read(w->scan->root, &t->pd->dir, name, &w->text);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = parse_fdinfo((struct span){ buf_str(&w->text), w->text.n }, &w->arena, &info);
	if (r < 0)
		return r;
	if (info.has_pos && needs & (FDMAP_POS | FDMAP_OFFSETS)) {
		c->f.pos = info.pos;
		c->f.have |= FDMAP_POS;
	}
	if (info.has_flags) {
		c->f.oflags = info.flags;
		c->f.have |= FDMAP_FLAGS;
	}
	if (needs & FDMAP_DETAIL && c->f.kind == FDMAP_KIND_DEVICE) {
		c->f.has_pty = info.has_tty;
		c->f.pty = info.tty;
	} else if (needs & FDMAP_DETAIL) {
		c->f.have |= FDMAP_DETAIL;
		c->f.anon = arena_memdup(&w->arena, &info.anon, sizeof(info.anon));
	}
	return 0;
}

static void read_stat(struct worker *w, const struct place *at, struct cand *c)
{
	int r = root_stat(w->scan->root, at->dir, at->name, &c->st);

	c->has_stat = r == 0;
	if (r == 0 || ended(r))
		return;
	c->f.failed = FDMAP_CALL_STAT;
	c->f.error = -r;
}

/* The row is selected: now it pays for what is shown of it. */
static int finish(struct worker *w, const struct target *t, const struct place *at, size_t len,
		  struct cand *c)
{
	uint32_t want = w->scan->plan->file_row, needs;
	const struct kind *k = c->f.exempt ? kind_by_id(FDMAP_KIND_EXEMPT)
					   : kind_of(&c->link, c->has_stat ? &c->st : NULL);
	int r;

	needs = k->needs(&c->link, want);
	if ((needs & FDMAP_STAT) && !c->has_stat && !c->f.failed) {
		read_stat(w, at, c);
		k = kind_of(&c->link, c->has_stat ? &c->st : NULL);
		needs = k->needs(&c->link, want);
	}
	c->f.kind = (uint8_t)k->id;
	if (at->descriptor && needs & FDMAP_ACCESS)
		read_access(w, at, c);
	if (at->descriptor && needs & FDINFO_FACTS) {
		r = read_info(w, t, at, needs, c);
		if (r < 0)
			return r;
	}
	return cand_keep(w, c, len ? w->link : NULL, len);
}

/* The socket's own bits; false: a state list hides it, or it can't be selected. */
static bool consider_socket(struct worker *w, const struct target *t, const struct place *at,
			    struct cand *c)
{
	const struct scan *s = w->scan;
	const struct fdmap_sock *sock = s->gate ? socktab_find(s->gate, c->link.ino) : NULL;
	char proto[64];
	bool hidden;

	if (!sock && s->plan->need_match)
		return false;
	c->got |= select_sock(s->selector, sock, w->hits, &hidden);
	if (hidden || (!t->whole && !select_done(s->q, c->got)))
		return false;
	c->f.sock = sock;
	c->f.ino = c->link.ino;
	if (sock && s->forest && sock->table == FDMAP_UNIX)
		c->f.as = forest_socket(s->forest, sock->ino);
	c->f.have |= FDMAP_LINK | (sock ? FDMAP_SOCK | FDMAP_QUEUES : 0);
	if (!sock && s->plan->ask_proto &&
	    root_sockproto(s->root, at->dir, at->name, proto, sizeof(proto)) >= 0)
		c->f.sockproto = arena_strdup(&w->arena, proto);
	return true;
}

/* What is not a socket: 1; 0: not selected; or -ENOMEM. */
static int consider_file(struct worker *w, const struct target *t, const struct place *at,
			 struct cand *c)
{
	const struct scan *s = w->scan;
	const char *text = c->f.have & FDMAP_LINK ? w->link : NULL;
	int r = 0;

	if (s->plan->only_sockets && !t->whole)
		return 0;
	if ((s->plan->file_gate & FDMAP_STAT) && !c->has_stat) {
		read_stat(w, at, c);
		if (c->has_stat)
			c->got |= select_stat(s->q, &c->st, w->hits, &c->f.as);
		rows_nfs(w, text, c);
		if (c->has_stat && text)
			r = rows_trees(w, t, text, true, c);
	}
	return r < 0 ? r : cand_done(w, t, c);
}

/* One link: cwd, root, exe, or a descriptor. */
static int read_row(struct worker *w, const struct target *t, const struct place *at, int fd)
{
	const struct plan *plan = w->scan->plan;
	struct cand c = cand_of(w, t, fd);
	bool by_inode = plan->file_gate == FDMAP_STAT && !t->whole;
	ssize_t len = 0;
	int r;

	if (cand_out(w, &c))
		return 0;
	/* Who has this file: the inode tells; only what matches is named. */
	if (by_inode) {
		r = consider_file(w, t, at, &c);
		if (r <= 0)
			return r;
	}
	if (!by_inode || plan->file_row & FDMAP_LINK) {
		len = root_link(w->scan->root, at->dir, at->name, w->link, sizeof(w->link));
		if (len < 0 && (ended((int)len)) && fd != FDMAP_FD_TXT)
			return 0;
		/* A kernel thread has no executable: a row, but nothing went wrong. */
		if (len < 0)
			return keep_failed(w, t, at->dir, at->name, fd, FDMAP_CALL_READLINK,
					   ended((int)len) ? 0 : (int)len);
		c.f.have |= FDMAP_LINK;
	}
	parse_fdlink((struct span){ w->link, (size_t)len }, &c.link);
	c.f.deleted = c.link.deleted;
	if (!by_inode) {
		if (rows_exempt(w, (struct span){ w->link, (size_t)len }, &c))
			r = cand_done(w, t, &c);
		else
			r = c.link.what == FDLINK_SOCKET ? consider_socket(w, t, at, &c)
							 : consider_file(w, t, at, &c);
		if (r <= 0)
			return r;
	}
	c.f.ino = c.link.ino;
	return finish(w, t, at, (size_t)len, &c);
}

int rows_fd(struct worker *w, const struct target *t, const struct root_dir *dir, int fd)
{
	char name[16];
	struct place at = { dir, name, true };

	(void)snprintf(name, sizeof(name), "%d", fd);
	return read_row(w, t, &at, fd);
}

/* One row is enough, and nothing is left to be found. */
static bool enough(const struct worker *w)
{
	const struct fdmap_query *q = w->scan->q;

	if (!w->scan->plan->first_hit || !w->nrows)
		return false;
	for (size_t i = 0; i < q->nterms; i++) {
		switch (q->terms[i].what) {
		case FDMAP_TERM_FILE:
		case FDMAP_TERM_FILESYSTEM:
		case FDMAP_TERM_INET:
		case FDMAP_TERM_INET_ALL:
		case FDMAP_TERM_TCP_STATE:
		case FDMAP_TERM_UDP_STATE:
		case FDMAP_TERM_NFS:
		case FDMAP_TERM_TREE:
			if (!hits_has(w->hits, (unsigned)i))
				return false;
			break;
		case FDMAP_TERM_COMMAND:
		case FDMAP_TERM_REGEX:
		case FDMAP_TERM_PID:
		case FDMAP_TERM_TASKS:
		case FDMAP_TERM_PGID:
		case FDMAP_TERM_UID:
		case FDMAP_TERM_CONTEXT:
		case FDMAP_TERM_OTHER:
			break;
		}
	}
	return true;
}

static int rows_special(struct worker *w, const struct target *t)
{
	static const struct {
		int slot;
		const char *name;
	} special[] = {
		{ FDMAP_FD_CWD, "cwd" }, { FDMAP_FD_RTD, "root" }, { FDMAP_FD_TXT, "exe" },
	};

	for (size_t i = 0; i < ARRAY_LEN(special); i++) {
		struct place at = { &t->pd->dir, special[i].name, false };
		int r;

		if (!(w->scan->plan->slots >> -special[i].slot & 1))
			continue;
		r = read_row(w, t, &at, special[i].slot);
		if (r < 0)
			return r;
		if (enough(w))
			break;
	}
	return 0;
}

static int rows_fds(struct worker *w, const struct target *t)
{
	struct root *root = w->scan->root;
	struct root_dir dir;
	char name[16];
	int r = root_dir_open(root, &t->pd->dir, "fd", &dir);

	if (r < 0) {
		if (ended(r) || root_exhausted(r))
			return root_exhausted(r) ? r : 0;
		return keep_failed(w, t, &t->pd->dir, "fd", FDMAP_FD_NOFD, FDMAP_CALL_OPENDIR, r);
	}
	r = ids_read(root, &dir, &w->ids);
	if (r < 0 && !root_exhausted(r) && !ended(r))
		r = keep_failed(w, t, &t->pd->dir, "fd", FDMAP_FD_NOFD, FDMAP_CALL_OPENDIR, r);
	else if (r < 0 && !root_exhausted(r))
		r = 0;
	for (size_t i = 0; r >= 0 && i < w->ids.n && !enough(w); i++) {
		struct place at = { &dir, name, true };

		(void)snprintf(name, sizeof(name), "%u", w->ids.v[i]);
		r = read_row(w, t, &at, (int)w->ids.v[i]);
	}
	root_dir_close(&dir);
	return r < 0 ? r : 0;
}

int rows_read(struct worker *w, const struct target *t)
{
	const struct plan *plan = w->scan->plan;
	uint32_t lists = t->whole ? plan->lists_all : plan->lists, early_lists = lists;
	struct target early = *t;
	int r = 0;

	if (t->got & SEL_LATE) {
		early.got &= ~(uint32_t)SEL_LATE;
		early.whole = select_done(w->scan->q, early.got);
		early_lists = early.whole ? plan->lists_all : plan->lists;
	}
	w->nrows = 0;
	if (early_lists & FDMAP_SPECIAL)
		r = rows_special(w, &early);
	if (r == 0 && early_lists & FDMAP_MAPS && !enough(w))
		r = rows_maps(w, &early);
	if (r == 0 && lists & FDMAP_FDS && !enough(w))
		r = rows_fds(w, t);
	return r;
}
