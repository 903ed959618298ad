/* SPDX-License-Identifier: MIT */
/* Fields of the memory of sockets: SK_MEMINFO_* of include/uapi/linux/sock_diag.h. */
#include "field/field.h"

#define MEM_FACTS (FDMAP_LINK | FDMAP_SOCK | FDMAP_SKMEM)

enum { RMEM, RCVBUF, WMEM, SNDBUF, FWD, QUEUED, OPT, BACKLOG, DROPS };

static int get_mem(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);
	uint32_t told = f->at == DROPS ? FDMAP_X_DROPS : FDMAP_X_MEM;

	if (!s || !s->x || !(s->x->told & told))
		return 0;
	v->u = s->x->mem[f->at];
	return 1;
}

#define MEM(key, title, help, unit, n)                                            \
	{ .pub = { key, title, help, "memory", FDMAP_VALUE_U64, unit,            \
		   FDMAP_OF_SOCKET, MEM_FACTS },                                  \
	  .get = get_mem, .at = n }

static const struct field fields[] = {
	MEM("rmem", "RMEM", "memory of what was received", FDMAP_UNIT_BYTES, RMEM),
	MEM("rcvbuf", "RCVBUF", "most memory for that (SO_RCVBUF)", FDMAP_UNIT_BYTES, RCVBUF),
	MEM("wmem", "WMEM", "memory of what is on its way out", FDMAP_UNIT_BYTES, WMEM),
	MEM("sndbuf", "SNDBUF", "most memory for that (SO_SNDBUF)", FDMAP_UNIT_BYTES, SNDBUF),
	MEM("fwd", "FWD", "memory it has taken, but does not use", FDMAP_UNIT_BYTES, FWD),
	MEM("queued", "QUEUED", "memory of what waits to be sent or acknowledged",
	    FDMAP_UNIT_BYTES, QUEUED),
	MEM("opt", "OPTMEM", "memory of socket options and filters", FDMAP_UNIT_BYTES, OPT),
	MEM("backlog", "BLMEM", "memory of packets that came while it was in use", FDMAP_UNIT_BYTES,
	    BACKLOG),
	MEM("drops", "DROPS", "packets that were dropped for want of room", FDMAP_UNIT_NONE, DROPS),
};

const struct field_set fields_memory = { fields, ARRAY_LEN(fields), NULL, 0 };
