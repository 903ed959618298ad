/* SPDX-License-Identifier: MIT */
/* How a descriptor without a number is called: "cwd", "mem"; see enum fdmap_slot. */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stdint.h>

#include "base/buf.h"

/* fd < 0. "unk": there is no such slot. */
const char *slot_name(int32_t fd);
/* The number, or the slot's name. */
void slot_put_fd(int32_t fd, struct buf *out);

#endif
