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
	VALUE_PLAIN, /* a number in the field's unit, bytes as they are: for CSV and its like */
};

/* v: what fdmap_field_get gave. human: sizes as 1.5K. */
void value_put(const struct fdmap_field *f, const struct fdmap_value *v, enum value_how how,
	       bool human, struct buf *out);
/* "key":value; v NULL: null. */
void value_json(struct jsonw *w, const char *key, const struct fdmap_field *f,
		const struct fdmap_value *v);

#endif
