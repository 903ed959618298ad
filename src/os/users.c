/* SPDX-License-Identifier: MIT */
/*
 * The first login of a number counts. A line of the list:
 *
 * daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
 */
#include "os/users.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "os/etc.h"

#define ENTRY_MAX ((size_t)1 << 20) /* the largest passwd entry read */

struct user {
	const char *name; /* NULL: there is none with that number */
	uid_t uid;
};

void users_init(struct users *u)
{
	arena_init(&u->arena);
	buf_init(&u->list);
	hash_init(&u->by_uid);
	u->listed = false;
}

void users_fini(struct users *u)
{
	hash_fini(&u->by_uid);
	buf_fini(&u->list);
	arena_fini(&u->arena);
}

static size_t count(const struct users *u)
{
	return u->list.n / sizeof(struct user);
}

static const struct user *user_at(const struct users *u, size_t i)
{
	return &((const struct user *)(const void *)u->list.p)[i];
}

/* name NULL: remembers that there is none. */
static const char *add(struct users *u, const char *name, size_t n, uid_t uid)
{
	struct user user = { .uid = uid };

	if (name) {
		user.name = arena_strndup(&u->arena, name, n);
		if (!user.name)
			return NULL;
	}
	buf_put(&u->list, &user, sizeof(user));
	if (!u->list.failed && !hash_find(&u->by_uid, uid, NULL) &&
	    hash_put(&u->by_uid, uid, (uint32_t)(count(u) - 1)) < 0)
		return NULL;
	return user.name;
}

void users_list(struct users *u, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span login;
	uint32_t uid;

	u->listed = true;
	while (etc_next_user(&c, &login, &uid))
		(void)add(u, login.p, login.n, uid);
}

/* By login, or by uid when login is NULL; room holds what pw points to. 0, -ENOENT, -ENOMEM */
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

static const char *ask_name_of(struct users *u, uid_t uid)
{
	struct buf room;
	struct passwd pw;
	const char *name;

	buf_init(&room);
	if (read_passwd(NULL, uid, &pw, &room) == 0)
		name = add(u, pw.pw_name, strlen(pw.pw_name), uid);
	else
		name = add(u, NULL, 0, uid);
	buf_fini(&room);
	return name;
}

static int ask_uid_of(const char *login, uid_t *uid)
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

const char *users_name(struct users *u, uid_t uid)
{
	uint32_t i;

	if (hash_find(&u->by_uid, uid, &i))
		return user_at(u, i)->name;
	return u->listed ? NULL : ask_name_of(u, uid);
}

int users_uid(const struct users *u, const char *login, uid_t *uid)
{
	if (!u->listed)
		return ask_uid_of(login, uid);
	for (size_t i = 0; i < count(u); i++) {
		const struct user *user = user_at(u, i);

		if (strcmp(user->name, login) == 0) {
			*uid = user->uid;
			return 0;
		}
	}
	return -ENOENT;
}
