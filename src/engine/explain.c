/* SPDX-License-Identifier: MIT */
/* What is done, in the order in which it is done; a part that is not needed is not told. */
#include "engine/explain.h"

#include <errno.h>
#include <inttypes.h>

#include "engine/filter.h"
#include "kind/kind.h"

#define LISTS_ALL (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)
#define SLOT_BIT(slot) (1u << -(slot))

static const struct name_row class_names[] = {
	{ SEL_CMD, "command" },
	{ SEL_PID, "process ID" },
	{ SEL_PGID, "process group" },
	{ SEL_UID, "user" },
	{ SEL_TASK, "thread" },
	{ SEL_CNTX, "security context" },
	{ SEL_FD, "descriptor" },
	{ SEL_NET, "Internet socket" },
	{ SEL_NA, "Internet address" },
	{ SEL_UNX, "UNIX socket" },
	{ SEL_SOCK, "socket" },
	{ SEL_NLINK, "number of links" },
	{ SEL_NM, "file" },
	{ SEL_NFS, "file on NFS" },
};

/* What is read for a fact of a process, the cheap ones first. */
static const struct name_row process_names[] = {
	{ FDMAP_CRED, "owner (fstat of its directory)" },
	{ FDMAP_COMM, "command and state (stat)" },
	{ FDMAP_START, "start (uptime, once)" },
	{ FDMAP_CGROUP, "container and unit (cgroup)" },
	{ FDMAP_CONTEXT, "security context (attr/current)" },
	{ FDMAP_STATUS, "namespaces and capabilities (status, ns)" },
	{ FDMAP_EXE, "program (link exe)" },
	{ FDMAP_CMDLINE, "arguments (cmdline)" },
	{ FDMAP_LIMITS, "limits (limits, statx of fd)" },
};

static const struct name_row row_names[] = {
	{ FDMAP_LINK, "link (readlink)" },
	{ FDMAP_STAT, "statx" },
	{ FDMAP_ACCESS, "open mode (lstat)" },
	{ FDMAP_FLAGS, "open flags (fdinfo)" },
	{ FDMAP_POS, "position (fdinfo)" },
	{ FDMAP_DETAIL, "what an anonymous inode is (fdinfo)" },
	{ FDMAP_MORE, "details (fdinfo)" },
};

static const struct name_row slot_names[] = {
	{ SLOT_BIT(FDMAP_FD_CWD), "cwd" },
	{ SLOT_BIT(FDMAP_FD_RTD), "root" },
	{ SLOT_BIT(FDMAP_FD_TXT), "exe" },
};

void words_end(struct words *w, const char *part)
{
	if (w->r == 0 && w->text.failed)
		w->r = -ENOMEM;
	if (w->r == 0 && w->text.n)
		w->r = w->each(w->arg, part, buf_str(&w->text));
	buf_reset(&w->text);
}

void words_say(struct words *w, const char *part, const char *text)
{
	buf_puts(&w->text, text);
	words_end(w, part);
}

static unsigned list(struct words *w, const struct name_row *names, size_t n, uint32_t bits,
		     const char *last)
{
	unsigned told = 0;
	uint32_t left = bits;

	for (size_t i = 0; i < n; i++) {
		if (!(left & names[i].value))
			continue;
		left &= ~names[i].value;
		if (told++) {
			bool more = false;

			for (size_t j = i + 1; j < n; j++)
				more = more || left & names[j].value;
			buf_puts(&w->text, more ? ", " : last);
		}
		buf_puts(&w->text, names[i].name);
	}
	return told;
}

unsigned words_list(struct words *w, const struct name_row *names, size_t n, uint32_t bits)
{
	return list(w, names, n, bits, " and ");
}

#define LIST(w, names, bits) words_list(w, names, ARRAY_LEN(names), bits)

static void explain_selected(struct words *w)
{
	const struct fdmap_query *q = w->q;

	if (!q->used && !q->filter)
		words_say(w, "selected", "everything");
	if (list(w, class_names, ARRAY_LEN(class_names), q->used,
		 q->match == FDMAP_MATCH_ALL ? " and " : " or "))
		words_end(w, "selected");
	for (size_t i = 0; i < q->nterms; i++) {
		if (q->terms[i].what != FDMAP_TERM_FILTER || !q->terms[i].text)
			continue;
		words_say(w, "filter", q->terms[i].text);
	}
}

static void explain_engine(struct words *w)
{
	static const char *const passes[] = {
		[PLAN_PASS_NAMES] = "tells what each descriptor is",
		[PLAN_PASS_STATS] = "finds the descriptors that can be rows, by stat",
		[PLAN_PASS_FILES] = "finds the descriptors of those files",
		[PLAN_PASS_SOCKETS] = "finds the sockets",
	};
	const struct plan *p = w->p;
	const char *why = p->pass == PLAN_PASS_NONE ? p->pass_why : w->system->no_bpf;

	if (p->pass == PLAN_PASS_NONE || why) {
		buf_printf(&w->text, "proc%s%s", why ? ": " : "", why ? why : "");
		words_end(w, "engine");
		return;
	}
	buf_printf(&w->text, "bpf: one pass %s", passes[p->pass]);
	words_end(w, "engine");
	if (p->pass_skips)
		words_say(w, "engine", "processes without such a descriptor are not opened");
}

static void explain_threads(struct words *w)
{
	buf_printf(&w->text, "%u at most", w->system->threads);
	words_end(w, "threads");
}

static void explain_processes(struct words *w)
{
	const struct plan *p = w->p;
	size_t n = w->q->used & SEL_PID ? w->q->pid.included : p->bounds.npids;

	if (p->direct)
		buf_printf(&w->text, "%zu that %s named; /proc is not listed", n,
			   n == 1 ? "is" : "are");
	else
		buf_puts(&w->text, "all that /proc lists");
	words_end(w, "processes");
	if (p->tasks)
		words_say(w, "processes", "each of their threads, too (task)");
	if (LIST(w, process_names, p->proc_gate)) {
		buf_puts(&w->text,
			 w->q->used & ~(uint32_t)SEL_PROC && w->q->match == FDMAP_MATCH_ANY
				 ? " must be known of each"
				 : " may reject one");
		words_end(w, "processes");
	}
	if (LIST(w, process_names, p->proc_filter)) {
		buf_puts(&w->text, " may reject one, for the filter");
		words_end(w, "processes");
	}
}

/* "descriptors; mappings (maps); links cwd, root and exe" */
static void put_lists(struct words *w, uint32_t lists)
{
	const struct plan *p = w->p;
	uint32_t special = p->slots & (SLOT_BIT(FDMAP_FD_CWD) | SLOT_BIT(FDMAP_FD_RTD) |
				       SLOT_BIT(FDMAP_FD_TXT));
	const char *between = "";

	if (lists & FDMAP_SPECIAL && special) {
		buf_puts(&w->text, special & (special - 1) ? "links " : "link ");
		LIST(w, slot_names, special);
		between = "; ";
	}
	if (lists & FDMAP_MAPS) {
		buf_printf(&w->text, "%smappings (maps)", between);
		between = "; ";
	}
	if (lists & FDMAP_FDS) {
		buf_printf(&w->text, "%sdescriptors (fd)", between);
		between = "; ";
	}
	if (!*between)
		buf_puts(&w->text, "nothing");
}

static void explain_walk(struct words *w)
{
	const struct plan *p = w->p;
	const struct fdmap_query *q = w->q;
	bool whole = !q->used || (q->used & SEL_PROC && (q->match == FDMAP_MATCH_ANY ||
							 !(q->used & ~(uint32_t)SEL_PROC)));
	bool single = !whole || q->used & ~(uint32_t)SEL_PROC;

	put_lists(w, whole ? p->lists_all : p->lists);
	if (whole && single && p->lists != p->lists_all) {
		buf_puts(&w->text, " of a process that is selected; of others ");
		put_lists(w, p->lists);
	}
	words_end(w, "walk");
	if (p->first_hit)
		words_say(w, "walk", "the first row of a process is enough");
}

/* No row can be anything else. */
static bool only_sockets(const struct words *w)
{
	bool whole = w->q->match == FDMAP_MATCH_ANY && w->q->used & SEL_PROC;

	return w->p->bounds.sockets || (w->p->only_sockets && !whole);
}

/* Facts that decide whether it is a row. */
static uint32_t row_gate(const struct words *w)
{
	return w->p->file_gate | (only_sockets(w) ? FDMAP_LINK : 0u);
}

static void explain_rows(struct words *w)
{
	const struct plan *p = w->p;
	const struct fdmap_query *q = w->q;
	uint32_t gate = row_gate(w);

	if (only_sockets(w))
		words_say(w, "rows",
			  p->need_match ? "must be sockets of the tables that were read before"
					: "must be sockets");
	if (q->used & SEL_FD && (q->match == FDMAP_MATCH_ALL || q->used == SEL_FD))
		words_say(w, "rows", "descriptors with other numbers are not read");
	if (LIST(w, row_names, gate)) {
		buf_puts(&w->text, gate & (gate - 1) ? " decide" : " decides");
		words_end(w, "rows");
	}
	if (q->ntrees)
		words_say(w, "rows",
			  "a link decides what is in a directory; the directory is walked only "
			  "for files whose link can't tell");
	if (q->filter)
		words_say(w, "rows", "the filter judges after each fact, what is cheap first");
}

/* Why facts are read that reject nothing. */
enum why { FOR_SHOW, FOR_FILTER, FOR_ENDS, FOR_OTHERS, WHYS };

static uint32_t facts_for(const struct words *w, uint32_t facts, enum why why)
{
	uint32_t shown = w->q->want, all = w->q->filter ? w->p->want : shown;

	switch (why) {
	case FOR_SHOW:
		return facts & shown;
	case FOR_FILTER:
		return facts & all & ~shown;
	case FOR_ENDS:
		return w->p->ends ? facts & ~all : 0;
	case FOR_OTHERS:
	case WHYS:
		break;
	}
	return w->p->ends ? 0 : facts & ~all;
}

static void explain_facts(struct words *w, const char *part, const struct name_row *names, size_t n,
			  uint32_t facts)
{
	static const char *const whys[WHYS] = {
		[FOR_SHOW] = "to be shown",
		[FOR_FILTER] = "for the filter",
		[FOR_ENDS] = "for other ends",
		[FOR_OTHERS] = "to be sure that it is there",
	};

	for (enum why i = FOR_SHOW; i < WHYS; i++) {
		if (!words_list(w, names, n, facts_for(w, facts, i)))
			continue;
		buf_printf(&w->text, ": %s", whys[i]);
		words_end(w, part);
	}
}

static void explain_kept(struct words *w)
{
	const struct plan *p = w->p;
	uint32_t facts = p->file_row & ~(uint32_t)FDMAP_OFFSETS;
	const struct fdlink any = { .what = FDLINK_SOCKET };

	/* Of what is a socket for certain not all of it is read. */
	if (only_sockets(w))
		facts = kind_by_id(FDMAP_KIND_SOCKET)->needs(&any, facts) | (facts & FDMAP_LINK);
	explain_facts(w, "of a row", row_names, ARRAY_LEN(row_names), facts & ~row_gate(w));
	explain_facts(w, "of its process", process_names, ARRAY_LEN(process_names),
		      p->proc_row & ~(p->proc_gate | p->proc_filter));
}

/* What follows the walk, and only if a row needs it. */
static void explain_joins(struct words *w)
{
	const struct plan *p = w->p;
	uint32_t want = p->want;

	explain_tables(w);
	if (p->mounts || want & FDMAP_MOUNTS)
		words_say(w, "after", "mounts (mountinfo), if a row is a file");
	if (p->ends != FDMAP_ENDS_NONE)
		words_say(w, "after",
			  p->notes_socks ? "other ends: what the walk has noted, and links of "
					   "processes that it has left out, if a row can have one"
					 : "other ends: links of all processes whose descriptors "
					   "are not all rows, if a row can have one");
	if (p->ends == FDMAP_ENDS_SELECT)
		words_say(w, "after", "other ends are rows, too");
	if (p->few_locks)
		words_say(w, "after", "locks, by fdinfo of the rows if these are few, or of all (locks)");
	else if (p->locks)
		words_say(w, "after", "locks (locks), if there is a row");
	if (want & FDMAP_CONTAINER)
		words_say(w, "after", "names of containers, from files of their runtimes");
	if (want & FDMAP_MORE)
		words_say(w, "after", "what details name");
	explain_unowned(w);
	if (w->q->filter) {
		bool late;

		(void)expr_needs(w->q->filter, &late);
		if (late)
			words_say(w, "after",
				  "the filter, which has columns that nothing tells before");
	}
}

int explain_plan(const struct plan *p, const struct fdmap_query *q,
		 const struct explain_system *system, explain_each *each, void *arg)
{
	struct words w = { .p = p, .q = q, .system = system, .each = each, .arg = arg };

	buf_init(&w.text);
	explain_selected(&w);
	explain_gates(&w);
	explain_engine(&w);
	explain_threads(&w);
	explain_processes(&w);
	explain_walk(&w);
	explain_rows(&w);
	explain_kept(&w);
	explain_joins(&w);
	buf_fini(&w.text);
	return w.r;
}
