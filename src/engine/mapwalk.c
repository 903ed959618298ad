/* SPDX-License-Identifier: MIT */
#include "engine/mapwalk.h"

#include <errno.h>

#include "engine/maplock.h"

static int walk_text(struct worker *w, const struct target *t, mapwalk_fn *fn, void *arg)
{
	struct map_line m;
	struct cursor c;
	struct span line;
	int r;

	buf_reset(&w->text);
	if (w->lock_held)
		r = maplock_read(w, t->pd, &w->text);
	else
		r = root_read(w->scan->root, &t->pd->dir, "maps", &w->text);
	/* Not ours to read: lsof says nothing of it, either. */
	w->refused = w->refused || row_denied(r);
	w->held_back = w->held_back || r == -ETIMEDOUT;
	if (r < 0 || !w->text.n)
		return root_exhausted(r) ? r : 0;
	c = cursor_of(w->text.p, w->text.n);
	while (r == 0 && cursor_line(&c, &line, NULL))
		if (parse_map_line(line, &m) == 0)
			r = fn(arg, &m, true);
	return r;
}

/* 1; 0: the text must tell; or -ENOMEM and its like. */
static int walk_procmap(struct worker *w, const struct target *t, mapwalk_fn *fn, void *arg)
{
	struct procmap p;
	int told = 0, r;

	if (w->no_procmap)
		return 0;
	r = root_maps_open(w->scan->root, &t->pd->dir, &p);
	w->no_procmap = r == -ENOSYS;
	w->refused = w->refused || row_denied(r);
	if (r < 0)
		return root_exhausted(r) ? r : r != -ENOSYS;
	while (told == 0 && (r = procmap_next(&p)) > 0) {
		const struct map_line m = { .start = p.start,
					    .end = p.end,
					    .dev = p.dev,
					    .ino = p.ino,
					    .path = { p.name, p.len } };

		told = fn(arg, &m, false);
	}
	procmap_close(&p);
	if (told < 0)
		return told;
	/* A kernel that has it tells of every mapping but one whose name is too long. */
	w->no_procmap = r < 0 && r != -ENAMETOOLONG;
	return r >= 0;
}

int mapwalk(struct worker *w, const struct target *t, mapwalk_fn *fn, void *arg)
{
	bool held = maplock_held(w, t->leader, t->waits);
	int r = held ? 0 : walk_procmap(w, t, fn, arg);

	/* What it has told of already has its row, and is passed over. */
	if (r == 0)
		r = walk_text(w, t, fn, arg);
	return r < 0 ? r : 0;
}
