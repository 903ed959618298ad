/* SPDX-License-Identifier: MIT */
/* The registry of fields: one row per subject. */
#include "field/field.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct field_set *const sets[] = {
	&fields_process,   &fields_descriptor, &fields_file,  &fields_socket,
	&fields_sockproto, &fields_sockopt,    &fields_tcp,   &fields_tcpcc,
	&fields_memory,	   &fields_unix,       &fields_detail,
};

const struct fdmap_field *fdmap_field_at(size_t i)
{
	for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
		if (i < sets[s]->n)
			return &sets[s]->v[i].pub;
		i -= sets[s]->n;
	}
	return NULL;
}

static char fold(char c)
{
	return c == '-' ? '_' : (char)tolower((unsigned char)c);
}

static bool key_is(const char *key, const char *word, size_t len)
{
	size_t i = 0;

	while (i < len && key[i] && fold(key[i]) == fold(word[i]))
		i++;
	return i == len && !key[i];
}

const struct fdmap_field *fdmap_field_find(const char *key, size_t len)
{
	for (size_t s = 0; s < ARRAY_LEN(sets); s++)
		for (size_t i = 0; i < sets[s]->n; i++)
			if (key_is(sets[s]->v[i].pub.key, key, len))
				return &sets[s]->v[i].pub;
	for (size_t s = 0; s < ARRAY_LEN(sets); s++)
		for (size_t i = 0; i < sets[s]->nalias; i++)
			if (key_is(sets[s]->alias[i].name, key, len))
				return fdmap_field_find(sets[s]->alias[i].key,
							strlen(sets[s]->alias[i].key));
	return NULL;
}

const char *fdmap_field_alias(size_t i, const struct fdmap_field **field)
{
	for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
		if (i < sets[s]->nalias) {
			const struct field_alias *a = &sets[s]->alias[i];

			*field = fdmap_field_find(a->key, strlen(a->key));
			return a->name;
		}
		i -= sets[s]->nalias;
	}
	return NULL;
}

#define NEAR_MAX 32

/* How many letters must be changed, added, left out or swapped with their neighbour. */
static size_t distance(const char *key, const char *word, size_t len)
{
	size_t row[3][NEAR_MAX + 1], n = strlen(key);

	if (n > NEAR_MAX || len > NEAR_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3], *upup = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= len; j++) {
			bool same = fold(key[i - 1]) == fold(word[j - 1]);
			size_t d = up[j - 1] + !same;

			d = up[j] + 1 < d ? up[j] + 1 : d;
			d = now[j - 1] + 1 < d ? now[j - 1] + 1 : d;
			if (i > 1 && j > 1 && fold(key[i - 1]) == fold(word[j - 2]) &&
			    fold(key[i - 2]) == fold(word[j - 1]) && upup[j - 2] + 1 < d)
				d = upup[j - 2] + 1;
			now[j] = d;
		}
	}
	return row[n % 3][len];
}

static void nearer(const char *name, const char *word, size_t len, size_t *best, const char **key)
{
	size_t d = distance(name, word, len);

	/* Of two that are as near, the one that only lacks its end: "stat" is "state". */
	if (d < *best || (d == *best && *key && strncasecmp(name, word, len) == 0 &&
			  strncasecmp(*key, word, len) != 0)) {
		*best = d;
		*key = name;
	}
}

const char *fdmap_field_near(const char *key, size_t len)
{
	/* A third of the letters may be wrong; what is further away is another word. */
	size_t best = (len < 3 ? 1 : len / 3) + 1;
	const char *found = NULL;

	for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
		for (size_t i = 0; i < sets[s]->n; i++)
			nearer(sets[s]->v[i].pub.key, key, len, &best, &found);
		for (size_t i = 0; i < sets[s]->nalias; i++)
			nearer(sets[s]->alias[i].name, key, len, &best, &found);
	}
	return found;
}

void fdmap_value_init(struct fdmap_value *v, struct fdmap_namer *namer)
{
	*v = (struct fdmap_value){ .namer = namer };
}

void fdmap_value_fini(struct fdmap_value *v)
{
	if (v->room)
		buf_fini(v->room);
	free(v->room);
	v->room = NULL;
}

struct buf *value_room(struct fdmap_value *v)
{
	struct buf *b = v->room;

	if (!b) {
		b = malloc(sizeof(*b));
		if (!b)
			return NULL;
		buf_init(b);
		v->room = b;
	}
	b->failed = false;
	buf_reset(b);
	return b;
}

int value_made(struct fdmap_value *v, const struct buf *room)
{
	if (room->failed)
		return -ENOMEM;
	v->text.p = buf_str(room);
	v->text.n = room->n;
	return 1;
}

int value_text(struct fdmap_value *v, const char *text)
{
	if (!text)
		return 0;
	v->text.p = text;
	v->text.n = strlen(text);
	return 1;
}

int fdmap_field_get(const struct fdmap_field *pub, const struct fdmap_row *row,
		    struct fdmap_value *v)
{
	const struct field *f = field_of(pub);

	v->type = pub->type;
	if (pub->of != FDMAP_OF_PROCESS && !row->file)
		return 0;
	if (pub->of == FDMAP_OF_PROCESS && !row->proc)
		return 0;
	return f->get(f, row, v);
}
