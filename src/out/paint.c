/* SPDX-License-Identifier: MIT */
/* Which colour a value has: by the kind of its row, and by states. */
#include "out/paint.h"

#include <string.h>
#include <sys/stat.h>

#include "base/util.h"

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BLUE "\033[34m"
#define MAGENTA "\033[35m"
#define CYAN "\033[36m"
#define BOLD_GREEN "\033[1;32m"
#define BOLD_BLUE "\033[1;34m"
#define BOLD_CYAN "\033[1;36m"

static const struct {
	const char *state, *colour;
} states[] = {
	{ "LISTEN", BOLD_GREEN }, { "ESTABLISHED", GREEN }, { "CONNECTED", GREEN },
	{ "SYN_SENT", CYAN },	  { "SYN_RECV", CYAN },	    { "NEW_SYN_RECV", CYAN },
	{ "FIN_WAIT1", RED },	  { "FIN_WAIT2", RED },	    { "TIME_WAIT", RED },
	{ "CLOSE_WAIT", RED },	  { "LAST_ACK", RED },	    { "CLOSING", RED },
};

static const char *of_state(const struct fdmap_file *f)
{
	const char *state = f->sock ? fdmap_sock_state(f->sock) : NULL;

	for (size_t i = 0; state && i < ARRAY_LEN(states); i++)
		if (strcmp(states[i].state, state) == 0)
			return states[i].colour;
	return NULL;
}

static const char *of_kind(const struct fdmap_file *f)
{
	switch ((enum fdmap_kind_id)f->kind) {
	case FDMAP_KIND_FILE:
		return f->stat && S_ISDIR(f->stat->mode) ? BOLD_BLUE : NULL;
	case FDMAP_KIND_DEVICE:
		return BOLD_CYAN;
	case FDMAP_KIND_PIPE:
	case FDMAP_KIND_MQUEUE:
		return CYAN;
	case FDMAP_KIND_SOCKET:
		return MAGENTA;
	case FDMAP_KIND_ANON:
	case FDMAP_KIND_PIDFD:
	case FDMAP_KIND_NS:
		return BLUE;
	case FDMAP_KIND_FAILED:
		return RED;
	case FDMAP_KIND_UNKNOWN:
	case FDMAP_KIND_EXEMPT:
		return NULL;
	}
	return NULL;
}

const char *paint_of(enum paint what, const struct fdmap_row *row)
{
	const char *colour = NULL;

	if (what == PAINT_NONE || !row->file)
		return NULL;
	if (what != PAINT_KIND)
		colour = of_state(row->file);
	if (what == PAINT_NAME && !colour && row->file->deleted)
		colour = RED;
	return colour || what == PAINT_STATE ? colour : of_kind(row->file);
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
