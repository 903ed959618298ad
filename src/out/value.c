/* SPDX-License-Identifier: MIT */
/* Values to text. */
#include "out/value.h"

#include <arpa/inet.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/util.h"
#include "out/human.h"
#include "out/quote.h"
#include "out/tree.h"

#define NS_S UINT64_C(1000000000)

/* Three digits, without zeros at the end; what is left is cut, so that no unit is passed. */
static void put_fraction(uint64_t v, uint64_t unit, const char *name, struct buf *out)
{
	uint64_t whole = v / unit, rest = v % unit;
	unsigned digits = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
	char part[2];
	unsigned n = 0;

	for (unsigned i = 0; i < digits; i++) {
		rest *= 10;
		part[i] = (char)('0' + rest / unit);
		rest %= unit;
		if (part[i] != '0')
			n = i + 1;
	}
	buf_put_u64(out, whole);
	if (n) {
		buf_putc(out, '.');
		buf_put(out, part, n);
	}
	buf_puts(out, name);
}

/* "3m12s", "2d4h": two units, the second only if there is something of it. */
static void put_long(uint64_t s, struct buf *out)
{
	static const struct {
		uint64_t seconds;
		char name;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (s < units[i].seconds)
		i++;
	buf_put_u64(out, s / units[i].seconds);
	buf_putc(out, units[i].name);
	s = s % units[i].seconds / units[i + 1].seconds;
	if (s) {
		buf_put_u64(out, s);
		buf_putc(out, units[i + 1].name);
	}
}

/* scale: how many ns one is. Numbers of 64 bits may be more ns than 64 bits hold. */
static void put_duration(uint64_t v, uint64_t scale, struct buf *out)
{
	uint64_t ns;

	if (v / (NS_S / scale) >= 60) {
		put_long(v / (NS_S / scale), out);
		return;
	}
	ns = v * scale;
	if (!v)
		buf_puts(out, scale == 1 ? "0ns" : scale == 1000 ? "0us" : "0ms");
	else if (ns < 1000)
		put_fraction(ns, 1, "ns", out);
	else if (ns < 1000000)
		put_fraction(ns, 1000, "us", out);
	else if (ns < NS_S)
		put_fraction(ns, 1000000, "ms", out);
	else
		put_fraction(ns, NS_S, "s", out);
}

static void put_time(uint64_t ns, bool local, struct buf *out)
{
	time_t t = (time_t)(ns / NS_S);
	struct tm tm;
	char text[64];
	size_t n;

	if (!(local ? localtime_r(&t, &tm) : gmtime_r(&t, &tm)))
		return;
	n = strftime(text, sizeof(text), local ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%S", &tm);
	buf_put(out, text, n);
	if (local)
		return;
	ns %= NS_S;
	/* As many decimals as are needed, in threes. */
	if (ns % 1000000 == 0 && ns)
		buf_printf(out, ".%03u", (unsigned)(ns / 1000000));
	else if (ns % 1000 == 0 && ns)
		buf_printf(out, ".%06u", (unsigned)(ns / 1000));
	else if (ns)
		buf_printf(out, ".%09u", (unsigned)ns);
	buf_putc(out, 'Z');
}

static void put_hex(uint64_t v, struct buf *out)
{
	buf_puts(out, "0x");
	buf_put_hex(out, v, 1);
}

static void put_device(uint64_t dev, char between, struct buf *out)
{
	buf_put_u64(out, major(dev));
	buf_putc(out, between);
	buf_put_u64(out, minor(dev));
}

static void put_bytes(uint64_t v, bool human, struct buf *out)
{
	if (human)
		human_put(v, out);
	else
		buf_put_u64(out, v);
}

static void put_shown(const struct fdmap_field *f, uint64_t v, bool human, struct buf *out)
{
	switch ((enum fdmap_unit)f->unit) {
	case FDMAP_UNIT_BYTES:
		put_bytes(v, human, out);
		break;
	case FDMAP_UNIT_RATE:
		put_bytes(v, human, out);
		if (human)
			buf_puts(out, "/s");
		break;
	case FDMAP_UNIT_NS:
		put_duration(v, 1, out);
		break;
	case FDMAP_UNIT_US:
		put_duration(v, 1000, out);
		break;
	case FDMAP_UNIT_MS:
		put_duration(v, 1000000, out);
		break;
	case FDMAP_UNIT_EPOCH:
		put_time(v, true, out);
		break;
	case FDMAP_UNIT_PERCENT:
		buf_put_u64(out, v);
		buf_putc(out, '%');
		break;
	case FDMAP_UNIT_DEVICE:
		put_device(v, ',', out);
		break;
	case FDMAP_UNIT_HEX:
		put_hex(v, out);
		break;
	case FDMAP_UNIT_NONE:
	case FDMAP_UNIT_PORT:
	case FDMAP_UNIT_USER:
	case FDMAP_UNIT_INODE:
		buf_put_u64(out, v);
		break;
	}
}

static void put_plain(const struct fdmap_field *f, uint64_t v, struct buf *out)
{
	if (f->unit == FDMAP_UNIT_EPOCH)
		put_time(v, false, out);
	else if (f->unit == FDMAP_UNIT_DEVICE)
		put_device(v, ':', out);
	else if (f->unit == FDMAP_UNIT_HEX)
		put_hex(v, out);
	else
		buf_put_u64(out, v);
}

static void put_number(const struct fdmap_field *f, const struct fdmap_value *v,
		       enum value_how how, bool human, struct buf *out)
{
	uint64_t u = v->u;

	if (f->type == FDMAP_VALUE_I64 && v->i < 0) {
		buf_putc(out, '-');
		u = 0 - u;
	}
	if (how == VALUE_PLAIN)
		put_plain(f, u, out);
	else
		put_shown(f, u, human, out);
}

static void put_addr(const struct fdmap_value *v, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	const void *from = v->addr.family == AF_INET6 ? (const void *)&v->addr.v6
						      : (const void *)&v->addr.v4;

	if (inet_ntop(v->addr.family, from, text, sizeof(text)))
		buf_puts(out, text);
}

static void put_text(const struct fdmap_value *v, enum value_how how, struct buf *out)
{
	if (how == VALUE_PLAIN)
		buf_put(out, v->text.p, v->text.n);
	else if (how == VALUE_LAST)
		quote_text(v->text.p, v->text.n, out);
	else
		tree_put_word(v->text.p, v->text.n, out);
}

static void json_tree(struct jsonw *w, const struct fdmap_field *f, const struct fdmap_value *v)
{
	if (f->type == FDMAP_VALUE_LIST) {
		jsonw_array(w);
		tree_json(w, v->tree.v, v->tree.n);
		jsonw_array_end(w);
	} else {
		jsonw_object(w);
		tree_json(w, v->tree.v, v->tree.n);
		jsonw_object_end(w);
	}
}

static void put_tree(const struct fdmap_field *f, const struct fdmap_value *v,
		     enum value_how how, struct buf *out)
{
	struct jsonw w;

	if (how != VALUE_PLAIN) {
		tree_put(v->tree.v, v->tree.n, out);
		return;
	}
	jsonw_init(&w, out);
	json_tree(&w, f, v);
	jsonw_fini(&w);
}

void value_put(const struct fdmap_field *f, const struct fdmap_value *v, enum value_how how,
	       bool human, struct buf *out)
{
	switch ((enum fdmap_value_type)f->type) {
	case FDMAP_VALUE_U64:
	case FDMAP_VALUE_I64:
		put_number(f, v, how, human, out);
		break;
	case FDMAP_VALUE_BOOL:
		if (how == VALUE_PLAIN)
			buf_puts(out, v->u ? "true" : "false");
		else
			buf_puts(out, v->u ? "yes" : "no");
		break;
	case FDMAP_VALUE_TEXT:
		put_text(v, how, out);
		break;
	case FDMAP_VALUE_ADDR:
		put_addr(v, out);
		break;
	case FDMAP_VALUE_LIST:
	case FDMAP_VALUE_TREE:
		put_tree(f, v, how, out);
		break;
	}
}

/* What is no number in JSON: it would be read as an amount, or is none. */
static void json_word(struct jsonw *w, const struct fdmap_field *f, const struct fdmap_value *v)
{
	buf_reset(&w->tmp);
	value_put(f, v, VALUE_PLAIN, false, &w->tmp);
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
}

static bool is_word(const struct fdmap_field *f)
{
	return f->type == FDMAP_VALUE_ADDR || f->unit == FDMAP_UNIT_EPOCH ||
	       f->unit == FDMAP_UNIT_DEVICE || f->unit == FDMAP_UNIT_HEX;
}

static void json_value(struct jsonw *w, const struct fdmap_field *f, const struct fdmap_value *v)
{
	switch ((enum fdmap_value_type)f->type) {
	case FDMAP_VALUE_U64:
		jsonw_u64(w, v->u);
		break;
	case FDMAP_VALUE_I64:
		jsonw_i64(w, v->i);
		break;
	case FDMAP_VALUE_BOOL:
		jsonw_bool(w, v->u != 0);
		break;
	case FDMAP_VALUE_LIST:
	case FDMAP_VALUE_TREE:
		json_tree(w, f, v);
		break;
	case FDMAP_VALUE_TEXT: /* jsonw_text() has its key */
	case FDMAP_VALUE_ADDR:
		break;
	}
}

void value_json(struct jsonw *w, const char *key, const struct fdmap_field *f,
		const struct fdmap_value *v)
{
	if (v && f->type == FDMAP_VALUE_TEXT) {
		jsonw_text(w, key, v->text.p, v->text.n);
		return;
	}
	jsonw_key(w, key);
	if (!v)
		jsonw_null(w);
	else if (is_word(f))
		json_word(w, f, v);
	else
		json_value(w, f, v);
}

bool value_is_amount(const struct fdmap_field *f)
{
	return f->type == FDMAP_VALUE_U64 || f->type == FDMAP_VALUE_I64;
}
