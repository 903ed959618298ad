/* SPDX-License-Identifier: MIT */
/* Details in the making, and the parsers of detail.c's table. */
#ifndef KIND_DETAILBUF_H
#define KIND_DETAILBUF_H

#include "base/names.h"
#include "kind/detail.h"

#define DETAIL_KEYS_MAX 64

struct details {
	struct arena *arena;
	uint32_t n;
	uint64_t more; /* what had no room */
	struct fdmap_detail v[DETAIL_KEYS_MAX + DETAIL_SPARE];
};

/* Adds one; keys are not copied. NULL: there is no room. */
struct fdmap_detail *details_add(struct details *d, const char *key, enum fdmap_detail_type type);
void details_u64(struct details *d, const char *key, uint64_t v);
void details_text(struct details *d, const char *key, struct span text);

/* "in|out|0x8000": the names of the bits, then those without one. */
const char *detail_words(struct arena *arena, const struct name_row *names, size_t n,
			 uint64_t bits);
/* A number of the kernel's, major << 20 | minor, as lsof writes it: "254,0". */
const char *detail_dev(struct arena *arena, uint64_t sdev);

/* How the value of a key is written by the kernel, and what it becomes. */
enum detail_how {
	DETAIL_DEC,     /* U64 */
	DETAIL_INT,     /* I64 */
	DETAIL_FROM_HEX, /* U64 */
	DETAIL_AS_HEX,  /* HEX, from hex with or without 0x */
	DETAIL_YES,     /* BOOL, from a number */
	DETAIL_ANY,     /* TEXT */
	DETAIL_NAME,    /* TEXT, the name of a number */
	DETAIL_COUNT,   /* U64: how many indented lines follow */
};
struct detail_key {
	const char *key; /* without its colon */
	const char *as;  /* NULL: the same */
	enum detail_how how;
	const struct name_row *names;
	size_t nnames;
};

/* Lines "key: value" whose key is in the table; the first of each. */
void details_keys(struct details *d, struct span text, const struct detail_key *keys, size_t n);
/* All lines "key: value" but those that every fdinfo has; keys in lower case with '_'. */
void details_all(struct details *d, struct span text);

/* Lines that begin with `prefix`, as far as a list may be long. */
size_t detail_count(struct span text, const char *prefix);
/*
 * A list of n objects of `cells` details each, of which the last DETAIL_SPARE are spare;
 * NULL: no memory. Before anything else is added, details_list_end tells how many it has.
 */
struct fdmap_detail *details_list(struct details *d, const char *key, size_t n, unsigned cells);
void details_list_end(struct details *d, uint32_t n);
/* By the number in the first cell. */
void detail_sort(struct fdmap_detail *list, size_t n);

/* detail_event.c */
void parse_eventfd(struct details *d, struct span text);
void parse_timerfd(struct details *d, struct span text);
void parse_signalfd(struct details *d, struct span text);
void parse_eventpoll(struct details *d, struct span text);
/* detail_watch.c */
void parse_inotify(struct details *d, struct span text);
void parse_fanotify(struct details *d, struct span text);
/* detail_bpf.c */
void parse_bpf_map(struct details *d, struct span text);
void parse_bpf_prog(struct details *d, struct span text);
/* detail_misc.c */
void parse_pidfd(struct details *d, struct span text);
void parse_io_uring(struct details *d, struct span text);
void parse_userfaultfd(struct details *d, struct span text);
void parse_dmabuf(struct details *d, struct span text);
void parse_tun(struct details *d, struct span text);
void parse_ptmx(struct details *d, struct span text);
void parse_scm(struct details *d, struct span text);

#endif
