/* SPDX-License-Identifier: MIT */
/*
 * The members of a process and of a file, for both forms of JSON: lsof's keys
 * in lsof's order as the letters of -F choose them, then those that lsof lacks.
 */
#ifndef OUT_JSONROW_H
#define OUT_JSONROW_H

#include "out/column.h"
#include "out/jsonw.h"

/* Facts (enum fdmap_fact) behind the letters. */
uint32_t jsonrow_wants(const struct format *fmt);
/* Is a letter of files chosen? */
bool jsonrow_files(const struct format *fmt);
/* The letter (FIELD_BIT) of one of these keys, which no column may have a second time; or 0. */
uint64_t jsonrow_letters(const char *key);

/* Into an object that the caller began. */
void jsonrow_process(struct jsonw *w, const struct shown *x);
void jsonrow_file(struct jsonw *w, const struct shown *x);

/* jsonsock.c: tcp_info of TCP and UDP, as lsof has it. */
void jsonsock_tcp_info(struct jsonw *w, const struct shown *x);
/* local and remote of what has addresses, path and peer of UNIX sockets. */
void jsonsock_ends(struct jsonw *w, const struct shown *x);
/* state, recv_queue, send_queue of every socket that has them. */
void jsonsock_state(struct jsonw *w, const struct shown *x);

/* jsonextra.c: what was asked for with --columns, and what is not lsof's to tell. */
void jsonextra_container(struct jsonw *w, const struct shown *x);
void jsonextra_unit(struct jsonw *w, const struct shown *x);
void jsonextra_netns(struct jsonw *w, const struct shown *x);
void jsonextra_detail(struct jsonw *w, const struct shown *x);
void jsonextra_unowned(struct jsonw *w, const struct shown *x);

/* jsonpeers.c: who holds the other ends. */
void jsonpeers_put(struct jsonw *w, const char *key, const struct shown *x);
/* The list alone, whatever was asked for. */
void jsonpeers_list(struct jsonw *w, const char *key, const struct shown *x);

#endif
