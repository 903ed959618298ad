/* SPDX-License-Identifier: MIT */
/* What could not be read: a row that has a name, and a note that says why. */
#include "kind/kind.h"

const char *kind_call(unsigned call)
{
	static const char *const names[] = {
		[FDMAP_CALL_READLINK] = "readlink",
		[FDMAP_CALL_STAT] = "stat",
		[FDMAP_CALL_LSTAT] = "lstat",
		[FDMAP_CALL_OPENDIR] = "opendir",
	};

	return call < ARRAY_LEN(names) && names[call] ? names[call] : "?";
}

static bool failed_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)link;
	(void)st;
	return false;
}

static uint32_t failed_needs(const struct fdlink *link, uint32_t want)
{
	(void)link;
	return want & FDMAP_ACCESS;
}

/* TYPE of a directory that could not be listed is blank: lsof 4.95, not 4.99's 0000. */
static void failed_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	*look = (struct fdmap_look){ 0 };
	if (file->fd != FDMAP_FD_NOFD)
		text_copy(look->type, sizeof(look->type), "unknown");
}

const struct kind kind_failed = {
	.id = FDMAP_KIND_FAILED,
	.claims = failed_claims,
	.needs = failed_needs,
	.look = failed_look,
	.describe = kind_describe_path,
};
