/* SPDX-License-Identifier: MIT */
/* Names: of users, of hosts and ports, and the NAME of a row. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "engine/endnote.h"
#include "engine/query.h"
#include "engine/reason.h"
#include "engine/snapshot.h"
#include "kind/kind.h"
#include "net/addr.h"
#include "os/errand.h"

struct fdmap_namer {
	struct resolve *resolve;
	unsigned what; /* enum fdmap_namer_what */
	unsigned left; /* ms that names nobody prepared may take */
	struct namer hooks;
};

static const char *host_hook(void *ctx, int family, const void *addr)
{
	struct fdmap_namer *n = ctx;
	struct resolve_addr a = { .family = family };

	if (!(n->what & FDMAP_NAMES_HOSTS))
		return NULL;
	memcpy(&a.a, addr, family == AF_INET ? 4 : 16);
	return resolve_host(n->resolve, &a);
}

static const char *service_hook(void *ctx, uint16_t port, const char *proto)
{
	struct fdmap_namer *n = ctx;

	return n->what & FDMAP_NAMES_PORTS ? resolve_service(n->resolve, port, proto, n->left)
					   : NULL;
}

static const char *program_hook(void *ctx, uint16_t port, const char *proto)
{
	struct fdmap_namer *n = ctx;

	return n->what & FDMAP_NAMES_RPC ? resolve_program(n->resolve, port, proto) : NULL;
}

int fdmap_namer_new(struct fdmap_namer **out, struct fdmap *m, unsigned what)
{
	struct fdmap_namer *n = calloc(1, sizeof(*n));

	if (!n)
		return -ENOMEM;
	n->resolve = fdmap_resolve(m);
	resolve_open(n->resolve);
	n->what = what;
	n->left = ERRAND_MS;
	n->hooks = (struct namer){ n, host_hook, service_hook, program_hook };
	*out = n;
	return 0;
}

void fdmap_namer_free(struct fdmap_namer *n)
{
	if (n)
		resolve_close(n->resolve);
	free(n);
}

const char *fdmap_namer_user(struct fdmap_namer *n, uid_t uid)
{
	return n && n->what & FDMAP_NAMES_USERS ? resolve_user(n->resolve, uid, n->left) : NULL;
}

bool fdmap_namer_waiting(const struct fdmap_namer *n, uid_t uid)
{
	return resolve_user_waiting(n->resolve, uid);
}

static void add_end(struct buf *addrs, const struct fdmap_sock *s, const void *end)
{
	struct resolve_addr a = { .family = s->family };

	if (addr_is_any(s->family, end))
		return;
	memcpy(&a.a, end, s->family == AF_INET ? 4 : 16);
	/* Printed as IPv4, so asked for as IPv4. */
	if (s->family == AF_INET6 && addr_is_v4mapped(&a.a.v6)) {
		struct in_addr v4;

		memcpy(&v4, &a.a.v6.s6_addr[12], 4);
		a = (struct resolve_addr){ .family = AF_INET, .a.v4 = v4 };
	}
	buf_put(addrs, &a, sizeof(a));
}

/* The addresses of all Internet sockets; how many of these there are. */
static size_t all_ends(const struct fdmap_snapshot *s, struct buf *addrs)
{
	size_t socks = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_sock *sock = s->procs[i].files[j].sock;

			if (!sock || !(FAMILY_BIT(sock->table) & FAMILY_INET))
				continue;
			socks++;
			add_end(addrs, sock, &sock->laddr);
			add_end(addrs, sock, &sock->raddr);
		}
	}
	return socks;
}

static bool has_inet(const struct fdmap_snapshot *s)
{
	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_sock *sock = s->procs[i].files[j].sock;

			if (sock && FAMILY_BIT(sock->table) & FAMILY_INET)
				return true;
		}
	}
	return false;
}

/* Who runs the processes; neighbours are often of one user. */
static int begin_users(struct fdmap_namer *n, const struct fdmap_snapshot *s)
{
	struct buf uids;
	int r;

	buf_init(&uids);
	for (size_t i = 0; i < s->nprocs; i++) {
		uid_t uid = s->procs[i].uid;

		if (!(s->procs[i].have & FDMAP_CRED) ||
		    (uids.n && memcmp(uids.p + uids.n - sizeof(uid), &uid, sizeof(uid)) == 0))
			continue;
		buf_put(&uids, &uid, sizeof(uid));
	}
	r = uids.failed
		    ? -ENOMEM
		    : resolve_users_begin(n->resolve, (const void *)uids.p, uids.n / sizeof(uid_t));
	buf_fini(&uids);
	return r;
}

static int ask_hosts(struct fdmap_namer *n, const struct buf *addrs, unsigned ms)
{
	if (addrs->failed)
		return -ENOMEM;
	if (!addrs->n || !(n->what & FDMAP_NAMES_HOSTS))
		return 0;
	return resolve_hosts(n->resolve, (const void *)addrs->p,
			     addrs->n / sizeof(struct resolve_addr), ms);
}

/* All are asked before anybody is waited for. */
int fdmap_namer_prepare(struct fdmap_namer *n, const struct fdmap_snapshot *s, unsigned ms)
{
	uint64_t begun = clock_ms();
	bool programs = false;
	struct buf addrs;
	int r = 0, err;

	buf_init(&addrs);
	if (n->what & (FDMAP_NAMES_HOSTS | FDMAP_NAMES_RPC))
		programs = all_ends(s, &addrs) && n->what & FDMAP_NAMES_RPC;
	if (programs)
		resolve_programs_begin(n->resolve, ms);
	if (n->what & FDMAP_NAMES_PORTS && !resolve_services_begun(n->resolve) && has_inet(s))
		resolve_services_begin(n->resolve);
	if (n->what & FDMAP_NAMES_USERS)
		r = begin_users(n, s);
	err = ask_hosts(n, &addrs, ms);
	r = r < 0 ? r : err;
	if (n->what & FDMAP_NAMES_USERS)
		resolve_users_end(n->resolve, clock_left(ms, begun));
	if (n->what & FDMAP_NAMES_PORTS)
		resolve_services_end(n->resolve, clock_left(ms, begun));
	if (programs)
		resolve_programs_end(n->resolve, clock_left(ms, begun));
	r = r < 0 ? r : resolve_error(n->resolve);
	n->left = clock_left(ms, begun);
	buf_fini(&addrs);
	return r;
}

static void put_notes(const struct fdmap_file *f, struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(f);

	if (more->note) {
		buf_putc(out, ' ');
		buf_puts(out, more->note);
	}
	if (f->failed && f->error)
		buf_printf(out, " (%s: %s)", kind_call(f->failed), strerrordesc_np(f->error));
}

/* One blank, not two: where lsof would show a state that is not there, it shows a blank. */
static void put_gap(struct buf *out)
{
	if (out->n && out->p[out->n - 1] != ' ')
		buf_putc(out, ' ');
}

/* Where lsof does not look: another network namespace, or nobody's hands. */
static void put_where(const struct fdmap_row *row, struct buf *out)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_netns *ns;
	size_t n;

	if (f->sock && f->sock->netns) {
		put_gap(out);
		ns = &fdmap_namespaces(row->snap, &n)[f->sock->netns];
		if (ns->name)
			buf_printf(out, "[netns %s]", ns->name);
		else
			buf_printf(out, "[netns %" PRIu64 "]", ns->ino);
	}
	if (fdmap_more(f)->unowned) {
		put_gap(out);
		buf_putc(out, '[');
		reason_put(f, out);
		buf_putc(out, ']');
	}
}

size_t fdmap_name(const struct fdmap_row *row, struct fdmap_namer *namer, unsigned how, char *buf,
		  size_t len)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct kind *kind = kind_by_id(f->kind);
	struct buf out;

	buf_lend(&out, buf, len);
	/* Found by a name: lsof shows that name, as it was typed. */
	if (more->as && f->kind != FDMAP_KIND_SOCKET)
		buf_puts(&out, more->as);
	else
		kind->describe(f, namer ? &namer->hooks : NULL, how, &out);
	if (more->server)
		buf_printf(&out, " (%s)", more->server);
	if (how & FDMAP_NAME_ENDS)
		endnote_put(f, how, &out);
	if (kind->info)
		kind->info(f, how, 0, &out);
	if (how & FDMAP_NAME_NETNS)
		put_where(row, &out);
	if (how & FDMAP_NAME_NOTES)
		put_notes(f, &out);
	return buf_give(&out, buf, len);
}

void fdmap_look(const struct fdmap_row *row, struct fdmap_look *look)
{
	*look = (struct fdmap_look){ 0 };
	kind_by_id(row->file->kind)->look(row->file, look);
}

const char *fdmap_sock_state(const struct fdmap_sock *sock)
{
	const struct family *f = families[sock->table];

	return f && f->state ? f->state(sock) : NULL;
}
