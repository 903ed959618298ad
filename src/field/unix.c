/* SPDX-License-Identifier: MIT */
/* Fields of UNIX sockets. */
#include "field/field.h"

#define ACCEPTCON 0x10000u /* __SO_ACCEPTCON: it listens */
#define UNIX_FACTS (FDMAP_LINK | FDMAP_SOCK)

static const struct fdmap_sock *unix_of(const struct fdmap_row *row)
{
	const struct fdmap_sock *s = field_sock(row);

	return s && s->table == FDMAP_UNIX ? s : NULL;
}

static int get_path(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	return s ? value_text(v, s->path) : 0;
}

static int get_peer(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	v->u = s ? s->peer : 0;
	return v->u != 0;
}

static int get_mate(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	v->u = s ? s->mate : 0;
	return v->u != 0;
}

static int get_dev(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_FILE))
		return 0;
	v->u = s->file_dev;
	return 1;
}

static int get_ino(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_FILE))
		return 0;
	v->u = s->file_ino;
	return 1;
}

static int get_pending(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = unix_of(row);

	(void)f;
	if (!s || !(s->flags & ACCEPTCON) || !(row->file->have & FDMAP_ENDS))
		return 0;
	/* Where sock_diag told nothing, it is not known that nobody waits. */
	if (!s->npending && !(s->told & FDMAP_TOLD_COOKIE))
		return 0;
	v->u = s->npending;
	return 1;
}

#define NUMBER(key, title, help, unit, needs, getter, is_late)                                  \
	{ .pub = { key, title, help, "unix", FDMAP_VALUE_U64, unit, FDMAP_OF_SOCKET, needs }, \
	  .get = getter, .late = is_late }

static const struct field fields[] = {
	{ .pub = { "unix_path", "UNIXPATH", "its name: a path, or @ and an abstract one", "unix",
		   FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE, FDMAP_OF_SOCKET, UNIX_FACTS },
	  .get = get_path },
	NUMBER("peer_ino", "PEERSOCK", "inode of the other end, or of a listener's first client",
	       FDMAP_UNIT_INODE, UNIX_FACTS | FDMAP_ENDS, get_peer, true),
	NUMBER("mate_ino", "MATESOCK", "inode of the one it is connected to itself",
	       FDMAP_UNIT_INODE, UNIX_FACTS | FDMAP_ENDS, get_mate, true),
	NUMBER("file_dev", "FILEDEV", "device of the file that is its name", FDMAP_UNIT_DEVICE,
	       UNIX_FACTS | FDMAP_SOCKX, get_dev, false),
	NUMBER("file_ino", "FILEINO", "inode of that file", FDMAP_UNIT_INODE,
	       UNIX_FACTS | FDMAP_SOCKX, get_ino, false),
	NUMBER("pending", "PENDING", "listeners: clients that wait to be accepted",
	       FDMAP_UNIT_NONE, UNIX_FACTS | FDMAP_ENDS | FDMAP_SOCKX, get_pending, true),
};

static const struct field_alias aliases[] = {
	{ "peer_inode", "peer_ino" },
	{ "mate_inode", "mate_ino" },
};

const struct field_set fields_unix = { fields, ARRAY_LEN(fields), aliases, ARRAY_LEN(aliases) };
