/* SPDX-License-Identifier: MIT */
/* The formats there are, and the way their bytes leave. */
#include "out/sink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

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
	err = write_all(s->fd, buf_str(&s->out), s->out.n);
	buf_reset(&s->out);
	return err;
}

/* Sockets lie elsewhere in memory: that of a later row is fetched meanwhile. */
#define AHEAD 8

static int each_row(struct sink *s, const struct fdmap_snapshot *snap,
		    int (*each)(struct sink *s, const struct fdmap_row *row))
{
	size_t n;
	const struct fdmap_process *procs = fdmap_processes(snap, &n);

	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < procs[i].nfiles; k++) {
			struct fdmap_row row = { snap, &procs[i], &procs[i].files[k] };
			int err;

			if (k + AHEAD < procs[i].nfiles)
				__builtin_prefetch(row.file[AHEAD].sock);
			err = each(s, &row);
			if (err < 0)
				return err;
		}
	}
	return 0;
}

int sink_print(const struct sink_ops *ops, const struct format *fmt, int fd,
	       const struct fdmap_snapshot *snap)
{
	struct sink s = { .ops = ops, .fmt = fmt, .fd = fd };
	int err;

	buf_init(&s.out);
	err = ops->begin ? ops->begin(&s) : 0;
	if (err == 0 && ops->measure)
		err = each_row(&s, snap, ops->measure);
	if (err == 0)
		err = each_row(&s, snap, ops->row);
	if (err == 0)
		err = ops->end ? ops->end(&s) : sink_flush(&s, true);
	if (ops->fini)
		ops->fini(&s);
	buf_fini(&s.out);
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

int sink_marker(const struct sink_ops *ops, const struct format *fmt, int fd, const char *text)
{
	struct sink s = { .ops = ops, .fmt = fmt, .fd = fd };
	int err;

	buf_init(&s.out);
	if (ops->marker)
		ops->marker(fmt, text, &s.out);
	else
		plain_marker(text, &s.out);
	err = sink_flush(&s, true);
	buf_fini(&s.out);
	return err;
}
