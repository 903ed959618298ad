/* SPDX-License-Identifier: MIT */
/*
 * How the structs of the kernel's protocols are read: members by place and size, as long
 * as the kernel made them.
 */
#ifndef FIELD_TCP_H
#define FIELD_TCP_H

#include "field/field.h"

#define TCP_FACTS (FDMAP_LINK | FDMAP_SOCK | FDMAP_TCPINFO)

/* What a member means; in field.size, above the bytes it has. */
enum tcp_how {
	TCP_NOT_0 = 1u << 8,	  /* 0: there is none */
	TCP_NOT_MAX = 1u << 9,	  /* all ones: there is none */
	TCP_NOT_MAX31 = 1u << 10, /* 0x7fffffff or more: there is none */
	TCP_LISTENS = 1u << 11,	  /* told of listeners, too */
};
/* The struct must be so long: where it ends in padding, that is no member. */
#define TCP_LEAST(n) ((uint32_t)(n) << 16)

/* 1: *v is the member of those n bytes; 0: absent. */
int tcp_member(const struct field *f, const void *p, uint32_t n, uint64_t *v);

/* A member as the table has it. */
#define TCP_FIELD(key, title, help, unit, getter, place, how)                       \
	{ .pub = { key, title, help, "tcp", FDMAP_VALUE_U64, unit, FDMAP_OF_SOCKET, \
		   TCP_FACTS },                                                     \
	  .get = getter, .at = place, .size = how }

#endif
