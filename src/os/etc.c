/* SPDX-License-Identifier: MIT */
/*
 * passwd(5), services(5), hosts(5) and rpc(5), as people write them.
 *
 *	root:x:0:0:root:/root:/bin/bash               login, password, uid, gid, name, home, shell
 *	http		80/tcp		www	# WorldWideWeb    name, port, aliases
 *	127.0.0.1	localhost loopback                address, name, aliases
 *	portmapper	100000	portmap sunrpc            name, number, aliases
 */
#include "os/etc.h"

#include <arpa/inet.h>
#include <string.h>

/* The next line, without its comment; `first` is its first word. */
static bool next_line(struct cursor *c, struct cursor *line, struct span *first)
{
	struct span text, said;

	while (cursor_line(c, &text, NULL)) {
		*line = cursor_span(text);
		if (cursor_until(line, '#', &said))
			text = said;
		*line = cursor_span(text);
		if (cursor_field(line, first))
			return true;
	}
	return false;
}

bool etc_next_user(struct cursor *c, struct span *login, uint32_t *uid)
{
	struct span text, password;

	while (cursor_line(c, &text, NULL)) {
		struct cursor line = cursor_span(text);

		/* "+name" and "-name" are words to another service, no users. */
		if (cursor_until(&line, ':', login) && login->n && !strchr("#+-", login->p[0]) &&
		    cursor_until(&line, ':', &password) && cursor_u32(&line, uid) &&
		    cursor_char(&line, ':'))
			return true;
	}
	return false;
}

bool etc_next_home(struct cursor *c, uint32_t *uid, struct span *home)
{
	struct span text, skip;

	while (cursor_line(c, &text, NULL)) {
		struct cursor line = cursor_span(text);

		if (cursor_until(&line, ':', &skip) && cursor_until(&line, ':', &skip) &&
		    cursor_u32(&line, uid) && cursor_char(&line, ':') &&
		    cursor_until(&line, ':', &skip) && cursor_until(&line, ':', &skip) &&
		    cursor_until(&line, ':', home) && span_starts(*home, "/"))
			return true;
	}
	return false;
}

bool etc_parse_proto(struct span proto, bool *udp)
{
	*udp = span_eq(proto, "udp");
	return *udp || span_eq(proto, "tcp");
}

bool etc_next_service(struct cursor *c, struct span *name, struct span *aliases, uint16_t *port,
		      bool *udp)
{
	struct cursor line;
	struct span proto;
	uint32_t number;

	while (next_line(c, &line, name)) {
		cursor_blanks(&line);
		if (!cursor_u32(&line, &number) || number > UINT16_MAX ||
		    !cursor_char(&line, '/') || !cursor_field(&line, &proto) ||
		    !etc_parse_proto(proto, udp))
			continue;
		*port = (uint16_t)number;
		*aliases = cursor_rest(&line);
		return true;
	}
	return false;
}

bool etc_parse_number(const char *text, int family, struct resolve_addr *addr)
{
	*addr = (struct resolve_addr){ .family = family };
	return inet_pton(family, text, &addr->a) == 1;
}

static bool parse_address(struct span text, struct resolve_addr *addr)
{
	char word[INET6_ADDRSTRLEN];

	if (text.n >= sizeof(word))
		return false;
	memcpy(word, text.p, text.n);
	word[text.n] = '\0';
	return etc_parse_number(word, AF_INET, addr) || etc_parse_number(word, AF_INET6, addr);
}

bool etc_next_host(struct cursor *c, struct span *names, struct resolve_addr *addr)
{
	struct cursor line, rest;
	struct span first, name;

	while (next_line(c, &line, &first)) {
		rest = line;
		if (!parse_address(first, addr) || !cursor_field(&rest, &name))
			continue;
		*names = cursor_rest(&line);
		return true;
	}
	return false;
}

bool etc_next_program(struct cursor *c, struct span *name, uint32_t *number)
{
	struct cursor line;

	while (next_line(c, &line, name)) {
		cursor_blanks(&line);
		if (cursor_u32(&line, number))
			return true;
	}
	return false;
}
