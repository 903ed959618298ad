/* SPDX-License-Identifier: MIT */
/* JSON of columns that were asked for, typed, under the keys they were asked by; null: absent. */
#ifndef OUT_JSONFLAT_H
#define OUT_JSONFLAT_H

#include "out/choose.h"
#include "out/column.h"
#include "out/jsonw.h"

/* Facts (enum fdmap_fact) of a list that stands alone, and of what makes its rows. */
uint32_t jsonflat_wants(const struct columns *c);
/* An object of them. 0 or -ENOMEM. */
MUST_CHECK int jsonflat_row(struct jsonw *w, const struct columns *c, const struct fdmap_row *row,
			    struct fdmap_value *value);
/* Letters of -F (FIELD_BIT) that the keys are members of, in an object of lsof's shape. */
uint64_t jsonflat_letters(const struct columns *c);
/* Those of processes or of files, but for the keys that an object of lsof's shape has itself. */
bool jsonflat_adds_files(const struct columns *c);
void jsonflat_add(struct jsonw *w, enum column_of of, const struct shown *x);

#endif
