/* SPDX-License-Identifier: MIT */
/* Values to bytes that sort as they do. */
#include "out/groups.h"

#include <errno.h>
#include <sys/socket.h>

#include "out/value.h"

enum { KEY_VALUE = 1, KEY_ABSENT = 2 };

static void put_u64(uint64_t v, struct buf *key)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_putc(key, (char)(v >> shift));
}

/* Ends with a NUL, so that what is shorter stands first; a NUL within is no end. */
static void put_text(const char *p, size_t n, struct buf *key)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)p[i] > 1) {
			buf_putc(key, p[i]);
		} else {
			buf_putc(key, 1);
			buf_putc(key, (char)(p[i] + 1));
		}
	}
	buf_putc(key, '\0');
}

static void put_addr(const struct fdmap_value *v, struct buf *key)
{
	buf_putc(key, v->addr.family == AF_INET6);
	if (v->addr.family == AF_INET6)
		buf_put(key, &v->addr.v6, sizeof(v->addr.v6));
	else
		buf_put(key, &v->addr.v4, sizeof(v->addr.v4));
}

static int put_tree(const struct fdmap_field *f, const struct fdmap_value *v, struct buf *key)
{
	struct buf text;
	int err;

	buf_init(&text);
	value_put(f, v, VALUE_PLAIN, false, &text);
	put_text(buf_str(&text), text.n, key);
	err = text.failed ? -ENOMEM : 0;
	buf_fini(&text);
	return err;
}

static int put_value(const struct fdmap_field *f, const struct fdmap_value *v, struct buf *key)
{
	switch ((enum fdmap_value_type)v->type) {
	case FDMAP_VALUE_U64:
	case FDMAP_VALUE_BOOL:
		put_u64(v->u, key);
		break;
	case FDMAP_VALUE_I64:
		put_u64((uint64_t)v->i ^ UINT64_C(1) << 63, key);
		break;
	case FDMAP_VALUE_TEXT:
		put_text(v->text.p, v->text.n, key);
		break;
	case FDMAP_VALUE_ADDR:
		put_addr(v, key);
		break;
	case FDMAP_VALUE_LIST:
	case FDMAP_VALUE_TREE:
		return put_tree(f, v, key);
	}
	return 0;
}

int groups_key(const struct columns *c, const struct fdmap_row *row, struct fdmap_value *room,
	       struct buf *key)
{
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < c->n; i++) {
		rc = fdmap_field_get(c->v[i].field, row, room);
		if (rc < 0)
			return rc;
		buf_putc(key, rc ? KEY_VALUE : KEY_ABSENT);
		if (rc)
			rc = put_value(c->v[i].field, room, key);
	}
	if (rc < 0)
		return rc;
	return key->failed ? -ENOMEM : 0;
}
