/* SPDX-License-Identifier: MIT */
/* Socket tables from a pass: of many namespaces, none of which is entered; of many sockets. */
#ifndef ENGINE_PASSLOAD_H
#define ENGINE_PASSLOAD_H

#include "bpf/pass.h"
#include "engine/snapshot.h"

/*
 * Fills t with what the entries of s->ns want, as far as they want the same, and marks
 * these (done). Where a pass can't be had, or can't tell all of it, nothing is done. 0;
 * -ENOMEM.
 */
MUST_CHECK int passload(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t,
			void (*done)(void *arg, struct nsentry *e), void *arg);

/* How many sockets our own network namespace has; 0: not known. */
uint64_t sockets_used(struct root *root);

struct scan;
/*
 * Before any table: where all of many sockets are wanted, a pass is begun first, s->pass_read,
 * and tables are filled from it when it has ended, s->socks. 0 or -ENOMEM.
 */
MUST_CHECK int passload_first(struct bpf_pass *pass, const struct scan *scan,
			      struct fdmap_snapshot *s, unsigned threads);
/* Fills t with the sockets of `tables` that a pass has of our own namespace. 0 or -ENOMEM. */
MUST_CHECK int passload_fill(struct fdmap_snapshot *s, const struct bpf_pass *pass,
			     const struct socksource *how, uint32_t tables, struct socktab *t);
/* Those of `tables` of our own namespace that such a pass tells, if it comes to an end. */
uint32_t passload_can(const struct fdmap_snapshot *s, const struct socksource *how,
		      uint32_t tables);
/* Waits for it, and fills t with these; *told: it did. 0 or -ENOMEM. */
MUST_CHECK int passload_own(struct fdmap_snapshot *s, const struct socksource *how,
			    struct socktab *t, uint32_t tables, bool *told);

#endif
