/* SPDX-License-Identifier: MIT */
/*
 * Users, services and hosts: from the lists of the recorded tree, or from the
 * name service of this machine.
 */
#include "os/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "os/ask.h"
#include "os/etc.h"
#include "os/programs.h"

#define ENTRY_MAX ((size_t)1 << 20) /* the largest passwd or services entry read */

/* Where a list comes from; decided when it is first needed. */
enum from {
	FROM_UNKNOWN,
	FROM_TREE,
	FROM_MACHINE,
};

struct user {
	const char *name; /* NULL: there is none with that number */
	uid_t uid;
};

struct service {
	const char *name;
	uint16_t port;
	bool udp;
};

struct host {
	const char *name;
	struct resolve_addr addr;
};

struct resolve {
	struct root *root;
	struct arena arena; /* all texts */
	enum from users_from, services_from, hosts_from;
	struct buf users, services, hosts; /* arrays of the structs above */
	struct hash by_uid;		   /* index of users */
	struct hash by_port;		   /* port * 2 + udp: index of services */
	struct ask *ask;		   /* NULL until a host is asked for */
	struct programs programs;
};

#define LIST_LEN(list, type) ((list)->n / sizeof(type))
#define LIST_AT(list, type, i) (&((const type *)(const void *)(list)->p)[i])

int resolve_new(struct resolve **out, struct root *root)
{
	struct resolve *res = calloc(1, sizeof(*res));

	if (!res)
		return -ENOMEM;
	res->root = root;
	arena_init(&res->arena);
	buf_init(&res->users);
	buf_init(&res->services);
	buf_init(&res->hosts);
	hash_init(&res->by_uid);
	hash_init(&res->by_port);
	programs_init(&res->programs);
	*out = res;
	return 0;
}

void resolve_free(struct resolve *res)
{
	if (!res)
		return;
	ask_free(res->ask);
	programs_fini(&res->programs);
	hash_fini(&res->by_port);
	hash_fini(&res->by_uid);
	buf_fini(&res->hosts);
	buf_fini(&res->services);
	buf_fini(&res->users);
	arena_fini(&res->arena);
	free(res);
}

/*
 * The text of a list when the observed system is a recorded tree; one that has
 * no such list has an empty one. What is a procfs has neither.
 */
static enum from read_list(struct resolve *res, const char *name, struct buf *text)
{
	if (res->root->live)
		return FROM_MACHINE;
	if (root_read(res->root, NULL, name, text) == 0)
		return FROM_TREE;
	buf_reset(text);
	if (root_read(res->root, NULL, "manifest", text) < 0)
		return FROM_MACHINE;
	buf_reset(text);
	return FROM_TREE;
}

/* ---- users --------------------------------------------------------------- */

/* name NULL: remembers that there is none. The first of a number counts. */
static const char *add_user(struct resolve *res, const char *name, size_t n, uid_t uid)
{
	struct user u = { .uid = uid };

	if (name) {
		u.name = arena_strndup(&res->arena, name, n);
		if (!u.name)
			return NULL;
	}
	buf_put(&res->users, &u, sizeof(u));
	if (!res->users.failed && !hash_find(&res->by_uid, uid, NULL) &&
	    hash_put(&res->by_uid, uid, (uint32_t)(LIST_LEN(&res->users, struct user) - 1)) < 0)
		return NULL;
	return u.name;
}

static void parse_users(struct resolve *res, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span login;
	uint32_t uid;

	while (etc_next_user(&c, &login, &uid))
		(void)add_user(res, login.p, login.n, uid);
}

static void load_users(struct resolve *res)
{
	struct buf text;

	if (res->users_from != FROM_UNKNOWN)
		return;
	buf_init(&text);
	res->users_from = read_list(res, "etc/passwd", &text);
	if (res->users_from == FROM_TREE)
		parse_users(res, (struct span){ buf_str(&text), text.n });
	buf_fini(&text);
}

/* By login, or by uid when login is NULL; room holds what pw points to. 0, -ENOENT */
static int read_passwd(const char *login, uid_t uid, struct passwd *pw, struct buf *room)
{
	struct passwd *found = NULL;
	size_t size = 1024;
	int err = ERANGE;

	while ((err == ERANGE && size < ENTRY_MAX) || err == EINTR) {
		size = err == ERANGE ? size * 2 : size;
		if (buf_reserve(room, size) < 0)
			return -ENOMEM;
		err = login ? getpwnam_r(login, pw, room->p, size, &found)
			    : getpwuid_r(uid, pw, room->p, size, &found);
	}
	return found ? 0 : -ENOENT;
}

static const char *ask_user(struct resolve *res, uid_t uid)
{
	struct buf room;
	struct passwd pw;
	const char *name;

	buf_init(&room);
	if (read_passwd(NULL, uid, &pw, &room) == 0)
		name = add_user(res, pw.pw_name, strlen(pw.pw_name), uid);
	else
		name = add_user(res, NULL, 0, uid);
	buf_fini(&room);
	return name;
}

const char *resolve_user(struct resolve *res, uid_t uid)
{
	uint32_t i;

	load_users(res);
	if (hash_find(&res->by_uid, uid, &i))
		return LIST_AT(&res->users, struct user, i)->name;
	return res->users_from == FROM_MACHINE ? ask_user(res, uid) : NULL;
}

int resolve_uid(struct resolve *res, const char *login, uid_t *uid)
{
	struct buf room;
	struct passwd pw;
	int err = -ENOENT;

	load_users(res);
	if (res->users_from == FROM_MACHINE) {
		buf_init(&room);
		err = read_passwd(login, 0, &pw, &room);
		if (err == 0)
			*uid = pw.pw_uid;
		buf_fini(&room);
		return err;
	}
	for (size_t i = 0; i < LIST_LEN(&res->users, struct user); i++) {
		const struct user *u = LIST_AT(&res->users, struct user, i);

		if (strcmp(u->name, login) == 0) {
			*uid = u->uid;
			return 0;
		}
	}
	return err;
}

/* ---- services ------------------------------------------------------------ */

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static void add_service(struct resolve *res, struct span name, uint16_t port, bool udp)
{
	struct service s = { .port = port, .udp = udp };
	uint64_t key = (uint64_t)port * 2 + udp;

	s.name = arena_strndup(&res->arena, name.p, name.n);
	if (!s.name)
		return;
	buf_put(&res->services, &s, sizeof(s));
	/* Aliases come behind the name, later names of a port behind the first. */
	if (!res->services.failed && !hash_find(&res->by_port, key, NULL) &&
	    hash_put(&res->by_port, key, (uint32_t)(LIST_LEN(&res->services, struct service) - 1)) <
		    0)
		res->services.failed = true;
}

static void parse_services(struct resolve *res, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span name, aliases;
	uint16_t port;
	bool udp;

	while (etc_next_service(&c, &name, &aliases, &port, &udp)) {
		struct cursor a = cursor_span(aliases);

		do {
			add_service(res, name, port, udp);
		} while (cursor_field(&a, &name));
	}
}

static void list_services(struct resolve *res)
{
	struct servent s, *found;
	struct buf room;
	size_t size = 1024;
	bool udp;
	int err;

	buf_init(&room);
	setservent(1);
	while (buf_reserve(&room, size) == 0) {
		err = getservent_r(&s, room.p, size, &found);
		if (err == ERANGE && size < ENTRY_MAX) {
			size *= 2;
			continue;
		}
		if (err != 0 || !found)
			break;
		if (!etc_parse_proto(span_of(s.s_proto), &udp))
			continue;
		add_service(res, span_of(s.s_name), ntohs((uint16_t)s.s_port), udp);
		for (char **alias = s.s_aliases; *alias; alias++)
			add_service(res, span_of(*alias), ntohs((uint16_t)s.s_port), udp);
	}
	endservent();
	buf_fini(&room);
}

static void load_services(struct resolve *res)
{
	struct buf text;

	if (res->services_from != FROM_UNKNOWN)
		return;
	buf_init(&text);
	res->services_from = read_list(res, "etc/services", &text);
	if (res->services_from == FROM_TREE)
		parse_services(res, (struct span){ buf_str(&text), text.n });
	else
		list_services(res);
	buf_fini(&text);
}

const char *resolve_service(struct resolve *res, uint16_t port, const char *proto)
{
	uint32_t i;
	bool udp;

	if (!etc_parse_proto(span_of(proto), &udp))
		return NULL;
	load_services(res);
	if (!hash_find(&res->by_port, (uint64_t)port * 2 + udp, &i))
		return NULL;
	return LIST_AT(&res->services, struct service, i)->name;
}

int resolve_port(struct resolve *res, const char *service, const char *proto, uint16_t *port)
{
	bool udp;

	if (!etc_parse_proto(span_of(proto), &udp))
		return -ENOENT;
	load_services(res);
	for (size_t i = 0; i < LIST_LEN(&res->services, struct service); i++) {
		const struct service *s = LIST_AT(&res->services, struct service, i);

		if (s->udp == udp && strcmp(s->name, service) == 0) {
			*port = s->port;
			return 0;
		}
	}
	return -ENOENT;
}

/* ---- hosts --------------------------------------------------------------- */

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
	for (size_t i = 0; i < LIST_LEN(&res->hosts, struct host); i++) {
		const struct host *h = LIST_AT(&res->hosts, struct host, i);

		if (h->addr.family == family && strcasecmp(h->name, host) == 0) {
			*addr = h->addr;
			return 0;
		}
	}
	return -ENOENT;
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
	for (size_t i = 0; i < LIST_LEN(&res->hosts, struct host); i++) {
		const struct host *h = LIST_AT(&res->hosts, struct host, i);

		if (h->addr.family == plain.family &&
		    memcmp(&h->addr.a, &plain.a, sizeof(plain.a)) == 0)
			return h->name;
	}
	return NULL;
}

/* ---- programs ------------------------------------------------------------ */

void resolve_programs_begin(struct resolve *res)
{
	struct buf text;

	if (res->programs.asked)
		return;
	buf_init(&text);
	if (read_list(res, "etc/portmap", &text) == FROM_TREE)
		programs_list(&res->programs, (struct span){ buf_str(&text), text.n });
	else
		programs_begin(&res->programs, PORTMAP_PORT);
	buf_fini(&text);
}

void resolve_programs_end(struct resolve *res, unsigned ms)
{
	programs_end(&res->programs, ms);
}

const char *resolve_program(const struct resolve *res, uint16_t port, const char *proto)
{
	bool udp;

	return etc_parse_proto(span_of(proto), &udp) ? programs_find(&res->programs, port, udp)
						     : NULL;
}
