/* SPDX-License-Identifier: MIT */
/*
 * Details of kinds that tell little:
 *
 *	Pid:	7324                    fs/pidfs.c, pidfd_show_fdinfo; -1: ended
 *	NSpid:	7324	12
 *
 *	SqMask:	0x7                     io_uring/fdinfo.c
 *	UserFiles:	2
 *	    0: socket:[29389812]
 *	PollList:
 *	  op=1, task_works=0
 *
 *	pending:	0               fs/userfaultfd.c
 *	API:	aa:80000000:80000000000001ff
 *
 *	size:	4096                    drivers/dma-buf/dma-buf.c, dma_buf_show_fdinfo
 *	exp_name:	udmabuf
 *	name:	what its user calls it
 *
 *	iff:	tun0                    drivers/net/tun.c, tun_chr_show_fdinfo
 *	tty-index:	3               drivers/tty/pty.c, the slave of this master
 *	scm_fds: 2                      net/unix/af_unix.c, since 5.6
 */
#include "kind/detailbuf.h"

#include <stdio.h>
#include <string.h>

/* One number for each namespace from the observer's inwards. */
static void add_nspid(struct details *d, struct span text)
{
	struct cursor at;
	struct span f;
	char buf[256] = "";
	size_t n = 0;

	if (!cursor_named(text, "NSpid:", &at))
		return;
	while (cursor_field(&at, &f) && n + f.n + 2 < sizeof(buf)) {
		if (n)
			buf[n++] = ',';
		memcpy(buf + n, f.p, f.n);
		n += f.n;
	}
	if (n)
		details_text(d, "nspid", (struct span){ buf, n });
}

void parse_pidfd(struct details *d, struct span text)
{
	static const struct detail_key keys[] = { { "Pid", "pid", DETAIL_INT, NULL, 0 } };

	details_keys(d, text, keys, ARRAY_LEN(keys));
	if (d->n)
		add_nspid(d, text);
}

void parse_io_uring(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ "SqMask", "sq_entries", DETAIL_FROM_HEX, NULL, 0 },
		{ "SqHead", "sq_head", DETAIL_DEC, NULL, 0 },
		{ "SqTail", "sq_tail", DETAIL_DEC, NULL, 0 },
		{ "CqMask", "cq_entries", DETAIL_FROM_HEX, NULL, 0 },
		{ "CqHead", "cq_head", DETAIL_DEC, NULL, 0 },
		{ "CqTail", "cq_tail", DETAIL_DEC, NULL, 0 },
		{ "SQEs", "sqes", DETAIL_DEC, NULL, 0 },
		{ "CQEs", "cqes", DETAIL_DEC, NULL, 0 },
		{ "SqThread", "sq_thread", DETAIL_INT, NULL, 0 },
		{ "SqThreadCpu", "sq_thread_cpu", DETAIL_INT, NULL, 0 },
		{ "UserFiles", "user_files", DETAIL_DEC, NULL, 0 },
		{ "UserBufs", "user_bufs", DETAIL_DEC, NULL, 0 },
		{ "PollList", "poll_list", DETAIL_COUNT, NULL, 0 },
		{ "CqOverflowList", "cq_overflow_list", DETAIL_COUNT, NULL, 0 },
		{ "NAPI", "napi", DETAIL_ANY, NULL, 0 },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
	/* A mask is one less than the number of entries. */
	for (uint32_t i = 0; i < d->n; i++)
		if (strcmp(d->v[i].key, "sq_entries") == 0 || strcmp(d->v[i].key, "cq_entries") == 0)
			d->v[i].u++;
}

void parse_userfaultfd(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ .key = "pending", .how = DETAIL_DEC },
		{ .key = "total", .how = DETAIL_DEC },
		{ .key = "API", .as = "api", .how = DETAIL_ANY },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
}

/* The name comes last and is its user's: newlines, too, are part of it. */
static void add_buf_name(struct details *d, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		if (!span_starts(line, "name:\t"))
			continue;
		line.p += 6;
		line.n = (size_t)(text.p + text.n - line.p);
		if (line.n && line.p[line.n - 1] == '\n')
			line.n--;
		details_text(d, "name", line);
		return;
	}
}

void parse_dmabuf(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ .key = "size", .how = DETAIL_DEC },
		{ .key = "count", .how = DETAIL_INT },
		{ .key = "exp_name", .how = DETAIL_ANY },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
	if (d->n)
		add_buf_name(d, text);
}

/* No interface yet: an empty name. */
void parse_tun(struct details *d, struct span text)
{
	static const struct detail_key keys[] = { { .key = "iff", .how = DETAIL_ANY } };

	details_keys(d, text, keys, ARRAY_LEN(keys));
	if (d->n && d->v[0].text && !*d->v[0].text)
		d->n = 0;
}

void parse_ptmx(struct details *d, struct span text)
{
	static const struct detail_key keys[] = { { "tty-index", "tty_index", DETAIL_DEC, NULL, 0 } };

	details_keys(d, text, keys, ARRAY_LEN(keys));
}

/* Descriptors that wait in a socket, in messages nobody has received. */
void parse_scm(struct details *d, struct span text)
{
	static const struct detail_key keys[] = { { .key = "scm_fds", .how = DETAIL_DEC } };

	details_keys(d, text, keys, ARRAY_LEN(keys));
	if (d->n && !d->v[0].u)
		d->n = 0;
}
