/* SPDX-License-Identifier: MIT */
/* Files that tell of a process and of the system: what is told is in bounds, and in the text. */
#include <stdlib.h>
#include <string.h>

#include "proc/cmdline.h"
#include "proc/limits.h"
#include "proc/status.h"
#include "proc/system.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cmdline(struct span text)
{
	struct span args = parse_cmdline(text);

	if (args.p != text.p || args.n > text.n || (args.n && !args.p[args.n - 1]))
		abort();
	for (size_t i = args.n; i < text.n; i++)
		if (text.p[i])
			abort();
}

static void check_status(struct span text)
{
	struct status st;

	if (parse_status(text, &st) < 0) {
		if (st.nnspids || st.caps)
			abort();
		return;
	}
	if (st.nnspids > STATUS_LEVELS || (!st.nnspids && !memmem(text.p, text.n, "CapEff:", 7)))
		abort();
	for (uint32_t i = 0; i < st.nnspids; i++)
		if (st.nspids[i] < 0)
			abort();
}

static void check_system(struct span text)
{
	struct system sys = { .hz = 100 };
	uint64_t seconds = 0, last, start, age;

	if (parse_btime(text, &seconds) == 0)
		sys.boot = seconds * 1000000000;
	else
		seconds = 0;
	if (parse_uptime(text, &sys.up) < 0)
		sys.up = 0;
	if (sys.up % 10000000)
		abort();
	if (sys.boot / 1000000000 != seconds)
		abort();
	if (parse_last_cap(text, &last) == 0 && (!last || last & (last + 1)))
		abort();
	if (system_start(&sys, text.n * 1000000000000, &start, &age) &&
	    (start < sys.boot || age > sys.up))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { size ? (const char *)data : "", size };
	uint64_t nofile;

	check_cmdline(text);
	check_status(text);
	check_system(text);
	if (parse_nofile(text, &nofile) == 0 && !memmem(text.p, text.n, "Max open files ", 15))
		abort();
	return 0;
}
