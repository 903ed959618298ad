/* SPDX-License-Identifier: MIT */
/*
 * The first name of a port counts. A line of the list:
 *
 * http		80/tcp		www		# WorldWideWeb HTTP
 *
 * Where nsswitch.conf(5) names this file alone, it is read here, and no thread is
 * needed. Where others are named, all are asked for all they have, as they are
 * one after another by getservent(3); until they have answered, the file alone
 * is known, if it comes first.
 */
#include "os/services.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/etc.h"
#include "os/nss.h"

struct service {
	const char *name;
	uint16_t port;
	bool udp;
};

struct services_answer {
	struct errand errand;
	services_call *call;
	struct services all;
	bool waited; /* once is enough */
};

static void services_empty(struct services *s)
{
	hash_fini(&s->by_port);
	buf_fini(&s->list);
	arena_fini(&s->arena);
}

void services_init(struct services *s)
{
	*s = (struct services){ 0 };
	arena_init(&s->arena);
	buf_init(&s->list);
	hash_init(&s->by_port);
}

void services_fini(struct services *s)
{
	errands_free(s->errands);
	services_empty(s);
}

static uint64_t key_of(uint16_t port, bool udp)
{
	return (uint64_t)port * 2 + udp;
}

static size_t count(const struct services *s)
{
	return s->list.n / sizeof(struct service);
}

static const struct service *service_at(const struct services *s, size_t i)
{
	return &((const struct service *)(const void *)s->list.p)[i];
}

void services_add(struct services *s, struct span name, uint16_t port, bool udp)
{
	struct service service = { .port = port, .udp = udp };
	uint64_t key = key_of(port, udp);

	service.name = arena_strndup(&s->arena, name.p, name.n);
	if (!service.name)
		return; /* services_error */
	buf_put(&s->list, &service, sizeof(service));
	/* Aliases come behind the name, later names of a port behind the first. */
	if (!s->list.failed && !hash_find(&s->by_port, key, NULL) &&
	    hash_put(&s->by_port, key, (uint32_t)(count(s) - 1)) < 0)
		s->list.failed = true;
}

int services_error(const struct services *s)
{
	return s->list.failed || arena_failed(&s->arena) ? -ENOMEM : 0;
}

void services_list(struct services *s, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span name, aliases;
	uint16_t port;
	bool udp;

	while (etc_next_service(&c, &name, &aliases, &port, &udp)) {
		struct cursor a = cursor_span(aliases);

		do {
			services_add(s, name, port, udp);
		} while (cursor_field(&a, &name));
	}
}

static void answer_run(struct errand *e)
{
	struct services_answer *a = (struct services_answer *)e;

	a->call(&a->all);
}

static void answer_free(struct errand *e)
{
	struct services_answer *a = (struct services_answer *)e;

	services_empty(&a->all);
	free(a);
}

void services_ask(struct services *s, services_call *call)
{
	struct services_answer *a;

	if (s->errands)
		return;
	a = errands_new(&s->errands, 1) < 0 ? NULL : calloc(1, sizeof(*a));
	if (!a) {
		s->list.failed = true;
		return;
	}
	a->errand.run = answer_run;
	a->errand.free = answer_free;
	a->call = call;
	services_init(&a->all);
	if (errands_put(s->errands, &a->errand) < 0) {
		s->list.failed = true;
		return;
	}
	s->answer = a;
	errands_start(s->errands);
}

void services_begin(struct services *s)
{
	struct nss nss = read_nss("services");
	struct buf text;
	int err;

	buf_init(&text);
	err = nss.file ? read_etc("/etc/services", &text) : 0;
	if (nss.file && err == 0)
		services_list(s, (struct span){ buf_str(&text), text.n });
	if (nss.more || !nss.file || (err < 0 && err != -ENOENT))
		services_ask(s, services_machine);
	buf_fini(&text);
}

/* Theirs has the file's entries, too, where these belong. */
static void take(struct services *s, struct services *all)
{
	struct arena arena = s->arena;
	struct buf list = s->list;
	struct hash by_port = s->by_port;

	s->arena = all->arena;
	s->list = all->list;
	s->by_port = all->by_port;
	all->arena = arena;
	all->list = list;
	all->by_port = by_port;
}

bool services_end(struct services *s, unsigned ms)
{
	struct services_answer *a = s->answer;

	if (!a)
		return true;
	errands_wait(s->errands, a->waited ? 0 : ms);
	a->waited = true;
	if (!a->errand.known)
		return false;
	take(s, &a->all);
	s->answer = NULL;
	return true;
}

bool services_waits(const struct services *s)
{
	return s->answer && !s->answer->waited;
}

const char *services_name(const struct services *s, uint16_t port, bool udp)
{
	uint32_t i;

	if (!hash_find(&s->by_port, key_of(port, udp), &i))
		return NULL;
	return service_at(s, i)->name;
}

int services_port(const struct services *s, const char *name, bool udp, uint16_t *port)
{
	for (size_t i = 0; i < count(s); i++) {
		const struct service *service = service_at(s, i);

		if (service->udp == udp && strcmp(service->name, name) == 0) {
			*port = service->port;
			return 0;
		}
	}
	return -ENOENT;
}
