/* SPDX-License-Identifier: MIT */
/* Sockets by protocol, type and state. */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "out/quote.h"

/* Where sockets in no table stand: behind all others. */
#define NO_TABLE FDMAP_SOCK_TABLES

/* Sockets that look the same here. A name is the kernel's or ours, and lives until the end. */
struct bin {
	uint8_t table, type, state;
	const char *name; /* of the state, or the protocol of a socket in no table; NULL: none */
	uint64_t n, v4, v6;
};

struct totals {
	struct buf bins; /* struct bin */
	size_t last;	 /* the one that was found last: the next is often the same */
	uint64_t n, v4, v6;
	struct bin elsewhere; /* of these, those of other network namespaces than ours */
};

static const struct name_row type_names[] = {
	{ SOCK_STREAM, "STREAM" }, { SOCK_DGRAM, "DGRAM" },	    { SOCK_RAW, "RAW" },
	{ SOCK_RDM, "RDM" },	   { SOCK_SEQPACKET, "SEQPACKET" }, { SOCK_DCCP, "DCCP" },
	{ SOCK_PACKET, "PACKET" },
};

static const char *type_name(unsigned type)
{
	const char *name = names_find(type_names, ARRAY_LEN(type_names), type);

	return name ? name : "unknown";
}

static struct bin *bins_of(const struct totals *t, size_t *n)
{
	*n = t->bins.n / sizeof(struct bin);
	return (struct bin *)(void *)t->bins.p;
}

static struct bin bin_of(const struct fdmap_file *f)
{
	const struct fdmap_sock *sock = f->sock;

	if (!sock || !summary_table(sock))
		return (struct bin){ .table = NO_TABLE, .name = fdmap_more(f)->sockproto };
	return (struct bin){
		.table = sock->table,
		/* Of the others it follows from the protocol. */
		.type = sock->table == FDMAP_UNIX ? sock->type : 0,
		.state = sock->state,
		.name = fdmap_sock_state(sock),
	};
}

static int compare_names(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare(const void *a, const void *b)
{
	const struct bin *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	/* Of a UNIX socket the name says more than the number: some of these listen. */
	if (x->state != y->state && (x->name || y->name))
		return x->state < y->state ? -1 : 1;
	return compare_names(x->name, y->name);
}

/* NULL: no memory. */
static struct bin *bin_for(struct totals *t, const struct fdmap_file *f)
{
	const struct bin one = bin_of(f);
	size_t n;
	struct bin *v = bins_of(t, &n);

	if (t->last < n && compare(&v[t->last], &one) == 0)
		return &v[t->last];
	for (size_t i = 0; i < n; i++) {
		if (compare(&v[i], &one) == 0) {
			t->last = i;
			return &v[i];
		}
	}
	buf_put(&t->bins, &one, sizeof(one));
	if (t->bins.failed)
		return NULL;
	t->last = n;
	return &bins_of(t, &n)[t->last];
}

static int sockets_row(struct totals *t, const struct seen *x)
{
	const struct fdmap_sock *sock = x->row->file->sock;
	struct bin *bin;

	if (!x->is_socket || !x->first)
		return 0;
	bin = bin_for(t, x->row->file);
	if (!bin)
		return -ENOMEM;
	bin->n++;
	t->n++;
	if (sock && sock->family == AF_INET) {
		bin->v4++;
		t->v4++;
	} else if (sock && sock->family == AF_INET6) {
		bin->v6++;
		t->v6++;
	}
	if (sock && sock->netns) {
		t->elsewhere.n++;
		t->elsewhere.v4 += sock->family == AF_INET;
		t->elsewhere.v6 += sock->family == AF_INET6;
	}
	return 0;
}

static int sockets_end(struct totals *t, const struct format *fmt)
{
	size_t n;
	struct bin *v = bins_of(t, &n);

	(void)fmt;
	if (n)
		qsort(v, n, sizeof(*v), compare);
	return 0;
}

/* Bins from `from` on that are alike but for their state, added up; returns how many. */
static size_t add_up(const struct bin *v, size_t n, bool types, struct bin *sum)
{
	size_t i = 0;

	*sum = (struct bin){ .table = v->table, .type = v->type };
	for (; i < n && v[i].table == v->table && (!types || v[i].type == v->type); i++) {
		sum->n += v[i].n;
		sum->v4 += v[i].v4;
		sum->v6 += v[i].v6;
	}
	return i;
}

static bool has_versions(const struct bin *b)
{
	return b->v4 || b->v6;
}

static void grid_bin(struct grid *g, const struct bin *b, bool versions, unsigned indent,
		     const char *name)
{
	buf_pad(&g->text, ' ', indent);
	quote_text(name, strlen(name), &g->text);
	grid_left(g);
	grid_number(g, b->n);
	if (versions) {
		grid_number(g, b->v4);
		grid_number(g, b->v6);
	} else {
		grid_word(g, "");
		grid_word(g, "");
	}
}

static void grid_states(struct grid *g, const struct bin *v, size_t n, bool versions,
			unsigned indent)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].name)
			grid_bin(g, &v[i], versions, indent, v[i].name);
}

/* All of one table: its sum, then its states, those of UNIX below each type. */
static void grid_table(struct grid *g, const struct bin *v, size_t n)
{
	const struct fdmap_sock like = { .table = v->table };
	struct bin sum, part;

	(void)add_up(v, n, false, &sum);
	if (v->table == NO_TABLE) {
		grid_bin(g, &sum, false, 0, "in no table");
		for (size_t i = 0; i < n; i++)
			grid_bin(g, &v[i], false, 2, v[i].name ? v[i].name : "unknown");
		return;
	}
	grid_bin(g, &sum, has_versions(&sum), 0, summary_table(&like));
	if (v->table != FDMAP_UNIX) {
		grid_states(g, v, n, has_versions(&sum), 2);
		return;
	}
	for (size_t i = 0; i < n;) {
		size_t alike = add_up(v + i, n - i, true, &part);

		grid_bin(g, &part, false, 2, type_name(part.type));
		grid_states(g, v + i, alike, false, 4);
		i += alike;
	}
}

static void sockets_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct bin sum, all = { .n = t->n, .v4 = t->v4, .v6 = t->v6 };
	struct grid g;
	size_t n;
	const struct bin *v = bins_of(t, &n);

	(void)fmt;
	if (!n)
		return;
	grid_init(&g, 4, 2);
	grid_word(&g, "SOCKETS");
	grid_head(&g, "TOTAL", true);
	grid_head(&g, "IPv4", true);
	grid_head(&g, "IPv6", true);
	for (size_t i = 0; i < n;) {
		size_t alike = add_up(v + i, n - i, false, &sum);

		grid_table(&g, v + i, alike);
		i += alike;
	}
	grid_bin(&g, &all, true, 0, "all");
	/* What ss -s, in one namespace, does not count. */
	if (t->elsewhere.n)
		grid_bin(&g, &t->elsewhere, true, 2, "in other netns");
	buf_putc(out, '\n');
	grid_put(&g, 0, out);
	grid_fini(&g);
}

static void json_numbers(struct jsonw *w, const struct bin *b)
{
	summary_member(w, "total", b->n);
	if (has_versions(b)) {
		summary_member(w, "ipv4", b->v4);
		summary_member(w, "ipv6", b->v6);
	}
}

static void json_bin(struct jsonw *w, const struct bin *b)
{
	jsonw_object(w);
	if (b->table == NO_TABLE) {
		if (b->name)
			jsonw_text(w, "name", b->name, strlen(b->name));
	} else {
		if (b->table == FDMAP_UNIX)
			summary_word(w, "type", type_name(b->type));
		if (b->name)
			summary_word(w, "state", b->name);
	}
	json_numbers(w, b);
	jsonw_object_end(w);
}

static void json_table(struct jsonw *w, const struct bin *v, size_t n, const struct bin *sum)
{
	const struct fdmap_sock like = { .table = v->table };
	const char *name = summary_table(&like);

	jsonw_object(w);
	jsonw_key(w, "protocol");
	if (name)
		jsonw_string(w, name, strlen(name));
	else
		jsonw_null(w);
	json_numbers(w, sum);
	jsonw_key(w, name ? "states" : "names");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		if (v[i].name)
			json_bin(w, &v[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void sockets_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	struct bin sum, all = { .n = t->n, .v4 = t->v4, .v6 = t->v6 };
	size_t n;
	const struct bin *v = bins_of(t, &n);

	(void)fmt;
	jsonw_object(w);
	json_numbers(w, &all);
	summary_member(w, "other_netns", t->elsewhere.n);
	jsonw_key(w, "protocols");
	jsonw_array(w);
	for (size_t i = 0; i < n;) {
		size_t alike = add_up(v + i, n - i, false, &sum);

		json_table(w, v + i, alike, &sum);
		i += alike;
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void sockets_fini(struct totals *t)
{
	buf_fini(&t->bins);
}

const struct summary_part summary_sockets = {
	.key = "sockets",
	.needs = FDMAP_SOCK,
	.size = sizeof(struct totals),
	.row = sockets_row,
	.end = sockets_end,
	.text = sockets_text,
	.json = sockets_json,
	.fini = sockets_fini,
};
