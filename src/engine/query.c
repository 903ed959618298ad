/* SPDX-License-Identifier: MIT */
/* Queries: their life, and the terms that are more than a name. */
#include "engine/query.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field/expr.h"
#include "net/family.h"

int fdmap_query_new(struct fdmap_query **q)
{
	*q = calloc(1, sizeof(**q));
	return *q ? 0 : -ENOMEM;
}

void fdmap_query_free(struct fdmap_query *q)
{
	if (!q)
		return;
	hash_fini(&q->pid.index);
	hash_fini(&q->pgid.index);
	hash_fini(&q->uid.index);
	idset_fini(&q->fds);
	for (size_t i = 0; i < q->ncmd; i++)
		free(q->cmd[i].prefix);
	free(q->cmd);
	for (size_t i = 0; i < q->nre; i++)
		regfree(&q->re[i].re);
	free(q->re);
	free(q->inet);
	pathset_fini(&q->path);
	trees_fini(q);
	exempts_fini(q);
	contexts_fini(q);
	nsset_fini(&q->netns);
	expr_free(q->filter);
	for (size_t i = 0; i < q->nterms; i++)
		free((char *)(uintptr_t)q->terms[i].text);
	free(q->terms);
	free(q);
}

void query_error(struct fdmap_error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
}

void *query_grow(void *v, size_t n, size_t size)
{
	/* Powers of two, so that n alone tells the capacity. */
	if (n & (n - 1))
		return v;
	return reallocarray(v, n ? n * 2 : 1, size);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void fdmap_query_source(struct fdmap_query *q, enum fdmap_source source)
{
	q->source = source;
}

void fdmap_query_engine(struct fdmap_query *q, enum fdmap_engine engine)
{
	q->engine = engine;
}

void fdmap_query_unowned(struct fdmap_query *q, bool unowned)
{
	q->unowned = unowned;
}

int query_term_new(struct fdmap_query *q, enum fdmap_term_class what, const char *text,
		   uint64_t number)
{
	struct fdmap_term *terms;
	char *copy = NULL;

	terms = query_grow(q->terms, q->nterms, sizeof(*terms));
	if (!terms)
		return -ENOMEM;
	q->terms = terms;
	if (text) {
		copy = strdup(text);
		if (!copy)
			return -ENOMEM;
	}
	terms[q->nterms] = (struct fdmap_term){ what, copy, number };
	return (int)q->nterms++;
}

int query_term(struct fdmap_query *q, enum fdmap_term_class what, const char *text,
	       uint64_t number)
{
	/* Exclusions and the like are never reported: each may have its own number. */
	for (size_t i = 0; what != FDMAP_TERM_OTHER && i < q->nterms; i++)
		if (q->terms[i].what == what && q->terms[i].number == number &&
		    same_text(q->terms[i].text, text))
			return (int)i;
	return query_term_new(q, what, text, number);
}

const struct fdmap_term *fdmap_query_terms(const struct fdmap_query *q, size_t *n)
{
	*n = q->nterms;
	return q->terms;
}

static int select_other(struct fdmap_query *q, uint32_t bit)
{
	int t = query_term(q, FDMAP_TERM_OTHER, NULL, 0);

	if (t >= 0)
		q->used |= bit;
	return t;
}

int fdmap_query_unix(struct fdmap_query *q)
{
	return select_other(q, SEL_UNX);
}

int fdmap_query_sockets(struct fdmap_query *q)
{
	return select_other(q, SEL_SOCK);
}

int fdmap_query_nlink(struct fdmap_query *q, uint64_t below)
{
	q->nlink_below = below;
	return select_other(q, SEL_NLINK);
}

int fdmap_query_nfs(struct fdmap_query *q)
{
	int t = query_term(q, FDMAP_TERM_NFS, NULL, 0);

	if (t >= 0) {
		q->nfs_term = (unsigned)t;
		q->used |= SEL_NFS;
	}
	return t;
}

void fdmap_query_skip_inet(struct fdmap_query *q, bool skip)
{
	q->skip_inet = skip;
}

void fdmap_query_ends(struct fdmap_query *q, enum fdmap_ends_mode mode)
{
	q->ends = mode;
}

/* One list: all its items include, or all exclude. */
static int fd_list(struct fdmap_query *q, unsigned how)
{
	bool exclude = how & FDMAP_NOT;

	if (q->fd_given && q->fd_exclude != exclude)
		return -EINVAL;
	q->fd_given = true;
	q->fd_exclude = exclude;
	return select_other(q, SEL_FD);
}

int fdmap_query_fd(struct fdmap_query *q, uint32_t lo, uint32_t hi, unsigned how)
{
	int t, err;

	if (lo > hi)
		return -EINVAL;
	t = fd_list(q, how);
	if (t < 0)
		return t;
	err = idset_add(&q->fds, lo, hi);
	return err < 0 ? err : t;
}

int fdmap_query_slot(struct fdmap_query *q, int slot, unsigned how)
{
	int t;

	if (slot >= 0 || slot < FDMAP_FD_URING)
		return -EINVAL;
	t = fd_list(q, how);
	if (t >= 0)
		q->slots |= 1u << -slot;
	return t;
}

int fdmap_query_no_fd(struct fdmap_query *q, unsigned how)
{
	return fd_list(q, how);
}

int fdmap_query_tasks(struct fdmap_query *q, enum fdmap_tasks mode)
{
	int t = 0;

	if (mode == FDMAP_TASKS_SELECT) {
		t = query_term(q, FDMAP_TERM_TASKS, NULL, 0);
		if (t < 0)
			return t;
		q->tasks_term = (unsigned)t;
		q->used |= SEL_TASK;
	} else {
		q->used &= ~(uint32_t)SEL_TASK;
	}
	q->tasks = mode;
	return t;
}

void fdmap_query_match(struct fdmap_query *q, enum fdmap_match match)
{
	q->match = match;
}

void fdmap_query_hide_failed(struct fdmap_query *q, bool hide)
{
	q->hide_failed = hide;
}

void fdmap_query_want(struct fdmap_query *q, uint32_t facts)
{
	q->want = facts;
}

bool fdmap_query_selects(const struct fdmap_query *q)
{
	return q->used != 0;
}

static int state_clash(const struct statelist *l, const char *name, const char *state,
		       uint32_t bit, bool exclude, struct fdmap_error *err)
{
	if ((exclude ? l->exclude : l->include) & bit) {
		query_error(err, "duplicate %s %s: %s", name,
			    exclude ? "exclusion" : "inclusion", state);
		return -EINVAL;
	}
	if ((exclude ? l->include : l->exclude) & bit) {
		query_error(err, "can't include and exclude %s state: %s", name, state);
		return -EINVAL;
	}
	return 0;
}

int fdmap_query_state(struct fdmap_query *q, const char *proto, const char *state, unsigned how,
		      struct fdmap_error *err)
{
	bool tcp = strcasecmp(proto, "tcp") == 0, exclude = how & FDMAP_NOT;
	struct statelist *l = tcp ? &q->tcp : &q->udp;
	const char *name = tcp ? "TCP" : "UDP";
	unsigned number;
	int t;

	if (!tcp && strcasecmp(proto, "udp") != 0) {
		query_error(err, "unknown -s protocol: \"%s\"", proto);
		return -EINVAL;
	}
	if (!family_state_number(tcp ? "tcp" : "udp", state, &number) || number >= 32) {
		query_error(err, "unknown %s state name: %s", name, state);
		return -EINVAL;
	}
	t = state_clash(l, name, state, 1u << number, exclude, err);
	if (t < 0)
		return t;
	t = exclude ? query_term(q, FDMAP_TERM_OTHER, state, number)
		    : query_term(q, tcp ? FDMAP_TERM_TCP_STATE : FDMAP_TERM_UDP_STATE, state,
				 number);
	if (t < 0)
		return t;
	if (exclude) {
		l->exclude |= 1u << number;
	} else {
		l->include |= 1u << number;
		l->term[number] = (unsigned)t;
	}
	return t;
}
