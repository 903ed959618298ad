/* SPDX-License-Identifier: MIT */
/* Two blocks of lines: the plan, in the words of the library, and what it cost. */
#include "cli/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "cli/unseen.h"
#include "cli/warn.h"
#include "out/human.h"
#include "out/quote.h"
#include "out/tableword.h"

#define PART_WIDTH 14
#define LINE_WIDTH 80

void explain_start(struct explain *e)
{
	e->since = clock_ns();
}

void explain_stop(struct explain *e, enum explain_stage stage)
{
	e->ns[stage] += clock_ns() - e->since;
}

/* What a line begins with; of several lines of one part only the first one names it. */
static void put_part(struct buf *out, const char *part)
{
	size_t n = strlen(part);

	buf_puts(out, "  ");
	buf_puts(out, part);
	buf_pad(out, ' ', n < PART_WIDTH ? PART_WIDTH - n : 1);
}

/* One line, or more: broken at blanks, as no word of ours is longer than a line. */
static void put_text(struct buf *out, const char *text)
{
	size_t used = PART_WIDTH + 2;

	while (*text) {
		size_t n = strcspn(text, " "), blanks = strspn(text + n, " ");

		buf_put(out, text, n);
		used += n;
		text += n + blanks;
		n = strcspn(text, " ");
		if (!*text)
			break;
		if (used + 1 + n > LINE_WIDTH) {
			buf_putc(out, '\n');
			put_part(out, "");
			used = PART_WIDTH + 2;
		} else {
			buf_putc(out, ' ');
			used++;
		}
	}
	buf_putc(out, '\n');
}

/* The same of what was put together. */
static void put_line(struct buf *out, const char *part, struct buf *text)
{
	put_part(out, part);
	put_text(out, buf_str(text));
	out->failed = out->failed || text->failed;
	buf_fini(text);
}

struct plan_lines {
	struct buf out;
	const char *last;
};

static int put_plan(void *arg, const char *part, const char *text)
{
	struct plan_lines *l = (struct plan_lines *)arg;

	put_part(&l->out, l->last && strcmp(part, l->last) == 0 ? "" : part);
	/* What was typed by somebody stays as it is, but for its escapes. */
	if (strcmp(part, "filter") == 0) {
		quote_text(text, strlen(text), &l->out);
		buf_putc(&l->out, '\n');
	} else {
		put_text(&l->out, text);
	}
	l->last = part;
	return l->out.failed ? -ENOMEM : 0;
}

void explain_before(const struct options *o)
{
	struct plan_lines l = { .last = NULL };

	buf_init(&l.out);
	buf_puts(&l.out, "plan:\n");
	if (fdmap_explain(o->m, o->q, put_plan, &l) == 0)
		warn_block(&l.out);
	buf_fini(&l.out);
}

/* 1,234,567 */
static void put_count(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		buf_putc(out, digits[i]);
		if (i + 1 < len && (len - i - 1) % 3 == 0)
			buf_putc(out, ',');
	}
}

static void put_ms(struct buf *out, uint64_t ns)
{
	uint64_t us = (ns + 500) / 1000;

	buf_printf(out, "%" PRIu64 ".%03" PRIu64 " ms", us / 1000, us % 1000);
}

static void put_processes(const struct fdmap_costs *c, struct buf *out)
{
	struct buf line;

	buf_init(&line);
	put_count(&line, c->listed);
	buf_puts(&line, " looked at, ");
	put_count(&line, c->listed > c->walked ? c->listed - c->walked : 0);
	buf_puts(&line, " rejected or gone, ");
	put_count(&line, c->kept);
	buf_puts(&line, " with rows");
	if (c->tasks) {
		buf_puts(&line, "; ");
		put_count(&line, c->tasks);
		buf_puts(&line, " threads with rows");
	}
	if (!c->scans)
		buf_puts(&line, "; there was nothing to look for");
	if (c->scans > 1)
		buf_puts(&line, "; twice, since the first time told where to look");
	put_line(out, "processes", &line);
}

static void put_rows(const struct fdmap_costs *c, struct buf *out)
{
	put_part(out, "rows");
	put_count(out, c->examined);
	buf_puts(out, " examined, ");
	put_count(out, c->rows);
	buf_puts(out, " kept");
	if (c->unowned) {
		buf_puts(out, ", of these ");
		put_count(out, c->unowned);
		buf_puts(out, " that nobody holds");
	}
	if (c->parts > 1) {
		buf_puts(out, ", in ");
		put_count(out, c->parts);
		buf_puts(out, " parts");
	}
	buf_putc(out, '\n');
}

static void put_tables(uint32_t tables, const char *how, const char **between, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++) {
		if (!(tables >> i & 1))
			continue;
		buf_printf(out, "%s%s", any ? ", " : *between, table_word((unsigned)i));
		any = true;
	}
	if (!any)
		return;
	buf_puts(out, how);
	*between = "; ";
}

static void put_sockets(const struct fdmap_costs *c, struct buf *out)
{
	const char *between = ": ";
	struct buf line;

	if (!c->text_tables && !c->diag_tables && !c->bpf_tables)
		return;
	buf_init(&line);
	put_count(&line, c->sockets);
	put_tables(c->diag_tables, " by sock_diag", &between, &line);
	put_tables(c->text_tables, " by /proc/net", &between, &line);
	put_tables(c->bpf_tables, " by bpf", &between, &line);
	buf_puts(&line, "; ");
	put_count(&line, c->calls.bytes);
	buf_puts(&line, " bytes");
	put_line(out, "sockets", &line);
}

struct count_word {
	uint64_t n;
	const char *word;
};

static void put_calls(const struct fdmap_counts *k, struct buf *out)
{
	const struct count_word words[] = {
		{ k->links, "readlinkat" },
		{ k->stats, "statx" },
		{ k->lmodes, "fstatat" },
		{ k->owners, "fstat" },
		{ k->protos, "getxattr" },
		{ k->dirs, "directories opened" },
		{ k->lists, "directories listed" },
		{ k->fdinfos, "fdinfo read" },
		{ k->tables, "socket tables read" },
		{ k->reads > k->tables ? k->reads - k->tables : 0, "other files read" },
		{ k->diags, "sock_diag asked" },
		{ k->entered, "namespaces entered" },
		{ k->paths, "names looked up outside" },
		{ k->names, "directories listed outside" },
	};
	bool any = false;
	struct buf line;

	buf_init(&line);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!words[i].n)
			continue;
		buf_puts(&line, any ? "; " : "");
		buf_printf(&line, "%s ", words[i].word);
		put_count(&line, words[i].n);
		any = true;
	}
	if (!any)
		buf_puts(&line, "none");
	put_line(out, "calls", &line);
}

static void put_stage(const char *name, uint64_t ns, uint64_t all, struct buf *out)
{
	/* What is not needed takes no time but that of the clock. */
	if (ns < 10000)
		return;
	buf_printf(out, "    %-*s", PART_WIDTH - 2, name);
	put_ms(out, ns);
	buf_printf(out, " (%u%%)\n", (unsigned)(ns * 100 / all));
}

const char *explain_word(enum fdmap_stage stage)
{
	static const char *const words[FDMAP_STAGES + 1] = {
		[FDMAP_STAGE_TABLES] = "tables",      [FDMAP_STAGE_LIST] = "list",
		[FDMAP_STAGE_PASS] = "bpf",	      [FDMAP_STAGE_SCAN] = "walk",
		[FDMAP_STAGE_SETTLE] = "directories", [FDMAP_STAGE_JOIN] = "joins",
		[FDMAP_STAGE_ENDS] = "other ends",    [FDMAP_STAGE_LOCKS] = "locks",
		[FDMAP_STAGE_MORE] = "details",	      [FDMAP_STAGE_UNOWNED] = "unowned",
		[FDMAP_STAGE_LAST] = "last",	      [FDMAP_STAGES] = "names",
	};

	return words[stage];
}

static void put_times(const struct fdmap_costs *c, const uint64_t own[EXPLAIN_STAGES],
		      struct buf *out)
{
	uint64_t all = own[EXPLAIN_NAMES] + own[EXPLAIN_OUTPUT];

	for (size_t i = 0; i < FDMAP_STAGES; i++)
		all += c->ns[i];
	put_part(out, "time");
	put_ms(out, all);
	buf_putc(out, '\n');
	for (size_t i = 0; i < FDMAP_STAGES; i++)
		put_stage(explain_word((enum fdmap_stage)i), c->ns[i], all, out);
	put_stage(explain_word(FDMAP_STAGES), own[EXPLAIN_NAMES], all, out);
	put_stage("output", own[EXPLAIN_OUTPUT], all, out);
}

void explain_costs(const struct fdmap_costs *c, const uint64_t own[EXPLAIN_STAGES],
		   const struct explain_used *used, struct buf *out)
{
	struct buf line;

	buf_puts(out, "cost:\n");
	buf_init(&line);
	if (c->engine == FDMAP_ENGINE_BPF)
		buf_puts(&line, "bpf");
	else
		buf_printf(&line, "proc%s%s", c->engine_why ? ": " : "",
			   c->engine_why ? c->engine_why : "");
	put_line(out, "engine", &line);
	if (c->bpf_reads) {
		put_part(out, "bpf");
		put_count(out, c->bpf_records);
		buf_puts(out, " records, ");
		put_count(out, c->bpf_bytes);
		buf_puts(out, " bytes, ");
		put_count(out, c->bpf_reads);
		buf_puts(out, " reads\n");
	}
	put_part(out, "threads");
	put_count(out, c->threads ? c->threads : 1);
	buf_putc(out, '\n');
	put_processes(c, out);
	put_rows(c, out);
	put_sockets(c, out);
	put_calls(&c->calls, out);
	put_times(c, own, out);
	put_part(out, "cpu");
	put_ms(out, used->user_ns);
	buf_puts(out, " user, ");
	put_ms(out, used->system_ns);
	buf_puts(out, " system\n");
	put_part(out, "memory");
	human_put(used->peak, out);
	buf_puts(out, " at most\n");
}

static uint64_t ns_between(const struct timeval *a, const struct timeval *b)
{
	int64_t us = (int64_t)(b->tv_sec - a->tv_sec) * 1000000 + (b->tv_usec - a->tv_usec);

	return us > 0 ? (uint64_t)us * 1000 : 0;
}

static void put_problems(const struct fdmap_snapshot *s, struct buf *out)
{
	const struct fdmap_problem *v;
	size_t n;

	v = fdmap_problems(s, &n);
	for (size_t i = 0; i < n; i++) {
		put_part(out, i ? "" : "not read");
		quote_text(v[i].source, strlen(v[i].source), out);
		buf_printf(out, ": %s\n", strerror(v[i].error));
	}
}

static void put_not_seen(struct fdmap *m, const struct fdmap_snapshot *s, struct buf *out)
{
	struct fdmap_unseen u;
	struct buf line;

	buf_init(&line);
	if (fdmap_unseen(m, s, &u) == 0)
		put_unseen(&u, &line);
	if (line.n)
		put_line(out, "not seen", &line);
	else
		buf_fini(&line);
}

void explain_after(struct explain *e, struct fdmap *m, const struct fdmap_snapshot *s)
{
	struct explain_used used = { .peak = fdmap_peak_memory() };
	struct rusage usage = e->before;
	struct buf out;

	(void)getrusage(RUSAGE_SELF, &usage);
	used.user_ns = ns_between(&e->before.ru_utime, &usage.ru_utime);
	used.system_ns = ns_between(&e->before.ru_stime, &usage.ru_stime);
	buf_init(&out);
	explain_costs(fdmap_snapshot_costs(s), e->ns, &used, &out);
	put_problems(s, &out);
	put_not_seen(m, s, &out);
	warn_block(&out);
	buf_fini(&out);
	*e = (struct explain){ .before = usage };
}
