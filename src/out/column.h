/* SPDX-License-Identifier: MIT */
/*
 * The columns of the table: one row each in column.c, in print order. What
 * the table and -F write alike is here, too.
 */
#ifndef OUT_COLUMN_H
#define OUT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "fdmap.h"
#include "out/paint.h"
#include "out/sink.h"

/* Facts that make rows; a format that shows only processes needs none of them. */
#define COLUMN_ROWS ((uint32_t)FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)

/* A row while it is printed. `look` is filled for columns of files only. */
struct shown {
	const struct format *fmt;
	const struct fdmap_row *row;
	struct fdmap_look look;
	struct buf *scratch; /* NAME before its escapes; kept from row to row */
	/* For columns that are fields: */
	const struct column *column;
	struct fdmap_value *value; /* kept from row to row */
};

enum column_align {
	COLUMN_LEFT,
	COLUMN_RIGHT,
	COLUMN_FREE, /* the last: neither measured nor padded */
};

/* One value per process, or one per row. All process columns stand first. */
enum column_of { COLUMN_PROCESS, COLUMN_FILE };

struct column {
	const char *head;
	enum column_of of;
	enum column_align align;
	unsigned min;	/* never narrower than this, or than the head */
	uint32_t needs; /* enum fdmap_fact */
	/* NULL: always. tasks: a thread is among the rows. */
	bool (*chosen)(const struct format *fmt, bool tasks);
	void (*put)(const struct shown *x, struct buf *out);
	/* Columns of ours, that are shown when they are asked for. Both NULL: lsof's own. */
	const char *key;		/* with a look of its own */
	const struct fdmap_field *field; /* any other: see layout.c */
	enum paint paint;
};

/* Columns with a look of their own; with the `field` of none. */
const struct column *column_list(size_t *n);
bool column_is_chosen(const struct column *c, const struct format *fmt, bool tasks);

/* "cwd", "3"; whole: numbers of five digits and more, too, else *NNN. */
void column_put_fd(int32_t fd, bool whole, struct buf *out);
/* 0t<decimal>, or 0x<hex> when that has more digits than the format allows. */
void column_put_offset(const struct shown *x, struct buf *out);
/* The NAME into x->scratch, never cut; false: out of memory. */
bool column_take_name(const struct shown *x, unsigned how);
/* The same with its escapes. */
void column_put_name(const struct shown *x, unsigned how, struct buf *out);
/* Any text with the escapes of NAME. */
void column_quote(const struct format *fmt, const char *text, size_t n, struct buf *out);
/* How a NAME is made where states and queues have a place of their own. */
unsigned column_name_alone(const struct format *fmt);
/* The flags a descriptor was opened with; false: they are not known, or there are none. */
bool column_put_flags(const struct shown *x, enum format_flags how, struct buf *out);
/* Mode or lock of a descriptor: a blank where there is none. */
char column_letter(char c);
/* The command as the kernel has it; lsof's "(unknown)" when it was not readable. */
const char *column_comm(const struct fdmap_process *proc);

#endif
