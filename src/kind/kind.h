/* SPDX-License-Identifier: MIT */
/*
 * What a descriptor can be: one file per kind, one row in kind.c. A kind is
 * told by the link's text and, where that is a path, by the mode.
 */
#ifndef KIND_KIND_H
#define KIND_KIND_H

#include "base/buf.h"
#include "fdmap.h"
#include "net/family.h"
#include "proc/fdlink.h"

struct kind {
	enum fdmap_kind_id id;
	/* Is it this kind? st may be NULL where it was not asked for. */
	bool (*claims)(const struct fdlink *link, const struct fdmap_stat *st);
	/* Of the facts wanted for a row, those this kind makes use of. */
	uint32_t (*needs)(const struct fdlink *link, uint32_t want);
	void (*look)(const struct fdmap_file *file, struct fdmap_look *look);
	/* NAME without notes ... */
	void (*describe)(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			 struct buf *out);
	/* ... and what stands behind those on other ends; `from`: where it began. Or NULL. */
	void (*info)(const struct fdmap_file *file, unsigned how, size_t from, struct buf *out);
};

/* Never NULL. */
const struct kind *kind_of(const struct fdlink *link, const struct fdmap_stat *st);
const struct kind *kind_by_id(unsigned id);

/* Shared by kinds that behave like a file with a path, a number, a size. */
uint32_t kind_needs_stat(const struct fdlink *link, uint32_t want);
void kind_look_stat(const struct fdmap_file *file, struct fdmap_look *look);
void kind_describe_path(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			struct buf *out);
/* enum fdmap_call in words: "readlink". */
const char *kind_call(unsigned call);

#endif
