/* SPDX-License-Identifier: MIT */
/* net/sockstat, net/sockstat6 and net/protocols: the kernel's own totals. */
#ifndef NET_SOCKSTAT_H
#define NET_SOCKSTAT_H

#include "base/cursor.h"
#include "base/util.h"

#define SOCKSTAT_WORD 32 /* longer words are none of the kernel's */

/* proto "TCP", what "inuse". != 0 ends it, and is returned. */
typedef int sockstat_each(void *arg, const char *proto, const char *what, uint64_t n);

/* A last line that was cut is left out, and so is what is no word and number. */
MUST_CHECK int parse_sockstat(struct span text, sockstat_each *each, void *arg);

/* net/protocols: how many sockets have one of these protocols; NULL stands behind the last. */
uint64_t parse_protocols(struct span text, const char *const *names);

#endif
