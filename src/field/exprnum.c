/* SPDX-License-Identifier: MIT */
/*
 * Numbers with units: "10k", "1.5GiB", "50ms", "1h30m", "10Mbit", "80%", "0x1f", "-3".
 * A value of a field is a whole number; what lies between two of them is kept as such,
 * so that nothing is rounded: rto > 1500us is true of 2 ms and not of 1 ms.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "field/exprtree.h"

struct scale {
	const char *name; /* in any case */
	uint64_t n;
};

#define KI 1024ull
#define SIZES(p)                                                                             \
	{ p, 1 }, { "k" p, KI }, { "m" p, KI * KI }, { "g" p, KI * KI * KI },                \
		{ "t" p, KI * KI * KI * KI }, { "p" p, KI * KI * KI * KI * KI }

static const struct scale sizes[] = {
	SIZES(""),
	{ "b", 1 },
	{ "kib", KI },
	{ "mib", KI * KI },
	{ "gib", KI * KI * KI },
	{ "tib", KI * KI * KI * KI },
	{ "pib", KI * KI * KI * KI * KI },
	{ "kb", 1000 },
	{ "mb", 1000 * 1000 },
	{ "gb", 1000ull * 1000 * 1000 },
	{ "tb", 1000ull * 1000 * 1000 * 1000 },
	{ "pb", 1000ull * 1000 * 1000 * 1000 * 1000 },
};

static const struct scale bits[] = {
	{ "bit", 1 },
	{ "kbit", 1000 },
	{ "mbit", 1000 * 1000 },
	{ "gbit", 1000ull * 1000 * 1000 },
	{ "tbit", 1000ull * 1000 * 1000 * 1000 },
	{ "bps", 1 },
	{ "kbps", 1000 },
	{ "mbps", 1000 * 1000 },
	{ "gbps", 1000ull * 1000 * 1000 },
	{ "tbps", 1000ull * 1000 * 1000 * 1000 },
};

#define SECOND 1000000000ull
static const struct scale times[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\xc2\xb5s", 1000 },
	{ "ms", 1000 * 1000 },
	{ "s", SECOND },
	{ "sec", SECOND },
	{ "m", 60 * SECOND },
	{ "min", 60 * SECOND },
	{ "h", 3600 * SECOND },
	{ "hour", 3600 * SECOND },
	{ "hours", 3600 * SECOND },
	{ "d", 86400 * SECOND },
	{ "day", 86400 * SECOND },
	{ "days", 86400 * SECOND },
	{ "w", 7 * 86400 * SECOND },
	{ "week", 7 * 86400 * SECOND },
	{ "weeks", 7 * 86400 * SECOND },
};

/* What a kind of number is written in, and how many of these make one of the field. */
struct measure {
	const char *name; /* for who is told that it is none */
	const struct scale *v, *also; /* suffixes; NULL: none */
	size_t n, nalso;
	uint64_t plain; /* without a suffix */
	uint64_t unit;
};

static struct measure measure_of(enum fdmap_unit unit)
{
	struct measure m = { .name = "number", .plain = 1, .unit = 1 };

	if (unit == FDMAP_UNIT_BYTES || unit == FDMAP_UNIT_NONE || unit == FDMAP_UNIT_RATE) {
		m.v = sizes;
		m.n = ARRAY_LEN(sizes);
		m.name = unit == FDMAP_UNIT_BYTES ? "size" : "number";
	}
	if (unit == FDMAP_UNIT_RATE) {
		m.also = bits;
		m.nalso = ARRAY_LEN(bits);
		m.name = "rate";
		m.plain = m.unit = 8;
	}
	if (unit == FDMAP_UNIT_NS || unit == FDMAP_UNIT_US || unit == FDMAP_UNIT_MS) {
		m.v = times;
		m.n = ARRAY_LEN(times);
		m.name = "duration";
		m.plain = unit == FDMAP_UNIT_NS ? 1 : unit == FDMAP_UNIT_US ? 1000 : 1000000;
		m.unit = m.plain;
	}
	return m;
}

static bool find_scale(const struct scale *v, size_t n, struct span name, uint64_t *to)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(v[i].name) == name.n && strncasecmp(v[i].name, name.p, name.n) == 0) {
			*to = v[i].n;
			return true;
		}
	}
	return false;
}

static bool scale_of(const struct measure *m, enum fdmap_unit unit, struct span name, uint64_t *to)
{
	if (unit == FDMAP_UNIT_RATE && name.n > 2 && span_ends(name, "/s"))
		name.n -= 2;
	if (name.n == 0 || (unit == FDMAP_UNIT_PERCENT && span_eq(name, "%"))) {
		*to = m->plain;
		return true;
	}
	if (find_scale(m->also, m->nalso, name, to))
		return true;
	if (!find_scale(m->v, m->n, name, to))
		return false;
	/* Bytes in what is measured in bits. */
	return !m->also || !__builtin_mul_overflow(*to, 8, to);
}

/* Digits behind a point, each worth a tenth of the one before: the last first, so exactly. */
static uint64_t fraction(struct span digits, uint64_t scale, bool *more)
{
	uint64_t x = 0;

	for (size_t i = digits.n; i-- > 0;) {
		x += (uint64_t)(digits.p[i] - '0') * scale;
		*more |= x % 10 != 0;
		x /= 10;
	}
	return x;
}

static struct span eat(struct cursor *c, bool (*is)(char c))
{
	const char *from = c->at;

	while (!cursor_done(c) && is(*c->at))
		c->at++;
	return (struct span){ from, (size_t)(c->at - from) };
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_suffix(char c)
{
	return c && !is_digit(c) && c != '.' && c != '-' && c != '+';
}

/* "1.5h": adds what it is worth in the measure's own units. */
static bool add_part(struct cursor *c, const struct measure *m, enum fdmap_unit unit,
		     uint64_t *total, bool *more, bool *plain)
{
	struct span name, frac = { "", 0 };
	uint64_t n, scale, part;

	if (!cursor_u64(c, &n))
		return false;
	if (cursor_char(c, '.')) {
		frac = eat(c, is_digit);
		if (!frac.n)
			return false;
	}
	name = eat(c, is_suffix);
	*plain = name.n == 0;
	if (!scale_of(m, unit, name, &scale) || __builtin_mul_overflow(n, scale, &part) ||
	    __builtin_add_overflow(*total, part, total))
		return false;
	return !__builtin_add_overflow(*total, fraction(frac, scale, more), total);
}

const char *num_parse(struct span s, enum fdmap_unit unit, struct expr_num *n)
{
	struct measure m = measure_of(unit);
	struct cursor c = cursor_span(s);
	uint64_t total = 0;
	bool plain, first = true;

	*n = (struct expr_num){ .neg = cursor_char(&c, '-') };
	if (cursor_lit(&c, "0x") || cursor_lit(&c, "0X")) {
		if (!cursor_hex(&c, &n->n) || !cursor_done(&c))
			return m.name;
		n->neg &= n->n != 0;
		return NULL;
	}
	do {
		if (!add_part(&c, &m, unit, &total, &n->more, &plain))
			return m.name;
		/* Only "1h30m" has several parts, each with its unit. */
		if (!first && (plain || m.v != times))
			return m.name;
		first = false;
	} while (!cursor_done(&c));
	n->n = total / m.unit;
	n->more |= total % m.unit != 0;
	n->neg &= n->n || n->more;
	return NULL;
}

/* How far it is from zero: -1, 0, 1. */
static int size_cmp(uint64_t v, const struct expr_num *n)
{
	if (v != n->n)
		return v < n->n ? -1 : 1;
	return n->more ? -1 : 0;
}

int num_cmp(const struct fdmap_value *v, const struct expr_num *n)
{
	bool neg = v->type == FDMAP_VALUE_I64 && v->i < 0;
	uint64_t size = neg ? 0 - (uint64_t)v->i : v->u;

	if (neg != n->neg)
		return neg ? -1 : 1;
	return neg ? -size_cmp(size, n) : size_cmp(size, n);
}
