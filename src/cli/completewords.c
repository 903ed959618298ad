/* SPDX-License-Identifier: MIT */
/* The words of lists that are known before the shell asks. */
#include "cli/complete.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/set.h"
#include "fdmap.h"
#include "out/choose.h"
#include "out/letters.h"

static void put_all(const char *const *words, complete_put *put, struct buf *out)
{
	for (; *words; words++)
		put(out, *words, NULL);
}

void complete_options(complete_put *put, struct buf *out)
{
	size_t n;
	const struct optrow *row = options_rows(&n);

	for (size_t i = 0; i < n; i++, row++) {
		char letter[] = { row->prefix ? row->prefix : '-', row->letter, '\0' };
		char name[64];

		if (row->section == OPTSECTION_REFUSED)
			continue;
		if (row->letter)
			put(out, letter, row->help);
		if (!row->name)
			continue;
		snprintf(name, sizeof(name), "--%s", row->name);
		put(out, name, row->help);
	}
}

void complete_columns(complete_put *put, struct buf *out)
{
	const char *name, *help, *lead, *keys;
	const struct fdmap_field *f;

	for (size_t i = 0; (f = fdmap_field_at(i)); i++)
		put(out, f->key, f->help);
	for (size_t i = 0; (name = fdmap_field_alias(i, &f)); i++)
		put(out, name, f->help);
	for (size_t i = 0; (name = columns_preset(i, &help, &lead, &keys)); i++)
		put(out, name, help);
}

void complete_columns_help(complete_put *put, struct buf *out)
{
	put(out, "help", "tells about all columns");
}

void complete_fds(complete_put *put, struct buf *out)
{
	const char *name, *help;

	for (size_t i = 0; (name = fdspec_name(i, &help)); i++)
		put(out, name, help);
}

/* Columns and states are lists of their own. */
void complete_filter(complete_put *put, struct buf *out)
{
	static const char *const others[] = { "and", "or",	"not", "in",	    "state", "src",
					      "dst", "exclude", "dev", "autobound", NULL };
	const char *word;

	for (size_t i = 0; (word = fdmap_filter_word(i)); i++)
		put(out, word, NULL);
	put_all(others, put, out);
}

void complete_letters(complete_put *put, struct buf *out)
{
	size_t n;
	const struct letter *l = letter_list(&n);

	for (size_t i = 0; i < n; i++) {
		char word[] = { l[i].letter, '\0' };

		if (l[i].help)
			put(out, word, l[i].help);
	}
	put(out, "0", "values end with NUL");
	put(out, "?", "tells about all letters");
}

void complete_protocols(complete_put *put, struct buf *out)
{
	static const char *const versions[] = { "", "4", "6" };
	static const char *const protocols[] = { "", "TCP", "UDP", "UDPLITE" };

	for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
		for (size_t p = 0; p < ARRAY_LEN(protocols); p++) {
			char word[16];

			snprintf(word, sizeof(word), "%s%s", versions[v], protocols[p]);
			if (*word)
				put(out, word, NULL);
		}
	}
}

void complete_state_protocols(complete_put *put, struct buf *out)
{
	for (size_t i = 0; state_protocols[i]; i++) {
		char word[16];

		snprintf(word, sizeof(word), "%s:", state_protocols[i]);
		put(out, word, NULL);
	}
}

/* Those that -s takes; a number without a name has a text, too. UDP has some of them. */
void complete_states(complete_put *put, struct buf *out)
{
	struct fdmap_sock sock = { .table = FDMAP_TCP };
	struct fdmap_query *q;

	if (fdmap_query_new(&q) < 0) {
		out->failed = true;
		return;
	}
	for (unsigned state = 0; state <= UINT8_MAX; state++) {
		struct fdmap_error err;
		const char *name;

		sock.state = (uint8_t)state;
		name = fdmap_sock_state(&sock);
		if (name && fdmap_query_state(q, state_protocols[0], name, 0, &err) >= 0)
			put(out, name, NULL);
	}
	fdmap_query_free(q);
}

void complete_scopes(complete_put *put, struct buf *out)
{
	put(out, "self", "the network namespace of the shell");
	put(out, "all", "every network namespace");
}

void complete_colors(complete_put *put, struct buf *out)
{
	put_all(color_words, put, out);
}

void complete_engines(complete_put *put, struct buf *out)
{
	put_all(engine_words, put, out);
}

void complete_sources(complete_put *put, struct buf *out)
{
	put_all(source_words, put, out);
}

void complete_topics(complete_put *put, struct buf *out)
{
	size_t n;
	const struct topic *topics = help_topics(&n);

	for (size_t i = 0; i < n; i++)
		put(out, topics[i].name, NULL);
}
