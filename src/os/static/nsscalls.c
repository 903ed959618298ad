/* SPDX-License-Identifier: MIT */
/*
 * The name service of a program that is linked statically: the plain files, and nobody else.
 * The C library's own would load what nsswitch.conf(5) names into such a program, which only
 * ends well with the very C library that it was linked with. So ../nsscalls.c is left out of it.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "os/ask.h"
#include "os/etc.h"
#include "os/nss.h"
#include "os/programs.h"
#include "os/services.h"
#include "os/users.h"

/* 0: `c` runs over the file, which `text` holds; or -errno */
static int open_list(const char *path, struct buf *text, struct cursor *c)
{
	int err;

	buf_init(text);
	err = read_etc(path, text);
	*c = cursor_of(buf_str(text), err ? 0 : text->n);
	return err;
}

/* No file is no name; no memory is told. */
static int not_found(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE ? -ENOMEM : -ENOENT;
}

static int file_login(uid_t uid, struct buf *login)
{
	struct buf text;
	struct cursor c;
	struct span name;
	uint32_t number;
	int err = not_found(open_list("/etc/passwd", &text, &c));

	while (err == -ENOENT && etc_next_user(&c, &name, &number)) {
		if (number != uid)
			continue;
		buf_put(login, name.p, name.n);
		err = login->failed ? -ENOMEM : 0;
	}
	buf_fini(&text);
	return err;
}

static int file_uid(const char *login, uid_t *uid)
{
	struct buf text;
	struct cursor c;
	struct span name;
	uint32_t number;
	int err = not_found(open_list("/etc/passwd", &text, &c));

	while (err == -ENOENT && etc_next_user(&c, &name, &number)) {
		if (!span_eq(name, login))
			continue;
		*uid = number;
		err = 0;
	}
	buf_fini(&text);
	return err;
}

const struct users_calls users_machine = {
	.login = file_login,
	.uid = file_uid,
};

static int file_name(const struct resolve_addr *addr, char *name, size_t len)
{
	const struct resolve_addr wanted = ask_plain(addr);
	struct buf text;
	struct cursor c, words;
	struct span names, first;
	struct resolve_addr at;
	int err = -ENOENT;

	(void)open_list("/etc/hosts", &text, &c);
	while (err && etc_next_host(&c, &names, &at)) {
		at = ask_plain(&at);
		words = cursor_span(names);
		if (memcmp(&at, &wanted, sizeof(at)) != 0 || !cursor_field(&words, &first) ||
		    first.n >= len)
			continue;
		memcpy(name, first.p, first.n);
		name[first.n] = '\0';
		err = 0;
	}
	buf_fini(&text);
	return err;
}

static bool names_host(struct span names, const char *host)
{
	struct cursor c = cursor_span(names);
	struct span name;

	while (cursor_field(&c, &name)) {
		if (name.n == strlen(host) && strncasecmp(name.p, host, name.n) == 0)
			return true;
	}
	return false;
}

static int file_address(const char *host, int family, struct resolve_addr *addr)
{
	struct buf text;
	struct cursor c;
	struct span names;
	struct resolve_addr at;
	int err = -ENOENT;

	(void)open_list("/etc/hosts", &text, &c);
	while (err && etc_next_host(&c, &names, &at)) {
		if (at.family != family || !names_host(names, host))
			continue;
		*addr = at;
		err = 0;
	}
	buf_fini(&text);
	return err;
}

const struct ask_calls ask_machine = {
	.name = file_name,
	.address = file_address,
};

void services_machine(struct services *s)
{
	struct buf text;
	struct cursor c;

	if (open_list("/etc/services", &text, &c) == 0)
		services_list(s, cursor_rest(&c));
	buf_fini(&text);
}

int programs_machine(uint32_t program, struct buf *name)
{
	struct buf text;
	struct cursor c;
	struct span said;
	uint32_t number;

	(void)open_list("/etc/rpc", &text, &c);
	while (!name->n && etc_next_program(&c, &said, &number)) {
		if (number == program)
			buf_put(name, said.p, said.n);
	}
	buf_fini(&text);
	return name->n && !name->failed ? 0 : -ENOENT;
}
