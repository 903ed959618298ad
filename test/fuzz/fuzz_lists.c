/* SPDX-License-Identifier: MIT */
/*
 * What administrators write: passwd, services, hosts, rpc, nsswitch.conf. What is read stands in
 * the text, and what a list says of a number or a name first is what is found.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "os/etc.h"
#include "os/nss.h"
#include "os/services.h"
#include "os/users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool is_within(struct span part, struct span text)
{
	return part.p >= text.p && part.n <= text.n && (size_t)(part.p - text.p) <= text.n - part.n;
}

static void check_users(struct span text)
{
	struct cursor c = cursor_span(text);
	struct users u;
	struct span login, home;
	uint32_t uid;
	size_t n = 0;

	users_init(&u, &users_machine);
	users_list(&u, text);
	while (etc_next_user(&c, &login, &uid)) {
		const char *name = users_name(&u, uid, 0);
		uid_t found;
		char *word;

		must(is_within(login, text) && login.n && !memchr(login.p, '\n', login.n));
		must(++n <= text.n / 5 && name);
		word = strndup(login.p, login.n);
		must(word && (strlen(word) != login.n || users_uid(&u, word, 0, &found) == 0));
		free(word);
	}
	c = cursor_span(text);
	while (etc_next_home(&c, &uid, &home))
		must(is_within(home, text) && *home.p == '/' && !memchr(home.p, ':', home.n));
	users_fini(&u);
}

/* The number that stands behind a name. */
static unsigned long port_behind(struct span name, struct span text)
{
	struct cursor c = cursor_of(name.p + name.n, (size_t)(text.p + text.n - name.p) - name.n);
	uint64_t port = UINT64_MAX;

	cursor_blanks(&c);
	must(cursor_u64(&c, &port) && cursor_char(&c, '/'));
	return port;
}

static void check_services(struct span text)
{
	struct cursor c = cursor_span(text);
	struct span name, aliases;
	struct services s;
	uint16_t port, found;
	bool udp;

	services_init(&s);
	services_list(&s, text);
	while (etc_next_service(&c, &name, &aliases, &port, &udp)) {
		char *word = strndup(name.p, name.n);

		must(word && is_within(name, text) && is_within(aliases, text));
		must(port_behind(name, text) == port);
		must(services_name(&s, port, udp) != NULL);
		must(strlen(word) != name.n || services_port(&s, word, udp, &found) == 0);
		free(word);
	}
	services_fini(&s);
}

static void check_hosts(struct span text)
{
	struct cursor c = cursor_span(text);
	struct resolve_addr addr, again;
	char word[INET6_ADDRSTRLEN];
	struct span names, name;

	while (etc_next_host(&c, &names, &addr)) {
		struct cursor n = cursor_span(names);

		must(is_within(names, text) && cursor_field(&n, &name));
		must(addr.family == AF_INET || addr.family == AF_INET6);
		must(inet_ntop(addr.family, &addr.a, word, sizeof(word)) != NULL);
		must(etc_parse_number(word, addr.family, &again));
		must(memcmp(&again.a, &addr.a, addr.family == AF_INET ? 4 : 16) == 0);
	}
}

static void check_programs(struct span text)
{
	struct cursor c = cursor_span(text);
	struct span name;
	uint32_t number;
	size_t n = 0;

	while (etc_next_program(&c, &name, &number))
		must(is_within(name, text) && name.n && ++n <= text.n / 3);
}

/* Who has a file before all others has it with a db(5) before it, too. */
static void check_nss(struct span text)
{
	static const char *const databases[] = { "passwd", "services" };

	for (size_t i = 0; i < ARRAY_LEN(databases); i++) {
		struct nss with = parse_nss(text, databases[i], true);
		struct nss without = parse_nss(text, databases[i], false);

		must(with.file || with.more);
		must(!with.file || (without.file && with.more == without.more));
		must(!memmem(text.p, text.n, "db", 2) || text.n >= 2);
		must(memmem(text.p, text.n, databases[i], strlen(databases[i])) ||
		     (with.file && with.more));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { size ? (const char *)data : "", size };
	bool udp;

	check_users(text);
	check_services(text);
	check_hosts(text);
	check_programs(text);
	check_nss(text);
	must(!etc_parse_proto(text, &udp) || size == 3);
	return 0;
}
