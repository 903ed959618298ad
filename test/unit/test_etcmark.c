/* SPDX-License-Identifier: MIT */
/* A file that is written to, replaced or removed is not the one that was looked at. */
#include "os/etcmark.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/lib/unit.h"

static char path[64], other[80];

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void setup(void)
{
	(void)snprintf(path, sizeof(path), "/tmp/fdmap-etcmark.%d", getpid());
	(void)snprintf(other, sizeof(other), "%s.other", path);
	put(path, "one\n");
	/* Older than a tick of the file system's clock. */
	usleep(50000);
}

/* What has been looked at so often that its mark is known, and older than a tick. */
static struct etcmark known(void)
{
	struct etcmark m = { 0 };

	ck_assert(!etcmark_look(&m, path));
	ck_assert(!etcmark_look(&m, path));
	ck_assert(!etcmark_look(&m, path));
	return m;
}

START_TEST(test_changed)
{
	struct etcmark m;

	setup();
	m = known();
	put(path, "two\n");
	ck_assert(etcmark_look(&m, path));
	usleep(50000);
	(void)etcmark_look(&m, path);
	ck_assert(!etcmark_look(&m, path));
	put(other, "two\n");
	ck_assert_int_eq(rename(other, path), 0);
	ck_assert(etcmark_look(&m, path));
	usleep(50000);
	(void)etcmark_look(&m, path);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(etcmark_look(&m, path));
	ck_assert(!etcmark_look(&m, path));
}
END_TEST

/* The first time only the clock is read: what changed since is seen by the file's own. */
START_TEST(test_second)
{
	struct etcmark m = { 0 };

	setup();
	ck_assert(!etcmark_look(&m, path));
	put(path, "two\n");
	ck_assert(etcmark_look(&m, path));
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

UNIT_MAIN("etcmark", test_changed, test_second)
