/* SPDX-License-Identifier: MIT */
/*
 * What the Internet families share: one layout of rows, one list of states,
 * and how NAME tells of states and queues. For the files of net/ only.
 */
#ifndef NET_INET_H
#define NET_INET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/util.h"
#include "fdmap.h"

/* Addresses, state, queues and inode of a row of tcp, udp, raw or icmp; 0 or -EINVAL. */
MUST_CHECK int inet_parse(struct span line, int family, struct fdmap_sock *sock);
/* The hook of their texts: timer, user, drops. */
MUST_CHECK int inet_extend(struct span line, uint32_t more, struct arena *arena,
			   struct fdmap_sock *sock);

/* TYPE "IPv4", "raw6" and such: the text for that version. */
const char *inet_by_version(const struct fdmap_sock *sock, const char *v4, const char *v6);

/* "LISTEN"; never NULL. */
const char *inet_state_name(unsigned state);
/* Any case; false: no such state. */
bool inet_state_number(const char *name, unsigned *state);

/*
 * Appends " (LISTEN QR=0 QS=0)" to the NAME that began at `from`, as much of it
 * as `how` wants. lsof writes the blank also when nothing follows it, but not to
 * an empty name. state NULL: none; queues NULL: none.
 */
void inet_put_info(const char *state, const struct fdmap_sock *queues, unsigned how, size_t from,
		   struct buf *out);

#endif
