/* SPDX-License-Identifier: MIT */
/* A bump allocator over a list of blocks. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks grow, but not to where malloc() asks the kernel for each of them. */
#define BLOCK_LEAST ((size_t)16 * 1024)
#define BLOCK_MOST ((size_t)120 * 1024)
/* What is larger has a block of its own, so that the rest of the newest is not lost. */
#define LARGE ((size_t)4 * 1024)
#define ALIGN (_Alignof(max_align_t))

/* Objects stand from the beginning on, texts, which need no alignment, from the end. */
struct arena_block {
	struct arena_block *next;
	size_t size, used, texts;
	size_t serial; /* counted up from 1 */
	_Alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

void arena_fini(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
	a->failed = false;
}

/* A block of its own stands behind the newest, which goes on being filled. */
static struct arena_block *block_new(struct arena *a, size_t need)
{
	bool own = need > LARGE;
	size_t grown = a->blocks && !own ? a->blocks->size * 2 : BLOCK_LEAST;
	size_t size = own ? need : grown < BLOCK_MOST ? grown : BLOCK_MOST;
	struct arena_block *b = NULL, **at = own && a->blocks ? &a->blocks->next : &a->blocks;

	if (size <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + size);
	if (!b) {
		a->failed = true;
		return NULL;
	}
	b->next = *at;
	b->size = b->texts = size;
	b->used = 0;
	b->serial = ++a->serial;
	*at = b;
	return b;
}

/* A block that has room for so much, or NULL. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
	struct arena_block *b = a->blocks;

	if (a->failed)
		return NULL;
	return b && b->texts - b->used >= size ? b : block_new(a, size);
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b;
	size_t at;

	if (size > SIZE_MAX - ALIGN) {
		a->failed = true;
		return NULL;
	}
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	b = block_for(a, size);
	if (!b)
		return NULL;
	at = b->used;
	b->used += size;
	return memset(b->data + at, 0, size);
}

void *arena_memdup(struct arena *a, const void *p, size_t n)
{
	void *d = arena_alloc(a, n);

	if (d && n)
		memcpy(d, p, n);
	return d;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	struct arena_block *b;
	char *d;

	if (n == SIZE_MAX)
		a->failed = true;
	b = n == SIZE_MAX ? NULL : block_for(a, n + 1);
	if (!b)
		return NULL;
	b->texts -= n + 1;
	d = (char *)b->data + b->texts;
	if (n)
		memcpy(d, s, n);
	d[n] = '\0';
	return d;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

struct arena_mark arena_mark(const struct arena *a)
{
	const struct arena_block *b = a->blocks;

	return (struct arena_mark){ a->serial, b ? b->serial : 0, b ? b->used : 0,
				    b ? b->texts : 0 };
}

/* What is behind the block that was the newest then is as old as that, but for large ones. */
void arena_rewind(struct arena *a, struct arena_mark mark)
{
	struct arena_block **at = &a->blocks;

	while (*at && (*at)->serial >= mark.newest) {
		struct arena_block *b = *at;

		if (b->serial <= mark.serial) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		free(b);
	}
	if (a->blocks) {
		a->blocks->used = mark.used;
		a->blocks->texts = mark.texts;
	}
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}
