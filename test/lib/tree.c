/* SPDX-License-Identifier: MIT */
#include "test/lib/tree.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *top_dir(void)
{
	const char *top = getenv("FDMAP_TOP");

	return top ? top : ".";
}

static char *make_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	ck_assert_int_gt(asprintf(&dir, "%s/fdmap-tree.XXXXXX", tmp ? tmp : "/tmp"), 0);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	return dir;
}

static void run_untree(const char *tree, const char *dir)
{
	char *tool;
	int status;

	ck_assert_int_gt(asprintf(&tool, "%s/test/lib/untree", top_dir()), 0);
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		execlp("python3", "python3", tool, tree, dir, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s %s failed", tool, tree);
	free(tool);
}

char *tree_unpack(const char *text)
{
	char *dir = make_dir(), *file;
	FILE *f;

	ck_assert_int_gt(asprintf(&file, "%s.tree", dir), 0);
	f = fopen(file, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	run_untree(file, dir);
	unlink(file);
	free(file);
	return dir;
}

char *tree_unpack_file(const char *name)
{
	char *dir = make_dir(), *file;

	ck_assert_int_gt(asprintf(&file, "%s/test/trees/%s.tree", top_dir(), name), 0);
	run_untree(file, dir);
	free(file);
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void tree_remove(char *dir)
{
	ck_assert_int_eq(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(dir);
}
