/* SPDX-License-Identifier: MIT */
/* What getdents64(2) writes; it has no header of its own before glibc 2.30. */
#ifndef OS_DIRENTS_H
#define OS_DIRENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dirent_head {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* Room for many at once. */
#define DIRENTS_BYTES ((size_t)32 * 1024)

/* The entry at *at of n bytes, which is moved behind it; NULL: there is none any more. */
static inline const struct dirent_head *dirents_next(const char *p, size_t n, size_t *at)
{
	const struct dirent_head *e = (const void *)(p + *at);

	if (n - *at <= offsetof(struct dirent_head, name) ||
	    e->reclen <= offsetof(struct dirent_head, name) || e->reclen > n - *at)
		return NULL;
	*at += e->reclen;
	return e;
}

static inline bool dirents_is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

#endif
