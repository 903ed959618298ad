/* SPDX-License-Identifier: MIT */
/* Values of fields as text, for tests. */
#ifndef TEST_LIB_FIELDTEXT_H
#define TEST_LIB_FIELDTEXT_H

#include "fdmap.h"

/*
 * Of the field of that key; "-": absent. Devices are "8:1", lists "a b", objects
 * "{key=value}". Valid until the next call.
 */
const char *fieldtext_row(const struct fdmap_row *row, const char *key);
/* The same of a row that a process 7, "cat", has. */
const char *fieldtext(const struct fdmap_file *f, const char *key);

/* makedev() is no constant. */
#define DEV(maj, min) ((maj) << 8 | (min))

#endif
