/* SPDX-License-Identifier: MIT */
/* PID/cgroup: whatever is told is of a form that can be told, and is part of the text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proc/cgroup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_hex(const char *s, const char *others)
{
	for (; *s; s++)
		if (!strchr("0123456789abcdef", *s) && !strchr(others, *s))
			abort();
}

static void check(const struct cgroup *g)
{
	size_t n;

	if (g->container && (!*g->container || strchr(g->container, '/')))
		abort();
	if (g->container && (!g->runtime || strcmp(g->runtime, "lxc") != 0) &&
	    (!g->runtime || strcmp(g->runtime, "nspawn") != 0)) {
		check_hex(g->container, "");
		if (strlen(g->container) != 64)
			abort();
	}
	if (g->pod) {
		n = strlen(g->pod);
		check_hex(g->pod, "-");
		if ((n != 36 && n != 32) || !g->runtime)
			abort();
	}
	if (g->unit && (!strrchr(g->unit, '.') || strchr(g->unit, '/') || strchr(g->unit, ' ')))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { size ? (const char *)data : "", size };
	struct arena arena;
	struct cgroup got;

	arena_init(&arena);
	if (parse_cgroup(text, &arena, &got) == 0)
		check(&got);
	arena_fini(&arena);
	return 0;
}
