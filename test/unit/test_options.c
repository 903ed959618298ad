/* SPDX-License-Identifier: MIT */
/* The command line: how words become options, what they do, what is said of wrong ones. */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/report.h"
#include "cli/set.h"
#include "cli/usage.h"
#include "cli/warn.h"
#include "out/fields.h"
#include "test/lib/unit.h"

#define WORDS 24

/* ---- the scan alone: a table of its own, and a log of what was met --------------------- */

static const struct optrow rows[] = {
	{ 'a', 0, OPTVALUE_NONE, .name = "and" },
	{ 0, 0, OPTVALUE_NONE, .name = "ports" },
	{ 'n', '-', OPTVALUE_NONE, .name = "no-hosts" },
	{ 'n', '+', OPTVALUE_NONE, .name = "hosts" },
	{ 'p', 0, OPTVALUE_REQUIRED, .name = "pid" },
	{ 'c', '-', OPTVALUE_REQUIRED, .name = "command" },
	{ 'c', '+', OPTVALUE_PART, .name = "command-width", .takes = width_takes },
	{ 'i', 0, OPTVALUE_OPTIONAL, .name = "inet" },
	{ 'L', '+', OPTVALUE_DIGITS, .name = "links" },
	{ 'o', 0, OPTVALUE_DIGITS, .name = "offset" },
	{ 0, 0, OPTVALUE_NONE, .name = "count" },
	{ 'r', 0, OPTVALUE_PART, .name = "repeat", .takes = repeat_takes },
};

static int log_option(void *ctx, const struct optuse *use)
{
	struct buf *log = (struct buf *)ctx;

	if (log->n)
		buf_putc(log, ' ');
	if (use->prefix)
		buf_printf(log, "%c%c", use->prefix, use->row->letter);
	else
		buf_printf(log, "--%s", use->row->name);
	if (use->value)
		buf_printf(log, "(%s)", use->value);
	return 0;
}

static void log_wrong(void *ctx, const char *text)
{
	struct buf *log = (struct buf *)ctx;

	buf_printf(log, "%s!%s", log->n ? " " : "", text);
}

/* Of other programs: --all and --por. */
static bool say_meant(const char *name, size_t len, const char *value, struct buf *hint)
{
	if (len != 3 || (strncmp(name, "all", 3) != 0 && strncmp(name, "por", 3) != 0))
		return false;
	buf_printf(hint, "theirs %s", value ? value : "-");
	return true;
}

/* Words up to NULL; what was met, and behind | the first file name. */
static const char *scan(const char *first, ...)
{
	static char text[1024];
	struct buf log;
	struct optscan s = { rows, ARRAY_LEN(rows), &log, log_option, log_wrong, say_meant };
	char *argv[WORDS] = { (char *)(uintptr_t) "fdmap" };
	int argc = 1, end;
	va_list args;

	va_start(args, first);
	for (const char *w = first; w && argc < WORDS; w = va_arg(args, const char *))
		argv[argc++] = (char *)(uintptr_t)w;
	va_end(args);
	buf_init(&log);
	end = parse_argv(&s, argc, argv);
	ck_assert_int_ge(end, 1);
	ck_assert_int_le(end, argc);
	snprintf(text, sizeof(text), "%s|%s", buf_str(&log), end < argc ? argv[end] : "");
	buf_fini(&log);
	return text;
}

#define SCAN(...) scan(__VA_ARGS__, (const char *)NULL)

START_TEST(test_groups)
{
	ck_assert_str_eq(SCAN("-an", "file"), "-a -n|file");
	ck_assert_str_eq(SCAN("+an"), "+a +n|");
	ck_assert_str_eq(SCAN("+aL1", "-a"), "+a +L(1) -a|");
	ck_assert_str_eq(SCAN("file", "-a"), "|file");
	ck_assert_str_eq(SCAN("-a", "--", "-n"), "-a|-n");
	ck_assert_str_eq(SCAN("-a", "++", "-n"), "-a|-n");
	ck_assert_str_eq(SCAN("-a", "-", "-n"), "-a|-");
	ck_assert_str_eq(SCAN("-a", "+", "-n"), "-a|+");
	ck_assert_str_eq(SCAN("-a", "", "-n"), "-a|");
	ck_assert_str_eq(SCAN("-yaz"), "!illegal option character: y -a "
				       "!illegal option character: z|");
	ck_assert_str_eq(SCAN("-:"), "!colon is an illegal option character.|");
	ck_assert_str_eq(SCAN("-L"), "!illegal option character: L|");
}
END_TEST

START_TEST(test_values)
{
	ck_assert_str_eq(SCAN("-p1", "-p", "2,3", "-ap", "-n"), "-p(1) -p(2,3) -a -p(-n)|");
	ck_assert_str_eq(SCAN("-p", "", "-a"), "-p() -a|");
	ck_assert_str_eq(SCAN("-p", "--", "-n"), "-p|-n");
	ck_assert_str_eq(SCAN("-p", "++"), "-p(++)|");
	ck_assert_str_eq(SCAN("-p"), "-p|");
	ck_assert_str_eq(SCAN("+c", "-n"), "+c -n|");
	ck_assert_str_eq(SCAN("+c", "5", "-n"), "+c(5) -n|");
	ck_assert_str_eq(SCAN("+c", "x", "-n"), "+c|x");
	ck_assert_str_eq(SCAN("+c5x", "-n"), "+c(5x) -n|");
	ck_assert_str_eq(SCAN("-c", "-n"), "-c(-n)|");
	ck_assert_str_eq(SCAN("-i", ":80", "-n"), "-i(:80) -n|");
	ck_assert_str_eq(SCAN("-ni:80"), "-n -i(:80)|");
	ck_assert_str_eq(SCAN("-i", "-n", "-i", "+n", "-i"), "-i -n -i +n -i|");
	ck_assert_str_eq(SCAN("-i", "--", "x"), "-i|x");
	ck_assert_str_eq(SCAN("-i", ""), "-i()|");
	ck_assert_str_eq(SCAN("-i-n"), "-i !illegal option character: - -n|");
}
END_TEST

START_TEST(test_digits)
{
	ck_assert_str_eq(SCAN("-oo10"), "-o -o(10)|");
	ck_assert_str_eq(SCAN("-o8a"), "-o(8a) -a|");
	ck_assert_str_eq(SCAN("-o", "8a", "x"), "-o(8a) -a|x");
	ck_assert_str_eq(SCAN("-o", "x8"), "-o|x8");
	ck_assert_str_eq(SCAN("-o", "", "-n"), "-o -n|");
	ck_assert_str_eq(SCAN("-o-"), "-o !illegal option character: -|");
	ck_assert_str_eq(SCAN("+L", "1n"), "+L(1n) +n|");
}
END_TEST

START_TEST(test_part)
{
	ck_assert_str_eq(SCAN("-ra"), "-r -a|");
	ck_assert_str_eq(SCAN("-r", "a"), "-r|a");
	ck_assert_str_eq(SCAN("-r", "2a", "x"), "-r(2a) -a|x");
	ck_assert_str_eq(SCAN("-r2c3a"), "-r(2c3a) -a|");
	ck_assert_str_eq(SCAN("-r2cx"), "-r(2cx) -c(x)|");
	ck_assert_str_eq(SCAN("-rc2"), "-r -c(2)|");
	ck_assert_str_eq(SCAN("-r", "c2"), "-r|c2");
	ck_assert_str_eq(SCAN("-r2c3m%T -a", "x"), "-r(2c3m%T -a)|x");
	ck_assert_str_eq(SCAN("-rm"), "-r(m)|");
	ck_assert_str_eq(SCAN("-r", "m -a"), "-r(m -a)|");
	ck_assert_str_eq(SCAN("-r1 c2mx"), "-r(1 c2mx)|");
	ck_assert_str_eq(SCAN("-r", "-a"), "-r -a|");
	ck_assert_str_eq(SCAN("-r-"), "-r !illegal option character: -|");
	ck_assert_str_eq(SCAN("--repeat=2c3mx", "--repeat", "2"), "--repeat(2c3mx) --repeat|2");
	ck_assert_str_eq(SCAN("--repeat=2x"), "!malformed value: --repeat=2x|");
	ck_assert_str_eq(SCAN("--repeat="), "!malformed value: --repeat=|");
}
END_TEST

START_TEST(test_repeat_parts)
{
	static const struct {
		const char *text;
		unsigned seconds, cycles;
		const char *marker;
	} cases[] = {
		{ "2", 2, 0, NULL },
		{ "0", 0, 0, NULL },
		{ "2c3", 2, 3, NULL },
		{ "2cx", 2, 0, NULL },
		{ "2c3R", 2, 3, NULL },
		{ "m", 15, 0, "" },
		{ "mc3", 15, 0, "c3" },
		{ "2c0m %T", 2, 0, " %T" },
		{ "2 c3mx y", 2, 3, "x y" },
		{ "99999999999c99999999999mx", 2147483647, 2147483647, "x" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct repeat r = { .on = true };

		parse_repeat(cases[i].text, &r);
		ck_assert_msg(r.seconds == cases[i].seconds && r.cycles == cases[i].cycles, "%s",
			      cases[i].text);
		ck_assert_msg(!r.marker == !cases[i].marker, "%s", cases[i].text);
		if (r.marker)
			ck_assert_str_eq(r.marker, cases[i].marker);
	}
}
END_TEST

START_TEST(test_long)
{
	ck_assert_str_eq(SCAN("--and", "--hosts", "--pid", "-1", "--pid=2", "x"),
			 "--and --hosts --pid(-1) --pid(2)|x");
	ck_assert_str_eq(SCAN("--inet", ":80"), "--inet|:80");
	ck_assert_str_eq(SCAN("--inet=:80", "--inet="), "--inet(:80) --inet()|");
	ck_assert_str_eq(SCAN("--offset=12"), "--offset(12)|");
	ck_assert_str_eq(SCAN("--of", "--cou", "--command=x"), "--offset --count --command(x)|");
	ck_assert_str_eq(SCAN("--co"), "!ambiguous option: --co could be --command, "
				       "--command-width, --count|");
	ck_assert_str_eq(SCAN("--offset=1x"), "!not a number: --offset=1x|");
	ck_assert_str_eq(SCAN("--offset="), "!not a number: --offset=|");
	ck_assert_str_eq(SCAN("--and=1", "-a"), "!option takes no value: --and -a|");
	ck_assert_str_eq(SCAN("--pid"), "!option needs a value: --pid|");
	ck_assert_str_eq(SCAN("--colour", "-a"), "!unknown option: --colour -a|");
	ck_assert_str_eq(SCAN("--hots"), "!unknown option: --hots (did you mean --hosts?)|");
	ck_assert_str_eq(SCAN("--cuont=3"), "!unknown option: --cuont (did you mean --count?)|");
	ck_assert_str_eq(SCAN("--=x"), "!unknown option: --|");
	ck_assert_str_eq(SCAN("--all"), "!unknown option: --all (theirs -)|");
	ck_assert_str_eq(SCAN("--all=3", "-a"), "!unknown option: --all (theirs 3) -a|");
	ck_assert_str_eq(SCAN("--all", "-a"), "!unknown option: --all (theirs -) -a|");
	ck_assert_str_eq(SCAN("--all", "3"), "!unknown option: --all (theirs 3)|3");
	/* What others call so is no abbreviation; what they do not, is. */
	ck_assert_str_eq(SCAN("--por"), "!unknown option: --por (theirs -)|");
	ck_assert_str_eq(SCAN("--po"), "--ports|");
}
END_TEST

/* ---- the real table --------------------------------------------------------------------- */

static struct options opt;
static char said[8192];

/* A whole command line, split at blanks; what was said is in `said`. */
static void take(const char *line)
{
	static char words[1024];
	static char *argv[WORDS];
	char *save = NULL, *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int argc = 0;

	ck_assert_ptr_nonnull(f);
	snprintf(words, sizeof(words), "fdmap %s", line);
	for (char *w = strtok_r(words, " ", &save); w && argc < WORDS - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	options_fini(&opt);
	ck_assert_int_eq(options_init(&opt, NULL), 0);
	warn_to(f);
	options_parse(&opt, argc, argv);
	warn_to(NULL);
	fclose(f);
	snprintf(said, sizeof(said), "%s", text);
	free(text);
}

static void ok(const char *line)
{
	take(line);
	ck_assert_str_eq(said, "");
	ck_assert_uint_eq(opt.errors, 0);
}

static void wrong(const char *line, const char *text)
{
	take(line);
	ck_assert_str_eq(said, text);
	ck_assert_uint_gt(opt.errors, 0);
}

/* How many terms of that class there are. */
static size_t terms(enum fdmap_term_class what)
{
	size_t n, found = 0;
	const struct fdmap_term *t = fdmap_query_terms(opt.q, &n);

	for (size_t i = 0; i < n; i++)
		found += t[i].what == what;
	return found;
}

START_TEST(test_defaults)
{
	ok("");
	ck_assert(opt.warnings && opt.hosts && opt.ports && opt.users);
	ck_assert(!opt.terse && !opt.fields && !opt.count && !opt.and &&!opt.quiet);
	ck_assert_uint_eq(opt.fmt.comm_width, 9);
	ck_assert_uint_eq(opt.fmt.offset_digits, 8);
	ck_assert_uint_eq(opt.fmt.name_how, FDMAP_NAME_STATE | FDMAP_NAME_INFO | FDMAP_NAME_NOTES);
	ck_assert(!fdmap_query_selects(opt.q));
	ck_assert_int_eq(opt.nfiles, 0);
}
END_TEST

START_TEST(test_switches)
{
	ok("-nPlQVR -w x y");
	ck_assert(!opt.hosts && !opt.ports && !opt.users && !opt.warnings);
	ck_assert(opt.quiet && opt.verbose && opt.fmt.ppid);
	ck_assert_int_eq(opt.nfiles, 2);
	ck_assert_str_eq(opt.files[1], "y");
	ck_assert_uint_eq(opt.fmt.name_how & FDMAP_NAME_NOTES, 0);
	ok("-n +n --no-ports --ports --no-warnings +w --count");
	ck_assert(opt.hosts && opt.ports && opt.warnings && opt.count);
	ok("-t");
	ck_assert(opt.terse && !opt.warnings);
	ok("-t +w");
	ck_assert(opt.warnings);
	ok("-bOM -S 20 -S");
	ck_assert(!opt.programs);
	ok("-M +M -H -J +m");
	ck_assert(opt.programs && opt.fmt.human && opt.json && !opt.json_lines && opt.mounts);
	ok("--portmapper --human --json-lines +m file");
	ck_assert(opt.programs && opt.fmt.human && opt.json_lines && !opt.mounts);
	ok("-E");
	ck_assert_int_eq(opt.ends, FDMAP_ENDS_NOTE);
	ok("-E +E");
	ck_assert_int_eq(opt.ends, FDMAP_ENDS_SELECT);
	ok("+E --ends");
	ck_assert_int_eq(opt.ends, FDMAP_ENDS_NOTE);
	ok("-X");
	ck_assert(opt.skip_inet);
	ok("-X +X -i");
	ck_assert(!opt.skip_inet);
	take("-S1w");
	ck_assert_str_eq(said, "fdmap: WARNING: -S time (1) changed to 2\n");
	ck_assert_uint_eq(opt.errors, 0);
	ck_assert(!opt.warnings);
	ok("--proc=/x --threads 3");
	ck_assert_str_eq(opt.proc, "/x");
	ck_assert_uint_eq(opt.threads, 3);
}
END_TEST

START_TEST(test_looks)
{
	ok("+c 0 -o0");
	ck_assert_uint_eq(opt.fmt.comm_width, 0);
	ck_assert_uint_eq(opt.fmt.offset_digits, 0);
	ck_assert(!opt.fmt.offset_only);
	ok("+c 3 -oo12");
	ck_assert_uint_eq(opt.fmt.comm_width, 3);
	ck_assert_uint_eq(opt.fmt.offset_digits, 12);
	ck_assert(opt.fmt.offset_only);
	ok("+c15 -s +L");
	ck_assert(opt.fmt.size_only && opt.fmt.nlink && !fdmap_query_selects(opt.q));
	ok("+L1");
	ck_assert(opt.fmt.nlink && fdmap_query_selects(opt.q));
	ok("-Tqs");
	ck_assert_uint_eq(opt.fmt.name_how & ~(unsigned)FDMAP_NAME_NOTES,
			  FDMAP_NAME_STATE | FDMAP_NAME_QUEUES | FDMAP_NAME_INFO);
	ok("-Tf");
	ck_assert_uint_eq(opt.fmt.name_how & ~(unsigned)FDMAP_NAME_NOTES, FDMAP_NAME_INFO);
	ok("-wT");
	ck_assert_uint_eq(opt.fmt.name_how, 0);
	ok("-f -- x");
	ck_assert_uint_eq(opt.path_how, FDMAP_FILE_ONLY);
	ok("+f -- x");
	ck_assert_uint_eq(opt.path_how, FDMAP_FS_ONLY);
	ok("+fg x");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_NAMES);
	ck_assert_uint_eq(opt.path_how, 0);
	ok("+fgG");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_HEX);
	ok("+fGg -f -n");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_NAMES);
	ok("+fG -fg");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_NONE);
	ok("--file-flags");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_NAMES);
	ok("--file-flags=G");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_HEX);
}
END_TEST

START_TEST(test_fields_letters)
{
	ok("-Fpcn0");
	ck_assert(opt.fields && opt.fmt.nul);
	ck_assert_uint_eq(opt.fmt.letters, FIELD_BIT('p') | FIELD_BIT('c') | FIELD_BIT('n'));
	ck_assert(!opt.fmt.pgid && !opt.fmt.ppid && !opt.fmt.nlink);
	ok("-F gRkT");
	ck_assert(opt.fmt.pgid && opt.fmt.ppid && opt.fmt.nlink);
	ck_assert_uint_ne(opt.fmt.name_how & FDMAP_NAME_QUEUES, 0);
	ok("-F -n");
	ck_assert_uint_eq(opt.fmt.letters, fields_default());
	ck_assert(!opt.fmt.nul && !opt.hosts);
	ok("-F0");
	ck_assert_uint_eq(opt.fmt.letters, fields_default());
	ck_assert(opt.fmt.nul);
	ok("-F?");
	ck_assert(opt.fields_help && !opt.fields);
	/* Flags are numbers when G is chosen, names when JSON chose it. */
	ok("-F");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_HEX);
	ok("-FpG -J");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_HEX);
	ck_assert_uint_eq(opt.fmt.letters, FIELD_BIT('p') | FIELD_BIT('G'));
	ok("-j");
	ck_assert_int_eq(opt.fmt.flags, FORMAT_FLAGS_NAMES);
	ck_assert_uint_eq(opt.fmt.letters, fields_default());
	ck_assert(opt.fmt.pgid && opt.fmt.ppid && !opt.fields);
}
END_TEST

START_TEST(test_selections)
{
	ok("-p 1,2 -p ^3 -g 5 -u 0,^7 -c sh -c ^x -c /y/i -i -U -K -i:80 -i4tcp@127.0.0.1");
	ck_assert_uint_eq(terms(FDMAP_TERM_PID), 2);
	ck_assert_uint_eq(terms(FDMAP_TERM_PGID), 1);
	ck_assert_uint_eq(terms(FDMAP_TERM_UID), 1);
	ck_assert_uint_eq(terms(FDMAP_TERM_COMMAND), 1);
	ck_assert_uint_eq(terms(FDMAP_TERM_REGEX), 1);
	ck_assert_uint_eq(terms(FDMAP_TERM_INET_ALL), 1);
	ck_assert_uint_eq(terms(FDMAP_TERM_INET), 2);
	ck_assert_uint_eq(terms(FDMAP_TERM_TASKS), 1);
	ck_assert(opt.fmt.pgid);
	ok("-sTCP:LISTEN,established -s udp:^close -K i");
	ck_assert_uint_eq(terms(FDMAP_TERM_TCP_STATE), 2);
	ck_assert_uint_eq(terms(FDMAP_TERM_UDP_STATE), 0);
	ck_assert(!fdmap_query_selects(opt.q));
	ok("-p ^1 -c ^x -u ^0");
	ck_assert(!fdmap_query_selects(opt.q));
	ok("-d ^cwd,^0-5 -d ^mem");
	ck_assert(fdmap_query_selects(opt.q));
	ok("-a -d cwd,mmap,3-5 --sockets");
	ck_assert(opt.and);
	ok("-a x");
}
END_TEST

START_TEST(test_refusals)
{
	wrong("-y", "fdmap: illegal option character: y\n");
	wrong("-p", "fdmap: no process ID specified\n");
	wrong("-p 1,abc,2", "fdmap: illegal process ID: 1,abc,2\n");
	wrong("-g /tmp", "fdmap: illegal process group ID: /tmp\n");
	wrong("-p 5,^5", "fdmap: PID 5 has been included and excluded.\n");
	wrong("-u", "fdmap: no UIDs specified\n");
	wrong("-u 4294967295", "fdmap: can't get UID for 4294967295\n");
	wrong("-u aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "fdmap: -u login name > 32 characters: "
						      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
	wrong("-c", "fdmap: missing -c option value\n");
	wrong("-c -y", "fdmap: missing -c option value\n");
	wrong("+D +y", "fdmap: +d not followed by a directory path\n");
	wrong("-c abcdefghijklmnopq", "fdmap: \"-c abcdefghijklmnopq\" length (17) > "
				      "what system provides (15)\n");
	wrong("-c ^a -c a", "fdmap: -c^a and -ca conflict.\n");
	wrong("+c x", "fdmap: +c not followed by width number\n");
	wrong("+c 20", "fdmap: +c 20 > what system provides (15)\n");
	wrong("+c 20x", "fdmap: +c 20 > what system provides (15)\n");
	ok("+c 12x");
	ck_assert_uint_eq(opt.fmt.comm_width, 12);
	wrong("-d", "fdmap: no file descriptor specified\n");
	wrong("-d 1,^2,^3", "fdmap: exclude in an include -d list: ^2\n"
			    "fdmap: exclude in an include -d list: ^3\n");
	wrong("-d ^1 -d 2", "fdmap: include in an exclude -d list: 2\n");
	wrong("-w -d 1,^2", "");
	wrong("-s foo:x", "fdmap: unknown -s protocol: \"foo:x\"\n");
	wrong("-s TCP:", "fdmap: no TCP state names in: TCP:\n");
	wrong("-s tcp:,", "fdmap: NULL TCP state name in: tcp:,\n");
	wrong("-s TCP:FOO", "fdmap: unknown TCP state name: FOO\n");
	wrong("-s TCP:LISTEN,^LISTEN", "fdmap: can't include and exclude TCP state: LISTEN\n");
	wrong("-Tx", "fdmap: unsupported TCP/TPI info selection: x\n");
	wrong("-Kin", "fdmap: -K not followed by i (but by in)\n");
	wrong("-L5", "fdmap: no number may follow -L\n");
	wrong("-Fz9", "fdmap: unknown field: 9\n");
	wrong("-f /x", "fdmap: unknown file struct option: /\n"
		       "fdmap: unknown file struct option: x\n");
	wrong("-i foo", "fdmap: unknown protocol name (foo) in: -i foo\n");
	wrong("-D x", "fdmap: unsupported option: -D\n");
	wrong("-m", "fdmap: -m not supported\n");
	wrong("+J +j", "fdmap: +J is not supported\nfdmap: +j is not supported\n");
	wrong("-Z", "fdmap: -Z limited to SELinux\n");
	wrong("+d", "fdmap: +d not followed by a directory path\n");
	wrong("+D", "fdmap: +d not followed by a directory path\n");
	wrong("-x", "fdmap: -x must accompany +d or +D\n");
	wrong("-xfq", "fdmap: unknown cross-over option: q\n"
		      "fdmap: -x must accompany +d or +D\n");
	wrong("-e", "fdmap: -e not followed by a file system path: \"(null)\"\n");
	wrong("-e -p", "fdmap: -e not followed by a file system path: \"-p\"\n");
	wrong("+e rel", "fdmap: -e not followed by a file system path: \"rel\"\n");
	wrong("-r1m", "fdmap: illegal <fmt>: \"\"\n");
	wrong("-r1ma%nb -F", "fdmap: %n illegal in -r m<fmt> when -F has been specified: "
			     "\"a%nb\"\n");
	wrong("-r1m%%%n -J", "fdmap: %n illegal in -r m<fmt> when -F has been specified: "
			     "\"%%%n\"\n");
	wrong("+fcf -fN", "fdmap: unknown file struct option: c\n"
			  "fdmap: unknown file struct option: f\n"
			  "fdmap: unknown file struct option: N\n");
	wrong("--threads x", "fdmap: --threads needs a number, at most 1024\n");
	wrong("--proc=", "fdmap: --proc needs a directory\n");
}
END_TEST

START_TEST(test_together)
{
	wrong("-o -s", "fdmap: -o and -s are mutually exclusive\n");
	wrong("-s -Fo", "fdmap: -o and -s are mutually exclusive\n");
	wrong("-F -t", "fdmap: -F and -t are mutually exclusive\n");
	wrong("-t --count", "fdmap: --count and -t are mutually exclusive\n");
	wrong("-X -i", "fdmap: -i is useless when -X is specified.\n");
	wrong("-i:80 -XXX -a", "fdmap: -i is useless when -X is specified.\n");
	wrong("-X -i -y", "fdmap: illegal option character: y\n");
	ok("-X -i -v");
	ok("-r1ma%%n -F");
	ok("-r1m%n -t");
	wrong("-J -j", "fdmap: -J and -j are mutually exclusive\n");
	wrong("-J -t", "fdmap: -J/-j and -t are mutually exclusive\n"
		       "fdmap: -F and -t are mutually exclusive\n");
	wrong("-j --count", "fdmap: --count and -j are mutually exclusive\n");
	wrong("-a -R", "fdmap: no select options to AND via -a\n");
	wrong("-F -t -o -s -y", "fdmap: illegal option character: y\n"
				"fdmap: -o and -s are mutually exclusive\n"
				"fdmap: -F and -t are mutually exclusive\n");
	ok("-a -F?");
	wrong("-d cwd,foo -y", "fdmap: invalid fd type given in -d option\n");
	ck_assert(opt.fatal);
}
END_TEST

/* Words that would move a terminal's cursor. */
START_TEST(test_escapes)
{
	wrong("-i x\x1b[2J\n", "fdmap: unknown protocol name (x^[[2J\\n) in: -i x^[[2J\\n\n");
	wrong("-\x01", "fdmap: illegal option character: ^A\n");
	wrong("--a\tb", "fdmap: unknown option: --a\\tb\n");
}
END_TEST

START_TEST(test_peek)
{
	struct fdmap_config cfg = { 0 };
	char *argv[] = { (char *)(uintptr_t) "fdmap",
			 (char *)(uintptr_t) "-y",
			 (char *)(uintptr_t) "--proc=/a",
			 (char *)(uintptr_t) "--threads",
			 (char *)(uintptr_t) "7",
			 (char *)(uintptr_t) "-F?",
			 NULL };

	ck_assert(!options_peek(5, argv, &cfg));
	ck_assert_str_eq(cfg.proc, "/a");
	ck_assert_uint_eq(cfg.threads, 7);
	ck_assert(options_peek(6, argv, &cfg));
	cfg.proc = "/env";
	ck_assert(!options_peek(2, argv, &cfg));
	ck_assert_str_eq(cfg.proc, "/env");
}
END_TEST

/* ---- texts ------------------------------------------------------------------------------ */

START_TEST(test_table)
{
	size_t n;
	const struct optrow *r = options_rows(&n);

	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_nonnull(r[i].set);
		ck_assert(r[i].letter || r[i].name);
		ck_assert_msg(r[i].section == OPTSECTION_REFUSED || r[i].help, "row %zu", i);
		ck_assert(r[i].set != set_switch || r[i].at < sizeof(struct options));
		for (size_t k = 0; k < i; k++) {
			ck_assert(!r[i].name || !r[k].name || strcmp(r[i].name, r[k].name) != 0);
			ck_assert_msg(
				!r[i].letter || r[i].letter != r[k].letter ||
					(r[i].prefix && r[k].prefix && r[i].prefix != r[k].prefix),
				"two rows for %c", r[i].letter);
		}
	}
}
END_TEST

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
		if (strcspn(p, "\n") > longest)
			longest = strcspn(p, "\n");
	return longest;
}

/* Words are words, wherever a line ends. */
static void join_lines(struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++) {
		char c = text->p[i] == '\n' ? ' ' : text->p[i];

		if (c != ' ' || !n || text->p[n - 1] != ' ')
			text->p[n++] = c;
	}
	text->n = n;
}

START_TEST(test_usage)
{
	struct buf out;
	size_t n;
	const struct optrow *r = options_rows(&n);

	buf_init(&out);
	put_usage(&out);
	ck_assert_int_eq(strncmp(buf_str(&out), "fdmap " FDMAP_VERSION "\n usage: [-?abh", 26), 0);
	ck_assert_uint_le(longest_line(buf_str(&out)), 79);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [-p list]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [names]\n"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [+|-e path] [+|-E]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [+D dir]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [+|-r [t]]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [-x [fl]]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [--count[=list]]"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), " [--width n]"));
	buf_reset(&out);
	put_options(&out);
	ck_assert_uint_le(longest_line(buf_str(&out)), 79);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n  +e path  "));
	join_lines(&out);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(!r[i].help || strstr(buf_str(&out), r[i].help), "row %zu", i);
	buf_reset(&out);
	put_version(&out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n    revision: " FDMAP_VERSION "\n"));
	buf_fini(&out);
}
END_TEST

/* Called as lsof, the version is what scripts compare; what it is is said behind it. */
START_TEST(test_as_lsof)
{
	struct buf out;

	buf_init(&out);
	warn_begin("/usr/bin/mylsof");
	put_version(&out);
	ck_assert_int_eq(strncmp(buf_str(&out),
				 "mylsof version information:\n    revision: 4.99.7\n"
				 "    implementation: fdmap " FDMAP_VERSION "\n",
				 sizeof("mylsof version information:\n    revision: 4.99.7\n"
					"    implementation: fdmap " FDMAP_VERSION "\n") -
					 1),
			 0);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n    features enabled: "));
	buf_reset(&out);
	put_usage(&out);
	ck_assert_int_eq(strncmp(buf_str(&out), "lsof 4.99.7 (fdmap " FDMAP_VERSION ")\n usage: [-",
				 sizeof("lsof 4.99.7 (fdmap " FDMAP_VERSION ")\n usage: [-") - 1),
			 0);
	wrong("-y", "mylsof: illegal option character: y\n");
	warn_begin("lsof2");
	ck_assert(!warn_as_lsof());
	warn_begin("of");
	ck_assert(!warn_as_lsof());
	warn_begin("fdmap");
	buf_fini(&out);
}
END_TEST

START_TEST(test_report)
{
	static const struct fdmap_term list[] = {
		{ FDMAP_TERM_UID, NULL, 77 },
		{ FDMAP_TERM_UID, "lp", 7 },
		{ FDMAP_TERM_PGID, NULL, 5 },
		{ FDMAP_TERM_TASKS, NULL, 0 },
		{ FDMAP_TERM_PID, NULL, 11 },
		{ FDMAP_TERM_PID, NULL, 12 },
		{ FDMAP_TERM_UDP_STATE, "close", 7 },
		{ FDMAP_TERM_TCP_STATE, "CLOSING", 11 },
		{ FDMAP_TERM_TCP_STATE, "SYN_SENT", 2 },
		{ FDMAP_TERM_INET_ALL, NULL, 0 },
		{ FDMAP_TERM_INET, ":1", 0 },
		{ FDMAP_TERM_INET, ":2", 0 },
		{ FDMAP_TERM_FILE, "/a\nb", 0 },
		{ FDMAP_TERM_FILESYSTEM, "/mnt", 0 },
		{ FDMAP_TERM_REGEX, "q", 0 },
		{ FDMAP_TERM_COMMAND, "x", 0 },
		{ FDMAP_TERM_COMMAND, "y", 0 },
		{ FDMAP_TERM_CONTEXT, "*:t", 0 },
		{ FDMAP_TERM_NFS, NULL, 0 },
		{ FDMAP_TERM_TREE, "/gone", 0 },
		{ FDMAP_TERM_OTHER, "never", 0 },
	};
	bool hit[ARRAY_LEN(list)] = { false };
	struct report r = { list, ARRAY_LEN(list), hit, "fdmap", NULL, NULL };
	struct buf out;

	buf_init(&out);
	ck_assert_uint_eq(put_report(&r, &out), ARRAY_LEN(list) - 1);
	ck_assert_str_eq(buf_str(&out), "fdmap: command not located: y\n"
					"fdmap: command not located: x\n"
					"fdmap: no command found for regex: q\n"
					"fdmap: no file use located: /gone\n"
					"fdmap: no file system use located: /mnt\n"
					"fdmap: no file use located: /a\\nb\n"
					"fdmap: Internet address not located: :2\n"
					"fdmap: Internet address not located: :1\n"
					"fdmap: no Internet files located\n"
					"fdmap: TCP state not located: SYN_SENT\n"
					"fdmap: TCP state not located: CLOSING\n"
					"fdmap: UDP state not located: close\n"
					"fdmap: no NFS files located\n"
					"fdmap: process ID not located: 11\n"
					"fdmap: process ID not located: 12\n"
					"fdmap: no tasks located\n"
					"fdmap: context not located: *:t\n"
					"fdmap: process group ID not located: 5\n"
					"fdmap: user ID not located: 77\n"
					"fdmap: login name (UID 7) not located: lp\n");
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		hit[i] = i != 4;
	buf_reset(&out);
	ck_assert_uint_eq(put_report(&r, &out), 1);
	ck_assert_str_eq(buf_str(&out), "fdmap: process ID not located: 11\n");
	buf_fini(&out);
}
END_TEST

static int list_missing(void *ctx, size_t term, int (*each)(void *arg, const char *path), void *arg)
{
	const char *const *paths = (const char *const *)ctx;
	int rc = 0;

	if (term != 1)
		return -ENOENT;
	for (; *paths && rc == 0; paths++)
		rc = each(arg, *paths);
	return rc;
}

/* Each file of a tree is told, the last one first, among the other names. */
START_TEST(test_report_tree)
{
	static const struct fdmap_term list[] = {
		{ FDMAP_TERM_FILE, "/a", 0 },
		{ FDMAP_TERM_TREE, "/t", 0 },
		{ FDMAP_TERM_FILE, "/b", 0 },
	};
	const char *paths[] = { "/t", "/t/one", "/t/t\two", NULL };
	const bool hit[] = { false, false, false };
	struct report r = { list, ARRAY_LEN(list), hit, "fdmap", list_missing, paths };
	struct buf out;

	buf_init(&out);
	ck_assert_uint_eq(put_report(&r, &out), 3);
	ck_assert_str_eq(buf_str(&out), "fdmap: no file use located: /b\n"
					"fdmap: no file use located: /t/t\\two\n"
					"fdmap: no file use located: /t/one\n"
					"fdmap: no file use located: /t\n"
					"fdmap: no file use located: /a\n");
	/* Nothing is missing any more: its own name. */
	paths[0] = NULL;
	buf_reset(&out);
	ck_assert_uint_eq(put_report(&r, &out), 3);
	ck_assert_str_eq(buf_str(&out), "fdmap: no file use located: /b\n"
					"fdmap: no file use located: /t\n"
					"fdmap: no file use located: /a\n");
	buf_fini(&out);
}
END_TEST

UNIT_MAIN("options", test_groups, test_values, test_digits, test_part, test_repeat_parts, test_long,
	  test_defaults, test_switches, test_looks, test_fields_letters, test_selections,
	  test_refusals, test_together, test_escapes, test_peek, test_table, test_usage,
	  test_as_lsof, test_report, test_report_tree)
