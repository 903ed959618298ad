/* SPDX-License-Identifier: MIT */
/*
 * What can be asked of a row, by name: typed and priced. Columns, filters, counts, CSV
 * and JSON all stand on it. A subject is one array of rows, in a file of its own, and one
 * row in field.c. A getter looks only at what the row carries: it never reads.
 */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"

struct field {
	struct fdmap_field pub; /* first: a pointer to it is one to the field */
	/* 1: *v is set (its type is already); 0: absent; -ENOMEM */
	int (*get)(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v);
	uint32_t at, size; /* the getter's own: an offset, a number */
	bool late;         /* it needs the whole snapshot: nothing is known of it before the end */
	const void *own;   /* the getter's own, too */
};

/* Fields of one subject, and other names of theirs. */
struct field_alias {
	const char *name, *key;
};
struct field_set {
	const struct field *v;
	size_t n;
	const struct field_alias *alias;
	size_t nalias;
};

extern const struct field_set fields_process, fields_descriptor, fields_file, fields_socket,
	fields_sockproto, fields_sockopt, fields_tcp, fields_tcpcc, fields_memory, fields_unix,
	fields_detail;

static inline const struct field *field_of(const struct fdmap_field *pub)
{
	return (const struct field *)(const void *)pub;
}

/* Where a getter makes a text: empty; NULL: no memory. */
struct buf *value_room(struct fdmap_value *v);
/* Ends it: the text is what is in the room. 1, or -ENOMEM. */
int value_made(struct fdmap_value *v, const struct buf *room);
/* 1; 0 when the text is NULL. */
int value_text(struct fdmap_value *v, const char *text);

/*
 * A socket is what is held: its name, opened with O_PATH, and memory that it shares with a
 * process (packet(7), rings) are of that kind, but are no sockets.
 */
static inline bool field_is_socket(const struct fdmap_file *f)
{
	return f->kind == FDMAP_KIND_SOCKET && f->fd != FDMAP_FD_MEM && f->fd != FDMAP_FD_DEL &&
	       !(f->path && *f->path == '/');
}

/* The row's socket; NULL: the row is none, or in no table. */
static inline const struct fdmap_sock *field_sock(const struct fdmap_row *row)
{
	return row->file && field_is_socket(row->file) ? row->file->sock : NULL;
}

#endif
