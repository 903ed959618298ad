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
MUST_CHECK int inetdiag_extend(const struct sockdiag *d, struct span msg, uint32_t more,
			       struct arena *arena, struct fdmap_sock *sock);

/* The extensions that are asked for (idiag_ext). */
uint8_t inetdiag_extensions(enum fdmap_sock_table table, uint32_t more);

/* A program for the kernel that lets a socket pass with either port in any of the ranges. */
void inetdiag_put_ports(const struct sockports *ports, size_t n, struct buf *out);

#endif
