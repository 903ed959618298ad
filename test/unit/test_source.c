/* SPDX-License-Identifier: MIT */
/*
 * Process facts: on this machine they must be those that libproc2 tells, and the
 * command, which it alters, the bytes of PID/comm; recorded trees; pinned directories.
 */
#include "proc/source.h"

#include <errno.h>
#include <fcntl.h>
#include <libproc2/pids.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

enum item { ITEM_PPID, ITEM_PGID, ITEM_SID, ITEM_STATE, ITEM_THREADS, ITEM_START, ITEMS };

static struct root *root;
static struct source *source;
static struct pids_info *oracle;
static struct arena arena;

static void setup(void)
{
	enum pids_item items[ITEMS] = {
		[ITEM_PPID] = PIDS_ID_PPID,
		[ITEM_PGID] = PIDS_ID_PGRP,
		[ITEM_SID] = PIDS_ID_SESSION,
		[ITEM_STATE] = PIDS_STATE,
		[ITEM_THREADS] = PIDS_NLWP,
		[ITEM_START] = PIDS_TICS_BEGAN,
	};

	ck_assert_int_eq(root_open(&root, NULL), 0);
	ck_assert(root->live);
	ck_assert_int_eq(source_new(&source, root), 0);
	ck_assert_int_eq(procps_pids_new(&oracle, items, ITEMS), 0);
	arena_init(&arena);
}

static void teardown(void)
{
	procps_pids_unref(&oracle);
	source_free(source);
	arena_fini(&arena);
	root_close(root);
}

/* PID/comm: the name and a newline (fs/proc/base.c, comm_show). */
static int ask_comm(const struct procdir *pd, struct source_facts *facts)
{
	int fd = openat(pd->dir.fd, "comm", O_RDONLY | O_CLOEXEC);
	char text[128];
	ssize_t n;

	if (fd < 0)
		return -ESRCH;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n <= 0)
		return -ESRCH;
	ck_assert_int_lt(n, (int)sizeof(text));
	ck_assert_int_eq(text[n - 1], '\n');
	facts->comm = arena_strndup(&arena, text, (size_t)n - 1);
	ck_assert_ptr_nonnull(facts->comm);
	return 0;
}

/*
 * What libproc2 says. A thread is asked for as if it were a process: /proc/TID exists, though
 * it is not listed. It opens by number; that the pinned directory still has a name afterwards
 * proves that nobody else had it.
 */
static int ask(const struct procdir *pd, struct source_facts *facts)
{
	unsigned id = (unsigned)(pd->tid ? pd->tid : pd->pid);
	struct pids_fetch *fetch = procps_pids_select(oracle, &id, 1, PIDS_SELECT_PID);
	struct pids_stack *stack;

	if (!fetch || fetch->counts->total != 1)
		return -ESRCH;
	stack = fetch->stacks[0];
	facts->ppid = PIDS_VAL(ITEM_PPID, s_int, stack, oracle);
	facts->pgid = PIDS_VAL(ITEM_PGID, s_int, stack, oracle);
	facts->sid = PIDS_VAL(ITEM_SID, s_int, stack, oracle);
	facts->threads = (uint32_t)PIDS_VAL(ITEM_THREADS, s_int, stack, oracle);
	facts->start = PIDS_VAL(ITEM_START, ull_int, stack, oracle);
	facts->state = PIDS_VAL(ITEM_STATE, s_ch, stack, oracle);
	return ask_comm(pd, facts);
}

/* A child that sleeps under that name, as soon as it has it. */
static pid_t spawn(const char *comm)
{
	int ready[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, comm);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void expect_comm(const char *given, const char *comm)
{
	pid_t pid = spawn(given);
	struct source_facts a = { 0 }, b = { 0 };
	struct procdir pd;

	ck_assert_int_eq(procdir_open(root, pid, &pd), 0);
	ck_assert_int_eq(source_facts(source, &pd, &arena, &a), 0);
	ck_assert_int_eq(ask(&pd, &b), 0);
	ck_assert_str_eq(a.comm, comm);
	ck_assert_str_eq(b.comm, comm);
	ck_assert_int_eq(a.ppid, getpid());
	ck_assert_int_eq(b.ppid, getpid());
	ck_assert_int_eq(a.pgid, getpgid(0));
	ck_assert_int_eq(b.pgid, getpgid(0));
	ck_assert_int_eq(a.sid, getsid(0));
	ck_assert_int_eq(b.sid, getsid(0));
	ck_assert_uint_ne(a.start, UINT64_MAX);
	ck_assert_uint_eq(a.start, b.start);
	/* A sanitizer may run one of its own. */
	ck_assert_uint_ge(a.threads, 1);
	ck_assert_uint_eq(a.threads, b.threads);
	ck_assert_int_ne(b.state, 'Z');
	end(pid);
	procdir_close(&pd);
}

START_TEST(test_odd_comms)
{
	setup();
	expect_comm("sleep", "sleep");
	expect_comm("a\nb", "a\nb");
	expect_comm("\n", "\n");
	expect_comm("", "");
	expect_comm(" ", " ");
	expect_comm(") (x", ") (x");
	expect_comm(") R 1 1 (", ") R 1 1 (");
	expect_comm("\xff\xfe", "\xff\xfe");
	expect_comm("\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac");
	expect_comm("\x1b[1m\x7f\t", "\x1b[1m\x7f\t");
	expect_comm("a\\b\\012", "a\\b\\012");
	expect_comm("\\", "\\");
	expect_comm("a\nb)\n\\n S (", "a\nb)\n\\n S (");
	expect_comm("kworker/0:1-x", "kworker/0:1-x");
	expect_comm("123456789012345678", "123456789012345");
	teardown();
}
END_TEST

/* What may change between two questions is left out; kernel workers, which change their names
 * with what they work on, are asked some more times. */
static bool same(const struct procdir *pd)
{
	struct source_facts a = { 0 }, b = { 0 };
	int ea, eb, left = 20;

	do {
		ea = source_facts(source, pd, &arena, &a);
		eb = ask(pd, &b);
	} while (ea == 0 && eb == 0 && strncmp(a.comm, "kworker/", 8) == 0 &&
		 strcmp(a.comm, b.comm) != 0 && --left);
	if (ea == -ESRCH || eb == -ESRCH)
		return false;
	ck_assert_int_eq(ea, 0);
	ck_assert_int_eq(eb, 0);
	ck_assert_int_eq(a.ppid, b.ppid);
	ck_assert_int_eq(a.pgid, b.pgid);
	ck_assert_int_eq(a.sid, b.sid);
	ck_assert_uint_eq(a.start, b.start);
	ck_assert_int_eq(a.state == 'Z', b.state == 'Z');
	ck_assert_str_eq(a.comm, b.comm);
	return true;
}

START_TEST(test_agree_on_all)
{
	struct ids pids = { 0 };
	size_t agreed = 0;

	setup();
	ck_assert_int_eq(ids_read(root, NULL, &pids), 0);
	for (size_t i = 0; i < pids.n; i++) {
		struct procdir pd;

		if (i)
			ck_assert_uint_lt(pids.v[i - 1], pids.v[i]);
		if (procdir_open(root, (pid_t)pids.v[i], &pd) < 0)
			continue;
		agreed += same(&pd);
		procdir_close(&pd);
	}
	/* Ourselves and init at least. */
	ck_assert_uint_ge(agreed, 2);
	ids_fini(&pids);
	teardown();
}
END_TEST

START_TEST(test_zombie)
{
	struct source_facts a = { 0 }, b = { 0 };
	struct procdir pd;
	siginfo_t si;
	pid_t pid;

	setup();
	pid = spawn("zombie");
	ck_assert_int_eq(procdir_open(root, pid, &pd), 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(source_facts(source, &pd, &arena, &a), 0);
	ck_assert_int_eq(ask(&pd, &b), 0);
	ck_assert_int_eq(a.state, 'Z');
	ck_assert_int_eq(b.state, 'Z');
	ck_assert_str_eq(a.comm, "zombie");
	ck_assert_str_eq(b.comm, "zombie");
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	/* Pinned: gone is gone, whoever gets the number. */
	ck_assert_int_eq(source_facts(source, &pd, &arena, &a), -ESRCH);
	procdir_close(&pd);
	ck_assert_int_lt(procdir_open(root, pid, &pd), 0);
	teardown();
}
END_TEST

/* What is read is of the pinned directory, whoever has the number now. */
START_TEST(test_number_used_again)
{
	struct source_facts f = { 0 };
	struct procdir pd;
	pid_t old;

	setup();
	old = spawn("old");
	ck_assert_int_eq(procdir_open(root, old, &pd), 0);
	end(old);
	/* As if our own number had been the old one's. */
	pd.pid = getpid();
	ck_assert_int_eq(source_facts(source, &pd, &arena, &f), -ESRCH);
	procdir_close(&pd);
	teardown();
}
END_TEST

static void *thread_main(void *arg)
{
	pthread_barrier_t *b = arg;

	prctl(PR_SET_NAME, "thr\nead");
	pthread_barrier_wait(b);
	pthread_barrier_wait(b);
	return NULL;
}

START_TEST(test_threads)
{
	pthread_barrier_t b;
	pthread_t t;
	struct procdir leader, pd;
	struct root_dir tasks;
	struct ids tids = { 0 };
	struct source_facts x = { 0 }, y = { 0 };

	setup();
	prctl(PR_SET_NAME, "leader");
	pthread_barrier_init(&b, NULL, 2);
	ck_assert_int_eq(pthread_create(&t, NULL, thread_main, &b), 0);
	pthread_barrier_wait(&b);
	ck_assert_int_eq(procdir_open(root, getpid(), &leader), 0);
	ck_assert_int_eq(leader.tid, 0);
	ck_assert_int_eq(root_dir_open(root, &leader.dir, "task", &tasks), 0);
	ck_assert_int_eq(ids_read(root, &tasks, &tids), 0);
	/* A sanitizer may run threads of its own; ours has the highest number. */
	ck_assert_uint_ge(tids.n, 2);
	ck_assert_uint_eq(tids.v[0], (uint32_t)getpid());
	ck_assert_int_eq(procdir_task(root, &leader, (pid_t)tids.v[tids.n - 1], &pd), 0);
	ck_assert_int_eq(pd.pid, getpid());
	ck_assert_int_eq(pd.tid, (pid_t)tids.v[tids.n - 1]);
	ck_assert_int_eq(source_facts(source, &pd, &arena, &x), 0);
	ck_assert_int_eq(ask(&pd, &y), 0);
	ck_assert_str_eq(x.comm, "thr\nead");
	ck_assert_str_eq(y.comm, "thr\nead");
	ck_assert_int_eq(x.ppid, getppid());
	ck_assert_int_eq(y.ppid, getppid());
	ck_assert_int_eq(x.pgid, y.pgid);
	ck_assert_int_eq(x.sid, y.sid);
	ck_assert_uint_eq(x.start, y.start);
	ck_assert_uint_ge(x.threads, 2);
	ck_assert_uint_eq(x.threads, y.threads);
	ck_assert_int_eq(source_facts(source, &leader, &arena, &x), 0);
	ck_assert_int_eq(ask(&leader, &y), 0);
	ck_assert_str_eq(x.comm, "leader");
	ck_assert_str_eq(y.comm, "leader");
	ck_assert_uint_eq(x.threads, y.threads);
	pthread_barrier_wait(&b);
	pthread_join(t, NULL);
	root_dir_close(&tasks);
	procdir_close(&pd);
	procdir_close(&leader);
	ids_fini(&tids);
	teardown();
}
END_TEST

static void expect_tree(struct root *tree, struct source *s, pid_t pid, int err, const char *comm,
			pid_t ppid)
{
	struct source_facts f = { 0 };
	struct procdir pd;

	ck_assert_int_eq(procdir_open(tree, pid, &pd), 0);
	ck_assert_int_eq(source_facts(s, &pd, &arena, &f), err);
	if (err == 0) {
		ck_assert_str_eq(f.comm, comm);
		ck_assert_int_eq(f.ppid, ppid);
	}
	procdir_close(&pd);
}

START_TEST(test_tree)
{
	char *dir = tree_unpack("dir 812 uid=33\n"
				"file 812/stat | 812 (a) (b\\nc) S 1 811 5 0\n"
				"file 9/stat | 9 (cut) S 1\n"
				"dir 10\n"
				"deny 11/stat EACCES\n"
				"file 11/stat | 11 (x) S 1 11 0\n");
	struct root *tree;
	struct source *s;
	struct ids pids = { 0 };
	struct procdir pd;

	arena_init(&arena);
	ck_assert_int_eq(root_open(&tree, dir), 0);
	ck_assert_int_eq(source_new(&s, tree), 0);
	expect_tree(tree, s, 812, 0, "a) (b\nc", 1);
	expect_tree(tree, s, 9, -EINVAL, NULL, 0);
	expect_tree(tree, s, 10, -ESRCH, NULL, 0);
	expect_tree(tree, s, 11, -EACCES, NULL, 0);
	ck_assert_int_lt(procdir_open(tree, 13, &pd), 0);
	ck_assert_int_eq(ids_read(tree, NULL, &pids), 0);
	ck_assert_uint_eq(pids.n, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_uint_eq(pids.v[i], ((uint32_t[]){ 9, 10, 11, 812 })[i]);
	ids_fini(&pids);
	source_free(s);
	root_close(tree);
	tree_remove(dir);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_no_memory)
{
	struct source_facts f = { 0 };
	struct procdir pd;

	setup();
	ck_assert_int_eq(procdir_open(root, getpid(), &pd), 0);
	arena.failed = true;
	ck_assert_int_eq(source_facts(source, &pd, &arena, &f), -ENOMEM);
	procdir_close(&pd);
	teardown();
}
END_TEST

UNIT_MAIN("source", test_odd_comms, test_agree_on_all, test_zombie, test_number_used_again,
	  test_threads, test_tree, test_no_memory)
