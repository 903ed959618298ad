/* SPDX-License-Identifier: MIT */
/*
 * Our own `status`, by the /proc of this system also where another one is observed:
 *
 *	Uid:	1000	1000	1000	1000
 *	Gid:	1000	1000	1000	1000
 *	Groups:	27 1000
 *	CapEff:	0000000000000000
 *
 * (fs/proc/array.c: real, effective, saved, that for files). A name can forge no line.
 */
#include "os/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/readfd.h"

void rights_init(struct rights *r)
{
	*r = (struct rights){ 0 };
	buf_init(&r->text);
}

void rights_fini(struct rights *r)
{
	buf_fini(&r->text);
}

/* Behind the blanks that stand before it. */
static bool take_id(struct cursor *c, uint32_t *id)
{
	cursor_blanks(c);
	return cursor_u32(c, id);
}

void parse_rights(struct span text, struct rights *r)
{
	struct cursor c = cursor_span(text);
	bool user = false, caps = false;
	struct span line;

	while (cursor_line(&c, &line, NULL)) {
		struct cursor at = cursor_span(line);
		uint32_t real, effective;
		uint64_t mask;

		if (cursor_lit(&at, "Uid:")) {
			user = take_id(&at, &real) && take_id(&at, &effective);
			r->uid = user ? effective : 0;
		} else if (cursor_lit(&at, "CapEff:")) {
			cursor_blanks(&at);
			caps = cursor_hex(&at, &mask);
			r->caps = caps ? mask : 0;
		}
	}
	r->known = user && caps;
	if (!r->known) {
		r->uid = 0;
		r->caps = 0;
	}
}

bool rights_has_group(const struct rights *r, gid_t gid)
{
	struct cursor c = cursor_of(buf_str(&r->text), r->text.n);
	struct span line;

	while (cursor_line(&c, &line, NULL)) {
		struct cursor at = cursor_span(line);
		bool own = cursor_lit(&at, "Gid:");
		uint32_t id;

		if (!own && !cursor_lit(&at, "Groups:"))
			continue;
		/* The fourth is the one that counts for files. */
		for (unsigned i = 0; take_id(&at, &id); i++)
			if (id == gid && (!own || i == 3))
				return true;
	}
	return false;
}

int own_read_live(const char *name, struct buf *out)
{
	char path[64];
	int fd, r;

	(void)snprintf(path, sizeof(path), "%s/self/%s", root_live_path(), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = read_most(fd, SIZE_MAX - 1, out);
	close(fd);
	return r;
}

static bool is_within(struct root *root)
{
	char path[64], text[64];
	ssize_t n;

	if (root_is_recorded(root))
		return root_link(root, NULL, "self/ns/user", text, sizeof(text)) >= 0 &&
		       strcmp(text, FIRST_USERNS) != 0;
	(void)snprintf(path, sizeof(path), "%s/self/ns/user", root_live_path());
	n = readlink(path, text, sizeof(text) - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	return strcmp(text, FIRST_USERNS) != 0;
}

int own_read(struct root *root, const char *name, struct buf *out)
{
	char path[64];

	if (!root_is_recorded(root))
		return own_read_live(name, out);
	(void)snprintf(path, sizeof(path), "self/%s", name);
	return root_read(root, NULL, path, out);
}

int rights_read(struct root *root, struct rights *r)
{
	int err;

	buf_reset(&r->text);
	err = own_read(root, "status", &r->text);
	if (err == -ENOMEM)
		return err;
	if (err < 0)
		return 0;
	parse_rights((struct span){ buf_str(&r->text), r->text.n }, r);
	r->within = r->known && is_within(root);
	return 0;
}
