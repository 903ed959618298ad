/* SPDX-License-Identifier: MIT */
/* Descriptors without a number, by lsof's names. */
#include "base/slots.h"

#include "base/util.h"

/* By place: cwd is -1. */
static const char *const names[] = {
	"cwd", "rtd", "txt", "mem", "DEL", "NOFD", "uring", "-",
};

const char *slot_name(int32_t fd)
{
	uint32_t i = 0 - (uint32_t)fd;

	return fd < 0 && i <= ARRAY_LEN(names) ? names[i - 1] : "unk";
}

void slot_put_fd(int32_t fd, struct buf *out)
{
	if (fd < 0)
		buf_puts(out, slot_name(fd));
	else
		buf_put_i64(out, fd);
}
