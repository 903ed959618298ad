/* SPDX-License-Identifier: MIT */
/* Fields of descriptors: their numbers, modes, positions, locks, and what they refer to. */
#include "field/field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/oflags.h"
#include "base/slots.h"
#include "field/peer.h"
#include "kind/kind.h"

static int get_fd(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct buf *b;

	(void)f;
	if (row->file->fd == FDMAP_FD_NONE)
		return 0;
	if (row->file->fd < 0)
		return value_text(v, slot_name(row->file->fd));
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	slot_put_fd(row->file->fd, b);
	return value_made(v, b);
}

/* One character of the row's own; ' ' and NUL: none. */
static int get_letter(const char *letter, struct fdmap_value *v)
{
	v->text.p = letter;
	v->text.n = 1;
	return *letter && *letter != ' ';
}

static int get_mode(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	return get_letter(&row->file->access, v);
}

/* Empty, but there: open for reading, and nothing else. */
static int get_flags(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct buf *b;

	(void)f;
	if (row->file->fd < 0 || !(row->file->have & FDMAP_FLAGS))
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	oflags_put(row->file->oflags, b);
	return value_made(v, b);
}

static int get_lock(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	return get_letter(&row->file->lock, v);
}

static int get_lock_owner(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_locking *l = fdmap_more(row->file)->locks;

	(void)f;
	if (!l)
		return 0;
	v->u = (uint64_t)l->owner;
	return 1;
}

static int get_lock_waiters(const struct field *f, const struct fdmap_row *row,
			    struct fdmap_value *v)
{
	const struct fdmap_locking *l = fdmap_more(row->file)->locks;
	struct fdmap_detail *list;
	struct buf *b;

	(void)f;
	if (!l || !l->nwaiters)
		return 0;
	b = value_room(v);
	if (!b || buf_reserve(b, l->nwaiters * sizeof(*list)) < 0)
		return -ENOMEM;
	list = (struct fdmap_detail *)(void *)b->p;
	for (uint32_t i = 0; i < l->nwaiters; i++)
		list[i] = (struct fdmap_detail){ .type = FDMAP_DETAIL_U64,
						 .u = (uint64_t)l->waiters[i] };
	v->tree.v = list;
	v->tree.n = l->nwaiters;
	return 1;
}

/* What is a stream has none, though fdinfo says 0. */
static int get_pos(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *file = row->file;

	(void)f;
	if (file->fd < 0 || !(file->have & FDMAP_POS) || file->kind == FDMAP_KIND_PIPE ||
	    file->kind == FDMAP_KIND_SOCKET)
		return 0;
	v->u = file->pos;
	return 1;
}

static int get_type(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct fdmap_look look;
	struct buf *b;

	(void)f;
	fdmap_look(row, &look);
	if (!look.type[0])
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	buf_puts(b, look.type);
	return value_made(v, b);
}

static const char *file_word(const struct fdmap_file *f)
{
	if (!f->stat || !(f->stat->mode & S_IFMT))
		return "file";
	if (S_ISDIR(f->stat->mode))
		return "dir";
	return S_ISLNK(f->stat->mode) ? "symlink" : "file";
}

static int get_kind(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	static const char *const words[] = {
		[FDMAP_KIND_UNKNOWN] = NULL,	     [FDMAP_KIND_FILE] = "file",
		[FDMAP_KIND_DEVICE] = "device",	     [FDMAP_KIND_PIPE] = "pipe",
		[FDMAP_KIND_SOCKET] = "socket",	     [FDMAP_KIND_ANON] = "anon",
		[FDMAP_KIND_PIDFD] = "pidfd",	     [FDMAP_KIND_NS] = "ns",
		[FDMAP_KIND_MQUEUE] = "mqueue",	     [FDMAP_KIND_FAILED] = "failed",
		[FDMAP_KIND_EXEMPT] = "exempt",
	};
	unsigned kind = row->file->kind;

	(void)f;
	if (kind == FDMAP_KIND_FILE)
		return value_text(v, file_word(row->file));
	/* Before Linux 6.9 a pidfd is one of the anonymous. */
	if (kind == FDMAP_KIND_ANON && row->file->path &&
	    strcmp(row->file->path, "anon_inode:[pidfd]") == 0)
		kind = FDMAP_KIND_PIDFD;
	return value_text(v, kind < ARRAY_LEN(words) ? words[kind] : NULL);
}

/* "anon_inode:[eventfd]", "anon_inode:inotify": without the brackets that only some have. */
static int get_anon(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	static const char prefix[] = "anon_inode:";
	const char *path = row->file->path;

	(void)f;
	if (!path || strncmp(path, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	(void)value_text(v, path + sizeof(prefix) - 1);
	if (v->text.n > 2 && v->text.p[0] == '[' && v->text.p[v->text.n - 1] == ']') {
		v->text.p++;
		v->text.n -= 2;
	}
	return v->text.n > 0;
}

static int get_error(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *file = row->file;
	const char *why = strerrordesc_np(file->error);
	struct buf *b;

	(void)f;
	if (!file->failed || !file->error)
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	buf_printf(b, "%s: %s", kind_call(file->failed), why ? why : "?");
	return value_made(v, b);
}

#define TEXT(key, title, help) \
	key, title, help, "descriptor", FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE, FDMAP_OF_DESCRIPTOR
#define LIST(key, title, help) \
	key, title, help, "descriptor", FDMAP_VALUE_LIST, FDMAP_UNIT_NONE, FDMAP_OF_DESCRIPTOR
#define U64(key, title, unit, help) \
	key, title, help, "descriptor", FDMAP_VALUE_U64, unit, FDMAP_OF_DESCRIPTOR
#define FILES (FDMAP_LINK | FDMAP_STAT)
/* What a file is, and whether it is a message queue, is known when all mounts are. */
#define WHAT (FILES | FDMAP_SOCK)
#define PEERS (WHAT | FDMAP_ENDS)

static const struct field fields[] = {
	{ .pub = { TEXT("fd", "FD", "number of the descriptor, or cwd, rtd, txt, mem, DEL, uring"),
		   0 },
	  .get = get_fd },
	{ .pub = { TEXT("mode", "MODE", "open for reading (r), writing (w), both (u)"),
		   FDMAP_ACCESS },
	  .get = get_mode },
	{ .pub = { TEXT("flags", "FLAGS", "how it was opened, in lsof's letters: W,AP,ND"),
		   FDMAP_FLAGS },
	  .get = get_flags },
	{ .pub = { TEXT("lock", "LOCK", "this process' lock on it: r, w; of all of it: R, W"),
		   FDMAP_LOCK | FILES },
	  .get = get_lock, .late = true },
	{ .pub = { U64("lock_owner", "LOCK-OWNER", FDMAP_UNIT_NONE,
		       "PID that holds a lock on the file; 0: no process does (OFD)"),
		   FDMAP_LOCKS | FILES },
	  .get = get_lock_owner, .late = true },
	{ .pub = { LIST("lock_waiters", "LOCK-WAITERS", "PIDs that wait for a lock on the file"),
		   FDMAP_LOCKS | FILES },
	  .get = get_lock_waiters, .late = true },
	{ .pub = { U64("pos", "POS", FDMAP_UNIT_BYTES, "position; pipes and sockets have none"),
		   FDMAP_LINK | FDMAP_STAT | FDMAP_POS | FDMAP_OFFSETS },
	  .get = get_pos },
	{ .pub = { TEXT("type", "TYPE", "lsof's TYPE: REG, DIR, CHR, FIFO, IPv4, unix"), WHAT },
	  .get = get_type, .late = true },
	{ .pub = { TEXT("kind", "KIND", "file, dir, symlink, device, pipe, socket, anon, pidfd, "
					"ns, mqueue, exempt, failed"),
		   FILES },
	  .get = get_kind, .late = true },
	{ .pub = { TEXT("anon", "ANON", "what an anonymous file is: eventfd, eventpoll, timerfd"),
		   FDMAP_LINK },
	  .get = get_anon },
	{ .pub = { LIST("peer", "PEER", "who holds the other ends: PID,COMMAND,FD"), PEERS },
	  .get = peer_texts, .late = true },
	{ .pub = { LIST("peers", "PEERS", "the same as objects"), PEERS },
	  .get = peer_objects, .late = true },
	{ .pub = { TEXT("peer_comm", "PEER-COMM", "commands of those, each once"), PEERS },
	  .get = peer_comms, .late = true },
	{ .pub = { TEXT("error", "ERROR", "what could not be read, and why"), FILES },
	  .get = get_error },
};

const struct field_set fields_descriptor = { fields, ARRAY_LEN(fields), NULL, 0 };
