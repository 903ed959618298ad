/* SPDX-License-Identifier: MIT */
/* Answers of sock_diag made by hand, aligned as the kernel aligns them. */
#ifndef TEST_LIB_DIAGMSG_H
#define TEST_LIB_DIAGMSG_H

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <string.h>

#include "base/cursor.h"

struct diagmsg {
	_Alignas(8) char bytes[2048];
	size_t n;
};

static inline void diagmsg_put(struct diagmsg *m, const void *p, size_t n)
{
	memcpy(m->bytes + m->n, p, n);
	memset(m->bytes + m->n + n, 0, NLMSG_ALIGN(n) - n);
	m->n += NLMSG_ALIGN(n);
}

/* A header; diagmsg_end() with what it returns says how long the message became. */
static inline size_t diagmsg_begin(struct diagmsg *m, uint16_t type, uint16_t flags, uint32_t seq)
{
	const struct nlmsghdr head = { .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq };
	size_t at = m->n;

	diagmsg_put(m, &head, sizeof(head));
	return at;
}

static inline void diagmsg_end(struct diagmsg *m, size_t at)
{
	uint32_t len = (uint32_t)(m->n - at);

	memcpy(m->bytes + at, &len, sizeof(len));
}

static inline void diagmsg_attr(struct diagmsg *m, uint16_t type, const void *p, size_t n)
{
	struct nlattr attr = { .nla_type = type, .nla_len = (uint16_t)(sizeof(attr) + n) };

	diagmsg_put(m, &attr, sizeof(attr));
	diagmsg_put(m, p, n);
}

static inline struct span diagmsg_span(const struct diagmsg *m)
{
	return (struct span){ m->bytes, m->n };
}

#endif
