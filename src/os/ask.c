/* SPDX-License-Identifier: MIT */
/* Hosts, each an errand of its own. */
#include "os/ask.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "os/errand.h"

struct question {
	struct errand errand;
	struct question *same; /* older ones whose address hashes alike; the owner's */
	const struct ask_calls *calls;
	char *host; /* NULL: the name of addr is asked for */
	struct resolve_addr addr;
	char *name; /* NULL: none */
	int error;  /* of the address of a host */
};

struct ask {
	const struct ask_calls *calls;
	struct errands *errands;
	struct buf names; /* struct question * of each name that is asked for */
	struct hash by_addr;
};

struct resolve_addr ask_plain(const struct resolve_addr *addr)
{
	struct resolve_addr a = { .family = addr->family };

	if (addr->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&addr->a.v6)) {
		a.family = AF_INET;
		memcpy(&a.a.v4, &addr->a.v6.s6_addr[12], sizeof(a.a.v4));
	} else if (addr->family == AF_INET6) {
		a.a.v6 = addr->a.v6;
	} else {
		a.a.v4 = addr->a.v4;
	}
	return a;
}

int ask_new(struct ask **out, const struct ask_calls *calls)
{
	struct ask *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return -ENOMEM;
	a->calls = calls;
	hash_init(&a->by_addr);
	buf_init(&a->names);
	err = errands_new(&a->errands, ASK_THREADS);
	if (err < 0)
		free(a);
	else
		*out = a;
	return err;
}

void ask_free(struct ask *a)
{
	if (!a)
		return;
	errands_free(a->errands);
	buf_fini(&a->names);
	hash_fini(&a->by_addr);
	free(a);
}

static void question_free(struct errand *e)
{
	struct question *q = (struct question *)e;

	free(q->host);
	free(q->name);
	free(q);
}

static void question_run(struct errand *e)
{
	struct question *q = (struct question *)e;
	char name[NI_MAXHOST] = "";

	if (q->host)
		q->error = q->calls->address(q->host, q->addr.family, &q->addr);
	else if (q->calls->name(&q->addr, name, sizeof(name)) == 0 && name[0])
		q->name = strdup(name);
}

static uint64_t key_of(const struct resolve_addr *plain)
{
	uint64_t w[2] = { 0, 0 };

	memcpy(w, &plain->a, sizeof(plain->a));
	return hash_mix(w[0], w[1] ^ (uint64_t)plain->family);
}

static struct question *question_at(const struct ask *a, size_t i)
{
	return ((struct question *const *)(const void *)a->names.p)[i];
}

static struct question *find_name(const struct ask *a, const struct resolve_addr *addr)
{
	struct resolve_addr plain = ask_plain(addr);
	struct question *q;
	uint32_t i;

	if (!hash_find(&a->by_addr, key_of(&plain), &i))
		return NULL;
	/* What is asked is not written to any more: it may be read while somebody is away with it.
	 */
	for (q = question_at(a, i); q; q = q->same)
		if (q->addr.family == plain.family &&
		    memcmp(&q->addr.a, &plain.a, sizeof(plain.a)) == 0)
			break;
	return q;
}

/* NULL when out of memory. */
static struct question *enqueue(struct ask *a, const struct resolve_addr *plain, const char *host)
{
	struct question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->errand.run = question_run;
	q->errand.free = question_free;
	q->calls = a->calls;
	q->addr = *plain;
	if (host) {
		q->host = strdup(host);
		if (!q->host) {
			free(q);
			return NULL;
		}
	}
	return errands_put(a->errands, &q->errand) < 0 ? NULL : q;
}

static int enqueue_name(struct ask *a, const struct resolve_addr *addr)
{
	struct resolve_addr plain = ask_plain(addr);
	uint64_t key = key_of(&plain);
	struct question *q;
	uint32_t i;

	if (find_name(a, addr))
		return 0;
	q = enqueue(a, &plain, NULL);
	if (!q)
		return -ENOMEM;
	if (hash_find(&a->by_addr, key, &i))
		q->same = question_at(a, i);
	buf_put(&a->names, &q, sizeof(q));
	if (a->names.failed)
		return -ENOMEM;
	return hash_put(&a->by_addr, key, (uint32_t)(a->names.n / sizeof(q) - 1));
}

int ask_names(struct ask *a, const struct resolve_addr *addrs, size_t n, unsigned ms)
{
	int err = 0;

	errands_round(a->errands);
	for (size_t i = 0; i < n && err == 0; i++)
		err = enqueue_name(a, &addrs[i]);
	errands_wait(a->errands, ms);
	return err;
}

const char *ask_name(struct ask *a, const struct resolve_addr *addr)
{
	const struct question *q = find_name(a, addr);

	return q && q->errand.known ? q->name : NULL;
}

int ask_address(struct ask *a, const char *host, int family, unsigned ms, struct resolve_addr *addr)
{
	struct resolve_addr wanted = { .family = family };
	struct question *q;

	errands_round(a->errands);
	q = enqueue(a, &wanted, host);
	if (!q)
		return -ENOMEM;
	errands_wait(a->errands, ms);
	if (!q->errand.known)
		return -ETIMEDOUT;
	if (q->error < 0)
		return -ENOENT;
	*addr = q->addr;
	return 0;
}
