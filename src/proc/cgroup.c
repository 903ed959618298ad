/* SPDX-License-Identifier: MIT */
/*
 * PID/cgroup, a line for each hierarchy (kernel/cgroup/cgroup.c,
 * proc_cgroup_show); "0::" is that of version 2:
 *
 *	4:memory:/docker/4f0c...e1
 *	1:name=systemd:/system.slice/ssh.service
 *	0::/system.slice/ssh.service
 *	n:controllers:path, and " (deleted)" when the group is gone
 */
#include "proc/cgroup.h"

#include <errno.h>
#include <string.h>

#include "proc/cgname.h"

/* The hierarchies, from the one that tells most. */
enum { RANK_UNIFIED, RANK_SYSTEMD, RANK_OTHER, RANKS };

static int rank_of(struct span controllers)
{
	if (!controllers.n)
		return RANK_UNIFIED;
	return span_eq(controllers, "name=systemd") ? RANK_SYSTEMD : RANK_OTHER;
}

static bool parse_line(struct span line, int *rank, struct span *path)
{
	static const char gone[] = " (deleted)";
	struct cursor c = cursor_span(line);
	struct span controllers;
	uint32_t id;

	if (!cursor_u32(&c, &id) || !cursor_char(&c, ':') || !cursor_until(&c, ':', &controllers))
		return false;
	*path = cursor_rest(&c);
	if (!span_starts(*path, "/") || memchr(path->p, '\0', path->n))
		return false;
	if (span_ends(*path, gone))
		path->n -= sizeof(gone) - 1;
	*rank = rank_of(controllers);
	return true;
}

/* The component before `end`, which moves to the slash that leads it. */
static struct span last_part(struct span path, size_t *end)
{
	size_t to = *end, at;

	for (at = to; at > 0 && path.p[at - 1] != '/'; at--)
		;
	*end = at ? at - 1 : 0;
	return (struct span){ path.p + at, to - at };
}

/* From the inside out: the first container counts, then the first pod around it. */
void parse_cgroup_path(struct span path, struct cgroup_path *out)
{
	struct cgname inner = { 0 };
	size_t end = path.n;

	*out = (struct cgroup_path){ 0 };
	while (end > 0) {
		struct cgname name = { .inner = inner.part, .part = last_part(path, &end) };
		size_t above = end;

		name.outer = last_part(path, &above);
		inner = name;
		if (!out->unit.n)
			out->unit = cgname_unit(name.part);
		if (!out->container.n && !out->pod.n && cgname_container(&name)) {
			out->runtime = name.runtime;
			out->container = name.id;
			out->escaped = name.escaped;
		}
		if (!out->pod.n)
			out->pod = cgname_pod(name.part);
	}
	if (out->pod.n && !out->runtime)
		out->runtime = "kubernetes";
}

/* systemd writes \x2d for what a name may not hold. */
static char *keep_unescaped(struct span s, struct arena *arena)
{
	char *text = arena_strndup(arena, s.p, s.n);
	size_t n = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		struct cursor c = cursor_of(text + i, s.n - i < 4 ? s.n - i : 4);
		uint64_t v;

		if (cursor_lit(&c, "\\x") && c.end - c.at == 2 && cursor_hex(&c, &v) &&
		    cursor_done(&c) && v && v != '/') {
			text[n++] = (char)v;
			i += 3;
		} else {
			text[n++] = text[i];
		}
	}
	text[n] = '\0';
	return text;
}

/* Pods are written with _ where systemd would have to escape. */
static char *keep_pod(struct span s, struct arena *arena)
{
	char *text = arena_strndup(arena, s.p, s.n);

	for (size_t i = 0; text && i < s.n; i++)
		if (text[i] == '_')
			text[i] = '-';
	return text;
}

int parse_cgroup(struct span text, struct arena *arena, struct cgroup *out)
{
	struct cgroup_path told[RANKS] = { 0 };
	struct span paths[RANKS] = { 0 }, at;
	struct cursor c = cursor_span(text);
	const struct cgroup_path *of = NULL;
	struct span line, unit = { 0 };
	bool whole;

	*out = (struct cgroup){ 0 };
	while (cursor_line(&c, &line, &whole)) {
		struct span path;
		int rank;

		if (!whole || !parse_line(line, &rank, &path))
			continue;
		if (!told[rank].container.n && !told[rank].pod.n)
			parse_cgroup_path(path, &told[rank]);
		paths[rank] = path;
	}
	for (int i = 0; i < RANKS; i++) {
		if (!of && (told[i].container.n || told[i].pod.n))
			of = &told[i];
		/* The groups of a controller are not systemd's to name. */
		if (!unit.n && i != RANK_OTHER)
			unit = told[i].unit;
	}
	if (of) {
		out->runtime = of->runtime;
		if (of->container.n)
			out->container = of->escaped ? keep_unescaped(of->container, arena)
						     : arena_strndup(arena, of->container.p,
								     of->container.n);
		if (of->pod.n)
			out->pod = keep_pod(of->pod, arena);
	}
	if (unit.n)
		out->unit = arena_strndup(arena, unit.p, unit.n);
	/* Where systemd has groups of version 1, nobody may be in any of version 2. */
	at = paths[RANK_UNIFIED];
	if (at.n <= 1 && paths[RANK_SYSTEMD].n)
		at = paths[RANK_SYSTEMD];
	if (at.n)
		out->path = arena_strndup(arena, at.p, at.n);
	return arena_failed(arena) ? -ENOMEM : 0;
}

int cgroup_read(struct root *root, const struct procdir *pd, struct arena *arena, struct buf *text,
		struct cgroup *out)
{
	int r;

	*out = (struct cgroup){ 0 };
	buf_reset(text);
	r = root_read(root, &pd->dir, "cgroup", text);
	if (r < 0)
		return r;
	return parse_cgroup((struct span){ buf_str(text), text->n }, arena, out);
}
