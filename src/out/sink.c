/* SPDX-License-Identifier: MIT */
/* The formats there are, and the way their bytes leave. */
#include "out/sink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "out/quote.h"

/* Bytes that may wait: large writes, while a reader still sees progress. */
#define SINK_FULL ((size_t)64 * 1024)

static const struct sink_ops *const sinks[] = {
	&sink_table,  &sink_fields, &sink_terse,   &sink_count, &sink_json,	&sink_jsonl,
	&sink_csv,    &sink_tsv,    &sink_print0,  &sink_groups, &sink_summary, &sink_graph,
};

const struct sink_ops *sink_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(sinks); i++)
		if (strcmp(sinks[i]->name, name) == 0)
			return sinks[i];
	return NULL;
}

/* A terminal or pipe may have been left non-blocking by somebody else: wait, lose nothing. */
static int wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (poll(&p, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);
		int err = 0;

		if (done > 0) {
			p += done;
			n -= (size_t)done;
		} else if (done == 0) {
			return -EIO;
		} else if (errno == EAGAIN) {
			err = wait_writable(fd);
		} else if (errno != EINTR) {
			err = -errno;
		}
		if (err < 0)
			return err;
	}
	return 0;
}

int sink_flush(struct sink *s, bool force)
{
	int err;

	if (s->out.failed)
		return -ENOMEM;
	if (!force && s->out.n < SINK_FULL)
		return 0;
	if (s->out.n && s->fmt && s->fmt->before)
		s->fmt->before();
	err = write_all(s->fd, buf_str(&s->out), s->out.n);
	buf_reset(&s->out);
	return err;
}

/* Names and sockets lie elsewhere in memory: those of a later row are fetched meanwhile. */
#define AHEAD 8

static void fetch(const struct fdmap_file *f)
{
	__builtin_prefetch(f->path);
	__builtin_prefetch(f->sock);
}

static int put_process(struct sink *s, const struct fdmap_snapshot *snap,
		       const struct fdmap_process *proc)
{
	int err = 0;

	for (uint32_t k = 0; err == 0 && k < proc->nfiles; k++) {
		const struct fdmap_row row = { snap, proc, &proc->files[k] };

		if (k + AHEAD < proc->nfiles)
			fetch(&row.file[AHEAD]);
		s->begins = k == 0;
		err = s->ops->row(s, &row);
	}
	return err;
}

int sink_begin(struct sink *s, const struct sink_ops *ops, const struct format *fmt, int fd)
{
	*s = (struct sink){ .ops = ops, .fmt = fmt, .fd = fd };
	buf_init(&s->out);
	return ops->begin ? ops->begin(s) : 0;
}

int sink_processes(struct sink *s, const struct fdmap_snapshot *snap,
		   const struct fdmap_process *procs, size_t n)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < n; i++)
		err = put_process(s, snap, &procs[i]);
	/* A reader need not wait for what the next batch takes. */
	return err < 0 ? err : sink_flush(s, true);
}

int sink_rows(struct sink *s, const struct fdmap_snapshot *snap)
{
	size_t n;
	const struct fdmap_process *procs = fdmap_processes(snap, &n);

	return sink_processes(s, snap, procs, n);
}

int sink_end(struct sink *s)
{
	return s->ops->end ? s->ops->end(s) : sink_flush(s, true);
}

void sink_fini(struct sink *s)
{
	if (s->ops->fini)
		s->ops->fini(s);
	buf_fini(&s->out);
}

int sink_print(const struct sink_ops *ops, const struct format *fmt, int fd,
	       const struct fdmap_snapshot *snap)
{
	struct sink s;
	int err = sink_begin(&s, ops, fmt, fd);

	if (err == 0)
		err = sink_rows(&s, snap);
	if (err == 0)
		err = sink_end(&s);
	sink_fini(&s);
	return err;
}

static void plain_marker(const char *text, struct buf *out)
{
	buf_puts(out, text ? text : "=======");
	buf_putc(out, '\n');
}

void sink_totals_marker(const struct format *fmt, const char *text, struct buf *out)
{
	if (fmt->as == FORMAT_AS_TABLE)
		plain_marker(text, out);
	else if (fmt->as != FORMAT_AS_JSON)
		buf_putc(out, '\n');
}

/* What was typed, line by line: a line break there is meant. */
static void quote_lines(const char *text, struct buf *out)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		quote_text(text, n, out);
		text += n;
		if (!*text)
			return;
		buf_putc(out, *text++);
	}
}

int sink_marker(const struct sink_ops *ops, const struct format *fmt, int fd, const char *text)
{
	struct sink s = { .ops = ops, .fmt = fmt, .fd = fd };
	struct buf shown;
	int err;

	buf_init(&s.out);
	buf_init(&shown);
	if (text && fmt->strict) {
		quote_lines(text, &shown);
		text = buf_str(&shown);
	}
	if (ops->marker)
		ops->marker(fmt, text, &s.out);
	else
		plain_marker(text, &s.out);
	s.out.failed |= shown.failed;
	err = sink_flush(&s, true);
	buf_fini(&shown);
	buf_fini(&s.out);
	return err;
}
