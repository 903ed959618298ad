/* SPDX-License-Identifier: MIT */
/* Which colour a value has: by the kind of its row, and by states. */
#include "out/paint.h"

#include <string.h>
#include <sys/stat.h>

#include "base/util.h"

static const struct {
	const char *state;
	enum colour colour;
} states[] = {
	{ "LISTEN", COLOUR_BOLD_GREEN }, { "ESTABLISHED", COLOUR_GREEN },
	{ "CONNECTED", COLOUR_GREEN },	 { "SYN_SENT", COLOUR_CYAN },
	{ "SYN_RECV", COLOUR_CYAN },	 { "NEW_SYN_RECV", COLOUR_CYAN },
	{ "FIN_WAIT1", COLOUR_RED },	 { "FIN_WAIT2", COLOUR_RED },
	{ "TIME_WAIT", COLOUR_RED },	 { "CLOSE_WAIT", COLOUR_RED },
	{ "LAST_ACK", COLOUR_RED },	 { "CLOSING", COLOUR_RED },
};

static enum colour of_state(const struct fdmap_file *f)
{
	const char *state = f->sock ? fdmap_sock_state(f->sock) : NULL;

	for (size_t i = 0; state && i < ARRAY_LEN(states); i++)
		if (strcmp(states[i].state, state) == 0)
			return states[i].colour;
	return COLOUR_NONE;
}

static enum colour of_kind(const struct fdmap_file *f)
{
	switch ((enum fdmap_kind_id)f->kind) {
	case FDMAP_KIND_FILE:
		return f->stat && S_ISDIR(f->stat->mode) ? COLOUR_BOLD_BLUE : COLOUR_NONE;
	case FDMAP_KIND_DEVICE:
		return COLOUR_BOLD_CYAN;
	case FDMAP_KIND_PIPE:
	case FDMAP_KIND_MQUEUE:
		return COLOUR_CYAN;
	case FDMAP_KIND_SOCKET:
		return COLOUR_MAGENTA;
	case FDMAP_KIND_ANON:
	case FDMAP_KIND_PIDFD:
	case FDMAP_KIND_NS:
		return COLOUR_BLUE;
	case FDMAP_KIND_FAILED:
		return COLOUR_RED;
	case FDMAP_KIND_UNKNOWN:
	case FDMAP_KIND_EXEMPT:
		return COLOUR_NONE;
	}
	return COLOUR_NONE;
}

enum colour paint_of(enum paint what, const struct fdmap_row *row)
{
	enum colour colour = COLOUR_NONE;

	if (what == PAINT_NONE || !row->file)
		return COLOUR_NONE;
	if (what != PAINT_KIND)
		colour = of_state(row->file);
	if (what == PAINT_NAME && !colour && row->file->deleted)
		colour = COLOUR_RED;
	return colour || what == PAINT_STATE ? colour : of_kind(row->file);
}

const char *paint_begin(enum colour colour)
{
	static const char *const begins[] = {
		[COLOUR_RED] = "\033[31m",	   [COLOUR_GREEN] = "\033[32m",
		[COLOUR_BLUE] = "\033[34m",	   [COLOUR_MAGENTA] = "\033[35m",
		[COLOUR_CYAN] = "\033[36m",	   [COLOUR_BOLD_GREEN] = "\033[1;32m",
		[COLOUR_BOLD_BLUE] = "\033[1;34m", [COLOUR_BOLD_CYAN] = "\033[1;36m",
	};

	return begins[colour];
}

enum paint paint_field(const struct fdmap_field *f)
{
	static const struct {
		const char *key;
		enum paint paint;
	} keys[] = {
		{ "type", PAINT_KIND },	 { "kind", PAINT_KIND }, { "state", PAINT_STATE },
		{ "name", PAINT_NAME },	 { "path", PAINT_NAME }, { "deleted", PAINT_NAME },
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].key, f->key) == 0)
			return keys[i].paint;
	return PAINT_NONE;
}
