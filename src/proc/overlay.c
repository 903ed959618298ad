/* SPDX-License-Identifier: MIT */
/*
 * The line of a root directory in mountinfo, its last field as overlayfs prints it
 * (fs/overlayfs/params.c, ovl_show_options), commas of a path as \054:
 *
 *	73 48 0:40 / / rw,relatime - overlay overlay rw,lowerdir=/s/overlay/l/3S:/s/overlay/l/JI,
 *		upperdir=/s/overlay/8209/diff,workdir=/s/overlay/8209/work
 */
#include "proc/overlay.h"

/* The options of one line, if it is an overlay at "/". */
static bool options_of_root(struct span line, struct span *options)
{
	struct cursor c = cursor_span(line);
	struct span word;

	/* id, up, dev, root */
	for (int i = 0; i < 4; i++)
		if (!cursor_until(&c, ' ', &word))
			return false;
	if (!cursor_until(&c, ' ', &word) || !span_eq(word, "/"))
		return false;
	do {
		if (!cursor_until(&c, ' ', &word))
			return false;
	} while (!span_eq(word, "-"));
	if (!cursor_until(&c, ' ', &word) || !span_eq(word, "overlay") ||
	    !cursor_until(&c, ' ', &word))
		return false;
	*options = cursor_rest(&c);
	return true;
}

static bool find_option(struct span options, const char *key, struct span *value)
{
	struct cursor c = cursor_span(options);

	while (!cursor_done(&c)) {
		struct cursor word;
		struct span text;

		if (!cursor_until(&c, ',', &text)) {
			text = cursor_rest(&c);
			c.at = c.end;
		}
		word = cursor_span(text);
		if (cursor_lit(&word, key)) {
			*value = cursor_rest(&word);
			return true;
		}
	}
	return false;
}

bool parse_overlay_upper(struct span text, struct buf *out)
{
	struct cursor c = cursor_span(text);
	struct span line, options = { 0 }, upper;
	bool whole;

	/* The last one covers the others. */
	while (cursor_line(&c, &line, &whole)) {
		struct span one;

		if (whole && options_of_root(line, &one))
			options = one;
	}
	if (!options.n || !find_option(options, "upperdir=", &upper) || !span_starts(upper, "/"))
		return false;
	span_unescape(upper, out);
	return true;
}
