/* SPDX-License-Identifier: MIT */
/*
 * prctl(PR_GET_SECCOMP) would tell as well, but is a call that a filter may kill us for, too.
 * A file of /proc is read by calls that we could do nothing without:
 *
 *	Seccomp:	2
 *	Seccomp_filters:	1
 *
 * (fs/proc/array.c: 0, 1: strict, 2: a filter. Not there where the kernel has none.)
 */
#include "os/wary.h"

#include "os/rights.h"

enum { UNKNOWN, NONE, FILTERED };

bool parse_wary(struct span status)
{
	struct cursor c = cursor_span(status);
	struct span line;
	uint32_t mode;

	while (cursor_line(&c, &line, NULL)) {
		struct cursor at = cursor_span(line);

		if (!cursor_lit(&at, "Seccomp:"))
			continue;
		cursor_blanks(&at);
		return cursor_u32(&at, &mode) && mode != 0;
	}
	return false;
}

bool wary_now(void)
{
	struct buf text;
	bool is;

	buf_init(&text);
	is = own_read_live("status", &text) == 0 &&
	     parse_wary((struct span){ buf_str(&text), text.n });
	buf_fini(&text);
	return is;
}

/* Two threads that look it up at the same time find the same. */
bool wary(struct root *r)
{
	int state = atomic_load_explicit(&r->filtered, memory_order_relaxed);

	if (state == UNKNOWN) {
		state = wary_now() ? FILTERED : NONE;
		atomic_store_explicit(&r->filtered, state, memory_order_relaxed);
	}
	return state == FILTERED;
}
