/* SPDX-License-Identifier: MIT */
/*
 * The whole program, but for its main(): the words of a command line, one a line; behind an empty
 * line the text of a recorded tree (see memtree.h). Words before all others say where it runs:
 * @tty its output is a terminal, @C the locale, @lsof it is called so, @web and the like on that
 * tree of the goldens. What is printed is well-formed in its format and holds nothing that a
 * terminal obeys, and it is the same when the processes come one by one.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/run.h"
#include "cli/warn.h"
#include "engine/query.h"
#include "test/fuzz/capture.h"
#include "test/fuzz/formats.h"
#include "test/fuzz/memroot.h"
#include "test/fuzz/sometree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS 48

struct line {
	char *argv[WORDS + 1];
	int argc;
	bool lsof, bytes;
	char *words; /* what argv points into */
	struct span tree;
};

static bool on_terminal;

/* ---- where it runs: instead of the C library's ------------------------------------- */

int isatty(int fd)
{
	(void)fd;
	errno = ENOTTY;
	return on_terminal;
}

/* -r: nobody waits. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wish, struct timespec *left)
{
	(void)clock;
	(void)flags;
	(void)wish;
	(void)left;
	return 0;
}

/* An empty recorded tree, for as long as the fuzzer runs. */
static char where[] = "/tmp/fdmap-fuzz.XXXXXX";
static char manifest[sizeof(where) + sizeof("/manifest")];

static void remove_where(void)
{
	(void)unlink(manifest);
	(void)rmdir(where);
}

static void prepare(void)
{
	FILE *f;

	if (*manifest)
		return;
	if (!mkdtemp(where))
		abort();
	(void)snprintf(manifest, sizeof(manifest), "%s/manifest", where);
	f = fopen(manifest, "w");
	if (!f || fclose(f) != 0 || atexit(remove_where) != 0)
		abort();
}

/* ---- the line ------------------------------------------------------------------------ */

static void take_word(struct line *l, char *word)
{
	if (l->argc == 1 && strcmp(word, "@tty") == 0)
		on_terminal = true;
	else if (l->argc == 1 && strcmp(word, "@C") == 0)
		l->bytes = true;
	else if (l->argc == 1 && strcmp(word, "@lsof") == 0)
		l->lsof = true;
	else if (l->argc == 1 && *word == '@' && sometree_find(word + 1).p)
		l->tree = sometree_find(word + 1);
	else if (l->argc < WORDS)
		l->argv[l->argc++] = word;
}

static void split(struct line *l, const char *data, size_t size)
{
	static char name[] = "fdmap";
	const char *gap = size ? (const char *)memmem(data, size, "\n\n", 2) : NULL;
	size_t n = size && *data == '\n' ? 0 : gap ? (size_t)(gap - data) : size;
	char *word, *rest;

	l->tree = n < size ? (struct span){ data + n, size - n } : sometree_find("hostile");
	l->argv[l->argc++] = name;
	l->words = strndup(n ? data : "", n);
	if (!l->words)
		abort();
	rest = l->words;
	while ((word = strsep(&rest, "\n")))
		if (rest || *word)
			take_word(l, word);
	l->argv[l->argc] = NULL;
}

/* Files of this machine are not the fuzzer's; nor is what differs from run to run. */
static bool is_allowed(const struct line *l)
{
	for (int i = 1; i < l->argc; i++)
		if (strstr(l->argv[i], "filter-f"))
			return false;
	return true;
}

/* ---- one run --------------------------------------------------------------------------- */

struct run_result {
	struct buf out;
	int status;
	bool listed; /* one listing, and nothing else on stdout */
	const char *sink;
	struct format fmt;
};

static const char *sink_of(const struct options *o)
{
	return o->fmt.groups.n ? "groups"
	       : o->shape      ? o->shape
	       : o->count      ? "count"
	       : o->terse      ? "terse"
	       : o->json       ? "json"
	       : o->json_lines ? "jsonl"
	       : o->fields     ? "fields"
			       : "table";
}

static void list(struct options *o, struct run_result *r)
{
	int was = dup(STDOUT_FILENO);

	if (was < 0 || dup2(capture_fd(), STDOUT_FILENO) < 0)
		abort();
	o->repeat.cycles = o->repeat.on ? 2 : 0;
	r->status = run(o);
	if (dup2(was, STDOUT_FILENO) < 0)
		abort();
	close(was);
	capture_take(&r->out);
	r->sink = sink_of(o);
	r->fmt = o->fmt;
	r->listed = !o->mounts && !o->verbose && !o->repeat.on;
	if (r->status < 0 || r->status > 3)
		abort();
	if (o->mounts)
		format_printable(&r->fmt, (struct span){ buf_str(&r->out), r->out.n });
	if (r->listed && r->status <= 1 && r->out.n)
		format_check(r->sink, &r->fmt, (struct span){ r->out.p, r->out.n });
}

static void check_messages(const char *said, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)said[i] < ' ' && said[i] != '\n') || said[i] == 0x7f)
			abort();
	if (n && said[n - 1] != '\n')
		abort();
}

static void run_line(struct line *l, struct memtree *t, unsigned part, struct run_result *r)
{
	struct fdmap_config cfg = { .proc = where, .threads = 1, .part = part };
	struct fdmap *m = NULL;
	struct options o;
	char *said = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&said, &n);

	if (!f || fdmap_open(&m, &cfg) < 0 || options_init(&o, m) < 0)
		abort();
	memroot_enter(fdmap_root(m), t);
	warn_to(f);
	warn_begin(l->lsof ? "lsof" : "fdmap");
	options_parse(&o, l->argc, l->argv);
	r->status = -1;
	if (!o.errors && !options_only_texts(&o))
		list(&o, r);
	warn_to(NULL);
	fclose(f);
	check_messages(said, n);
	options_fini(&o);
	free(said);
	fdmap_close(m);
}

/* In parts or not, the bytes are the same; the clock may have gone on between. */
static void check_parts(struct line *l, struct memtree *t, const struct run_result *whole)
{
	struct run_result parts = { .status = 0 };

	buf_init(&parts.out);
	run_line(l, t, 1, &parts);
	if (parts.status != whole->status)
		abort();
	if (parts.listed && (parts.out.n != whole->out.n ||
			     memcmp(buf_str(&parts.out), buf_str(&whole->out), parts.out.n) != 0))
		abort();
	buf_fini(&parts.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line l = { .argc = 0 };
	struct run_result whole = { .status = 0 };
	struct memtree t;

	prepare();
	on_terminal = false;
	split(&l, (const char *)data, size);
	if (is_allowed(&l) && setlocale(LC_ALL, l.bytes ? "C" : "C.UTF-8")) {
		memtree_init(&t, l.tree);
		buf_init(&whole.out);
		run_line(&l, &t, 0, &whole);
		if (whole.status >= 0)
			check_parts(&l, &t, &whole);
		buf_fini(&whole.out);
		memtree_fini(&t);
	}
	free(l.words);
	return 0;
}
