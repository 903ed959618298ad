/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/habits.h"
#include "cli/set.h"
#include "cli/usage.h"
#include "fdmap.h"
#include "out/choose.h"

#define SCREEN_WIDTH 79

static void put_all(struct buf *out)
{
	put_options(out);
}

static void put_filter(struct buf *out)
{
	buf_puts(out,
		 "--filter 'EXPR' keeps the rows for which this is true:\n"
		 "\n"
		 "  COLUMN OP VALUE      = != < <= > >=, =~ and !~ for regular expressions\n"
		 "  COLUMN in (V, V)     ranges, too: lport in (80, 8000-8100)\n"
		 "  COLUMN               it is there; of yes or no: it is yes\n"
		 "  tcp udp unix file deleted listening ...  protocols, kinds, states\n"
		 "  not, and, or, ( )    not binds closest, then and\n"
		 "  sport = :22, dst 10.0.0.0/8, state connected ...  what ss understands\n"
		 "\n"
		 "  fdmap --filter 'tcp and dport == 5432 and comm =~ \"java|nginx\"'\n"
		 "  fdmap --filter 'deleted and size > 1M'\n"
		 "  fdmap --columns=@tcp --filter 'established and rtt > 50ms'\n"
		 "  fdmap --columns=@process --filter 'nfds > 100'\n"
		 "\n"
		 "Sizes have K, M, G; times us, ms, s, m, h. What a row has not makes a test of\n"
		 "it false. The shell takes < > ! ( ) for itself: quote the expression.\n"
		 "Columns: fdmap --columns=help. The whole language: FILTERS in man fdmap.\n");
}

static void put_columns(struct buf *out)
{
	buf_puts(out,
		 "fdmap --columns=pid,comm,local   fdmap --columns=@tcp   fdmap --columns=+peer\n"
		 "fdmap --csv --columns=pid,size,path   fdmap --count=comm,state\n\n");
	columns_help(out);
}

/* The kernel's states, as they are called in NAME. */
static void put_tcp_states(struct buf *out)
{
	struct fdmap_sock sock = { .table = FDMAP_TCP, .family = AF_INET, .type = SOCK_STREAM };
	const char *sep = "";

	for (uint8_t state = TCP_ESTABLISHED; state <= TCP_CLOSING; state++) {
		sock.state = state;
		buf_printf(out, "%s%s", sep, fdmap_sock_state(&sock));
		sep = state % 6 ? " " : "\n  ";
	}
}

static void put_states(struct buf *out)
{
	buf_puts(out, "-s PROTOCOL:STATES hides sockets in other states, in any case:\n\n"
		      "  fdmap -nP -iTCP -sTCP:LISTEN            who listens\n"
		      "  fdmap -nP -iTCP -sTCP:^LISTEN,^CLOSE    all but these\n"
		      "  fdmap -nP -iUDP -sUDP:CLOSE             UDP that is not connected\n\n  ");
	put_tcp_states(out);
	buf_puts(out,
		 "\n\nA list of TCP is for UDP, too, unless that has one of its own: ESTABLISHED "
		 "when\n"
		 "connected, else CLOSE. Sockets of all families have states in a filter:\n\n"
		 "  fdmap --filter 'unix and state listening'\n"
		 "  fdmap --unowned --filter 'tcp and state time-wait'\n\n"
		 "with the groups all, connected, synchronized, bucket, big. What nobody holds,\n"
		 "as in TIME_WAIT, is only there with --unowned.\n");
}

static void put_exit(struct buf *out)
{
	buf_puts(out, "  0  all that was looked for was found (-Q: also if not)\n"
		      "  1  not all of it; or an error\n"
		      "\n"
		      "With --strict 1 is only what was not found, and\n"
		      "\n"
		      "  2  something could not be looked at\n"
		      "  3  an error\n");
}

/* What people type elsewhere; what it is here is translated when it is shown. */
static const char *const typed[] = {
	"ss -tlnp",
	"ss -tunap",
	"ss -xp",
	"ss -ti dport = :443",
	"ss -s",
	"netstat -anp",
	"fuser -v /mnt",
	"fuser -k 8080/tcp",
	"fuser 53/udp",
	"lsfd -Q ASSOC==1",
	"lsfd -o PID,COMMAND,NAME",
};

static void put_typed(const char *line, struct buf *out)
{
	char text[64], *argv[8], *save = NULL;
	struct buf here;
	int argc = 0;

	text_copy(text, sizeof(text), line);
	for (char *w = strtok_r(text, " ", &save); w && argc < 8; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	buf_init(&here);
	if (habit_translate(argv[0], argc - 1, argv + 1, &here))
		buf_printf(out, "  %-25s %s\n", line, buf_str(&here));
	buf_fini(&here);
}

static void put_coming(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(typed); i++)
		put_typed(typed[i], out);
	buf_puts(
		out,
		"  lsof ...                  fdmap ...\n\n"
		"A line of ss, netstat, fuser or lsfd that is wrong here is answered with what it\n"
		"would be. All of their options: docs/coming-from.md in the sources.\n");
}

static const struct topic topics[] = {
	{ "options", put_all, 0 },	     { "select", NULL, OPTSECTION_SELECT },
	{ "show", NULL, OPTSECTION_SHOW },   { "names", NULL, OPTSECTION_NAMES },
	{ "other", NULL, OPTSECTION_OTHER }, { "ignored", NULL, OPTSECTION_IGNORED },
	{ "filter", put_filter, 0 },	     { "columns", put_columns, 0 },
	{ "states", put_states, 0 },	     { "exit", put_exit, 0 },
	{ "coming-from", put_coming, 0 },
};

const struct topic *help_topics(size_t *n)
{
	*n = ARRAY_LEN(topics);
	return topics;
}

const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

void put_topic(const struct topic *topic, struct buf *out)
{
	if (topic->put)
		topic->put(out);
	else
		put_section(out, topic->section);
}

static void put_topic_names(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		buf_printf(out, "%s%s", i ? ", " : "", topics[i].name);
}

/* The names of the topics behind a few words; a second line where they need one. */
static void put_more(struct buf *out)
{
	static const char more[] = "More: man fdmap, or fdmap --help=TOPIC:";
	size_t line = sizeof(more) - 1;

	buf_puts(out, more);
	for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
		size_t n = strlen(topics[i].name) + 2;

		if (line + n > SCREEN_WIDTH) {
			buf_putc(out, '\n');
			line = 0;
		}
		buf_printf(out, " %s%s", topics[i].name, i + 1 < ARRAY_LEN(topics) ? "," : "\n");
		line += n;
	}
}

void put_help(struct buf *out)
{
	buf_printf(out,
		   "fdmap %s lists what processes have open: files, sockets, pipes, devices.\n"
		   " usage: fdmap [options] [--] [names]\n\n"
		   "  Who uses port 8080?          fdmap -nP -i :8080\n"
		   "  What has a process open?     fdmap -p PID\n"
		   "    How many sockets?          fdmap -a -p PID --sockets --count\n"
		   "  End who listens on a port    kill $(fdmap -t -iTCP:8080 -sTCP:LISTEN)\n"
		   "  What deleted fills the disk? fdmap +L1\n"
		   "  Who uses a file, a mount?    fdmap FILE    all below DIR: fdmap +D DIR\n\n",
		   fdmap_version());
	put_first(out);
	buf_putc(out, '\n');
	put_more(out);
}

void set_help(struct options *o, const struct optuse *use)
{
	struct buf names;

	o->print_help = true;
	o->topic = use->value ? topic_find(use->value) : NULL;
	if (!use->value || o->topic)
		return;
	buf_init(&names);
	put_topic_names(&names);
	options_refused(o, "--help: no such topic: %s (there are %s)", use->value, buf_str(&names));
	buf_fini(&names);
}
