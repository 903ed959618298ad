/* SPDX-License-Identifier: MIT */
/*
 * sock_diag of what has Internet addresses and ports: TCP, UDP and their kin. For the
 * files of net/ only.
 */
#ifndef NET_INETDIAG_H
#define NET_INETDIAG_H

#include "net/family.h"

/* The hooks of a struct sockdiag. */
void inetdiag_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req);
MUST_CHECK int inetdiag_parse(const struct sockdiag *d, struct span msg, struct arena *arena,
			      struct fdmap_sock *sock);

/* A program for the kernel that lets a socket pass with either port in any of the ranges. */
void inetdiag_put_ports(const struct sockports *ports, size_t n, struct buf *out);

#endif
