/* SPDX-License-Identifier: MIT */
/* Fields of tcp. */
#include "field/field.h"

const struct field_set fields_tcp = { NULL, 0, NULL, 0 };
