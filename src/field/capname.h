/* SPDX-License-Identifier: MIT */
/* Names of capabilities. */
#ifndef FIELD_CAPNAME_H
#define FIELD_CAPNAME_H

#include <stdint.h>

#include "base/buf.h"

/*
 * "net_bind_service,sys_chroot", "all" when every one of `known` is there (0: of those
 * that we know), by number what has no name here.
 */
void capname_put(uint64_t caps, uint64_t known, struct buf *out);

#endif
