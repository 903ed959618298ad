/* SPDX-License-Identifier: MIT */
/*
 * A descriptor that became another one between its link and its stat: the path is of what
 * it was, the stat of the socket that it is now. Only the name of a UNIX socket that was
 * opened with O_PATH has both.
 */
#include <string.h>
#include <sys/stat.h>

#include "engine/scan.h"

/* What is never twice the same is nothing that could be shown. */
#define TRIES 4

static bool differ(const struct cand *c)
{
	return c->link.what == FDLINK_PATH && c->has_stat && S_ISSOCK(c->st.mode);
}

/* Link and stat anew. 1; 0: it has been closed. */
static int look_again(struct worker *w, const struct place *at, size_t *len, struct cand *c)
{
	struct root *root = w->scan->root;
	ssize_t n = root_link(root, at->dir, at->name, w->link, sizeof(w->link));

	if (n < 0)
		return 0;
	*len = (size_t)n;
	parse_fdlink((struct span){ w->link, *len }, &c->link);
	c->f.deleted = c->link.deleted;
	c->f.ino = c->link.ino;
	if (c->link.what == FDLINK_SOCKET && c->link.ino == c->st.ino)
		return 1;
	c->has_stat = root_stat(root, at->dir, at->name, &c->st) == 0;
	return c->has_stat;
}

int rows_swapped(struct worker *w, const struct place *at, size_t *len, struct cand *c)
{
	char was[LINK_MAX_LEN];

	if (!at->descriptor || !differ(c))
		return 1;
	for (int i = 0; i < TRIES && differ(c); i++) {
		size_t had = *len;

		memcpy(was, w->link, had);
		if (!look_again(w, at, len, c))
			return 0;
		if (*len == had && memcmp(was, w->link, had) == 0 && differ(c))
			return 1;
	}
	return !differ(c);
}
