/* SPDX-License-Identifier: MIT */
/* Fields of detail. */
#include "field/field.h"

const struct field_set fields_detail = { NULL, 0, NULL, 0 };
