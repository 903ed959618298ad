/* SPDX-License-Identifier: MIT */
/* Questions to the kernel's socket diagnosis, NETLINK_SOCK_DIAG: what /proc/net does not tell. */
#ifndef OS_DIAG_H
#define OS_DIAG_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* What the kernel sent at once: messages. 0: there is more; > 0: that was all; or -errno. */
typedef int diag_each(void *arg, const void *buf, size_t n);

/*
 * Asks for every UNIX socket of our own network namespace, `show`: UDIAG_SHOW_*.
 * 0, what each() returned below 0, or why the kernel can't be asked.
 */
MUST_CHECK int diag_unix(uint32_t show, diag_each *each, void *arg);

#endif
