/* SPDX-License-Identifier: MIT */
/* Fields of sockets that are bound to a protocol rather than to an address. */
#include <errno.h>

#include "field/field.h"
#include "net/family.h"

/* What lsof calls it: of netlink its NAME, of packet sockets its NODE. */
static int get_protocol(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);
	struct fdmap_look look = { 0 };
	struct buf *out;

	(void)f;
	if (!s || !(FAMILY_BIT(s->table) & (FAMILY_BIT(FDMAP_NETLINK) | FAMILY_BIT(FDMAP_PACKET) |
					    FAMILY_BIT(FDMAP_RAW))))
		return 0;
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	if (s->table == FDMAP_NETLINK) {
		families[s->table]->describe(s, NULL, 0, out);
	} else if (s->table == FDMAP_PACKET) {
		families[s->table]->look(s, &look);
		buf_puts(out, look.node);
	} else {
		buf_put_u64(out, s->proto);
	}
	return value_made(v, out);
}

static int get_portid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_PORTID))
		return 0;
	v->u = s->lport32;
	return 1;
}

static const struct field fields[] = {
	{ .pub = { "protocol", "PROTOCOL",
		   "netlink, packet: name of the protocol; raw: its number", "socket",
		   FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE, FDMAP_OF_SOCKET, FDMAP_LINK | FDMAP_SOCK },
	  .get = get_protocol },
	{ .pub = { "portid", "PORTID", "netlink: its address, often a PID; 0: the kernel's own",
		   "socket", FDMAP_VALUE_U64, FDMAP_UNIT_INODE, FDMAP_OF_SOCKET,
		   FDMAP_LINK | FDMAP_SOCK },
	  .get = get_portid },
};

const struct field_set fields_sockproto = { fields, ARRAY_LEN(fields), NULL, 0 };
