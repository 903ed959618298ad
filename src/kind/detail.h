/* SPDX-License-Identifier: MIT */
/*
 * What fdinfo tells of a descriptor beyond lsof's columns: one function per kind of
 * anonymous file, one row each in detail.c. Pure: what a detail names (a process, a
 * watched file) is looked up later, by engine/more.c.
 */
#ifndef KIND_DETAIL_H
#define KIND_DETAIL_H

#include "base/arena.h"
#include "base/cursor.h"
#include "fdmap.h"
#include "proc/fdlink.h"

/*
 * Behind the last detail of a row, of each target of an epoll and of each watch there is
 * room for so many more. The first spare place of a watch holds the handle of what is
 * watched, a text "TYPE:BYTES" in hex, or no text.
 */
#define DETAIL_SPARE 3
/* So many targets and watches are told, and the number of the others as "more". */
#define DETAIL_LIST_MAX 100000u

/* Does fdinfo of such a file tell anything? Only then it is read for FDMAP_MORE. */
bool detail_has(const struct fdlink *link, const struct fdmap_stat *st);

/*
 * Sets more->details from the text of fdinfo; what is told goes to the arena. 0 or
 * -ENOMEM. st: of the file, or NULL.
 */
MUST_CHECK int parse_detail(struct span fdinfo, const struct fdlink *link,
			    const struct fdmap_stat *st, struct arena *arena,
			    struct fdmap_file_more *more);

/* The detail of that key, or NULL. */
const struct fdmap_detail *detail_find(const struct fdmap_detail *v, uint32_t n, const char *key);

#endif
