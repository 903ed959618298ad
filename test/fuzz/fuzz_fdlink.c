/* SPDX-License-Identifier: MIT */
/* Link texts: every text is something, its name lies within, its kind can be shown. */
#include "proc/fdlink.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kind/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const char *path, const struct fdlink *link, const struct fdmap_stat *st)
{
	const struct kind *kind = kind_of(link, st);
	struct fdmap_file file = { .fd = 3,
				   .kind = (uint8_t)kind->id,
				   .ino = link->ino,
				   .path = path,
				   .stat = st,
				   .have = st ? FDMAP_STAT : 0 };
	struct fdmap_look look;
	struct buf b;

	if (kind_by_id(kind->id) != kind)
		abort();
	if (kind->needs(link, 0) != 0)
		abort();
	kind->look(&file, &look);
	if (!memchr(look.type, 0, sizeof(look.type)) ||
	    !memchr(look.device, 0, sizeof(look.device)))
		abort();
	buf_init(&b);
	kind->describe(&file, NULL, 0, &b);
	if (link->what == FDLINK_PATH && !(st && S_ISSOCK(st->mode)) &&
	    strcmp(buf_str(&b), path) != 0)
		abort();
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t modes[] = { 0,	   S_IFREG, S_IFDIR,  S_IFLNK, S_IFCHR,
					  S_IFBLK, S_IFIFO, S_IFSOCK, 0030000, 0170000 };
	struct fdlink link;
	char *path = strndup(size ? (const char *)data : "", size);

	if (!path)
		abort();
	size = strlen(path);
	parse_fdlink((struct span){ path, size }, &link);
	if (link.name.p != path && link.name.p + link.name.n != path + size)
		abort();
	if (link.name.n > size || (link.what == FDLINK_PATH) != (*path == '/'))
		abort();
	if (link.deleted && link.what != FDLINK_PATH)
		abort();
	if (link.ino && path[size - 1] != ']')
		abort();
	show(path, &link, NULL);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		show(path, &link, &(struct fdmap_stat){ .mode = modes[i], .ino = 1 });
	free(path);
	return 0;
}
