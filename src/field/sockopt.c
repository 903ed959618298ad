/* SPDX-License-Identifier: MIT */
/* Fields of sockets: what was set on them, and their timers. */
#include "field/field.h"

#include <errno.h>

#include "base/names.h"

#define MORE_FACTS (FDMAP_LINK | FDMAP_SOCK | FDMAP_SOCKX)

static const struct fdmap_sockx *more_of(const struct fdmap_row *row, uint32_t told)
{
	const struct fdmap_sock *s = field_sock(row);

	return s && s->x && s->x->told & told ? s->x : NULL;
}

/* ---- where it may go ------------------------------------------------------ */

static int get_ifindex(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_IFACE);

	(void)f;
	v->u = x ? x->ifindex : 0;
	return v->u != 0;
}

/* 1, or -ENOMEM */
static int make_number(struct fdmap_value *v, uint64_t number)
{
	struct buf *out = value_room(v);

	if (!out)
		return -ENOMEM;
	buf_put_u64(out, number);
	return value_made(v, out);
}

static int get_ifname(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_IFACE);

	(void)f;
	if (!x || !x->ifindex)
		return 0;
	return x->ifname ? value_text(v, x->ifname) : make_number(v, x->ifindex);
}

static int get_cgroup(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_CGROUP);

	(void)f;
	if (!x || !x->cgroup)
		return 0;
	return x->cgroup_path ? value_text(v, x->cgroup_path) : make_number(v, x->cgroup);
}

/* ---- numbers -------------------------------------------------------------- */

/* f->size: which bit of fdmap_sockx.told says that it is known. */
static int get_number(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row, f->size);

	if (!x)
		return 0;
	switch (f->size) {
	case FDMAP_X_MARK:
		v->u = x->mark;
		return 1;
	case FDMAP_X_TOS:
		v->u = x->tos;
		return 1;
	case FDMAP_X_TCLASS:
		v->u = x->tclass;
		return 1;
	case FDMAP_X_V6ONLY:
		v->u = x->v6only;
		return 1;
	case FDMAP_X_CLASS:
		v->u = x->class_id;
		return 1;
	default:
		return 0;
	}
}

/* ---- timers --------------------------------------------------------------- */

/* idiag_timer, as inet_sk_diag_fill() in net/ipv4/inet_diag.c sets it */
static const struct name_row timer_names[] = {
	{ 1, "on" },
	{ 2, "keepalive" },
	{ 3, "timewait" },
	{ 4, "persist" },
};

/* A timer that does not run has no time, and has not gone off. */
static const struct fdmap_sockx *timer_of(const struct fdmap_row *row)
{
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_TIMER);

	return x && x->timer ? x : NULL;
}

static int get_timer(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = timer_of(row);
	const char *name;

	(void)f;
	if (!x)
		return 0;
	name = names_find(timer_names, ARRAY_LEN(timer_names), x->timer);
	return value_text(v, name ? name : "unknown");
}

static int get_timer_ms(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = timer_of(row);

	(void)f;
	v->u = x ? x->timer_ms : 0;
	return x != NULL;
}

static int get_retrans(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = timer_of(row);

	(void)f;
	v->u = x ? x->retrans : 0;
	return x != NULL;
}

/* ---- words ---------------------------------------------------------------- */

static int get_shutdown(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	static const char *const words[] = { NULL, "r", "w", "rw" };
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_SHUTDOWN);

	(void)f;
	return x ? value_text(v, words[x->shutdown & 3]) : 0;
}

/* struct inet_diag_sockopt of include/uapi/linux/inet_diag.h, in its order */
static const char *const options[] = {
	"recverr", "is_icsk",  "freebind",	       "hdrincl",	  "mc_loop",	   "transparent",
	"mc_all",  "nodefrag", "bind_address_no_port", "recverr_rfc4884", "defer_connect",
};

static int get_options(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row, FDMAP_X_OPTIONS);
	struct buf *out;

	(void)f;
	if (!x || !(x->options & ((1u << ARRAY_LEN(options)) - 1)))
		return 0;
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (!(x->options >> i & 1))
			continue;
		if (out->n)
			buf_putc(out, ',');
		buf_puts(out, options[i]);
	}
	return value_made(v, out);
}

#define NUMBER(key, title, help, unit, getter, told)                              \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_U64, unit,            \
		   FDMAP_OF_SOCKET, MORE_FACTS },                                 \
	  .get = getter, .size = told }
#define TEXT(key, title, help, getter)                                            \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE, \
		   FDMAP_OF_SOCKET, MORE_FACTS },                                 \
	  .get = getter }
/* Numbers that get their names when all else is known. */
#define NAMED(key, title, help, getter)                                           \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE, \
		   FDMAP_OF_SOCKET, MORE_FACTS },                                 \
	  .get = getter, .late = true }

static const struct field fields[] = {
	TEXT("timer", "TIMER", "timer that runs: on, keepalive, timewait, persist", get_timer),
	NUMBER("timer_ms", "EXPIRES", "time until it goes off", FDMAP_UNIT_MS, get_timer_ms, 0),
	NUMBER("retrans", "RETRANS", "how often that timer has gone off in vain", FDMAP_UNIT_NONE,
	       get_retrans, 0),
	NAMED("ifname", "IFACE", "interface it is bound to; a number in other namespaces",
	      get_ifname),
	NUMBER("ifindex", "IFINDEX", "number of that interface", FDMAP_UNIT_INODE, get_ifindex, 0),
	NUMBER("mark", "MARK", "mark of its packets (SO_MARK); told to root alone", FDMAP_UNIT_HEX,
	       get_number, FDMAP_X_MARK),
	NAMED("sock_cgroup", "SOCKCGROUP", "control group it was made in: path, or number",
	      get_cgroup),
	TEXT("shutdown", "SHUT", "what was shut down: r, w, rw", get_shutdown),
	NUMBER("tos", "TOS", "type of service of IPv4", FDMAP_UNIT_HEX, get_number, FDMAP_X_TOS),
	NUMBER("tclass", "TCLASS", "traffic class of IPv6", FDMAP_UNIT_HEX, get_number,
	       FDMAP_X_TCLASS),
	NUMBER("class_id", "CLASSID", "class of its control group, or its priority", FDMAP_UNIT_HEX,
	       get_number, FDMAP_X_CLASS),
	{ .pub = { "v6only", "V6ONLY", "IPv6 that takes no IPv4; of listeners and unbound ones",
		   "socket", FDMAP_VALUE_BOOL, FDMAP_UNIT_NONE, FDMAP_OF_SOCKET, MORE_FACTS },
	  .get = get_number, .size = FDMAP_X_V6ONLY },
	TEXT("options", "OPTIONS", "freebind, transparent, mc_loop, ... that are on", get_options),
};

static const struct field_alias aliases[] = {
	{ "fwmark", "mark" },
};

const struct field_set fields_sockopt = { fields, ARRAY_LEN(fields), aliases, ARRAY_LEN(aliases) };
