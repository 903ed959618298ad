/* SPDX-License-Identifier: MIT */
/* What the kernel's tables of sockets are called. */
#ifndef OUT_TABLEWORD_H
#define OUT_TABLEWORD_H

/* Of an enum fdmap_sock_table: "tcp"; NULL: there is none of that number. */
const char *table_word(unsigned table);

#endif
