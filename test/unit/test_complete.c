/* SPDX-License-Identifier: MIT */
/* Completion: the tables fit together, and every word that is offered is one that options take. */
#include "cli/complete.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "cli/set.h"
#include "out/choose.h"
#include "out/fields.h"
#include "test/lib/unit.h"

static const struct complete_list *list_named(const char *name, size_t len)
{
	size_t n;
	const struct complete_list *list = complete_lists(&n);

	for (size_t i = 0; i < n; i++)
		if (strlen(list[i].name) == len && memcmp(list[i].name, name, len) == 0)
			return &list[i];
	return NULL;
}

static bool is_kind(const char *name)
{
	size_t n;
	const struct complete_part *part = complete_parts(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(part[i].kind, name) == 0)
			return true;
	return false;
}

START_TEST(test_options_have_kinds)
{
	size_t n;
	const struct optrow *row = options_rows(&n);

	for (size_t i = 0; i < n; i++) {
		const char *name = row[i].name ? row[i].name : (char[]){ row[i].letter, '\0' };

		if (row[i].value == OPTVALUE_NONE)
			ck_assert_msg(!row[i].completes, "%s takes no value", name);
		else
			ck_assert_msg(row[i].completes && is_kind(row[i].completes), "%s", name);
	}
}
END_TEST

START_TEST(test_kinds_are_used)
{
	size_t n, nrows;
	const struct complete_part *part = complete_parts(&n);
	const struct optrow *row = options_rows(&nrows);

	for (size_t i = 0; i < n; i++) {
		bool used = false;

		for (size_t k = 0; k < nrows; k++)
			used |= row[k].completes && strcmp(row[k].completes, part[i].kind) == 0;
		ck_assert_msg(used, "%s", part[i].kind);
		/* The rows of a kind stand together. */
		for (size_t k = 0; k + 1 < i; k++)
			ck_assert_msg(strcmp(part[k].kind, part[i].kind) != 0 ||
					      strcmp(part[i - 1].kind, part[i].kind) == 0,
				      "%s", part[i].kind);
	}
}
END_TEST

START_TEST(test_lists_of_kinds)
{
	size_t n;
	const struct complete_part *part = complete_parts(&n);

	for (size_t i = 0; i < n; i++) {
		for (const char *p = part[i].lists; *p; p += strspn(p, " ")) {
			size_t len = strcspn(p, " ");

			ck_assert_msg(list_named(p, len), "%s: %s", part[i].kind, p);
			p += len;
		}
	}
}
END_TEST

/* What is looked up has a function in each script; files are the shell's own. */
START_TEST(test_scripts)
{
	size_t n, nshells;
	const struct complete_list *list = complete_lists(&n);
	const struct complete_shell *shell = complete_shells(&nshells);
	struct buf out;

	buf_init(&out);
	for (size_t s = 0; s < nshells; s++) {
		bool is_fish = strcmp(shell[s].name, "fish") == 0;

		buf_reset(&out);
		shell[s].put(&out);
		ck_assert(!out.failed);
		for (size_t i = 0; i < n; i++) {
			char function[64];

			snprintf(function, sizeof(function),
				 is_fish ? "\nfunction __fdmap_%s" : "\n_fdmap_%s() {",
				 list[i].name);
			ck_assert_msg(list[i].words || strcmp(list[i].name, "files") == 0 ||
					      strcmp(list[i].name, "directories") == 0 ||
					      strstr(buf_str(&out), function),
				      "%s: %s", shell[s].name, list[i].name);
		}
	}
	buf_fini(&out);
}
END_TEST

/* ---- words are taken by what they are offered for ---------------------------------------- */

static struct fdmap_query *q;
static size_t seen;

static void is_quotable(struct buf *out, const char *word, const char *help)
{
	(void)out;
	(void)help;
	seen++;
	ck_assert_msg(!strpbrk(word, "'\\") && strlen(word), "%s", word);
}

static void is_state(struct buf *out, const char *word, const char *help)
{
	struct fdmap_error err = { .text = "" };

	is_quotable(out, word, help);
	ck_assert_msg(fdmap_query_state(q, "tcp", word, 0, &err) >= 0, "%s", err.text);
}

static void is_state_protocol(struct buf *out, const char *word, const char *help)
{
	struct fdmap_error err = { .text = "" };
	char name[16];

	is_quotable(out, word, help);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, ":"), word);
	ck_assert_msg(fdmap_query_state(q, name, "CLOSE", FDMAP_NOT, &err) >= 0, "%s", err.text);
}

static void is_protocol(struct buf *out, const char *word, const char *help)
{
	struct fdmap_error err = { .text = "" };
	char spec[32];

	is_quotable(out, word, help);
	snprintf(spec, sizeof(spec), "%s:1", word);
	ck_assert_msg(fdmap_query_inet(q, NULL, spec, &err) >= 0, "%s", err.text);
}

static void is_fd(struct buf *out, const char *word, const char *help)
{
	struct fdmap_error err = { .text = "" };
	struct fdspec spec;

	is_quotable(out, word, help);
	ck_assert_msg(parse_fdspec((struct span){ word, strlen(word) }, &spec, &err) == 0, "%s",
		      word);
	ck_assert(spec.what != FDSPEC_NOTHING && help);
}

static void is_column(struct buf *out, const char *word, const char *help)
{
	struct columns c = { .n = 0 };
	struct buf why;

	is_quotable(out, word, help);
	buf_init(&why);
	ck_assert_msg(columns_choose(&c, word, &why) == 0, "%s", word);
	buf_fini(&why);
	columns_fini(&c);
}

static void is_letter(struct buf *out, const char *word, const char *help)
{
	is_quotable(out, word, help);
	ck_assert_msg(strchr("0?", *word) || fields_letter(*word), "%s", word);
	ck_assert(!word[1] && help);
}

START_TEST(test_words)
{
	static const struct {
		const char *list;
		complete_put *check;
		size_t least;
	} checks[] = {
		{ "options", is_quotable, 100 },
		{ "states", is_state, 11 },
		{ "state_protocols", is_state_protocol, 2 },
		{ "protocols", is_protocol, 11 },
		{ "fds", is_fd, 8 },
		{ "columns", is_column, 200 },
		{ "letters", is_letter, 20 },
		{ "filter", is_quotable, 40 },
		{ "engines", is_quotable, 3 },
		{ "sources", is_quotable, 3 },
		{ "colors", is_quotable, 3 },
		{ "scopes", is_quotable, 2 },
		{ "shells", is_quotable, 3 },
	};
	struct buf out;

	buf_init(&out);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		const struct complete_list *list =
			list_named(checks[i].list, strlen(checks[i].list));

		seen = 0;
		ck_assert_int_eq(fdmap_query_new(&q), 0);
		ck_assert_ptr_nonnull(list);
		list->words(checks[i].check, &out);
		ck_assert_msg(seen >= checks[i].least, "%s: %zu", checks[i].list, seen);
		fdmap_query_free(q);
	}
	buf_fini(&out);
}
END_TEST

/* Words that are conditions by themselves are; the others of the language are known to it. */
START_TEST(test_filter_words)
{
	struct fdmap_error err = { .text = "" };
	const char *word;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	for (size_t i = 0; (word = fdmap_filter_word(i)); i++)
		ck_assert_msg(fdmap_query_filter(q, NULL, word, &err) >= 0, "%s", err.text);
	ck_assert(fdmap_query_filter(q, NULL,
				     "not tcp and udp or fd in (1) and exclude listen "
				     "and src 127.0.0.1 and dst 127.0.0.1 and autobound "
				     "or state listen",
				     &err) >= 0);
	fdmap_query_free(q);
}
END_TEST

UNIT_MAIN("complete", test_options_have_kinds, test_kinds_are_used, test_lists_of_kinds,
	  test_scripts, test_words, test_filter_words)
