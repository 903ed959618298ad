/* SPDX-License-Identifier: MIT */
/* The first registration of a port counts, as in lsof; numbers that rpc(5) does not know stay. */
#include "os/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Two errands of one thread: the second one begins when the first has ended. */
struct registered {
	struct errand errand;
	struct portmap call;
	unsigned ms;
	struct buf entries; /* struct portmap_entry; empty: no answer */
};

struct named {
	struct errand errand;
	programs_call *call;
	const struct registered *registered;
	struct program_names names;
};

static void names_fini(struct program_names *n)
{
	hash_fini(&n->by_port);
	buf_fini(&n->names);
	arena_fini(&n->arena);
}

static void names_init(struct program_names *n)
{
	arena_init(&n->arena);
	buf_init(&n->names);
	hash_init(&n->by_port);
}

void programs_init(struct programs *p, programs_call *call)
{
	*p = (struct programs){ .call = call };
	names_init(&p->known);
}

void programs_fini(struct programs *p)
{
	errands_free(p->errands);
	names_fini(&p->known);
}

static uint64_t key_of(uint16_t port, bool udp)
{
	return (uint64_t)port * 2 + udp;
}

static void add(struct program_names *p, const struct portmap_entry *e, struct span name)
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

static void add_number(struct program_names *p, const struct portmap_entry *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", (unsigned)e->program);

	add(p, e, (struct span){ text, (size_t)n });
}

void programs_list(struct programs *p, struct span text)
{
	struct cursor c = cursor_span(text);
	struct portmap_entry e;
	struct span name;

	p->asked = true;
	while (portmap_next(&c, &e, &name)) {
		if (name.n)
			add(&p->known, &e, name);
		else
			add_number(&p->known, &e);
	}
}

/* ---- asking ------------------------------------------------------------------ */

static const struct portmap_entry *entries_of(const struct registered *r, size_t *n)
{
	*n = r->entries.n / sizeof(struct portmap_entry);
	return (const void *)r->entries.p;
}

static void registered_run(struct errand *e)
{
	struct registered *r = (struct registered *)e;

	if (portmap_end(&r->call, r->ms, &r->entries) < 0)
		buf_reset(&r->entries);
}

static void registered_free(struct errand *e)
{
	struct registered *r = (struct registered *)e;

	portmap_cancel(&r->call);
	buf_fini(&r->entries);
	free(r);
}

static void named_run(struct errand *e)
{
	struct named *named = (struct named *)e;
	size_t n;
	const struct portmap_entry *entry = entries_of(named->registered, &n);
	struct buf name;

	buf_init(&name);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&name);
		if (named->call(entry[i].program, &name) == 0)
			add(&named->names, &entry[i], (struct span){ buf_str(&name), name.n });
		else
			add_number(&named->names, &entry[i]);
	}
	buf_fini(&name);
}

static void named_free(struct errand *e)
{
	struct named *named = (struct named *)e;

	names_fini(&named->names);
	free(named);
}

/* 0, or -errno: nobody is there, or no memory. */
static int put_registered(struct programs *p, uint16_t port, unsigned ms)
{
	struct registered *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->errand.run = registered_run;
	r->errand.free = registered_free;
	r->ms = ms;
	buf_init(&r->entries);
	err = portmap_begin(&r->call, port);
	if (err < 0) {
		free(r);
		return err;
	}
	err = errands_put(p->errands, &r->errand);
	if (err == 0)
		p->registered = r;
	return err;
}

static int put_named(struct programs *p)
{
	struct named *named = calloc(1, sizeof(*named));

	if (!named)
		return -ENOMEM;
	named->errand.run = named_run;
	named->errand.free = named_free;
	named->call = p->call;
	named->registered = p->registered;
	names_init(&named->names);
	if (errands_put(p->errands, &named->errand) < 0)
		return -ENOMEM;
	p->named = named;
	return 0;
}

void programs_begin(struct programs *p, uint16_t port, unsigned ms)
{
	if (p->asked)
		return;
	p->asked = true;
	if (errands_new(&p->errands, 1) < 0)
		return;
	if (put_registered(p, port, ms) == 0 && put_named(p) == 0)
		errands_start(p->errands);
}

static void take_names(struct programs *p)
{
	struct program_names old = p->known;

	p->known = p->named->names;
	p->named->names = old; /* texts that were handed out stay */
	p->registered = NULL;
}

static void take_numbers(struct programs *p)
{
	size_t n;
	const struct portmap_entry *e = entries_of(p->registered, &n);

	for (size_t i = 0; i < n; i++)
		add_number(&p->known, &e[i]);
}

void programs_end(struct programs *p, unsigned ms)
{
	if (!p->registered || !p->named)
		return;
	errands_wait(p->errands, p->waited ? 0 : ms);
	p->waited = true;
	if (p->named->errand.known)
		take_names(p);
	else if (p->registered->errand.known)
		take_numbers(p);
}

const char *programs_find(const struct programs *p, uint16_t port, bool udp)
{
	const struct program_names *n = &p->known;
	uint32_t i;

	if (!hash_find(&n->by_port, key_of(port, udp), &i))
		return NULL;
	return ((const char *const *)(const void *)n->names.p)[i];
}
