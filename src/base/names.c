/* SPDX-License-Identifier: MIT */
/* Linear: the tables are short and static. */
#include "base/names.h"

#include <strings.h>

const char *names_find(const struct name_row *t, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].value == value)
			return t[i].name;
	return NULL;
}

bool names_value(const struct name_row *t, size_t n, const char *name, uint32_t *value)
{
	for (size_t i = 0; i < n; i++) {
		if (strcasecmp(t[i].name, name) == 0) {
			*value = t[i].value;
			return true;
		}
	}
	return false;
}
