/* SPDX-License-Identifier: MIT */
/* Reading a pass, and what its records mean to the rows. */
#include "engine/pass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/digits.h"
#include "engine/filter.h"
#include "engine/scan.h"
#include "engine/select.h"
#include "engine/snapshot.h"

/* So few sockets are confirmed by /proc in less time than the longer records take. */
#define FEW_SOCKETS 10000
/* Open files of the whole machine; measured: docs/performance.md. */
#define FEW_FILES 2000
#define FEW_FILES_LONG 12000 /* where the program for sockets is needed */
#define FEW_OPEN "few files are open on this machine"

/* Sockets of the tables that a row may be of, as far as the tables decide. */
struct wanted {
	size_t n;
	uint64_t inodes[BPF_FEW];
	bool only_others; /* some terms are found by none of these, but by other sockets */
};

/* Who holds it may have a row; its terms are among the hits. */
static bool may_be_row(const struct scan *scan, const struct fdmap_sock *sock, uint64_t *hits)
{
	const struct fdmap_query *q = scan->q;
	bool hidden;
	uint32_t got = select_sock(scan->selector, sock, hits, &hidden);

	return !hidden && select_done(q, got | (q->used & (SEL_FD | SEL_PROC)));
}

static int count_wanted(const struct scan *scan, const struct fdmap_snapshot *s, struct wanted *w)
{
	const size_t words = hits_words(scan->q) + 1;
	/* Of the socket at hand, of those that are wanted, and of all others. */
	uint64_t *hits = calloc(3 * words, sizeof(*hits));
	uint64_t *of[] = { hits + words, hits + 2 * words };

	*w = (struct wanted){ .n = 0 };
	if (!hits)
		return -ENOMEM;
	for (size_t i = 0; i < s->gate.socks.n; i++) {
		const struct fdmap_sock *sock = socklist_at(&s->gate.socks, i);
		bool other;

		/* No descriptor is of a socket that has no inode any more. */
		if (!sock->ino)
			continue;
		memset(hits, 0, words * sizeof(*hits));
		other = !may_be_row(scan, sock, hits);
		for (size_t j = 0; j < words; j++)
			of[other][j] |= hits[j];
		if (other)
			continue;
		if (w->n < BPF_FEW)
			w->inodes[w->n] = sock->ino;
		w->n++;
	}
	/* A state is found by whoever is in it, though its address was not asked for. */
	for (size_t j = 0; j < words; j++)
		w->only_others |= (of[1][j] & ~of[0][j]) != 0;
	free(hits);
	return 0;
}

/* What is in no table may be a row all the same, or decide what is read again. */
static bool only_known(const struct scan *scan)
{
	return scan->plan->need_match && !scan->plan->rare && !scan->doubt && !scan->strays;
}

static int ask_sockets(const struct scan *scan, const struct fdmap_snapshot *s,
		       struct bpf_ask *ask)
{
	struct wanted w;
	int r;

	ask->what = BPF_SOCKETS;
	/* Other ends are looked for among all sockets. */
	if (!scan->plan->need_match || scan->plan->ends)
		return 0;
	r = count_wanted(scan, s, &w);
	if (r < 0)
		return r;
	if (w.n <= BPF_FEW && !w.only_others && only_known(scan)) {
		ask->what = BPF_INODES;
		ask->n = (unsigned)w.n;
		memcpy(ask->inodes, w.inodes, w.n * sizeof(*w.inodes));
	} else if (w.n <= FEW_SOCKETS) {
		ask->what = BPF_HELD;
	}
	return 0;
}

/*
 * By its number, where a device of its own says that this is the kernel's, too, for each of
 * its names; who has it is then looked at as ever. What lies on others is looked for by stat.
 */
static void ask_files(const struct scan *scan, struct bpf_ask *ask)
{
	const struct pathset *set = &scan->q->path;

	ask->what = BPF_FILES;
	for (size_t i = 0; i < set->n && i < BPF_FEW; i++) {
		if (!major(set->v[i].dev))
			ask->what = BPF_STATS;
		ask->inodes[ask->n++] = set->v[i].ino;
	}
}

static int make_ask(const struct scan *scan, const struct fdmap_snapshot *s, struct bpf_ask *ask)
{
	*ask = (struct bpf_ask){ .what = BPF_NAMES };
	switch (scan->plan->pass) {
	case PLAN_PASS_SOCKETS:
		/* A namespace may be kept by any descriptor. */
		return scan->strays ? 0 : ask_sockets(scan, s, ask);
	case PLAN_PASS_FILES:
		ask_files(scan, ask);
		return 0;
	case PLAN_PASS_STATS:
		ask->what = BPF_STATS;
		return 0;
	case PLAN_PASS_NONE:
	case PLAN_PASS_NAMES:
		return 0;
	}
	return 0;
}

/* Files that are open on this machine, roughly (fs/file_table.c, proc_nr_files); 0: not known. */
static uint64_t open_files(struct root *root)
{
	uint64_t n = 0;
	struct cursor c;
	struct buf text;

	buf_init(&text);
	if (root_read(root, NULL, "sys/fs/file-nr", &text) == 0) {
		c = cursor_of(buf_str(&text), text.n);
		if (!cursor_u64(&c, &n))
			n = 0;
	}
	buf_fini(&text);
	return n;
}

/* The programs take so long to be loaded that /proc has read as many in the meantime. */
static bool is_small(const struct scan *scan, uint64_t files, enum bpf_what what)
{
	return scan->q->engine == FDMAP_ENGINE_AUTO && files &&
	       files < (what == BPF_SOCKETS ? FEW_FILES_LONG : FEW_FILES);
}

int pass_take(struct bpf_pass *pass, struct scan *scan, struct fdmap_snapshot *s, unsigned threads)
{
	bool must = scan->q->engine == FDMAP_ENGINE_BPF;
	bool wanted = scan->plan->pass != PLAN_PASS_NONE;
	struct bpf_ask ask = { .n = 0 };
	const char *why = scan->plan->pass_why;
	uint64_t files = wanted && !must && scan->root->live ? open_files(scan->root) : 0;
	int r = 0;

	if (is_small(scan, files, BPF_NAMES)) {
		why = FEW_OPEN;
		wanted = false;
	}
	if (wanted || must)
		r = bpf_may(scan->root, &why);
	/* A namespace may be kept by any descriptor: sockets are not all. */
	if (r == 0 && s->pass_read && !scan->strays) {
		scan->pass = pass;
	} else if (r == 0 && wanted) {
		s->socks = NULL;
		r = make_ask(scan, s, &ask);
		wanted = !is_small(scan, files, ask.what);
		why = FEW_OPEN;
	}
	if (r == 0 && wanted && !scan->pass) {
		r = threads > 1 ? bpf_pass_begin(pass, scan->root, &ask, &why)
				: bpf_pass_read(pass, scan->root, &ask, &why);
		if (r == 0)
			scan->pass = pass;
	}
	s->engine_why = scan->pass ? NULL : why;
	s->engine = scan->pass ? FDMAP_ENGINE_BPF : FDMAP_ENGINE_PROC;
	/* Any other way is as good, if slower. */
	return r == 0 || !must ? 0 : -EOPNOTSUPP;
}

bool pass_tells(const struct scan *scan)
{
	return scan->pass->what == BPF_NAMES || scan->pass->what == BPF_SOCKETS;
}

/* Rings are among sockets as well, but for their number nothing is told of them there. */
bool pass_tells_of(const struct scan *scan, const struct bpf_head *h)
{
	return scan->pass->what == BPF_NAMES || (scan->pass->what == BPF_SOCKETS && h->kind != BPF_RING);
}

static bool stat_hit(const struct scan *scan, const struct bpf_file *f)
{
	const char *as = NULL;
	struct fdmap_stat st;

	return !bpf_stat(f, &st) || select_stat(scan->q, &st, NULL, &as);
}

bool pass_hit(const struct scan *scan, const struct bpf_head *h)
{
	/* Marks, and threads, whose descriptors are not their process'. */
	if (h->fd < 0 || h->tid)
		return false;
	if (h->kind == BPF_RING)
		return true;
	switch (scan->pass->what) {
	case BPF_HELD:
	case BPF_SOCKETS:
		return !only_known(scan) || socktab_find(scan->gate, h->ino);
	case BPF_STATS:
		return stat_hit(scan, (const struct bpf_file *)h);
	case BPF_NAMES:
	case BPF_INODES:
	case BPF_FILES:
	case BPF_UNIXES:
		return true;
	}
	return true;
}

/* What has come of it, once all of it has. */
static const struct bpf_holder *wait_for(struct worker *w, uint32_t pid)
{
	if (bpf_pass_wait(w->scan->pass, pid) == 0)
		return bpf_pass_find(w->scan->pass, pid);
	w->error = -ECANCELED;
	return NULL;
}

bool pass_skips(struct worker *w, uint32_t pid)
{
	const struct bpf_holder *h = wait_for(w, pid);
	const struct scan *scan = w->scan;
	size_t at;

	if (!h)
		return w->error;
	at = h->at;
	for (uint32_t i = 0; i < h->n; i++)
		if (pass_hit(scan, bpf_next(scan->pass, &at)))
			return false;
	return true;
}

const struct bpf_holder *pass_holder(struct worker *w, const struct procdir *pd)
{
	const struct scan *s = w->scan;
	const struct bpf_holder *h = s->pass && !pd->tid ? wait_for(w, (uint32_t)pd->pid) : NULL;
	char cwd[8];

	/* Who may not follow this link may not see descriptors, either. */
	if (h && pass_tells(s) && !w->has_cwd && root_link(s->root, &pd->dir, "cwd", cwd, sizeof(cwd)) < 0)
		return NULL;
	return h;
}

/*
 * Starts are told in ticks, and within one a number may have been of many. But who was still there
 * when the tick of its start was over, as when the pass was begun, has no follower of that tick.
 */
bool pass_outdated(const struct bpf_pass *pass, const struct bpf_holder *h, const struct about *a)
{
	const uint64_t tick = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);

	if (!h || !(a->have & FDMAP_COMM) || a->facts.start == UINT64_MAX)
		return false;
	return h->start / tick != a->facts.start ||
	       (pass->begun && a->facts.start >= pass->begun / tick);
}

/* "socket:[ino]": sockfs_dname() of net/socket.c */
static ssize_t socket_link(uint64_t ino, char *buf, size_t len)
{
	static const char head[] = "socket:[";
	char digits[DIGITS_MAX];
	size_t at = sizeof(head) - 1, n = digits_put(digits, ino);

	if (at + n + 2 > len)
		return -ENAMETOOLONG;
	memcpy(buf, head, at);
	memcpy(buf + at, digits, n);
	memcpy(buf + at + n, "]", 2);
	return (ssize_t)(at + n + 1);
}

ssize_t pass_link(const struct bpf_file *f, char *buf, size_t len)
{
	if (f->sock)
		return socket_link(f->h.ino, buf, len);
	if (f->name < 0)
		return f->name;
	/* As readlink: what is too long is cut. */
	if ((size_t)f->name >= len)
		return -ENAMETOOLONG;
	memcpy(buf, bpf_name(f), (size_t)f->name);
	buf[f->name] = '\0';
	return f->name;
}

uint32_t pass_lmode(const struct bpf_file *f)
{
	return (f->fmode & BPF_FMODE_READ ? S_IRUSR | S_IXUSR : 0u) |
	       (f->fmode & BPF_FMODE_WRITE ? S_IWUSR | S_IXUSR : 0u);
}

int pass_give_up(struct scan *scan, struct fdmap_snapshot *s)
{
	scan->pass = NULL;
	s->socks = NULL;
	s->pass_read = false;
	s->engine = FDMAP_ENGINE_PROC;
	s->engine_why = "the kernel broke off";
	return scan->q->engine == FDMAP_ENGINE_BPF ? -EOPNOTSUPP : 0;
}
