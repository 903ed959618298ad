/* SPDX-License-Identifier: MIT */
/*
 * Rows in, bytes out. A sink is one output format: one file, one row in
 * sink.c. Rows come in order of process, then as lsof orders them, in batches
 * of whole processes; what a batch points to may be gone, or something else
 * by then, when the next one comes. Nothing here reads /proc or knows options.
 */
#ifndef OUT_SINK_H
#define OUT_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"
#include "out/choose.h"

enum format_flags { FORMAT_FLAGS_NONE, FORMAT_FLAGS_NAMES, FORMAT_FLAGS_HEX };

/* What totals (--count=LIST, --summary) are written as. */
enum format_as { FORMAT_AS_TABLE, FORMAT_AS_CSV, FORMAT_AS_TSV, FORMAT_AS_JSON, FORMAT_AS_JSONL };

/* How rows look, decided by the options. */
struct format {
	struct fdmap_namer *namer; /* NULL: numbers only */
	unsigned name_how;         /* enum fdmap_name_how for the table's NAME */
	unsigned comm_width;       /* COMMAND and TASKCMD: 9; 0: whole */
	unsigned offset_digits;    /* decimal digits before 0x: 8; 0: any number */
	bool ppid, pgid, nlink;    /* columns PPID, PGID, NLINK */
	bool offset_only, size_only;
	bool context;              /* column SECURITY-CONTEXT */
	enum format_flags flags;   /* column FILE-FLAG; the letter G is HEX until +f or -f */
	bool human;                /* sizes as 1.5K */
	uint64_t letters;          /* -F: FIELD_BIT of each letter chosen; JSON: 0 for the default */
	bool nul;                  /* -F0 */
	struct columns columns;    /* --columns */
	struct columns groups;     /* --count=LIST */
	bool terminal;             /* the reader is one: no control characters for it */
	bool strict;               /* nor, in lsof's own columns and fields, what turns text around */
	bool color;                /* the reader is a terminal that knows colours, or wants them */
	unsigned width;            /* of the terminal, for columns that were chosen; 0: no limit */
	enum format_as as;         /* totals */
	bool narrowed;             /* something was selected: totals are not of the whole system */
	void (*before)(void);      /* called before bytes leave; or NULL */
	struct fdmap *m;           /* for what belongs to no row: the kernel's totals; or NULL */
};

/* -F letters as bits: 'A'..'Z' then 'a'..'z'. */
#define FIELD_BIT(ch) \
	(UINT64_C(1) << ((ch) >= 'a' ? (ch) - 'a' + 26 : (ch) - 'A'))

struct sink;

struct sink_ops {
	const char *name; /* "table", "fields", "terse", "count", "json", "jsonl" */
	bool whole;       /* it keeps rows: all come in one batch, which lasts until end */
	/* Facts (enum fdmap_fact) the rows must carry for this format. */
	uint32_t (*wants)(const struct format *fmt);
	int (*begin)(struct sink *s);
	int (*row)(struct sink *s, const struct fdmap_row *row);
	int (*end)(struct sink *s); /* all out; 0 or -errno */
	void (*fini)(struct sink *s);
	/* See sink_marker(). NULL: the text and a newline. */
	void (*marker)(const struct format *fmt, const char *text, struct buf *out);
};

struct sink {
	const struct sink_ops *ops;
	const struct format *fmt;
	int fd;         /* where bytes go */
	struct buf out; /* what has not gone yet */
	bool begins;    /* the row at hand is the first of its process, or of its thread */
	void *priv;     /* the ops' own */
};

extern const struct sink_ops sink_table, sink_fields, sink_terse, sink_count, sink_json,
	sink_jsonl, sink_csv, sink_tsv, sink_print0, sink_groups, sink_summary, sink_graph;

/* NULL: no such format. */
const struct sink_ops *sink_find(const char *name);

/*
 * One listing to fd. All return 0 or -errno (-EPIPE when the reader went away), and after
 * an error nothing is left to do but sink_fini(). fmt lasts until then, and s stays where it is.
 */
MUST_CHECK int sink_begin(struct sink *s, const struct sink_ops *ops, const struct format *fmt,
			  int fd);
/* A batch, any number of times. What can be shown of it by now is. */
MUST_CHECK int sink_rows(struct sink *s, const struct fdmap_snapshot *snap);
/* The same of some of its processes; snap may be NULL where no row needs it. */
MUST_CHECK int sink_processes(struct sink *s, const struct fdmap_snapshot *snap,
			      const struct fdmap_process *procs, size_t n);
/* Writes what remains. */
MUST_CHECK int sink_end(struct sink *s);
/* Always, whatever sink_begin() said. What has no end yet gets none. */
void sink_fini(struct sink *s);

/* All of that for a snapshot that is whole. */
MUST_CHECK int sink_print(const struct sink_ops *ops, const struct format *fmt, int fd,
			  const struct fdmap_snapshot *snap);

/*
 * The line between two cycles of a repeated listing, as the format has it: the
 * text alone, "m" and the text (-F), an empty line (-j), or nothing (-J). text
 * NULL: lsof's own, "=======", of which -F prints nothing but the m.
 */
MUST_CHECK int sink_marker(const struct sink_ops *ops, const struct format *fmt, int fd,
			   const char *text);

/* The marker of totals: as what they are written as has it. */
void sink_totals_marker(const struct format *fmt, const char *text, struct buf *out);

/* For the ops: write out when much is waiting (force: whatever is). */
MUST_CHECK int sink_flush(struct sink *s, bool force);

#endif
