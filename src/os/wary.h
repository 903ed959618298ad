/* SPDX-License-Identifier: MIT */
/*
 * A filter of system calls (seccomp) may kill who calls what is not on its list, and does not
 * tell before. Calls that such lists often lack, and that a listing can do without, are not
 * made where there is a filter: bpf, openat2, pidfd_getfd, open_by_handle_at, setns.
 */
#ifndef OS_WARY_H
#define OS_WARY_H

#include "base/cursor.h"
#include "os/root.h"

/* Is a filter on this process? Looked up once in the life of a root. */
bool wary(struct root *r);
/* The same without a root: a file is read each time. */
bool wary_now(void);
/* "Seccomp:\t2" of the text of `status`. Pure. */
bool parse_wary(struct span status);

#endif
