/* SPDX-License-Identifier: MIT */
/* Lists of columns: keys, other names, sets, what is wrong with them; and the help. */
#include "out/choose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "test/lib/unit.h"

static void choose(struct columns *c, const char *list)
{
	struct buf why;

	buf_init(&why);
	ck_assert_msg(columns_choose(c, list, &why) == 0, "%s: %s", list, buf_str(&why));
	ck_assert_uint_eq(why.n, 0);
	buf_fini(&why);
}

/* The keys of what was chosen, with commas between. */
static void check_keys(const struct columns *c, const char *want)
{
	struct buf got;

	buf_init(&got);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(&got, "%s%s", i ? "," : "", c->v[i].field->key);
	ck_assert_str_eq(buf_str(&got), want);
	buf_fini(&got);
}

START_TEST(test_lists)
{
	struct columns c = { 0 };

	choose(&c, "fd,pid");
	ck_assert(c.only);
	check_keys(&c, "fd,pid");
	ck_assert(!columns_of_processes(&c));
	choose(&c, "+ino,pid");
	ck_assert(c.only);
	check_keys(&c, "fd,pid,ino");
	choose(&c, "lport");
	check_keys(&c, "fd,pid,ino,lport");
	ck_assert(columns_have(&c, "ino"));
	ck_assert(!columns_have(&c, "in"));
	ck_assert_uint_eq(columns_need(&c) & FDMAP_SOCK, FDMAP_SOCK);
	columns_fini(&c);
	check_keys(&c, "");
	choose(&c, "+PID");
	ck_assert(!c.only);
	check_keys(&c, "pid");
	ck_assert(columns_of_processes(&c));
	ck_assert_uint_eq(columns_need(&c), 0);
	choose(&c, "fd");
	ck_assert(c.only);
	check_keys(&c, "pid,fd");
	columns_fini(&c);
	ck_assert(!columns_of_processes(&c));
}
END_TEST

/* Every other name leads to its field, and lasts as it was typed, but for case and dashes. */
START_TEST(test_other_names)
{
	const struct fdmap_field *of;
	const char *name;
	size_t i;

	for (i = 0; (name = fdmap_field_alias(i, &of)); i++) {
		struct columns c = { 0 };
		char typed[64];
		size_t n = strlen(name);

		ck_assert_msg(of != NULL, "%s leads nowhere", name);
		ck_assert_uint_lt(n, sizeof(typed));
		for (size_t k = 0; k <= n; k++)
			typed[k] = name[k] == '_'			  ? '-'
				   : name[k] >= 'a' && name[k] <= 'z' ? (char)(name[k] - 32)
								      : name[k];
		choose(&c, typed);
		memset(typed, 'x', sizeof(typed));
		ck_assert_uint_eq(c.n, 1);
		ck_assert_ptr_eq(c.v[0].field, of);
		ck_assert_str_eq(c.v[0].key, name);
		ck_assert(columns_have(&c, of->key));
		choose(&c, of->key);
		ck_assert_uint_eq(c.n, 1);
		columns_fini(&c);
	}
	ck_assert_ptr_null(fdmap_field_alias(i + 1, &of));
}
END_TEST

static const struct {
	const char *list, *why;
} wrong[] = {
	{ "", "empty name of a column: " },
	{ "+", "empty name of a column: +" },
	{ "pid,", "empty name of a column: pid," },
	{ ",pid", "empty name of a column: ,pid" },
	{ "pid,,fd", "empty name of a column: pid,,fd" },
	{ "+pid,lprot", "unknown column: lprot (nearest is lport)" },
	{ "lpor", "unknown column: lpor (nearest is lport)" },
	{ "stat", "unknown column: stat (nearest is state)" },
	{ "quite-another-thing,pid", "unknown column: quite-another-thing" },
	{ "pid fd", "unknown column: pid fd" },
	{ "@nets", "unknown columns: @nets (known are @net @tcp @mem @timers @unix @files @process)" },
	{ "@", "unknown columns: @ (known are @net @tcp @mem @timers @unix @files @process)" },
};

START_TEST(test_wrong)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct columns c = { 0 };
		struct buf why;

		buf_init(&why);
		ck_assert_int_eq(columns_choose(&c, wrong[i].list, &why), -EINVAL);
		ck_assert_str_eq(buf_str(&why), wrong[i].why);
		buf_fini(&why);
		columns_fini(&c);
	}
}
END_TEST

/* Every key of every set is a column, of which none comes twice. */
START_TEST(test_sets)
{
	const char *name, *help, *lead, *keys;

	for (size_t i = 0; (name = columns_preset(i, &help, &lead, &keys)); i++) {
		struct columns c = { 0 }, added = { 0 };
		char list[1000], plus[100];
		size_t words = 1;

		ck_assert_int_eq(name[0], '@');
		ck_assert_uint_gt(strlen(help), 0);
		snprintf(list, sizeof(list), "%s,%s", lead, keys);
		choose(&c, list);
		for (const char *p = list; *p; p++)
			words += *p == ',';
		ck_assert_uint_eq(c.n, words);
		columns_fini(&c);
		choose(&c, name);
		ck_assert_uint_eq(c.n, words);
		/* Beside lsof's columns whose row it is is known. */
		snprintf(plus, sizeof(plus), "+%s", name);
		choose(&added, plus);
		ck_assert(!added.only);
		ck_assert_uint_lt(added.n, c.n);
		ck_assert(!columns_have(&added, "pid"));
		if (strcmp(name, "@process") == 0)
			ck_assert(columns_of_processes(&c));
		columns_fini(&c);
		columns_fini(&added);
	}
}
END_TEST

/* Each column is a line of its own, under its group, with its other names. */
START_TEST(test_help)
{
	const struct fdmap_field *f, *of;
	const char *name, *other;
	struct buf out;

	buf_init(&out);
	columns_help(&out);
	ck_assert(!out.failed);
	for (size_t i = 0; (f = fdmap_field_at(i)); i++) {
		char begin[100], *line, *end;

		snprintf(begin, sizeof(begin), "\n%s:\n", f->group);
		ck_assert_msg(strstr(out.p, begin) != NULL, "%s", f->group);
		ck_assert_ptr_null(strstr(strstr(out.p, begin) + 1, begin));
		snprintf(begin, sizeof(begin), "\n  %s  ", f->key);
		line = strstr(out.p, begin);
		ck_assert_msg(line != NULL, "%s", f->key);
		end = strchr(line + 1, '\n');
		*end = '\0';
		ck_assert_msg(strstr(line, f->help) != NULL, "%s", line);
		for (size_t k = 0; (name = fdmap_field_alias(k, &of)); k++) {
			snprintf(begin, sizeof(begin), "; also %s", name);
			if (of == f)
				ck_assert_msg(strstr(line, begin) != NULL, "%s: %s", line, name);
		}
		/* What costs nothing says so, and nothing else does. */
		ck_assert_msg((strstr(line, "  free  ") != NULL) == !f->needs, "%s", line);
		*end = '\n';
	}
	for (size_t i = 0; (name = columns_preset(i, &other, &other, &other)); i++)
		ck_assert_ptr_nonnull(strstr(out.p, name));
	buf_fini(&out);
}
END_TEST

UNIT_MAIN("choose", test_lists, test_other_names, test_wrong, test_sets, test_help)
