/* SPDX-License-Identifier: MIT */
/*
 * What the parsers of details share: lines "key: value" and words for bits. The common
 * head of every fdinfo, which is left out here (fs/proc/fd.c, seq_show):
 *
 *	pos:	0
 *	flags:	02000002
 *	mnt_id:	17
 *	ino:	1038
 *	lock:	1: FLOCK  ADVISORY  WRITE 2200 fe:00:10952732 0 EOF
 */
#include "kind/detailbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 512
#define KEY_MAX 64

struct fdmap_detail *details_add(struct details *d, const char *key, enum fdmap_detail_type type)
{
	struct fdmap_detail *v;

	if (d->n == DETAIL_KEYS_MAX) {
		d->more++;
		return NULL;
	}
	v = &d->v[d->n++];
	*v = (struct fdmap_detail){ .key = key, .type = (uint8_t)type };
	return v;
}

void details_u64(struct details *d, const char *key, uint64_t u)
{
	struct fdmap_detail *v = details_add(d, key, FDMAP_DETAIL_U64);

	if (v)
		v->u = u;
}

/* A text ends at its first NUL, whatever else stands there. */
void details_text(struct details *d, const char *key, struct span text)
{
	struct fdmap_detail *v = details_add(d, key, FDMAP_DETAIL_TEXT);

	if (v)
		v->text = arena_strndup(d->arena, text.p, text.n);
}

static void append(char *buf, size_t *n, const char *word)
{
	size_t len = strlen(word);

	if (*n + 1 + len >= WORDS_MAX)
		return;
	if (*n)
		buf[(*n)++] = '|';
	memcpy(buf + *n, word, len + 1);
	*n += len;
}

const char *detail_words(struct arena *arena, const struct name_row *names, size_t n, uint64_t bits)
{
	char buf[WORDS_MAX] = "", rest[24];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(bits & names[i].value))
			continue;
		append(buf, &len, names[i].name);
		bits &= ~(uint64_t)names[i].value;
	}
	if (bits) {
		(void)snprintf(rest, sizeof(rest), "0x%llx", (unsigned long long)bits);
		append(buf, &len, rest);
	}
	return arena_strndup(arena, buf, len);
}

const char *detail_dev(struct arena *arena, uint64_t sdev)
{
	char buf[32];

	(void)snprintf(buf, sizeof(buf), "%u,%u", (unsigned)(sdev >> 20) & 0xfff,
		       (unsigned)sdev & 0xfffff);
	return arena_strdup(arena, buf);
}

/* "key:" and what follows it without blanks around; false: no such line. */
static bool split(struct span line, struct span *key, struct span *value)
{
	struct cursor c = cursor_span(line);

	if (!line.n || line.p[0] == ' ' || line.p[0] == '\t' || !cursor_until(&c, ':', key) ||
	    !key->n)
		return false;
	cursor_blanks(&c);
	*value = cursor_rest(&c);
	while (value->n && (value->p[value->n - 1] == ' ' || value->p[value->n - 1] == '\t'))
		value->n--;
	return true;
}

static bool take_hex(struct span value, uint64_t *u)
{
	struct cursor c = cursor_span(value);

	(void)cursor_lit(&c, "0x");
	return cursor_hex(&c, u) && cursor_done(&c);
}

static bool take_dec(struct span value, uint64_t *u)
{
	struct cursor c = cursor_span(value);

	return cursor_u64(&c, u) && cursor_done(&c);
}

static bool take_int(struct span value, int64_t *i)
{
	struct cursor c = cursor_span(value);
	bool minus = cursor_char(&c, '-');
	uint64_t u;

	if (!cursor_u64(&c, &u) || !cursor_done(&c) || u > (uint64_t)INT64_MAX + minus)
		return false;
	*i = minus ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}

static void add_name(struct details *d, const struct detail_key *k, struct span value)
{
	struct cursor c = cursor_span(value);
	const char *name = NULL;
	uint32_t number;

	if (cursor_u32(&c, &number) && cursor_done(&c))
		name = names_find(k->names, k->nnames, number);
	details_text(d, k->as ? k->as : k->key,
		     name ? (struct span){ name, strlen(name) } : value);
}

static void add_value(struct details *d, const struct detail_key *k, struct span value)
{
	static const enum fdmap_detail_type types[] = {
		[DETAIL_DEC] = FDMAP_DETAIL_U64,     [DETAIL_FROM_HEX] = FDMAP_DETAIL_U64,
		[DETAIL_AS_HEX] = FDMAP_DETAIL_HEX, [DETAIL_YES] = FDMAP_DETAIL_BOOL,
		[DETAIL_INT] = FDMAP_DETAIL_I64,
	};
	struct fdmap_detail got = { 0 }, *v;
	bool is;

	switch (k->how) {
	case DETAIL_NAME:
		add_name(d, k, value);
		return;
	case DETAIL_ANY:
		details_text(d, k->as ? k->as : k->key, value);
		return;
	case DETAIL_COUNT:
		details_u64(d, k->as ? k->as : k->key, 0);
		return;
	case DETAIL_INT:
		is = take_int(value, &got.i);
		break;
	case DETAIL_FROM_HEX:
	case DETAIL_AS_HEX:
		is = take_hex(value, &got.u);
		break;
	case DETAIL_DEC:
	case DETAIL_YES:
	default:
		is = take_dec(value, &got.u);
		break;
	}
	v = is ? details_add(d, k->as ? k->as : k->key, types[k->how]) : NULL;
	if (v && k->how == DETAIL_INT)
		v->i = got.i;
	else if (v)
		v->u = k->how == DETAIL_YES ? got.u != 0 : got.u;
}

static const struct detail_key *find_key(const struct detail_key *keys, size_t n, struct span key)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(key, keys[i].key))
			return &keys[i];
	return NULL;
}

static bool has_key(const struct details *d, const char *key)
{
	return detail_find(d->v, d->n, key) != NULL;
}

void details_keys(struct details *d, struct span text, const struct detail_key *keys, size_t n)
{
	struct cursor c = cursor_span(text);
	struct fdmap_detail *counting = NULL;
	struct span line, key, value;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		const struct detail_key *k;

		if (counting && line.n && (line.p[0] == ' ' || line.p[0] == '\t')) {
			counting->u++;
			continue;
		}
		counting = NULL;
		k = split(line, &key, &value) ? find_key(keys, n, key) : NULL;
		if (!k || has_key(d, k->as ? k->as : k->key))
			continue;
		add_value(d, k, value);
		if (k->how == DETAIL_COUNT && d->n)
			counting = &d->v[d->n - 1];
	}
}

static bool is_common(struct span key)
{
	return span_eq(key, "pos") || span_eq(key, "flags") || span_eq(key, "mnt_id") ||
	       span_eq(key, "ino") || span_eq(key, "lock");
}

static const char *name_key(struct arena *arena, struct span key)
{
	char name[KEY_MAX];

	if (key.n >= sizeof(name))
		key.n = sizeof(name) - 1;
	for (size_t i = 0; i < key.n; i++) {
		char ch = key.p[i];
		bool upper = ch >= 'A' && ch <= 'Z';
		bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');

		name[i] = upper ? (char)(ch - 'A' + 'a') : plain ? ch : '_';
	}
	return arena_strndup(arena, name, key.n);
}

void details_all(struct details *d, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span line, key, value;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		struct detail_key k = { .how = DETAIL_ANY };
		uint64_t u;

		if (!split(line, &key, &value) || is_common(key))
			continue;
		if (d->n == DETAIL_KEYS_MAX) {
			d->more++;
			continue;
		}
		k.key = name_key(d->arena, key);
		if (!k.key || has_key(d, k.key))
			continue;
		if (take_dec(value, &u))
			k.how = DETAIL_DEC;
		else if (span_starts(value, "0x") && take_hex(value, &u))
			k.how = DETAIL_AS_HEX;
		add_value(d, &k, value);
	}
}

size_t detail_count(struct span text, const char *prefix)
{
	struct cursor c = cursor_span(text);
	struct span line;
	size_t n = 0;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole)
		n += span_starts(line, prefix);
	return n;
}

struct fdmap_detail *details_list(struct details *d, const char *key, size_t n, unsigned cells)
{
	struct fdmap_detail *top, *list, *all;

	if (n > DETAIL_LIST_MAX) {
		d->more += n - DETAIL_LIST_MAX;
		n = DETAIL_LIST_MAX;
	}
	list = arena_alloc(d->arena, (n ? n : 1) * sizeof(*list));
	all = arena_alloc(d->arena, (n ? n : 1) * cells * sizeof(*all));
	top = details_add(d, key, FDMAP_DETAIL_LIST);
	if (!list || !all || !top)
		return NULL;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct fdmap_detail){ .type = FDMAP_DETAIL_OBJECT, .v = all + i * cells };
	top->v = list;
	top->n = 0;
	return list;
}

void details_list_end(struct details *d, uint32_t n)
{
	d->v[d->n - 1].n = n;
}

static int by_first(const void *a, const void *b)
{
	const struct fdmap_detail *x = a, *y = b;

	return (x->v[0].i > y->v[0].i) - (x->v[0].i < y->v[0].i);
}

void detail_sort(struct fdmap_detail *list, size_t n)
{
	if (n)
		qsort(list, n, sizeof(*list), by_first);
}
