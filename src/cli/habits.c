/* SPDX-License-Identifier: MIT */
#include "cli/habits.h"

#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "cli/habit.h"

/* What is asked in the order of how hard it is to take for something else. */
static const struct habit *const habits[] = { &habit_fuser, &habit_lsfd, &habit_ss,
					      &habit_netstat };

const char *habit_find(int n, char *const *words, struct buf *here)
{
	for (size_t i = 0; i < ARRAY_LEN(habits); i++) {
		buf_reset(here);
		if (habits[i]->sure(n, words) && habits[i]->put(n, words, here))
			return habits[i]->program;
	}
	buf_reset(here);
	return NULL;
}

bool habit_translate(const char *program, int n, char *const *words, struct buf *here)
{
	for (size_t i = 0; i < ARRAY_LEN(habits); i++)
		if (strcmp(habits[i]->program, program) == 0)
			return habits[i]->put(n, words, here);
	return false;
}

void habit_quote(struct buf *out, const char *word)
{
	bool plain = *word != 0;

	for (const char *p = word; *p; p++)
		plain = plain && (isalnum((unsigned char)*p) || strchr("_./:,@%+=^-", *p));
	if (plain) {
		buf_puts(out, word);
		return;
	}
	if (strchr(word, '\'') && !strpbrk(word, "\"$`\\!")) {
		buf_printf(out, "\"%s\"", word);
		return;
	}
	buf_putc(out, '\'');
	for (const char *p = word; *p; p++)
		if (*p == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *p);
	buf_putc(out, '\'');
}

void habit_and(struct buf *expr, const char *what)
{
	buf_puts(expr, expr->n ? " and " : "");
	buf_puts(expr, what);
}

void habit_filter(struct buf *out, const struct buf *expr)
{
	if (!expr->n)
		return;
	buf_puts(out, " --filter ");
	habit_quote(out, buf_str(expr));
}

static int take_value(struct habitline *line, struct habituse *use, const char *glued)
{
	if (glued) {
		use->value = glued;
		return 1;
	}
	if (line->i >= line->n)
		return -1;
	use->value = line->words[line->i++];
	return 1;
}

static int next_long(struct habitline *line, const struct habitopt *opts, size_t nopts,
		     struct habituse *use)
{
	const char *name = line->words[line->i++] + 2;
	size_t len = strcspn(name, "=");

	for (size_t i = 0; i < nopts; i++) {
		if (!opts[i].name || strncmp(opts[i].name, name, len) != 0 || opts[i].name[len])
			continue;
		use->opt = &opts[i];
		if (opts[i].value)
			return take_value(line, use, name[len] ? name + len + 1 : NULL);
		return name[len] ? -1 : 1;
	}
	return -1;
}

int habit_next(struct habitline *line, const struct habitopt *opts, size_t nopts,
	       struct habituse *use)
{
	const char *rest = line->letters, *word;
	char letter;

	*use = (struct habituse){ 0 };
	if (!rest || !*rest) {
		word = line->i < line->n ? line->words[line->i] : "";
		if (word[0] != '-' || !word[1])
			return 0;
		if (word[1] == '-')
			return word[2] ? next_long(line, opts, nopts, use) : -1;
		line->i++;
		rest = word + 1;
	}
	letter = *rest++;
	line->letters = rest;
	for (size_t i = 0; i < nopts; i++) {
		if (opts[i].letter != letter)
			continue;
		use->opt = &opts[i];
		if (!opts[i].value)
			return 1;
		line->letters = NULL;
		return take_value(line, use, *rest ? rest : NULL);
	}
	return -1;
}
