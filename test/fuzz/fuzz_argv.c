/* SPDX-License-Identifier: MIT */
/* Whole command lines, words separated by newlines: read to an end, and wrong ones are told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alias.h"
#include "cli/habits.h"
#include "cli/options.h"
#include "cli/warn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS 64

struct lines {
	char *argv[WORDS + 1];
	int argc;
	const char *start, *end;
	size_t options;
};

/* Values are the words' own text, and never more options than letters. */
static int met(void *ctx, const struct optuse *use)
{
	struct lines *l = (struct lines *)ctx;

	if (++l->options > (size_t)(l->end - l->start))
		abort();
	if (use->prefix ? use->prefix != '-' && use->prefix != '+' : !use->row->name)
		abort();
	if (use->prefix && use->row->prefix && use->row->prefix != use->prefix)
		abort();
	if (use->value && (use->value < l->start || use->value > l->end))
		abort();
	if (use->value && use->row->value == OPTVALUE_NONE)
		abort();
	return 0;
}

static void wrong(void *ctx, const char *text)
{
	(void)ctx;
	if (!*text)
		abort();
}

static void split(struct lines *l, char *text, size_t size)
{
	static char name[] = "fdmap";

	l->argv[l->argc++] = name;
	l->start = text;
	l->end = text + size;
	while (l->argc < WORDS) {
		char *nl = strchr(text, '\n');

		l->argv[l->argc++] = text;
		if (!nl)
			break;
		*nl = 0;
		text = nl + 1;
	}
	l->argv[l->argc] = NULL;
}

static void whole(struct lines *l)
{
	struct options o;
	char *said = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&said, &len);

	if (!f || options_init(&o, NULL) < 0)
		abort();
	warn_to(f);
	options_parse(&o, l->argc, l->argv);
	warn_to(NULL);
	fclose(f);
	/* -w hides one text, but not that it was wrong; a warning is no error. */
	if (len && !o.errors && !strstr(said, "WARNING: "))
		abort();
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)said[i] < 0x20 && said[i] != '\n') || said[i] == 0x7f)
			abort();
	options_fini(&o);
	free(said);
}

/* A line of another program becomes one of ours or of kill(1)'s, and nothing else. */
static void translated(const struct lines *l)
{
	struct buf here;
	const char *program;

	buf_init(&here);
	program = habit_find(l->argc - 1, l->argv + 1, &here);
	if (!program != !here.n)
		abort();
	if (program && strncmp(buf_str(&here), "fdmap", 5) != 0 &&
	    strncmp(buf_str(&here), "kill -", 6) != 0)
		abort();
	for (int i = 1; i < l->argc; i++) {
		buf_reset(&here);
		if (alias_name(l->argv[i], &here) && !here.n)
			abort();
		buf_reset(&here);
		if (alias_put(l->argv[i], strlen(l->argv[i]), l->argv[l->argc - 1], &here) && !here.n)
			abort();
	}
	buf_fini(&here);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lines l = { .argc = 0 };
	struct optscan scan = { .ctx = &l, .option = met, .wrong = wrong };
	char *text = (char *)malloc(size + 1);
	int end;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	split(&l, text, strlen(text));
	scan.rows = options_rows(&scan.nrows);
	end = parse_argv(&scan, l.argc, l.argv);
	if (end < 1 || end > l.argc)
		abort();
	whole(&l);
	translated(&l);
	free(text);
	return 0;
}
