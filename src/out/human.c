/* SPDX-License-Identifier: MIT */
/* Sizes for people. */
#include "out/human.h"

/*
 * 1023B, 1.5K: one digit behind the point, rounded as printf() rounds, but with
 * the same point in every locale and without a double's loss.
 */
void human_put(uint64_t size, struct buf *out)
{
	static const char units[] = "KMGTPE";
	unsigned shift = 10;
	uint64_t unit, tenths, rest;

	if (size < 1024) {
		buf_put_u64(out, size);
		buf_putc(out, 'B');
		return;
	}
	while (shift < 60 && size >> shift >= 1024)
		shift += 10;
	unit = UINT64_C(1) << shift;
	rest = (size & (unit - 1)) * 10;
	tenths = (size >> shift) * 10 + (rest >> shift);
	rest &= unit - 1;
	if (rest > unit / 2 || (rest == unit / 2 && tenths % 2))
		tenths++;
	buf_put_u64(out, tenths / 10);
	buf_putc(out, '.');
	buf_put_u64(out, tenths % 10);
	buf_putc(out, units[shift / 10 - 1]);
}
