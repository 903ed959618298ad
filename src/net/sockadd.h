/* SPDX-License-Identifier: MIT */
/* How sockets get into a table. For the files of net/ only. */
#ifndef NET_SOCKADD_H
#define NET_SOCKADD_H

#include "net/socktab.h"

struct sockadd {
	/* Sockets from here on were told in answer to the same question, which is asked again. */
	size_t again, again_unheld;
	bool unheld; /* also those without an inode */
};

/* 0; 1: it is not kept, since it was there already, or is not wanted; -ENOMEM. */
MUST_CHECK int socktab_add(struct socktab *t, const struct sockadd *how,
			   const struct fdmap_sock *sock);

/* What another source tells of a socket that is there: sock->x above all. 1: it is not kept. */
MUST_CHECK int socktab_join(struct socktab *t, const struct fdmap_sock *sock);

/* The name of one that is there and what it is, by a source that no name can deceive. */
void socktab_rename(struct socktab *t, const struct fdmap_sock *sock);

MUST_CHECK int socktab_note_mated(struct socktab *t, uint32_t netns);

#endif
