/* SPDX-License-Identifier: MIT */
/*
 * ss and netstat: letters for tables, letters for which sockets of them, and letters for more
 * of each.
 */
#include <string.h>

#include "base/util.h"
#include "cli/habit.h"
#include "cli/habits.h"

enum {
	TABLE = 1u << 0,   /* `here` is its word in a filter */
	COLUMNS = 1u << 1, /* `here` is their set */
	LISTENING = 1u << 2,
	ALL = 1u << 3,
	NUMERIC = 1u << 4,
	RESOLVE = 1u << 5,
	V4 = 1u << 6,
	V6 = 1u << 7,
	MORE = 1u << 8,	 /* `here` stands in the line */
	ALONE = 1u << 9, /* `here` is the whole line */
	FAMILY = 1u << 10,
	NETNS = 1u << 11,
};

/* clang-format off */
static const struct habitopt ss_opts[] = {
	{ 't', false, TABLE, "tcp", "tcp" },
	{ 'u', false, TABLE, "udp", "udp" },
	{ 'w', false, TABLE, "raw", "raw" },
	{ 'x', false, TABLE, "unix", "unix" },
	{ '0', false, TABLE, "packet", "packet" },
	{ 'S', false, TABLE, "sctp", "sctp" },
	{ 'M', false, TABLE, "mptcp", "mptcp" },
	{ 0, false, TABLE, "vsock", "vsock" },
	{ 0, false, TABLE, "tipc", "tipc" },
	{ 0, false, TABLE, "xdp", "xdp" },
	{ 'f', true, FAMILY, "family", NULL },
	{ 'A', true, FAMILY, "query", NULL },
	{ 'l', false, LISTENING, "listening", NULL },
	{ 'a', false, ALL, "all", NULL },
	{ 'n', false, NUMERIC, "numeric", NULL },
	{ 'r', false, RESOLVE, "resolve", NULL },
	{ 'p', false, 0, "processes", NULL },
	{ '4', false, V4, "ipv4", NULL },
	{ '6', false, V6, "ipv6", NULL },
	{ 'e', false, COLUMNS, "extended", "@net" },
	{ 'i', false, COLUMNS, "info", "@tcp" },
	{ 'm', false, COLUMNS, "memory", "@mem" },
	{ 'o', false, COLUMNS, "options", "@timers" },
	{ 's', false, ALONE, "summary", " --summary" },
	{ 'Z', false, MORE, "context", " -Z" },
	{ 'N', true, NETNS, "net", NULL },
	{ 'H', false, 0, "no-header", NULL },
	{ 'O', false, 0, "oneline", NULL },
	{ 'Q', false, 0, "no-queues", NULL },
};

static const struct habitopt netstat_opts[] = {
	{ 't', false, TABLE, "tcp", "tcp" },
	{ 'u', false, TABLE, "udp", "udp" },
	{ 'U', false, TABLE, "udplite", "udplite" },
	{ 'w', false, TABLE, "raw", "raw" },
	{ 'x', false, TABLE, "unix", "unix" },
	{ 'S', false, TABLE, "sctp", "sctp" },
	{ 'l', false, LISTENING, "listening", NULL },
	{ 'a', false, ALL, "all", NULL },
	{ 'n', false, NUMERIC, "numeric", NULL },
	{ 'p', false, 0, "programs", NULL },
	{ '4', false, V4, NULL, NULL },
	{ '6', false, V6, NULL, NULL },
	{ 'e', false, COLUMNS, "extend", "@net" },
	{ 'o', false, COLUMNS, "timers", "@timers" },
	{ 'c', false, MORE, "continuous", " -r1" },
	{ 'Z', false, MORE, "context", " -Z" },
	{ 'W', false, 0, "wide", NULL },
	{ 'v', false, 0, "verbose", NULL },
};
/* clang-format on */

/* What begins an expression of ss. */
static const char *const starters[] = { "state", "exclude", "excl", "sport",  "dport",	   "src",
					"dst",	 "dev",	    "not",  "fwmark", "autobound", "cgroup",
					"!" };

#define TABLES 16

struct sockline {
	bool netstat;
	unsigned met; /* how many options */
	unsigned flags;
	const char *tables[TABLES];
	size_t ntables;
	struct buf sets, more, expr;
	const char *netns, *alone;
};

static void add_table(struct sockline *s, const char *word)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (strcmp(s->tables[i], word) == 0)
			return;
	if (s->ntables < TABLES)
		s->tables[s->ntables++] = word;
}

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
			add_table(s, names[i].here);
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
	case TABLE:
		add_table(s, opt->here);
		break;
	case COLUMNS:
		buf_printf(&s->sets, "%s%s", s->sets.n ? "," : "", opt->here);
		break;
	case MORE:
		buf_puts(&s->more, opt->here);
		break;
	case ALONE:
		s->alone = opt->here;
		break;
	case NETNS:
		s->netns = use->value;
		break;
	case FAMILY:
		return add_family(s, use->value);
	case LISTENING:
	case ALL:
		/* For ss the last one is meant, for netstat both are all. */
		if (!s->netstat)
			s->flags &= ~(unsigned)(LISTENING | ALL);
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
		int rc = habit_next(&line, s->netstat ? netstat_opts : ss_opts,
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

static bool has_table(const struct sockline *s, const char *word)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (strcmp(s->tables[i], word) == 0)
			return true;
	return false;
}

static const char *version_of(const struct sockline *s, const char *four, const char *six)
{
	bool v4 = s->flags & V4, v6 = s->flags & V6;

	return v4 == v6 ? "" : v4 ? four : six;
}

/* Lists of states hide all that they have not: nothing else than TCP and UDP may be meant. */
static bool is_inet_line(const struct sockline *s)
{
	size_t n = has_table(s, "tcp") + has_table(s, "udp");

	return n && n == s->ntables && !s->expr.n;
}

static void put_inet(const struct sockline *s, struct buf *here)
{
	bool tcp = has_table(s, "tcp"), udp = has_table(s, "udp");

	buf_printf(here, " -i%s%s", version_of(s, "4", "6"), !udp ? "TCP" : !tcp ? "UDP" : "");
	if (s->flags & ALL)
		return;
	if (tcp)
		buf_puts(here, s->flags & LISTENING ? " -sTCP:LISTEN" : " -sTCP:^LISTEN");
	if (udp)
		buf_puts(here, s->flags & LISTENING ? " -sUDP:CLOSE" : " -sUDP:ESTABLISHED");
}

/* The states that are shown of a table when the line names none. */
static const char *states_of(const struct sockline *s, const char *table)
{
	bool listening = s->flags & LISTENING, is_unix = strcmp(table, "unix") == 0;

	if (s->netstat && strcmp(table, "tcp") == 0)
		return listening ? "state listening" : "state connected";
	if (s->netstat && is_unix)
		return listening ? "state listening" : "not state listening";
	if (s->netstat && strcmp(table, "inet") != 0)
		return listening ? "state closed" : "state established";
	if (listening)
		return "state listening state closed";
	/* What has no connections is closed, and shown all the same. */
	if (is_unix || has_table(s, "unix") || has_table(s, "u_dgr") || has_table(s, "packet") ||
	    has_table(s, "netlink") || has_table(s, "p_raw") || has_table(s, "p_dgr"))
		return "not state listening";
	return "state connected";
}

/* "(tcp or unix) and state listening", or where each table has states of its own all of them. */
static void put_tables(const struct sockline *s, struct buf *expr)
{
	bool stated = !(s->flags & ALL) && !strstr(buf_str(&s->expr), "state ") &&
		      !strstr(buf_str(&s->expr), "excl");
	bool apart = stated && s->netstat && s->ntables > 1;
	const char *version = version_of(s, "ipv4", "ipv6");
	bool more = *version || (stated && !apart) || s->expr.n;
	const char *open = more && s->ntables > 1 ? "(" : "";

	buf_puts(expr, open);
	for (size_t i = 0; i < s->ntables; i++) {
		buf_printf(expr, "%s%s", i ? " or " : "", s->tables[i]);
		if (apart)
			buf_printf(expr, " and %s", states_of(s, s->tables[i]));
	}
	buf_puts(expr, *open ? ")" : "");
	if (*version)
		habit_and(expr, version);
	if (stated && !apart)
		habit_and(expr, states_of(s, s->tables[0]));
	if (s->expr.n) {
		bool simple = !strstr(buf_str(&s->expr), " or ") && !strchr(buf_str(&s->expr), '|');

		buf_printf(expr, simple ? " and %s" : " and (%s)", buf_str(&s->expr));
	}
}

static void put_filtered(struct sockline *s, struct buf *here)
{
	struct buf expr;

	buf_init(&expr);
	if (!s->ntables && s->netstat) {
		add_table(s, "inet");
		add_table(s, "unix");
	} else if (!s->ntables) {
		add_table(s, *version_of(s, "4", "6") ? "inet" : "socket");
	}
	put_tables(s, &expr);
	if (strcmp(buf_str(&expr), "socket") == 0)
		buf_puts(here, " --sockets");
	else if (strcmp(buf_str(&expr), "unix") == 0)
		buf_puts(here, " -U");
	else
		habit_filter(here, &expr);
	buf_fini(&expr);
}

static void put_line(struct sockline *s, struct buf *here)
{
	buf_puts(here, "fdmap");
	if (s->alone) {
		buf_puts(here, s->alone);
	} else {
		/* Hosts are names only for netstat, and for ss when it is asked to. */
		if (s->flags & NUMERIC)
			buf_puts(here, " -nP");
		else if (!s->netstat && !(s->flags & RESOLVE))
			buf_puts(here, " -n");
		if (is_inet_line(s))
			put_inet(s, here);
		else
			put_filtered(s, here);
		buf_puts(here, s->flags & ALL ? " --unowned" : "");
		if (s->sets.n)
			buf_printf(here, " --columns=%s", buf_str(&s->sets));
		buf_puts(here, buf_str(&s->more));
	}
	if (s->netns) {
		buf_puts(here, " --netns=");
		habit_quote(here, s->netns);
	}
}

static bool put_socks(bool netstat, int n, char *const *words, struct buf *here)
{
	struct sockline s;
	bool mine;

	sockline_init(&s, netstat);
	mine = sockline_read(&s, n, words);
	if (mine)
		put_line(&s, here);
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
