/* SPDX-License-Identifier: MIT */
/*
 * Parts: how many there are, which queries have none, who ends them; and what a thread that has
 * nothing else to do keeps of a later part.
 */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"
#include "test/lib/visit.h"

static const char *const at_once[] = {
	"-E", "+E -i", "--netns=all -i", "--unowned", "-p 1,5,12,15",
};

/* ---- what happens when a link is read ------------------------------------------------- */

static _Thread_local bool is_caller;
/* Who stands where: at "/slow", in the long list, and pieces of that the caller has read. */
static atomic_int slow, many, helped;

/* A table that gets another line when this link is read; NULL: none does. */
static const char *late_table, *late_link, *late_line;
static atomic_flag late_done;

static void grow_table(void)
{
	FILE *f = fopen(late_table, "a");

	if (f) {
		(void)fputs(late_line, f);
		(void)fclose(f);
	}
}

static void wait_for(const atomic_int *what)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < 300 && !atomic_load(what); i++)
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &ms, NULL);
}

/*
 * Instead of libc's. The caller waits in its first process until another thread is held up
 * in the same part, and a third one has begun with the long list: then it has nothing left
 * to do but help with that.
 */
ssize_t readlinkat(int dir, const char *restrict name, char *restrict buf, size_t len)
{
	ssize_t n = syscall(SYS_readlinkat, dir, name, buf, len);

	if (n < 5)
		return n;
	if (late_table && (size_t)n == strlen(late_link) &&
	    memcmp(buf, late_link, (size_t)n) == 0 && !atomic_flag_test_and_set(&late_done))
		grow_table();
	if (is_caller && memcmp(buf, "/wait", 5) == 0) {
		wait_for(&slow);
		wait_for(&many);
	} else if (memcmp(buf, "/many", 5) == 0) {
		atomic_fetch_add(is_caller ? &helped : &many, 1);
	} else if (!is_caller && memcmp(buf, "/slow", 5) == 0) {
		atomic_fetch_add(&slow, 1);
		wait_for(&helped);
	}
	return n;
}

/* ---- trees ---------------------------------------------------------------------------- */

static void put_process(struct buf *t, unsigned pid)
{
	buf_printf(t, "dir %u uid=0\nfile %u/stat | %u (w%u) S 1 %u %u 0 -1 0\n", pid, pid, pid,
		   pid, pid, pid);
}

static void put_link(struct buf *t, unsigned pid, unsigned fd, const char *text, unsigned ino)
{
	buf_printf(t, "link %u/fd/%u %s mode=100644 dev=8:1 ino=%u size=1 l=rw\n", pid, fd, text,
		   ino);
}

/* So many processes with a file of their own each. */
static char *make_processes(unsigned n)
{
	struct buf t;
	char *dir;

	buf_init(&t);
	for (unsigned pid = 1; pid <= n; pid++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "/file%u", pid);
		put_process(&t, pid);
		put_link(&t, pid, 0, name, 1000 + pid);
	}
	dir = tree_unpack(buf_str(&t));
	buf_fini(&t);
	return dir;
}

START_TEST(test_sizes)
{
	char *dir = make_processes(300);
	unsigned calls;

	free(visited(dir, "", FACTS, 2, 0, &calls));
	ck_assert_uint_eq(calls, 5);
	free(visited(dir, "", FACTS, 2, 100, &calls));
	ck_assert_uint_eq(calls, 3);
	free(visited(dir, "", FACTS, 1, 1, &calls));
	ck_assert_uint_eq(calls, 75);
	free(visited(dir, "", FACTS, 8, 299, &calls));
	ck_assert_uint_eq(calls, 1);
	free(visited(dir, "-d 7", FACTS, 2, 0, &calls));
	ck_assert_uint_eq(calls, 0);
	free(visited(dir, "", FACTS, 8, UINT32_MAX, &calls));
	ck_assert_uint_eq(calls, 1);
	/* Parts without rows are not shown. */
	free(visited(dir, "--filter path==/file3||path==/file299", FACTS, 2, 0, &calls));
	ck_assert_uint_eq(calls, 2);
	free(visited(dir, "-p 3,290", FACTS, 2, 0, &calls));
	ck_assert_uint_eq(calls, 1);
	tree_remove(dir);
}
END_TEST

START_TEST(test_at_once)
{
	static const uint32_t facts[] = { FDMAP_CONTAINER | FDMAP_CGROUP, FDMAP_MORE,
					  FDMAP_SOCK | FDMAP_SOCKX };
	char *dir = make_processes(300);
	unsigned calls;

	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		free(visited(dir, "", (uint32_t)(FDMAP_LINK | FDMAP_FDS) | facts[i], 2, 8, &calls));
		ck_assert_uint_eq(calls, 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(at_once); i++) {
		if (!visit_is_sound(dir, at_once[i]))
			continue;
		free(visited(dir, at_once[i], FACTS, 2, 1, &calls));
		ck_assert_uint_le(calls, 1);
	}
	tree_remove(dir);
}
END_TEST

static void check_enough(const char *dir, const char *line, unsigned threads, int after, int say)
{
	struct fdmap *m = visit_open(dir, threads, 8);
	struct fdmap_snapshot *none = NULL;
	struct options o;
	struct seen k;

	ck_assert(visit_parse(&o, m, line, FACTS));
	seen_begin(&k, true);
	k.after = after;
	k.say = say;
	ck_assert_int_eq(fdmap_visit(m, o.q, see, &k, &none), say);
	ck_assert_int_eq((int)k.calls, after);
	ck_assert_ptr_null(none);
	seen_end(&k, o.q);
	free(k.p);
	options_fini(&o);
	fdmap_close(m);
}

/* Whatever it says ends it, and is what comes of it. */
START_TEST(test_enough)
{
	static const int says[] = { -EPIPE, -ECANCELED, -ENOMEM, 1, 7 };
	char *dir = make_processes(100);

	for (size_t i = 0; i < ARRAY_LEN(says); i++) {
		for (unsigned threads = 1; threads <= 8; threads *= 2) {
			check_enough(dir, "", threads, 1, says[i]);
			check_enough(dir, "", threads, 3, says[i]);
			check_enough(dir, "", threads, 13, says[i]);
			check_enough(dir, "-E", threads, 1, says[i]);
		}
	}
	tree_remove(dir);
}
END_TEST

/* ---- a table that leaves something out ------------------------------------------------ */

enum { HOLDERS = 100, MISSING = 50 };

static void put_socket(struct buf *t, unsigned pid)
{
	buf_printf(t,
		   "%4u: 0100007F:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000 "
		   "    0        0 %u 1 0000000000000000 100 0 0 10 0\n",
		   pid, 1000 + pid, 20000 + pid);
}

/* Each has a socket; the table, which is read in pieces, lacks that of one of them. */
static char *make_torn(void)
{
	struct buf t;
	char *dir;

	buf_init(&t);
	buf_puts(&t, "file self/net/tcp | head\n");
	for (unsigned pid = 1; pid <= HOLDERS; pid++) {
		put_process(&t, pid);
		buf_printf(&t,
			   "link %u/fd/3 socket:[%u] mode=140777 dev=0:9 ino=%u l=rw proto=TCP\n",
			   pid, 20000 + pid, 20000 + pid);
		if (pid != MISSING) {
			buf_puts(&t, "file self/net/tcp | ");
			put_socket(&t, pid);
		}
	}
	dir = tree_unpack(buf_str(&t));
	buf_fini(&t);
	return dir;
}

struct counted {
	unsigned rows, scans;
	pid_t last;
};

/* Ascending PIDs, each once. */
static int count(void *arg, const struct fdmap_snapshot *part)
{
	struct counted *c = arg;
	size_t n;
	const struct fdmap_process *p = fdmap_processes(part, &n);

	for (size_t i = 0; i < n; i++) {
		ck_assert_int_gt(p[i].pid, c->last);
		ck_assert_uint_eq(p[i].nfiles, 1);
		ck_assert_ptr_nonnull(p[i].files->sock);
		ck_assert_uint_eq(p[i].files->sock->lport, 1000 + (unsigned)p[i].pid);
		c->last = p[i].pid;
		c->rows++;
	}
	return 0;
}

static struct counted count_rows(const char *dir, unsigned threads)
{
	struct fdmap *m = visit_open(dir, threads, 8);
	struct counted c = { .rows = 0 };
	struct fdmap_snapshot *s;
	struct options o;

	ck_assert(visit_parse(&o, m, "-i TCP", FACTS));
	ck_assert_int_eq(fdmap_visit(m, o.q, count, &c, &s), 0);
	c.scans = fdmap_snapshot_costs(s)->scans;
	ck_assert_uint_eq(fdmap_snapshot_costs(s)->rows, c.rows);
	fdmap_snapshot_free(s);
	options_fini(&o);
	fdmap_close(m);
	return c;
}

/* What is still not there has ended; what is there now is a row, and those before it stay. */
START_TEST(test_torn)
{
	for (unsigned threads = 1; threads <= 8; threads *= 2) {
		char *dir = make_torn(), link[32], path[512];
		struct buf line;
		struct counted c = count_rows(dir, threads);

		ck_assert_uint_eq(c.rows, HOLDERS - 1);
		ck_assert_uint_eq(c.scans, 2);
		buf_init(&line);
		put_socket(&line, MISSING);
		(void)snprintf(path, sizeof(path), "%s/self/net/tcp", dir);
		(void)snprintf(link, sizeof(link), "socket:[%u]", 20000 + MISSING);
		late_link = link;
		late_line = buf_str(&line);
		late_table = path;
		atomic_flag_clear(&late_done);
		c = count_rows(dir, threads);
		late_table = NULL;
		ck_assert_uint_eq(c.rows, HOLDERS);
		ck_assert_uint_eq(c.scans, 2);
		buf_fini(&line);
		tree_remove(dir);
	}
}
END_TEST

/* ---- one process that is most of the work --------------------------------------------- */

enum { LAST = 12, MANY = 4000 };

/*
 * The first part has two chunks, the last one a list that is shared: rows of it are beside
 * those of the caller's part, which is used first.
 */
static char *make_shared(void)
{
	struct buf t;
	char *dir, name[32];

	buf_init(&t);
	for (unsigned pid = 1; pid <= LAST; pid++) {
		put_process(&t, pid);
		for (unsigned fd = 0; fd < (pid == LAST ? MANY : 1); fd++) {
			(void)snprintf(name, sizeof(name), "/many%u", fd);
			put_link(&t, pid, fd,
				 pid == LAST ? name
				 : pid == 1  ? "/wait"
				 : pid == 5  ? "/slow"
					     : "/file",
				 pid * 10000 + fd);
		}
	}
	dir = tree_unpack(buf_str(&t));
	buf_fini(&t);
	return dir;
}

START_TEST(test_shared)
{
	char *dir = make_shared(), *one, *other;
	unsigned calls, met = 0;

	/* What is freed looks so. */
	(void)mallopt(M_PERTURB, 0x5a);
	one = taken(dir, "", FACTS);
	is_caller = true;
	for (unsigned i = 0; i < 20 && met < 3; i++) {
		atomic_store(&slow, 0);
		atomic_store(&many, 0);
		atomic_store(&helped, 0);
		other = visited(dir, "", FACTS, 3, 8, &calls);
		ck_assert(strcmp(one, other) == 0);
		ck_assert_uint_eq(calls, 2);
		free(other);
		met += atomic_load(&slow) && atomic_load(&many) && atomic_load(&helped);
	}
	ck_assert_uint_gt(met, 0);
	free(one);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("parts", test_sizes, test_at_once, test_enough, test_torn, test_shared)
