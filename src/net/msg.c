/* SPDX-License-Identifier: MIT */
/*
 * Answers of sock_diag: a struct of the family's, then attributes.
 *
 *	08 00 02 00 88 c4 b0 00		length, type, value; the next begins at a multiple of 4
 *
 * Put by nla_put() of lib/nlattr.c.
 */
#include "net/msg.h"

#include <linux/netlink.h>
#include <string.h>

bool msg_head(struct span msg, void *head, size_t n, struct span *attrs)
{
	if (msg.n < n)
		return false;
	memcpy(head, msg.p, n);
	/* Every head is padded to the alignment of attributes. */
	*attrs = (struct span){ msg.p + n, msg.n - n };
	return true;
}

bool msg_attr(struct span attrs, unsigned type, size_t n, struct span *value)
{
	struct nlattr head;

	while (attrs.n >= sizeof(head)) {
		size_t len;

		memcpy(&head, attrs.p, sizeof(head));
		if (head.nla_len < sizeof(head) || head.nla_len > attrs.n)
			return false;
		if ((head.nla_type & NLA_TYPE_MASK) == type && head.nla_len - sizeof(head) >= n) {
			*value = (struct span){ attrs.p + sizeof(head), head.nla_len - sizeof(head) };
			return true;
		}
		len = NLA_ALIGN((size_t)head.nla_len);
		len = len < attrs.n ? len : attrs.n;
		attrs = (struct span){ attrs.p + len, attrs.n - len };
	}
	return false;
}

bool msg_u32(struct span attrs, unsigned type, uint32_t *v)
{
	struct span value;

	if (!msg_attr(attrs, type, sizeof(*v), &value))
		return false;
	memcpy(v, value.p, sizeof(*v));
	return true;
}
