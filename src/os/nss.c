/* SPDX-License-Identifier: MIT */
/*
 * passwd:         files systemd
 * hosts:          files [!UNAVAIL=return] dns    # an action belongs to what stands before it
 */
#include "os/nss.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "os/cached.h"
#include "os/readfd.h"
#include "os/wary.h"

/* A longer list is left to those who know how to look into it. */
#define LIST_MAX ((size_t)16 << 20)

/* The next source or action, which may have blanks in it. */
static bool next_word(struct cursor *c, struct span *word)
{
	cursor_blanks(c);
	if (cursor_done(c) || *c->at != '[')
		return cursor_field(c, word);
	word->p = c->at;
	while (!cursor_done(c) && *c->at++ != ']')
		;
	word->n = (size_t)(c->at - word->p);
	return true;
}

static struct nss parse_sources(struct cursor c, bool db)
{
	struct nss nss = { false, true };
	struct span first, then;
	bool has_first = next_word(&c, &first), has_then = next_word(&c, &then);

	/* A list that is not there says nothing; Debian has it before the file. */
	if (has_first && !db && span_eq(first, "db") && has_then && !span_starts(then, "[")) {
		first = then;
		has_then = next_word(&c, &then);
	}
	/* What an action makes of the file's answer is not for us to say. */
	if (!has_first || !span_eq(first, "files") || (has_then && span_starts(then, "[")))
		return nss;
	nss.file = true;
	nss.more = has_then;
	return nss;
}

struct nss parse_nss(struct span text, const char *database, bool db)
{
	struct cursor c = cursor_span(text);
	struct nss nss = { true, true }; /* not named: the file, perhaps after a service of old */
	struct span line, said, name;

	while (cursor_line(&c, &line, NULL)) {
		struct cursor at = cursor_span(line);

		if (cursor_until(&at, '#', &said))
			line = said;
		at = cursor_span(line);
		cursor_blanks(&at);
		/* The last line counts. */
		if (cursor_until(&at, ':', &name) && span_eq(name, database))
			nss = parse_sources(at, db);
	}
	return nss;
}

/* Not asked of a disk or a server: what the kernel does not know by heart may be there. */
static bool may_have_db(const char *database)
{
	static const char *const places[] = { "/var/lib/misc", "/var/db" };
	char path[64];

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		int fd;

		(void)snprintf(path, sizeof(path), "%s/%s.db", places[i], database);
		fd = wary_now() ? -EAGAIN : cached_path(AT_FDCWD, path, 0);
		if (fd >= 0)
			close(fd);
		if (fd != -ENOENT)
			return true;
	}
	return false;
}

struct nss read_nss(const char *database)
{
	struct nss nss = { true, true };
	struct buf text;
	int err;

	buf_init(&text);
	err = read_etc("/etc/nsswitch.conf", &text);
	if (err == 0) {
		struct span said = { buf_str(&text), text.n };

		nss = parse_nss(said, database, true);
		if (!nss.file && parse_nss(said, database, false).file && !may_have_db(database))
			nss = parse_nss(said, database, false);
	} else if (err != -ENOENT) {
		nss.file = false;
	}
	buf_fini(&text);
	return nss;
}

int read_etc(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err;

	if (fd < 0)
		return -errno;
	err = read_most(fd, LIST_MAX, text);
	close(fd);
	return err;
}
