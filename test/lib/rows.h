/* SPDX-License-Identifier: MIT */
/* Rows made by hand for tests of printers, and their output as text. */
#ifndef TEST_LIB_ROWS_H
#define TEST_LIB_ROWS_H

#include "base/buf.h"
#include "fdmap.h"
#include "out/sink.h"

/* Every fact known, owner root, parent 1, group `pid`. */
struct fdmap_process rows_process(pid_t pid, const char *comm, const struct fdmap_file *files,
				  uint32_t nfiles);
/* A descriptor of kind FILE or DEVICE, by the mode of `st`. */
struct fdmap_file rows_file(int32_t fd, char access, const struct fdmap_stat *st, const char *path);
struct fdmap_file rows_socket(int32_t fd, const struct fdmap_sock *sock);
/* TCP or UDP over version 4 on 127.0.0.1; rport 0: no other end. */
struct fdmap_sock rows_inet(enum fdmap_sock_table table, uint64_t ino, uint8_t state,
			    uint16_t lport, uint16_t rport);

/* lsof's defaults. */
struct format rows_format(void);
/* What a sink writes of them; 0 or -errno. */
int rows_print(const struct sink_ops *ops, const struct format *fmt,
	       const struct fdmap_process *procs, size_t n, struct buf *out);

#endif
