/* SPDX-License-Identifier: MIT */
/* Values of fields as text. */
#include "test/lib/fieldtext.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "test/lib/unit.h"

static void put_list(const struct fdmap_detail *v, uint32_t n, struct buf *b)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_puts(b, i ? " " : "");
		if (v[i].key)
			buf_printf(b, "%s=", v[i].key);
		switch ((enum fdmap_detail_type)v[i].type) {
		case FDMAP_DETAIL_TEXT:
			buf_puts(b, v[i].text);
			break;
		case FDMAP_DETAIL_LIST:
		case FDMAP_DETAIL_OBJECT:
			buf_puts(b, "{");
			put_list(v[i].v, v[i].n, b);
			buf_puts(b, "}");
			break;
		case FDMAP_DETAIL_I64:
			buf_put_i64(b, v[i].i);
			break;
		case FDMAP_DETAIL_U64:
		case FDMAP_DETAIL_HEX:
		case FDMAP_DETAIL_BOOL:
			buf_put_u64(b, v[i].u);
			break;
		}
	}
}

static struct buf shown; /* the last one */

const char *fieldtext_row(const struct fdmap_row *row, const char *key)
{
	const struct fdmap_field *f = fdmap_field_find(key, strlen(key));
	struct fdmap_value v;
	int r;

	ck_assert_msg(f, "no field %s", key);
	buf_reset(&shown);
	fdmap_value_init(&v, NULL);
	r = fdmap_field_get(f, row, &v);
	ck_assert_int_ge(r, 0);
	ck_assert_int_eq(v.type, f->type);
	if (r == 0)
		buf_puts(&shown, "-");
	else if (f->type == FDMAP_VALUE_TEXT)
		buf_put(&shown, v.text.p, v.text.n);
	else if (f->type == FDMAP_VALUE_LIST || f->type == FDMAP_VALUE_TREE)
		put_list(v.tree.v, v.tree.n, &shown);
	else if (f->type == FDMAP_VALUE_I64)
		buf_put_i64(&shown, v.i);
	else if (f->unit == FDMAP_UNIT_DEVICE)
		buf_printf(&shown, "%u:%u", major(v.u), minor(v.u));
	else
		buf_put_u64(&shown, v.u);
	fdmap_value_fini(&v);
	return buf_str(&shown);
}

const char *fieldtext(const struct fdmap_file *f, const char *key)
{
	static const struct fdmap_process cat = { .pid = 7, .comm = "cat" };
	const struct fdmap_row row = { NULL, &cat, f };

	return fieldtext_row(&row, key);
}
