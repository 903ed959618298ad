/* SPDX-License-Identifier: MIT */
/*
 * The letters of -F, for the sink that prints their values. What readers of
 * options ask of them is in out/fields.h.
 */
#ifndef OUT_LETTERS_H
#define OUT_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "out/column.h"

/* One line of output; a letter with several lines has as many rows. */
struct letter {
	char letter;
	enum column_of of;
	uint32_t needs; /* enum fdmap_fact */
	/* Appends the value; false: there is none, and no line. */
	bool (*put)(const struct shown *x, struct buf *out);
	const char *help; /* NULL: an earlier row of the letter has it */
};

/* In print order, all of processes first. */
const struct letter *letter_list(size_t *n);

#endif
