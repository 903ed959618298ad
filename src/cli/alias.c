/* SPDX-License-Identifier: MIT */
#include "cli/alias.h"

#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "cli/habits.h"

struct alias {
	const char *name;
	const char *here;  /* {NAME} is the value, or NAME where there is none */
	const char *other; /* who is to be asked, where it is nothing of ours */
};

/* clang-format off: a line each. A name here is no abbreviation of a longer one of ours. */
static const struct alias aliases[] = {
	{ "port", "-i :{PORT}", NULL },
	{ "local-port", "--filter 'lport == {PORT}'", NULL },
	{ "remote-port", "--filter 'rport == {PORT}'", NULL },
	{ "address", "-i @{ADDRESS}", NULL },
	{ "host", "-i @{HOST}", NULL },
	{ "tcp", "-iTCP", NULL },
	{ "udp", "-iUDP", NULL },
	{ "ipv4", "-i4", NULL },
	{ "ipv6", "-i6", NULL },
	{ "raw", "--filter raw, or --tsv", NULL },
	{ "packet", "--filter packet", NULL },
	{ "netlink", "--filter netlink", NULL },
	{ "vsock", "--filter vsock", NULL },
	{ "sctp", "--filter sctp", NULL },
	{ "mptcp", "--filter mptcp", NULL },
	{ "listen", "-iTCP -sTCP:LISTEN", NULL },
	{ "listening", "-iTCP -sTCP:LISTEN", NULL },
	{ "listeners", "-iTCP -sTCP:LISTEN", NULL },
	{ "established", "-iTCP -sTCP:ESTABLISHED", NULL },
	{ "process", "-p {PID}", NULL },
	{ "processes", "--columns=@process", NULL },
	{ "program", "-c {COMMAND}", NULL },
	{ "programs", "-c {COMMAND}", NULL },
	{ "name", "-c {COMMAND}", NULL },
	{ "file", "fdmap {FILE}", NULL },
	{ "path", "fdmap {FILE}", NULL },
	{ "deleted", "+L1", NULL },
	{ "numeric", "-nP", NULL },
	{ "numeric-hosts", "-n", NULL },
	{ "numeric-ports", "-P", NULL },
	{ "resolve", "+n", NULL },
	{ "all", "--filter 'state all' --unowned", NULL },
	{ "extended", "--columns=@net", NULL },
	{ "extend", "--columns=@net", NULL },
	{ "info", "--columns=@tcp", NULL },
	{ "memory", "--columns=@mem", NULL },
	{ "options", "--columns=@timers", NULL },
	{ "timers", "--columns=@timers", NULL },
	{ "statistics", "--summary", NULL },
	{ "output", "--columns={LIST}", NULL },
	{ "format", "--columns={LIST}", NULL },
	{ "list-columns", "--columns=help", NULL },
	{ "noheadings", "--tsv ... | tail -n +2", NULL },
	{ "no-header", "--tsv ... | tail -n +2", NULL },
	{ "notruncate", "--width=0", NULL },
	{ "counter", "--count=LIST", NULL },
	{ "group-by", "--count={LIST}", NULL },
	{ "query", "--filter {EXPR}", NULL },
	{ "where", "--filter {EXPR}", NULL },
	{ "grep", "--filter {EXPR}", NULL },
	{ "kill", "kill $(fdmap -t ...)", NULL },
	{ "signal", "kill $(fdmap -t ...)", NULL },
	{ "silent", "-t ... >/dev/null", NULL },
	{ "follow", "-r1", NULL },
	{ "watch", "-r1", NULL },
	{ "interval", "-r{SECONDS}", NULL },
	{ "continuous", "-r1", NULL },
	{ "namespace", "--netns={NAME}", NULL },
	{ "container", "--netns=all --columns=+container", NULL },
	{ "yaml", "--json", NULL },
	{ "writeonly", "--filter 'mode in (w, u)'", NULL },
	{ "route", NULL, "ip route" },
	{ "routes", NULL, "ip route" },
	{ "interfaces", NULL, "ip -s link" },
	{ "groups", NULL, "ip maddress" },
	{ "masquerade", NULL, "conntrack -L" },
	{ "events", NULL, "ss -E" },
};
/* clang-format on */

static const struct alias *alias_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
		if (strlen(aliases[i].name) == len && strncmp(aliases[i].name, name, len) == 0)
			return &aliases[i];
	return NULL;
}

static void put_here(const char *here, const char *value, struct buf *out)
{
	const char *open = strchr(here, '{'), *close;

	if (!open) {
		buf_puts(out, here);
		return;
	}
	close = strchr(open, '}');
	buf_put(out, here, (size_t)(open - here));
	/* What stands in quotes already takes no second pair. */
	if (value && *value && !(memchr(here, '\'', (size_t)(open - here)) && strchr(value, '\'')))
		habit_quote(out, value);
	else
		buf_put(out, open + 1, (size_t)(close - open - 1));
	buf_puts(out, close + 1);
}

bool alias_put(const char *name, size_t len, const char *value, struct buf *hint)
{
	const struct alias *a = alias_find(name, len);

	if (!a)
		return false;
	if (a->other) {
		buf_printf(hint, "ask %s", a->other);
		return true;
	}
	buf_puts(hint, "did you mean ");
	put_here(a->here, value, hint);
	buf_putc(hint, '?');
	return true;
}

/* ---- names --------------------------------------------------------------------------------- */

static size_t digits(const char *p)
{
	return strspn(p, "0123456789");
}

static bool is_port(const char *p)
{
	size_t n = digits(p);

	return n > 0 && n <= 5 && !p[n];
}

/* TCP, UDP or nothing, of "tcp" or "udp" in front of `end`. */
static const char *protocol(const char *p, size_t len)
{
	if (len == 3 && strncasecmp(p, "tcp", 3) == 0)
		return "TCP";
	if (len == 3 && strncasecmp(p, "udp", 3) == 0)
		return "UDP";
	return NULL;
}

static size_t service_length(const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '-')
		n++;
	return n;
}

/* 80/tcp, tcp/80, tcp:80, :80, *:80, host:80 */
static bool put_port(const char *word, struct buf *here)
{
	const char *at = strrchr(word, *word == '/' ? ':' : '/');
	const char *proto;

	if (!at)
		at = strrchr(word, ':');
	if (!at || !at[1])
		return false;
	proto = protocol(at + 1, strlen(at + 1));
	if (proto && *at == '/' && service_length(word) == (size_t)(at - word)) {
		buf_printf(here, "-i %s:", proto);
		buf_put(here, word, (size_t)(at - word));
		return at > word;
	}
	if (!is_port(at + 1))
		return false;
	proto = protocol(word, (size_t)(at - word));
	if (proto || (*at == ':' && (at == word || (at == word + 1 && *word == '*')))) {
		buf_printf(here, "-i %s:%s", proto ? proto : "", at + 1);
		return true;
	}
	if (*at != ':' || memchr(word, '/', (size_t)(at - word)))
		return false;
	buf_puts(here, "-i @");
	habit_quote(here, word);
	return true;
}

/* 10.0.0.1, ::1 */
static bool put_address(const char *word, struct buf *here)
{
	const char *colon = strchr(word, ':');
	size_t dots = 0;

	for (const char *p = word; *p; p++)
		dots += *p == '.';
	if (dots == 3 && !word[strspn(word, "0123456789.")])
		buf_printf(here, "-i @%s", word);
	else if (colon && strchr(colon + 1, ':') && !word[strspn(word, "0123456789abcdefABCDEF:.")])
		buf_printf(here, "-i '@[%s]'", word);
	else
		return false;
	return true;
}

/* nginx */
static bool put_command(const char *word, struct buf *here)
{
	if (!isalpha((unsigned char)*word) || strlen(word) > 15)
		return false;
	for (const char *p = word; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.", *p))
			return false;
	buf_printf(here, "-c %s", word);
	return true;
}

bool alias_inet(const char *word, struct buf *here)
{
	if (is_port(word)) {
		buf_printf(here, "-i :%s", word);
		return true;
	}
	return put_address(word, here) || put_port(word, here);
}

bool alias_name(const char *word, struct buf *here)
{
	const struct alias *a = alias_find(word, strlen(word));

	if (a && a->here && !strchr(a->here, '{')) {
		buf_puts(here, a->here);
		return true;
	}
	if (is_port(word))
		buf_printf(here, "-p %s, or ", word);
	return alias_inet(word, here) || put_command(word, here);
}
