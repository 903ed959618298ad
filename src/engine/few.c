/* SPDX-License-Identifier: MIT */
/* Asking for sockets one by one. */
#include "engine/few.h"

#include <errno.h>
#include <unistd.h>

#include "engine/passload.h"
#include "net/sockone.h"
#include "os/sockfd.h"

/* So few take no time, however few others there are ... */
#define FEW_INET 32
/* ... and more are asked where the tables tell of so many times their number. */
#define TOLD_MEANWHILE 12
#define MOST_INET 1024

struct few {
	struct fdmap_snapshot *s;
	struct root *root;
	uint32_t asks;    /* FAMILY_BIT: tables whose sockets are asked for */
	uint32_t missing; /* that must be read all the same */
	bool no_copies;   /* sockets of others may not be copied */
	struct diag diag;
};

static uint32_t table_of(const struct fdmap_file *f)
{
	const char *proto = fdmap_more(f)->sockproto;

	return proto ? family_of_protoname(proto) : 0;
}

static bool lacks_sock(const struct fdmap_file *f)
{
	return snapshot_is_socket(f) && !f->sock;
}

bool few_lacks(const struct fdmap_snapshot *s, const struct fdmap_file *f, uint32_t table)
{
	return lacks_sock(f) && table_of(f) & table && !socktab_find(&s->rows, f->ino);
}

/* What there are few enough of. */
static uint32_t choose(const struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	const uint32_t unixes = FAMILY_BIT(FDMAP_UNIX);
	uint32_t asks = plan->row_families & plan->diag_families & (FAMILY_INET | unixes);
	size_t inet = 0, unix_sockets = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_file *f = &s->procs[i].files[j];
			uint32_t table = lacks_sock(f) ? table_of(f) : 0;

			inet += (table & FAMILY_INET) != 0;
			unix_sockets += few_lacks(s, f, unixes);
			/* Its connections of TCP are in the table alone. */
			if (table & FAMILY_BIT(FDMAP_MPTCP))
				asks &= ~FAMILY_BIT(FDMAP_TCP);
		}
	}
	if (inet > FEW_INET &&
	    (inet > MOST_INET || inet * TOLD_MEANWHILE > sockets_used(root)))
		asks &= unixes;
	if (unix_sockets > FEW_UNIX)
		asks &= ~unixes;
	return asks;
}

/*
 * What the socket says of itself, by a copy of the descriptor. 1: *ends; 0: it is in no
 * table, or has been closed; -errno.
 */
static int find_ends(struct few *k, const struct fdmap_process *p, const struct fdmap_file *f,
		     struct sockends *ends)
{
	int fd, r;

	if (k->no_copies || p->tid || f->fd < 0)
		return -ENOTSUP;
	fd = sockfd_get(k->root, p->pid, f->fd, f->ino);
	k->no_copies = fd == -EPERM || fd == -ENOSYS;
	/* The row goes when it is looked at once more (late.c). */
	if (fd == -ESTALE || fd == -EBADF || fd == -ESRCH)
		return 0;
	if (fd < 0)
		return fd;
	r = sockfd_told(fd);
	if (r > 0)
		r = sockfd_ends(fd, ends) < 0 ? -ENOTSUP : 1;
	close(fd);
	return r;
}

static enum fdmap_sock_table number_of(uint32_t table)
{
	unsigned i = 0;

	while (i + 1 < FDMAP_SOCK_TABLES && table != FAMILY_BIT(i))
		i++;
	return (enum fdmap_sock_table)i;
}

static int ask_for(struct few *k, const struct fdmap_process *p, const struct fdmap_file *f)
{
	uint32_t table = table_of(f);
	struct sockone one = { .table = number_of(table), .ino = f->ino };
	bool known = socktab_find(&k->s->rows, f->ino);
	int r = 1;

	/* What does not say what it is may be in any. */
	if (!fdmap_more(f)->sockproto)
		k->missing = UINT32_MAX;
	if (known || !(k->asks & ~k->missing & table)) {
		k->missing |= known ? 0 : table;
		return 0;
	}
	if (table & FAMILY_INET)
		r = find_ends(k, p, f, &one.ends);
	if (r == 0)
		return 0;
	if (r > 0)
		r = sockone_load(&k->s->rows, k->root, &k->diag, &one);
	if (r <= 0)
		k->missing |= table;
	return root_exhausted(r) ? r : 0;
}

static int ask_for_all(struct few *k)
{
	const struct fdmap_snapshot *s = k->s;
	int r = 0;

	diag_init(&k->diag);
	for (size_t i = 0; r == 0 && i < s->nprocs; i++)
		for (uint32_t j = 0; r == 0 && j < s->procs[i].nfiles; j++)
			if (lacks_sock(&s->procs[i].files[j]))
				r = ask_for(k, &s->procs[i], &s->procs[i].files[j]);
	diag_fini(&k->diag);
	return r;
}

int few_late(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	struct few k = { .s = s, .root = root };
	int r;

	if (!plan->exact || !root->live)
		return 0;
	k.asks = choose(s, root, plan) & FAMILY_INET;
	r = k.asks ? ask_for_all(&k) : 0;
	if (r == 0 && k.asks)
		snapshot_join_socks(s);
	return r;
}

int few_join(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
	     const struct plan *plan, uint32_t *missing)
{
	struct few k = { .s = s, .root = root };
	int r;

	if (!plan->few || !root->live)
		return 0;
	r = few_pass(s, root, q, plan);
	k.asks = choose(s, root, plan);
	r = r < 0 ? r : ask_for_all(&k);
	*missing &= k.missing | FAMILY_NO_RAW6;
	return r;
}
