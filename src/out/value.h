/* SPDX-License-Identifier: MIT */
/* How values of fields look: for people, for programs that read text, in JSON. */
#ifndef OUT_VALUE_H
#define OUT_VALUE_H

#include "base/buf.h"
#include "fdmap.h"
#include "out/jsonw.h"

enum value_how {
	VALUE_SHOWN, /* with units (45us, 3h12m; -H: 1.5K); escaped, blanks too unless it is the last */
	VALUE_LAST,  /* the same with its blanks */
	/*
	 * For CSV and its like: a number in the field's unit, bytes as they are; bits as 0x...,
	 * devices as 8:1, points of time as ISO 8601, lists and trees as JSON.
	 */
	VALUE_PLAIN,
};

/* v: what fdmap_field_get gave. human: sizes as 1.5K. */
void value_put(const struct fdmap_field *f, const struct fdmap_value *v, enum value_how how,
	       bool human, struct buf *out);
/* "key":value; v NULL: null. What VALUE_PLAIN writes that is no number is a text. */
void value_json(struct jsonw *w, const char *key, const struct fdmap_field *f,
		const struct fdmap_value *v);
/* Does it stand to the right of its column? */
bool value_is_amount(const struct fdmap_field *f);

#endif
