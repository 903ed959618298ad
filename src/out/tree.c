/* SPDX-License-Identifier: MIT */
/* Trees of typed values, for people and as JSON. */
#include "out/tree.h"

#include <string.h>

#include "out/quote.h"

void tree_put_word(const char *text, size_t n, struct buf *out)
{
	for (;;) {
		const char *blank = n ? memchr(text, ' ', n) : NULL;
		size_t len = blank ? (size_t)(blank - text) : n;

		quote_text(text, len, out);
		if (!blank)
			return;
		buf_puts(out, "\\x20");
		text += len + 1;
		n -= len + 1;
	}
}

static void put_hex(uint64_t v, struct buf *out)
{
	buf_puts(out, "0x");
	buf_put_hex(out, v, 1);
}

static void put_one(const struct fdmap_detail *d, struct buf *out)
{
	if (d->key) {
		tree_put_word(d->key, strlen(d->key), out);
		buf_putc(out, '=');
	}
	switch ((enum fdmap_detail_type)d->type) {
	case FDMAP_DETAIL_U64:
		buf_put_u64(out, d->u);
		break;
	case FDMAP_DETAIL_I64:
		buf_put_i64(out, d->i);
		break;
	case FDMAP_DETAIL_HEX:
		put_hex(d->u, out);
		break;
	case FDMAP_DETAIL_TEXT:
		tree_put_word(d->text, strlen(d->text), out);
		break;
	case FDMAP_DETAIL_BOOL:
		buf_puts(out, d->u ? "yes" : "no");
		break;
	case FDMAP_DETAIL_LIST:
		buf_putc(out, '[');
		tree_put(d->v, d->n, out);
		buf_putc(out, ']');
		break;
	case FDMAP_DETAIL_OBJECT:
		buf_putc(out, '{');
		tree_put(d->v, d->n, out);
		buf_putc(out, '}');
		break;
	}
}

void tree_put(const struct fdmap_detail *v, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, ' ');
		put_one(&v[i], out);
	}
}

/* A text without a key has no place for its bytes: escapes must do. */
static void json_element(struct jsonw *w, const char *text)
{
	size_t n = strlen(text);

	if (jsonw_is_utf8(text, n)) {
		jsonw_string(w, text, n);
		return;
	}
	buf_reset(&w->tmp);
	quote_ascii(text, n, &w->tmp);
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
}

static void json_one(struct jsonw *w, const struct fdmap_detail *d)
{
	switch ((enum fdmap_detail_type)d->type) {
	case FDMAP_DETAIL_U64:
		jsonw_u64(w, d->u);
		break;
	case FDMAP_DETAIL_I64:
		jsonw_i64(w, d->i);
		break;
	case FDMAP_DETAIL_HEX:
		buf_reset(&w->tmp);
		put_hex(d->u, &w->tmp);
		jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
		w->out->failed |= w->tmp.failed;
		break;
	case FDMAP_DETAIL_TEXT:
		json_element(w, d->text);
		break;
	case FDMAP_DETAIL_BOOL:
		jsonw_bool(w, d->u != 0);
		break;
	case FDMAP_DETAIL_LIST:
		jsonw_array(w);
		tree_json(w, d->v, d->n);
		jsonw_array_end(w);
		break;
	case FDMAP_DETAIL_OBJECT:
		jsonw_object(w);
		tree_json(w, d->v, d->n);
		jsonw_object_end(w);
		break;
	}
}

void tree_json(struct jsonw *w, const struct fdmap_detail *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].type == FDMAP_DETAIL_TEXT && v[i].key) {
			jsonw_text(w, v[i].key, v[i].text, strlen(v[i].text));
			continue;
		}
		if (v[i].key)
			jsonw_key(w, v[i].key);
		json_one(w, &v[i]);
	}
}
