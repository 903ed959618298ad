/* SPDX-License-Identifier: MIT */
/*
 * Text that needs no escape anywhere: printable ASCII but for backslash and double quote.
 * Nearly all names are of it, so that eight bytes are looked at together.
 */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PLAIN_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The top bit of each byte that is c; maybe also of one behind such a byte. */
static inline uint64_t plain_is(uint64_t v, unsigned char c)
{
	uint64_t x = v ^ PLAIN_EACH(c);

	return (x - PLAIN_EACH(1)) & ~x;
}

/* So many bytes of s are plain, in steps of eight: those behind may be, too. */
static inline size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t v;

	for (; n - i >= sizeof(v); i += sizeof(v)) {
		memcpy(&v, s + i, sizeof(v));
		/* Above ASCII, a control, 0x7f: in bytes below 0x80 nothing is carried. */
		if ((v | (v - PLAIN_EACH(' ')) | (v + PLAIN_EACH(1)) | plain_is(v, '\\') |
		     plain_is(v, '"')) & PLAIN_EACH(0x80))
			break;
	}
	return i;
}

#endif
