/* SPDX-License-Identifier: MIT */
/* A number as a name in /proc: what printf does for it takes as long as parsing its link. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 11 /* of 32 bits, with the NUL */

static inline void digits_put(char to[static DIGITS_MAX], uint32_t v)
{
	char t[DIGITS_MAX];
	size_t i = sizeof(t);

	t[--i] = '\0';
	do {
		t[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	memcpy(to, t + i, sizeof(t) - i);
}

#endif
