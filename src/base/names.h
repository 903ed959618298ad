/* SPDX-License-Identifier: MIT */
/* Tables of numbers and their names. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_row {
	uint32_t value;
	const char *name;
};

/* NULL when the table has no such number. */
const char *names_find(const struct name_row *t, size_t n, uint32_t value);
/* Any case. */
bool names_value(const struct name_row *t, size_t n, const char *name, uint32_t *value);

#endif
