/* SPDX-License-Identifier: MIT */
/* A number as a part of a name in /proc: what printf does for it takes as long as parsing its link. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 21 /* of 64 bits, with the NUL */

/* How many there are. */
static inline size_t digits_put(char to[static DIGITS_MAX], uint64_t v)
{
	char t[DIGITS_MAX];
	size_t i = sizeof(t);

	t[--i] = '\0';
	do {
		t[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	memcpy(to, t + i, sizeof(t) - i);
	return sizeof(t) - i - 1;
}

/* Behind the name of a directory, of eight letters at most. */
#define DIGITS_NAME (8 + DIGITS_MAX)
static inline void digits_name(char to[static DIGITS_NAME], const char *dir, uint64_t v)
{
	size_t n = strlen(dir);

	memcpy(to, dir, n);
	(void)digits_put(to + n, v);
}

#endif
