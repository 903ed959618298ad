/* SPDX-License-Identifier: MIT */
/*
 * Who holds most sockets: processes, and commands. One that several hold counts for each
 * of them, but only once for processes of one command.
 */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/keyset.h"
#include "out/quote.h"

enum { CLASS_TCP, CLASS_UDP, CLASS_UNIX, CLASS_NETLINK, CLASS_OTHER, CLASSES };
static const char *const heads[CLASSES] = { "TCP", "UDP", "UNIX", "NETLINK", "OTHER" };
static const char *const keys[CLASSES] = { "tcp", "udp", "unix", "netlink", "other" };

struct held {
	uint64_t n, of[CLASSES];
};
struct owner {
	const struct fdmap_process *proc;
	struct held held;
};
struct command {
	const struct fdmap_process *proc; /* one that is called so */
	struct held held;
	uint64_t procs; /* that hold one at least */
};

struct totals {
	bool begun;	     /* the set of names is */
	bool here;	     /* the process at hand has a socket */
	uint32_t command;    /* of the process at hand */
	struct buf owners;   /* struct owner */
	struct buf commands; /* struct command, by number of the name */
	struct keyset names;
	struct hash pairs; /* command and socket: they were counted */
};

static unsigned class_of(const struct fdmap_sock *sock)
{
	if (!sock)
		return CLASS_OTHER;
	switch (sock->table) {
	case FDMAP_TCP:
		return CLASS_TCP;
	case FDMAP_UDP:
		return CLASS_UDP;
	case FDMAP_UNIX:
		return CLASS_UNIX;
	case FDMAP_NETLINK:
		return CLASS_NETLINK;
	default:
		return CLASS_OTHER;
	}
}

static void add(struct held *h, const struct fdmap_sock *sock)
{
	h->n++;
	h->of[class_of(sock)]++;
}

static struct owner *owners_of(const struct totals *t, size_t *n)
{
	*n = t->owners.n / sizeof(struct owner);
	return (struct owner *)(void *)t->owners.p;
}

static struct command *commands_of(const struct totals *t, size_t *n)
{
	*n = t->commands.n / sizeof(struct command);
	return (struct command *)(void *)t->commands.p;
}

/* The first socket of a process. */
static int add_process(struct totals *t, const struct fdmap_process *proc)
{
	const struct owner owner = { .proc = proc };
	const struct command command = { .proc = proc };
	const char *comm = column_comm(proc);
	size_t n;
	int rc;

	buf_put(&t->owners, &owner, sizeof(owner));
	rc = keyset_add(&t->names, comm, strlen(comm), &t->command);
	if (rc > 0)
		buf_put(&t->commands, &command, sizeof(command));
	if (rc < 0 || t->owners.failed || t->commands.failed)
		return -ENOMEM;
	commands_of(t, &n)[t->command].procs++;
	return 0;
}

static int add_command(struct totals *t, const struct seen *x)
{
	uint64_t pair = (uint64_t)t->command << 32 | x->socket;
	size_t n;

	if (hash_find(&t->pairs, pair, NULL))
		return 0;
	add(&commands_of(t, &n)[t->command].held, x->row->file->sock);
	return hash_put(&t->pairs, pair, 0);
}

static int owners_row(struct totals *t, const struct seen *x)
{
	struct owner *v;
	size_t n;
	int rc = 0;

	if (!t->begun)
		keyset_init(&t->names);
	t->begun = true;
	if (x->begins)
		t->here = false;
	if (!x->is_socket || !x->first_here || x->row->proc->nobody)
		return 0;
	if (!t->here)
		rc = add_process(t, x->row->proc);
	if (rc < 0)
		return rc;
	t->here = true;
	v = owners_of(t, &n);
	add(&v[n - 1].held, x->row->file->sock);
	return add_command(t, x);
}

static int by_sockets(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->held.n != y->held.n)
		return x->held.n < y->held.n ? 1 : -1;
	return (x->proc->pid > y->proc->pid) - (x->proc->pid < y->proc->pid);
}

static int by_command(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	if (x->held.n != y->held.n)
		return x->held.n < y->held.n ? 1 : -1;
	return strcmp(column_comm(x->proc), column_comm(y->proc));
}

static int owners_end(struct totals *t, const struct format *fmt)
{
	size_t n, m;
	struct owner *owners = owners_of(t, &n);
	struct command *commands = commands_of(t, &m);

	(void)fmt;
	if (n)
		qsort(owners, n, sizeof(*owners), by_sockets);
	if (m)
		qsort(commands, m, sizeof(*commands), by_command);
	return 0;
}

static void grid_heads(struct grid *g)
{
	grid_head(g, "SOCKETS", true);
	for (unsigned i = 0; i < CLASSES; i++)
		grid_head(g, heads[i], true);
}

static void grid_held(struct grid *g, const struct held *h)
{
	grid_number(g, h->n);
	for (unsigned i = 0; i < CLASSES; i++)
		grid_number(g, h->of[i]);
}

static void text_owners(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct owner *v = owners_of(t, &n);

	summary_title("MOST SOCKETS, by process", out);
	grid_init(&g, CLASSES + 4, 2);
	grid_heads(&g);
	summary_process_heads(&g);
	for (size_t i = 0; i < summary_some(n, SUMMARY_TOP); i++) {
		grid_held(&g, &v[i].held);
		summary_process_cells(&g, fmt, v[i].proc);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
	summary_more(n, SUMMARY_TOP, "", out);
}

static void owners_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct command *v = commands_of(t, &n);

	if (!n)
		return;
	text_owners(t, fmt, out);
	summary_title("MOST SOCKETS, by command", out);
	grid_init(&g, CLASSES + 3, 2);
	grid_heads(&g);
	grid_head(&g, "PROCESSES", true);
	grid_word(&g, "COMMAND");
	for (size_t i = 0; i < summary_some(n, SUMMARY_TOP); i++) {
		grid_held(&g, &v[i].held);
		grid_number(&g, v[i].procs);
		quote_command(column_comm(v[i].proc), 0, &g.text);
		grid_left(&g);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
	summary_more(n, SUMMARY_TOP, "", out);
}

static void json_held(struct jsonw *w, const struct held *h)
{
	summary_member(w, "sockets", h->n);
	for (unsigned i = 0; i < CLASSES; i++)
		summary_member(w, keys[i], h->of[i]);
}

static void owners_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n, m;
	const struct owner *owners = owners_of(t, &n);
	const struct command *commands = commands_of(t, &m);

	jsonw_object(w);
	summary_member(w, "processes_total", n);
	summary_member(w, "commands_total", m);
	jsonw_key(w, "processes");
	jsonw_array(w);
	for (size_t i = 0; i < summary_some(n, SUMMARY_TOP); i++) {
		jsonw_object(w);
		summary_process_json(w, fmt, owners[i].proc);
		json_held(w, &owners[i].held);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_key(w, "commands");
	jsonw_array(w);
	for (size_t i = 0; i < summary_some(m, SUMMARY_TOP); i++) {
		const char *comm = column_comm(commands[i].proc);

		jsonw_object(w);
		jsonw_text(w, "command", comm, strlen(comm));
		summary_member(w, "processes", commands[i].procs);
		json_held(w, &commands[i].held);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void owners_fini(struct totals *t)
{
	buf_fini(&t->owners);
	buf_fini(&t->commands);
	keyset_fini(&t->names);
	hash_fini(&t->pairs);
}

const struct summary_part summary_owners = {
	.key = "owners",
	.needs = FDMAP_SOCK,
	.size = sizeof(struct totals),
	.row = owners_row,
	.end = owners_end,
	.text = owners_text,
	.json = owners_json,
	.fini = owners_fini,
};
