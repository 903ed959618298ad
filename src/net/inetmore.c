/* SPDX-License-Identifier: MIT */
/*
 * What else is told of Internet sockets, as attributes of an answer and as text.
 *
 *	05 00 08 00 00 00 00 00		INET_DIAG_SHUTDOWN
 *	08 00 0f 00 07 00 00 00		INET_DIAG_MARK: only to CAP_NET_ADMIN
 *	0c 00 15 00 0d 29 00 00 00 00 00 00	INET_DIAG_CGROUP_ID
 *	06 00 16 00 42 00 00 00		INET_DIAG_SOCKOPT: a bit for each
 *	1c 01 02 00 01 00 00 ...	INET_DIAG_INFO: struct tcp_info, as long as the kernel has it
 *	0a 00 04 00 63 75 62 69 63 00	INET_DIAG_CONG: "cubic"
 *
 * Put by inet_diag_msg_attrs_fill() and inet_sk_diag_fill() in net/ipv4/inet_diag.c, and
 * by tcp_diag_get_aux() in net/ipv4/tcp_diag.c; only the first eight can be asked for.
 * What has ended (TIME_WAIT) or is about to be made (SYN_RECV) has none of them. The text
 * is shown in inet.c.
 */
#include "net/inetdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <string.h>

#include "net/inet.h"
#include "net/msg.h"
#include "net/row.h"
#include "net/sockx.h"

#define USER_HZ 100 /* times in the text are told in hundredths of a second */
#define TCP_LIKE (FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_MPTCP))
/* Their text ends in the number of what was dropped. */
#define DROPPING                                                                          \
	(FAMILY_BIT(FDMAP_UDP) | FAMILY_BIT(FDMAP_UDPLITE) | FAMILY_BIT(FDMAP_RAW) | \
	 FAMILY_BIT(FDMAP_ICMP))

static uint8_t extension(unsigned attr)
{
	return (uint8_t)(1u << (attr - 1));
}

uint8_t inetdiag_extensions(enum fdmap_sock_table table, uint32_t more)
{
	uint8_t ext = 0;

	if (more & FDMAP_SOCKX)
		ext |= extension(INET_DIAG_TOS) | extension(INET_DIAG_TCLASS) |
		       extension(INET_DIAG_SHUTDOWN);
	/* What SCTP has instead is nothing that we know. */
	if (more & FDMAP_TCPINFO && FAMILY_BIT(table) & TCP_LIKE)
		ext |= extension(INET_DIAG_INFO);
	if (more & FDMAP_TCPINFO && table == FDMAP_TCP)
		ext |= extension(INET_DIAG_VEGASINFO) | extension(INET_DIAG_CONG);
	if (more & FDMAP_SKMEM)
		ext |= extension(INET_DIAG_SKMEMINFO);
	return ext;
}

static bool take_byte(struct span attrs, unsigned type, uint8_t *v)
{
	struct span value;

	if (!msg_attr(attrs, type, 1, &value))
		return false;
	*v = (uint8_t)value.p[0];
	return true;
}

/* Bit fields are laid out from the other end where numbers are. */
static uint16_t options_of(const char *bytes)
{
	const unsigned char b[2] = { (unsigned char)bytes[0], (unsigned char)bytes[1] };
	uint16_t v = 0;

	for (unsigned i = 0; i < 16; i++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		unsigned bit = 7 - i % 8;
#else
		unsigned bit = i % 8;
#endif
		v |= (uint16_t)((b[i / 8] >> bit & 1u) << i);
	}
	return v;
}

static void take_timer(const struct inet_diag_msg *m, struct fdmap_sockx *x)
{
	x->timer = m->idiag_timer;
	x->retrans = m->idiag_retrans;
	x->timer_ms = m->idiag_expires;
	x->told |= FDMAP_X_TIMER;
}

static void take_numbers(struct span attrs, struct fdmap_sockx *x)
{
	struct span value;

	if (msg_u32(attrs, INET_DIAG_MARK, &x->mark))
		x->told |= FDMAP_X_MARK;
	if (msg_u32(attrs, INET_DIAG_CLASS_ID, &x->class_id))
		x->told |= FDMAP_X_CLASS;
	if (msg_attr(attrs, INET_DIAG_CGROUP_ID, sizeof(x->cgroup), &value)) {
		memcpy(&x->cgroup, value.p, sizeof(x->cgroup));
		x->told |= FDMAP_X_CGROUP;
	}
	if (msg_attr(attrs, INET_DIAG_SOCKOPT, 2, &value)) {
		x->options = options_of(value.p);
		x->told |= FDMAP_X_OPTIONS;
	}
}

static void take_bytes(struct span attrs, struct fdmap_sockx *x)
{
	uint8_t v;

	if (take_byte(attrs, INET_DIAG_SHUTDOWN, &v))
		sockx_take_shutdown(v, x);
	if (take_byte(attrs, INET_DIAG_TOS, &x->tos))
		x->told |= FDMAP_X_TOS;
	if (take_byte(attrs, INET_DIAG_TCLASS, &x->tclass))
		x->told |= FDMAP_X_TCLASS;
	if (take_byte(attrs, INET_DIAG_SKV6ONLY, &v)) {
		x->v6only = v != 0;
		x->told |= FDMAP_X_V6ONLY;
	}
}

/* A text of the kernel's ends at its NUL. */
static const char *take_text(struct span attrs, unsigned type, struct arena *arena)
{
	struct span value;

	if (!msg_attr(attrs, type, 1, &value) || !value.p[0])
		return NULL;
	return arena_strndup(arena, value.p, strnlen(value.p, value.n));
}

static const void *take_struct(struct span attrs, unsigned type, struct arena *arena, uint32_t *n)
{
	struct span value;

	if (!msg_attr(attrs, type, 1, &value))
		return NULL;
	*n = (uint32_t)value.n;
	return arena_memdup(arena, value.p, value.n);
}

static void take_tcp(struct span attrs, struct arena *arena, struct fdmap_sockx *x)
{
	static const uint8_t controls[] = { INET_DIAG_VEGASINFO, INET_DIAG_DCTCPINFO,
					    INET_DIAG_BBRINFO };
	struct span ulp;

	x->tcp = take_struct(attrs, INET_DIAG_INFO, arena, &x->tcp_len);
	x->cong = take_text(attrs, INET_DIAG_CONG, arena);
	if (msg_attr(attrs, INET_DIAG_ULP_INFO, 0, &ulp))
		x->ulp = take_text(ulp, INET_ULP_INFO_NAME, arena);
	for (size_t i = 0; i < ARRAY_LEN(controls) && !x->cc; i++) {
		x->cc = take_struct(attrs, controls[i], arena, &x->cc_len);
		x->cc_type = x->cc ? controls[i] : 0;
	}
}

int inetdiag_extend(const struct sockdiag *d, struct span msg, uint32_t more, struct arena *arena,
		    struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct inet_diag_msg m;
	struct span attrs;

	if (!x)
		return -ENOMEM;
	if (!msg_head(msg, &m, sizeof(m), &attrs))
		return 0;
	if (more & FDMAP_SOCKX) {
		if (FAMILY_BIT(d->table) & TCP_LIKE)
			take_timer(&m, x);
		sockx_take_interface(m.id.idiag_if, x);
		take_numbers(attrs, x);
		take_bytes(attrs, x);
	}
	if (more & FDMAP_TCPINFO && d->table == FDMAP_TCP)
		take_tcp(attrs, arena, x);
	if (more & FDMAP_TCPINFO && d->table == FDMAP_MPTCP)
		x->mptcp = take_struct(attrs, INET_DIAG_INFO, arena, &x->mptcp_len);
	if (more & FDMAP_SKMEM)
		sockx_take_mem(attrs, INET_DIAG_SKMEMINFO, x);
	return arena_failed(arena) ? -ENOMEM : 0;
}

/* ---- text ---------------------------------------------------------------- */

/* "02:000002EB 00000000": which timer, when it goes off, how often it has */
static bool parse_timer(struct cursor *c, struct fdmap_sockx *x)
{
	uint64_t timer, when, retrans;

	cursor_blanks(c);
	if (!row_hex(c, 2, &timer) || !cursor_char(c, ':') || !cursor_hex(c, &when))
		return false;
	cursor_blanks(c);
	if (!cursor_hex(c, &retrans))
		return false;
	x->timer = (uint8_t)timer;
	x->timer_ms = when < UINT32_MAX / (1000 / USER_HZ) ? (uint32_t)when * (1000 / USER_HZ)
							    : UINT32_MAX;
	x->retrans = (uint8_t)(retrans < UINT8_MAX ? retrans : UINT8_MAX);
	return true;
}

int inet_extend(struct span line, uint32_t more, struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena), told = { 0 };
	struct cursor c = cursor_span(line);
	uint64_t uid, drops;

	if (!x)
		return -ENOMEM;
	/* Before them: slot, both ends, state, queues. */
	if (!row_skip(&c, 5) || !parse_timer(&c, &told) || !row_number(&c, UINT32_MAX, &uid))
		return 0;
	if (more & FDMAP_SOCKX && FAMILY_BIT(sock->table) & TCP_LIKE) {
		x->timer = told.timer;
		x->timer_ms = told.timer_ms;
		x->retrans = told.retrans;
		x->told |= FDMAP_X_TIMER;
	}
	/* What has ended belongs to nobody, not to user 0. */
	if (more & FDMAP_SOCKX && sock->ino) {
		sock->uid = (uid_t)uid;
		sock->told |= FDMAP_TOLD_UID;
	}
	/* Between them: timeout, inode, references, pointer. */
	if (more & FDMAP_SKMEM && FAMILY_BIT(sock->table) & DROPPING && row_skip(&c, 4) &&
	    row_number(&c, UINT64_MAX, &drops))
		sockx_take_drops(drops, x);
	return 0;
}
