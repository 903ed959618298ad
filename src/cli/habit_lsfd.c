/* SPDX-License-Identifier: MIT */
/* lsfd: columns and filters by names of its own. */
#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "cli/habit.h"
#include "cli/habits.h"

enum {
	FILTER = 1u << 0,
	COLUMNS = 1u << 1,
	COUNTER = 1u << 2,
	PIDS = 1u << 3,
	INET = 1u << 4,
	MORE = 1u << 5, /* `here` stands in the line */
};

/* clang-format off */
static const struct habitopt opts[] = {
	{ 'p', true, PIDS, "pid", NULL },
	{ 'o', true, COLUMNS, "output", NULL },
	{ 'Q', true, FILTER, "filter", NULL },
	{ 'C', true, COUNTER, "counter", NULL },
	{ 'i', false, INET, "inet", NULL },
	{ 'J', false, MORE, "json", " -J" },
	{ 'r', false, MORE, "raw", " --tsv" },
	{ 'u', false, MORE, "notruncate", " --width=0" },
	{ 0, false, MORE, "summary", " --summary" },
};

static const struct {
	const char *theirs, *here;
} columns[] = {
	{ "COMMAND", "comm" }, { "PID", "pid" }, { "TID", "tid" }, { "USER", "user" },
	{ "UID", "uid" }, { "ASSOC", "fd" }, { "FD", "fd" }, { "MODE", "mode" }, { "XMODE", "mode" },
	{ "FLAGS", "flags" }, { "POS", "pos" }, { "TYPE", "type" }, { "STTYPE", "kind" },
	{ "NAME", "name" }, { "KNAME", "path" }, { "DEV", "dev" }, { "MAJ:MIN", "dev" },
	{ "RDEV", "rdev" }, { "INODE", "ino" }, { "NLINK", "nlink" }, { "SIZE", "size" },
	{ "DELETED", "deleted" }, { "SOURCE", "source" }, { "AINODECLASS", "anon" },
	{ "ENDPOINTS", "peer" }, { "SOCK.NETNS", "netns" }, { "SOCK.PROTONAME", "proto" },
	{ "SOCK.STATE", "state" }, { "SOCK.TYPE", "socktype" }, { "SOCK.SHUTDOWN", "shutdown" },
	{ "INET.LADDR", "laddr" }, { "INET.RADDR", "raddr" }, { "INET6.LADDR", "laddr" },
	{ "INET6.RADDR", "raddr" }, { "TCP.LADDR", "local" }, { "TCP.RADDR", "remote" },
	{ "TCP.LPORT", "lport" }, { "TCP.RPORT", "rport" }, { "UDP.LADDR", "local" },
	{ "UDP.RADDR", "remote" }, { "UDP.LPORT", "lport" }, { "UDP.RPORT", "rport" },
	{ "UNIX.PATH", "unix_path" }, { "UNIX.IPEER", "peer_ino" },
	{ "NETLINK.PROTOCOL", "protocol" }, { "NETLINK.LPORT", "portid" },
	{ "PACKET.PROTOCOL", "protocol" }, { "PACKET.IFACE", "ifname" },
	{ "EVENTFD.ID", "eventfd_id" }, { "TIMERFD.CLOCKID", "timerfd_clockid" },
	{ "TIMERFD.INTERVAL", "timerfd_interval" }, { "TIMERFD.REMAINING", "timerfd_remaining" },
	{ "SIGNALFD.MASK", "signalfd_mask" }, { "PIDFD.PID", "pidfd_pid" },
	{ "PIDFD.COMM", "pidfd_command" }, { "PIDFD.NSPID", "pidfd_nspid" },
	{ "BPF.NAME", "bpf_name" }, { "BPF-MAP.ID", "bpf_id" }, { "BPF-MAP.TYPE", "bpf_type" },
	{ "BPF-PROG.ID", "bpf_id" }, { "BPF-PROG.TYPE", "bpf_type" }, { "BPF-PROG.TAG", "bpf_prog_tag" },
	{ "NS.TYPE", "ns_type" }, { "TUN.IFACE", "tun_iface" }, { "PTMX.TTY-INDEX", "pty_index" },
};
/* clang-format on */

static const char *column_of(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (strlen(columns[i].theirs) == len &&
		    strncasecmp(columns[i].theirs, word, len) == 0)
			return columns[i].here;
	return NULL;
}

/* "PID,COMMAND", "+POS" */
static bool put_columns(const char *list, struct buf *out)
{
	if (*list == '+')
		buf_putc(out, *list++);
	for (size_t len; *list; list += len + (list[len] == ',')) {
		const char *here;

		len = strcspn(list, ",");
		here = column_of(list, len);
		if (!here)
			return false;
		buf_printf(out, "%s%s", here, list[len] ? "," : "");
	}
	return true;
}

static size_t word_length(const char *p)
{
	size_t n = isalpha((unsigned char)*p) ? strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							  "abcdefghijklmnopqrstuvwxyz"
							  "0123456789.-:")
					      : 0;

	return n;
}

/* Whole words of both languages are the same, but for the names of columns. */
static bool put_expr(const char *p, struct buf *out)
{
	static const char *const same[] = { "and", "or", "not", "eq",	"ne",	"lt",
					    "le",  "gt", "ge",	"true", "false" };
	bool compares = false;

	while (*p) {
		size_t n = word_length(p);
		const char *here = column_of(p, n);
		bool known = here || !n;

		if (*p == '"' || *p == '\'') {
			const char *end = strchr(p + 1, *p);

			if (!end)
				return false;
			n = (size_t)(end + 1 - p);
		} else if (isdigit((unsigned char)*p)) {
			n = strspn(p, "0123456789abcdefABCDEFxKMGTPEZYiB.");
		}
		compares = compares || strchr("=!<>", *p);
		for (size_t i = 0; !known && i < ARRAY_LEN(same); i++)
			known = strlen(same[i]) == n && strncasecmp(same[i], p, n) == 0;
		if (!known)
			return false;
		if (here)
			buf_puts(out, here);
		else
			buf_put(out, p, n ? n : 1);
		p += n ? n : 1;
	}
	return compares;
}

struct lsfdline {
	unsigned flags;
	struct buf expr, columns, more;
	const char *pids;
};

static bool take_use(struct lsfdline *l, const struct habituse *use)
{
	const char *expr = use->value;

	l->flags |= use->opt->flag;
	switch (use->opt->flag) {
	case COLUMNS:
		return put_columns(use->value, &l->columns);
	case COUNTER:
		expr = strchr(use->value, ':');
		if (!expr || l->expr.n)
			return false;
		expr++;
		break;
	case FILTER:
		break;
	case PIDS:
		l->pids = use->value;
		return true;
	case INET:
		return true;
	default:
		buf_puts(&l->more, use->opt->here);
		return true;
	}
	habit_and(&l->expr, "");
	return put_expr(expr, &l->expr);
}

static void put_line(struct lsfdline *l, struct buf *here)
{
	bool and = l->flags & PIDS && l->flags & INET;

	buf_printf(here, "fdmap%s", and? " -a" : "");
	if (l->pids) {
		buf_puts(here, " -p ");
		habit_quote(here, l->pids);
	}
	buf_puts(here, l->flags & INET ? " -nP -i" : "");
	habit_filter(here, &l->expr);
	if (l->columns.n)
		buf_printf(here, " --columns=%s", buf_str(&l->columns));
	buf_puts(here, l->flags & COUNTER ? " --count" : "");
	buf_puts(here, buf_str(&l->more));
}

static bool read_line(int n, char *const *words, unsigned *flags, struct buf *here)
{
	struct habitline line = { words, n, 0, NULL };
	struct lsfdline l = { 0 };
	struct habituse use;
	int rc = 1;

	buf_init(&l.expr);
	buf_init(&l.columns);
	buf_init(&l.more);
	while (rc > 0) {
		rc = habit_next(&line, opts, ARRAY_LEN(opts), &use);
		if (rc > 0 && !take_use(&l, &use))
			rc = -1;
	}
	if (rc == 0 && line.i == n)
		put_line(&l, here);
	*flags = l.flags;
	buf_fini(&l.expr);
	buf_fini(&l.columns);
	buf_fini(&l.more);
	return rc == 0 && line.i == n;
}

static bool put_lsfd(int n, char *const *words, struct buf *here)
{
	unsigned flags;

	return read_line(n, words, &flags, here);
}

/* Its columns have names that nobody else types. */
static bool sure_lsfd(int n, char *const *words)
{
	struct buf here;
	unsigned flags;
	bool sure;

	buf_init(&here);
	sure = read_line(n, words, &flags, &here) && flags & (FILTER | COLUMNS | COUNTER);
	buf_fini(&here);
	return sure;
}

const struct habit habit_lsfd = { "lsfd", put_lsfd, sure_lsfd };
