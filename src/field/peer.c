/* SPDX-License-Identifier: MIT */
/* Other ends as values: a tree is made in the value's room, its texts behind it. */
#include "field/peer.h"

#include <errno.h>
#include <string.h>

#include "base/slots.h"

#define KEYS_MAX 7 /* of an object */

/* Of a socket that nobody holds the ends are a part of the reason. */
static bool has_peers(const struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	bool paired = f->kind == FDMAP_KIND_PIPE || f->kind == FDMAP_KIND_SOCKET;

	return f->have & FDMAP_ENDS && !more->unowned && (paired || more->nends);
}

static const char *comm_of(const struct fdmap_end *e)
{
	return e->comm ? e->comm : "?";
}

static void put_peer(const struct fdmap_end *e, struct buf *out)
{
	buf_put_i64(out, e->pid);
	buf_putc(out, ',');
	buf_puts(out, comm_of(e));
	buf_putc(out, ',');
	slot_put_fd(e->fd, out);
	if (e->access && e->access != ' ')
		buf_putc(out, e->access);
	if (e->pending)
		buf_puts(out, "(pending)");
}

/* Where each text begins is only known when all are there: until then it is an offset. */
static void place_texts(struct fdmap_detail *v, size_t n, const char *base)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].type == FDMAP_DETAIL_TEXT && !v[i].text) {
			v[i].text = base + v[i].n;
			v[i].n = 0;
		}
}

/* Room for n details, zeroed, at the front of the value's; texts are put behind. */
static struct buf *room_of(struct fdmap_value *v, size_t n)
{
	struct buf *b = value_room(v);

	if (b)
		buf_pad(b, '\0', n * sizeof(struct fdmap_detail));
	return b && !b->failed ? b : NULL;
}

static struct fdmap_detail *cells_of(const struct buf *b)
{
	return (struct fdmap_detail *)(void *)b->p;
}

static int made(struct fdmap_value *v, const struct buf *b, size_t cells, uint32_t top)
{
	if (b->failed)
		return -ENOMEM;
	place_texts(cells_of(b), cells, b->p);
	v->tree.v = cells_of(b);
	v->tree.n = top;
	return 1;
}

int peer_texts(const struct field *field, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	struct buf *b;

	(void)field;
	if (!has_peers(f))
		return 0;
	b = room_of(v, more->nends + 1);
	for (uint32_t i = 0; b && !b->failed && i < more->nends; i++) {
		cells_of(b)[i] = (struct fdmap_detail){ .type = FDMAP_DETAIL_TEXT,
							.n = (uint32_t)b->n };
		put_peer(&more->ends[i], b);
		buf_putc(b, '\0');
	}
	return b ? made(v, b, more->nends, more->nends) : -ENOMEM;
}

struct object {
	struct fdmap_detail *v;
	uint32_t n;
};

static struct fdmap_detail *add(struct object *o, const char *key, enum fdmap_detail_type type)
{
	o->v[o->n] = (struct fdmap_detail){ .key = key, .type = (uint8_t)type };
	return &o->v[o->n++];
}

/* Texts of the row's own stay where they are; of numbers and letters they are made at `at`. */
static uint32_t put_object(struct fdmap_detail *cells, const struct fdmap_end *e,
			   struct fdmap_namer *namer, uint32_t fd_at, uint32_t access_at)
{
	const char *user = namer ? fdmap_namer_user(namer, e->uid) : NULL;
	struct object o = { .v = cells };

	add(&o, "pid", FDMAP_DETAIL_I64)->i = e->pid;
	if (e->comm)
		add(&o, "command", FDMAP_DETAIL_TEXT)->text = e->comm;
	add(&o, "fd", FDMAP_DETAIL_TEXT)->n = fd_at;
	if (access_at)
		add(&o, "access", FDMAP_DETAIL_TEXT)->n = access_at;
	if (e->pending)
		add(&o, "pending", FDMAP_DETAIL_BOOL)->u = 1;
	add(&o, "uid", FDMAP_DETAIL_U64)->u = e->uid;
	if (user)
		add(&o, "user", FDMAP_DETAIL_TEXT)->text = user;
	return o.n;
}

int peer_objects(const struct field *field, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	size_t cells = more->nends + (size_t)more->nends * KEYS_MAX;
	struct buf *b;

	(void)field;
	if (!has_peers(f))
		return 0;
	b = room_of(v, cells + 1);
	for (uint32_t i = 0; b && !b->failed && i < more->nends; i++) {
		const struct fdmap_end *e = &more->ends[i];
		uint32_t fd_at = (uint32_t)b->n, access_at = 0;

		slot_put_fd(e->fd, b);
		buf_putc(b, '\0');
		if (e->access && e->access != ' ') {
			access_at = (uint32_t)b->n;
			buf_putc(b, e->access);
			buf_putc(b, '\0');
		}
		if (b->failed)
			break;
		cells_of(b)[i].type = FDMAP_DETAIL_OBJECT;
		cells_of(b)[i].n = put_object(cells_of(b) + more->nends + (size_t)i * KEYS_MAX, e,
					      v->namer, fd_at, access_at);
	}
	/* The room no longer moves. */
	for (uint32_t i = 0; b && !b->failed && i < more->nends; i++)
		cells_of(b)[i].v = cells_of(b) + more->nends + (size_t)i * KEYS_MAX;
	return b ? made(v, b, cells, more->nends) : -ENOMEM;
}

/* A pipe may have thousands of holders, but few names: so many are told apart. */
#define COMMS_MAX 16

int peer_comms(const struct field *field, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	const char *seen[COMMS_MAX];
	size_t n = 0;
	struct buf *b;

	(void)field;
	if (!has_peers(f) || !more->nends)
		return 0;
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	for (uint32_t i = 0; i < more->nends && n < COMMS_MAX; i++) {
		const char *comm = comm_of(&more->ends[i]);
		size_t j = 0;

		while (j < n && strcmp(comm, seen[j]) != 0)
			j++;
		if (j < n)
			continue;
		seen[n++] = comm;
		if (b->n)
			buf_putc(b, ',');
		buf_puts(b, comm);
	}
	return value_made(v, b);
}
