/* SPDX-License-Identifier: MIT */
/* Fields of sockets of any family. */
#include "field/field.h"

static int get_lport(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!s || s->table > FDMAP_UDPLITE)
		return 0;
	v->u = s->lport;
	return 1;
}

static const struct field fields[] = {
	{ .pub = { "lport", "LPORT", "local port", "socket", FDMAP_VALUE_U64, FDMAP_UNIT_PORT,
		   FDMAP_OF_SOCKET, FDMAP_LINK | FDMAP_SOCK },
	  .get = get_lport },
};

const struct field_set fields_socket = { fields, ARRAY_LEN(fields), NULL, 0 };
