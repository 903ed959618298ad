/* SPDX-License-Identifier: MIT */
/* Totals of sockets: what comes out are words of the text, with a number behind. */
#include "net/sockstat.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *p;
	size_t n, told;
};

static int check(void *arg, const char *proto, const char *what, uint64_t n)
{
	struct input *in = arg;

	(void)n;
	if (!*proto || !*what || strlen(proto) >= SOCKSTAT_WORD || strlen(what) >= SOCKSTAT_WORD ||
	    strpbrk(what, " \t\n") || strpbrk(proto, ":\n"))
		abort();
	for (const char *c = proto; *c; c++)
		if (*c < '-' || *c > 'z')
			abort();
	if (!memmem(in->p, in->n, proto, strlen(proto)) || !memmem(in->p, in->n, what, strlen(what)))
		abort();
	in->told++;
	return n == 42 ? 42 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { (const char *)data, size, 0 };
	int r = parse_sockstat((struct span){ in.p, size }, check, &in);

	/* A word and a number have at least four bytes with what divides them. */
	if ((r != 0 && r != 42) || in.told * 4 > size)
		abort();
	return 0;
}
