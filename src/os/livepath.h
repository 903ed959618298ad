/* SPDX-License-Identifier: MIT */
/*
 * Names in the file system of the observer. What the kernel knows by heart, and what lies
 * on a disk of this machine, is looked up at once; whatever else by a process that can be
 * left behind (os/reach.h): -ETIMEDOUT.
 */
#ifndef OS_LIVEPATH_H
#define OS_LIVEPATH_H

#include "os/reach.h"
#include "os/root.h"

int livepath_stat(struct root *r, const char *path, struct fdmap_stat *st);
int livepath_lstat(struct root *r, const char *path, struct fdmap_stat *st);
int livepath_real(struct root *r, const char *path, struct buf *out);
ssize_t livepath_link(struct root *r, const char *path, char *buf, size_t len);
int livepath_names(struct root *r, const char *path, root_name *each, void *arg);

#endif
