/* SPDX-License-Identifier: MIT */
/* What lines of ss, netstat, fuser and lsfd are here, and words that are expected to be options. */
#include "cli/habits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alias.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/warn.h"
#include "test/lib/unit.h"

#define WORDS 24

struct words {
	char text[512];
	char *v[WORDS];
	int n;
};

/* As a shell does it: blanks, and quotes of both kinds. */
static void split(struct words *w, const char *line)
{
	char *to = w->text, quote = 0;
	bool inside = false;

	w->n = 0;
	for (const char *p = line; *p; p++) {
		if (*p == ' ' && !quote) {
			if (inside)
				*to++ = 0;
			inside = false;
			continue;
		}
		if (!inside)
			w->v[w->n++] = to;
		inside = true;
		if (quote ? *p == quote : *p == '\'' || *p == '"')
			quote = quote ? 0 : *p;
		else
			*to++ = *p;
	}
	*to = 0;
	ck_assert_int_lt(w->n, WORDS - 1);
	w->v[w->n] = NULL;
}

/* What is suggested is right as a line of ours. */
static void check_parses(const char *here)
{
	struct words w;
	struct options o;
	char line[512], *said = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&said, &len);
	const char *begin = strstr(here, "fdmap");

	ck_assert_ptr_nonnull(begin);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(begin, ">"), begin);
	/* kill $(...) */
	if (begin != here && line[strlen(line) - 1] == ')')
		line[strlen(line) - 1] = 0;
	split(&w, line);
	ck_assert_int_eq(options_init(&o, NULL), 0);
	warn_to(f);
	options_parse(&o, w.n, w.v);
	warn_to(NULL);
	fclose(f);
	ck_assert_msg(o.errors == 0, "%s: %s", here, said);
	options_fini(&o);
	free(said);
}

static void same_line(const char *program, const char *line, const char *want)
{
	struct words w;
	struct buf here;

	split(&w, line);
	buf_init(&here);
	ck_assert_msg(habit_translate(program, w.n, w.v, &here), "%s %s", program, line);
	ck_assert_str_eq(buf_str(&here), want);
	check_parses(want);
	buf_fini(&here);
}

static void no_line(const char *program, const char *line)
{
	struct words w;
	struct buf here;

	split(&w, line);
	buf_init(&here);
	ck_assert_msg(!habit_translate(program, w.n, w.v, &here), "%s %s", program, line);
	buf_fini(&here);
}

/* clang-format off: a line each */
static const char *const ss_lines[][2] = {
	{ "-tlnp", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "-t -l -n -p", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "--tcp --listening --numeric", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "-tlp", "fdmap -n -iTCP -sTCP:LISTEN" },
	{ "-tlpr", "fdmap -iTCP -sTCP:LISTEN" },
	{ "-ulnp", "fdmap -nP -iUDP -sUDP:CLOSE" },
	{ "-tulpn", "fdmap -nP -i -sTCP:LISTEN -sUDP:CLOSE" },
	{ "-tunap", "fdmap -nP -i --unowned" },
	{ "-tn", "fdmap -nP -iTCP -sTCP:^LISTEN" },
	{ "-un", "fdmap -nP -iUDP -sUDP:ESTABLISHED" },
	{ "-tun", "fdmap -nP -i -sTCP:^LISTEN -sUDP:ESTABLISHED" },
	{ "-plant", "fdmap -nP -iTCP --unowned" },
	{ "-antpl", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "-4tln", "fdmap -nP -i4TCP -sTCP:LISTEN" },
	{ "-6 -u -a -n", "fdmap -nP -i6UDP --unowned" },
	{ "-46tln", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "-anp", "fdmap -nP --filter 'state all' --unowned" },
	{ "-lnp", "fdmap -nP --filter 'socket and state listening state closed'" },
	{ "-4an", "fdmap -nP --filter 'inet and ipv4' --unowned" },
	{ "-xa", "fdmap -n -U --unowned" },
	{ "-xlp", "fdmap -n --filter 'unix and state listening state closed'" },
	{ "-xp", "fdmap -n --filter 'unix and state connected'" },
	{ "-0", "fdmap -n --filter packet" },
	{ "-0t", "fdmap -n --filter 'packet or tcp and state connected'" },
	{ "-wx4", "fdmap -n --filter '(raw or unix) and ipv4 and state connected'" },
	{ "-txl", "fdmap -n --filter '(tcp or unix) and state listening state closed'" },
	{ "-txa", "fdmap -n --filter 'tcp or unix' --unowned" },
	{ "-wan", "fdmap -nP --filter raw --unowned" },
	{ "-0a", "fdmap -n --filter packet --unowned" },
	{ "--vsock -a", "fdmap -n --filter vsock --unowned" },
	{ "-tie", "fdmap -n -iTCP -sTCP:^LISTEN --columns=@tcp,@net" },
	{ "-tmo", "fdmap -n -iTCP -sTCP:^LISTEN --columns=@mem,@timers" },
	{ "-s", "fdmap --summary" },
	{ "-s -N web", "fdmap --summary --netns=web" },
	{ "-tlnN web", "fdmap -nP -iTCP -sTCP:LISTEN --netns=web" },
	{ "-tln --net=web", "fdmap -nP -iTCP -sTCP:LISTEN --netns=web" },
	{ "-tn state established", "fdmap -nP --filter 'tcp and state established'" },
	{ "-tn sport = :22 or dport = :22",
	  "fdmap -nP --filter 'tcp and state connected and (sport = :22 or dport = :22)'" },
	{ "-tan dst 10.0.0.0/8", "fdmap -nP --filter 'tcp and dst 10.0.0.0/8' --unowned" },
	{ "-tHOn exclude listening", "fdmap -nP --filter 'tcp and exclude listening'" },
	{ "-A inet,unix_dgram -a", "fdmap -n --filter 'inet or u_dgr' --unowned" },
	{ "-f link -a", "fdmap -n --filter packet --unowned" },
};

static const char *const netstat_lines[][2] = {
	{ "-tlnp", "fdmap -nP -iTCP -sTCP:LISTEN" },
	{ "-tl", "fdmap -iTCP -sTCP:LISTEN" },
	{ "-antpl", "fdmap -nP -iTCP --unowned" },
	{ "-anp", "fdmap -nP --filter 'inet or unix' --unowned" },
	{ "-xl", "fdmap --filter 'unix and state listening'" },
	{ "-xn", "fdmap -nP --filter 'unix and not state listening'" },
	{ "-wln", "fdmap -nP --filter 'raw and state closed'" },
	{ "-twln", "fdmap -nP --filter 'tcp and state listening or raw and state closed'" },
	{ "-4twln",
	  "fdmap -nP --filter '(tcp and state listening or raw and state closed) and ipv4'" },
	{ "-tcn", "fdmap -nP -iTCP -sTCP:^LISTEN -r1" },
	{ "-tanoe", "fdmap -nP -iTCP --unowned --columns=@timers,@net" },
};

static const char *const fuser_lines[][2] = {
	{ "80/tcp", "fdmap -nP --filter 'tcp and lport == 80'" },
	{ "-v 53/udp", "fdmap -nP --filter 'udp and lport == 53'" },
	{ "-n tcp 80", "fdmap -nP --filter 'tcp and lport == 80'" },
	{ "-v -n tcp 80", "fdmap -nP --filter 'tcp and lport == 80'" },
	{ "-4 -v http/tcp", "fdmap -nP --filter 'tcp4 and lport == http'" },
	{ "80/tcp 53/udp", "fdmap -nP --filter 'tcp and lport == 80 or udp and lport == 53'" },
	{ "-n tcp 80,10.0.0.1,1024",
	  "fdmap -nP --filter 'tcp and lport == 80 and raddr == 10.0.0.1 and rport == 1024'" },
	{ "-n tcp ,,443", "fdmap -nP --filter 'tcp and rport == 443'" },
	{ "-k 80/tcp", "kill -KILL $(fdmap -t --filter 'tcp and lport == 80')" },
	{ "-k -TERM -n tcp 80", "kill -TERM $(fdmap -t --filter 'tcp and lport == 80')" },
	{ "-k -9 /x", "kill -9 $(fdmap -t /x)" },
	{ "-km /mnt", "kill -KILL $(fdmap -t /mnt)" },
	{ "-vm /mnt", "fdmap /mnt" },
	{ "-M -m /mnt", "fdmap +f -- /mnt" },
	{ "-kw /x", "kill -KILL $(fdmap -t --filter 'mode in (w, u)' /x)" },
	{ "-s /x", "fdmap -t /x >/dev/null" },
	{ "-a /x", "fdmap -V /x" },
	{ "'/a b' /c", "fdmap '/a b' /c" },
	{ "\"/it's\"", "fdmap \"/it's\"" },
};

static const char *const lsfd_lines[][2] = {
	{ "-p 812", "fdmap -p 812" },
	{ "-o PID,COMMAND", "fdmap --columns=pid,comm" },
	{ "-p 812 -o +POS", "fdmap -p 812 --columns=+pos" },
	{ "-Q 'ASSOC == \"cwd\" and PID > 1'", "fdmap --filter 'fd == \"cwd\" and pid > 1'" },
	{ "-Q PID>1 -Q DELETED==true", "fdmap --filter 'pid>1 and deleted==true'" },
	{ "-i", "fdmap -nP -i" },
	{ "-i -p 812", "fdmap -a -p 812 -nP -i" },
	{ "-J", "fdmap -J" },
	{ "-r -o TCP.LPORT,SOCK.STATE", "fdmap --columns=lport,state --tsv" },
	{ "-C 'root:USER == \"root\"'", "fdmap --filter 'user == \"root\"' --count" },
	{ "--summary", "fdmap --summary" },
};
/* clang-format on */

#define ALL_OF(program, lines)                                                                     \
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)                                              \
	same_line(program, lines[i][0], lines[i][1])

START_TEST(test_lines)
{
	ALL_OF("ss", ss_lines);
	ALL_OF("netstat", netstat_lines);
	ALL_OF("fuser", fuser_lines);
	ALL_OF("lsfd", lsfd_lines);
}
END_TEST

START_TEST(test_no_lines)
{
	/* Not to be had here, or not theirs. */
	no_line("ss", "-tK");
	no_line("ss", "-D file");
	no_line("ss", "-tP");
	no_line("ss", "-t nginx");
	no_line("ss", "-N");
	no_line("ss", "-A nothing");
	no_line("ss", "--pid=1");
	no_line("netstat", "-rn");
	no_line("netstat", "-tn state established");
	no_line("fuser", "");
	no_line("fuser", "-k");
	no_line("fuser", "-y /x");
	no_line("fuser", "-n sctp 80");
	no_line("fuser", "80/tcp /x");
	no_line("fuser", "-n tcp 80) 81");
	no_line("fuser", "-n tcp 80,a,1,2");
	no_line("lsfd", "-o NOTHING");
	no_line("lsfd", "-Q 'NOTHING == 1'");
	no_line("lsfd", "-C nothing");
	no_line("lsfd", "-l");
	no_line("fdmap", "-i");
}
END_TEST

/* Who is asked so; what could as well be a slip is nobody's. */
static void asked(const char *line, const char *program)
{
	struct words w;
	struct buf here;
	const char *got;

	split(&w, line);
	buf_init(&here);
	got = habit_find(w.n, w.v, &here);
	ck_assert_msg(program ? got && strcmp(got, program) == 0 : !got, "%s: %s", line,
		      got ? got : "nobody");
	ck_assert(!program == !here.n);
	buf_fini(&here);
}

START_TEST(test_asked)
{
	asked("-tlnp", "ss");
	asked("-tn state established", "ss");
	asked("-anpc", "netstat");
	asked("-k -n tcp 80", "fuser");
	asked("80/tcp", "fuser");
	asked("-m /mnt", "fuser");
	asked("-o PID,NAME", "lsfd");
	asked("-Q 'PID == 1'", "lsfd");
	asked("-k ''", "fuser");
	asked("''", NULL);
	asked("-p", NULL);
	asked("-p abc", NULL);
	asked("-a", NULL);
	asked("-u nobody", NULL);
	asked("-nPy", NULL);
	asked("/x", NULL);
	asked("-o 8", NULL);
	asked("-Q", NULL);
	asked("", NULL);
}
END_TEST

static void alias(const char *name, const char *value, const char *want)
{
	struct buf hint;

	buf_init(&hint);
	ck_assert_msg(alias_put(name, strlen(name), value, &hint) == (want != NULL), "%s", name);
	ck_assert_str_eq(buf_str(&hint), want ? want : "");
	buf_fini(&hint);
}

START_TEST(test_aliases)
{
	alias("port", "8080", "did you mean -i :8080?");
	alias("port", NULL, "did you mean -i :PORT?");
	alias("port", "8;x", "did you mean -i :'8;x'?");
	alias("local-port", "8'x", "did you mean --filter 'lport == PORT'?");
	alias("listening", NULL, "did you mean -iTCP -sTCP:LISTEN?");
	alias("tcp", "x", "did you mean -iTCP?");
	alias("route", NULL, "ask ip route");
	alias("kill", NULL, "did you mean kill $(fdmap -t ...)?");
	alias("rout", NULL, NULL);
	alias("", NULL, NULL);
}
END_TEST

/* No option of ours is ever called so: the alias would hide it. */
START_TEST(test_no_alias_is_ours)
{
	size_t n;
	const struct optrow *rows = options_rows(&n);
	struct buf hint;

	buf_init(&hint);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(!rows[i].name ||
				      !alias_put(rows[i].name, strlen(rows[i].name), NULL, &hint),
			      "%s", rows[i].name);
	buf_fini(&hint);
}
END_TEST

static void name(const char *word, const char *want)
{
	struct buf here;

	buf_init(&here);
	ck_assert_msg(alias_name(word, &here) == (want != NULL), "%s: %s", word, buf_str(&here));
	ck_assert_str_eq(buf_str(&here), want ? want : "");
	buf_fini(&here);
}

START_TEST(test_names)
{
	name("8080/tcp", "-i TCP:8080");
	name("domain/udp", "-i UDP:domain");
	name("tcp/80", "-i TCP:80");
	name("tcp:80", "-i TCP:80");
	name(":8080", "-i :8080");
	name("*:8080", "-i :8080");
	name("8080", "-p 8080, or -i :8080");
	name("localhost:22", "-i @localhost:22");
	name("10.0.0.1", "-i @10.0.0.1");
	name("10.0.0.1:22", "-i @10.0.0.1:22");
	name("::1", "-i '@[::1]'");
	name("[::1]:22", "-i @'[::1]:22'");
	name("nginx", "-c nginx");
	name("tcp", "-iTCP");
	name("listening", "-iTCP -sTCP:LISTEN");
	name("file", "-c file");
	name("/no/such", NULL);
	name("/a:80", NULL);
	name("a/b:80", NULL);
	name("foo/80", NULL);
	name("x y", NULL);
	name("1234567", NULL);
	name("much-too-long-for-a-command", NULL);
	name("", NULL);
}
END_TEST

static size_t lines_of(const char *text, size_t *longest)
{
	size_t n = 0, width;

	for (*longest = 0; *text; text += width + 1, n++) {
		width = strcspn(text, "\n");
		*longest = width > *longest ? width : *longest;
		ck_assert(text[width] == '\n');
	}
	return n;
}

START_TEST(test_help)
{
	struct buf out;
	size_t longest, n;
	const struct topic *topics = help_topics(&n);

	buf_init(&out);
	put_help(&out);
	ck_assert_uint_le(lines_of(buf_str(&out), &longest), 24);
	ck_assert_uint_le(longest, 80);
	for (size_t i = 0; i < n; i++)
		ck_assert_ptr_nonnull(strstr(buf_str(&out), topics[i].name));
	for (size_t i = 0; i < n; i++) {
		buf_reset(&out);
		put_topic(&topics[i], &out);
		ck_assert_uint_gt(lines_of(buf_str(&out), &longest), 3);
		if (strcmp(topics[i].name, "columns") != 0 &&
		    strcmp(topics[i].name, "coming-from") != 0)
			ck_assert_msg(longest <= 80, "%s: %zu", topics[i].name, longest);
		ck_assert_ptr_eq(topic_find(topics[i].name), &topics[i]);
	}
	ck_assert_ptr_null(topic_find("opt"));
	ck_assert_ptr_null(topic_find(""));
	buf_fini(&out);
}
END_TEST

UNIT_MAIN("habits", test_lines, test_no_lines, test_asked, test_aliases, test_no_alias_is_ours,
	  test_names, test_help)
