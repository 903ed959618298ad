/* SPDX-License-Identifier: MIT */
/* Options that select: -c, -i, -X, -s, -K, -Z, +L, -U and --sockets. */
#include "cli/set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cursor.h"

/* The kernel's TASK_COMM_LEN without its terminator. */
#define COMMAND_MAX 15

static void entered(struct options *o, int rc, const struct fdmap_error *err)
{
	/* The words may be right: nobody could tell, and the usage does not help. */
	if (rc == -ETIMEDOUT) {
		o->unanswered++;
		options_refused(o, "%s", err->text);
	} else if (rc < 0) {
		options_wrong(o, "%s", rc == -EINVAL ? err->text : strerror(-rc));
	}
}

static int re_wrong(struct fdmap_error *err, const char *what, const char *text)
{
	snprintf(err->text, sizeof(err->text), "%s: %.400s", what, text);
	return -EINVAL;
}

int parse_respec(const char *text, struct respec *out, struct fdmap_error *err)
{
	const char *end = strchr(text + 1, '/');
	bool basic = false, extended = false, any_case = false;

	if (!end)
		return re_wrong(err, "regexp doesn't end with '/'", text);
	*out = (struct respec){ .re = { text + 1, (size_t)(end - text - 1) } };
	for (const char *p = end + 1; *p; p++) {
		char one[2] = { *p, 0 };
		bool *flag = *p == 'b' ? &basic : *p == 'x' ? &extended : &any_case;

		if (!strchr("bix", *p))
			return re_wrong(err, "invalid regexp modifier", one);
		if (*flag) {
			char what[] = "? regexp modifier already used";

			what[0] = *p;
			return re_wrong(err, what, text);
		}
		*flag = true;
	}
	if (basic && extended)
		return re_wrong(err, "b and x regexp modifiers conflict", text);
	out->how = (basic ? FDMAP_BASIC_RE : 0u) | (any_case ? FDMAP_ICASE : 0u);
	return 0;
}

static void set_regex(struct options *o, const char *text)
{
	struct fdmap_error err = { .text = "" };
	struct respec spec;
	char *re;
	int rc = parse_respec(text, &spec, &err);

	if (rc < 0) {
		entered(o, rc, &err);
		return;
	}
	re = strndup(spec.re.p, spec.re.n);
	/* lsof's reports name a regex without its slashes. */
	rc = re ? fdmap_query_regex(o->q, re, re, spec.how, &err) : -ENOMEM;
	free(re);
	entered(o, rc, &err);
}

void set_command(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };
	const char *text = use->value;
	unsigned how = 0;

	if (!text || *text == '-' || *text == '+') {
		options_wrong(o, "missing -c option value");
		return;
	}
	if (*text == '/') {
		set_regex(o, text);
		return;
	}
	if (*text == '^') {
		how = FDMAP_NOT;
		text++;
	}
	if (strlen(text) > COMMAND_MAX)
		options_wrong(o, "\"-c %s\" length (%zu) > what system provides (%d)", text,
			      strlen(text), COMMAND_MAX);
	else
		entered(o, fdmap_query_command(o->q, text, how, &err), &err);
}

void set_inet(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };
	const char *spec = use->value;
	const unsigned before = o->errors;

	o->inet = true;
	if (!spec)
		entered(o, fdmap_query_inet_all(o->q, 0), &err);
	else if (!*spec)
		options_wrong(o, "incomplete Internet address specification: -i %s", spec);
	else if (strcmp(spec, "4") == 0 || strcmp(spec, "6") == 0)
		entered(o, fdmap_query_inet_all(o->q, *spec - '0'), &err);
	else
		entered(o, fdmap_query_inet(o->q, o->m, spec, &err), &err);
	if (o->errors > before && spec)
		o->inet_wrong = spec;
}

static void set_one_state(struct options *o, const char *proto, struct span item, const char *whole)
{
	struct fdmap_error err = { .text = "" };
	unsigned how = 0;
	struct buf name;

	if (item.n && *item.p == '^') {
		how = FDMAP_NOT;
		item.p++;
		item.n--;
	}
	if (!item.n) {
		options_wrong(o, "NULL %s state name in: %s", proto, whole);
		return;
	}
	buf_init(&name);
	buf_put(&name, item.p, item.n);
	entered(o, fdmap_query_state(o->q, proto, buf_str(&name), how, &err), &err);
	buf_fini(&name);
}

const char *const state_protocols[] = { "TCP", "UDP", NULL };

void set_state(struct options *o, const struct optuse *use)
{
	const char *spec = use->value, *proto = NULL;
	struct cursor at;
	struct span item;

	if (!spec) {
		o->fmt.size_only = true;
		return;
	}
	for (size_t i = 0; state_protocols[i]; i++)
		if (strncasecmp(spec, state_protocols[i], 3) == 0 && spec[3] == ':')
			proto = state_protocols[i];
	if (!proto) {
		options_wrong(o, "unknown -s protocol: \"%s\"", spec);
		return;
	}
	at = cursor_of(spec + 4, strlen(spec + 4));
	if (cursor_done(&at))
		options_wrong(o, "no %s state names in: %s", proto, spec);
	while (!cursor_done(&at)) {
		if (!cursor_until(&at, ',', &item)) {
			item = cursor_rest(&at);
			at.at = at.end;
		}
		set_one_state(o, proto, item, spec);
	}
}

void set_links(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };
	struct cursor at;
	uint64_t below;

	o->fmt.nlink = use->row->prefix == '+';
	if (!use->value)
		return;
	if (use->row->prefix == '-') {
		options_wrong(o, "no number may follow -L");
		return;
	}
	at = cursor_of(use->value, strlen(use->value));
	if (!cursor_u64(&at, &below))
		below = UINT64_MAX;
	entered(o, fdmap_query_nlink(o->q, below), &err);
}

void set_tasks(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	if (!use->value)
		entered(o, fdmap_query_tasks(o->q, FDMAP_TASKS_SELECT), &err);
	else if (strcasecmp(use->value, "i") == 0)
		entered(o, fdmap_query_tasks(o->q, FDMAP_TASKS_IGNORE), &err);
	else
		options_wrong(o, "-K not followed by i (but by %s)", use->value);
}

/* Each turns it round. */
void set_skip_inet(struct options *o, const struct optuse *use)
{
	(void)use;
	o->skip_inet = !o->skip_inet;
}

void set_context(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	if (!o->m || !fdmap_has_selinux(o->m)) {
		options_wrong(o, "-Z limited to SELinux");
		return;
	}
	o->fmt.context = true;
	if (use->value)
		entered(o, fdmap_query_context(o->q, o->m, use->value, &err), &err);
}

void set_unix(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	(void)use;
	entered(o, fdmap_query_unix(o->q), &err);
}

void set_sockets(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	(void)use;
	entered(o, fdmap_query_sockets(o->q), &err);
}
