/* SPDX-License-Identifier: MIT */
/* The tables of completion: kinds of values, lists of words, shells. */
#include "cli/complete.h"

#include <string.h>

#include "base/util.h"
#include "cli/set.h"
#include "cli/warn.h"

static const struct complete_list lists[] = {
	{ "options", complete_options },
	{ "columns", complete_columns },
	{ "columns_help", complete_columns_help },
	{ "fds", complete_fds },
	{ "filter", complete_filter },
	{ "letters", complete_letters },
	{ "protocols", complete_protocols },
	{ "state_protocols", complete_state_protocols },
	{ "states", complete_states },
	{ "scopes", complete_scopes },
	{ "colors", complete_colors },
	{ "engines", complete_engines },
	{ "sources", complete_sources },
	{ "shells", complete_shell_names },
	{ "topics", complete_topics },
	/* What is looked up. */
	{ "shown", NULL }, /* the letters that the help calls the value */
	{ "commands", NULL },
	{ "hosts", NULL },
	{ "mounts", NULL },
	{ "netns", NULL },
	{ "pgids", NULL },
	{ "pids", NULL },
	{ "services", NULL },
	{ "users", NULL },
	{ "files", NULL },
	{ "directories", NULL },
};

static const struct complete_part parts[] = {
	{ "color", "", "", "colors", false, false },
	{ "columns", ",", "+", "columns columns_help", true, false },
	{ "command", "", "^", "commands", false, false },
	{ "directory", "", "", "directories", false, false },
	{ "engine", "", "", "engines", false, false },
	{ "fds", ",", "^", "fds", false, false },
	{ "fields", "", "", "letters", true, true },
	{ "file", "", "", "files", false, false },
	{ "filter", " ()!&|,=<>~", "", "columns filter states", true, false },
	{ "groups", ",", "", "columns", true, false },
	{ "inet", "", "", "protocols", false, false },
	{ "inet", "@", "", "hosts", false, false },
	{ "inet", ":,", "", "services", false, false },
	{ "letters", "", "", "shown", true, true },
	{ "mount", "", "", "mounts", false, false },
	{ "netns", "", "", "scopes netns", false, false },
	{ "number", "", "", "", false, false },
	{ "pgids", ",", "^", "pgids", false, false },
	{ "pids", ",", "^", "pids", false, false },
	{ "shell", "", "", "shells", false, false },
	{ "source", "", "", "sources", false, false },
	{ "states", "", "", "state_protocols", true, false },
	{ "states", ":,", "^", "states", false, false },
	{ "text", "", "", "", false, false },
	{ "topic", "", "", "topics", false, false },
	{ "users", ",", "^", "users", false, false },
};

static const struct complete_shell shells[] = {
	{ "bash", complete_bash },
	{ "zsh", complete_zsh },
	{ "fish", complete_fish },
};

const struct complete_list *complete_lists(size_t *n)
{
	*n = ARRAY_LEN(lists);
	return lists;
}

const struct complete_part *complete_parts(size_t *n)
{
	*n = ARRAY_LEN(parts);
	return parts;
}

const struct complete_shell *complete_shells(size_t *n)
{
	*n = ARRAY_LEN(shells);
	return shells;
}

void complete_between(const char *kind, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcmp(parts[i].kind, kind) == 0)
			buf_puts(out, parts[i].behind);
}

const char *complete_commands(void)
{
	return warn_as_lsof() ? "fdmap lsof" : "fdmap";
}

void complete_shell_names(complete_put *put, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		put(out, shells[i].name, NULL);
}

/* "bash, zsh or fish" */
static void put_choice(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		if (i)
			buf_puts(out, i + 1 < ARRAY_LEN(shells) ? ", " : " or ");
		buf_puts(out, shells[i].name);
	}
}

void set_completion(struct options *o, const struct optuse *use)
{
	struct buf choice;

	for (size_t i = 0; use->value && i < ARRAY_LEN(shells); i++) {
		if (strcmp(use->value, shells[i].name) == 0) {
			o->completion = shells[i].put;
			return;
		}
	}
	buf_init(&choice);
	put_choice(&choice);
	options_refused(o, "--completion needs %s: %s", buf_str(&choice),
			use->value ? use->value : "");
	buf_fini(&choice);
}
