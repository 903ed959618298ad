/* SPDX-License-Identifier: MIT */
/* Names of TCP and UDP ports: of a services list, or all that this machine knows. */
#ifndef OS_SERVICES_H
#define OS_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/util.h"

struct services {
	struct arena arena;  /* names */
	struct buf list;     /* struct service of each name */
	struct hash by_port; /* port * 2 + udp: index of list */
};

void services_init(struct services *s);
void services_fini(struct services *s);

/* Takes a list as services(5) tells it. */
void services_list(struct services *s, struct span text);
/* Takes all that the name service of this machine lists. */
void services_ask(struct services *s);

/* NULL: none */
const char *services_name(const struct services *s, uint16_t port, bool udp);
/* By name or alias. 0, -ENOENT */
MUST_CHECK int services_port(const struct services *s, const char *name, bool udp, uint16_t *port);

#endif
