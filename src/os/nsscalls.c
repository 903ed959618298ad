/* SPDX-License-Identifier: MIT */
/*
 * The name service of this machine, as the C library calls it, with the libraries that
 * nsswitch.conf(5) names. A program that is linked statically has static/nsscalls.c instead.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <rpc/netdb.h>
#include <stdlib.h>
#include <string.h>

#include "os/ask.h"
#include "os/etc.h"
#include "os/programs.h"
#include "os/services.h"
#include "os/users.h"

/* The largest entries read. */
#define USER_MAX ((size_t)1 << 20)
#define SERVICE_MAX ((size_t)1 << 20)
#define PROGRAM_MAX ((size_t)1 << 16)

/* ---- users ------------------------------------------------------------------- */

/* By login, or by uid when login is NULL; room holds what pw points to. 0, -ENOENT, -ENOMEM */
static int read_passwd(const char *login, uid_t uid, struct passwd *pw, struct buf *room)
{
	struct passwd *found = NULL;
	size_t size = 1024;
	int err = ERANGE;

	while ((err == ERANGE && size < USER_MAX) || err == EINTR) {
		size = err == ERANGE ? size * 2 : size;
		if (buf_reserve(room, size) < 0)
			return -ENOMEM;
		err = login ? getpwnam_r(login, pw, room->p, size, &found)
			    : getpwuid_r(uid, pw, room->p, size, &found);
	}
	if (found)
		return 0;
	return err == ENOMEM || err == EMFILE || err == ENFILE ? -ENOMEM : -ENOENT;
}

static int machine_login(uid_t uid, struct buf *login)
{
	struct buf room;
	struct passwd pw;
	int err;

	buf_init(&room);
	err = read_passwd(NULL, uid, &pw, &room);
	if (err == 0)
		buf_puts(login, pw.pw_name);
	buf_fini(&room);
	return login->failed ? -ENOMEM : err;
}

static int machine_uid(const char *login, uid_t *uid)
{
	struct buf room;
	struct passwd pw;
	int err;

	buf_init(&room);
	err = read_passwd(login, 0, &pw, &room);
	if (err == 0)
		*uid = pw.pw_uid;
	buf_fini(&room);
	return err;
}

const struct users_calls users_machine = {
	.login = machine_login,
	.uid = machine_uid,
};

/* ---- hosts ------------------------------------------------------------------- */

static int machine_name(const struct resolve_addr *addr, char *name, size_t len)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	int err;

	if (addr->family == AF_INET6) {
		v6.sin6_addr = addr->a.v6;
		err = getnameinfo((struct sockaddr *)&v6, sizeof(v6), name, (socklen_t)len, NULL, 0,
				  NI_NAMEREQD);
	} else {
		v4.sin_addr = addr->a.v4;
		err = getnameinfo((struct sockaddr *)&v4, sizeof(v4), name, (socklen_t)len, NULL, 0,
				  NI_NAMEREQD);
	}
	return err ? -ENOENT : 0;
}

static int machine_address(const char *host, int family, struct resolve_addr *addr)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;

	if (getaddrinfo(host, NULL, &hints, &list) != 0)
		return -ENOENT;
	*addr = (struct resolve_addr){ .family = family };
	if (family == AF_INET6)
		addr->a.v6 = ((const struct sockaddr_in6 *)(const void *)list->ai_addr)->sin6_addr;
	else
		addr->a.v4 = ((const struct sockaddr_in *)(const void *)list->ai_addr)->sin_addr;
	freeaddrinfo(list);
	return 0;
}

const struct ask_calls ask_machine = {
	.name = machine_name,
	.address = machine_address,
};

/* ---- services ---------------------------------------------------------------- */

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
	services_add(s, span_of(entry->s_name), port, udp);
	for (char **alias = entry->s_aliases; *alias; alias++)
		services_add(s, span_of(*alias), port, udp);
}

void services_machine(struct services *s)
{
	struct servent entry, *found;
	struct buf room;
	size_t size = 1024;
	int err;

	buf_init(&room);
	setservent(1);
	while (buf_reserve(&room, size) == 0) {
		err = getservent_r(&entry, room.p, size, &found);
		if (err == ERANGE && size < SERVICE_MAX) {
			size *= 2;
			continue;
		}
		if (err != 0 || !found)
			break;
		add_entry(s, &entry);
	}
	endservent();
	s->list.failed |= room.failed;
	buf_fini(&room);
}

/* ---- programs of RPC --------------------------------------------------------- */

int programs_machine(uint32_t program, struct buf *name)
{
	struct rpcent entry, *found = NULL;
	struct buf room;
	size_t size = 512;

	buf_init(&room);
	while (size < PROGRAM_MAX && buf_reserve(&room, size) == 0 &&
	       getrpcbynumber_r((int)program, &entry, room.p, size, &found) == ERANGE)
		size *= 2;
	if (found && found->r_name)
		buf_puts(name, found->r_name);
	buf_fini(&room);
	return name->n && !name->failed ? 0 : -ENOENT;
}
