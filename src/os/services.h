/* SPDX-License-Identifier: MIT */
/*
 * Names of TCP and UDP ports: of a services list, or all that this machine
 * knows. Its name service may hang: what its own file does not tell is asked for
 * by an errand, once, and is known when that has come back.
 */
#ifndef OS_SERVICES_H
#define OS_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/util.h"
#include "os/errand.h"

struct services;

/* Adds all there are, in the order in which they count. Called from a thread; must outlive it. */
typedef void services_call(struct services *s);

struct services {
	struct arena arena;  /* names */
	struct buf list;     /* struct service of each name */
	struct hash by_port; /* port * 2 + udp: index of list */
	struct errands *errands;
	struct services_answer *answer; /* NULL: nobody was asked, or it has been taken */
};

void services_init(struct services *s);
void services_fini(struct services *s);

/* 0, or -ENOMEM: a port that has a name may not be known by it. */
MUST_CHECK int services_error(const struct services *s);

/* One more name of a port. */
void services_add(struct services *s, struct span name, uint16_t port, bool udp);
/* Takes a list as services(5) tells it. */
void services_list(struct services *s, struct span text);
/* All that the name service of this machine lists. */
services_call services_machine;

/* Takes what can be had at once, and begins to ask for the rest. */
void services_begin(struct services *s);
/* Asks for all there are. */
void services_ask(struct services *s, services_call *call);
/* Waits for at most ms, once; later calls look whether it has come. false: there is no answer. */
bool services_end(struct services *s, unsigned ms);
/* Somebody was asked, and nobody has waited for him. */
bool services_waits(const struct services *s);

/* NULL: none */
const char *services_name(const struct services *s, uint16_t port, bool udp);
/* By name or alias. 0, -ENOENT */
MUST_CHECK int services_port(const struct services *s, const char *name, bool udp, uint16_t *port);

#endif
