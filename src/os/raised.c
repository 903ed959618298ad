/* SPDX-License-Identifier: MIT */
/*
 * Capabilities are a thread's own. What is not effective counts for nothing, and may be
 * made effective again as long as it is permitted. By the bare calls: glibc has none.
 */
#include "os/raised.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct __user_cap_data_struct capabilities[_LINUX_CAPABILITY_U32S_3];

_Static_assert(_LINUX_CAPABILITY_U32S_3 == 2, "as many words as struct raised_aside has");

bool raised(void)
{
	return getauxval(AT_SECURE) != 0;
}

static int get(capabilities set)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &head, set) < 0 ? -errno : 0;
}

static int put(capabilities set)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &head, set) < 0 ? -errno : 0;
}

int raised_lower(struct raised_aside *a)
{
	capabilities set = { { 0 } };
	int r;

	*a = (struct raised_aside){ .any = false };
	if (!raised())
		return 0;
	r = get(set);
	for (int i = 0; r == 0 && i < _LINUX_CAPABILITY_U32S_3; i++) {
		a->effective[i] = set[i].effective;
		a->any |= set[i].effective != 0;
		set[i].effective = 0;
	}
	return r == 0 && a->any ? put(set) : r;
}

void raised_back(const struct raised_aside *a)
{
	capabilities set = { { 0 } };

	if (!a->any || get(set) < 0)
		return;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		set[i].effective = a->effective[i];
	(void)put(set);
}

void raised_forget(void)
{
	capabilities none = { { 0 } };

	if (raised())
		(void)put(none);
}
