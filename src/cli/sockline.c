/* SPDX-License-Identifier: MIT */
#include "cli/sockline.h"

#include <string.h>

#include "cli/habit.h"
#include "cli/habits.h"

void sockline_add(struct sockline *s, const char *word)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (strcmp(s->tables[i], word) == 0)
			return;
	if (s->ntables < SOCKLINE_TABLES)
		s->tables[s->ntables++] = word;
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
	bool v4 = s->flags & SOCK_V4, v6 = s->flags & SOCK_V6;

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
	if (s->flags & SOCK_ALL)
		return;
	if (tcp)
		buf_puts(here, s->flags & SOCK_LISTENING ? " -sTCP:LISTEN" : " -sTCP:^LISTEN");
	if (udp)
		buf_puts(here, s->flags & SOCK_LISTENING ? " -sUDP:CLOSE" : " -sUDP:ESTABLISHED");
}

/* The states that are shown of a table when the line names none. */
static const char *states_of(const struct sockline *s, const char *table)
{
	bool listening = s->flags & SOCK_LISTENING, is_unix = strcmp(table, "unix") == 0;

	if (s->netstat && strcmp(table, "tcp") == 0)
		return listening ? "state listening" : "state connected";
	if (s->netstat && is_unix)
		return listening ? "state listening" : "not state listening";
	if (s->netstat && strcmp(table, "inet") != 0)
		return listening ? "state closed" : "state established";
	/* What never has connections is closed, and shown all the same. */
	if (strcmp(table, "netlink") == 0 || strcmp(table, "packet") == 0 ||
	    strncmp(table, "p_", 2) == 0)
		return "";
	return listening ? "state listening state closed" : "state connected";
}

static bool states_differ(const struct sockline *s)
{
	for (size_t i = 1; i < s->ntables; i++)
		if (strcmp(states_of(s, s->tables[i]), states_of(s, s->tables[0])) != 0)
			return true;
	return false;
}

/* "(tcp or unix) and state listening", or where each table has states of its own all of them. */
static void put_tables(const struct sockline *s, struct buf *expr)
{
	bool stated = !(s->flags & SOCK_ALL) && !strstr(buf_str(&s->expr), "state ") &&
		      !strstr(buf_str(&s->expr), "excl");
	bool apart = stated && states_differ(s);
	const char *version = version_of(s, "ipv4", "ipv6");
	const char *states = stated && !apart ? states_of(s, s->tables[0]) : "";
	bool more = *version || *states || s->expr.n;
	const char *open = more && s->ntables > 1 ? "(" : "";

	buf_puts(expr, open);
	for (size_t i = 0; i < s->ntables; i++) {
		buf_printf(expr, "%s%s", i ? " or " : "", s->tables[i]);
		if (apart && *states_of(s, s->tables[i]))
			buf_printf(expr, " and %s", states_of(s, s->tables[i]));
	}
	buf_puts(expr, *open ? ")" : "");
	if (*version)
		habit_and(expr, version);
	if (*states)
		habit_and(expr, states);
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
		sockline_add(s, "inet");
		sockline_add(s, "unix");
	} else if (!s->ntables) {
		/* Not --sockets: that would also list those of other network namespaces. */
		sockline_add(s, *version_of(s, "4", "6") ? "inet"
				: s->flags & SOCK_ALL	 ? "state all"
							 : "socket");
	}
	put_tables(s, &expr);
	if (strcmp(buf_str(&expr), "unix") == 0)
		buf_puts(here, " -U");
	else
		habit_filter(here, &expr);
	buf_fini(&expr);
}

void sockline_put(struct sockline *s, struct buf *here)
{
	buf_puts(here, "fdmap");
	if (s->alone) {
		buf_puts(here, s->alone);
	} else {
		/* Hosts are names only for netstat, and for ss when it is asked to. */
		if (s->flags & SOCK_NUMERIC)
			buf_puts(here, " -nP");
		else if (!s->netstat && !(s->flags & SOCK_RESOLVE))
			buf_puts(here, " -n");
		if (is_inet_line(s))
			put_inet(s, here);
		else
			put_filtered(s, here);
		buf_puts(here, s->flags & SOCK_ALL ? " --unowned" : "");
		if (s->sets.n)
			buf_printf(here, " --columns=%s", buf_str(&s->sets));
		buf_puts(here, buf_str(&s->more));
	}
	if (s->netns) {
		buf_puts(here, " --netns=");
		habit_quote(here, s->netns);
	}
}
