/* SPDX-License-Identifier: MIT */
/*
 * PID/fdinfo/N of a ring, io_uring/fdinfo.c, __io_uring_show_fdinfo:
 *
 *	SqThread:	-1
 *	UserFiles:	4
 *	    0: /tmp/a\040b         seq_file_path: blank, tab, newline, backslash in octal
 *	    1: socket:[29387910]
 *	    3: anon_inode:[eventfd]
 *	UserBufs:	0
 *
 * Older kernels write every slot, "<none>" where there is none, and of a file only
 * the last part of its name, as it is; of a socket the name of its protocol. A ring
 * whose lock is held is not waited for: first its files were left out, now all is.
 */
#include "proc/uring.h"

/* "    0: /etc/passwd" */
static bool take_file(struct span line, struct uring_file *f)
{
	struct cursor c = cursor_span(line);

	if (!cursor_char(&c, ' '))
		return false;
	cursor_blanks(&c);
	if (!cursor_u32(&c, &f->slot) || !cursor_lit(&c, ": "))
		return false;
	f->name = cursor_rest(&c);
	return true;
}

bool parse_uring(struct span fdinfo, struct uring *u)
{
	struct span line;
	bool whole;

	*u = (struct uring){ .c = cursor_span(fdinfo) };
	while (cursor_line(&u->c, &line, &whole) && whole) {
		struct cursor c = cursor_span(line), ahead = u->c;

		if (!cursor_lit(&c, "UserFiles:\t") || !cursor_u32(&c, &u->slots) ||
		    !cursor_done(&c))
			continue;
		return !u->slots || (cursor_line(&ahead, &line, &whole) && whole);
	}
	return false;
}

bool uring_next(struct uring *u, struct uring_file *f)
{
	struct cursor before = u->c;
	struct span line;
	bool whole;

	while (cursor_line(&u->c, &line, &whole) && whole && take_file(line, f)) {
		before = u->c;
		if (f->slot < u->slots && f->name.n && !span_eq(f->name, "<none>"))
			return true;
	}
	u->c = before;
	return false;
}
