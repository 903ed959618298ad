/* SPDX-License-Identifier: MIT */
/*
 * The last words of a line of mountinfo (os/mountline.h has the others):
 *
 *	22 27 0:21 / /proc rw,relatime - proc proc rw,gid=27,hidepid=invisible
 *
 * fs/proc/root.c, proc_show_options: until Linux 5.7 the number, "hidepid=2". gid is told
 * unless it is 0.
 */
#include "proc/hidepid.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "os/mountline.h"
#include "os/rights.h"

static unsigned how_of(struct span word)
{
	if (span_eq(word, "1") || span_eq(word, "noaccess"))
		return HIDEPID_NOACCESS;
	if (span_eq(word, "2") || span_eq(word, "invisible"))
		return HIDEPID_INVISIBLE;
	return span_eq(word, "4") || span_eq(word, "ptraceable") ? HIDEPID_PTRACEABLE : HIDEPID_OFF;
}

static void take_options(struct span options, struct hidepid *h)
{
	struct cursor c = cursor_span(options);

	*h = (struct hidepid){ 0 };
	while (!cursor_done(&c)) {
		struct span word;
		struct cursor at;
		uint32_t gid;

		if (!cursor_until(&c, ',', &word)) {
			word = cursor_rest(&c);
			c.at = c.end;
		}
		at = cursor_span(word);
		if (cursor_lit(&at, "hidepid="))
			h->how = how_of(cursor_rest(&at));
		else if (cursor_lit(&at, "gid=") && cursor_u32(&at, &gid))
			h->gid = gid;
	}
}

void parse_hidepid(struct span mountinfo, uint64_t dev, struct hidepid *h)
{
	struct cursor c = cursor_span(mountinfo);
	struct span line;

	*h = (struct hidepid){ 0 };
	while (cursor_line(&c, &line, NULL)) {
		struct mount_line ml;

		if (parse_mount_line(line, &ml) && span_eq(ml.fstype, "proc") &&
		    (!dev || makedev(ml.major_no, ml.minor_no) == dev))
			take_options(ml.options, h);
	}
}

int hidepid_read(struct root *root, struct hidepid *h)
{
	struct fdmap_stat st = { 0 };
	struct buf text;
	int r;

	*h = (struct hidepid){ 0 };
	buf_init(&text);
	r = own_read(root, "mountinfo", &text);
	if (r == 0 && !strstr(buf_str(&text), "hidepid="))
		goto out;
	/* Which of them is ours; a recorded tree is none itself. */
	if (r == 0 && !root_is_recorded(root))
		r = root_stat(root, NULL, ".", &st);
	if (r == 0)
		parse_hidepid((struct span){ buf_str(&text), text.n }, st.dev, h);
out:
	buf_fini(&text);
	return r == -ENOMEM ? r : 0;
}
