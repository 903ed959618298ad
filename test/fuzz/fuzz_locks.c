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

/* Nothing but whole lines of the text, each without its first word. */
static void check_fdinfo(struct span text)
{
	static const char word[] = "lock:\t";
	struct buf lines;
	struct cursor c;
	struct span line;
	bool whole;

	buf_init(&lines);
	parse_fdinfo_locks(text, &lines);
	c = cursor_of(buf_str(&lines), lines.n);
	for (size_t n = 0; cursor_line(&c, &line, &whole); n++)
		if (!whole || !memmem(text.p, text.n, line.p, line.n + 1) ||
		    (n + 1) * strlen(word) > text.n)
			abort();
	buf_fini(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { size ? (const char *)data : "", size };
	struct locks l;

	check_fdinfo(text);
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
