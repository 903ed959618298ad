/* SPDX-License-Identifier: MIT */
/* Fields of files. */
#include "field/field.h"

static int get_ino(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = row->file->ino;
	return row->file->ino != 0;
}

static const struct field fields[] = {
	{ .pub = { "ino", "INODE", "inode", "file", FDMAP_VALUE_U64, FDMAP_UNIT_INODE,
		   FDMAP_OF_DESCRIPTOR, FDMAP_LINK | FDMAP_STAT },
	  .get = get_ino },
};

const struct field_set fields_file = { fields, ARRAY_LEN(fields), NULL, 0 };
