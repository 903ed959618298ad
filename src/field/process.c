/* SPDX-License-Identifier: MIT */
/* Fields of processes. */
#include "field/field.h"

static int get_pid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = (uint64_t)row->proc->pid;
	return !row->proc->nobody;
}

static const struct field fields[] = {
	{ .pub = { "pid", "PID", "process ID", "process", FDMAP_VALUE_U64, FDMAP_UNIT_NONE,
		   FDMAP_OF_PROCESS, 0 },
	  .get = get_pid },
};

const struct field_set fields_process = { fields, ARRAY_LEN(fields), NULL, 0 };
