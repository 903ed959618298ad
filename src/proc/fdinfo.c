/* SPDX-License-Identifier: MIT */
/*
 * PID/fdinfo/N: four lines that every descriptor has, then what the kind tells:
 *
 *	pos:	-4096                decimal; above 2^63 it comes out negative
 *	flags:	02000002             octal, O_*
 *	mnt_id:	17
 *	ino:	1038                 since 5.14
 *	eventfd-id: 1                fs/eventfd.c, since 5.2
 *	tty-index:	3            drivers/tty/pty.c: the slave of this master
 *	Pid:	1                    fs/pidfs.c; -1: ended, 0: of a foreign namespace
 *	tfd:        3 events:       1f data:                3  pos:0 ino:14b7 sdev:9
 *
 * fs/proc/fd.c, seq_show; the tfd lines are fs/eventpoll.c, ep_show_fdinfo.
 */
#include "proc/fdinfo.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_TFDS 1000000u

/* "KEY:" then a decimal that may be negative, then a blank or the line's end. */
static bool take_i64(struct span line, const char *key, int64_t *v)
{
	struct cursor c = cursor_span(line);
	uint64_t big;
	bool minus;

	if (!cursor_lit(&c, key))
		return false;
	cursor_blanks(&c);
	minus = cursor_char(&c, '-');
	if (!cursor_u64(&c, &big) || big > (uint64_t)INT64_MAX + minus)
		return false;
	if (!cursor_done(&c) && *c.at != ' ' && *c.at != '\t')
		return false;
	*v = minus ? (int64_t)(0 - big) : (int64_t)big;
	return true;
}

static bool take_flags(struct span line, uint32_t *flags)
{
	struct cursor c = cursor_span(line);
	uint64_t v;

	if (!cursor_lit(&c, "flags:"))
		return false;
	cursor_blanks(&c);
	if (!cursor_oct(&c, &v) || !cursor_done(&c) || v > UINT32_MAX)
		return false;
	*flags = (uint32_t)v;
	return true;
}

static bool take_tfd(struct span line, int32_t *tfd)
{
	int64_t v;

	if (!take_i64(line, "tfd:", &v) || v < 0 || v > INT32_MAX)
		return false;
	*tfd = (int32_t)v;
	return true;
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* The kernel lists them in the order of its tree, by the address of the file. */
static int read_tfds(struct span text, size_t n, struct arena *arena, struct fdmap_anon *anon)
{
	struct cursor c = cursor_span(text);
	int32_t *v = arena_alloc(arena, n * sizeof(*v));
	struct span line;
	size_t got = 0, kept = 0;
	bool whole;

	if (!v)
		return -ENOMEM;
	while (got < n && cursor_line(&c, &line, &whole))
		if (whole && take_tfd(line, &v[got]))
			got++;
	qsort(v, got, sizeof(*v), by_number);
	/* One number may be watched twice: closed and used again while a copy lives. */
	for (size_t i = 0; i < got; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	anon->tfds = v;
	anon->ntfds = (uint32_t)kept;
	return 0;
}

/* The first line of a key counts: names that users give may fake later ones. */
static void parse_line(struct span line, struct fdinfo *info, bool *has_pid)
{
	int64_t v;

	if (!info->has_pos && take_i64(line, "pos:", &v)) {
		info->has_pos = true;
		info->pos = (uint64_t)v;
	} else if (!info->has_flags && take_flags(line, &info->flags)) {
		info->has_flags = true;
	} else if (!info->mnt_id && take_i64(line, "mnt_id:", &v) && v >= 0 && v <= UINT32_MAX) {
		info->mnt_id = (uint32_t)v;
	} else if (!info->anon.has_id && take_i64(line, "eventfd-id:", &v) && v >= 0) {
		info->anon.has_id = true;
		info->anon.id = (uint64_t)v;
	} else if (!info->has_tty && take_i64(line, "tty-index:", &v) && v >= 0 &&
		   v <= UINT32_MAX) {
		info->has_tty = true;
		info->tty = (uint32_t)v;
	} else if (!*has_pid && take_i64(line, "Pid:", &v) && v >= -1 && v <= INT32_MAX) {
		*has_pid = true;
		info->anon.pid = v;
	}
}

int parse_fdinfo(struct span text, struct arena *arena, struct fdinfo *info)
{
	struct cursor c = cursor_span(text);
	struct span line;
	size_t ntfds = 0;
	bool whole, has_pid = false;
	int32_t tfd;

	*info = (struct fdinfo){ 0 };
	while (cursor_line(&c, &line, &whole)) {
		/* A last line that was cut may end in half a number. */
		if (!whole)
			break;
		if (!take_tfd(line, &tfd))
			parse_line(line, info, &has_pid);
		else if (ntfds < MAX_TFDS)
			ntfds++;
	}
	return ntfds ? read_tfds(text, ntfds, arena, &info->anon) : 0;
}
