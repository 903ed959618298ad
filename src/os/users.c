/* SPDX-License-Identifier: MIT */
/*
 * The first login of a number counts. A line of the list:
 *
 * daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
 *
 * Where nsswitch.conf(5) has this file first, it is read here: no library of
 * the name service is loaded, and no thread is needed. Only what it lacks is
 * asked for; what it says would have come first, whatever the others know. Where
 * others come first they are asked for everything.
 */
#include "os/users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/etc.h"

struct user {
	const char *name; /* NULL: there is none with that number */
	uid_t uid;
};

/* A question: by name, or by number when that is empty. */
struct asked {
	struct errand errand;
	const struct users_calls *calls;
	uid_t uid;
	struct buf login;
	bool by_name;
	int error;
};

void users_init(struct users *u, const struct users_calls *calls)
{
	*u = (struct users){ .calls = calls };
	arena_init(&u->arena);
	buf_init(&u->list);
	hash_init(&u->by_uid);
	buf_init(&u->pending);
	hash_init(&u->by_wait);
}

void users_fini(struct users *u)
{
	errands_free(u->errands);
	hash_fini(&u->by_wait);
	buf_fini(&u->pending);
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
static void add(struct users *u, const char *name, size_t n, uid_t uid)
{
	struct user user = { .uid = uid };

	if (name) {
		user.name = arena_strndup(&u->arena, name, n);
		if (!user.name)
			return; /* users_error */
	}
	buf_put(&u->list, &user, sizeof(user));
	if (!u->list.failed && !hash_find(&u->by_uid, uid, NULL) &&
	    hash_put(&u->by_uid, uid, (uint32_t)(count(u) - 1)) < 0)
		u->list.failed = true;
}

int users_error(const struct users *u)
{
	return u->exhausted || u->list.failed || arena_failed(&u->arena) ? -ENOMEM : 0;
}

void users_list(struct users *u, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span login;
	uint32_t uid;

	u->listed = true;
	while (etc_next_user(&c, &login, &uid))
		add(u, login.p, login.n, uid);
}

/* ---- this machine ------------------------------------------------------------ */

/* Somebody may have been added since it was read: who is there already stays. */
static void read_file(struct users *u)
{
	struct buf text;
	struct cursor c;
	struct span login;
	uint32_t uid;
	bool first = !u->chosen;
	size_t known = count(u);

	if (first)
		u->nss = read_nss("passwd");
	u->chosen = true;
	if (!u->nss.file)
		return;
	buf_init(&text);
	if (read_etc("/etc/passwd", &text) < 0) {
		u->nss.more = true; /* whoever can tell */
		buf_reset(&text);
	}
	c = cursor_of(buf_str(&text), text.n);
	while (etc_next_user(&c, &login, &uid)) {
		uint32_t i;

		/* Names of one number are kept together, when it is read for the first time. */
		if (first || !hash_find(&u->by_uid, uid, &i) || i >= known)
			add(u, login.p, login.n, uid);
	}
	buf_fini(&text);
}

/* ---- questions --------------------------------------------------------------- */

static void asked_run(struct errand *e)
{
	struct asked *a = (struct asked *)e;

	a->error = a->by_name ? a->calls->uid(buf_str(&a->login), &a->uid)
			      : a->calls->login(a->uid, &a->login);
}

static void asked_free(struct errand *e)
{
	struct asked *a = (struct asked *)e;

	buf_fini(&a->login);
	free(a);
}

/* login NULL: for the name of uid. NULL: out of memory. */
static struct asked *put(struct users *u, const char *login, uid_t uid)
{
	struct asked *a;

	if (!u->errands && errands_new(&u->errands, USERS_THREADS) < 0)
		return NULL;
	a = calloc(1, sizeof(*a));
	if (!a)
		return NULL;
	a->errand.run = asked_run;
	a->errand.free = asked_free;
	a->calls = u->calls;
	a->uid = uid;
	buf_init(&a->login);
	a->by_name = login != NULL;
	if (login)
		buf_puts(&a->login, login);
	return errands_put(u->errands, &a->errand) < 0 ? NULL : a;
}

static bool knows(const struct users *u, uid_t uid)
{
	return hash_find(&u->by_uid, uid, NULL) || hash_find(&u->by_wait, uid, NULL);
}

static int begin_one(struct users *u, uid_t uid)
{
	struct asked *a;

	if (!u->nss.more) {
		add(u, NULL, 0, uid);
		return 0;
	}
	a = put(u, NULL, uid);
	if (!a)
		return -ENOMEM;
	buf_put(&u->pending, &a, sizeof(a));
	return u->pending.failed ? -ENOMEM : hash_put(&u->by_wait, uid, 0);
}

int users_begin(struct users *u, const uid_t *uids, size_t n)
{
	bool fresh = false;
	int err = 0;

	if (u->errands)
		errands_round(u->errands);
	if (u->listed)
		return 0;
	for (size_t i = 0; i < n && err == 0; i++) {
		if (knows(u, uids[i]))
			continue;
		if (!fresh)
			read_file(u);
		fresh = true;
		if (!knows(u, uids[i]))
			err = begin_one(u, uids[i]);
	}
	if (u->errands)
		errands_start(u->errands);
	return err;
}

/* Takes the answers that have come. */
static void collect(struct users *u)
{
	struct asked **a = (void *)u->pending.p;
	size_t n = u->pending.n / sizeof(struct asked *), left = 0;

	for (size_t i = 0; i < n; i++) {
		if (!a[i]->errand.known)
			a[left++] = a[i];
		else if (a[i]->error == 0 && a[i]->login.n)
			add(u, buf_str(&a[i]->login), a[i]->login.n, a[i]->uid);
		else if (a[i]->error == -ENOMEM)
			u->exhausted = true;
		else
			add(u, NULL, 0, a[i]->uid);
	}
	u->pending.n = left * sizeof(struct asked *);
}

/* Whom a service did not answer in time does not wait for it once more. */
static unsigned patience(struct users *u, unsigned ms)
{
	return errands_behind(u->errands) ? 0 : ms;
}

void users_end(struct users *u, unsigned ms)
{
	if (!u->errands)
		return;
	errands_wait(u->errands, patience(u, ms));
	collect(u);
}

const char *users_name(struct users *u, uid_t uid, unsigned ms)
{
	uint32_t i;

	if (!u->listed && !knows(u, uid) && users_begin(u, &uid, 1) == 0)
		users_end(u, ms);
	return hash_find(&u->by_uid, uid, &i) ? user_at(u, i)->name : NULL;
}

bool users_waiting(const struct users *u, uid_t uid)
{
	return hash_find(&u->by_wait, uid, NULL) && !hash_find(&u->by_uid, uid, NULL);
}

static int find_uid(const struct users *u, const char *login, uid_t *uid)
{
	for (size_t i = 0; i < count(u); i++) {
		const struct user *user = user_at(u, i);

		if (user->name && strcmp(user->name, login) == 0) {
			*uid = user->uid;
			return 0;
		}
	}
	return -ENOENT;
}

int users_uid(struct users *u, const char *login, unsigned ms, uid_t *uid)
{
	struct asked *a;

	if (!u->listed && !u->chosen)
		read_file(u);
	if ((u->listed || u->nss.file) && find_uid(u, login, uid) == 0)
		return 0;
	if (users_error(u) < 0)
		return -ENOMEM;
	if (u->listed || !u->nss.more)
		return -ENOENT;
	if (u->errands)
		errands_round(u->errands);
	a = put(u, login, 0);
	if (!a)
		return -ENOMEM;
	users_end(u, ms);
	if (!a->errand.known)
		return -ETIMEDOUT;
	if (a->error == 0)
		*uid = a->uid;
	return a->error;
}
