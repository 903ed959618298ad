/* SPDX-License-Identifier: MIT */
/* Fields of descriptors. */
#include "field/field.h"

static int get_fd(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->i = row->file->fd;
	return row->file->fd >= 0;
}

static const struct field fields[] = {
	{ .pub = { "fd", "FD", "descriptor", "descriptor", FDMAP_VALUE_I64, FDMAP_UNIT_NONE,
		   FDMAP_OF_DESCRIPTOR, 0 },
	  .get = get_fd },
};

const struct field_set fields_descriptor = { fields, ARRAY_LEN(fields), NULL, 0 };
