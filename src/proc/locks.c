/* SPDX-License-Identifier: MIT */
/*
 * /proc/locks, a line per lock, those that wait for it below:
 *
 *	1: POSIX  ADVISORY  WRITE 2200 fe:00:10952732 0 EOF
 *	1: -> POSIX  ADVISORY  READ 2201 fe:00:10952732 128 191
 *	2: OFDLCK ADVISORY  READ -1 fe:00:10952733 0 EOF
 *	id      kind          type pid  dev    inode   start end
 *
 * The device is hex (since ever), the rest decimal (fs/locks.c,
 * lock_get_status). Leases and delegations differ in the words only.
 */
#include "proc/locks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

void locks_init(struct locks *l)
{
	*l = (struct locks){ 0 };
}

void locks_fini(struct locks *l)
{
	free(l->v);
	*l = (struct locks){ 0 };
}

/* -1 of an OFD lock; negative, too, when a server holds it for someone remote. */
static bool take_pid(struct cursor *c, pid_t *pid)
{
	bool minus = cursor_char(c, '-');
	uint64_t v;

	if (!cursor_u64(c, &v) || v > INT32_MAX)
		return false;
	*pid = minus ? -(pid_t)v : (pid_t)v;
	return cursor_done(c);
}

/* "fe:00:10952732"; a lock on nothing says "<none>:0". */
static bool take_file(struct cursor *c, struct lock *lock)
{
	uint64_t major_no, minor_no;

	if (!cursor_hex(c, &major_no) || !cursor_char(c, ':') || !cursor_hex(c, &minor_no) ||
	    !cursor_char(c, ':') || !cursor_u64(c, &lock->ino))
		return false;
	if (major_no > UINT32_MAX || minor_no > UINT32_MAX)
		return false;
	lock->dev = makedev((unsigned)major_no, (unsigned)minor_no);
	return cursor_done(c);
}

/* A word as a cursor of its own. */
static bool next_word(struct cursor *c, struct cursor *word)
{
	struct span f;

	if (!cursor_field(c, &f))
		return false;
	*word = cursor_span(f);
	return true;
}

int parse_lock_line(struct span line, struct lock *lock)
{
	struct cursor c = cursor_span(line), word;
	struct span kind, type, start, end;
	bool whole_file;

	if (!next_word(&c, &word) || !next_word(&c, &word))
		return -EINVAL;
	kind = cursor_rest(&word);
	lock->waits = span_eq(kind, "->");
	if (lock->waits && !cursor_field(&c, &kind))
		return -EINVAL;
	if (!next_word(&c, &word) || !cursor_field(&c, &type))
		return -EINVAL;
	if (!next_word(&c, &word) || !take_pid(&word, &lock->pid))
		return -EINVAL;
	if (!next_word(&c, &word) || !take_file(&word, lock))
		return -EINVAL;
	if (!cursor_field(&c, &start) || !cursor_field(&c, &end))
		return -EINVAL;
	whole_file = span_eq(start, "0") && span_eq(end, "EOF");
	if (span_starts(type, "R"))
		lock->letter = whole_file ? 'R' : 'r';
	else if (span_starts(type, "W"))
		lock->letter = whole_file ? 'W' : 'w';
	else
		return -EINVAL;
	return 0;
}

static int add(struct locks *l, struct lock lock)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct lock *v = reallocarray(l->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		l->v = v;
		l->cap = cap;
	}
	lock.seq = (uint32_t)l->n;
	l->v[l->n++] = lock;
	return 0;
}

static int by_file(const struct lock *a, pid_t pid, uint64_t dev, uint64_t ino)
{
	if (a->ino != ino)
		return a->ino < ino ? -1 : 1;
	if (a->dev != dev)
		return a->dev < dev ? -1 : 1;
	return (a->pid > pid) - (a->pid < pid);
}

static int by_file_and_line(const void *va, const void *vb)
{
	const struct lock *a = va, *b = vb;
	int d = by_file(a, b->pid, b->dev, b->ino);

	return d ? d : (a->seq > b->seq) - (a->seq < b->seq);
}

int parse_locks(struct span text, struct locks *l)
{
	struct cursor c = cursor_span(text);
	struct span line;
	int err = 0;
	bool whole;

	/* A last line that was cut may end in half a number. */
	while (err == 0 && cursor_line(&c, &line, &whole) && whole) {
		struct lock lock = { 0 };

		if (parse_lock_line(line, &lock) == 0)
			err = add(l, lock);
	}
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_file_and_line);
	return err;
}

static bool is_head(struct span line)
{
	return span_starts(line, "pos:") || span_starts(line, "flags:") ||
	       span_starts(line, "mnt_id:") || span_starts(line, "ino:");
}

/* Behind the lines that all have; what follows is the kind's, and may be of a user's making. */
void parse_fdinfo_locks(struct span info, struct buf *text)
{
	struct cursor c = cursor_span(info);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		struct cursor rest = cursor_span(line);

		if (is_head(line))
			continue;
		if (!cursor_lit(&rest, "lock:\t"))
			break;
		line = cursor_rest(&rest);
		buf_put(text, line.p, line.n);
		buf_putc(text, '\n');
	}
}

int locks_read(struct root *root, struct locks *l)
{
	struct buf b;
	int err;

	buf_init(&b);
	err = root_read(root, NULL, "locks", &b);
	if (err == 0)
		err = parse_locks((struct span){ buf_str(&b), b.n }, l);
	else if (err == -ENOENT)
		err = 0;
	buf_fini(&b);
	return err;
}

/* Behind the last of that file whose process is no greater. */
static size_t behind(const struct locks *l, pid_t pid, uint64_t dev, uint64_t ino)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_file(&l->v[mid], pid, dev, ino) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

char locks_find(const struct locks *l, pid_t pid, uint64_t dev, uint64_t ino)
{
	size_t i;

	if (pid <= 0)
		return ' ';
	i = behind(l, pid, dev, ino);
	while (i-- > 0 && by_file(&l->v[i], pid, dev, ino) == 0)
		if (!l->v[i].waits)
			return l->v[i].letter;
	return ' ';
}

size_t locks_on(const struct locks *l, uint64_t dev, uint64_t ino, size_t *from)
{
	size_t end = behind(l, INT32_MAX, dev, ino);

	/* No PID is that small. */
	*from = behind(l, INT32_MIN, dev, ino);
	return end - *from;
}
