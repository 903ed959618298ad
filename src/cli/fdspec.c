/* SPDX-License-Identifier: MIT */
/* The lists of -d: numbers, ranges and names of descriptors. */
#include "cli/set.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Every number that a descriptor may have; slots are negative. */
#define NUMBERS 1

/* Those without a help are lsof's of other systems. */
static const struct {
	const char *name;
	int slot;
	const char *help;
} fdspec_names[] = {
	{ "fd", NUMBERS, "every descriptor with a number" },
	{ "cwd", FDMAP_FD_CWD, "working directory" },
	{ "rtd", FDMAP_FD_RTD, "root directory" },
	{ "txt", FDMAP_FD_TXT, "file of the program" },
	{ "mem", FDMAP_FD_MEM, "mapped files" },
	{ "DEL", FDMAP_FD_DEL, "mapped files that were deleted" },
	{ "NOFD", FDMAP_FD_NOFD, "descriptors that may not be listed" },
	{ "uring", FDMAP_FD_URING, "files that a ring holds" },
	{ "err", 0, NULL },
	{ "unk", 0, NULL },
	{ "pd", 0, NULL },
	{ "ltx", 0, NULL },
	{ "fp", 0, NULL },
	{ "twd", 0, NULL },
	{ "ctty", 0, NULL },
	{ "jd.", 0, NULL },
	{ "v86", 0, NULL },
	{ "m86", 0, NULL },
	{ "mmap", 0, NULL },
};

const char *fdspec_name(size_t i, const char **help)
{
	if (i >= ARRAY_LEN(fdspec_names) || !fdspec_names[i].help)
		return NULL;
	*help = fdspec_names[i].help;
	return fdspec_names[i].name;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers that no descriptor has are as good as the highest. */
static uint32_t fdspec_number(struct cursor *at)
{
	const char *start = at->at;
	uint32_t v;

	if (cursor_u32(at, &v) && v <= INT_MAX)
		return v;
	at->at = start;
	while (!cursor_done(at) && is_digit(*at->at))
		at->at++;
	return (uint32_t)INT_MAX;
}

static int fdspec_wrong(struct fdmap_error *err, const char *what, struct span item)
{
	int n = item.n < 400 ? (int)item.n : 400;

	if (err)
		snprintf(err->text, sizeof(err->text), "%s%.*s", what, n, item.p);
	return -EINVAL;
}

static int fdspec_range(struct span item, struct fdspec *out, struct fdmap_error *err)
{
	struct cursor at = cursor_span(item);
	struct cursor digits = at;
	size_t dashes = 0;

	out->what = FDSPEC_RANGE;
	out->lo = fdspec_number(&at);
	if (cursor_done(&at)) {
		out->hi = out->lo;
		return 0;
	}
	for (; !cursor_done(&digits); digits.at++) {
		if (*digits.at == '-')
			dashes++;
		else if (!is_digit(*digits.at))
			dashes = 2;
		if (dashes > 1)
			return fdspec_wrong(err, "non-digit in -d FD range: ", item);
	}
	at.at++;
	out->hi = cursor_done(&at) ? 0 : fdspec_number(&at);
	if (out->lo >= out->hi)
		return fdspec_wrong(err, "-d FD range's low >= its high: ", item);
	return 0;
}

int parse_fdspec(struct span item, struct fdspec *out, struct fdmap_error *err)
{
	*out = (struct fdspec){ 0 };
	if (item.n && *item.p == '^') {
		out->exclude = true;
		item.p++;
		item.n--;
	}
	if (item.n && *item.p == '-')
		return fdspec_wrong(err, "illegal FD range for -d: ", item);
	for (size_t i = 0; i < ARRAY_LEN(fdspec_names); i++) {
		if (!span_eq(item, fdspec_names[i].name))
			continue;
		if (fdspec_names[i].slot == NUMBERS) {
			out->what = FDSPEC_RANGE;
			out->hi = (uint32_t)INT_MAX;
			return 0;
		}
		out->what = fdspec_names[i].slot ? FDSPEC_SLOT : FDSPEC_NOTHING;
		out->slot = fdspec_names[i].slot;
		return 0;
	}
	if (item.n && is_digit(*item.p)) {
		struct cursor at = cursor_span(item);

		fdspec_number(&at);
		/* "1x" is a name that nobody knows, "1-x" a range that is wrong. */
		if (cursor_done(&at) || *at.at == '-')
			return fdspec_range(item, out, err);
	}
	return -ENOENT;
}

static int fdspec_enter(struct options *o, const struct fdspec *spec)
{
	unsigned how = spec->exclude ? FDMAP_NOT : 0;

	switch (spec->what) {
	case FDSPEC_RANGE:
		return fdmap_query_fd(o->q, spec->lo, spec->hi, how);
	case FDSPEC_SLOT:
		return fdmap_query_slot(o->q, spec->slot, how);
	case FDSPEC_NOTHING:
		return fdmap_query_no_fd(o->q, how);
	}
	return 0;
}

/* All lists together include, or all exclude. The text heeds a -w that stands before. */
static bool fdspec_mixed(struct options *o, const struct fdspec *spec, struct span item)
{
	if (!(spec->exclude ? o->fd_include : o->fd_exclude)) {
		if (spec->exclude)
			o->fd_exclude = true;
		else
			o->fd_include = true;
		return false;
	}
	if (!o->warnings)
		o->errors++;
	else
		options_wrong(o, "%s -d list: %.*s",
			      spec->exclude ? "exclude in an include" : "include in an exclude",
			      (int)item.n, item.p);
	return true;
}

static void fdspec_item(struct options *o, struct span item)
{
	struct fdmap_error err = { .text = "" };
	struct fdspec spec;
	int rc = parse_fdspec(item, &spec, &err);

	if (rc == -EINVAL) {
		options_wrong(o, "%s", err.text);
	} else if (rc == -ENOENT) {
		options_wrong(o, "invalid fd type given in -d option");
		o->fatal = true;
	} else if (!fdspec_mixed(o, &spec, item) && fdspec_enter(o, &spec) < 0) {
		options_wrong(o, "out of memory");
	}
}

void set_fd(struct options *o, const struct optuse *use)
{
	struct cursor at;
	struct span item;

	if (!use->value || !*use->value) {
		options_wrong(o, "no file descriptor specified");
		return;
	}
	at = cursor_of(use->value, strlen(use->value));
	while (!cursor_done(&at) && !o->fatal) {
		if (!cursor_until(&at, ',', &item)) {
			item = cursor_rest(&at);
			at.at = at.end;
		}
		if (item.n)
			fdspec_item(o, item);
	}
}
