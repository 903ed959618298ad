/* SPDX-License-Identifier: MIT */
/* Values to text. */
#include "out/value.h"

void value_put(const struct fdmap_field *f, const struct fdmap_value *v, enum value_how how,
	       bool human, struct buf *out)
{
	(void)f;
	(void)how;
	(void)human;
	buf_put_u64(out, v->u);
}

void value_json(struct jsonw *w, const char *key, const struct fdmap_field *f,
		const struct fdmap_value *v)
{
	(void)w;
	(void)key;
	(void)f;
	(void)v;
}
