/* SPDX-License-Identifier: MIT */
/* What is the same for many processes, or known already, is not asked for again. */
#include <stdio.h>
#include <stdlib.h>

#include "fdmap.h"
#include "test/lib/cost.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define PROCESSES 4
#define STAT_TO_20 "S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 "

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

/* A library, on a disk and on a file system without a device; the program itself. */
static void put_process(FILE *f, int pid)
{
	fprintf(f, "dir %d uid=0\n", pid);
	fprintf(f, "file %d/stat | %d (x) " STAT_TO_20 "%d 0 301 0 0\n", pid, pid,
		pid == 2 ? 2 : 1);
	fprintf(f, "dir %d/task/%d uid=0\n", pid, pid);
	fprintf(f, "link %d/exe /x/bin mode=100755 dev=8:1 ino=3 size=7 nlink=1\n", pid);
	fprintf(f, "file %d/maps | 1000-2000 r-xp 00000000 08:01 3     /x/bin\n", pid);
	fprintf(f, "file %d/maps | 3000-4000 r-xp 00000000 08:01 4     /x/lib.so\n", pid);
	fprintf(f, "file %d/maps | 5000-6000 r-xp 00000000 00:30 5     /y/lib.so\n", pid);
	fprintf(f,
		"link %d/map_files/3000-4000 /x/lib.so mode=100644 dev=8:1 ino=4 size=8 nlink=1\n",
		pid);
	fprintf(f,
		"link %d/map_files/5000-6000 /y/lib.so mode=100644 dev=0:48 ino=5 size=9 nlink=1\n",
		pid);
}

static void setup(uint32_t want)
{
	struct fdmap_config cfg = { .threads = 1 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	for (int pid = 2; pid < 2 + PROCESSES; pid++)
		put_process(f, pid);
	ck_assert_int_eq(fclose(f), 0);
	cfg.proc = dir = tree_unpack(text);
	free(text);
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_hide_failed(query, true);
	fdmap_query_want(query, want);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

static struct fdmap_counts take(size_t rows)
{
	struct fdmap_counts c;
	size_t n;
	bool hit;

	c = cost_take(map, query, &n, &hit);
	ck_assert_uint_eq(n, rows);
	return c;
}

#define FACTS (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_LINK | FDMAP_STAT)

/* exe for its own row alone; the library on the disk for the first process alone. */
START_TEST(test_mapped)
{
	setup(FACTS);
	ck_assert_uint_eq(take(PROCESSES * 3).stats, PROCESSES + 1 + PROCESSES);
	teardown();
}
END_TEST

/* By which mount a file was mapped is not the same for all. */
START_TEST(test_mounts)
{
	setup(FACTS | FDMAP_MOUNTS);
	ck_assert_uint_eq(take(PROCESSES * 3).stats, PROCESSES + PROCESSES + PROCESSES);
	teardown();
}
END_TEST

/* Without a row of its own the program is still no row of the mappings. */
START_TEST(test_no_txt)
{
	setup(FACTS);
	ck_assert_int_ge(fdmap_query_slot(query, FDMAP_FD_MEM, 0), 0);
	ck_assert_uint_eq(take(PROCESSES * 2).stats, PROCESSES + 1 + PROCESSES);
	teardown();
}
END_TEST

/* Who has one thread has none to be listed. */
START_TEST(test_threads)
{
	struct fdmap_counts all, none;

	setup(FACTS);
	all = take(PROCESSES * 3);
	ck_assert_int_eq(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	none = take(PROCESSES * 3);
	ck_assert_uint_eq(all.lists, none.lists + 1);
	ck_assert_uint_eq(all.dirs, none.dirs + 1);
	teardown();
}
END_TEST

UNIT_MAIN("once", test_mapped, test_mounts, test_no_txt, test_threads)
