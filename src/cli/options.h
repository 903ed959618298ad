/* SPDX-License-Identifier: MIT */
/*
 * What a command line says: a query, how its rows shall look, and what else
 * is to be done. Wrong words are told on stderr as they are met and counted.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/util.h"
#include "cli/parse.h"
#include "fdmap.h"
#include "out/sink.h"

/* -r, +r: again and again. */
struct repeat {
	bool on;
	bool until_none;    /* +r: ends with a cycle that lists nothing */
	unsigned seconds;   /* between two; 0: a single cycle after all */
	unsigned cycles;    /* at most; 0: no limit */
	const char *marker; /* what strftime(3) makes a line of behind each, or NULL */
};

/* A file system that is not to be asked. */
struct exemption {
	const char *path;
	char sign; /* '-', '+' */
};

struct options {
	struct fdmap *m; /* borrowed; NULL: only to tell what is wrong, names stay unresolved */
	struct fdmap_query *q; /* owned */
	struct format fmt;     /* but for its namer */
	const char *proc;      /* --proc, or NULL */
	unsigned threads;      /* --threads, or 0 */
	char *const *files;    /* file names, in argv */
	int nfiles;
	unsigned path_how;	     /* -f, +f: FDMAP_FILE_ONLY, FDMAP_FS_ONLY */
	char *const *words;	     /* the whole line, but for the name of the program */
	int nwords;
	unsigned errors;	     /* words that were wrong */
	unsigned misread;	     /* of these: those that were no options, or had no such value */
	const char *inet_wrong;	     /* the last value of an -i that was */
	unsigned refused;	     /* of these: those that the usage text would not help with */
	unsigned unanswered;	     /* ... and names of which nobody could tell whether they are right */
	bool unreached;		     /* a name that was given, or what is in it, could not be looked at */
	bool fatal;		     /* one of them ends everything, without the usage text */
	bool fd_include, fd_exclude; /* what the -d lists so far are */
	bool fields, terse, count, json, json_lines;
	void (*completion)(struct buf *out); /* --completion: the script of its shell; or NULL */
	const char *shape;	   /* --csv, --tsv, --print0, --graph, --summary: its sink; or NULL */
	bool columns_help;	   /* --columns=help */
	enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
	bool width_given;	   /* --width: fmt.width is not the terminal's */
	bool unowned;		   /* --unowned */
	bool and;
	unsigned cross;		   /* -x so far: FDMAP_CROSS_FS, FDMAP_CROSS_LINKS */
	bool trees;		   /* a +d or +D was taken */
	bool inet, skip_inet;	   /* an -i was met; -X */
	enum fdmap_ends_mode ends; /* -E, +E */
	struct buf exempt;	   /* struct exemption of each -e, +e */
	bool programs;		   /* +M */
	bool mounts;		   /* +m: list them, and nothing else */
	struct repeat repeat;
	bool warnings, hosts, ports, users;
	bool quiet, verbose;		 /* -Q, -V */
	bool explain;			 /* --explain */
	bool strict;			 /* --strict */
	bool help, version, fields_help; /* texts on stderr */
	bool print_help, print_version;	 /* texts on stdout */
	const struct topic *topic;	 /* --help=topic, or NULL */
	bool offset_field;		 /* o is among the letters of -F */
};

/* 0 or -errno. */
MUST_CHECK int options_init(struct options *o, struct fdmap *m);
void options_fini(struct options *o);

/*
 * Only --proc and --threads, which are needed before names can be looked up.
 * Says nothing about words that are wrong. True when only a text is asked for.
 */
bool options_peek(int argc, char *const *argv, struct fdmap_config *cfg);

/* Does the line have --strict, right or wrong as it is otherwise? */
bool options_are_strict(int argc, char *const *argv);

/* -errno says that a name could not be looked at, not that there is none. */
bool options_unreached(int err);

/* The whole line; o->errors says how it went. */
void options_parse(struct options *o, int argc, char *const *argv);

/* Nothing is to be listed, only told. */
bool options_only_texts(const struct options *o);

/* The table, for the help. */
const struct optrow *options_rows(size_t *n);

#endif
