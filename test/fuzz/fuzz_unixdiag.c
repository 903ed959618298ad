/* SPDX-License-Identifier: MIT */
/* Answers about UNIX sockets, and the same as text: whatever is told fits into what was given. */
#include "net/unixdiag.h"

#include <stdlib.h>
#include <string.h>

#include "os/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t n, size;
	struct socktab *t;
};

static void look(void *arg, const struct unixdiag *sock)
{
	struct seen *s = arg;
	uint32_t ino, sum = 0;

	if (!sock->ino || sock->ino > UINT32_MAX || sock->peer > UINT32_MAX)
		abort();
	if (sock->npending > s->size)
		abort();
	for (size_t i = 0; i < sock->npending; i++) {
		memcpy(&ino, (const char *)sock->pending + i * sizeof(ino), sizeof(ino));
		sum += ino;
	}
	s->n += 1 + (sum == 77);
	unixdiag_join(s->t, 0, sock);
}

static int answer(void *arg, const void *msg, size_t n)
{
	struct unixdiag sock;

	if (unixdiag_parse((struct span){ msg, n }, &sock))
		look(arg, &sock);
	return 0;
}

#define ROW(ino) "0000000030e2d501: 00000002 00000000 00000000 0001 03 " #ino "\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char rows[] = "header\n" ROW(1) ROW(2) ROW(3) ROW(8);
	/* As large as the input, so that reading behind it is seen, and aligned as messages are. */
	char *copy = malloc(size ? size : 1);
	struct seen seen = { .size = size };
	struct socktab t;
	int r;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	socktab_init(&t);
	seen.t = &t;
	if (socktab_parse(&t, families[FDMAP_UNIX]->texts,
			  (struct span){ rows, sizeof(rows) - 1 }) < 0)
		abort();
	r = diag_parse(&(struct diag_answer){ .seq = 1 }, copy, size, answer, &seen);
	if (r > 1 || r < -4095 || (size < 16 && (r || seen.n)))
		abort();
	unixdiag_parse_text((struct span){ copy, size }, look, &seen);
	for (size_t i = 0; i < t.socks.n; i++)
		if (socklist_at(&t.socks, i)->peer && !socktab_find(&t, socklist_at(&t.socks, i)->peer))
			abort();
	socktab_fini(&t);
	free(copy);
	return 0;
}
