/* SPDX-License-Identifier: MIT */
/* --explain, on stderr: the plan before the run, and after it what it cost. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdint.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "cli/options.h"

/* What the library does not do. */
enum explain_stage { EXPLAIN_NAMES, EXPLAIN_OUTPUT, EXPLAIN_STAGES };

/* The clock of these, for one listing. */
struct explain {
	uint64_t since;
	uint64_t ns[EXPLAIN_STAGES];
	struct rusage before; /* when the listing began; all zero: with the program */
};

/* From now on until explain_stop. */
void explain_start(struct explain *e);
void explain_stop(struct explain *e, enum explain_stage stage);

/* What a stage is called: one word or two. FDMAP_STAGES: what the library does not do, names. */
const char *explain_word(enum fdmap_stage stage);

/* What the query, which is whole, will do. */
void explain_before(const struct options *o);
/* What the listing has cost; the next one begins. */
void explain_after(struct explain *e, struct fdmap *m, const struct fdmap_snapshot *s);

/* The pure part: lines of what it cost. peak: bytes. */
struct explain_used {
	uint64_t user_ns, system_ns, peak;
};
void explain_costs(const struct fdmap_costs *c, const uint64_t own[EXPLAIN_STAGES],
		   const struct explain_used *used, struct buf *out);

#endif
