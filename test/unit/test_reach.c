/* SPDX-License-Identifier: MIT */
/* Names looked up by a process of its own, and what happens when it does not answer. */
#include "os/reach.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/mountid.h"
#include "os/statx.h"
#include "test/lib/unit.h"

static struct reach *reach;
static struct buf out;
static char dir[128];

static void begin(void)
{
	const char *tmp = getenv("TMPDIR");
	char name[256];

	snprintf(dir, sizeof(dir), "%s/fdmap-reach.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/link", dir);
	ck_assert_int_eq(symlink("no\nsuch", name), 0);
	ck_assert_int_eq(reach_new(&reach), 0);
	buf_init(&out);
}

static void end(void)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/link", dir);
	unlink(name);
	rmdir(dir);
	buf_fini(&out);
	reach_free(reach);
	/* Who was killed is on his way; nobody else is left. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	ck_assert_int_eq(errno, ECHILD);
}

static int ask(enum reach_what what, const char *path)
{
	buf_reset(&out);
	return reach_ask(reach, what, path, &out);
}

/* The helper: our only child. */
static pid_t child(void)
{
	char path[64];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%d", &pid) != 1)
			pid = 0;
		fclose(f);
	}
	return pid;
}

START_TEST(test_answers)
{
	struct fdmap_stat st, direct;
	char link[256];
	struct stat want;

	begin();
	snprintf(link, sizeof(link), "%s/link", dir);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	ck_assert_uint_eq(out.n, sizeof(st));
	memcpy(&st, out.p, sizeof(st));
	ck_assert_int_eq(stat(dir, &want), 0);
	ck_assert_uint_eq(st.ino, want.st_ino);
	ck_assert_uint_eq(st.dev, want.st_dev);
	ck_assert_uint_eq(st.mode, want.st_mode);
	ck_assert_int_eq(os_statx(-1, dir, 0, &direct), 0);
	ck_assert_uint_eq(st.mount, direct.mount);

	ck_assert_int_eq(ask(REACH_STAT, link), -ENOENT);
	ck_assert_uint_eq(out.n, 0);
	ck_assert_int_eq(ask(REACH_LSTAT, link), 0);
	ck_assert_int_eq(ask(REACH_LINK, link), 0);
	ck_assert_uint_eq(out.n, 7);
	ck_assert_mem_eq(out.p, "no\nsuch", 7);
	ck_assert_int_eq(ask(REACH_LINK, dir), -EINVAL);
	ck_assert_int_eq(ask(REACH_REAL, "/proc/../"), 0);
	ck_assert_uint_eq(out.n, 1);
	ck_assert_int_eq(ask(REACH_NAMES, dir), 0);
	ck_assert_ptr_nonnull(memmem(out.p, out.n, "link", 5));
	ck_assert_int_eq(ask(REACH_OPEN, dir), 0);
	ck_assert_uint_eq(out.n, 0);
	ck_assert_int_eq(ask(REACH_OPEN, link), -ENOENT);
	ck_assert_int_eq(ask(REACH_NAMES, ""), -ENOENT);
	end();
}
END_TEST

/* An answer of many pieces, and a name that is too long to be asked for. */
START_TEST(test_long)
{
	char name[256], path[8192];

	begin();
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "%s/%0100d", dir, i);
		fclose(fopen(name, "w"));
	}
	ck_assert_int_eq(ask(REACH_NAMES, dir), 0);
	ck_assert_uint_gt(out.n, 2000 * 100);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "%0100d", i);
		ck_assert_msg(memmem(out.p, out.n, name, strlen(name)), "%d", i);
		snprintf(name, sizeof(name), "%s/%0100d", dir, i);
		unlink(name);
	}
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(ask(REACH_STAT, path), -ENAMETOOLONG);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	end();
}
END_TEST

START_TEST(test_no_answer)
{
	pid_t first;

	begin();
	reach_set_timeout(reach, 50);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	first = child();
	ck_assert_int_gt(first, 0);
	ck_assert_int_eq(kill(first, SIGSTOP), 0);
	ck_assert_int_eq(ask(REACH_STAT, dir), -ETIMEDOUT);
	ck_assert_uint_eq(out.n, 0);
	/* He is killed, and may take his time. */
	(void)waitpid(first, NULL, 0);
	/* What lies on the same mount is not asked for again: nobody is started for it. */
	ck_assert_int_eq(ask(REACH_STAT, "/proc/1"), 0);
	ck_assert_int_ne(child(), first);
	/* ... where the kernel says which that is; else it is waited for again, and here there is an answer. */
	ck_assert_int_eq(ask(REACH_NAMES, dir), mountid_above(dir) ? -ETIMEDOUT : 0);
	/* A new beginning. */
	reach_rest(reach);
	ck_assert_int_eq(child(), 0);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	/* One that ends instead of answering: this question fails, the next one does not. */
	ck_assert_int_eq(kill(child(), SIGKILL), 0);
	ck_assert_int_eq(ask(REACH_STAT, dir), -EIO);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	end();
}
END_TEST

/* What the helper holds would keep its reader from seeing the end. */
START_TEST(test_holds_nothing)
{
	int p[2];
	char byte;

	begin();
	ck_assert_int_eq(pipe(p), 0);
	ck_assert_int_eq(ask(REACH_STAT, dir), 0);
	close(p[1]);
	ck_assert_int_eq(read(p[0], &byte, 1), 0);
	close(p[0]);
	end();
}
END_TEST

START_TEST(test_mounts)
{
	/* Before Linux 5.12, and under valgrind, the kernel does not tell. */
	if (mountid_above("/")) {
		ck_assert_uint_eq(mountid_above("/proc"), mountid_above("/proc/no/such/thing"));
		ck_assert_uint_ne(mountid_above("/proc"), 0);
		ck_assert_uint_ne(mountid_above("no/such"), mountid_above("/proc"));
		ck_assert(mountid_is_local(mountid_above("/proc")));
	}
	ck_assert(!mountid_is_local(UINT64_MAX));
}
END_TEST

UNIT_MAIN("reach", test_answers, test_long, test_no_answer, test_holds_nothing, test_mounts)
