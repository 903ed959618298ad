/* SPDX-License-Identifier: MIT */
/*
 * Addresses and ports in values: "10.0.0.0/8", "[::1]", "localhost", ":http", "8000-8100",
 * and HOST of ss's src and dst: [FAMILY:]ADDRESS[/BITS][:PORT], or a name of a UNIX socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field/exprtree.h"

#define SHOWN(s) ((s).n > 60 ? 60 : (int)(s).n), (s).p
#define ADDR_MAX 64 /* of one host */

static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

/* ::ffff:10.0.0.1 is 10.0.0.1: both are kept as that. */
static void unmap(struct expr_value *v)
{
	struct in_addr v4;

	if (v->addr.family != AF_INET6 || v->bits < 96 ||
	    memcmp(&v->addr.v6, mapped, sizeof(mapped)) != 0)
		return;
	memcpy(&v4, &v->addr.v6.s6_addr[12], sizeof(v4));
	v->addr.v4 = v4;
	v->addr.family = AF_INET;
	v->bits = (uint8_t)(v->bits - 96);
}

/* "193.233.7" of "193.233.7/24": what is left out is 0, as ip(8) has it. */
static bool read_v4(const char *text, bool prefix, struct in_addr *v4)
{
	char whole[INET_ADDRSTRLEN];
	int dots = 0;

	if (inet_pton(AF_INET, text, v4) == 1)
		return true;
	for (const char *c = text; *c; c++)
		dots += *c == '.';
	/* The rest of the four numbers. */
	return prefix && dots < 3 &&
	       (size_t)snprintf(whole, sizeof(whole), "%s%s", text, &".0.0.0"[2 * dots]) <
		       sizeof(whole) &&
	       inet_pton(AF_INET, whole, v4) == 1;
}

bool addr_read(struct span s, struct expr_value *v)
{
	const char *slash = memchr(s.p, '/', s.n);
	char text[INET6_ADDRSTRLEN];
	uint32_t bits = 128;

	if (slash) {
		struct cursor c = cursor_of(slash + 1, (size_t)(s.p + s.n - slash - 1));

		if (!cursor_u32(&c, &bits) || !cursor_done(&c))
			return false;
		s.n = (size_t)(slash - s.p);
	}
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct span){ s.p + 1, s.n - 2 };
	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (read_v4(text, slash, &v->addr.v4)) {
		v->addr.family = AF_INET;
		bits = slash ? bits : 32;
	} else if (inet_pton(AF_INET6, text, &v->addr.v6) == 1) {
		v->addr.family = AF_INET6;
	} else {
		return false;
	}
	if (bits > (v->addr.family == AF_INET ? 32u : 128u)) {
		v->addr.family = 0;
		return false;
	}
	v->bits = (uint8_t)bits;
	unmap(v);
	return true;
}

int addr_lookup(struct parser *p, struct expr *test, const char *name)
{
	struct expr_addr addr[ADDR_MAX];
	int n = 0, kept = 0;

	if (p->names->host && *name)
		n = p->names->host(p->names->ctx, name, addr, ARRAY_LEN(addr));
	if (n == -ENOMEM)
		return n;
	for (int i = 0; i < n; i++) {
		struct expr_value *v;

		if (addr[i].family != AF_INET && addr[i].family != AF_INET6)
			continue;
		v = expr_more(test);
		if (!v)
			return -ENOMEM;
		v->addr = addr[i];
		v->bits = addr[i].family == AF_INET ? 32 : 128;
		unmap(v);
		kept++;
	}
	return kept;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return !rest || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool addr_is(const struct expr_value *v, int family, const void *addr)
{
	const unsigned char *bytes = addr;

	if (family == AF_INET6 && v->addr.family == AF_INET &&
	    memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		bytes += sizeof(mapped);
		family = AF_INET;
	}
	return family == v->addr.family &&
	       same_bits(bytes, (const unsigned char *)&v->addr.v6, v->bits);
}

/* ---- ports ------------------------------------------------------------------------ */

#define SERVICE_PORTS 4

/* Each port that a service has, of any protocol; how many. */
static int service(const struct expr_names *names, const char *name, uint16_t *ports)
{
	static const char *const protos[] = { "tcp", "udp", "sctp" };
	int n = 0;

	for (size_t i = 0; names->service && *name && i < ARRAY_LEN(protos); i++) {
		uint16_t port;
		bool known = false;

		if (names->service(names->ctx, name, protos[i], &port) < 0)
			continue;
		for (int j = 0; j < n; j++)
			known |= ports[j] == port;
		if (!known)
			ports[n++] = port;
	}
	return n;
}

static bool read_port(struct cursor *c, uint64_t *port)
{
	if (cursor_lit(c, "0x"))
		return cursor_hex(c, port) && *port <= UINT32_MAX;
	return cursor_u64(c, port) && *port <= UINT32_MAX;
}

/* Numbers behind a colon, or without one; ranges where `range`. */
bool port_numbers(const char *word, bool range, struct expr_value *v)
{
	struct cursor c = cursor_of(word, strlen(word));

	if (!read_port(&c, &v->lo.n))
		return false;
	v->hi = v->lo;
	if (range && cursor_char(&c, '-') && !read_port(&c, &v->hi.n))
		return false;
	return cursor_done(&c) && v->lo.n <= v->hi.n;
}

/* like: what else the values say. */
static int add_ports(struct parser *p, struct expr *test, const char *word, bool range,
		     const struct expr_value *like)
{
	struct expr_value v = *like, *to;
	uint16_t ports[SERVICE_PORTS];
	int n;

	if (port_numbers(word, range, &v)) {
		to = expr_more(test);
		if (!to)
			return -ENOMEM;
		*to = v;
		return 0;
	}
	n = service(p->names, word, ports);
	for (int i = 0; i < n; i++) {
		to = expr_more(test);
		if (!to)
			return -ENOMEM;
		*to = *like;
		to->lo = to->hi = (struct expr_num){ .n = ports[i] };
	}
	if (n)
		return 0;
	return parse_wrong(p, p->tok.at, "\"%.*s\" is no port, and no service that is known",
			   SHOWN(p->tok.text));
}

int port_add(struct parser *p, struct expr *test, const struct token *column)
{
	static const struct expr_value any = { .mask = UINT64_MAX };
	bool range = test->cmp == CMP_IN || test->cmp == CMP_OUT;
	const char *colon;
	size_t len;
	char *word = token_dup(&p->tok, false, &len);
	int err;

	(void)column;
	if (!word)
		return -ENOMEM;
	/* ss allows a family, and an address that is any. */
	colon = strrchr(word, ':');
	err = add_ports(p, test, colon ? colon + 1 : word, range, &any);
	free(word);
	return err;
}

/* ---- HOST --------------------------------------------------------------------------- */

static const struct prefix {
	const char *name;
	int family;
} prefixes[] = {
	{ "inet:", AF_INET },	{ "ipv4:", AF_INET },	{ "inet6:", AF_INET6 },
	{ "ipv6:", AF_INET6 },	{ "unix:", AF_UNIX },	{ "vsock:", AF_VSOCK },
	{ "netlink:", AF_NETLINK }, { "link:", AF_PACKET },
};

static char *skip_prefix(char *word, int *family)
{
	*family = 0;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		size_t n = strlen(prefixes[i].name);

		if (strncasecmp(word, prefixes[i].name, n) == 0) {
			*family = prefixes[i].family;
			return word + n;
		}
	}
	return word;
}

/* A name in the file system, an abstract one, a pattern; "*" and "*:22" are any address. */
static bool is_unix_name(const char *word)
{
	if (*word == '/' || *word == '@')
		return true;
	if (*word == '[' || (*word == '*' && (!word[1] || word[1] == ':')))
		return false;
	return strpbrk(word, "*?[") != NULL;
}

/* Parts ADDRESS from PORT, which is NULL when there is none: "::1" has none. */
static char *split_port(char *word)
{
	struct expr_value v;
	char *close = *word == '[' ? strchr(word, ']') : NULL, *colon;

	if (addr_read((struct span){ word, strlen(word) }, &v))
		return NULL;
	colon = strrchr(close ? close : word, ':');
	if (!colon)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

/* Every address that was added from `from` on, with each port. */
static int with_ports(struct parser *p, struct expr *test, size_t from, const char *port)
{
	size_t to = test->n;

	for (size_t i = from; i < to; i++) {
		struct expr_value like = test->v[i];
		int err = add_ports(p, test, port, true, &like);

		if (err < 0)
			return err;
	}
	/* Those without a port: what was added takes their place. */
	memmove(test->v + from, test->v + to, (test->n - to) * sizeof(*test->v));
	test->n -= to - from;
	return 0;
}

static int add_inet(struct parser *p, struct expr *test, char *word, int family)
{
	char *port = split_port(word);
	size_t from = test->n;
	struct expr_value v = { .mask = UINT64_MAX };
	int n;

	if (!*word || strcmp(word, "*") == 0 ||
	    addr_read((struct span){ word, strlen(word) }, &v)) {
		struct expr_value *to = expr_more(test);

		if (!to)
			return -ENOMEM;
		*to = v;
	} else {
		n = addr_lookup(p, test, word);
		if (n < 0)
			return n;
		if (n == 0)
			return parse_wrong(p, p->tok.at,
					   "\"%.60s\" is no address, and no host that is known", word);
	}
	for (size_t i = from; i < test->n; i++) {
		test->v[i].family = family;
		test->v[i].hi.n = UINT32_MAX;
	}
	if (!port || !*port || strcmp(port, "*") == 0)
		return 0;
	return with_ports(p, test, from, port);
}

static int add_unix(struct expr *test, const char *word)
{
	struct expr_value *v = expr_more(test);

	if (!v)
		return -ENOMEM;
	v->family = AF_UNIX;
	v->text = strdup(word);
	return v->text ? 0 : -ENOMEM;
}

int end_add(struct parser *p, struct expr *test, const struct token *column)
{
	size_t len;
	char *word = token_dup(&p->tok, false, &len), *host;
	int family, err;

	(void)column;
	if (!word)
		return -ENOMEM;
	host = skip_prefix(word, &family);
	if (family == AF_UNIX || (!family && is_unix_name(host)))
		err = add_unix(test, host);
	else if (family == AF_VSOCK || family == AF_NETLINK || family == AF_PACKET)
		err = pair_add(p, test, host, family);
	else
		err = add_inet(p, test, host, family);
	free(word);
	return err;
}
