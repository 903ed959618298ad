/* SPDX-License-Identifier: MIT */
/*
 * Files without a name, "anon_inode:[eventfd]": most share one inode, so that
 * only fdinfo tells them apart. What it tells goes into the brackets.
 */
#include "kind/kind.h"

#include <string.h>
#include <sys/stat.h>

/* So many descriptors an epoll shows; lsof writes the dots as soon as it has as many. */
#define SHOWN_TFDS 32

static bool anon_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)st;
	return link->what == FDLINK_ANON;
}

static bool has_detail(struct span name)
{
	return span_eq(name, "[eventfd]") || span_eq(name, "[eventpoll]") ||
	       span_eq(name, "[pidfd]");
}

static uint32_t anon_needs(const struct fdlink *link, uint32_t want)
{
	uint32_t needs = kind_needs_stat(link, want);

	return has_detail(link->name) ? needs | (want & FDMAP_DETAIL) : needs;
}

/* Their mode has no type; where one has, as KVM's memory has, it is shown. */
static void anon_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	if (!file->stat || !(file->stat->mode & S_IFMT))
		text_copy(look->type, sizeof(look->type), "a_inode");
}

static void put_id(const char *what, uint64_t id, struct buf *out)
{
	buf_puts(out, what);
	buf_put_u64(out, id);
	buf_putc(out, ']');
}

static void put_tfds(const struct fdmap_anon *anon, struct buf *out)
{
	buf_puts(out, "[eventpoll:");
	for (uint32_t i = 0; i < anon->ntfds && i < SHOWN_TFDS; i++) {
		if (i)
			buf_putc(out, ',');
		buf_put_i64(out, anon->tfds[i]);
	}
	buf_puts(out, anon->ntfds >= SHOWN_TFDS ? "...]" : "]");
}

static void anon_describe(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			  struct buf *out)
{
	const char *path = file->path ? file->path : "";
	const struct fdmap_anon *anon = fdmap_more(file)->anon;
	struct fdlink link;

	(void)namer;
	(void)how;
	parse_fdlink((struct span){ path, strlen(path) }, &link);
	if (anon && anon->has_id && span_eq(link.name, "[eventfd]"))
		put_id("[eventfd:", anon->id, out);
	else if (anon && anon->ntfds && span_eq(link.name, "[eventpoll]"))
		put_tfds(anon, out);
	else if (anon && anon->pid > 0 && span_eq(link.name, "[pidfd]"))
		put_id("[pidfd:", (uint64_t)anon->pid, out);
	else
		buf_put(out, link.name.p, link.name.n);
}

const struct kind kind_anon = {
	.id = FDMAP_KIND_ANON,
	.claims = anon_claims,
	.needs = anon_needs,
	.look = anon_look,
	.describe = anon_describe,
};
