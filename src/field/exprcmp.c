/* SPDX-License-Identifier: MIT */
/* One value of a row against those of a test: numbers, texts, addresses, details. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field/exprtree.h"

static bool in_range(const struct expr_value *want, const struct fdmap_value *v)
{
	struct fdmap_value masked = *v;

	if (want->mask != UINT64_MAX)
		masked.u &= want->mask;
	return num_cmp(&masked, &want->lo) >= 0 && num_cmp(&masked, &want->hi) <= 0;
}

static bool same_text(const struct expr_value *want, const char *p, size_t n, enum expr_how how)
{
	if (want->len != n)
		return false;
	return how == HOW_FOLD ? strncasecmp(want->text, p, n) == 0 : memcmp(want->text, p, n) == 0;
}

bool text_is_number(const char *p, size_t n, uint64_t *v)
{
	struct cursor c = cursor_of(p, n);

	return cursor_u64(&c, v) && cursor_done(&c);
}

/* Descriptors are texts, too: fd in (0-2). */
static bool in_text_range(const struct expr_value *want, const struct fdmap_value *v)
{
	uint64_t n;

	return want->mask && text_is_number(v->text.p, v->text.n, &n) && n >= want->lo.n &&
	       n <= want->hi.n;
}

bool cmp_in(const struct expr *e, const struct fdmap_value *v)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct expr_value *want = &e->v[i];
		bool is;

		if (v->type == FDMAP_VALUE_TEXT)
			is = same_text(want, v->text.p, v->text.n, e->how) ||
			     in_text_range(want, v);
		else if (v->type == FDMAP_VALUE_ADDR)
			is = addr_is(want, v->addr.family, &v->addr.v6);
		else
			is = in_range(want, v);
		if (is)
			return true;
	}
	return false;
}

/* Bytewise, but as numbers where a number is asked for: of texts that are numbers. */
static bool text_cmp(const struct fdmap_value *v, const struct expr_value *want, int *r)
{
	size_t n = v->text.n < want->len ? v->text.n : want->len;
	uint64_t a, b;

	if (text_is_number(want->text, want->len, &b)) {
		if (!text_is_number(v->text.p, v->text.n, &a))
			return false;
		*r = a < b ? -1 : a > b;
		return true;
	}
	*r = memcmp(v->text.p, want->text, n);
	if (*r == 0 && v->text.n != want->len)
		*r = v->text.n < want->len ? -1 : 1;
	return true;
}

bool cmp_ordered(const struct expr *e, const struct fdmap_value *v)
{
	const struct expr_value *want = e->v;
	int lo, hi;

	if (v->type != FDMAP_VALUE_TEXT) {
		lo = num_cmp(v, &want->lo);
		hi = num_cmp(v, &want->hi);
	} else if (text_cmp(v, want, &lo)) {
		hi = lo;
	} else {
		return false;
	}
	switch (e->cmp) {
	case CMP_LT:
		return lo < 0;
	case CMP_LE:
		return hi <= 0;
	case CMP_GT:
		return hi > 0;
	default:
		return lo >= 0;
	}
}

/* A text is not always ended by a NUL. */
int cmp_regex(const regex_t *re, const char *p, size_t n)
{
	char small[512], *text = n < sizeof(small) ? small : malloc(n + 1);
	int err;

	if (!text)
		return -ENOMEM;
	memcpy(text, p, n);
	text[n] = '\0';
	err = regexec(re, text, 0, NULL, 0);
	if (text != small)
		free(text);
	return err == REG_ESPACE ? -ENOMEM : !err;
}

/* ---- details: any value in the tree ---------------------------------------------------- */

static int detail_is(const struct expr *e, const struct fdmap_detail *d);

int cmp_details(const struct expr *e, const struct fdmap_detail *v, uint32_t n)
{
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++)
		r = detail_is(e, &v[i]);
	return r;
}

static int detail_is(const struct expr *e, const struct fdmap_detail *d)
{
	const char *p = NULL;
	char number[32];
	struct buf b;
	size_t n;

	if (d->type == FDMAP_DETAIL_LIST || d->type == FDMAP_DETAIL_OBJECT)
		return cmp_details(e, d->v, d->n);
	buf_init(&b);
	if (d->type == FDMAP_DETAIL_TEXT) {
		p = d->text;
	} else if (d->type == FDMAP_DETAIL_BOOL) {
		p = d->u ? "true" : "false";
	} else {
		if (d->type == FDMAP_DETAIL_I64)
			buf_put_i64(&b, d->i);
		else if (d->type == FDMAP_DETAIL_U64)
			buf_put_u64(&b, d->u);
		else
			buf_printf(&b, "0x%llx", (unsigned long long)d->u);
		if (b.failed) {
			buf_fini(&b);
			return -ENOMEM;
		}
		memcpy(number, buf_str(&b), b.n + 1);
		p = number;
	}
	buf_fini(&b);
	n = strlen(p);
	if (e->cmp == CMP_MATCH || e->cmp == CMP_UNLIKE)
		return cmp_regex(e->re, p, n);
	for (size_t i = 0; i < e->n; i++)
		if (same_text(&e->v[i], p, n, HOW_EXACT))
			return 1;
	return 0;
}
