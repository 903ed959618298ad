/* SPDX-License-Identifier: MIT */
/* Namespaces, "net:[4026531833]": the inode is the namespace's identity. */
#include "kind/kind.h"

/* The names in the kernel's proc_ns_operations. */
static bool is_ns_name(struct span name)
{
	static const char *const names[] = { "net", "mnt",  "uts",    "ipc",
					     "pid", "user", "cgroup", "time" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_eq(name, names[i]))
			return true;
	return false;
}

static bool ns_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)st;
	return link->what == FDLINK_OTHER && link->ino && is_ns_name(link->name);
}

static void ns_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	if (!file->stat)
		text_copy(look->type, sizeof(look->type), "REG");
}

const struct kind kind_ns = {
	.id = FDMAP_KIND_NS,
	.claims = ns_claims,
	.needs = kind_needs_stat,
	.look = ns_look,
	.describe = kind_describe_path,
};
