/* SPDX-License-Identifier: MIT */
/* Names in the file system of whoever recorded a tree: the `path` lines of its manifest. */
#include "os/treepath.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "os/manifest.h"

static const struct manifest *of(const struct root *r)
{
	return r->priv;
}

int treepath_stat(struct root *r, const char *path, struct fdmap_stat *st)
{
	const struct manifest_entry *e;
	int err = manifest_find_path(of(r), path, &e);

	/* One step only: real is said to hold no links. */
	if (err == 0 && !(e->given & MANIFEST_HAS_STAT) && e->real)
		err = manifest_find_path(of(r), e->real, &e);
	if (err < 0)
		return err;
	if (!(e->given & MANIFEST_HAS_STAT))
		return -ENOENT;
	*st = e->st;
	return 0;
}

int treepath_real(struct root *r, const char *path, struct buf *out)
{
	const struct manifest_entry *e;
	int err = manifest_find_path(of(r), path, &e);

	if (err < 0)
		return err;
	buf_puts(out, e->real ? e->real : e->path);
	return out->failed ? -ENOMEM : 0;
}

/* A link lies on the device of its directory. */
static uint64_t device_of_parent(const struct manifest *m, const char *path)
{
	const struct manifest_entry *e;
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= sizeof(dir))
		return 0;
	memcpy(dir, path, n);
	memcpy(dir + n, n ? "" : "/", n ? 1 : 2);
	return manifest_find_path(m, dir, &e) == 0 ? e->st.dev : 0;
}

/* A name that has nothing but `real` is a link to it. */
int treepath_lstat(struct root *r, const char *path, struct fdmap_stat *st)
{
	const struct manifest *m = of(r);
	const struct manifest_entry *e;
	int err = manifest_find_path(m, path, &e);

	if (err < 0)
		return err;
	if (e->given & MANIFEST_HAS_STAT) {
		*st = e->st;
		return 0;
	}
	*st = (struct fdmap_stat){
		.mode = S_IFLNK | 0777, .nlink = 1, .dev = device_of_parent(m, e->path)
	};
	return 0;
}

ssize_t treepath_link(struct root *r, const char *path, char *buf, size_t len)
{
	const struct manifest_entry *e;
	int err = manifest_find_path(of(r), path, &e);
	size_t n;

	if (err < 0)
		return err;
	if (e->given & MANIFEST_HAS_STAT || !e->real)
		return -EINVAL;
	n = strlen(e->real);
	if (n >= len)
		return -ENAMETOOLONG;
	memcpy(buf, e->real, n + 1);
	return (ssize_t)n;
}

int treepath_names(struct root *r, const char *path, root_name *each, void *arg)
{
	const struct manifest *m = of(r);
	const struct manifest_entry *e;
	size_t at = 0;
	int err = manifest_find_path(m, path, &e);

	if (err == 0 && e->deny[MANIFEST_LIST])
		err = e->deny[MANIFEST_LIST];
	while (each && err == 0 && (e = manifest_next_below(m, path, &at))) {
		unsigned type = e->given & MANIFEST_HAS_STAT ? IFTODT(e->st.mode) : DT_LNK;

		err = each(arg, strrchr(e->path, '/') + 1, type, e->st.ino);
	}
	return err;
}

/* What was recorded can't be entered. */
int treepath_netns_open(struct root *r, const char *link, const char *path, uint64_t *ino)
{
	(void)r;
	(void)link;
	(void)path;
	(void)ino;
	return -ENOSYS;
}

int treepath_host_file(struct root *r, const char *mount, const char *path, size_t max,
		       struct buf *out)
{
	size_t before = out->n;
	struct buf name;
	int err;

	buf_init(&name);
	buf_puts(&name, "host");
	buf_puts(&name, strcmp(mount, "/") == 0 ? "" : mount);
	buf_puts(&name, path);
	err = name.failed ? -ENOMEM : r->ops->read(r, &r->top, buf_str(&name), out);
	buf_fini(&name);
	return err == 0 && out->n - before > max ? -EFBIG : err;
}
