/* SPDX-License-Identifier: MIT */
/* Options about directories and file systems: +d, +D, -x, -e, -N, +m. */
#include "cli/set.h"

#include <errno.h>
#include <string.h>

#include "cli/warn.h"

/*
 * At once, as lsof: an -x counts for what stands behind it, and the text heeds
 * a -w that stands before.
 */
static void enter_tree(struct options *o, const char *dir, bool deep)
{
	struct fdmap_error err = { .text = "" };
	int rc;

	if (!dir || !*dir || *dir == '-' || *dir == '+') {
		/* lsof says so for +D, too, and of names that look like options. */
		options_wrong(o, "+d not followed by a directory path");
		return;
	}
	/* Without a system there are no names. */
	rc = o->m ? fdmap_query_tree(o->q, o->m, dir, deep, o->cross, &err) : 0;
	o->unreached = o->unreached || options_unreached(rc) || (rc >= 0 && err.text[0]);
	o->unanswered += options_unreached(rc);
	if (rc >= 0) {
		o->trees = true;
		/* Taken, though it can't be read. */
		if (err.text[0] && o->warnings)
			warn_say("%s", err.text);
	} else if (rc == -ENOMEM || !err.text[0]) {
		options_wrong(o, "%s: %s", dir, strerror(-rc));
	} else if (o->warnings) {
		options_wrong(o, "%s", err.text);
	} else {
		o->errors++;
	}
}

void set_directory(struct options *o, const struct optuse *use)
{
	enter_tree(o, use->value, false);
}

void set_tree(struct options *o, const struct optuse *use)
{
	enter_tree(o, use->value, true);
}

void set_cross(struct options *o, const struct optuse *use)
{
	if (!use->value) {
		o->cross = FDMAP_CROSS_FS | FDMAP_CROSS_LINKS;
		return;
	}
	for (const char *p = use->value; *p; p++) {
		if (*p == 'f')
			o->cross |= FDMAP_CROSS_FS;
		else if (*p == 'l')
			o->cross |= FDMAP_CROSS_LINKS;
		else
			options_wrong(o, "unknown cross-over option: %c", *p);
	}
}

void set_exempt(struct options *o, const struct optuse *use)
{
	struct exemption e = { use->value, use->row->prefix };

	if (!e.path || *e.path != '/')
		options_wrong(o, "-e not followed by a file system path: \"%s\"",
			      e.path ? e.path : "(null)");
	else
		buf_put(&o->exempt, &e, sizeof(e));
}

void places_exempt(struct options *o)
{
	const struct exemption *list = (const struct exemption *)(const void *)o->exempt.p;

	if (o->exempt.failed)
		options_wrong(o, "out of memory");
	if (!o->m)
		return;
	/* The last one first: that is the one that counts where two would do. */
	for (size_t i = o->exempt.n / sizeof(*list); i > 0; i--) {
		const struct exemption *e = &list[i - 1];
		int rc = fdmap_query_exempt(o->q, o->m, e->path, e->sign, NULL);

		/* lsof says -e of +e, too. */
		if (rc == -EINVAL)
			options_wrong(o, "\"-e %s\" is not a mounted file system.", e->path);
		else if (rc < 0)
			options_wrong(o, "%s: %s", e->path, strerror(-rc));
	}
}

void set_nfs(struct options *o, const struct optuse *use)
{
	int rc = fdmap_query_nfs(o->q);

	(void)use;
	if (rc < 0)
		options_wrong(o, "%s", strerror(-rc));
}

/*
 * lsof reads the file when it can't stat a mount point, for its device. Here
 * the kernel's table of mounts has all devices, so nothing is missing.
 */
void set_mounts(struct options *o, const struct optuse *use)
{
	o->mounts = !use->value;
}
