/* SPDX-License-Identifier: MIT */
/* What stands in each column. To add one, add a row to `columns`. */
#include "out/column.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/slots.h"
#include "out/extra.h"
#include "out/flags.h"
#include "out/human.h"
#include "out/quote.h"

/* COMMAND and TASKCMD are never narrower than their heads. */
#define COMM_MIN 7

/* ---- what -F writes alike ---------------------------------------------------- */

void column_put_fd(int32_t fd, bool whole, struct buf *out)
{
	if (fd >= 10000 && !whole) {
		buf_putc(out, '*');
		buf_putc(out, (char)('0' + fd / 100 % 10));
		buf_putc(out, (char)('0' + fd / 10 % 10));
		buf_putc(out, (char)('0' + fd % 10));
	} else {
		slot_put_fd(fd, out);
	}
}

static unsigned decimal_digits(uint64_t v)
{
	unsigned n = 1;

	while (v >= 10) {
		v /= 10;
		n++;
	}
	return n;
}

void column_put_offset(const struct shown *x, struct buf *out)
{
	uint64_t v = x->look.offset;
	unsigned most = x->fmt->offset_digits;

	if (most && decimal_digits(v) > most) {
		buf_puts(out, "0x");
		buf_put_hex(out, v, 1);
	} else {
		buf_puts(out, "0t");
		buf_put_u64(out, v);
	}
}

bool column_take_name(const struct shown *x, unsigned how)
{
	struct buf *name = x->scratch;
	size_t room = 1024; /* nearly always enough; if not, once more with what is */

	for (;;) {
		buf_reset(name);
		if (buf_reserve(name, room) < 0)
			return false;
		name->n = fdmap_name(x->row, x->fmt->namer, how, name->p, room);
		if (name->n == SIZE_MAX) {
			name->n = 0;
			return false;
		}
		if (name->n < room)
			return true;
		room = name->n + 1;
	}
}

void column_quote(const struct format *fmt, const char *text, size_t n, struct buf *out)
{
	if (fmt->strict)
		quote_text(text, n, out);
	else
		quote_name(text, n, out);
}

void column_put_name(const struct shown *x, unsigned how, struct buf *out)
{
	if (column_take_name(x, how))
		column_quote(x->fmt, x->scratch->p, x->scratch->n, out);
	else
		out->failed = true;
}

unsigned column_name_alone(const struct format *fmt)
{
	return fmt->name_how & ~(FDMAP_NAME_STATE | FDMAP_NAME_QUEUES | FDMAP_NAME_INFO);
}

bool column_put_flags(const struct shown *x, enum format_flags how, struct buf *out)
{
	const struct fdmap_file *f = x->row->file;
	size_t before = out->n;

	if (f->fd < 0 || !(f->have & FDMAP_FLAGS))
		return false;
	if (how == FORMAT_FLAGS_HEX)
		flags_put_hex(f->oflags, out);
	else if (how == FORMAT_FLAGS_NAMES)
		flags_put_names(f->oflags, out);
	return out->n > before;
}

char column_letter(char c)
{
	return c ? c : ' ';
}

const char *column_comm(const struct fdmap_process *proc)
{
	return proc->nobody ? "-" : proc->comm ? proc->comm : "(unknown)";
}

/* ---- columns of processes ---------------------------------------------------- */

static void put_limited(const struct shown *x, const char *comm, struct buf *out)
{
	unsigned width = x->fmt->comm_width;

	quote_command(comm, width && width < COMM_MIN ? COMM_MIN : width, out);
}

static void put_command(const struct shown *x, struct buf *out)
{
	put_limited(x, column_comm(x->row->proc), out);
}

static void put_id(const struct shown *x, pid_t id, struct buf *out)
{
	if (x->row->proc->nobody)
		buf_putc(out, '-');
	else
		buf_put_i64(out, id);
}

static void put_pid(const struct shown *x, struct buf *out)
{
	put_id(x, x->row->proc->pid, out);
}

static void put_tid(const struct shown *x, struct buf *out)
{
	if (x->row->proc->tid)
		buf_put_i64(out, x->row->proc->tid);
}

static void put_task(const struct shown *x, struct buf *out)
{
	const struct fdmap_process *proc = x->row->proc;

	if (proc->tid && proc->task)
		put_limited(x, proc->task, out);
}

static void put_context(const struct shown *x, struct buf *out)
{
	const char *context = x->row->proc->context;

	if (context)
		column_quote(x->fmt, context, strlen(context), out);
}

static void put_ppid(const struct shown *x, struct buf *out)
{
	put_id(x, x->row->proc->ppid, out);
}

static void put_pgid(const struct shown *x, struct buf *out)
{
	put_id(x, x->row->proc->pgid, out);
}

/* A login name as long as it is; numbers in a field of 8, as lsof has them. */
static void put_user(const struct shown *x, struct buf *out)
{
	uid_t uid = x->row->proc->uid;
	const char *login;

	if (x->row->proc->nobody) {
		buf_putc(out, '-');
		return;
	}
	login = x->fmt->namer ? fdmap_namer_user(x->fmt->namer, uid) : NULL;

	if (login)
		column_quote(x->fmt, login, strlen(login), out);
	else
		buf_printf(out, "%8lu", (unsigned long)uid);
}

/* ---- columns of files ---------------------------------------------------------- */

/* lsof's cwd and rtd are four wide, txt, mem and DEL three: a column of them alone is narrower. */
static size_t fd_pad(int32_t fd)
{
	if (fd < 0)
		return fd == FDMAP_FD_CWD || fd == FDMAP_FD_RTD;
	return fd < 10 ? 3 : fd < 100 ? 2 : fd < 1000;
}

static void put_fd(const struct shown *x, struct buf *out)
{
	char access = column_letter(x->row->file->access);
	char lock = column_letter(x->row->file->lock);

	buf_pad(out, ' ', fd_pad(x->row->file->fd));
	column_put_fd(x->row->file->fd, false, out);
	buf_putc(out, access == ' ' && lock != ' ' ? '-' : access);
	buf_putc(out, lock);
}

static void put_type(const struct shown *x, struct buf *out)
{
	buf_puts(out, x->look.type);
}

static void put_flags(const struct shown *x, struct buf *out)
{
	(void)column_put_flags(x, x->fmt->flags, out);
}

static void put_device(const struct shown *x, struct buf *out)
{
	const struct fdmap_look *l = &x->look;
	uint64_t dev = l->has & FDMAP_HAS_RDEV ? l->rdev : l->dev;

	if (l->device[0]) {
		buf_puts(out, l->device);
	} else if (l->has & (FDMAP_HAS_RDEV | FDMAP_HAS_DEV)) {
		buf_put_u64(out, major(dev));
		buf_putc(out, ',');
		buf_put_u64(out, minor(dev));
	}
}

static void put_size(const struct shown *x, struct buf *out)
{
	if (!(x->look.has & FDMAP_HAS_SIZE))
		return;
	if (x->fmt->human)
		human_put(x->look.size, out);
	else
		buf_put_u64(out, x->look.size);
}

static void put_offset(const struct shown *x, struct buf *out)
{
	if (x->look.has & FDMAP_HAS_OFFSET)
		column_put_offset(x, out);
}

static void put_size_or_offset(const struct shown *x, struct buf *out)
{
	if (x->look.has & FDMAP_HAS_SIZE)
		put_size(x, out);
	else
		put_offset(x, out);
}

/* The blank is part of the value: lsof's column is one wider than the digits. */
static void put_nlink(const struct shown *x, struct buf *out)
{
	if (!(x->look.has & FDMAP_HAS_NLINK))
		return;
	buf_putc(out, ' ');
	buf_put_u64(out, x->look.nlink);
}

static void put_node(const struct shown *x, struct buf *out)
{
	if (x->look.node[0])
		buf_puts(out, x->look.node);
	else if (x->look.has & FDMAP_HAS_INODE)
		buf_put_u64(out, x->look.ino);
}

static void put_name(const struct shown *x, struct buf *out)
{
	column_put_name(x, x->fmt->name_how, out);
}

/* ---- when they are shown --------------------------------------------------------- */

static bool with_tasks(const struct format *fmt, bool tasks)
{
	(void)fmt;
	return tasks;
}

static bool with_context(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->context;
}

static bool with_flags(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->flags != FORMAT_FLAGS_NONE;
}

static bool with_ppid(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->ppid;
}

static bool with_pgid(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->pgid;
}

static bool with_nlink(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->nlink;
}

static bool with_size(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->size_only;
}

static bool with_offset(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return fmt->offset_only && !fmt->size_only;
}

static bool with_size_or_offset(const struct format *fmt, bool tasks)
{
	(void)tasks;
	return !fmt->size_only && !fmt->offset_only;
}

/* What a file is, and with that nearly every column, follows from these. */
#define WHAT (FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK)
#define PLAIN .paint = PAINT_NONE

static const struct column columns[] = {
	{ "COMMAND", COLUMN_PROCESS, COLUMN_LEFT, 7, FDMAP_COMM, NULL, put_command, PLAIN },
	{ "PID", COLUMN_PROCESS, COLUMN_RIGHT, 3, 0, NULL, put_pid, PLAIN },
	{ "TID", COLUMN_PROCESS, COLUMN_RIGHT, 3, 0, with_tasks, put_tid, PLAIN },
	{ "TASKCMD", COLUMN_PROCESS, COLUMN_LEFT, 7, 0, with_tasks, put_task, PLAIN },
	{ "SECURITY-CONTEXT", COLUMN_PROCESS, COLUMN_LEFT, 16, FDMAP_CONTEXT, with_context,
	  put_context, PLAIN },
	{ "PPID", COLUMN_PROCESS, COLUMN_RIGHT, 4, FDMAP_COMM, with_ppid, put_ppid, PLAIN },
	{ "PGID", COLUMN_PROCESS, COLUMN_RIGHT, 4, FDMAP_COMM, with_pgid, put_pgid, PLAIN },
	{ "USER", COLUMN_PROCESS, COLUMN_RIGHT, 4, FDMAP_CRED, NULL, put_user, PLAIN },
	{ "CONTAINER", COLUMN_PROCESS, COLUMN_LEFT, 9,
	  FDMAP_CRED | FDMAP_CGROUP | FDMAP_CONTAINER, NULL, extra_put_container,
	  .key = "container" },
	{ "UNIT", COLUMN_PROCESS, COLUMN_LEFT, 4, FDMAP_CGROUP, NULL, extra_put_unit,
	  .key = "unit" },
	/* Its last two characters are the mode and the lock. */
	{ "FD  ", COLUMN_FILE, COLUMN_RIGHT, 5, FDMAP_ACCESS | FDMAP_LOCK | FDMAP_STAT, NULL,
	  put_fd, PLAIN },
	{ "TYPE", COLUMN_FILE, COLUMN_RIGHT, 4, WHAT, NULL, put_type,
	  .paint = PAINT_KIND },
	{ "FILE-FLAG", COLUMN_FILE, COLUMN_RIGHT, 9, FDMAP_FLAGS, with_flags, put_flags, PLAIN },
	{ "DEVICE", COLUMN_FILE, COLUMN_RIGHT, 6, WHAT | FDMAP_POINTER, NULL, put_device, PLAIN },
	{ "SIZE/OFF", COLUMN_FILE, COLUMN_RIGHT, 8, WHAT | FDMAP_POS, with_size_or_offset,
	  put_size_or_offset, PLAIN },
	{ "SIZE", COLUMN_FILE, COLUMN_RIGHT, 4, WHAT, with_size, put_size, PLAIN },
	{ "OFFSET", COLUMN_FILE, COLUMN_RIGHT, 6, WHAT | FDMAP_POS | FDMAP_OFFSETS, with_offset,
	  put_offset, PLAIN },
	{ "NLINK", COLUMN_FILE, COLUMN_RIGHT, 5, WHAT, with_nlink, put_nlink, PLAIN },
	{ "NODE", COLUMN_FILE, COLUMN_RIGHT, 4, WHAT, NULL, put_node, PLAIN },
	{ "NETNS", COLUMN_FILE, COLUMN_RIGHT, 5, WHAT | FDMAP_NETNS, NULL,
	  extra_put_netns, .key = "netns" },
	{ "PEER", COLUMN_FILE, COLUMN_LEFT, 4, WHAT | FDMAP_ENDS, NULL, extra_put_peer,
	  .key = "peer" },
	{ "DETAIL", COLUMN_FILE, COLUMN_LEFT, 6, WHAT | FDMAP_MORE, NULL, extra_put_detail,
	  .key = "detail" },
	{ "NAME", COLUMN_FILE, COLUMN_FREE, 4, WHAT | FDMAP_DETAIL, NULL, put_name,
	  .paint = PAINT_NAME },
};

bool column_is_chosen(const struct column *c, const struct format *fmt, bool tasks)
{
	if (c->key)
		return columns_have(&fmt->columns, c->key);
	return !c->chosen || c->chosen(fmt, tasks);
}

const struct column *column_list(size_t *n)
{
	*n = ARRAY_LEN(columns);
	return columns;
}
