/* SPDX-License-Identifier: MIT */
/* /proc/locks: the search finds what the last line of a file and process says. */
#include "proc/locks.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The slow way: line by line, the last that matches. */
static char last_letter(struct span text, const struct lock *of)
{
	struct cursor c = cursor_span(text);
	struct span line;
	char letter = ' ';
	bool whole;

	while (of->pid > 0 && cursor_line(&c, &line, &whole) && whole) {
		struct lock l;

		if (parse_lock_line(line, &l) == 0 && !l.waits && l.pid == of->pid &&
		    l.dev == of->dev && l.ino == of->ino)
			letter = l.letter;
	}
	return letter;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { size ? (const char *)data : "", size };
	struct locks l;

	locks_init(&l);
	if (parse_locks(text, &l) < 0)
		abort();
	for (size_t i = 0; i < l.n && i < 50; i++) {
		if (!memchr("rRwW", l.v[i].letter, 4))
			abort();
		if (locks_find(&l, l.v[i].pid, l.v[i].dev, l.v[i].ino) !=
		    last_letter(text, &l.v[i]))
			abort();
	}
	if (locks_find(&l, -1, 0, 0) != ' ')
		abort();
	locks_fini(&l);
	return 0;
}
