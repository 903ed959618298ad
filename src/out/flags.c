/* SPDX-License-Identifier: MIT */
/* Open flags as lsof writes them. */
#include "out/flags.h"

#include "base/oflags.h"

void flags_put_names(uint32_t oflags, struct buf *out)
{
	oflags_put(oflags, out);
}

void flags_put_hex(uint32_t oflags, struct buf *out)
{
	buf_puts(out, "0x");
	buf_put_hex(out, oflags, 1);
	buf_puts(out, ";0x0");
}
