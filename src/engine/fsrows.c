/* SPDX-License-Identifier: MIT */
/* Rows and the file systems they lie on: directories asked for, NFS, what must not be asked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/exempt.h"
#include "engine/scan.h"

bool cand_done(const struct worker *w, const struct target *t, const struct cand *c)
{
	const struct fdmap_query *q = w->scan->q;

	if (t->whole || select_done(q, c->got))
		return true;
	return forest_pending(c->more.as) && select_done(q, c->got | SEL_NM);
}

int rows_trees(struct worker *w, const struct target *t, const char *text, bool nlink_known,
	       struct cand *c)
{
	const struct forest *f = w->scan->forest;
	struct forest_row row = { t->leader, text, &c->st, nlink_known };
	const char *name;
	int r;

	/* What a file name argument has found keeps that name. */
	if (!f || c->more.as || !forest_cares(f, c->st.dev))
		return 0;
	r = forest_judge(f, &w->view, &row, &name);
	if (r == FOREST_YES) {
		c->got |= SEL_NM;
		c->more.as = arena_strdup(&w->arena, name);
		return c->more.as ? 0 : -ENOMEM;
	}
	if (r == FOREST_MAYBE)
		c->more.as = t->whole || select_done(w->scan->q, c->got) ? forest_as_found
								       : forest_if_found;
	return r < 0 ? r : 0;
}

void rows_nfs(struct worker *w, const char *text, struct cand *c)
{
	const struct scan *s = w->scan;
	const struct mount *mt = NULL;

	if (!(s->q->used & SEL_NFS) || !s->mounts)
		return;
	if (c->has_stat)
		mt = mounts_find_dev(s->mounts, c->st.dev);
	else if (text && text[0] == '/')
		/* The server does not know it any more: its name tells where it was. */
		mt = mounts_find_path(s->mounts, text);
	if (!mt || !mount_is_nfs(mt))
		return;
	hits_set(w->hits, s->q->nfs_term);
	c->got |= SEL_NFS;
}

bool rows_exempt(struct worker *w, struct span text, struct cand *c)
{
	const struct exempt *e = exempt_find(w->scan->q, text.p, text.n);
	struct buf why;

	if (!e)
		return false;
	buf_init(&why);
	buf_printf(&why, "(%ce %s)", e->sign, e->path);
	c->more.exempt = arena_strndup(&w->arena, buf_str(&why), why.n);
	buf_fini(&why);
	c->st = (struct fdmap_stat){ .dev = e->dev };
	c->has_stat = true;
	return true;
}
