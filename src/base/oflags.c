/* SPDX-License-Identifier: MIT */
/* Open flags to lsof's abbreviations. The numbers are the kernel's, not the C library's. */
#include "base/oflags.h"

#include <linux/fcntl.h>

#include "base/util.h"

/*
 * In print order. A name is printed when any of its bits is left, and takes all
 * of them: so O_DSYNC, one of the two bits of O_SYNC, is SYN like that, a
 * directory opened as such is no TMPF, and the access mode 3 is both W and RW.
 */
static const struct {
	uint32_t bits;
	const char *name;
} names[] = {
	{ O_WRONLY, "W" },	{ O_RDWR, "RW" },      { O_CREAT, "CR" },
	{ O_EXCL, "EXCL" },	{ O_NOCTTY, "NTTY" },  { O_TRUNC, "TR" },
	{ O_APPEND, "AP" },	{ O_NONBLOCK, "ND" },  { O_SYNC, "SYN" },
	{ FASYNC, "ASYN" },	{ O_DIRECT, "DIR" },   { O_DIRECTORY, "DTY" },
	{ O_NOFOLLOW, "NFLK" }, { O_NOATIME, "NATM" }, { O_LARGEFILE, "LG" },
	{ O_CLOEXEC, "CX" },	{ O_PATH, "PATH" },    { O_TMPFILE, "TMPF" },
};

void oflags_put(uint32_t oflags, struct buf *out)
{
	const char *sep = "";

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!(oflags & names[i].bits))
			continue;
		buf_puts(out, sep);
		buf_puts(out, names[i].name);
		sep = ",";
		oflags &= ~names[i].bits;
	}
	if (!oflags)
		return;
	buf_puts(out, sep);
	buf_puts(out, "0x");
	buf_put_hex(out, oflags, 1);
}
