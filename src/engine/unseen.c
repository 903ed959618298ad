/* SPDX-License-Identifier: MIT */
/*
 * Why a process may not be read, as the kernel decides it. PID/fd has its owner's
 * permissions, which CAP_DAC_READ_SEARCH passes; a link takes ptrace_may_access() with
 * PTRACE_MODE_READ (kernel/ptrace.c): the same user, who may not have more capabilities and
 * must be dumpable, or CAP_SYS_PTRACE in the user namespace of the process; and then what
 * security modules say. Yama's ptrace_scope is about attaching alone: it hides nothing here.
 */
#include "engine/unseen.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>

#include "engine/query.h"
#include "engine/scan.h"
#include "engine/snapshot.h"
#include "os/rights.h"
#include "proc/hidepid.h"

struct unseen {
	uint32_t pid;
	/* ABSENT: asked for by its number, and not there, or not shown to us. */
	enum { REFUSED, CLOSED, ABSENT, HELD } how;
};

static void note(struct worker *w, uint32_t pid, int how)
{
	struct unseen u = { .pid = pid, .how = how };

	buf_put(&w->unseen, &u, sizeof(u));
}

void unseen_refused(struct worker *w, uint32_t pid)
{
	note(w, pid, REFUSED);
}

void unseen_held(struct worker *w, uint32_t pid)
{
	note(w, pid, HELD);
}

void unseen_closed(struct worker *w, uint32_t pid, int err)
{
	if (row_denied(err))
		note(w, pid, CLOSED);
	else if (w->scan->plan->direct && row_ended(err))
		note(w, pid, ABSENT);
}

void unseen_keep(struct fdmap_snapshot *s, const struct worker *w)
{
	buf_put(&s->unseen, w->unseen.p, w->unseen.n);
	s->unseen.failed = s->unseen.failed || w->unseen.failed;
}

static int by_pid(const void *a, const void *b)
{
	const struct unseen *x = a, *y = b;

	if (x->pid != y->pid)
		return (x->pid > y->pid) - (x->pid < y->pid);
	return (int)x->how - (int)y->how;
}

/* The parties, and what was found out so far. */
struct asking {
	struct root *root;
	struct source *source;
	struct arena arena;
	struct rights rights;
	struct hidepid hide;
	struct fdmap_unseen *u;
};

#define CAP(which) (UINT64_C(1) << (which))

/* Capabilities that would let us see everything in our user namespace. */
static uint64_t lacking(const struct rights *r)
{
	uint64_t lack = CAP(CAP_SYS_PTRACE) & ~r->caps;

	if (!(r->caps & (CAP(CAP_DAC_READ_SEARCH) | CAP(CAP_DAC_OVERRIDE))))
		lack |= CAP(CAP_DAC_READ_SEARCH);
	return lack;
}

/* Who is not ours is closed to us: what our rights have to do with it. */
static enum fdmap_unseen_why why_we_may_not(const struct asking *k)
{
	const uint64_t lack = k->u->lacking;

	if (!lack)
		return k->rights.within ? FDMAP_UNSEEN_USERNS : FDMAP_UNSEEN_POLICY;
	/* Who has a part of what it takes misses the other part. */
	if (k->rights.uid == 0 || lack == CAP(CAP_SYS_PTRACE) || lack == CAP(CAP_DAC_READ_SEARCH))
		return FDMAP_UNSEEN_CAPABILITY;
	return FDMAP_UNSEEN_USER;
}

static enum fdmap_unseen_why why_not(const struct asking *k, const struct unseen *one, uid_t uid)
{
	enum fdmap_unseen_why why;

	if (one->how == HELD)
		return FDMAP_UNSEEN_HELD;
	if (!k->rights.known)
		return FDMAP_UNSEEN_UNKNOWN;
	if (one->how == CLOSED && k->u->hidepid)
		return FDMAP_UNSEEN_HIDEPID;
	why = why_we_may_not(k);
	if (why == FDMAP_UNSEEN_USER && one->how == REFUSED && uid == k->rights.uid)
		return FDMAP_UNSEEN_PROTECTED;
	return why;
}

/* PF_KTHREAD of include/linux/sched.h: the kernel's own threads have nothing open. */
#define PF_KTHREAD 0x00200000u

/* 1: it has something to hide; 0: it has nothing open, or is gone; or -ENOMEM and its like. */
static int look_again(struct asking *k, const struct unseen *one, uid_t *uid)
{
	struct source_facts facts;
	struct procdir pd;
	int r;

	if (one->how == CLOSED)
		return 1;
	r = procdir_open(k->root, (pid_t)one->pid, &pd);
	if (r < 0)
		return root_exhausted(r) ? r : row_denied(r);
	r = root_owner(k->root, &pd.dir, uid);
	if (r == 0)
		r = source_facts(k->source, &pd, &k->arena, &facts);
	if (r == 0)
		r = facts.state != 'Z' && facts.state != 'X' && !(facts.flags & PF_KTHREAD);
	else
		r = root_exhausted(r) ? r : !row_ended(r);
	procdir_close(&pd);
	return r;
}

/* Does /proc hide processes from us, in which way? */
static unsigned hides_how(const struct asking *k)
{
	if (!k->hide.how || !k->rights.known)
		return HIDEPID_OFF;
	if (k->rights.caps & CAP(CAP_SYS_PTRACE) && !k->rights.within)
		return HIDEPID_OFF;
	if (k->hide.how != HIDEPID_PTRACEABLE && rights_has_group(&k->rights, k->hide.gid))
		return HIDEPID_OFF;
	return k->hide.how;
}

/* 0 or -errno. */
static int count(struct asking *k, const struct unseen *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uid_t uid = 0;
		int r;

		if (v[i].how == ABSENT || (i && v[i].pid == v[i - 1].pid))
			continue;
		r = look_again(k, &v[i], &uid);
		if (r < 0)
			return r;
		if (r > 0) {
			k->u->n[why_not(k, &v[i], uid)]++;
			k->u->processes++;
		}
	}
	return 0;
}

/* Were others to be looked at than those that were there? */
static bool looks_beyond(const struct fdmap_snapshot *s, const struct unseen *v, size_t n)
{
	if (!s->costs.told.scans)
		return false;
	if (!s->direct)
		return true;
	for (size_t i = 0; i < n; i++)
		if (v[i].how == ABSENT)
			return true;
	return false;
}

static int ask(struct asking *k, const struct fdmap_snapshot *s, struct unseen *v, size_t n)
{
	int r = hidepid_read(k->root, &k->hide);

	if (r == 0 && !n && !k->hide.how)
		return 0;
	if (r == 0)
		r = rights_read(k->root, &k->rights);
	if (r == 0)
		r = source_new(&k->source, k->root);
	if (r < 0)
		return r;
	k->u->lacking = k->rights.known ? lacking(&k->rights) : 0;
	k->u->hidepid = hides_how(k);
	k->u->hidden = k->u->hidepid > HIDEPID_NOACCESS && looks_beyond(s, v, n);
	if (k->u->hidden)
		k->u->hidden_why = why_we_may_not(k);
	if (n)
		qsort(v, n, sizeof(*v), by_pid);
	return count(k, v, n);
}

int fdmap_unseen(struct fdmap *m, const struct fdmap_snapshot *s, struct fdmap_unseen *u)
{
	struct asking k = { .root = fdmap_root(m), .u = u };
	struct buf copy;
	int r;

	*u = (struct fdmap_unseen){ .processes = 0 };
	if (s->unseen.failed)
		return -ENOMEM;
	/* The snapshot does not change; others may look at it. */
	buf_init(&copy);
	buf_put(&copy, s->unseen.p, s->unseen.n);
	arena_init(&k.arena);
	rights_init(&k.rights);
	r = copy.failed ? -ENOMEM
			: ask(&k, s, (struct unseen *)(void *)copy.p, copy.n / sizeof(struct unseen));
	rights_fini(&k.rights);
	source_free(k.source);
	arena_fini(&k.arena);
	buf_fini(&copy);
	return r;
}
