/* SPDX-License-Identifier: MIT */
/* Names of interfaces, by the ioctls SIOCGIFNAME and SIOCGIFINDEX of libc's own socket. */
#include "os/ifname.h"

#include <net/if.h>

_Static_assert(IFNAME_MAX >= IF_NAMESIZE, "a name of an interface fits");

int ifname_find(struct root *root, uint32_t index, char name[IFNAME_MAX])
{
	if (!root->live)
		return -ENOSYS;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	return if_indextoname(index, name) ? 0 : -errno;
}

int ifname_number(struct root *root, const char *name, uint32_t *index)
{
	if (!root->live)
		return -ENOSYS;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	*index = if_nametoindex(name);
	return *index ? 0 : -errno;
}
