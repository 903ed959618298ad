/* SPDX-License-Identifier: MIT */
/* Details: which kinds have any, and who parses them. */
#include "kind/detail.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kind/detailbuf.h"

typedef void parser(struct details *d, struct span text);

/* By the text of the link. */
static const struct {
	enum fdlink_what what;
	const char *name;
	parser *parse;
} named[] = {
	{ FDLINK_ANON, "[eventfd]", parse_eventfd },
	{ FDLINK_ANON, "[eventpoll]", parse_eventpoll },
	{ FDLINK_ANON, "[timerfd]", parse_timerfd },
	{ FDLINK_ANON, "[signalfd]", parse_signalfd },
	{ FDLINK_ANON, "inotify", parse_inotify },
	{ FDLINK_ANON, "[inotify]", parse_inotify },
	{ FDLINK_ANON, "[fanotify]", parse_fanotify },
	{ FDLINK_ANON, "[pidfd]", parse_pidfd },
	{ FDLINK_OTHER, "pidfd", parse_pidfd },
	{ FDLINK_ANON, "[io_uring]", parse_io_uring },
	{ FDLINK_ANON, "[userfaultfd]", parse_userfaultfd },
	{ FDLINK_ANON, "bpf-map", parse_bpf_map },
	{ FDLINK_ANON, "bpf-prog", parse_bpf_prog },
	{ FDLINK_ANON, "bpf_link", details_all },
	{ FDLINK_ANON, "bpf-link", details_all },
	{ FDLINK_ANON, "btf", details_all },
};

/* Character devices by number, since their nodes may have any name. Minor -1: all of them. */
static const struct {
	unsigned major_no;
	int minor_no;
	const char *path; /* where the number is not known; one that ends in '/' begins so */
	parser *parse;
} devices[] = {
	{ 10, 200, "/dev/net/tun", parse_tun },
	{ 5, 2, "/dev/ptmx", parse_ptmx },
	{ 5, 2, "/dev/pts/ptmx", parse_ptmx },
	{ 226, -1, "/dev/dri/", details_all },
	{ 261, -1, "/dev/accel/", details_all },
};

static parser *find_device(struct span path, const struct fdmap_stat *st)
{
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		size_t n = strlen(devices[i].path);
		bool is;

		if (st)
			is = major(st->rdev) == devices[i].major_no &&
			     (devices[i].minor_no < 0 ||
			      minor(st->rdev) == (unsigned)devices[i].minor_no);
		else if (devices[i].path[n - 1] == '/')
			is = span_starts(path, devices[i].path);
		else
			is = span_eq(path, devices[i].path);
		if (is)
			return devices[i].parse;
	}
	return NULL;
}

static parser *find_parser(const struct fdlink *link, const struct fdmap_stat *st)
{
	if (link->what == FDLINK_SOCKET)
		return parse_scm;
	if (link->what == FDLINK_PATH) {
		if (st && S_ISCHR(st->mode))
			return find_device(link->name, st);
		/* drivers/dma-buf/dma-buf.c, dmabuffs_dname */
		if (span_starts(link->name, "/dmabuf:"))
			return parse_dmabuf;
		return st ? NULL : find_device(link->name, NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (link->what == named[i].what && span_eq(link->name, named[i].name))
			return named[i].parse;
	return NULL;
}

bool detail_has(const struct fdlink *link, const struct fdmap_stat *st)
{
	return find_parser(link, st) != NULL;
}

int parse_detail(struct span fdinfo, const struct fdlink *link, const struct fdmap_stat *st,
		 struct arena *arena, struct fdmap_file_more *more)
{
	parser *parse = find_parser(link, st);
	struct details d = { .arena = arena };
	struct fdmap_detail *v;

	more->details = NULL;
	more->ndetails = 0;
	if (!parse)
		return 0;
	parse(&d, fdinfo);
	if (d.more) {
		if (d.n == DETAIL_KEYS_MAX) {
			d.n--;
			d.more++;
		}
		details_u64(&d, "more", d.more);
	}
	if (arena_failed(arena))
		return -ENOMEM;
	if (!d.n)
		return 0;
	v = arena_memdup(arena, d.v, (d.n + DETAIL_SPARE) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	/* What was given back above may stand there still. */
	memset(v + d.n, 0, DETAIL_SPARE * sizeof(*v));
	more->details = v;
	more->ndetails = d.n;
	return 0;
}

const struct fdmap_detail *detail_find(const struct fdmap_detail *v, uint32_t n, const char *key)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i].key && strcmp(v[i].key, key) == 0)
			return &v[i];
	return NULL;
}
