/* SPDX-License-Identifier: MIT */
/*
 * Files in messages (SCM_RIGHTS) that nobody has read yet, of which only the number is
 * told; of a listener, those of all that wait to be accepted:
 *
 *	scm_fds: 1               net/unix/af_unix.c, unix_show_fdinfo, since 5.7
 */
#include "proc/scmfds.h"

uint32_t parse_scm_fds(struct span text)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		struct cursor l = cursor_span(line);
		uint32_t n;

		if (!cursor_lit(&l, "scm_fds:"))
			continue;
		cursor_blanks(&l);
		return cursor_u32(&l, &n) && cursor_done(&l) ? n : 0;
	}
	return 0;
}
