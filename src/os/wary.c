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
	struct cursor at;
	uint32_t mode;

	return cursor_named(status, "Seccomp:", &at) && cursor_u32(&at, &mode) && mode != 0;
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
