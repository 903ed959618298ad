/* SPDX-License-Identifier: MIT */
/*
 * A bump allocator: many small objects, one free. Running out of memory is
 * sticky: arena_alloc returns NULL from then on and arena_failed says so, so
 * that callers may check once per batch. Not safe for two threads.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t serial; /* of the last that was made */
	bool failed;
};

/* A point to come back to: what was allocated after it can be dropped. */
struct arena_mark {
	size_t serial, newest; /* of the last block that was made, of the one being filled */
	size_t used, texts;
};

void arena_init(struct arena *a);
void arena_fini(struct arena *a);

/* Zeroed, aligned for any object; NULL when out of memory (sticky). */
void *arena_alloc(struct arena *a, size_t size);

/* Copies of text, packed; the n bytes need no terminator, the copy has one. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
void *arena_memdup(struct arena *a, const void *p, size_t n);

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

bool arena_failed(const struct arena *a);

#endif
