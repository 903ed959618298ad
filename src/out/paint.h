/* SPDX-License-Identifier: MIT */
/* Colours: few, of the basic ones, so that they can be read on dark and on light. */
#ifndef OUT_PAINT_H
#define OUT_PAINT_H

#include "fdmap.h"

enum paint {
	PAINT_NONE,
	PAINT_KIND,  /* what a descriptor is */
	PAINT_STATE, /* of a socket */
	PAINT_NAME,  /* the state; or that it is gone; or what it is */
};

enum colour {
	COLOUR_NONE,
	COLOUR_RED,
	COLOUR_GREEN,
	COLOUR_BLUE,
	COLOUR_MAGENTA,
	COLOUR_CYAN,
	COLOUR_BOLD_GREEN,
	COLOUR_BOLD_BLUE,
	COLOUR_BOLD_CYAN,
};

#define PAINT_HEAD "\033[1m"
#define PAINT_OFF "\033[0m"

enum colour paint_of(enum paint what, const struct fdmap_row *row);
/* What begins it, NULL for none. PAINT_OFF ends it. */
const char *paint_begin(enum colour colour);
/* How a field is painted. */
enum paint paint_field(const struct fdmap_field *f);

#endif
