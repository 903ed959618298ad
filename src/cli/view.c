/* SPDX-License-Identifier: MIT */
/* Options that say how rows look or where they come from: -F, -T, -f, -E, -o, +c, --proc. */
#include "cli/set.h"

#include <string.h>

#include "base/cursor.h"
#include "cli/secure.h"
#include "cli/warn.h"
#include "out/fields.h"

#define WIDTH_MAX 15
#define THREADS_MAX 1024

void set_switch(struct options *o, const struct optuse *use)
{
	*(bool *)((char *)o + use->row->at) = use->row->on;
}

/* All digits and no more than max. */
static bool whole_number(const char *text, uint32_t max, uint32_t *v)
{
	struct cursor at = cursor_of(text, strlen(text));

	return cursor_u32(&at, v) && cursor_done(&at) && *v <= max;
}

/* The digits count, but lsof eats the whole word. */
size_t width_takes(const char *word)
{
	return *word >= '0' && *word <= '9' ? strlen(word) : 0;
}

void set_width(struct options *o, const struct optuse *use)
{
	size_t digits = use->value ? strspn(use->value, "0123456789") : 0;
	struct cursor at;
	uint32_t width;

	if (!digits) {
		options_wrong(o, "+c not followed by width number");
		return;
	}
	at = cursor_of(use->value, digits);
	if (!cursor_u32(&at, &width) || width > WIDTH_MAX)
		options_wrong(o, "+c %.*s > what system provides (%d)", (int)digits, use->value,
			      WIDTH_MAX);
	else
		o->fmt.comm_width = width;
}

/* Letters whose fields exist only when the column was asked for, too. */
static void fields_chosen(struct options *o, uint64_t letters)
{
	if (letters & FIELD_BIT('g'))
		o->fmt.pgid = true;
	if (letters & FIELD_BIT('R'))
		o->fmt.ppid = true;
	if (letters & FIELD_BIT('k'))
		o->fmt.nlink = true;
	if (letters & FIELD_BIT('T'))
		o->fmt.name_how |= FDMAP_NAME_STATE | FDMAP_NAME_QUEUES | FDMAP_NAME_INFO;
	if (letters & FIELD_BIT('G'))
		o->fmt.flags = FORMAT_FLAGS_HEX;
	if (letters & FIELD_BIT('Z') && o->m && fdmap_has_selinux(o->m))
		o->fmt.context = true;
	o->fmt.letters |= letters;
}

void fields_all(struct options *o)
{
	fields_chosen(o, fields_default() | FIELD_BIT('Z'));
	if (!o->fmt.context)
		o->fmt.letters &= ~FIELD_BIT('Z');
}

void set_fields(struct options *o, const struct optuse *use)
{
	uint64_t letters = 0;

	if (use->value && strcmp(use->value, "?") == 0) {
		o->fields_help = true;
		return;
	}
	o->fields = true;
	if (use->value && strcmp(use->value, "0") == 0)
		o->fmt.nul = true;
	if (!use->value || strcmp(use->value, "0") == 0) {
		fields_all(o);
		return;
	}
	for (const char *p = use->value; *p; p++) {
		if (*p == '0')
			o->fmt.nul = true;
		else if (((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') && fields_letter(*p))
			letters |= FIELD_BIT(*p);
		else
			options_wrong(o, "unknown field: %c", *p);
	}
	if (letters & FIELD_BIT('o'))
		o->offset_field = true;
	fields_chosen(o, letters);
}

/* The last letter counts; a minus takes the column away. */
static void choose_flags(struct options *o, const char *letters, bool on)
{
	for (const char *p = letters; *p; p++) {
		if (*p != 'g' && *p != 'G')
			options_wrong(o, "unknown file struct option: %c", *p);
		else if (!on)
			o->fmt.flags = FORMAT_FLAGS_NONE;
		else
			o->fmt.flags = *p == 'G' ? FORMAT_FLAGS_HEX : FORMAT_FLAGS_NAMES;
	}
}

void set_names(struct options *o, const struct optuse *use)
{
	bool plus = use->row->prefix == '+';

	if (use->value)
		choose_flags(o, use->value, plus);
	else
		o->path_how = plus ? FDMAP_FS_ONLY : FDMAP_FILE_ONLY;
}

void set_flags(struct options *o, const struct optuse *use)
{
	choose_flags(o, use->value ? use->value : "g", true);
}

void set_ends(struct options *o, const struct optuse *use)
{
	o->ends = use->row->prefix == '+' ? FDMAP_ENDS_SELECT : FDMAP_ENDS_NOTE;
}

void set_offset(struct options *o, const struct optuse *use)
{
	struct cursor at;
	uint32_t digits;

	if (!use->value) {
		o->fmt.offset_only = true;
		return;
	}
	at = cursor_of(use->value, strlen(use->value));
	o->fmt.offset_digits = cursor_u32(&at, &digits) ? digits : UINT32_MAX;
}

void set_terse(struct options *o, const struct optuse *use)
{
	(void)use;
	o->terse = true;
	o->warnings = false;
}

void set_tcp_info(struct options *o, const struct optuse *use)
{
	unsigned how = 0;

	if (!use->value) {
		how = use->row->prefix == '+' ? FDMAP_NAME_STATE | FDMAP_NAME_INFO : 0;
	} else {
		for (const char *p = use->value; *p; p++) {
			if (*p == 's')
				how |= FDMAP_NAME_STATE;
			else if (*p == 'q')
				how |= FDMAP_NAME_QUEUES;
			else if (*p != 'f')
				options_wrong(o, "unsupported TCP/TPI info selection: %c", *p);
			how |= FDMAP_NAME_INFO;
		}
	}
	o->fmt.name_how = how;
}

void set_proc(struct options *o, const struct optuse *use)
{
	if (!use->value || !*use->value)
		options_wrong(o, "--proc needs a directory");
	else if (secure_is())
		options_refused(o, "--proc is not for a program with raised rights: %s", use->value);
	else
		o->proc = use->value;
}

void set_threads(struct options *o, const struct optuse *use)
{
	uint32_t n;

	if (!use->value || !whole_number(use->value, THREADS_MAX, &n))
		options_wrong(o, "--threads needs a number, at most %d", THREADS_MAX);
	else
		o->threads = n;
}

void set_none(struct options *o, const struct optuse *use)
{
	(void)o;
	(void)use;
}

/* The shortest time that lsof gives its helper. */
#define TIMEOUT_MIN 2
#define TIMEOUT_MAX (24u * 60 * 60)

void set_timeout(struct options *o, const struct optuse *use)
{
	struct cursor at;
	uint32_t seconds;

	if (!use->value)
		return;
	at = cursor_of(use->value, strlen(use->value));
	if (!cursor_u32(&at, &seconds) || seconds > TIMEOUT_MAX)
		seconds = TIMEOUT_MAX;
	if (seconds < TIMEOUT_MIN) {
		warn_say("WARNING: -S time (%u) changed to %d", (unsigned)seconds, TIMEOUT_MIN);
		seconds = TIMEOUT_MIN;
	}
	if (o->m)
		fdmap_set_timeout(o->m, seconds * 1000);
}

void set_never(struct options *o, const struct optuse *use)
{
	char letter = use->row->letter, prefix = use->row->prefix;

	/* lsof words them differently. */
	if (letter == 'D')
		options_wrong(o, "unsupported option: -D");
	else if (prefix == '+')
		options_wrong(o, "+%c is not supported", letter);
	else
		options_wrong(o, "-%c not supported", letter);
}
