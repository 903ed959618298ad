/* SPDX-License-Identifier: MIT */
/* Fields of unix. */
#include "field/field.h"

const struct field_set fields_unix = { NULL, 0, NULL, 0 };
