/* SPDX-License-Identifier: MIT */
/* What must hold for every text of a socket table; shared by the fuzz targets of net/. */
#ifndef TEST_FUZZ_SOCKROWS_H
#define TEST_FUZZ_SOCKROWS_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/addr.h"
#include "net/socktab.h"

/* Every bit of `how`, in every way. */
static inline void sockrows_describe(const struct fdmap_sock *sock)
{
	const struct family *family = families[sock->table];
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };

	if (!family->look) {
		if (family_has_face(sock) || family->describe || family->info)
			abort();
		return;
	}
	family->look(sock, &look);
	if (!look.type[0] || !memchr(look.type, 0, sizeof(look.type)) ||
	    !memchr(look.device, 0, sizeof(look.device)) ||
	    !memchr(look.node, 0, sizeof(look.node)) || !(look.has & FDMAP_HAS_OFFSET))
		abort();
	if (look.has & FDMAP_HAS_INODE && (look.ino != sock->ino || look.node[0]))
		abort();
	for (unsigned how = 0; how < 16; how++) {
		struct buf out;

		buf_init(&out);
		family->describe(sock, NULL, how, &out);
		if (family->info)
			family->info(sock, how, 0, &out);
		if (out.failed || (out.p && strlen(out.p) != out.n))
			abort();
		buf_fini(&out);
	}
	if (family->state && family->state(sock) && !family->state(sock)[0])
		abort();
}

static inline void sockrows_check(const struct socktab *t, const struct socktext *text)
{
	for (size_t i = 0; i < t->socks.n; i++) {
		const struct fdmap_sock *sock = socklist_at(&t->socks, i);

		if (!sock->ino || socktab_find(t, sock->ino) != sock)
			abort();
		if (sock->table >= FDMAP_SOCK_TABLES || sock->family != text->family)
			abort();
		sockrows_describe(sock);
	}
}

/* One line: a row is a row again with blanks behind it; half of it is never another socket. */
static inline void sockrows_line(const struct socktext *text, const char *p, size_t n)
{
	struct fdmap_sock sock, again;
	struct arena arena;
	struct buf longer;
	int err;

	arena_init(&arena);
	err = text->parse((struct span){ p, n }, text, &arena, &sock);
	if (err != 0 && err != -EINVAL)
		abort();
	if (err == 0 && text->extend) {
		if (text->extend((struct span){ p, n }, FDMAP_SOCKX | FDMAP_SKMEM, &arena, &sock) != 0 ||
		    !sock.x || sock.x->told & FDMAP_X_MEM)
			abort();
	}
	if (err == 0) {
		buf_init(&longer);
		buf_put(&longer, p, n);
		buf_putc(&longer, ' ');
		if (text->parse((struct span){ longer.p, longer.n }, text, &arena, &again) != 0 ||
		    again.ino != sock.ino || again.state != sock.state ||
		    again.lport != sock.lport || again.proto != sock.proto)
			abort();
		buf_fini(&longer);
	}
	arena_fini(&arena);
}

/* A good row, whose inode is `ino`, is found behind whatever stands before it. */
static inline void sockrows_run(const struct socktext *text, const uint8_t *data, size_t size,
				const char *good, uint64_t ino)
{
	struct socktab t;
	struct buf file;

	sockrows_line(text, (const char *)data, size);
	buf_init(&file);
	buf_puts(&file, "header\n");
	buf_put(&file, data, size);
	buf_putc(&file, '\n');
	buf_puts(&file, good);
	buf_putc(&file, '\n');
	socktab_init(&t);
	if (socktab_parse(&t, text, (struct span){ file.p, file.n }) != 0)
		abort();
	if (!socktab_find(&t, ino))
		abort();
	sockrows_check(&t, text);
	socktab_fini(&t);
	buf_fini(&file);
}

#endif
