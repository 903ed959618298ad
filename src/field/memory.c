/* SPDX-License-Identifier: MIT */
/* Fields of memory. */
#include "field/field.h"

const struct field_set fields_memory = { NULL, 0, NULL, 0 };
