/* SPDX-License-Identifier: MIT */
/*
 * Any text as an expression: refused with a sentence and a place in it, or a tree that
 * says the same of a row twice, nothing it takes back of a part of one, and lets nothing
 * pass that is outside of its bounds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "field/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Answers depend on the name alone, so that runs repeat. */
static int fuzz_user(void *ctx, const char *login, uid_t *uid)
{
	(void)ctx;
	*uid = (unsigned char)login[0];
	return login[0] & 1 ? -ENOENT : 0;
}

static int fuzz_service(void *ctx, const char *name, const char *proto, uint16_t *port)
{
	(void)ctx;
	must(*name && *proto);
	*port = (uint16_t)(name[0] * 7 + (proto[0] == 'u'));
	return name[0] & 1 ? -ENOENT : 0;
}

static int fuzz_host(void *ctx, const char *name, struct expr_addr *addr, size_t max)
{
	(void)ctx;
	must(*name && max > 1);
	memset(addr, 0, 2 * sizeof(*addr));
	addr[0].family = AF_INET;
	addr[0].v4.s_addr = (uint32_t)name[0];
	addr[1].family = AF_INET6;
	memcpy(&addr[1].v6, name, strlen(name) < 16 ? strlen(name) : 16);
	return name[0] == 'x' ? -ENOENT : 1 + (name[0] & 1);
}

static int fuzz_interface(void *ctx, const char *name, uint32_t *index)
{
	(void)ctx;
	*index = (uint32_t)strlen(name);
	return name[0] & 1 ? -ENOENT : 0;
}

static int fuzz_cgroup(void *ctx, const char *path, uint64_t *id)
{
	(void)ctx;
	must(path[0] == '/');
	*id = strlen(path);
	return *id & 1 ? -ENOENT : 0;
}

static const struct tcp_info info = { .tcpi_rtt = 1500, .tcpi_snd_cwnd = 10 };
static const struct fdmap_sockx more = { .told = ~0u, .mark = 1, .ifindex = 2, .cgroup = 4,
					 .cong = "cubic", .tcp = &info, .tcp_len = sizeof(info) };
static const struct fdmap_sock socks[] = {
	{ .ino = 7, .table = FDMAP_TCP, .family = AF_INET, .type = SOCK_STREAM, .state = 1,
	  .lport = 80, .rport = 5432, .told = FDMAP_TOLD_UID, .laddr.v4.s_addr = 0x0100007f,
	  .raddr.v4.s_addr = 0x0100007f, .x = &more },
	{ .ino = 8, .table = FDMAP_UNIX, .family = AF_UNIX, .type = SOCK_STREAM, .state = 1,
	  .flags = 0x10000, .path = "/run/x" },
	{ .ino = 9, .table = FDMAP_UDP, .family = AF_INET6, .type = SOCK_DGRAM, .state = 7,
	  .lport = 53 },
};
static const struct fdmap_stat st = { .dev = 0x801, .ino = 2, .size = 4096, .mode = S_IFREG };
static const struct fdmap_file files[] = {
	{ .fd = 3, .kind = FDMAP_KIND_SOCKET, .access = 'u', .lock = ' ', .have = ~0u,
	  .path = "socket:[7]", .sock = &socks[0] },
	{ .fd = 4, .kind = FDMAP_KIND_SOCKET, .access = 'u', .lock = ' ', .have = ~0u,
	  .path = "socket:[8]", .sock = &socks[1] },
	{ .fd = 5, .kind = FDMAP_KIND_SOCKET, .access = 'u', .lock = ' ', .have = ~0u,
	  .path = "socket:[9]", .sock = &socks[2] },
	{ .fd = 6, .kind = FDMAP_KIND_FILE, .access = 'r', .lock = ' ', .have = ~0u,
	  .path = "/tmp/a", .stat = &st },
};
static const struct fdmap_process proc = { .pid = 812, .ppid = 1, .have = ~0u, .comm = "nginx" };

static void check_bounds(const struct expr_bounds *b, const struct fdmap_file *f)
{
	const struct fdmap_sock *s = f->sock;
	bool port = !b->nports, pid = !b->pids;

	for (unsigned i = 0; i < b->nports; i++) {
		must(b->ports[i].lo <= b->ports[i].hi && s != NULL);
		port |= (s->lport >= b->ports[i].lo && s->lport <= b->ports[i].hi) ||
			(s->rport >= b->ports[i].lo && s->rport <= b->ports[i].hi);
	}
	for (unsigned i = 0; i < b->npids; i++)
		pid |= b->pid[i] == (uint32_t)proc.pid;
	must(port && pid);
	must(!b->sockets || s);
	if (s)
		must((b->tables >> s->table & 1) && (b->states[s->table] >> s->state & 1));
}

static void check_row(const struct expr *e, const struct fdmap_file *f, struct fdmap_value *v)
{
	struct expr_row row = { .row = { NULL, &proc, f }, .known = ~0u };
	int whole = expr_eval(e, &row, v), part;
	struct expr_bounds b;

	must(whole == TRUTH_NO || whole == TRUTH_YES || whole == TRUTH_UNKNOWN);
	must(expr_eval(e, &row, v) == whole);
	row.known = FDMAP_LINK | FDMAP_COMM;
	part = expr_eval(e, &row, v);
	must(part == TRUTH_UNKNOWN || whole == TRUTH_UNKNOWN || part == whole);
	must(part != TRUTH_NO || expr_can_reject(e, row.known, true));
	expr_bounds(e, &b);
	must(b.nports <= EXPR_PORTS && b.npids <= EXPR_PIDS);
	if (whole == TRUTH_YES)
		check_bounds(&b, f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct expr_names names = { NULL,		 fuzz_user,   fuzz_service, fuzz_host,
						 fuzz_interface, fuzz_cgroup, NULL };
	char *text = strndup((const char *)data, size);
	struct expr_error err;
	struct fdmap_value v;
	struct expr *e;
	bool late;
	int r;

	if (!text)
		return 0;
	r = expr_parse(&e, text, &names, &err);
	if (r < 0) {
		must(r == -EINVAL && !e && err.text[0] && err.at <= strlen(text));
	} else {
		fdmap_value_init(&v, NULL);
		(void)expr_needs(e, &late);
		for (size_t i = 0; i < ARRAY_LEN(files); i++)
			check_row(e, &files[i], &v);
		fdmap_value_fini(&v);
		expr_free(e);
	}
	free(text);
	return 0;
}
