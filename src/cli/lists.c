/* SPDX-License-Identifier: MIT */
/* The comma lists of -p, -g and -u. */
#include "cli/set.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"

/*
 * lsof's rules: an item without digits is number 0, a comma at the end adds
 * nothing.
 */
bool parse_idspec(struct cursor *list, struct idspec *out)
{
	struct span item;
	struct cursor at;
	uint32_t id = 0;

	*out = (struct idspec){ 0 };
	if (cursor_done(list))
		return false;
	if (!cursor_until(list, ',', &item)) {
		item = cursor_rest(list);
		list->at = list->end;
	}
	at = cursor_span(item);
	out->exclude = cursor_char(&at, '^');
	if (cursor_done(&at))
		return true;
	if (cursor_u32(&at, &id) && cursor_done(&at) && id <= INT_MAX)
		out->id = (int32_t)id;
	else
		out->bad = true;
	return true;
}

typedef int query_id(struct fdmap_query *q, pid_t id, unsigned how, struct fdmap_error *err);

static void set_ids(struct options *o, const char *list, query_id *enter, const char *what)
{
	struct cursor at = cursor_of(list, strlen(list));
	struct idspec spec;

	while (parse_idspec(&at, &spec)) {
		struct fdmap_error err = { .text = "out of memory" };

		if (spec.bad) {
			options_wrong(o, "illegal process %s: %s", what, list);
			return;
		}
		if (enter(o->q, spec.id, spec.exclude ? FDMAP_NOT : 0, &err) < 0)
			options_wrong(o, "%s", err.text);
	}
}

void set_pid(struct options *o, const struct optuse *use)
{
	if (use->value)
		set_ids(o, use->value, fdmap_query_pid, "ID");
	else
		options_wrong(o, "no process ID specified");
}

void set_pgid(struct options *o, const struct optuse *use)
{
	o->fmt.pgid = true;
	if (use->value)
		set_ids(o, use->value, fdmap_query_pgid, "group ID");
}

/* The longest login that lsof looks up. */
#define LOGIN_MAX_LEN 32

/* Digits are a UID, also when somebody is called so. 0, -ENOENT, -ETIMEDOUT. */
static int user_find(struct options *o, const char *user, uid_t *uid)
{
	size_t len = strlen(user);
	struct cursor at = cursor_of(user, len);
	uint32_t id;

	if (len && strspn(user, "0123456789") == len) {
		/* The highest number is "no user" to the kernel. */
		if (!cursor_u32(&at, &id) || id == UINT32_MAX)
			return -ENOENT;
		*uid = id;
		return 0;
	}
	return len && o->m ? fdmap_uid_of(o->m, user, uid) : -ENOENT;
}

static void set_one_user(struct options *o, const char *user, unsigned how)
{
	struct fdmap_error err = { .text = "out of memory" };
	bool number = strspn(user, "0123456789") == strlen(user);
	uid_t uid;
	int r;

	if (strlen(user) > LOGIN_MAX_LEN) {
		options_wrong(o, "-u login name > %d characters: %s", LOGIN_MAX_LEN, user);
		return;
	}
	r = user_find(o, user, &uid);
	if (r == -ETIMEDOUT) {
		o->unanswered++;
		options_refused(o, "can't get UID for %s: the name service does not answer", user);
	} else if (r < 0) {
		options_wrong(o, "can't get UID for %s", user);
	} else if (fdmap_query_uid(o->q, uid, number ? NULL : user, how, &err) < 0) {
		options_wrong(o, "%s", err.text);
	}
}

void set_user(struct options *o, const struct optuse *use)
{
	struct cursor at;

	if (!use->value) {
		options_wrong(o, "no UIDs specified");
		return;
	}
	at = cursor_of(use->value, strlen(use->value));
	while (!cursor_done(&at)) {
		bool exclude = cursor_char(&at, '^');
		struct buf user;
		struct span item;

		if (!cursor_until(&at, ',', &item)) {
			item = cursor_rest(&at);
			at.at = at.end;
		}
		buf_init(&user);
		buf_put(&user, item.p, item.n);
		set_one_user(o, buf_str(&user), exclude ? FDMAP_NOT : 0);
		buf_fini(&user);
	}
}
