/* SPDX-License-Identifier: MIT */
/* Columns of ours: what stands in them, for the table and for JSON. */
#ifndef OUT_EXTRA_H
#define OUT_EXTRA_H

#include "out/column.h"

void extra_put_container(const struct shown *x, struct buf *out);
void extra_put_unit(const struct shown *x, struct buf *out);
void extra_put_netns(const struct shown *x, struct buf *out);
/* Who holds the other ends, as lsof's notes have it: "12,cat,0r 13,sh,1w". */
void extra_put_peer(const struct shown *x, struct buf *out);
/* "key=value key=[value value]" */
void extra_put_detail(const struct shown *x, struct buf *out);

/* Facts of the columns that are added. */
uint32_t extra_wants(const struct format *fmt);

/* Why nobody holds a socket (enum fdmap_unowned), in one word: "time-wait"; NULL: it is held. */
const char *extra_unowned(unsigned why);

/* The namespace of a row's socket; NULL: it is no socket, or that is not known. */
const struct fdmap_netns *extra_netns(const struct fdmap_row *row);

#endif
