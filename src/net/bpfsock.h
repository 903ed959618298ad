/* SPDX-License-Identifier: MIT */
/*
 * Sockets as a pass of BPF tells them, all namespaces at once: those that descriptors
 * hold, and no others. What sock_diag or the text would not tell of such a socket is not
 * told here, either, so that nobody sees which of them was asked.
 */
#ifndef NET_BPFSOCK_H
#define NET_BPFSOCK_H

#include "bpf/record.h"
#include "net/socktab.h"

struct bpfsock_wish {
	uint32_t families; /* FAMILY_BIT, FAMILY_NO_RAW6: no sockets of others */
	uint32_t diag;	   /* of these what sock_diag tells, of the others what the text does */
	const struct sockfilter *filter; /* of those in `diag`; NULL: all */
	bool peers, whole;		 /* struct sockwish */
	/* The number of the namespace with that inode; false: its sockets are not wanted. */
	bool (*netns)(void *ctx, uint32_t ino, uint32_t *number);
	void *ctx;
};

/*
 * pure: one record of a pass, whose sizes fit (bpf_pass_index). 0, all but netns; -EINVAL: a
 * mark, or a socket that is in no table that we read, as one of TCP that is not bound yet;
 * -ENOMEM.
 */
MUST_CHECK int parse_bpfsock(const struct bpf_head *h, const struct bpfsock_wish *wish,
			     struct arena *arena, struct fdmap_sock *sock);

/* 0; 1: it is none that is wanted, or there already, and stays as it is; -ENOMEM. */
MUST_CHECK int socktab_add_bpf(struct socktab *t, const struct bpf_head *h,
			       const struct bpfsock_wish *wish);

/*
 * All records were added, with `peers`: the sockets of that namespace have them. Only who
 * waits to be accepted is still to be asked for (unixdiag_load). 0, -ENOMEM
 */
MUST_CHECK int socktab_end_bpf(struct socktab *t, const struct bpfsock_wish *wish, uint32_t netns);

#endif
