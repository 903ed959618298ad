/* SPDX-License-Identifier: MIT */
/*
 * -F: one value a line, led by its letter, for programs. A process' lines,
 * then those of each of its files. The order of `fields` is the print order.
 */
#include "out/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out/column.h"
#include "out/quote.h"
#include "out/sink.h"

struct field {
	char letter;
	enum column_of of;
	uint32_t needs; /* enum fdmap_fact */
	/* Appends the value; false: there is none, and no line. */
	bool (*put)(const struct shown *x, struct buf *out);
	const char *help; /* NULL: an earlier row of the letter has it */
};

struct fields {
	const struct fdmap_process *proc; /* of the last row */
	bool files;			  /* a letter of files is chosen */
	struct buf scratch;
};

/* ---- values of processes ----------------------------------------------------- */

static bool put_text(const char *text, struct buf *out)
{
	if (!text)
		return false;
	quote_name(text, strlen(text), out);
	return true;
}

static bool put_number(int64_t v, struct buf *out)
{
	buf_put_i64(out, v);
	return true;
}

static bool put_pid(const struct shown *x, struct buf *out)
{
	return put_number(x->row->proc->pid, out);
}

static bool put_tid(const struct shown *x, struct buf *out)
{
	return x->row->proc->tid && put_number(x->row->proc->tid, out);
}

static bool put_task(const struct shown *x, struct buf *out)
{
	return x->row->proc->tid && put_text(x->row->proc->task, out);
}

static bool put_context(const struct shown *x, struct buf *out)
{
	return put_text(x->row->proc->context, out);
}

static bool put_pgid(const struct shown *x, struct buf *out)
{
	return put_number(x->row->proc->pgid, out);
}

static bool put_ppid(const struct shown *x, struct buf *out)
{
	return put_number(x->row->proc->ppid, out);
}

static bool put_command(const struct shown *x, struct buf *out)
{
	return put_text(column_comm(x->row->proc), out);
}

/* Signed, as lsof prints it: the last user is -1. */
static bool put_uid(const struct shown *x, struct buf *out)
{
	return put_number((int32_t)x->row->proc->uid, out);
}

static bool put_login(const struct shown *x, struct buf *out)
{
	if (!x->fmt->namer)
		return false;
	return put_text(fdmap_namer_user(x->fmt->namer, x->row->proc->uid), out);
}

/* ---- values of files ------------------------------------------------------------ */

static bool put_fd(const struct shown *x, struct buf *out)
{
	column_put_fd(x->row->file->fd, true, out);
	return true;
}

static bool put_access(const struct shown *x, struct buf *out)
{
	buf_putc(out, column_letter(x->row->file->access));
	return true;
}

static bool put_lock(const struct shown *x, struct buf *out)
{
	buf_putc(out, column_letter(x->row->file->lock));
	return true;
}

static bool put_type(const struct shown *x, struct buf *out)
{
	buf_puts(out, x->look.type);
	return x->look.type[0];
}

/* The letter chooses hex; +fg after it names, -fg none. */
static bool put_flags(const struct shown *x, struct buf *out)
{
	return column_put_flags(x, x->fmt->flags, out);
}

static bool put_device_text(const struct shown *x, struct buf *out)
{
	const char *text = x->look.device + strspn(x->look.device, " ");

	buf_puts(out, text);
	return text[0];
}

static bool put_hex(bool known, uint64_t v, struct buf *out)
{
	if (!known)
		return false;
	buf_puts(out, "0x");
	buf_put_hex(out, v, 1);
	return true;
}

static bool put_dev(const struct shown *x, struct buf *out)
{
	return put_hex(x->look.has & FDMAP_HAS_DEV, x->look.dev, out);
}

static bool put_rdev(const struct shown *x, struct buf *out)
{
	return put_hex(x->look.has & FDMAP_HAS_RDEV, x->look.rdev, out);
}

static bool put_count(bool known, uint64_t v, struct buf *out)
{
	if (known)
		buf_put_u64(out, v);
	return known;
}

static bool put_size(const struct shown *x, struct buf *out)
{
	return put_count(x->look.has & FDMAP_HAS_SIZE, x->look.size, out);
}

static bool put_offset(const struct shown *x, struct buf *out)
{
	if (!(x->look.has & FDMAP_HAS_OFFSET) || x->fmt->size_only)
		return false;
	column_put_offset(x, out);
	return true;
}

static bool put_inode(const struct shown *x, struct buf *out)
{
	return put_count((x->look.has & FDMAP_HAS_INODE) && !x->look.node[0], x->look.ino, out);
}

static bool put_nlink(const struct shown *x, struct buf *out)
{
	return put_count(x->look.has & FDMAP_HAS_NLINK, x->look.nlink, out);
}

static bool put_protocol(const struct shown *x, struct buf *out)
{
	buf_puts(out, x->look.node);
	return x->look.node[0];
}

/* States and queues have a letter of their own and are no part of the name. */
static bool put_name(const struct shown *x, struct buf *out)
{
	column_put_name(x, column_name_alone(x->fmt), out);
	return true;
}

static bool put_state(const struct shown *x, struct buf *out)
{
	const struct fdmap_sock *sock = x->row->file->sock;
	const char *state;

	if (!sock || !(x->fmt->name_how & FDMAP_NAME_STATE))
		return false;
	state = fdmap_sock_state(sock);
	if (!state)
		return false;
	buf_puts(out, "ST=");
	buf_puts(out, state);
	return true;
}

static bool has_queues(const struct shown *x)
{
	const struct fdmap_sock *sock = x->row->file->sock;

	return sock && sock->table <= FDMAP_UDPLITE && (x->fmt->name_how & FDMAP_NAME_QUEUES);
}

static bool put_receive_queue(const struct shown *x, struct buf *out)
{
	if (!has_queues(x))
		return false;
	buf_puts(out, "QR=");
	return put_count(true, x->row->file->sock->rq, out);
}

static bool put_send_queue(const struct shown *x, struct buf *out)
{
	if (!has_queues(x))
		return false;
	buf_puts(out, "QS=");
	return put_count(true, x->row->file->sock->wq, out);
}

/* Without the socket tables a socket would look like a file of its own file system. */
#define WHAT (FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK)
#define TCP_INFO (FDMAP_LINK | FDMAP_SOCK)

static const struct field fields[] = {
	{ 'p', COLUMN_PROCESS, 0, put_pid, "process (PID); always there" },
	{ 'K', COLUMN_PROCESS, 0, put_tid, "thread (TID)" },
	{ 'M', COLUMN_PROCESS, 0, put_task, "the thread's command" },
	{ 'Z', COLUMN_PROCESS, FDMAP_CONTEXT, put_context, "security context (SELinux)" },
	{ 'g', COLUMN_PROCESS, FDMAP_COMM, put_pgid, "process group (PGID)" },
	{ 'R', COLUMN_PROCESS, FDMAP_COMM, put_ppid, "parent process (PPID)" },
	{ 'c', COLUMN_PROCESS, FDMAP_COMM, put_command, "command, whole" },
	{ 'u', COLUMN_PROCESS, FDMAP_CRED, put_uid, "user number (UID)" },
	{ 'L', COLUMN_PROCESS, FDMAP_CRED, put_login, "login name" },
	{ 'f', COLUMN_FILE, 0, put_fd, "descriptor: a number, or cwd, rtd, txt, mem, DEL" },
	{ 'a', COLUMN_FILE, FDMAP_ACCESS, put_access, "access: r, w, u (both)" },
	{ 'l', COLUMN_FILE, FDMAP_LOCKS | FDMAP_STAT, put_lock, "lock: r, w; R, W: of all of it" },
	{ 't', COLUMN_FILE, WHAT, put_type, "type" },
	{ 'G', COLUMN_FILE, FDMAP_FLAGS, put_flags,
	  "flags it was opened with, in hex; +fg: names" },
	{ 'd', COLUMN_FILE, WHAT, put_device_text, "device, where it is not a number" },
	{ 'D', COLUMN_FILE, WHAT, put_dev, "device of the file system, 0x<hex>" },
	{ 'r', COLUMN_FILE, FDMAP_LINK | FDMAP_STAT, put_rdev, "device it is itself, 0x<hex>" },
	{ 's', COLUMN_FILE, FDMAP_LINK | FDMAP_STAT, put_size, "size" },
	{ 'o', COLUMN_FILE, FDMAP_LINK | FDMAP_STAT | FDMAP_POS | FDMAP_OFFSETS, put_offset,
	  "offset, 0t<decimal> or 0x<hex>" },
	{ 'i', COLUMN_FILE, WHAT, put_inode, "inode" },
	{ 'k', COLUMN_FILE, FDMAP_LINK | FDMAP_STAT, put_nlink, "number of links" },
	{ 'P', COLUMN_FILE, WHAT, put_protocol, "protocol" },
	{ 'n', COLUMN_FILE, FDMAP_LINK | FDMAP_DETAIL | FDMAP_SOCK, put_name,
	  "name, addresses, notes" },
	{ 'T', COLUMN_FILE, TCP_INFO, put_state, "socket: ST=state, QR= and QS= queued bytes" },
	{ 'T', COLUMN_FILE, TCP_INFO, put_receive_queue, NULL },
	{ 'T', COLUMN_FILE, TCP_INFO, put_send_queue, NULL },
};

/* lsof's other letters: printed by others, or known on other systems. */
static const struct field silent[] = {
	{ 'm', COLUMN_FILE, 0, NULL, "the line between two rounds of -r" },
	{ 'C', COLUMN_FILE, 0, NULL, NULL },
	{ 'F', COLUMN_FILE, 0, NULL, NULL },
	{ 'N', COLUMN_FILE, 0, NULL, NULL },
	{ 'S', COLUMN_FILE, 0, NULL, NULL },
	{ 'z', COLUMN_FILE, 0, NULL, NULL },
};

uint64_t fields_default(void)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].letter != 'r' && fields[i].letter != 'Z')
			letters |= FIELD_BIT(fields[i].letter);
	return letters;
}

static const struct field *find_field(const struct field *t, size_t n, char c)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].letter == c)
			return &t[i];
	return NULL;
}

bool fields_letter(char c)
{
	return find_field(fields, ARRAY_LEN(fields), c) || find_field(silent, ARRAY_LEN(silent), c);
}

uint32_t fields_needs(char letter)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].letter == letter)
			needs |= fields[i].needs | (fields[i].of == COLUMN_FILE ? COLUMN_ROWS : 0u);
	return needs;
}

static void put_help(const struct field *f, struct buf *out)
{
	if (f && f->help)
		buf_printf(out, "\t %c    %s\n", f->letter, f->help);
}

void fields_help(struct buf *out)
{
	for (char c = 'a'; c <= 'z'; c++) {
		put_help(find_field(fields, ARRAY_LEN(fields), c), out);
		put_help(find_field(silent, ARRAY_LEN(silent), c), out);
		put_help(find_field(fields, ARRAY_LEN(fields), (char)(c - 'a' + 'A')), out);
	}
	buf_puts(out, "\t 0    values end with NUL instead of a newline\n");
}

/* ---- the sink --------------------------------------------------------------------- */

/* A program always needs to know whose lines follow. */
static bool is_chosen(const struct format *fmt, const struct field *f)
{
	return f->letter == 'p' || (fmt->letters & FIELD_BIT(f->letter));
}

static uint32_t fields_wants(const struct format *fmt)
{
	uint32_t wants = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!is_chosen(fmt, &fields[i]))
			continue;
		wants |= fields[i].needs;
		if (fields[i].of == COLUMN_FILE)
			wants |= COLUMN_ROWS;
		if (fields[i].letter == 'T' && (fmt->name_how & FDMAP_NAME_QUEUES))
			wants |= FDMAP_QUEUES;
		if (fields[i].letter == 'n' && (fmt->name_how & FDMAP_NAME_ENDS))
			wants |= FDMAP_ENDS;
	}
	if (fmt->flags == FORMAT_FLAGS_NONE)
		wants &= ~(uint32_t)FDMAP_FLAGS;
	if (fmt->size_only)
		wants &= ~((uint32_t)FDMAP_POS | FDMAP_OFFSETS);
	return wants;
}

static int fields_begin(struct sink *s)
{
	struct fields *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->files = fields_wants(s->fmt) & COLUMN_ROWS;
	s->priv = f;
	return 0;
}

/* With NUL as the terminator a newline ends each set that has a value. */
static void put_set(const struct shown *x, enum column_of of, struct buf *out)
{
	char end = x->fmt->nul ? '\0' : '\n';
	size_t before = out->n;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		size_t start = out->n;

		if (fields[i].of != of || !is_chosen(x->fmt, &fields[i]))
			continue;
		buf_putc(out, fields[i].letter);
		if (fields[i].put(x, out))
			buf_putc(out, end);
		else
			out->n = start;
	}
	if (x->fmt->nul && out->n > before)
		buf_putc(out, '\n');
}

static int fields_row(struct sink *s, const struct fdmap_row *row)
{
	struct fields *f = s->priv;
	struct shown x = { .fmt = s->fmt, .row = row, .scratch = &f->scratch };

	if (row->proc != f->proc) {
		f->proc = row->proc;
		put_set(&x, COLUMN_PROCESS, &s->out);
	}
	if (f->files) {
		fdmap_look(row, &x.look);
		put_set(&x, COLUMN_FILE, &s->out);
	}
	return sink_flush(s, false);
}

static int fields_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void fields_fini(struct sink *s)
{
	struct fields *f = s->priv;

	if (!f)
		return;
	buf_fini(&f->scratch);
	free(f);
}

static void fields_marker(const struct format *fmt, const char *text, struct buf *out)
{
	buf_putc(out, 'm');
	if (text)
		buf_puts(out, text);
	if (fmt->nul)
		buf_putc(out, '\0');
	buf_putc(out, '\n');
}

const struct sink_ops sink_fields = {
	.name = "fields",
	.wants = fields_wants,
	.begin = fields_begin,
	.row = fields_row,
	.end = fields_end,
	.fini = fields_fini,
	.marker = fields_marker,
};
