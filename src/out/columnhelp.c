/* SPDX-License-Identifier: MIT */
/* What --columns=help says: one line for each column, under its group. */
#include "out/choose.h"

#include <string.h>

/* What a fact costs, in words. Facts that others bring along cost nothing of their own. */
static const struct {
	uint32_t fact;
	const char *words;
} costs[] = {
	{ FDMAP_COMM, "stat" },
	{ FDMAP_CRED, "owner" },
	{ FDMAP_LINK, "link" },
	{ FDMAP_ACCESS, "lstat" },
	{ FDMAP_STAT, "statx" },
	{ FDMAP_POS | FDMAP_OFFSETS | FDMAP_DETAIL | FDMAP_FLAGS, "fdinfo" },
	{ FDMAP_MORE, "fdinfo and what it names" },
	{ FDMAP_LOCK, "locks" },
	{ FDMAP_LOCKS, "locks" },
	{ FDMAP_MOUNTS, "mountinfo" },
	{ FDMAP_SOCK | FDMAP_QUEUES, "sockets" },
	{ FDMAP_SOCKX, "diag" },
	{ FDMAP_TCPINFO, "diag: tcp_info" },
	{ FDMAP_SKMEM, "diag: memory" },
	{ FDMAP_POINTER, "net/unix" },
	{ FDMAP_NETNS, "netns" },
	{ FDMAP_ENDS, "all links" },
	{ FDMAP_CONTEXT, "attr/current" },
	{ FDMAP_CGROUP, "cgroup" },
	{ FDMAP_CONTAINER, "runtimes" },
	{ FDMAP_CMDLINE, "cmdline" },
	{ FDMAP_EXE, "exe" },
	{ FDMAP_STATUS, "status" },
	{ FDMAP_LIMITS, "limits" },
	{ FDMAP_START, "start" },
};

static const char *const types[] = {
	[FDMAP_VALUE_U64] = "number", [FDMAP_VALUE_I64] = "number",   [FDMAP_VALUE_BOOL] = "yes/no",
	[FDMAP_VALUE_TEXT] = "text",  [FDMAP_VALUE_ADDR] = "address", [FDMAP_VALUE_LIST] = "list",
	[FDMAP_VALUE_TREE] = "tree",
};

static const char *const units[] = {
	[FDMAP_UNIT_NONE] = NULL,	  [FDMAP_UNIT_BYTES] = "bytes", [FDMAP_UNIT_NS] = "ns",
	[FDMAP_UNIT_US] = "us",		  [FDMAP_UNIT_MS] = "ms",	[FDMAP_UNIT_EPOCH] = "time",
	[FDMAP_UNIT_RATE] = "bytes/s",	  [FDMAP_UNIT_PERCENT] = "%",	[FDMAP_UNIT_PORT] = "port",
	[FDMAP_UNIT_USER] = "user",	  [FDMAP_UNIT_DEVICE] = "device", [FDMAP_UNIT_HEX] = "bits",
	[FDMAP_UNIT_INODE] = "inode",
};

/* Columns of the text: the widest key, type and cost of all of them. */
enum { KEY, TYPE, COST, PARTS };

static void put_part(const struct fdmap_field *f, int part, struct buf *out)
{
	size_t before = out->n;

	if (part == KEY) {
		buf_puts(out, f->key);
	} else if (part == TYPE) {
		buf_puts(out, types[f->type]);
		if (units[f->unit])
			buf_printf(out, ", %s", units[f->unit]);
	} else {
		for (size_t i = 0; i < ARRAY_LEN(costs); i++)
			if (f->needs & costs[i].fact)
				buf_printf(out, "%s%s", out->n > before ? ", " : "", costs[i].words);
		if (out->n == before)
			buf_puts(out, "free");
	}
}

static void put_field(const struct fdmap_field *f, const size_t width[PARTS], struct buf *out)
{
	const struct fdmap_field *of;
	const char *name;

	buf_puts(out, "  ");
	for (int part = 0; part < PARTS; part++) {
		size_t before = out->n;

		put_part(f, part, out);
		buf_pad(out, ' ', width[part] - (out->n - before) + 2);
	}
	buf_puts(out, f->help);
	for (size_t i = 0; (name = fdmap_field_alias(i, &of)); i++)
		if (of == f)
			buf_printf(out, "; also %s", name);
	buf_putc(out, '\n');
}

static void put_presets(struct buf *out)
{
	const char *name, *help, *lead, *keys;

	buf_puts(out, "\nsets:\n");
	for (size_t i = 0; (name = columns_preset(i, &help, &lead, &keys)); i++)
		buf_printf(out, "  %-9s %s\n            %s,%s\n", name, help, lead, keys);
}

static const char intro[] =
	"--columns=LIST: these columns instead of lsof's; +LIST: beside them. Upper case, and\n"
	"- for _, will do. What a row has not stays blank.\n"
	"\n"
	"A line is name, type, cost, meaning. Costs: stat, cmdline, cgroup, limits, ...: that\n"
	"file of a process; link, lstat, statx, fdinfo: one call for each descriptor; sockets:\n"
	"their tables, once; diag: more of each socket, from sock_diag alone; all links: those\n"
	"of every process; free: nothing that is not read anyway.\n";

void columns_help(struct buf *out)
{
	size_t width[PARTS] = { 0 };
	const struct fdmap_field *f;
	const char *group = "";
	struct buf part;

	buf_init(&part);
	for (size_t i = 0; (f = fdmap_field_at(i)); i++) {
		for (int p = 0; p < PARTS; p++) {
			buf_reset(&part);
			put_part(f, p, &part);
			width[p] = part.n > width[p] ? part.n : width[p];
		}
	}
	out->failed |= part.failed;
	buf_fini(&part);
	buf_puts(out, intro);
	for (size_t i = 0; (f = fdmap_field_at(i)); i++) {
		if (strcmp(group, f->group) != 0)
			buf_printf(out, "\n%s:\n", f->group);
		group = f->group;
		put_field(f, width, out);
	}
	put_presets(out);
}
