/* SPDX-License-Identifier: MIT */
/* The letters of -F: one row each with its value and its help. Their order is the print order. */
#include "out/letters.h"

#include <string.h>

#include "base/util.h"
#include "out/fields.h"

/* ---- values of processes ----------------------------------------------------- */

static bool put_text(const struct shown *x, const char *text, struct buf *out)
{
	if (!text)
		return false;
	column_quote(x->fmt, text, strlen(text), out);
	return true;
}

static bool put_number(int64_t v, struct buf *out)
{
	buf_put_i64(out, v);
	return true;
}

static bool put_pid(const struct shown *x, struct buf *out)
{
	if (!x->row->proc->nobody)
		return put_number(x->row->proc->pid, out);
	buf_putc(out, '-');
	return true;
}

static bool put_tid(const struct shown *x, struct buf *out)
{
	return x->row->proc->tid && put_number(x->row->proc->tid, out);
}

static bool put_task(const struct shown *x, struct buf *out)
{
	return x->row->proc->tid && put_text(x, x->row->proc->task, out);
}

static bool put_context(const struct shown *x, struct buf *out)
{
	return put_text(x, x->row->proc->context, out);
}

static bool put_pgid(const struct shown *x, struct buf *out)
{
	return !x->row->proc->nobody && put_number(x->row->proc->pgid, out);
}

static bool put_ppid(const struct shown *x, struct buf *out)
{
	return !x->row->proc->nobody && put_number(x->row->proc->ppid, out);
}

static bool put_command(const struct shown *x, struct buf *out)
{
	return put_text(x, column_comm(x->row->proc), out);
}

/* Signed, as lsof prints it: the last user is -1. */
static bool put_uid(const struct shown *x, struct buf *out)
{
	return !x->row->proc->nobody && put_number((int32_t)x->row->proc->uid, out);
}

static bool put_login(const struct shown *x, struct buf *out)
{
	if (!x->fmt->namer || x->row->proc->nobody)
		return false;
	return put_text(x, fdmap_namer_user(x->fmt->namer, x->row->proc->uid), out);
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

/* ---- the letters ------------------------------------------------------------------ */

/* Without the socket tables a socket would look like a file of its own file system. */
#define WHAT (FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK)
#define TCP_INFO (FDMAP_LINK | FDMAP_SOCK)

static const struct letter letters[] = {
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
	{ 'l', COLUMN_FILE, FDMAP_LOCK | FDMAP_STAT, put_lock, "lock: r, w; R, W: of all of it" },
	{ 't', COLUMN_FILE, WHAT, put_type, "type" },
	{ 'G', COLUMN_FILE, FDMAP_FLAGS, put_flags,
	  "flags it was opened with, in hex; +fg: names" },
	{ 'd', COLUMN_FILE, WHAT | FDMAP_POINTER, put_device_text, "device, where it is not a number" },
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
static const struct letter silent[] = {
	{ 'm', COLUMN_FILE, 0, NULL, "the line between two rounds of -r" },
	{ 'C', COLUMN_FILE, 0, NULL, NULL },
	{ 'F', COLUMN_FILE, 0, NULL, NULL },
	{ 'N', COLUMN_FILE, 0, NULL, NULL },
	{ 'S', COLUMN_FILE, 0, NULL, NULL },
	{ 'z', COLUMN_FILE, 0, NULL, NULL },
};

const struct letter *letter_list(size_t *n)
{
	*n = ARRAY_LEN(letters);
	return letters;
}

uint64_t fields_default(void)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (letters[i].letter != 'r' && letters[i].letter != 'Z')
			bits |= FIELD_BIT(letters[i].letter);
	return bits;
}

static const struct letter *find(const struct letter *t, size_t n, char c)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].letter == c)
			return &t[i];
	return NULL;
}

bool fields_letter(char c)
{
	return find(letters, ARRAY_LEN(letters), c) || find(silent, ARRAY_LEN(silent), c);
}

uint32_t fields_needs(char letter)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (letters[i].letter == letter)
			needs |= letters[i].needs |
				 (letters[i].of == COLUMN_FILE ? COLUMN_ROWS : 0u);
	return needs;
}

static void put_help(const struct letter *l, struct buf *out)
{
	if (l && l->help)
		buf_printf(out, "\t %c    %s\n", l->letter, l->help);
}

void fields_help(struct buf *out)
{
	for (char c = 'a'; c <= 'z'; c++) {
		put_help(find(letters, ARRAY_LEN(letters), c), out);
		put_help(find(silent, ARRAY_LEN(silent), c), out);
		put_help(find(letters, ARRAY_LEN(letters), (char)(c - 'a' + 'A')), out);
	}
	buf_puts(out, "\t 0    values end with NUL instead of a newline\n");
}
