/* SPDX-License-Identifier: MIT */
/* The first registration of a port counts, as in lsof; numbers that rpc(5) does not know stay. */
#include "os/programs.h"

#include <errno.h>
#include <netdb.h>
#include <rpc/netdb.h>
#include <stdio.h>
#include <string.h>

#define ENTRY_MAX ((size_t)1 << 16) /* the largest entry of rpc(5) read */

void programs_init(struct programs *p)
{
	arena_init(&p->arena);
	buf_init(&p->names);
	hash_init(&p->by_port);
	p->asked = p->waiting = false;
}

void programs_fini(struct programs *p)
{
	if (p->waiting)
		portmap_cancel(&p->call);
	hash_fini(&p->by_port);
	buf_fini(&p->names);
	arena_fini(&p->arena);
}

static uint64_t key_of(uint16_t port, bool udp)
{
	return (uint64_t)port * 2 + udp;
}

static void add(struct programs *p, const struct portmap_entry *e, struct span name)
{
	uint64_t key = key_of(e->port, e->udp);
	uint32_t n = (uint32_t)(p->names.n / sizeof(char *));
	const char *text;

	if (hash_find(&p->by_port, key, NULL))
		return;
	text = arena_strndup(&p->arena, name.p, name.n);
	if (!text)
		return;
	buf_put(&p->names, &text, sizeof(text));
	/* Without memory, a port keeps its number. */
	if (!p->names.failed)
		(void)!hash_put(&p->by_port, key, n);
}

static void add_number(struct programs *p, const struct portmap_entry *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", (unsigned)e->program);

	add(p, e, (struct span){ text, (size_t)n });
}

static void add_by_rpc(struct programs *p, const struct portmap_entry *e)
{
	struct rpcent entry, *found = NULL;
	struct buf room;
	size_t size = 512;

	buf_init(&room);
	while (size < ENTRY_MAX && buf_reserve(&room, size) == 0 &&
	       getrpcbynumber_r((int)e->program, &entry, room.p, size, &found) == ERANGE)
		size *= 2;
	if (found && found->r_name && *found->r_name)
		add(p, e, (struct span){ found->r_name, strlen(found->r_name) });
	else
		add_number(p, e);
	buf_fini(&room);
}

void programs_list(struct programs *p, struct span text)
{
	struct cursor c = cursor_span(text);
	struct portmap_entry e;
	struct span name;

	p->asked = true;
	while (portmap_next(&c, &e, &name)) {
		if (name.n)
			add(p, &e, name);
		else
			add_number(p, &e);
	}
}

void programs_begin(struct programs *p, uint16_t port)
{
	if (p->asked)
		return;
	p->asked = true;
	p->waiting = portmap_begin(&p->call, port) == 0;
}

void programs_end(struct programs *p, unsigned ms)
{
	struct buf entries;

	if (!p->waiting)
		return;
	p->waiting = false;
	buf_init(&entries);
	if (portmap_end(&p->call, ms, &entries) == 0) {
		const struct portmap_entry *e = (const void *)entries.p;

		for (size_t i = 0; i < entries.n / sizeof(*e); i++)
			add_by_rpc(p, &e[i]);
	}
	buf_fini(&entries);
}

const char *programs_find(const struct programs *p, uint16_t port, bool udp)
{
	uint32_t i;

	if (!hash_find(&p->by_port, key_of(port, udp), &i))
		return NULL;
	return ((const char *const *)(const void *)p->names.p)[i];
}
