/* SPDX-License-Identifier: MIT */
/*
 * Of the system as a whole:
 *
 *	stat	btime 1795215104		fs/proc/stat.c, show_stat
 *	uptime	23520.53 27878.75		fs/proc/uptime.c, uptime_proc_show
 *	sys/kernel/cap_last_cap	40		kernel/sysctl.c
 *
 * stat has a line for each CPU and a number for each interrupt, hence is read only for
 * who wants to know when something was started.
 */
#include "proc/system.h"

#include <errno.h>
#include <unistd.h>

#define NS 1000000000u
#define TREE_HZ 100 /* USER_HZ of nearly every Linux */

int parse_btime(struct span text, uint64_t *seconds)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		struct cursor l = cursor_span(line);

		if (!cursor_lit(&l, "btime "))
			continue;
		return cursor_u64(&l, seconds) && cursor_done(&l) && *seconds <= INT32_MAX * 4ull
			       ? 0
			       : -EINVAL;
	}
	return -EINVAL;
}

int parse_uptime(struct span text, uint64_t *ns)
{
	struct cursor c = cursor_span(text);
	uint64_t seconds, part;
	const char *point;

	if (!cursor_u64(&c, &seconds) || !cursor_char(&c, '.') || seconds > INT32_MAX * 4ull)
		return -EINVAL;
	point = c.at;
	/* Always two digits: hundredths. */
	if (!cursor_u64(&c, &part) || c.at - point != 2 || !cursor_char(&c, ' '))
		return -EINVAL;
	*ns = seconds * NS + part * (NS / 100);
	return 0;
}

int parse_last_cap(struct span text, uint64_t *caps)
{
	struct cursor c = cursor_span(text);
	uint32_t last;

	if (!cursor_u32(&c, &last) || last > 63 || !cursor_char(&c, '\n') || !cursor_done(&c))
		return -EINVAL;
	*caps = last == 63 ? UINT64_MAX : (1ull << (last + 1)) - 1;
	return 0;
}

static int read_one(struct root *root, const char *name, struct buf *text,
		    int (*parse)(struct span text, uint64_t *v), uint64_t *v)
{
	int r;

	buf_reset(text);
	r = root_read(root, NULL, name, text);
	return r < 0 ? r : parse((struct span){ buf_str(text), text->n }, v);
}

static int read_clock(struct root *root, struct buf *text, struct system *sys, const char **source)
{
	long hz = root->live ? sysconf(_SC_CLK_TCK) : TREE_HZ;
	int r;

	*source = "stat";
	r = read_one(root, "stat", text, parse_btime, &sys->boot);
	if (r < 0)
		return r;
	sys->boot *= NS;
	*source = "uptime";
	r = read_one(root, "uptime", text, parse_uptime, &sys->up);
	if (r == 0)
		sys->hz = hz > 0 ? (unsigned)hz : TREE_HZ;
	return r;
}

int system_read(struct root *root, uint32_t facts, struct system *sys, const char **source)
{
	struct fdmap_stat st;
	struct buf text;
	int r = 0;

	*sys = (struct system){ 0 };
	*source = NULL;
	buf_init(&text);
	if (facts & FDMAP_STATUS)
		r = read_one(root, "sys/kernel/cap_last_cap", &text, parse_last_cap, &sys->caps);
	if (!root_exhausted(r) && facts & FDMAP_LIMITS) {
		/* Our own process has descriptors: the root's, at least. */
		r = root_stat(root, NULL, "self/fd", &st);
		sys->fd_sizes = r == 0 && st.size > 0;
	}
	/* Without these two nothing is missing. */
	r = root_exhausted(r) ? r : 0;
	if (r == 0 && facts & FDMAP_START)
		r = read_clock(root, &text, sys, source);
	buf_fini(&text);
	return r;
}

bool system_start(const struct system *sys, uint64_t ticks, uint64_t *start, uint64_t *age)
{
	uint64_t since;

	/* Some 130 years: more than that no system is up. */
	if (!sys->hz || ticks / sys->hz > UINT32_MAX)
		return false;
	since = ticks / sys->hz * NS + ticks % sys->hz * NS / sys->hz;
	*start = sys->boot + since;
	/* What is younger than the snapshot was started meanwhile. */
	*age = sys->up > since ? sys->up - since : 0;
	return true;
}
