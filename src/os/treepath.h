/* SPDX-License-Identifier: MIT */
/* The operations of a recorded tree on names that are not below its /proc. */
#ifndef OS_TREEPATH_H
#define OS_TREEPATH_H

#include "os/root.h"

int treepath_stat(struct root *r, const char *path, struct fdmap_stat *st);
int treepath_real(struct root *r, const char *path, struct buf *out);
int treepath_lstat(struct root *r, const char *path, struct fdmap_stat *st);
ssize_t treepath_link(struct root *r, const char *path, char *buf, size_t len);
int treepath_names(struct root *r, const char *path, root_name *each, void *arg);
int treepath_netns_open(struct root *r, const char *link, const char *path, uint64_t *ino);
int treepath_host_file(struct root *r, const char *mount, const char *path, size_t max,
		       struct buf *out);

#endif
