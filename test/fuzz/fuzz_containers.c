/* SPDX-License-Identifier: MIT */
/*
 * Files of podman and docker, and the text of JSON: what is told lies within
 * the text; and mountinfo, of which the root's directory is told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "os/containers.h"
#include "proc/overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct span text, struct span part)
{
	if (!part.n || part.p < text.p || part.p + part.n > text.p + text.n)
		abort();
}

static void unescape(struct span raw)
{
	struct buf out;

	buf_init(&out);
	if (json_unescape(raw, &out) && (out.n > raw.n || memchr(buf_str(&out), '\0', out.n)))
		abort();
	buf_fini(&out);
}

static int each(void *arg, struct span id, struct span name)
{
	const struct span *text = arg;

	within(*text, id);
	within(*text, name);
	unescape(name);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { size ? (const char *)data : "", size }, name;
	struct cursor c = cursor_span(text);
	struct buf upper;

	if (parse_containers(text, each, &text) != 0)
		abort();
	if (parse_docker_config(text, &name)) {
		within(text, name);
		unescape(name);
	}
	/* Always forward, and never beyond the end. */
	while (!cursor_done(&c)) {
		const char *before = c.at;

		json_skip(&c);
		if (c.at <= before || c.at > c.end)
			abort();
		if (!cursor_done(&c))
			c.at++;
	}
	buf_init(&upper);
	if (parse_overlay_upper(text, &upper) && buf_str(&upper)[0] != '/')
		abort();
	buf_fini(&upper);
	return 0;
}
