/* SPDX-License-Identifier: MIT */
#include "os/treelist.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/ids.h"

/* As the kernel writes one: "007" would be 7 a second time, and no PID is above INT32_MAX. */
static bool is_number(const char *name, uint32_t *id)
{
	struct cursor c = cursor_of(name, strlen(name));

	return cursor_u32(&c, id) && cursor_done(&c) && *id <= INT32_MAX &&
	       (name[0] != '0' || !name[1]);
}

/* Takes dirfd. Unlike procfs, a plain directory has no order of its own. */
static int numbers_read(int dirfd, struct ids *t)
{
	DIR *dir = fdopendir(dirfd);
	const struct dirent *e;
	int err = 0;

	if (!dir) {
		err = -errno;
		close(dirfd);
		return err;
	}
	while (err == 0 && (errno = 0, e = readdir(dir))) {
		uint32_t id;

		if (is_number(e->d_name, &id))
			err = ids_add(t, id);
	}
	if (err == 0)
		err = -errno;
	closedir(dir);
	ids_sort(t);
	return err;
}

int treelist(int dirfd, root_each *each, void *arg)
{
	struct ids t = { 0 };
	int err = numbers_read(dirfd, &t);

	for (size_t i = 0; i < t.n && err == 0; i++)
		err = each(arg, t.v[i]);
	ids_fini(&t);
	return err;
}
