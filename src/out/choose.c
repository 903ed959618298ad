/* SPDX-License-Identifier: MIT */
/* Keys and presets to columns. */
#include "out/choose.h"

#include <errno.h>
#include <stdlib.h>

int columns_choose(struct columns *c, const char *list, struct buf *why)
{
	(void)c;
	buf_printf(why, "unknown column: %s", list);
	return -EINVAL;
}

void columns_fini(struct columns *c)
{
	free(c->v);
	*c = (struct columns){ 0 };
}

bool columns_have(const struct columns *c, const char *key)
{
	(void)c;
	(void)key;
	return false;
}

uint32_t columns_need(const struct columns *c)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < c->n; i++)
		needs |= c->v[i].field->needs;
	return needs;
}

void columns_help(struct buf *out)
{
	(void)out;
}
