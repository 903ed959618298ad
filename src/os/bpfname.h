/* SPDX-License-Identifier: MIT */
/*
 * Names of BPF objects, which fdinfo does not tell: bpf(2) opens them by their number, with
 * CAP_SYS_ADMIN. Never of a recorded tree (-ENOSYS).
 */
#ifndef OS_BPFNAME_H
#define OS_BPFNAME_H

#include "os/root.h"

#define BPFNAME_MAX 16 /* with its NUL */

/* 0 or -errno; an object may have no name (""). */
MUST_CHECK int bpfname_map(struct root *root, uint32_t id, char name[BPFNAME_MAX]);
MUST_CHECK int bpfname_prog(struct root *root, uint32_t id, char name[BPFNAME_MAX]);

#endif
