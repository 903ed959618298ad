/* SPDX-License-Identifier: MIT */
/*
 * -i's word, as lsof reads it:
 *
 *	4TCP@localhost:http,8000-8010
 *	|'-.''----.---''------.-----
 *	|  |      |           ports: numbers, ranges, services
 *	|  |      '- a name, an IPv4 address, or [an IPv6 address]
 *	|  '-------- tcp, udp, udplite, in any case
 *	'----------- 4 or 6
 *
 * Its sentences are kept to the letter, since scripts and people know them.
 */
#include "engine/inetspec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cursor.h"

struct parse {
	struct cursor at;
	const char *spec;
	const struct inetspec_lookup *look;
	struct inetspec *out;
	const char *proto; /* as services name it; NULL: any */
	bool late;         /* a look-up got no answer in time */
	char *err;
	size_t errlen;
};

/* "what: -i SPEC" */
static PRINTF_LIKE(2, 3) int wrong(const struct parse *p, const char *fmt, ...)
{
	va_list args;
	size_t n;

	if (!p->errlen)
		return -EINVAL;
	va_start(args, fmt);
	vsnprintf(p->err, p->errlen, fmt, args);
	va_end(args);
	n = strlen(p->err);
	snprintf(p->err + n, p->errlen - n, ": -i %s", p->spec);
	return -EINVAL;
}

static bool found(struct parse *p, int err)
{
	p->late = p->late || err == -ETIMEDOUT;
	return err == 0;
}

/* A name that means nothing, or of which nobody could tell in time. */
static int unknown(const struct parse *p, const char *what, struct span name, const char *proto)
{
	const char *of = *proto ? " for " : "";

	if (!p->late)
		return wrong(p, "unknown %s %.*s%s%s in", what, (int)name.n, name.p, of, proto);
	(void)wrong(p, "can't look up %s %.*s%s%s: the name service does not answer", what,
		    (int)name.n, name.p, of, proto);
	return -ETIMEDOUT;
}

static struct span take_until(struct cursor *at, const char *stops)
{
	struct span s = { at->at, 0 };

	while (!cursor_done(at) && !strchr(stops, *at->at))
		at->at++;
	s.n = (size_t)(at->at - s.p);
	return s;
}

/* A name that can be asked for; longer ones exist nowhere. */
struct name {
	char text[256];
};

static bool name_of(struct span s, struct name *name)
{
	if (!s.n || s.n >= sizeof(name->text))
		return false;
	memcpy(name->text, s.p, s.n);
	name->text[s.n] = 0;
	return true;
}

static int parse_proto(struct parse *p)
{
	static const struct {
		const char *name;
		int proto;
	} protos[] = {
		{ "tcp", IPPROTO_TCP },
		{ "udp", IPPROTO_UDP },
		{ "udplite", IPPROTO_UDPLITE },
	};
	struct span s = take_until(&p->at, "@:");

	if (!s.n)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(protos); i++) {
		if (strlen(protos[i].name) != s.n || strncasecmp(protos[i].name, s.p, s.n) != 0)
			continue;
		p->proto = protos[i].name;
		p->out->proto = protos[i].proto;
		return 0;
	}
	return wrong(p, "unknown protocol name (%.*s) in", (int)s.n, s.p);
}

static bool mapped_to_v4(struct resolve_addr *addr)
{
	struct in_addr v4;

	if (addr->family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&addr->a.v6))
		return false;
	memcpy(&v4, addr->a.v6.s6_addr + 12, sizeof(v4));
	addr->family = AF_INET;
	addr->a.v4 = v4;
	return true;
}

static void take_addr(struct parse *p, const struct resolve_addr *addr)
{
	p->out->addrs[p->out->naddrs++] = *addr;
}

/* "[::1]", the first bracket taken. */
static int parse_bracketed(struct parse *p)
{
	struct resolve_addr addr = { .family = AF_INET6 };
	struct name name;
	struct span s;

	if (!cursor_until(&p->at, ']', &s) || !name_of(s, &name) ||
	    inet_pton(AF_INET6, name.text, &addr.a.v6) != 1 || IN6_IS_ADDR_UNSPECIFIED(&addr.a.v6))
		return wrong(p, "unacceptable Internet address in");
	if (p->out->version == 4)
		return wrong(p, "IPv6 addresses are prohibited");
	if (mapped_to_v4(&addr) && p->out->version == 6)
		return wrong(p, "IPv4 addresses are prohibited");
	if (addr.family == AF_INET && addr.a.v4.s_addr == INADDR_ANY)
		return wrong(p, "unacceptable Internet address in");
	p->out->version = addr.family == AF_INET ? 4 : 6;
	take_addr(p, &addr);
	return 0;
}

/* Four decimal numbers, leading zeros allowed; inet_pton refuses those. */
static bool dotted_quad(struct span s, struct in_addr *v4)
{
	struct cursor at = cursor_span(s);
	uint32_t host = 0, part;

	for (int i = 0; i < 4; i++) {
		if ((i && !cursor_char(&at, '.')) || !cursor_u32(&at, &part) || part > 255)
			return false;
		host = host << 8 | part;
	}
	v4->s_addr = htonl(host);
	return cursor_done(&at);
}

/* One address of each family that is allowed. */
static int parse_host(struct parse *p, struct span s)
{
	static const int families[] = { AF_INET6, AF_INET };
	struct name name;

	if (!name_of(s, &name))
		return wrong(p, "unknown host name (%.*s) in", (int)s.n, s.p);
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		struct resolve_addr addr;

		if (p->out->version && (p->out->version == 6) != (families[i] == AF_INET6))
			continue;
		if (!found(p, p->look->address(p->look->ctx, name.text, families[i], &addr)))
			continue;
		if (mapped_to_v4(&addr) && p->out->version == 6)
			continue;
		if (addr.family == AF_INET ? addr.a.v4.s_addr == INADDR_ANY
					   : IN6_IS_ADDR_UNSPECIFIED(&addr.a.v6))
			return wrong(p, "unacceptable Internet address in");
		take_addr(p, &addr);
	}
	if (!p->out->naddrs)
		return p->late ? unknown(p, "host name", s, "")
			       : wrong(p, "unknown host name (%.*s) in", (int)s.n, s.p);
	return 0;
}

/* What stands behind the @. */
static int parse_address(struct parse *p)
{
	struct resolve_addr addr = { .family = AF_INET };
	struct span s;

	if (cursor_char(&p->at, '['))
		return parse_bracketed(p);
	s = take_until(&p->at, ":");
	if (!s.n)
		return wrong(p, "unacceptable Internet address in");
	if (!dotted_quad(s, &addr.a.v4))
		return parse_host(p, s);
	if (p->out->version == 6)
		return wrong(p, "IPv4 addresses are prohibited");
	p->out->version = 4;
	/* 0.0.0.0 is lsof's way to say any IPv4 address. */
	if (addr.a.v4.s_addr != INADDR_ANY)
		take_addr(p, &addr);
	return 0;
}

/* A service name is looked up for the protocol that was given, else for both. */
static int find_service(struct parse *p, struct span s, uint16_t *port)
{
	uint16_t tcp = 0, udp = 0;
	bool is_tcp, is_udp;
	struct name name;

	if (!name_of(s, &name))
		name.text[0] = 0;
	if (p->proto) {
		/* No services file lists udplite. */
		if (p->out->proto != IPPROTO_UDPLITE && name.text[0] &&
		    found(p, p->look->port(p->look->ctx, name.text, p->proto, port)))
			return 0;
		return unknown(p, "service", s, p->proto);
	}
	is_tcp = name.text[0] && found(p, p->look->port(p->look->ctx, name.text, "tcp", &tcp));
	is_udp = name.text[0] && found(p, p->look->port(p->look->ctx, name.text, "udp", &udp));
	if (!is_tcp && !is_udp)
		return unknown(p, "service", s, "");
	if (is_tcp && is_udp && tcp != udp)
		return wrong(p,
			     "TCP=%d and UDP=%d %s ports conflict;\n"
			     "      specify \"tcp:%s\" or \"udp:%s\"",
			     tcp, udp, name.text, name.text, name.text);
	*port = is_tcp ? tcp : udp;
	return 0;
}

static int bad_ports(const struct parse *p)
{
	return wrong(p, "unacceptable port specification in");
}

static bool starts_number(struct span s)
{
	return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

static bool port_number(struct cursor *at, uint16_t *port)
{
	uint32_t v;

	if (!cursor_u32(at, &v) || v > UINT16_MAX)
		return false;
	*port = (uint16_t)v;
	return true;
}

/* "80", "80-90", "80-http", "http" */
static int parse_port(struct parse *p, struct span item, struct inetspec_ports *ports)
{
	struct cursor at = cursor_span(item);
	int rc;

	if (!item.n)
		return wrong(p, "invalid service name");
	if (!starts_number(item)) {
		rc = find_service(p, item, &ports->lo);
		ports->hi = ports->lo;
		return rc;
	}
	if (!port_number(&at, &ports->lo))
		return bad_ports(p);
	ports->hi = ports->lo;
	if (cursor_done(&at))
		return 0;
	if (!cursor_char(&at, '-') || cursor_done(&at))
		return bad_ports(p);
	if (starts_number(cursor_rest(&at))) {
		if (!port_number(&at, &ports->hi) || !cursor_done(&at))
			return bad_ports(p);
	} else {
		rc = find_service(p, cursor_rest(&at), &ports->hi);
		if (rc < 0)
			return rc;
	}
	return ports->hi < ports->lo ? bad_ports(p) : 0;
}

/* What stands behind the colon; a comma at its end adds nothing. */
static int parse_ports(struct parse *p)
{
	struct inetspec *out = p->out;

	if (cursor_done(&p->at))
		return bad_ports(p);
	while (!cursor_done(&p->at)) {
		struct inetspec_ports ports;
		struct span item = take_until(&p->at, ",");
		int rc = parse_port(p, item, &ports);

		if (rc < 0)
			return rc;
		if (out->nports >= INETSPEC_MAX)
			return wrong(p, "network address limit (%d) exceeded", INETSPEC_MAX);
		out->ports[out->nports++] = ports;
		(void)cursor_char(&p->at, ',');
	}
	return 0;
}

int parse_inetspec(const char *spec, int version, const struct inetspec_lookup *look,
		   struct inetspec *out, char *err, size_t errlen)
{
	struct parse p = { .at = cursor_of(spec, strlen(spec)),
			   .spec = spec,
			   .look = look,
			   .out = out,
			   .err = err,
			   .errlen = errlen };
	int rc;

	memset(out, 0, sizeof(*out));
	out->version = version;
	if (cursor_char(&p.at, '4'))
		out->version = 4;
	else if (cursor_char(&p.at, '6'))
		out->version = 6;
	rc = parse_proto(&p);
	if (rc == 0 && cursor_char(&p.at, '@'))
		rc = parse_address(&p);
	if (rc == 0 && !cursor_done(&p.at))
		rc = cursor_char(&p.at, ':') ? parse_ports(&p) : bad_ports(&p);
	if (rc == 0 && !out->proto && !out->naddrs && !out->nports)
		rc = wrong(&p, "incomplete Internet address specification");
	return rc;
}
