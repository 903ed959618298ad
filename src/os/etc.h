/* SPDX-License-Identifier: MIT */
/*
 * The lists that a recorded tree brings in etc/. Each call takes the next
 * entry that makes sense; false: there is none any more.
 */
#ifndef OS_ETC_H
#define OS_ETC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "os/resolve.h"

bool etc_next_user(struct cursor *c, struct span *login, uint32_t *uid);

/* Of the same list: the directory of a number. */
bool etc_next_home(struct cursor *c, uint32_t *uid, struct span *home);

/* aliases: words between blanks, or nothing. TCP and UDP only. */
bool etc_next_service(struct cursor *c, struct span *name, struct span *aliases, uint16_t *port,
		      bool *udp);

/* names: at least one, between blanks */
bool etc_next_host(struct cursor *c, struct span *names, struct resolve_addr *addr);

/* Of rpc(5). */
bool etc_next_program(struct cursor *c, struct span *name, uint32_t *number);

/* false: not an address of that family */
bool etc_parse_number(const char *text, int family, struct resolve_addr *addr);

/* false: neither "tcp" nor "udp", which is all that is asked for */
bool etc_parse_proto(struct span proto, bool *udp);

#endif
