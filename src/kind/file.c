/* SPDX-License-Identifier: MIT */
/* Regular files, directories, symbolic links, and what no other kind takes. */
#include "kind/kind.h"

static bool file_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)link;
	(void)st;
	return true;
}

const struct kind kind_file = {
	.id = FDMAP_KIND_FILE,
	.claims = file_claims,
	.needs = kind_needs_stat,
	.look = kind_look_stat,
	.describe = kind_describe_path,
};
