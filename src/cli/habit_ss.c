/* SPDX-License-Identifier: MIT */
/*
 * ss and netstat: letters for tables, letters for which sockets of them, and letters for more
 * of each.
 */
#include <string.h>

#include "base/util.h"
#include "cli/habit.h"
#include "cli/sockline.h"

/* clang-format off */
static const struct habitopt ss_opts[] = {
	{ 't', false, SOCK_TABLE, "tcp", "tcp" },
	{ 'u', false, SOCK_TABLE, "udp", "udp" },
	{ 'w', false, SOCK_TABLE, "raw", "raw" },
	{ 'x', false, SOCK_TABLE, "unix", "unix" },
	{ '0', false, SOCK_TABLE, "packet", "packet" },
	{ 'S', false, SOCK_TABLE, "sctp", "sctp" },
	{ 'M', false, SOCK_TABLE, "mptcp", "mptcp" },
	{ 0, false, SOCK_TABLE, "vsock", "vsock" },
	{ 0, false, SOCK_TABLE, "tipc", "tipc" },
	{ 0, false, SOCK_TABLE, "xdp", "xdp" },
	{ 'f', true, SOCK_FAMILY, "family", NULL },
	{ 'A', true, SOCK_FAMILY, "query", NULL },
	{ 'l', false, SOCK_LISTENING, "listening", NULL },
	{ 'a', false, SOCK_ALL, "all", NULL },
	{ 'n', false, SOCK_NUMERIC, "numeric", NULL },
	{ 'r', false, SOCK_RESOLVE, "resolve", NULL },
	{ 'p', false, 0, "processes", NULL },
	{ '4', false, SOCK_V4, "ipv4", NULL },
	{ '6', false, SOCK_V6, "ipv6", NULL },
	{ 'e', false, SOCK_COLUMNS, "extended", "@net" },
	{ 'i', false, SOCK_COLUMNS, "info", "@tcp" },
	{ 'm', false, SOCK_COLUMNS, "memory", "@mem" },
	{ 'o', false, SOCK_COLUMNS, "options", "@timers" },
	{ 's', false, SOCK_ALONE, "summary", " --summary" },
	{ 'Z', false, SOCK_MORE, "context", " -Z" },
	{ 'N', true, SOCK_NETNS, "net", NULL },
	{ 'H', false, 0, "no-header", NULL },
	{ 'O', false, 0, "oneline", NULL },
	{ 'Q', false, 0, "no-queues", NULL },
};

static const struct habitopt netstat_opts[] = {
	{ 't', false, SOCK_TABLE, "tcp", "tcp" },
	{ 'u', false, SOCK_TABLE, "udp", "udp" },
	{ 'U', false, SOCK_TABLE, "udplite", "udplite" },
	{ 'w', false, SOCK_TABLE, "raw", "raw" },
	{ 'x', false, SOCK_TABLE, "unix", "unix" },
	{ 'S', false, SOCK_TABLE, "sctp", "sctp" },
	{ 'l', false, SOCK_LISTENING, "listening", NULL },
	{ 'a', false, SOCK_ALL, "all", NULL },
	{ 'n', false, SOCK_NUMERIC, "numeric", NULL },
	{ 'p', false, 0, "programs", NULL },
	{ '4', false, SOCK_V4, NULL, NULL },
	{ '6', false, SOCK_V6, NULL, NULL },
	{ 'e', false, SOCK_COLUMNS, "extend", "@net" },
	{ 'o', false, SOCK_COLUMNS, "timers", "@timers" },
	{ 'c', false, SOCK_MORE, "continuous", " -r1" },
	{ 'Z', false, SOCK_MORE, "context", " -Z" },
	{ 'W', false, 0, "wide", NULL },
	{ 'v', false, 0, "verbose", NULL },
};
/* clang-format on */

/* What begins an expression of ss. */
static const char *const starters[] = { "state",     "exclude", "excl", "sport", "dport",
					"src",	     "dst",	"dev",	"not",	 "fwmark",
					"autobound", "cgroup",	"!" };

/* Words of -A and -f that a filter has by another name, or that are options. */
static bool add_family(struct sockline *s, const char *list)
{
	/* clang-format off */
	static const struct {
		const char *theirs, *here;
	} names[] = {
		{ "all", "socket" }, { "inet", "inet" }, { "tcp", "tcp" }, { "udp", "udp" },
		{ "raw", "raw" }, { "unix", "unix" }, { "unix_dgram", "u_dgr" }, { "u_dgr", "u_dgr" },
		{ "unix_stream", "u_str" }, { "u_str", "u_str" }, { "unix_seqpacket", "u_seq" },
		{ "u_seq", "u_seq" }, { "packet", "packet" }, { "link", "packet" },
		{ "packet_raw", "p_raw" }, { "p_raw", "p_raw" }, { "packet_dgram", "p_dgr" },
		{ "p_dgr", "p_dgr" }, { "netlink", "netlink" }, { "sctp", "sctp" },
		{ "mptcp", "mptcp" }, { "vsock", "vsock" }, { "tipc", "tipc" }, { "xdp", "xdp" },
		{ "inet6", "ipv6" },
	};
	/* clang-format on */

	for (size_t len; *list; list += len + (list[len] == ',')) {
		bool known = false;

		len = strcspn(list, ",");
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			if (strncmp(names[i].theirs, list, len) != 0 || names[i].theirs[len])
				continue;
			sockline_add(s, names[i].here);
			known = true;
		}
		if (!known)
			return false;
	}
	return true;
}

static bool take_use(struct sockline *s, const struct habituse *use)
{
	const struct habitopt *opt = use->opt;

	s->met++;
	switch (opt->flag) {
	case SOCK_TABLE:
		sockline_add(s, opt->here);
		break;
	case SOCK_COLUMNS:
		buf_printf(&s->sets, "%s%s", s->sets.n ? "," : "", opt->here);
		break;
	case SOCK_MORE:
		buf_puts(&s->more, opt->here);
		break;
	case SOCK_ALONE:
		s->alone = opt->here;
		break;
	case SOCK_NETNS:
		s->netns = use->value;
		break;
	case SOCK_FAMILY:
		return add_family(s, use->value);
	case SOCK_LISTENING:
	case SOCK_ALL:
		/* For ss the last one is meant, for netstat both are all. */
		if (!s->netstat)
			s->flags &= ~(unsigned)(SOCK_LISTENING | SOCK_ALL);
		s->flags |= opt->flag;
		break;
	default:
		s->flags |= opt->flag;
	}
	return true;
}

static bool starts_expr(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(starters); i++)
		if (strcmp(word, starters[i]) == 0)
			return true;
	return *word == '(';
}

static void sockline_init(struct sockline *s, bool netstat)
{
	*s = (struct sockline){ .netstat = netstat };
	buf_init(&s->sets);
	buf_init(&s->more);
	buf_init(&s->expr);
}

static void sockline_fini(struct sockline *s)
{
	buf_fini(&s->sets);
	buf_fini(&s->more);
	buf_fini(&s->expr);
}

/* Is every word one of that program's? */
static bool sockline_read(struct sockline *s, int n, char *const *words)
{
	struct habitline line = { words, n, 0, NULL };
	struct habituse use;

	for (;;) {
		int rc =
			habit_next(&line, s->netstat ? netstat_opts : ss_opts,
				   s->netstat ? ARRAY_LEN(netstat_opts) : ARRAY_LEN(ss_opts), &use);

		if (rc < 0 || (rc > 0 && !take_use(s, &use)))
			return false;
		if (rc > 0)
			continue;
		if (line.i == n)
			return true;
		if (s->netstat || (!s->expr.n && !starts_expr(words[line.i])))
			return false;
		buf_printf(&s->expr, "%s%s", s->expr.n ? " " : "", words[line.i++]);
	}
}

static bool put_socks(bool netstat, int n, char *const *words, struct buf *here)
{
	struct sockline s;
	bool mine;

	sockline_init(&s, netstat);
	mine = sockline_read(&s, n, words);
	if (mine)
		sockline_put(&s, here);
	sockline_fini(&s);
	return mine;
}

/* One letter is a slip; two, or one and an expression, are a habit. */
static bool sure_socks(bool netstat, int n, char *const *words)
{
	struct sockline s;
	bool sure;

	sockline_init(&s, netstat);
	sure = sockline_read(&s, n, words) && s.met + (s.expr.n > 0) > 1;
	sockline_fini(&s);
	return sure;
}

static bool put_ss(int n, char *const *words, struct buf *here)
{
	return put_socks(false, n, words, here);
}

static bool sure_ss(int n, char *const *words)
{
	return sure_socks(false, n, words);
}

static bool put_netstat(int n, char *const *words, struct buf *here)
{
	return put_socks(true, n, words, here);
}

static bool sure_netstat(int n, char *const *words)
{
	return sure_socks(true, n, words);
}

const struct habit habit_ss = { "ss", put_ss, sure_ss };
const struct habit habit_netstat = { "netstat", put_netstat, sure_netstat };
