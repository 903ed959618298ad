/* SPDX-License-Identifier: MIT */
/* Where sockets are looked for, what tells of them, and which columns are added. */
#include <stdio.h>
#include <string.h>

#include "cli/set.h"

void set_netns(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	if (!use->value || !*use->value)
		options_refused(o, "--netns needs self, all, a PID, a name, a path or an inode");
	else if (o->m && fdmap_query_netns(o->q, o->m, use->value, &err) < 0)
		options_refused(o, "%s", err.text);
}

const char *const source_words[] = {
	[FDMAP_SOURCE_AUTO] = "auto",
	[FDMAP_SOURCE_TEXT] = "text",
	[FDMAP_SOURCE_DIAG] = "diag",
	NULL,
};

const char *const engine_words[] = {
	[FDMAP_ENGINE_AUTO] = "auto",
	[FDMAP_ENGINE_PROC] = "proc",
	[FDMAP_ENGINE_BPF] = "bpf",
	NULL,
};

size_t which_word(const struct optuse *use, const char *const *words)
{
	size_t i = 0;

	while (words[i] && !(use->value && strcmp(use->value, words[i]) == 0))
		i++;
	return i;
}

void set_source(struct options *o, const struct optuse *use)
{
	size_t i = which_word(use, source_words);

	if (source_words[i])
		fdmap_query_source(o->q, (enum fdmap_source)i);
	else
		options_refused(o, "unknown socket source: %s", use->value ? use->value : "");
}

void set_engine(struct options *o, const struct optuse *use)
{
	size_t i = which_word(use, engine_words);

	if (engine_words[i])
		fdmap_query_engine(o->q, (enum fdmap_engine)i);
	else
		options_refused(o, "unknown engine: %s", use->value ? use->value : "");
}
