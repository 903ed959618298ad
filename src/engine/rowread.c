/* SPDX-License-Identifier: MIT */
/* What is read of one row: told by a pass, or asked of /proc. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digits.h"
#include "engine/pass.h"
#include "engine/scan.h"
#include "kind/detail.h"
#include "proc/fdinfo.h"

/* The text of the link into w->link: its length or -errno. */
ssize_t row_text(struct worker *w, const struct place *at)
{
	size_t n = at->text.n < sizeof(w->link) ? at->text.n : sizeof(w->link) - 1;

	if (at->told)
		return pass_link(at->told, w->link, sizeof(w->link));
	if (!at->registered)
		return root_link(w->scan->root, at->dir, at->name, w->link, sizeof(w->link));
	memcpy(w->link, at->text.p, n);
	w->link[n] = '\0';
	return (ssize_t)n;
}

/*
 * Is it still what a pass told of it? What is read of it now must be of the same file. That
 * is as much as is known where nothing is told, the link being read before the rest, too.
 */
static bool is_still(struct worker *w, const struct place *at)
{
	char was[LINK_MAX_LEN], is[LINK_MAX_LEN];
	ssize_t had = pass_link(at->told, was, sizeof(was));
	ssize_t n = root_link(w->scan->root, at->dir, at->name, is, sizeof(is));

	if (n == had && (n < 0 || memcmp(is, was, (size_t)n) == 0))
		return true;
	w->stale = true;
	return false;
}

char access_of(uint32_t mode)
{
	bool r = mode & S_IRUSR, w = mode & S_IWUSR;

	return r && !w ? 'r' : w && !r ? 'w' : 'u';
}

/* The mode the descriptor was opened with: permission bits of the link. */
void row_access(struct worker *w, const struct place *at, struct cand *c)
{
	uint32_t mode;
	int r = 0;

	if (at->told)
		mode = pass_lmode(at->told);
	else
		r = root_lmode(w->scan->root, at->dir, at->name, &mode);

	if (r == 0) {
		c->f.access = access_of(mode);
		c->f.have |= FDMAP_ACCESS;
	} else if (!row_ended(r)) {
		/* `failed` is stat's when both fail: lsof notes this one first. */
		const char *why = strerrordesc_np(-r);
		struct buf note;

		buf_init(&note);
		buf_printf(&note, "(lstat: %s)", why ? why : "?");
		c->more.note = arena_strndup(&w->arena, buf_str(&note), note.n);
		buf_fini(&note);
	}
}

/* Lines that only such a file has: it need not be asked for its name again. */
static bool tells_kind(const struct fdinfo *info, const struct fdlink *link)
{
	if (link->what != FDLINK_ANON)
		return false;
	return (info->anon.has_id && span_eq(link->name, "[eventfd]")) ||
	       (info->anon.ntfds && span_eq(link->name, "[eventpoll]"));
}

int row_info(struct worker *w, const struct target *t, const struct place *at,
		     uint32_t needs, struct cand *c)
{
	struct fdinfo info;
	char name[DIGITS_NAME];
	int r;

	if (at->told && !(needs & (FDMAP_DETAIL | FDMAP_MORE))) {
		c->f.pos = at->told->pos;
		c->f.oflags = at->told->oflags;
		c->f.have |= FDMAP_FLAGS | (needs & (FDMAP_POS | FDMAP_OFFSETS) ? FDMAP_POS : 0);
		return 0;
	}
	digits_name(name, "fdinfo/", (uint32_t)c->f.fd);
	buf_reset(&w->text);
	r = root_read(w->scan->root, &t->pd->dir, name, &w->text);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = parse_fdinfo((struct span){ buf_str(&w->text), w->text.n }, &w->arena, &info);
	if (r < 0)
		return r;
	if (at->told && !tells_kind(&info, &c->link) && !is_still(w, at))
		return 0;
	if (info.has_pos && needs & (FDMAP_POS | FDMAP_OFFSETS)) {
		c->f.pos = info.pos;
		c->f.have |= FDMAP_POS;
	}
	if (info.has_flags) {
		c->f.oflags = info.flags;
		c->f.have |= FDMAP_FLAGS;
	}
	if (needs & FDMAP_MORE) {
		c->f.have |= FDMAP_MORE;
		r = parse_detail((struct span){ buf_str(&w->text), w->text.n }, &c->link,
				 c->has_stat ? &c->st : NULL, &w->arena, &c->more);
		if (r < 0)
			return r;
	}
	if (needs & FDMAP_DETAIL && c->f.kind == FDMAP_KIND_DEVICE) {
		c->more.has_pty = info.has_tty;
		c->more.pty = info.tty;
	} else if (needs & FDMAP_DETAIL) {
		c->f.have |= FDMAP_DETAIL;
		c->more.anon = arena_memdup(&w->arena, &info.anon, sizeof(info.anon));
	}
	return 0;
}

/*
 * What is registered is looked up by name, if the kernel knows that name by heart,
 * as it does while the file is open: nobody is waited for.
 */
static void read_registered(struct worker *w, const struct place *at, struct cand *c)
{
	c->has_stat = at->name && root_stat_cached(w->scan->root, at->dir, at->name, &c->st) == 0;
	if (c->has_stat)
		c->f.deleted = false;
	else
		c->f.failed = FDMAP_CALL_STAT;
}

void row_stat(struct worker *w, const struct place *at, struct cand *c)
{
	int r;

	if (at->registered) {
		read_registered(w, at, c);
		return;
	}
	c->has_stat = at->told && bpf_stat(at->told, &c->st);
	if (c->has_stat || (at->told && !is_still(w, at)))
		return;
	r = root_stat(w->scan->root, at->dir, at->name, &c->st);
	c->has_stat = r == 0;
	if (r == 0 || row_ended(r))
		return;
	c->f.failed = FDMAP_CALL_STAT;
	c->f.error = -r;
}
