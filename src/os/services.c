/* SPDX-License-Identifier: MIT */
/*
 * The first name of a port counts. A line of the list:
 *
 * http		80/tcp		www		# WorldWideWeb HTTP
 */
#include "os/services.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "os/etc.h"

#define ENTRY_MAX ((size_t)1 << 20) /* the largest services entry read */

struct service {
	const char *name;
	uint16_t port;
	bool udp;
};

void services_init(struct services *s)
{
	arena_init(&s->arena);
	buf_init(&s->list);
	hash_init(&s->by_port);
}

void services_fini(struct services *s)
{
	hash_fini(&s->by_port);
	buf_fini(&s->list);
	arena_fini(&s->arena);
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

static void add(struct services *s, struct span name, uint16_t port, bool udp)
{
	struct service service = { .port = port, .udp = udp };
	uint64_t key = key_of(port, udp);

	service.name = arena_strndup(&s->arena, name.p, name.n);
	if (!service.name)
		return;
	buf_put(&s->list, &service, sizeof(service));
	/* Aliases come behind the name, later names of a port behind the first. */
	if (!s->list.failed && !hash_find(&s->by_port, key, NULL) &&
	    hash_put(&s->by_port, key, (uint32_t)(count(s) - 1)) < 0)
		s->list.failed = true;
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
			add(s, name, port, udp);
		} while (cursor_field(&a, &name));
	}
}

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static void add_entry(struct services *s, const struct servent *entry)
{
	uint16_t port = ntohs((uint16_t)entry->s_port);
	bool udp;

	if (!etc_parse_proto(span_of(entry->s_proto), &udp))
		return;
	add(s, span_of(entry->s_name), port, udp);
	for (char **alias = entry->s_aliases; *alias; alias++)
		add(s, span_of(*alias), port, udp);
}

void services_ask(struct services *s)
{
	struct servent entry, *found;
	struct buf room;
	size_t size = 1024;
	int err;

	buf_init(&room);
	setservent(1);
	while (buf_reserve(&room, size) == 0) {
		err = getservent_r(&entry, room.p, size, &found);
		if (err == ERANGE && size < ENTRY_MAX) {
			size *= 2;
			continue;
		}
		if (err != 0 || !found)
			break;
		add_entry(s, &entry);
	}
	endservent();
	buf_fini(&room);
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
