/* SPDX-License-Identifier: MIT */
/* Expressions as terms of a query, and who knows the names in them. */
#include "engine/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "os/errand.h"
#include "os/ifname.h"
#include "os/resolve.h"
#include "proc/mounts.h"

/* Without a system to ask, a name is none of anything: no error, and no match. */
static int find_user(void *ctx, const char *login, uid_t *uid)
{
	*uid = (uid_t)-1;
	return ctx ? resolve_uid(fdmap_resolve(ctx), login, ERRAND_MS, uid) : 0;
}

static int find_service(void *ctx, const char *name, const char *proto, uint16_t *port)
{
	*port = 0;
	return ctx ? resolve_port(fdmap_resolve(ctx), name, proto, ERRAND_MS, port) : 0;
}

/* One of each version, both within the time there is. */
static int find_host(void *ctx, const char *name, struct expr_addr *addr, size_t max)
{
	static const int versions[] = { AF_INET, AF_INET6 };
	uint64_t begun = clock_ms();
	size_t n = 0;

	*addr = (struct expr_addr){ .family = AF_INET };
	if (!ctx)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(versions) && n < max; i++) {
		struct resolve_addr found;

		if (resolve_address(fdmap_resolve(ctx), name, versions[i],
				    clock_left(ERRAND_MS, begun), &found) < 0)
			continue;
		addr[n].family = found.family;
		if (found.family == AF_INET)
			addr[n++].v4 = found.a.v4;
		else
			addr[n++].v6 = found.a.v6;
	}
	return n ? (int)n : -ENOENT;
}

static int find_interface(void *ctx, const char *name, uint32_t *index)
{
	*index = UINT32_MAX;
	return ctx && ifname_number(fdmap_root(ctx), name, index) < 0 ? -ENOENT : 0;
}

/* The id of a control group is the inode of its directory. */
static int find_cgroup(void *ctx, const char *path, uint64_t *id)
{
	struct mounts mounts;
	struct fdmap_stat st;
	struct root *root;
	struct buf name;
	int r;

	*id = 0;
	if (!ctx)
		return 0;
	root = fdmap_root(ctx);
	mounts_init(&mounts);
	buf_init(&name);
	r = mounts_read(root, &mounts);
	for (size_t i = 0; r == 0 && i < mounts.n; i++) {
		if (strcmp(mounts.v[i].fstype, "cgroup2") != 0)
			continue;
		buf_puts(&name, mounts.v[i].dir);
		buf_puts(&name, *path == '/' ? "" : "/");
		buf_puts(&name, path);
		break;
	}
	r = r == 0 && name.n && !name.failed ? root_stat_path(root, buf_str(&name), &st) : -ENOENT;
	if (r == 0)
		*id = st.ino;
	buf_fini(&name);
	mounts_fini(&mounts);
	return r < 0 ? -ENOENT : 0;
}

static int add_term(struct fdmap_query *q, const char *text, struct expr *e)
{
	struct expr *both;
	int t = query_term_new(q, FDMAP_TERM_FILTER, text, 0);

	if (t < 0) {
		expr_free(e);
		return t;
	}
	both = expr_and(q->filter, e);
	q->filter = both;
	return both ? t : -ENOMEM;
}

int fdmap_query_filter(struct fdmap_query *q, struct fdmap *m, const char *text,
		       struct fdmap_error *err)
{
	const struct expr_names names = {
		.ctx = m,
		.user = find_user,
		.service = find_service,
		.host = find_host,
		.interface = find_interface,
		.cgroup = find_cgroup,
	};
	struct expr_error wrong = { .text = "" };
	struct expr *e = NULL;
	int r;

	if (strspn(text, " \t\r\n") == strlen(text)) {
		query_error(err, "empty filter");
		return -EINVAL;
	}
	r = expr_parse(&e, text, &names, &wrong);
	if (r == 0)
		return add_term(q, text, e);
	if (r == -EINVAL && err) {
		query_error(err, "%s", wrong.text);
		err->at = wrong.at;
	}
	return r;
}
