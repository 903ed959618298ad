/* SPDX-License-Identifier: MIT */
/*
 * Where names come from: the lists of the recorded tree, or the name service of
 * this machine. Hosts are kept here, all else has a file of its own.
 */
#include "os/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "os/ask.h"
#include "os/etc.h"
#include "os/etcmark.h"
#include "os/programs.h"
#include "os/services.h"
#include "os/users.h"

/* Where a list comes from; decided when it is first needed. */
enum from {
	FROM_UNKNOWN,
	FROM_TREE,
	FROM_MACHINE,
};

struct host {
	const char *name;
	struct resolve_addr addr;
};

struct resolve {
	struct root *root;
	enum from users_from, services_from, hosts_from;
	struct users users;
	struct services services;
	struct arena arena; /* names of hosts */
	struct buf hosts;   /* struct host of each name */
	int error;	    /* that a list was not read with: -ENOMEM, -EMFILE, -ENFILE; or 0 */
	struct ask *ask;    /* NULL until a host is asked for */
	struct programs programs;
	unsigned opened;
	struct etcmark nsswitch, passwd, services_file, hosts_file;
};

int resolve_new(struct resolve **out, struct root *root)
{
	struct resolve *res = calloc(1, sizeof(*res));

	if (!res)
		return -ENOMEM;
	res->root = root;
	users_init(&res->users, &users_machine);
	services_init(&res->services);
	arena_init(&res->arena);
	buf_init(&res->hosts);
	programs_init(&res->programs, programs_machine);
	*out = res;
	return 0;
}

void resolve_free(struct resolve *res)
{
	if (!res)
		return;
	ask_free(res->ask);
	programs_fini(&res->programs);
	buf_fini(&res->hosts);
	arena_fini(&res->arena);
	services_fini(&res->services);
	users_fini(&res->users);
	free(res);
}

static void forget_users(struct resolve *res)
{
	users_fini(&res->users);
	users_init(&res->users, &users_machine);
	res->users_from = FROM_UNKNOWN;
}

static void forget_services(struct resolve *res)
{
	services_fini(&res->services);
	services_init(&res->services);
	res->services_from = FROM_UNKNOWN;
}

/* Also what others have told: whoever is in the file comes first, mostly. */
static void forget_hosts(struct resolve *res)
{
	ask_free(res->ask);
	res->ask = NULL;
}

void resolve_open(struct resolve *res)
{
	bool sources;

	if (res->opened++ || !res->root->live)
		return;
	sources = etcmark_look(&res->nsswitch, "/etc/nsswitch.conf");
	if (etcmark_look(&res->passwd, "/etc/passwd") || sources)
		forget_users(res);
	if (etcmark_look(&res->services_file, "/etc/services") || sources)
		forget_services(res);
	if (etcmark_look(&res->hosts_file, "/etc/hosts") || sources)
		forget_hosts(res);
}

void resolve_close(struct resolve *res)
{
	res->opened--;
}

/*
 * The text of a list when the observed system is a recorded tree; one that has
 * no such list has an empty one. What is a procfs has neither.
 */
static enum from read_list(struct resolve *res, const char *name, struct buf *text)
{
	int err;

	if (res->root->live)
		return FROM_MACHINE;
	err = root_read(res->root, NULL, name, text);
	if (err == 0)
		return FROM_TREE;
	buf_reset(text);
	if (!root_exhausted(err))
		err = root_read(res->root, NULL, "manifest", text);
	buf_reset(text);
	if (root_exhausted(err))
		res->error = err;
	return err < 0 && !root_exhausted(err) ? FROM_MACHINE : FROM_TREE;
}

int resolve_error(const struct resolve *res)
{
	int err = res->error ? res->error : users_error(&res->users);

	if (err == 0)
		err = services_error(&res->services);
	if (err == 0 && (res->hosts.failed || arena_failed(&res->arena)))
		err = -ENOMEM;
	return err;
}

/* ---- users --------------------------------------------------------------- */

static void load_users(struct resolve *res)
{
	struct buf text;

	if (res->users_from != FROM_UNKNOWN)
		return;
	buf_init(&text);
	res->users_from = read_list(res, "etc/passwd", &text);
	if (res->users_from == FROM_TREE)
		users_list(&res->users, (struct span){ buf_str(&text), text.n });
	buf_fini(&text);
}

const char *resolve_user(struct resolve *res, uid_t uid, unsigned ms)
{
	load_users(res);
	return users_name(&res->users, uid, ms);
}

bool resolve_user_waiting(const struct resolve *res, uid_t uid)
{
	return users_waiting(&res->users, uid);
}

int resolve_uid(struct resolve *res, const char *login, unsigned ms, uid_t *uid)
{
	load_users(res);
	return res->error ? res->error : users_uid(&res->users, login, ms, uid);
}

int resolve_users_begin(struct resolve *res, const uid_t *uids, size_t n)
{
	load_users(res);
	return users_begin(&res->users, uids, n);
}

void resolve_users_end(struct resolve *res, unsigned ms)
{
	users_end(&res->users, ms);
}

/* ---- services ------------------------------------------------------------ */

bool resolve_services_begun(const struct resolve *res)
{
	return res->services_from != FROM_UNKNOWN;
}

void resolve_services_begin(struct resolve *res)
{
	struct buf text;

	if (res->services_from != FROM_UNKNOWN)
		return;
	buf_init(&text);
	res->services_from = read_list(res, "etc/services", &text);
	if (res->services_from == FROM_TREE)
		services_list(&res->services, (struct span){ buf_str(&text), text.n });
	else
		services_begin(&res->services);
	buf_fini(&text);
}

void resolve_services_end(struct resolve *res, unsigned ms)
{
	(void)services_end(&res->services, ms);
}

static bool parse_proto(const char *proto, bool *udp)
{
	return etc_parse_proto((struct span){ proto, strlen(proto) }, udp);
}

const char *resolve_service(struct resolve *res, uint16_t port, const char *proto, unsigned ms)
{
	bool udp;

	if (!parse_proto(proto, &udp))
		return NULL;
	resolve_services_begin(res);
	/* Later ones would cost a lock for each row; resolve_services_end looks for them. */
	if (services_waits(&res->services))
		(void)services_end(&res->services, ms);
	return services_name(&res->services, port, udp);
}

int resolve_port(struct resolve *res, const char *service, const char *proto, unsigned ms,
		 uint16_t *port)
{
	bool udp, answered;

	if (!parse_proto(proto, &udp))
		return -ENOENT;
	resolve_services_begin(res);
	if (services_port(&res->services, service, udp, port) == 0)
		return 0;
	answered = services_end(&res->services, ms);
	if (services_port(&res->services, service, udp, port) == 0)
		return 0;
	if (resolve_error(res) < 0)
		return -ENOMEM;
	return answered ? -ENOENT : -ETIMEDOUT;
}

/* ---- hosts --------------------------------------------------------------- */

static size_t host_count(const struct resolve *res)
{
	return res->hosts.n / sizeof(struct host);
}

static const struct host *host_at(const struct resolve *res, size_t i)
{
	return &((const struct host *)(const void *)res->hosts.p)[i];
}

static void parse_hosts(struct resolve *res, struct span text)
{
	struct cursor c = cursor_span(text);
	struct host h = { 0 };
	struct span names, name;

	while (etc_next_host(&c, &names, &h.addr)) {
		struct cursor n = cursor_span(names);

		while (cursor_field(&n, &name)) {
			h.name = arena_strndup(&res->arena, name.p, name.n);
			if (h.name)
				buf_put(&res->hosts, &h, sizeof(h));
		}
	}
}

static int load_hosts(struct resolve *res)
{
	struct buf text;

	if (res->hosts_from == FROM_UNKNOWN) {
		buf_init(&text);
		res->hosts_from = read_list(res, "etc/hosts", &text);
		if (res->hosts_from == FROM_TREE)
			parse_hosts(res, (struct span){ buf_str(&text), text.n });
		buf_fini(&text);
	}
	if (res->hosts_from == FROM_MACHINE && !res->ask)
		return ask_new(&res->ask, &ask_machine);
	return 0;
}

int resolve_address(struct resolve *res, const char *host, int family, unsigned ms,
		    struct resolve_addr *addr)
{
	int err;

	if (etc_parse_number(host, family, addr))
		return 0;
	err = load_hosts(res);
	if (err < 0)
		return err;
	if (res->hosts_from == FROM_MACHINE)
		return ask_address(res->ask, host, family, ms, addr);
	for (size_t i = 0; i < host_count(res); i++) {
		const struct host *h = host_at(res, i);

		if (h->addr.family == family && strcasecmp(h->name, host) == 0) {
			*addr = h->addr;
			return 0;
		}
	}
	return resolve_error(res) < 0 ? -ENOMEM : -ENOENT;
}

int resolve_hosts(struct resolve *res, const struct resolve_addr *addrs, size_t n, unsigned ms)
{
	int err = load_hosts(res);

	if (err < 0 || res->hosts_from == FROM_TREE)
		return err;
	return ask_names(res->ask, addrs, n, ms);
}

const char *resolve_host(const struct resolve *res, const struct resolve_addr *addr)
{
	struct resolve_addr plain = ask_plain(addr);

	if (res->ask)
		return ask_name(res->ask, addr);
	for (size_t i = 0; i < host_count(res); i++) {
		const struct host *h = host_at(res, i);

		if (h->addr.family == plain.family &&
		    memcmp(&h->addr.a, &plain.a, sizeof(plain.a)) == 0)
			return h->name;
	}
	return NULL;
}

/* ---- programs ------------------------------------------------------------ */

void resolve_programs_begin(struct resolve *res, unsigned ms)
{
	struct buf text;

	if (res->programs.asked)
		return;
	buf_init(&text);
	if (read_list(res, "etc/portmap", &text) == FROM_TREE)
		programs_list(&res->programs, (struct span){ buf_str(&text), text.n });
	else
		programs_begin(&res->programs, PORTMAP_PORT, ms);
	buf_fini(&text);
}

void resolve_programs_end(struct resolve *res, unsigned ms)
{
	programs_end(&res->programs, ms);
}

const char *resolve_program(const struct resolve *res, uint16_t port, const char *proto)
{
	bool udp;

	return parse_proto(proto, &udp) ? programs_find(&res->programs, port, udp) : NULL;
}
