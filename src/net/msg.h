/* SPDX-License-Identifier: MIT */
/* The pieces that answers of sock_diag are made of. For the files of net/ only. */
#ifndef NET_MSG_H
#define NET_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"

/* Copies the n bytes a message begins with; what follows are its attributes. false: too short. */
bool msg_head(struct span msg, void *head, size_t n, struct span *attrs);

/* The value of the first attribute of that type that holds at least n bytes. */
bool msg_attr(struct span attrs, unsigned type, size_t n, struct span *value);
bool msg_u32(struct span attrs, unsigned type, uint32_t *v);

/* The kernel tells cookies as two words. */
static inline uint64_t msg_cookie(const uint32_t words[2])
{
	return (uint64_t)words[1] << 32 | words[0];
}

#endif
