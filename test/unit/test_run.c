/* SPDX-License-Identifier: MIT */
/* -r and +r: how often is looked and waited, the status over all cycles, constant memory. */
#include "cli/run.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define WORDS 24

static unsigned waits;
static time_t waited;
static void (*at_wait)(void);

/* Instead of libc's: nobody waits here. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
		    struct timespec *remain)
{
	(void)clock;
	(void)flags;
	(void)remain;
	waits++;
	waited += request->tv_sec;
	if (at_wait)
		at_wait();
	return 0;
}

static char *dir;
static char out[1 << 16];

static int run_line(struct fdmap *m, const char *line, int fd)
{
	char words[512], *argv[WORDS], *save = NULL;
	int argc = 0, old = dup(STDOUT_FILENO), rc;
	struct options o;

	snprintf(words, sizeof(words), "fdmap %s", line);
	for (char *w = strtok_r(words, " ", &save); w && argc < WORDS - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	ck_assert_int_eq(options_init(&o, m), 0);
	options_parse(&o, argc, argv);
	ck_assert_uint_eq(o.errors, 0);
	(void)fflush(stdout);
	ck_assert_int_ge(dup2(fd, STDOUT_FILENO), 0);
	rc = run(&o);
	ck_assert_int_ge(dup2(old, STDOUT_FILENO), 0);
	close(old);
	options_fini(&o);
	return rc;
}

/* What a line prints is in `out`; its status. */
static int listed(const char *line)
{
	struct fdmap_config cfg = { .proc = dir, .threads = 1 };
	int fd = memfd_create("out", MFD_CLOEXEC), rc;
	struct fdmap *m;
	ssize_t n;

	waits = 0;
	waited = 0;
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	rc = run_line(m, line, fd);
	fdmap_close(m);
	n = pread(fd, out, sizeof(out) - 1, 0);
	ck_assert_int_ge(n, 0);
	out[n] = 0;
	close(fd);
	return rc;
}

static void setup(void)
{
	dir = tree_unpack_file("two-sshd");
	at_wait = NULL;
}

static void teardown(void)
{
	tree_remove(dir);
}

START_TEST(test_cycles)
{
	setup();
	ck_assert_int_eq(listed("-r7c3 -t -p 1"), 0);
	ck_assert_str_eq(out, "1\n=======\n1\n=======\n1\n=======\n");
	/* Not behind the last one. */
	ck_assert_uint_eq(waits, 2);
	ck_assert_int_eq(waited, 14);
	ck_assert_int_eq(listed("-r0c3 -t -p 1"), 0);
	ck_assert_str_eq(out, "1\n");
	ck_assert_int_eq(listed("-r1c1mx%%y -t -p 1"), 0);
	ck_assert_str_eq(out, "1\nx%y\n");
	/* The header stands above each. */
	ck_assert_int_eq(listed("-r1c2 -a -p 1 -d cwd"), 0);
	ck_assert_ptr_nonnull(strstr(out, "=======\nCOMMAND "));
	teardown();
}
END_TEST

/* The process ends while fdmap waits for the second time. */
static void vanish(void)
{
	char path[PATH_MAX], aside[PATH_MAX];

	if (waits != 2)
		return;
	snprintf(path, sizeof(path), "%s/812", dir);
	snprintf(aside, sizeof(aside), "%s/gone", dir);
	ck_assert_int_eq(rename(path, aside), 0);
}

/* What was found in one cycle counts as found in all. */
START_TEST(test_until_none)
{
	setup();
	at_wait = vanish;
	ck_assert_int_eq(listed("+r1 -t -p 812"), 0);
	ck_assert_str_eq(out, "812\n=======\n812\n=======\n");
	ck_assert_uint_eq(waits, 2);
	teardown();
	setup();
	at_wait = vanish;
	ck_assert_int_eq(listed("-r1c4 -V -t -p 812"), 0);
	ck_assert_str_eq(out, "812\n=======\n812\n=======\n=======\n=======\n");
	ck_assert_int_eq(listed("+r1 -V -t -p 812"), 1);
	ck_assert_str_eq(out, "fdmap: process ID not located: 812\n");
	ck_assert_int_eq(listed("+r1 -Q -t -p 812"), 1);
	ck_assert_int_eq(listed("+r1c1 -V -t -p 1,812"), 1);
	ck_assert_str_eq(out, "1\n=======\nfdmap: process ID not located: 812\n");
	ck_assert_int_eq(listed("+r1c1 -Q -t -p 1,812"), 0);
	teardown();
}
END_TEST

/* Names that are none, but are not to be told of: nothing is listed, again and again. */
START_TEST(test_nothing)
{
	setup();
	ck_assert_int_eq(listed("-Q -r1c2 /nosuch"), 0);
	ck_assert_str_eq(out, "=======\n=======\n");
	ck_assert_int_eq(listed("-Q +r1c2 /nosuch"), 1);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(listed("-Q -t -p 1 /nosuch"), 0);
	ck_assert_str_eq(out, "1\n");
	teardown();
}
END_TEST

/* Bytes in use when that many waits had been. */
static size_t used_early, used_late;

static void measure(void)
{
	if (waits == 20)
		used_early = mallinfo2().uordblks;
	if (waits == 219)
		used_late = mallinfo2().uordblks;
}

static void constant(const char *line)
{
	struct fdmap_config cfg = { .proc = dir, .threads = 2 };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct fdmap *m;

	waits = 0;
	at_wait = measure;
	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_le(run_line(m, line, fd), 1);
	fdmap_close(m);
	close(fd);
	ck_assert_uint_eq(waits, 219);
	ck_assert_msg(used_late <= used_early + 4096, "%s: %zu bytes, then %zu", line, used_early,
		      used_late);
}

START_TEST(test_memory)
{
	setup();
	constant("-r1c220");
	constant("-r1c220 -F -V -p 999");
	constant("-r1c220 +M -E -J");
	teardown();
}
END_TEST

UNIT_MAIN("run", test_cycles, test_until_none, test_nothing, test_memory)
