/* SPDX-License-Identifier: MIT */
/* PID/fdinfo/N of a UNIX socket: descriptors on their way in its messages. */
#ifndef PROC_SCMFDS_H
#define PROC_SCMFDS_H

#include "base/cursor.h"

/* How many there are; 0: none, or that is not told. Pure. */
uint32_t parse_scm_fds(struct span text);

#endif
