/* SPDX-License-Identifier: MIT */
/* All that a query has to say of a system, as one text: taken at once, or visited in parts. */
#ifndef TEST_LIB_VISIT_H
#define TEST_LIB_VISIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/options.h"
#include "fdmap.h"
#include "out/sink.h"

/*
 * All facts but those that keep rows together, and what only sock_diag tells, which is not
 * in a tree.
 */
#define FACTS (~(uint32_t)(FDMAP_CONTAINER | FDMAP_MORE | FDMAP_SOCKX | FDMAP_ENDS))

/* What has been seen so far. */
struct seen {
	FILE *text;
	char *p; /* the text, behind seen_end() */
	size_t n;
	struct sink json;
	struct format fmt;
	bool whole; /* else processes alone count: one row of each will do, whichever it is */
	unsigned calls;
	int after, say;		  /* so many calls: what is said to the last */
	struct fdmap_snapshot *s; /* or NULL */
};

void seen_begin(struct seen *k, bool whole);
/* Of fdmap_visit(); arg: a struct seen. */
int see(void *arg, const struct fdmap_snapshot *part);
/* The snapshot is freed. */
void seen_end(struct seen *k, const struct fdmap_query *q);

struct fdmap *visit_open(const char *dir, unsigned threads, unsigned part);
/* false: something is not in this tree. A name of a file may be none. */
bool visit_parse(struct options *o, struct fdmap *m, const char *line, uint32_t want);
bool visit_is_sound(const char *dir, const char *line);

/* What a command line says of a tree, to be freed. */
char *taken(const char *dir, const char *line, uint32_t want);
/* The same, and how often something was shown. */
char *visited(const char *dir, const char *line, uint32_t want, unsigned threads, unsigned part,
	      unsigned *calls);

#endif
