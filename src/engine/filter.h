/* SPDX-License-Identifier: MIT */
/* Expressions (--filter) in the engine: gates before the end, the last word behind the joins. */
#ifndef ENGINE_FILTER_H
#define ENGINE_FILTER_H

#include "engine/query.h"
#include "field/expr.h"

#endif
