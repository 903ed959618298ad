/* SPDX-License-Identifier: MIT */
/*
 * PID/stat, one line with a name in it that may hold anything:
 *
 *	5648 () (x) S 5643 5634 2877 0 -1 4194368 ...
 *	pid   comm  | ppid pgid session tty ...
 *	            state
 *
 * and, as the 9th, its flags, as the 20th, the number of its threads, as the 22nd, when it was started, in ticks,
 * as the 38th, the signal that its end is told by: -1 of all threads but the first, whose end nobody is told
 * (kernel/fork.c, copy_process; fs/exec.c, de_thread).
 * What stands behind the group is taken as far as it is there.
 *
 * printed by fs/proc/array.c, do_task_stat. Nothing in comm is escaped there.
 */
#include "proc/stat.h"

#include <errno.h>
#include <string.h>

/* The kernel prints -1 where a task has lost its group while we looked. */
static bool take_i32(struct cursor *c, int32_t *v)
{
	struct cursor t = *c;
	bool minus = cursor_char(&t, '-');
	uint64_t big;

	if (!cursor_u64(&t, &big) || big > INT32_MAX)
		return false;
	*v = minus ? -(int32_t)big : (int32_t)big;
	*c = t;
	return true;
}

#define FIELD_SID 6
#define FIELD_FLAGS 9
#define FIELD_THREADS 20
#define FIELD_START 22
#define FIELD_EXIT_SIGNAL 38

/* From the one behind the start on. */
static void take_exit_signal(struct cursor *c, struct stat_line *st)
{
	struct span skipped;
	int32_t sig;

	for (int i = FIELD_START + 1; i < FIELD_EXIT_SIGNAL; i++)
		if (!cursor_until(c, ' ', &skipped))
			return;
	st->is_task = take_i32(c, &sig) && sig < 0 && (cursor_char(c, ' ') || cursor_char(c, '\n'));
}

/* From the session on. */
static void take_more(struct cursor *c, struct stat_line *st)
{
	struct span skipped;
	int32_t sid;
	uint64_t start;

	if (!take_i32(c, &sid) || !cursor_char(c, ' '))
		return;
	st->sid = sid;
	for (int i = FIELD_SID + 1; i < FIELD_START; i++) {
		struct cursor at = *c;
		uint32_t threads, flags;

		if (!cursor_until(c, ' ', &skipped))
			return;
		if (i == FIELD_FLAGS && cursor_u32(&at, &flags) && cursor_char(&at, ' '))
			st->flags = flags;
		if (i == FIELD_THREADS && cursor_u32(&at, &threads) && cursor_char(&at, ' '))
			st->threads = threads;
	}
	if (!cursor_u64(c, &start) || !(cursor_char(c, ' ') || cursor_char(c, '\n')))
		return;
	st->start = start;
	take_exit_signal(c, st);
}

int parse_stat(struct span text, struct stat_line *st)
{
	struct cursor c = cursor_span(text);
	const char *last;

	st->sid = -1;
	st->threads = 0;
	st->flags = 0;
	st->start = UINT64_MAX;
	st->is_task = false;
	if (!cursor_u32(&c, &st->pid) || !cursor_lit(&c, " ("))
		return -EINVAL;
	last = memrchr(c.at, ')', (size_t)(c.end - c.at));
	if (!last)
		return -EINVAL;
	st->comm = (struct span){ c.at, (size_t)(last - c.at) };
	c.at = last + 1;
	if (!cursor_char(&c, ' ') || cursor_done(&c))
		return -EINVAL;
	st->state = *c.at++;
	if (!cursor_char(&c, ' ') || !take_i32(&c, &st->ppid) || !cursor_char(&c, ' ') ||
	    !take_i32(&c, &st->pgid))
		return -EINVAL;
	/* More fields follow, or the line's end: else the number may be a half one. */
	if (!cursor_char(&c, ' '))
		return cursor_char(&c, '\n') ? 0 : -EINVAL;
	take_more(&c, st);
	return 0;
}
