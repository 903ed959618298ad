/* SPDX-License-Identifier: MIT */
/*
 * Rows of any values, with any words in them, through every format and column: what comes out is
 * well-formed and holds nothing that a terminal obeys, and batches change nothing. First bytes:
 * the format and how it looks; then the rows, value by value.
 */
#include <locale.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "test/fuzz/capture.h"
#include "test/fuzz/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Values from the bytes there are, then zeros. */
struct gen {
	const uint8_t *at, *end;
	struct arena arena;
};

static uint8_t get8(struct gen *g)
{
	return g->at < g->end ? *g->at++ : 0;
}

/* Mostly small, sometimes as large as it can be. */
static uint64_t get64(struct gen *g)
{
	uint64_t v = get8(g);

	if (v < 0xf0)
		return v;
	for (unsigned n = (unsigned)(v & 7) + 1; n; n--)
		v = v << 8 | get8(g);
	return v;
}

static void *room(struct gen *g, size_t size)
{
	void *p = arena_alloc(&g->arena, size);

	if (!p)
		abort();
	return p;
}

static const void *get_bytes(struct gen *g, size_t n)
{
	uint8_t *p = (uint8_t *)room(g, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = get8(g);
	return p;
}

static const char *get_text(struct gen *g)
{
	return (const char *)get_bytes(g, get8(g) % 40);
}

static const char *get_text_or_none(struct gen *g)
{
	return get8(g) & 1 ? get_text(g) : NULL;
}

/* ---- what a row is made of ---------------------------------------------------------- */

static const struct fdmap_detail *get_details(struct gen *g, uint32_t *n, bool keys, unsigned depth)
{
	static const char *const names[] = { "a", "tfd", "events", "k_4", "ino", "path", "x", "y" };
	struct fdmap_detail *d;

	*n = get8(g) % 5;
	d = (struct fdmap_detail *)room(g, sizeof(*d) * (*n + 1));
	for (uint32_t i = 0; i < *n; i++) {
		d[i].key = keys ? names[i] : NULL;
		d[i].type = get8(g) % (FDMAP_DETAIL_OBJECT + 1);
		if (depth == 0 && d[i].type >= FDMAP_DETAIL_LIST)
			d[i].type = FDMAP_DETAIL_U64;
		if (d[i].type >= FDMAP_DETAIL_LIST)
			d[i].v = get_details(g, &d[i].n, d[i].type == FDMAP_DETAIL_OBJECT,
					     depth - 1);
		else if (d[i].type == FDMAP_DETAIL_TEXT)
			d[i].text = get_text(g);
		else
			d[i].u = get64(g);
	}
	return d;
}

static const struct fdmap_sockx *get_sockx(struct gen *g)
{
	struct fdmap_sockx *x = (struct fdmap_sockx *)room(g, sizeof(*x));

	x->told = (uint32_t)get64(g);
	x->timer = get8(g);
	x->retrans = get8(g);
	x->shutdown = get8(g);
	x->tos = get8(g);
	x->options = (uint16_t)get64(g);
	x->timer_ms = (uint32_t)get64(g);
	x->mark = (uint32_t)get64(g);
	x->ifindex = (uint32_t)get64(g);
	x->ifname = get_text_or_none(g);
	x->cgroup = get64(g);
	x->cgroup_path = get_text_or_none(g);
	for (size_t i = 0; i < FDMAP_SKMEM_VARS; i++)
		x->mem[i] = (uint32_t)get64(g);
	x->cong = get_text_or_none(g);
	x->ulp = get_text_or_none(g);
	x->tcp_len = get8(g);
	x->tcp = x->tcp_len ? get_bytes(g, x->tcp_len) : NULL;
	x->mptcp_len = get8(g);
	x->mptcp = x->mptcp_len ? get_bytes(g, x->mptcp_len) : NULL;
	x->cc_len = get8(g) % 32;
	x->cc = x->cc_len ? get_bytes(g, x->cc_len) : NULL;
	x->cc_type = get8(g);
	return x;
}

static void get_sock_own(struct gen *g, struct fdmap_sock *s)
{
	static const uint8_t families[FDMAP_SOCK_TABLES] = {
		[FDMAP_UNIX] = AF_UNIX,	  [FDMAP_NETLINK] = AF_NETLINK, [FDMAP_PACKET] = AF_PACKET,
		[FDMAP_VSOCK] = AF_VSOCK, [FDMAP_XDP] = AF_XDP,		[FDMAP_TIPC] = AF_TIPC,
	};

	s->family = families[s->table];
	if (!s->family)
		s->family = get8(g) & 1 ? AF_INET6 : AF_INET;
	if (s->table == FDMAP_UNIX) {
		s->path = get_text_or_none(g);
		s->pointer = get64(g);
		s->peer = get64(g);
		s->mate = get64(g);
	} else if (s->family == AF_INET || s->family == AF_INET6) {
		memcpy(&s->laddr, get_bytes(g, sizeof(s->laddr)), sizeof(s->laddr));
		memcpy(&s->raddr, get_bytes(g, sizeof(s->raddr)), sizeof(s->raddr));
	} else {
		s->lcid = (uint32_t)get64(g);
		s->rcid = (uint32_t)get64(g);
		s->lport32 = (uint32_t)get64(g);
		s->rport32 = (uint32_t)get64(g);
	}
}

static const struct fdmap_sock *get_sock(struct gen *g)
{
	struct fdmap_sock *s = (struct fdmap_sock *)room(g, sizeof(*s));

	s->table = get8(g) % FDMAP_SOCK_TABLES;
	s->ino = get64(g);
	s->type = get8(g);
	s->state = get8(g);
	s->proto = (uint16_t)get64(g);
	s->lport = (uint16_t)get64(g);
	s->rport = (uint16_t)get64(g);
	s->flags = (uint32_t)get64(g) << 12;
	s->rq = (uint32_t)get64(g);
	s->wq = (uint32_t)get64(g);
	s->ifindex = (uint32_t)get64(g);
	s->told = get8(g);
	s->uid = (uid_t)get64(g);
	s->backlog = (uint32_t)get64(g);
	s->cookie = get64(g);
	s->x = get8(g) & 1 ? get_sockx(g) : NULL;
	get_sock_own(g, s);
	return s;
}

static const struct fdmap_end *get_ends(struct gen *g, uint32_t *n)
{
	struct fdmap_end *e;

	*n = get8(g) % 4;
	e = (struct fdmap_end *)room(g, sizeof(*e) * (*n + 1));
	for (uint32_t i = 0; i < *n; i++) {
		e[i] = (struct fdmap_end){ .pid = 1 + (pid_t)(get64(g) & 0x3fffffff),
					   .fd = (int32_t)get64(g),
					   .access = "rwu"[get8(g) % 3],
					   .uid = (uid_t)get64(g),
					   .comm = get_text(g) };
		e[i].pending = get8(g) & 1;
		e[i].beyond = get8(g) & 1;
	}
	return e;
}

static const struct fdmap_file_more *get_more(struct gen *g)
{
	struct fdmap_file_more *m = (struct fdmap_file_more *)room(g, sizeof(*m));
	struct fdmap_mount *mount = (struct fdmap_mount *)room(g, sizeof(*mount));

	m->as = get_text_or_none(g);
	m->note = get_text_or_none(g);
	m->sockproto = get_text_or_none(g);
	m->server = get_text_or_none(g);
	m->exempt = get_text_or_none(g);
	m->ends = get_ends(g, &m->nends);
	m->details = get_details(g, &m->ndetails, true, 2);
	*mount = (struct fdmap_mount){ get_text_or_none(g), get_text(g), get_text(g) };
	m->mount = get8(g) & 1 ? mount : NULL;
	m->pty = (uint32_t)get64(g);
	m->has_pty = get8(g) & 1;
	m->unowned = get8(g) % (FDMAP_UNOWNED_KERNEL + 1);
	m->unseen = get8(g) & 1;
	return m;
}

static const struct fdmap_stat *get_stat(struct gen *g)
{
	struct fdmap_stat *st = (struct fdmap_stat *)room(g, sizeof(*st));

	*st = (struct fdmap_stat){ .dev = get64(g), .rdev = get64(g), .ino = get64(g) };
	st->size = get64(g);
	st->mode = (uint32_t)get8(g) << 12 | (uint32_t)get64(g);
	st->nlink = (uint32_t)get64(g);
	return st;
}

static struct fdmap_file get_file(struct gen *g)
{
	struct fdmap_file f = { .fd = (int32_t)(get64(g) & 0x7fffffff) - 8,
				.kind = get8(g) % (FDMAP_KIND_EXEMPT + 1),
				.access = "rwu "[get8(g) % 4],
				.lock = "rRwW "[get8(g) % 5],
				.have = ~(uint32_t)get64(g),
				.oflags = (uint32_t)get64(g),
				.ino = get64(g),
				.pos = get64(g),
				.path = get_text(g) };

	f.deleted = get8(g) & 1;
	f.stat = f.have & FDMAP_STAT ? get_stat(g) : NULL;
	if (f.kind == FDMAP_KIND_SOCKET && get8(g) & 3)
		f.sock = get_sock(g);
	if (f.kind == FDMAP_KIND_FAILED) {
		f.failed = get8(g) % (FDMAP_CALL_OPENDIR + 1);
		f.error = (int16_t)get64(g);
	}
	f.more = get8(g) & 1 ? get_more(g) : NULL;
	return f;
}

static void get_process(struct gen *g, struct fdmap_process *p, pid_t pid)
{
	struct fdmap_file *files;

	*p = (struct fdmap_process){ .pid = pid, .ppid = (pid_t)get8(g), .pgid = (pid_t)get64(g) };
	p->tid = get8(g) & 1 ? pid + 1 : 0;
	p->uid = (uid_t)get64(g);
	p->have = ~(uint32_t)get64(g);
	p->comm = get_text(g);
	p->task = p->tid ? get_text_or_none(g) : NULL;
	p->context = get_text_or_none(g);
	p->runtime = get8(g) & 1 ? "docker" : NULL;
	p->container = p->runtime ? get_text_or_none(g) : NULL;
	p->container_name = p->container ? get_text_or_none(g) : NULL;
	p->pod = get_text_or_none(g);
	p->unit = get_text_or_none(g);
	p->cgroup = get_text_or_none(g);
	p->start = get64(g);
	p->age = get64(g);
	p->cmdline_len = get8(g) % 20;
	p->cmdline = p->cmdline_len ? (const char *)get_bytes(g, p->cmdline_len) : NULL;
	if (p->cmdline)
		p->cmdline_len++;
	p->exe = get_text_or_none(g);
	p->caps = get64(g);
	p->caps_known = get64(g);
	p->nofile = get64(g);
	p->nfds = (uint32_t)get64(g);
	p->nfiles = get8(g) % 4 + 1u;
	files = (struct fdmap_file *)room(g, sizeof(*files) * p->nfiles);
	for (uint32_t i = 0; i < p->nfiles; i++)
		files[i] = get_file(g);
	p->files = files;
}

/* ---- how it looks --------------------------------------------------------------------- */

static void get_columns(struct gen *g, struct columns *c)
{
	struct buf list, why;
	size_t n = 0;

	while (fdmap_field_at(n))
		n++;
	buf_init(&list);
	buf_init(&why);
	for (unsigned left = get8(g) % 8; left; left--) {
		const struct fdmap_field *f = fdmap_field_at(get8(g) % n);

		buf_puts(&list, list.n ? "," : get8(g) & 1 ? "+" : "");
		buf_puts(&list, f->key);
	}
	if (list.n && columns_choose(c, buf_str(&list), &why) < 0)
		abort();
	buf_fini(&list);
	buf_fini(&why);
}

static void get_format(struct gen *g, const struct sink_ops *ops, struct format *fmt)
{
	unsigned bits = get8(g) | (unsigned)get8(g) << 8;

	*fmt = (struct format){ .name_how = get8(g) & 63, .comm_width = get8(g) % 20 };
	fmt->letters = get8(g) & 1 ? ~UINT64_C(0) : get64(g);
	fmt->ppid = bits & 1;
	fmt->pgid = bits & 2;
	fmt->nlink = bits & 4;
	fmt->offset_only = bits & 8;
	fmt->size_only = !fmt->offset_only && bits & 16;
	fmt->context = bits & 32;
	fmt->flags = (enum format_flags)(bits >> 6 & 3) % 3;
	fmt->human = bits & 256;
	fmt->nul = bits & 512;
	fmt->terminal = bits & 1024;
	fmt->strict = fmt->terminal && bits & 2048;
	fmt->color = bits & 4096;
	fmt->offset_digits = get8(g) % 12;
	fmt->width = get8(g);
	if (ops == &sink_groups) {
		get_columns(g, &fmt->groups);
		fmt->groups.only = true;
	}
	if (ops == &sink_groups)
		fmt->as = (enum format_as)(get8(g) % (FORMAT_AS_JSONL + 1));
	else if (ops == &sink_summary)
		fmt->as = get8(g) & 1 ? FORMAT_AS_JSON : FORMAT_AS_TABLE;
	get_columns(g, &fmt->columns);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void print(const struct sink_ops *ops, const struct format *fmt,
		  const struct fdmap_process *procs, size_t n, size_t batch, struct buf *out)
{
	struct sink s;
	int rc = sink_begin(&s, ops, fmt, capture_fd());

	for (size_t i = 0; i < n && rc == 0; i += batch)
		rc = sink_processes(&s, NULL, procs + i, batch);
	if (rc == 0)
		rc = sink_end(&s);
	if (rc < 0)
		abort();
	sink_fini(&s);
	capture_take(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sink_ops *const all[] = {
		&sink_table, &sink_fields, &sink_terse,	 &sink_count,  &sink_json,    &sink_jsonl,
		&sink_csv,   &sink_tsv,	   &sink_print0, &sink_groups, &sink_summary, &sink_graph,
	};
	struct gen g = { data, data + size, { .blocks = NULL } };
	const struct sink_ops *ops = all[get8(&g) % ARRAY_LEN(all)];
	struct fdmap_process procs[3];
	struct buf whole, parts;
	struct format fmt;
	size_t n = 1 + get8(&g) % ARRAY_LEN(procs);

	if (!setlocale(LC_ALL, get8(&g) & 1 ? "C" : "C.UTF-8"))
		return 0;
	arena_init(&g.arena);
	buf_init(&whole);
	buf_init(&parts);
	get_format(&g, ops, &fmt);
	for (size_t i = 0; i < n; i++)
		get_process(&g, &procs[i], (pid_t)i * 2 + 1);
	if (ops != &sink_groups || fmt.groups.n) {
		print(ops, &fmt, procs, n, n, &whole);
		format_check(ops->name, &fmt, (struct span){ buf_str(&whole), whole.n });
		if (ops == &sink_fields &&
		    format_fields(&fmt, (struct span){ buf_str(&whole), whole.n }) != n)
			abort();
		if (!ops->whole)
			print(ops, &fmt, procs, n, 1, &parts);
		if (!ops->whole &&
		    (whole.n != parts.n || memcmp(buf_str(&whole), buf_str(&parts), whole.n) != 0))
			abort();
	}
	columns_fini(&fmt.columns);
	columns_fini(&fmt.groups);
	buf_fini(&whole);
	buf_fini(&parts);
	arena_fini(&g.arena);
	return 0;
}
