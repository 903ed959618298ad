/* SPDX-License-Identifier: MIT */
/* Fields of files: their names, numbers, sizes, and the mounts they lie on. */
#include "field/field.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Nearly always enough for a NAME; if not, once more with what is. */
#define NAME_ROOM 1024

static int get_name(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct buf *b = value_room(v);
	size_t room = NAME_ROOM, n;

	(void)f;
	for (;;) {
		if (!b || buf_reserve(b, room) < 0)
			return -ENOMEM;
		n = fdmap_name(row, v->namer, FDMAP_NAME_NETNS, b->p, room);
		if (n == SIZE_MAX)
			return -ENOMEM;
		if (n < room)
			break;
		room = n + 1;
	}
	b->n = n;
	return n ? value_made(v, b) : 0;
}

/* Rows of what could not be read have the path of /proc, which is no link's text. */
static int get_path(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	return value_text(v, row->file->kind == FDMAP_KIND_FAILED ? NULL : row->file->path);
}

static int put_text(struct fdmap_value *v, const char *text)
{
	struct buf *b = value_room(v);

	if (!b)
		return -ENOMEM;
	buf_puts(b, text);
	return value_made(v, b);
}

static int get_device(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct fdmap_look look;
	const char *text;
	struct buf *b;
	uint64_t dev;

	(void)f;
	fdmap_look(row, &look);
	text = look.device + strspn(look.device, " ");
	if (*text)
		return put_text(v, text);
	if (!(look.has & (FDMAP_HAS_RDEV | FDMAP_HAS_DEV)))
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	dev = look.has & FDMAP_HAS_RDEV ? look.rdev : look.dev;
	buf_put_u64(b, major(dev));
	buf_putc(b, ',');
	buf_put_u64(b, minor(dev));
	return value_made(v, b);
}

static int get_node(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct fdmap_look look;
	struct buf *b;

	(void)f;
	fdmap_look(row, &look);
	if (look.node[0])
		return put_text(v, look.node);
	if (!(look.has & FDMAP_HAS_INODE))
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	buf_put_u64(b, look.ino);
	return value_made(v, b);
}

/* Nobody asks a socket for its stat, but for those that lsof shows by it. */
static const struct fdmap_stat *stat_of(const struct fdmap_row *row)
{
	const struct fdmap_file *f = row->file;

	if (f->kind == FDMAP_KIND_SOCKET && !(f->path && *f->path == '/'))
		return NULL;
	return f->stat;
}

static int get_dev(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_stat *st = stat_of(row);

	(void)f;
	if (!st)
		return 0;
	v->u = st->dev;
	return 1;
}

static int get_rdev(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_stat *st = stat_of(row);

	(void)f;
	if (!st || !(S_ISCHR(st->mode) || S_ISBLK(st->mode)))
		return 0;
	v->u = st->rdev;
	return 1;
}

static int get_ino(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = row->file->ino;
	return row->file->ino != 0;
}

static int get_size(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct fdmap_look look;

	(void)f;
	fdmap_look(row, &look);
	v->u = look.size;
	return (look.has & FDMAP_HAS_SIZE) != 0;
}

static int get_nlink(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_stat *st = stat_of(row);
	struct fdmap_look look;

	(void)f;
	if (!st)
		return 0;
	fdmap_look(row, &look);
	v->u = look.nlink;
	return (look.has & FDMAP_HAS_NLINK) != 0;
}

/* What never had a name has none to lose. */
static int get_deleted(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *file = row->file;

	(void)f;
	if (file->kind == FDMAP_KIND_FAILED || !file->path || *file->path != '/')
		return 0;
	v->u = file->deleted;
	return 1;
}

/* As ls(1) has it; '?': the type of what has none. */
static int get_perm(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	static const struct {
		uint32_t type;
		char letter;
	} types[] = {
		{ S_IFREG, '-' }, { S_IFDIR, 'd' },  { S_IFLNK, 'l' },	{ S_IFCHR, 'c' },
		{ S_IFBLK, 'b' }, { S_IFIFO, 'p' },  { S_IFSOCK, 's' },
	};
	static const struct {
		uint32_t bit, with;
		char both, alone;
	} special[] = {
		{ S_ISUID, S_IXUSR, 's', 'S' },
		{ S_ISGID, S_IXGRP, 's', 'S' },
		{ S_ISVTX, S_IXOTH, 't', 'T' },
	};
	const struct fdmap_stat *st = stat_of(row);
	struct buf *b;
	char text[11] = "?---------";

	(void)f;
	/* What only maps told of has no mode. */
	if (!st || !st->mode)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if ((st->mode & S_IFMT) == types[i].type)
			text[0] = types[i].letter;
	for (unsigned i = 0; i < 9; i++)
		if (st->mode >> (8 - i) & 1)
			text[i + 1] = "rwx"[i % 3];
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (st->mode & special[i].bit)
			text[3 + 3 * i] = st->mode & special[i].with ? special[i].both
								     : special[i].alone;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	buf_puts(b, text);
	return value_made(v, b);
}

static int get_mount(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_mount *m = fdmap_more(row->file)->mount;

	if (!m)
		return 0;
	return value_text(v, f->at == 0 ? m->dir : f->at == 1 ? m->fstype : m->source);
}

#define FIELD(key, title, type, unit, needs, help) \
	.pub = { key, title, help, "file", FDMAP_VALUE_##type, FDMAP_UNIT_##unit, \
		 FDMAP_OF_DESCRIPTOR, needs }
#define FILES (FDMAP_LINK | FDMAP_STAT)
#define WHAT (FILES | FDMAP_SOCK)
#define MOUNTS (FILES | FDMAP_MOUNTS)

static const struct field fields[] = {
	{ FIELD("name", "NAME", TEXT, NONE, WHAT | FDMAP_DETAIL,
		"lsof's NAME, without the state"),
	  .get = get_name, .late = true },
	{ FIELD("path", "PATH", TEXT, NONE, FDMAP_LINK, "the link's text, as the kernel has it"),
	  .get = get_path },
	{ FIELD("device", "DEVICE", TEXT, NONE, WHAT | FDMAP_POINTER, "lsof's DEVICE"),
	  .get = get_device, .late = true },
	{ FIELD("node", "NODE", TEXT, NONE, WHAT, "lsof's NODE: inode or protocol"),
	  .get = get_node, .late = true },
	{ FIELD("dev", "DEV", U64, DEVICE, FILES, "device of the file system"), .get = get_dev },
	{ FIELD("rdev", "RDEV", U64, DEVICE, FILES, "number of the device itself"),
	  .get = get_rdev },
	{ FIELD("ino", "INODE", U64, INODE, FILES, "inode"), .get = get_ino },
	{ FIELD("size", "SIZE", U64, BYTES, FILES, "size; sockets, pipes and devices have none"),
	  .get = get_size },
	{ FIELD("nlink", "NLINK", U64, NONE, FILES, "how many names it has"), .get = get_nlink },
	{ FIELD("deleted", "DELETED", BOOL, NONE, FDMAP_LINK, "its name is gone"),
	  .get = get_deleted },
	{ FIELD("perm", "PERM", TEXT, NONE, FILES, "type and permissions, as ls(1) has them"),
	  .get = get_perm },
	{ FIELD("mount", "MOUNT", TEXT, NONE, MOUNTS, "where its file system is mounted, for us"),
	  .get = get_mount, .at = 0, .late = true },
	{ FIELD("fstype", "FSTYPE", TEXT, NONE, MOUNTS, "type of its file system"),
	  .get = get_mount, .at = 1, .late = true },
	{ FIELD("source", "SOURCE", TEXT, NONE, MOUNTS, "what is mounted there: /dev/sda1"),
	  .get = get_mount, .at = 2, .late = true },
};

static const struct field_alias aliases[] = { { "inode", "ino" } };

const struct field_set fields_file = { fields, ARRAY_LEN(fields), aliases, ARRAY_LEN(aliases) };
