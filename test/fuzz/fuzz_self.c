/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells of ourselves and of what we may see: status, mountinfo, net/protocols.
 * What is told stands in the text, and half of a text never tells of more.
 */
#include <stdlib.h>
#include <string.h>

#include "os/mountline.h"
#include "os/peak.h"
#include "os/rights.h"
#include "os/wary.h"
#include "net/sockstat.h"
#include "proc/hidepid.h"
#include "proc/tgid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool has(struct span text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word));
}

static bool is_within(struct span part, struct span text)
{
	return part.p >= text.p && part.n <= text.n && (size_t)(part.p - text.p) <= text.n - part.n;
}

static void check_status(struct span text)
{
	struct rights r = { .known = false };
	uint32_t tgid = 7;

	parse_rights(text, &r);
	must(r.known ? has(text, "Uid:") && has(text, "CapEff:") : !r.uid && !r.caps);
	must(parse_tgid(text, &tgid) ? has(text, "Tgid:") : tgid == 7);
	must(!parse_wary(text) || has(text, "Seccomp:"));
	must(!parse_peak(text) || has(text, "VmHWM:"));
	must(parse_peak(text) % 1024 == 0);
}

static void check_mounts(struct span text)
{
	struct cursor c = cursor_span(text);
	struct mount_line ml;
	struct hidepid h = { 0 };
	struct span line;
	bool procfs = false;

	while (cursor_line(&c, &line, NULL)) {
		if (!parse_mount_line(line, &ml))
			continue;
		must(is_within(ml.root, line) && is_within(ml.dir, line));
		must(is_within(ml.fstype, line) && is_within(ml.source, line));
		must(is_within(ml.options, line));
		procfs |= span_eq(ml.fstype, "proc");
	}
	parse_hidepid(text, 0, &h);
	must(h.how == HIDEPID_OFF || h.how == HIDEPID_NOACCESS || h.how == HIDEPID_INVISIBLE ||
	     h.how == HIDEPID_PTRACEABLE);
	must((!h.how && !h.gid) || procfs);
}

/* A name's number of sockets is in a line that begins with it. */
static void check_protocols(struct span text)
{
	static const char *const names[] = { "TCP", "UNIX", NULL };

	must(!parse_protocols(text, names) || has(text, "TCP") || has(text, "UNIX"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { size ? (const char *)data : "", size };

	check_status(text);
	check_mounts(text);
	check_protocols(text);
	return 0;
}
