/* SPDX-License-Identifier: MIT */
/*
 * libgate.so: preloaded, it stops whoever opens one of the names GATE_NAMES ("812,4711") in a
 * directory that is open: "NAME\n" goes to the FIFO GATE_OUT, and a byte is awaited from the FIFO
 * GATE_IN. So a walk over processes lasts as long as a test wants it to.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_named(const char *name)
{
	const char *names = getenv("GATE_NAMES");
	size_t n = strlen(name);

	for (const char *at = names; n && at && (at = strstr(at, name)); at += n)
		if ((at == names || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
	return false;
}

static void wait_for_leave(const char *name)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%s\n", name);
	int out = open(getenv("GATE_OUT"), O_WRONLY | O_CLOEXEC);
	int in = open(getenv("GATE_IN"), O_RDONLY | O_CLOEXEC);

	if (write(out, line, (size_t)n) != n || read(in, line, 1) != 1)
		_exit(99);
	close(out);
	close(in);
}

__attribute__((visibility("default"))) int openat64(int dir, const char *name, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (is_named(name))
		wait_for_leave(name);
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}

__attribute__((visibility("default"), alias("openat64"))) int openat(int dir, const char *name,
								     int flags, ...);
