/* SPDX-License-Identifier: MIT */
/* The cursor: stays within its text, moves only when it says so, loses no byte. */
#include "base/cursor.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool step(struct cursor *c, unsigned what)
{
	struct span f;
	uint64_t v;
	uint32_t w;

	switch (what % 9) {
	case 0:
		return cursor_line(c, &f, NULL);
	case 1:
		return cursor_field(c, &f);
	case 2:
		return cursor_until(c, (char)what, &f);
	case 3:
		return cursor_char(c, (char)what);
	case 4:
		return cursor_lit(c, "tfd:");
	case 5:
		return cursor_u64(c, &v);
	case 6:
		return cursor_u32(c, &w);
	case 7:
		return cursor_oct(c, &v);
	default:
		return cursor_hex(c, &v);
	}
}

static void walk(const char *text, size_t size, const uint8_t *steps, size_t n)
{
	struct cursor c = cursor_of(text, size);

	for (size_t i = 0; i < n; i++) {
		const char *before = c.at;
		bool moved = step(&c, steps[i]);

		if (c.end != text + size || c.at < before || c.at > c.end)
			abort();
		if (moved != (c.at != before))
			abort();
		if (!moved && !cursor_done(&c))
			c.at++;
	}
}

static void lines(const char *text, size_t size)
{
	struct cursor c = cursor_of(text, size);
	struct span line;
	size_t total = 0;
	bool whole;

	while (cursor_line(&c, &line, &whole)) {
		total += line.n + whole;
		if (memchr(line.p, '\n', line.n) || (!whole && !cursor_done(&c)))
			abort();
	}
	if (total != size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	size_t half = size / 2;
	struct buf b;

	if (!size)
		return 0;
	walk(text + half, size - half, data, half);
	lines(text, size);
	buf_init(&b);
	span_unescape((struct span){ text, size }, &b);
	if (b.n > size || (!memchr(text, '\\', size) && memcmp(b.p, text, size) != 0))
		abort();
	buf_fini(&b);
	return 0;
}
