/* SPDX-License-Identifier: MIT */
/*
 * fdinfo of any kind: the first byte picks the kind. Whatever the text, what comes out is
 * a tree that ends, of texts that end, sorted where it is said to be.
 */
#include "kind/detail.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(x) do { if (!(x)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const links[] = {
	"anon_inode:[eventfd]", "anon_inode:[eventpoll]", "anon_inode:[timerfd]",
	"anon_inode:[signalfd]", "anon_inode:inotify", "anon_inode:[fanotify]", "anon_inode:[pidfd]",
	"anon_inode:[io_uring]", "anon_inode:[userfaultfd]", "anon_inode:bpf-map",
	"anon_inode:bpf-prog", "anon_inode:bpf_link", "/dev/net/tun", "/dev/ptmx", "/dev/dri/card0",
	"/dmabuf:x", "socket:[5]",
};

static void check(const struct fdmap_detail *v, uint32_t n, bool keys, size_t size)
{
	for (uint32_t i = 0; i < n; i++) {
		CHECK(keys == (v[i].key != NULL));
		CHECK(v[i].type <= FDMAP_DETAIL_OBJECT);
		if (v[i].type == FDMAP_DETAIL_TEXT)
			CHECK(v[i].text && strlen(v[i].text) <= size + 768);
		if (v[i].type == FDMAP_DETAIL_BOOL)
			CHECK(v[i].u <= 1);
		if (v[i].type == FDMAP_DETAIL_LIST)
			CHECK(v[i].n <= size);
		if (v[i].type == FDMAP_DETAIL_LIST || v[i].type == FDMAP_DETAIL_OBJECT)
			check(v[i].v, v[i].n, v[i].type == FDMAP_DETAIL_OBJECT, size);
	}
}

static void check_sorted(const struct fdmap_detail *list)
{
	for (uint32_t i = 1; list && i < list->n; i++)
		CHECK(list->v[i - 1].v[0].i <= list->v[i].v[0].i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fdmap_file_more f = { 0 };
	struct arena arena;
	struct fdlink link;
	const char *name;

	if (!size)
		return 0;
	name = links[(unsigned)(data[0] - 'a') % ARRAY_LEN(links)];
	arena_init(&arena);
	parse_fdlink((struct span){ name, strlen(name) }, &link);
	CHECK(detail_has(&link, NULL));
	CHECK(parse_detail((struct span){ (const char *)data + 1, size - 1 }, &link, NULL,
			   &arena, &f) == 0);
	CHECK((f.ndetails != 0) == (f.details != NULL));
	check(f.details, f.ndetails, true, size);
	check_sorted(detail_find(f.details, f.ndetails, "targets"));
	check_sorted(detail_find(f.details, f.ndetails, "watches"));
	for (uint32_t i = 0; i < f.ndetails; i++)
		CHECK(detail_find(f.details, f.ndetails, f.details[i].key) == &f.details[i]);
	arena_fini(&arena);
	return 0;
}
