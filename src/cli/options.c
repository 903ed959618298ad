/* SPDX-License-Identifier: MIT */
/* The table of options, and what must be said about all of them together. */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alias.h"
#include "cli/set.h"
#include "cli/warn.h"

#define NONE .value = OPTVALUE_NONE
#define REQUIRED(what, kind) .value = OPTVALUE_REQUIRED, .shown = what, .completes = kind
#define OPTIONAL(what, kind) .value = OPTVALUE_OPTIONAL, .shown = what, .completes = kind
#define DIGITS .value = OPTVALUE_DIGITS, .shown = "n", .completes = "number"
#define PART(what) .value = OPTVALUE_PART, .shown = what, .completes = "number"
#define SWITCH(field, how) NONE, .set = set_switch, .at = offsetof(struct options, field), .on = how
#define SELECT .section = OPTSECTION_SELECT
#define SHOW .section = OPTSECTION_SHOW
#define NAMES .section = OPTSECTION_NAMES
#define OTHER .section = OPTSECTION_OTHER
#define IGNORED .section = OPTSECTION_IGNORED, .set = set_none
#define FIRST .first = true
#define REFUSED .section = OPTSECTION_REFUSED, .set = set_never

/* clang-format off: two lines a row, to be read as a table */
static const struct optrow rows[] = {
	{ 'i', 0, OPTIONAL("spec", "inet"), SELECT, FIRST, .name = "inet", .set = set_inet,
	  .help = "Internet files: [46][proto][@host|@addr][:ports]" },
	{ 'U', 0, NONE, SELECT, .name = "unix", .set = set_unix, .help = "UNIX sockets" },
	{ 0, 0, NONE, SELECT, .name = "sockets", .set = set_sockets,
	  .help = "sockets of every family" },
	{ 'p', 0, REQUIRED("list", "pids"), SELECT, FIRST, .name = "pid", .set = set_pid,
	  .help = "process IDs; ^ID excludes" },
	{ 'u', 0, REQUIRED("list", "users"), SELECT, FIRST, .name = "user", .set = set_user,
	  .help = "login names or UIDs; ^name excludes" },
	{ 'g', 0, OPTIONAL("list", "pgids"), SELECT, .name = "pgid", .set = set_pgid,
	  .help = "show process groups, select these; ^ID excludes" },
	{ 'c', '-', REQUIRED("s", "command"), SELECT, FIRST, .name = "command", .set = set_command,
	  .help = "commands that begin so; ^s excludes; /regex/[bix]" },
	{ 'd', '-', REQUIRED("list", "fds"), SELECT, .name = "fd", .set = set_fd,
	  .help = "descriptors: 0-2,cwd,txt,mem,fd; ^ on all excludes" },
	{ 'L', '+', DIGITS, SELECT, .name = "links", .set = set_links,
	  .help = "show link counts, select files with fewer than n" },
	{ 'K', 0, OPTIONAL("i", "letters"), SELECT, .name = "tasks", .set = set_tasks,
	  .help = "threads; i: never list them" },
	{ 's', 0, OPTIONAL("p:states", "states"), SELECT, .set = set_state,
	  .help = "as --state; without p:states as --size" },
	{ 0, 0, REQUIRED("p:states", "states"), SELECT, .name = "state", .set = set_state,
	  .help = "hide TCP (or UDP) sockets in other states; ^state hides it" },
	{ 'N', 0, NONE, SELECT, .name = "nfs", .set = set_nfs, .help = "files on NFS" },
	{ 'Z', 0, OPTIONAL("context", "text"), SELECT, .name = "context", .set = set_context,
	  .help = "SECURITY-CONTEXT column; select by a pattern of it" },
	{ 'd', '+', REQUIRED("dir", "directory"), SELECT, .name = "directory", .set = set_directory,
	  .help = "a directory and what is in it" },
	{ 'D', '+', REQUIRED("dir", "directory"), SELECT, .name = "tree", .set = set_tree,
	  .help = "a directory and all that is below it" },
	{ 'x', 0, OPTIONAL("fl", "letters"), SELECT, .name = "cross-over", .set = set_cross,
	  .help = "before +d, +D: into other file systems (f), links (l)" },
	{ 'f', '-', OPTIONAL("gG", "letters"), SELECT, .name = "files-only", .set = set_names,
	  .help = "a mount point given as a name is a directory; g: no flags" },
	{ 'f', '+', OPTIONAL("gG", "letters"), SELECT, .name = "file-systems", .set = set_names,
	  .help = "names given must be file systems; g, G: as --file-flags" },
	{ 'E', '+', NONE, SELECT, .name = "select-ends", .set = set_ends,
	  .help = "as -E, and list those ends, too" },
	{ 0, 0, REQUIRED("where", "netns"), SELECT, .name = "netns", .set = set_netns,
	  .help = "where to look for sockets: self, all, a PID, name, path, inode" },
	{ 0, 0, SELECT, SWITCH(unowned, true), .name = "unowned",
	  .help = "also sockets that no process holds, and why" },
	{ 0, 0, REQUIRED("expr", "filter"), SELECT, FIRST, .name = "filter", .set = set_filter,
	  .help = "rows for which this is true: 'tcp and rtt > 1ms'" },
	{ 0, 0, REQUIRED("file", "file"), SELECT, .name = "filter-file", .set = set_filter_file,
	  .help = "the same from a file; -: standard input" },
	{ 'a', 0, SELECT, FIRST, SWITCH(and, true), .name = "and",
	  .help = "all kinds of selection must match, not any" },

	{ 't', 0, NONE, SHOW, FIRST, .name = "terse", .set = set_terse, .help = "process IDs only" },
	{ 0, 0, OPTIONAL("list", "groups"), SHOW, .name = "count", .set = set_count,
	  .help = "the number of rows, alone; with columns: of each group" },
	{ 0, 0, NONE, SHOW, .name = "summary", .set = set_shape,
	  .help = "one page: sockets, owners, listeners, descriptors" },
	{ 0, 0, NONE, SHOW, .name = "csv", .set = set_shape, .help = "comma-separated values" },
	{ 0, 0, NONE, SHOW, .name = "tsv", .set = set_shape, .help = "values with tabs between" },
	{ 0, 0, NONE, SHOW, .name = "print0", .set = set_shape,
	  .help = "values, a NUL behind each, for xargs -0" },
	{ 0, 0, NONE, SHOW, .name = "graph", .set = set_shape,
	  .help = "processes and what connects them, for Graphviz" },
	{ 'F', 0, OPTIONAL("letters", "fields"), SHOW, .name = "fields", .set = set_fields,
	  .help = "one field per line, for programs; -F? lists the letters" },
	{ 'J', '-', SHOW, SWITCH(json, true), .name = "json", .help = "one JSON document" },
	{ 'j', '-', SHOW, SWITCH(json_lines, true), .name = "json-lines",
	  .help = "one JSON object for each file, a line each" },
	{ 'H', 0, SHOW, SWITCH(fmt.human, true), .name = "human", .help = "sizes as 1.5K, 2.0M" },
	{ 0, 0, OPTIONAL("gG", "letters"), SHOW, .name = "file-flags", .set = set_flags,
	  .help = "FILE-FLAG column: names of flags (g), or hexadecimal (G)" },
	{ 0, 0, REQUIRED("list", "columns"), SHOW, FIRST, .name = "columns", .set = set_columns,
	  .help = "these columns; +list: these, too; help: all keys" },
	{ 0, 0, OPTIONAL("when", "color"), SHOW, .name = "color", .set = set_color,
	  .help = "colours: auto, always, never" },
	{ 0, 0, REQUIRED("n", "number"), SHOW, .name = "width", .set = set_line_width,
	  .help = "columns of the terminal, for --columns; 0: no limit" },
	{ 'E', '-', NONE, SHOW, .name = "ends", .set = set_ends,
	  .help = "who holds the other ends of pipes, sockets, ptys" },
	{ 'o', 0, DIGITS, SHOW, .name = "offset", .set = set_offset,
	  .help = "OFFSET column; with n: decimal digits before 0x (8)" },
	{ 0, 0, SHOW, SWITCH(fmt.size_only, true), .name = "size", .help = "SIZE column" },
	{ 'R', 0, SHOW, SWITCH(fmt.ppid, true), .name = "ppid", .help = "PPID column" },
	{ 'L', '-', .value = OPTVALUE_DIGITS, .completes = "number", SHOW, .name = "no-links",
	  .set = set_links, .help = "no link counts" },
	{ 'c', '+', PART("n"), SHOW, .name = "command-width", .set = set_width,
	  .takes = width_takes, .help = "width of COMMAND (9), at most 15; 0: whole" },
	{ 'T', '+', OPTIONAL("qs", "letters"), SHOW, .name = "tcp-info", .set = set_tcp_info,
	  .help = "show TCP states (s), queues (q)" },
	{ 'T', '-', OPTIONAL("qs", "letters"), SHOW, .name = "no-tcp-info", .set = set_tcp_info,
	  .help = "without letters: no TCP states" },

	{ 'n', '-', NAMES, FIRST, SWITCH(hosts, false), .name = "no-hosts", .help = "no host names" },
	{ 'n', '+', NAMES, SWITCH(hosts, true), .name = "hosts", .help = "host names (default)" },
	{ 'P', '-', NAMES, FIRST, SWITCH(ports, false), .name = "no-ports", .help = "no service names" },
	{ 'P', '+', NAMES, SWITCH(ports, true), .name = "ports",
	  .help = "service names (default)" },
	{ 'M', '+', NAMES, SWITCH(programs, true), .name = "portmapper",
	  .help = "RPC programs behind local ports" },
	{ 'M', '-', NAMES, SWITCH(programs, false), .name = "no-portmapper",
	  .help = "none (default)" },
	{ 'l', 0, NAMES, SWITCH(users, false), .name = "numeric-users", .help = "no login names" },

	{ 'w', '-', OTHER, SWITCH(warnings, false), .name = "no-warnings",
	  .help = "no warnings, no rows that only say what could not be read" },
	{ 'w', '+', OTHER, SWITCH(warnings, true), .name = "warnings", .help = "both (default)" },
	{ 'Q', 0, OTHER, SWITCH(quiet, true), .name = "quiet-search",
	  .help = "exit status 0 also when something was not found" },
	{ 'V', 0, OTHER, SWITCH(verbose, true), .name = "verbose-search",
	  .help = "tell what was not found" },
	{ 'S', 0, DIGITS, OTHER, .name = "timeout", .set = set_timeout,
	  .help = "seconds to wait for a name whose file system does not answer (2)" },
	{ 0, 0, REQUIRED("dir", "directory"), OTHER, .name = "proc", .set = set_proc,
	  .help = "another /proc, or a recorded one; also $FDMAP_PROC" },
	{ 0, 0, REQUIRED("which", "source"), OTHER, .name = "socket-source", .set = set_source,
	  .help = "what tells of sockets: auto, text (/proc/net), diag (netlink)" },
	{ 0, 0, REQUIRED("which", "engine"), OTHER, .name = "engine", .set = set_engine,
	  .help = "what lists descriptors: auto, proc (/proc), bpf (root only)" },
	{ 0, 0, OTHER, SWITCH(explain, true), .name = "explain",
	  .help = "on stderr: the plan, and after the run what it cost" },
	{ 0, 0, OTHER, SWITCH(strict, true), .name = "strict",
	  .help = "status 2: not everything could be looked at; 3: an error" },
	{ 0, 0, REQUIRED("n", "number"), OTHER, .name = "threads", .set = set_threads,
	  .help = "threads to read with; 0: as many as CPUs" },
	{ 'r', '-', PART("t"), OTHER, .name = "repeat", .set = set_repeat, .takes = repeat_takes,
	  .help = "list every t (15) seconds: [t][cN][m<fmt>]; N times, marker" },
	{ 'r', '+', PART("t"), OTHER, .name = "repeat-while", .set = set_repeat,
	  .takes = repeat_takes, .help = "the same until nothing is listed" },
	{ 'e', '-', REQUIRED("path", "mount"), OTHER, .name = "exempt", .set = set_exempt,
	  .help = "ask nothing of the file system mounted there" },
	{ 'e', '+', REQUIRED("path", "mount"), OTHER, .set = set_exempt, .help = "the same" },
	{ 'X', 0, NONE, OTHER, .name = "no-inet-tables", .set = set_skip_inet,
	  .help = "do without the tables of TCP, UDP and raw6 sockets" },
	{ 'm', '+', OPTIONAL("file", "file"), OTHER, .name = "mounts", .set = set_mounts,
	  .help = "list mounts and their devices; a file is not needed" },
	{ '?', 0, OTHER, SWITCH(help, true), .info = true, .help = "as -h" },
	{ 'h', 0, OTHER, SWITCH(help, true), .info = true,
	  .help = "as --help, on stderr; as lsof: all options" },
	{ 0, 0, OPTIONAL("topic", "topic"), OTHER, .info = true, .name = "help", .set = set_help,
	  .help = "one screen to begin with; of a topic, all" },
	{ 'v', 0, OTHER, SWITCH(version, true), .info = true, .help = "version on stderr" },
	{ 0, 0, OTHER, SWITCH(print_version, true), .info = true, .name = "version",
	  .help = "version" },
	{ 0, 0, REQUIRED("shell", "shell"), OTHER, .info = true, .name = "completion",
	  .set = set_completion, .help = "what makes bash, zsh or fish complete words" },

	{ 'b', 0, NONE, IGNORED, .name = "no-blocking",
	  .help = "no call here waits for what is observed" },
	{ 'O', 0, NONE, IGNORED, .name = "no-overhead",
	  .help = "a helper is only used for names that may have to wait" },

	{ 'D', '-', REQUIRED("dir", "text"), REFUSED },
	{ 'm', '-', OPTIONAL("file", "text"), REFUSED },
	{ 'J', '+', NONE, REFUSED },
	{ 'j', '+', NONE, REFUSED },
};
/* clang-format on */

const struct optrow *options_rows(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}

int options_init(struct options *o, struct fdmap *m)
{
	*o = (struct options){
		.m = m, .warnings = true, .hosts = true, .ports = true, .users = true
	};
	o->fmt.comm_width = 9;
	o->fmt.offset_digits = 8;
	o->fmt.name_how = FDMAP_NAME_STATE | FDMAP_NAME_INFO;
	buf_init(&o->exempt);
	return fdmap_query_new(&o->q);
}

void options_fini(struct options *o)
{
	if (o->q)
		fdmap_query_free(o->q);
	o->q = NULL;
	buf_fini(&o->exempt);
	columns_fini(&o->fmt.columns);
	columns_fini(&o->fmt.groups);
}

PRINTF_LIKE(2, 0)
static void say_wrong(struct options *o, const char *fmt, va_list args)
{
	char *text;

	o->errors++;
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	warn_say("%s", text ? text : "out of memory");
	free(text);
}

void options_wrong(struct options *o, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_wrong(o, fmt, args);
	va_end(args);
}

void options_refused(struct options *o, const char *fmt, ...)
{
	va_list args;

	o->refused++;
	va_start(args, fmt);
	say_wrong(o, fmt, args);
	va_end(args);
}

struct peek {
	struct options words;
	bool info;
};

static int peek_option(void *ctx, const struct optuse *use)
{
	struct peek *peek = (struct peek *)ctx;

	if (use->row->set == set_proc)
		peek->words.proc = use->value && *use->value ? use->value : NULL;
	else if (use->row->set == set_threads && use->value)
		peek->words.threads = (unsigned)strtoul(use->value, NULL, 10);
	else if (use->row->info)
		peek->info = true;
	else if (use->row->at == offsetof(struct options, strict))
		peek->words.strict = true;
	else if (use->row->set == set_fields && use->value && strcmp(use->value, "?") == 0)
		peek->info = true;
	else if (use->row->set == set_columns && use->value && strcmp(use->value, "help") == 0)
		peek->info = true;
	return 0;
}

static void peek_wrong(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

static void peek_all(struct peek *peek, int argc, char *const *argv)
{
	struct optscan scan = {
		rows, ARRAY_LEN(rows), peek, peek_option, peek_wrong, alias_put
	};

	(void)parse_argv(&scan, argc, argv);
}

bool options_are_strict(int argc, char *const *argv)
{
	struct peek peek = { .info = false };

	peek_all(&peek, argc, argv);
	return peek.words.strict;
}

bool options_unreached(int err)
{
	return err == -ETIMEDOUT || err == -EACCES || err == -EPERM;
}

bool options_peek(int argc, char *const *argv, struct fdmap_config *cfg)
{
	struct peek peek = { .info = false };

	peek_all(&peek, argc, argv);
	if (peek.words.proc)
		cfg->proc = peek.words.proc;
	cfg->threads = peek.words.threads;
	return peek.info;
}

static int take_option(void *ctx, const struct optuse *use)
{
	struct options *o = (struct options *)ctx;

	use->row->set(o, use);
	return o->fatal;
}

static void take_wrong(void *ctx, const char *text)
{
	options_wrong((struct options *)ctx, "%s", text);
}

bool options_only_texts(const struct options *o)
{
	return o->help || o->version || o->fields_help || o->print_help || o->print_version ||
	       o->columns_help || o->completion;
}

/* A marker among fields must stay one line. */
static bool marker_breaks(const char *marker)
{
	const char *p = strchr(marker, '%');

	for (; p && p[1]; p = strchr(p + 2, '%'))
		if (p[1] == 'n')
			return true;
	return false;
}

/* One listing has one format. JSON is made of fields to lsof. */
static void formats_together(struct options *o)
{
	bool json = o->json || o->json_lines;

	if (o->json && o->json_lines)
		options_wrong(o, "-J and -j are mutually exclusive");
	if (json && o->terse)
		options_wrong(o, "-J/-j and -t are mutually exclusive");
	if ((json || o->fields) && o->terse)
		options_wrong(o, "-F and -t are mutually exclusive");
	counts_together(o);
	formats_apart(o);
	if (o->fields && o->fmt.columns.only)
		options_wrong(o, "-F and --columns are mutually exclusive, but for --columns=+list");
	if ((json || o->fields) && o->repeat.marker && marker_breaks(o->repeat.marker))
		options_wrong(o, "%%n illegal in -r m<fmt> when -F has been specified: \"%s\"",
			      o->repeat.marker);
}

/* Without -F, JSON has the fields that -F has without letters; but flags by their names. */
static void json_fields(struct options *o)
{
	enum format_flags flags = o->fmt.flags;

	if ((!o->json && !o->json_lines) || o->fields)
		return;
	fields_all(o);
	o->fmt.flags = flags == FORMAT_FLAGS_NONE ? FORMAT_FLAGS_NAMES : flags;
}

/* What can only be seen at the end of the line, in lsof's order. */
static void options_together(struct options *o)
{
	if ((o->fmt.offset_only || o->offset_field) && o->fmt.size_only)
		options_wrong(o, "-o and -s are mutually exclusive");
	formats_together(o);
	if (o->cross && !o->trees)
		options_wrong(o, "-x must accompany +d or +D");
	places_exempt(o);
	if (o->errors || options_only_texts(o))
		return;
	if (o->skip_inet && o->inet)
		options_wrong(o, "-i is useless when -X is specified.");
	else if (o->and &&!o->nfiles && !fdmap_query_selects(o->q)) {
		options_wrong(o, "no select options to AND via -a");
		o->misread++;
	}
}

void options_parse(struct options *o, int argc, char *const *argv)
{
	struct optscan scan = { rows, ARRAY_LEN(rows), o, take_option, take_wrong, alias_put };
	int first = parse_argv(&scan, argc, argv);

	o->words = argv + (argc > 0);
	o->nwords = argc - (argc > 0);
	o->misread = o->errors;
	if (o->fatal)
		return;
	o->files = argv + first;
	o->nfiles = argc - first;
	json_fields(o);
	options_together(o);
	fdmap_query_skip_inet(o->q, o->skip_inet);
	fdmap_query_match(o->q, o->and ? FDMAP_MATCH_ALL : FDMAP_MATCH_ANY);
	fdmap_query_hide_failed(o->q, !o->warnings);
	if (o->warnings)
		o->fmt.name_how |= FDMAP_NAME_NOTES;
}
