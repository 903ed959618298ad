/* SPDX-License-Identifier: MIT */
#include "cli/hint.h"

#include <unistd.h>

#include "cli/alias.h"
#include "cli/habits.h"
#include "cli/warn.h"

/* The line as another program's. */
static bool say_habit(const struct options *o)
{
	struct buf here, typed;
	const char *program;

	buf_init(&here);
	buf_init(&typed);
	program = habit_find(o->nwords, o->words, &here);
	for (int i = 0; program && i < o->nwords; i++) {
		buf_puts(&typed, i ? " " : "");
		habit_quote(&typed, o->words[i]);
	}
	if (program)
		warn_say("%s: that is how %s is asked; here: %s", buf_str(&typed), program,
			 buf_str(&here));
	buf_fini(&here);
	buf_fini(&typed);
	return program;
}

static void say_word(bool (*put)(const char *word, struct buf *here), const char *word)
{
	struct buf here;

	buf_init(&here);
	if (put(word, &here))
		warn_say("%s: did you mean %s?", word, buf_str(&here));
	buf_fini(&here);
}

void hint_wrong(const struct options *o)
{
	if (warn_as_lsof())
		return;
	if (o->misread && say_habit(o))
		return;
	if (o->inet_wrong)
		say_word(alias_inet, o->inet_wrong);
}

static bool is_for_people(void)
{
	return !warn_as_lsof() && isatty(STDERR_FILENO);
}

void hint_name(const struct options *o, const char *name, bool all)
{
	/* -Q is silent about names, but lsfd's filter is no name. */
	if (is_for_people() && !(all && say_habit(o)) && !o->quiet)
		say_word(alias_name, name);
}

void hint_version(const struct options *o)
{
	if (o->nfiles && is_for_people())
		(void)say_habit(o);
}
