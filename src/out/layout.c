/* SPDX-License-Identifier: MIT */
/*
 * The columns of a table: lsof's with ours among them, or only those that were asked for.
 * On a terminal texts give way first, then the last columns.
 */
#include "out/layout.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "out/extra.h"
#include "out/value.h"
#include "out/width.h"

/*
 * A chosen column may hold a list: what is longer stands over its edge, so that one
 * listener on which thousands wait does not fill every other row with blanks.
 */
#define CHOSEN_WIDTH 96

/* On a terminal no text is cut to less; what the last one is left at least. */
#define TEXT_LEAST 8
#define LAST_LEAST 20
/* The mark where columns are missing, with its blank. */
#define MARK_WIDTH 2

/* ---- which ------------------------------------------------------------------------- */

static const struct column *own_look(const char *key)
{
	size_t n;
	const struct column *cols = column_list(&n);

	for (size_t i = 0; i < n; i++)
		if (cols[i].key && strcmp(cols[i].key, key) == 0)
			return &cols[i];
	return NULL;
}

static void add(struct layout *l, const struct column *c)
{
	struct place *p = &l->v[l->n++];
	size_t head = strlen(c->head);

	*p = (struct place){ .col = *c, .width = head > c->min ? head : c->min };
}

/* The title of a field; of another name of it that name. */
static const char *head_of(const struct chosen *c, char **room)
{
	char *head = *room;
	size_t n = strlen(c->key);

	if (strcmp(c->key, c->field->key) == 0)
		return c->field->title;
	for (size_t i = 0; i <= n; i++)
		head[i] = (char)toupper((unsigned char)c->key[i]);
	*room += n + 1;
	return head;
}

static void put_field(const struct shown *x, struct buf *out)
{
	const struct fdmap_field *f = x->column->field;
	bool last = x->column->align == COLUMN_FREE;
	int rc = fdmap_field_get(f, x->row, x->value);

	if (rc < 0)
		out->failed = true;
	else if (rc)
		value_put(f, x->value, last ? VALUE_LAST : VALUE_SHOWN, x->fmt->human, out);
}

static void add_chosen(struct layout *l, const struct chosen *c, char **room)
{
	const struct column *own = own_look(c->field->key);
	struct column col = { .put = put_field, .field = c->field };

	if (own) {
		add(l, own);
		return;
	}
	col.head = head_of(c, room);
	col.of = c->field->of == FDMAP_OF_PROCESS ? COLUMN_PROCESS : COLUMN_FILE;
	col.align = value_is_amount(c->field) ? COLUMN_RIGHT : COLUMN_LEFT;
	col.needs = c->field->needs;
	col.paint = paint_field(c->field);
	add(l, &col);
}

/* Those of ours without a look of their own: of processes, or of the rest. */
static void add_others(struct layout *l, const struct columns *c, enum column_of of, char **room)
{
	for (size_t i = 0; i < c->n; i++)
		if ((c->v[i].field->of == FDMAP_OF_PROCESS) == (of == COLUMN_PROCESS) &&
		    !own_look(c->v[i].field->key))
			add_chosen(l, &c->v[i], room);
}

/* lsof's columns; ours of processes behind its own of them, the others before NAME. */
static void add_all(struct layout *l, const struct columns *c, char *room)
{
	size_t n;
	const struct column *cols = column_list(&n);

	for (size_t i = 0; i < n; i++) {
		if (i && cols[i].of == COLUMN_FILE && cols[i - 1].of == COLUMN_PROCESS)
			add_others(l, c, COLUMN_PROCESS, &room);
		if (i + 1 == n)
			add_others(l, c, COLUMN_FILE, &room);
		add(l, &cols[i]);
	}
}

static void add_only(struct layout *l, const struct columns *c, char *room)
{
	struct place *last;

	for (size_t i = 0; i < c->n; i++)
		add_chosen(l, &c->v[i], &room);
	last = &l->v[l->n - 1];
	if (last->col.align == COLUMN_LEFT)
		last->col.align = COLUMN_FREE;
	l->processes = columns_of_processes(c);
	l->threads = columns_have(c, "tid") || columns_have(c, "task");
}

static bool is_ours(const struct column *c)
{
	return c->key || c->field;
}

static bool is_shown(const struct layout *l, size_t i, const struct format *fmt, bool tasks)
{
	const struct column *c = &l->v[i].col;

	return c->field || fmt->columns.only || column_is_chosen(c, fmt, tasks);
}

/* Whether threads will come is not known yet: their columns stay. */
static void drop_hidden(struct layout *l, const struct format *fmt)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!is_shown(l, i, fmt, true))
			continue;
		l->v[n] = l->v[i];
		/* lsof counts bytes, and its table is what it is. */
		l->v[n].bytes = !l->limited && !is_ours(&l->v[n].col);
		l->v[n].painted = fmt->color && l->v[n].col.paint != PAINT_NONE;
		n++;
	}
	l->n = n;
}

int layout_init(struct layout *l, const struct format *fmt)
{
	const struct columns *c = &fmt->columns;
	size_t n, room = 1;

	*l = (struct layout){ .limited = fmt->width && c->n };
	(void)column_list(&n);
	for (size_t i = 0; i < c->n; i++)
		room += strlen(c->v[i].key) + 1;
	l->v = calloc(n + c->n, sizeof(*l->v));
	l->heads = malloc(room);
	if (!l->v || !l->heads)
		return -ENOMEM;
	if (c->only && c->n)
		add_only(l, c, l->heads);
	else
		add_all(l, c, l->heads);
	drop_hidden(l, fmt);
	return 0;
}

void layout_fini(struct layout *l)
{
	free(l->v);
	free(l->heads);
	*l = (struct layout){ 0 };
}

uint32_t layout_wants(const struct format *fmt)
{
	uint32_t wants = extra_wants(fmt);
	size_t n;
	const struct column *cols = column_list(&n);

	if (fmt->columns.only)
		return wants | (columns_of_processes(&fmt->columns) ? 0 : COLUMN_ROWS);
	for (size_t i = 0; i < n; i++)
		if (column_is_chosen(&cols[i], fmt, true))
			wants |= cols[i].needs;
	return wants | COLUMN_ROWS;
}

/* ---- how wide ---------------------------------------------------------------------- */

void layout_widen(struct place *p, const char *text, size_t n)
{
	size_t width = layout_measure(p, text, n);

	if (is_ours(&p->col) && width > CHOSEN_WIDTH)
		width = CHOSEN_WIDTH;
	if (width > p->width)
		p->width = width;
}

/* Texts that say nothing without their end: an IPv4 address with its port, ESTABLISHED. */
static size_t field_least(const struct fdmap_field *f)
{
	static const struct {
		const char *key;
		size_t least;
	} whole[] = {
		{ "local", 21 }, { "remote", 21 }, { "laddr", 15 },
		{ "raddr", 15 }, { "state", 11 },
	};

	for (size_t i = 0; f && i < ARRAY_LEN(whole); i++)
		if (strcmp(f->key, whole[i].key) == 0)
			return whole[i].least;
	return 0;
}

/* What one may be cut to: its head stays whole. */
static size_t least(const struct place *p, size_t n)
{
	size_t head = strlen(p->col.head), own = field_least(p->col.field);

	n = n > own ? n : own;
	return n > head ? n : head;
}

/* Up to column n, with the blanks between; last: for what is not measured. */
static size_t total(const struct layout *l, size_t n, size_t last)
{
	size_t sum = 0, shown = 0;

	for (size_t i = 0; i < n; i++) {
		const struct place *p = &l->v[i];

		if (!p->shown)
			continue;
		sum += p->col.align == COLUMN_FREE ? least(p, last) : p->width;
		shown++;
	}
	return sum + (shown ? shown - 1 : 0);
}

/* The widest text that may be cut still, NULL: none. *next: the next one's width. */
static struct place *widest(struct layout *l, size_t *next)
{
	struct place *found = NULL;

	*next = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct place *p = &l->v[i];

		if (!p->shown || p->col.align != COLUMN_LEFT || p->width <= least(p, TEXT_LEAST))
			continue;
		if (!found || p->width > found->width) {
			*next = found ? found->width : 0;
			found = p;
		} else if (p->width > *next) {
			*next = p->width;
		}
	}
	return found;
}

/* The widest texts become as wide as the next ones, together, until there is room. */
static void shrink(struct layout *l, size_t width)
{
	size_t now, next;
	struct place *p;

	while ((now = total(l, l->n, LAST_LEAST)) > width && (p = widest(l, &next))) {
		size_t to = p->width > now - width ? p->width - (now - width) : 0;

		to = to < next ? (next < p->width ? next : p->width - 1) : to;
		p->width = to < least(p, TEXT_LEAST) ? least(p, TEXT_LEAST) : to;
	}
}

/* What has no room even so is left out from the end on. */
static void leave_out(struct layout *l, size_t width)
{
	size_t n = l->n;

	if (total(l, n, TEXT_LEAST) <= width || n == 1)
		return;
	l->cut = width > MARK_WIDTH;
	while (n > 1 && total(l, n, TEXT_LEAST) + MARK_WIDTH > width)
		l->v[--n].shown = false;
}

/* What is not measured has the rest; one that is alone is cut, whatever it is. */
static void give_rest(struct layout *l, size_t width)
{
	struct place *last = &l->v[l->n - 1];
	size_t mark = l->cut ? MARK_WIDTH : 0;

	if (last->shown && l->n > 1 && last->col.align == COLUMN_FREE)
		last->width = width - (total(l, l->n, 0) - strlen(last->col.head));
	else if ((l->n == 1 && last->col.align == COLUMN_FREE) ||
		 total(l, l->n, TEXT_LEAST) + mark > width)
		l->v[0].width = width > mark ? width - mark : 1;
}

void layout_settle(struct layout *l, const struct format *fmt, bool tasks)
{
	for (size_t i = 0; i < l->n; i++) {
		l->v[i].shown = is_shown(l, i, fmt, tasks);
		if (l->v[i].col.align == COLUMN_FREE)
			l->v[i].width = 0;
	}
	if (!l->limited)
		return;
	shrink(l, fmt->width);
	leave_out(l, fmt->width);
	give_rest(l, fmt->width);
}
