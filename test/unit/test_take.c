/* SPDX-License-Identifier: MIT */
/* The public API: terms, snapshots, who owns what, one thread against eight. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define ALL_FACTS ((FDMAP_OFFSETS << 1) - 1)

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

static struct fdmap *open_tree(const char *tree, unsigned threads)
{
	struct fdmap_config cfg = { .proc = tree, .threads = threads };
	struct fdmap *m = NULL;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_ptr_nonnull(m);
	return m;
}

static void setup(const char *tree)
{
	dir = tree_unpack_file(tree);
	map = open_tree(dir, 1);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

static const struct fdmap_process *find_pid(const struct fdmap_snapshot *s, pid_t pid)
{
	size_t n;
	const struct fdmap_process *p = fdmap_processes(s, &n);

	for (size_t i = 0; i < n; i++)
		if (p[i].pid == pid)
			return &p[i];
	return NULL;
}

/* Everything that a snapshot shows, as text. */
static char *dump(const struct fdmap_snapshot *s)
{
	char *text = NULL, name[512];
	size_t size = 0, n;
	FILE *f = open_memstream(&text, &size);
	const struct fdmap_process *p = fdmap_processes(s, &n);

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "p%d.%d %d %d %u %x %s %s\n", p[i].pid, p[i].tid, p[i].ppid, p[i].pgid,
			p[i].uid, p[i].have, p[i].comm, p[i].task ? p[i].task : "-");
		for (uint32_t j = 0; j < p[i].nfiles; j++) {
			const struct fdmap_file *x = &p[i].files[j];
			struct fdmap_row row = { s, &p[i], x };
			struct fdmap_look look;

			memset(&look, 0, sizeof(look));
			fdmap_look(&row, &look);
			fdmap_name(&row, NULL, FDMAP_NAME_STATE | FDMAP_NAME_NOTES, name,
				   sizeof(name));
			fprintf(f, " f%d %c%c %x %llu %s %s %s %llu %llu %s|%s\n", x->fd, x->access,
				x->lock, x->have, (unsigned long long)x->ino, look.type,
				look.device, look.node, (unsigned long long)look.size,
				(unsigned long long)look.ino, name, fdmap_more(x)->as ? fdmap_more(x)->as : "-");
		}
	}
	ck_assert_int_eq(fclose(f), 0);
	return text;
}

START_TEST(test_open)
{
	struct fdmap_config cfg = { .proc = "/nonexistent" };
	struct fdmap *m = NULL;

	ck_assert_int_eq(fdmap_open(&m, &cfg), -ENOENT);
	cfg.proc = "/dev/null";
	ck_assert_int_eq(fdmap_open(&m, &cfg), -ENOTDIR);
	cfg.proc = "/dev";
	ck_assert_int_eq(fdmap_open(&m, &cfg), -EINVAL);
	ck_assert_ptr_null(m);
	cfg.proc = NULL;
	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	fdmap_close(m);
	fdmap_close(NULL);
	fdmap_query_free(NULL);
	fdmap_snapshot_free(NULL);
	ck_assert_str_eq(fdmap_version(), FDMAP_VERSION);
}
END_TEST

START_TEST(test_rows)
{
	struct fdmap_snapshot *s;
	size_t n;

	setup("two-sshd");
	ck_assert_int_eq(fdmap_query_pid(query, 812, 0, NULL), 0);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	const struct fdmap_process *p = fdmap_processes(s, &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(p->pid, 812);
	ck_assert_int_eq(p->tid, 0);
	ck_assert_int_eq(p->ppid, 1);
	ck_assert_int_eq(p->pgid, 812);
	ck_assert_uint_eq(p->uid, 0);
	ck_assert_str_eq(p->comm, "sshd");
	ck_assert_uint_eq(p->nfiles, 8);
	static const int fds[] = {
		FDMAP_FD_CWD, FDMAP_FD_RTD, FDMAP_FD_TXT, FDMAP_FD_MEM, 0, 3, 4, 5
	};

	for (uint32_t i = 0; i < p->nfiles; i++)
		ck_assert_int_eq(p->files[i].fd, fds[i]);
	const struct fdmap_file *log = &p->files[7];

	ck_assert_int_eq(log->kind, FDMAP_KIND_FILE);
	ck_assert_int_eq(log->access, 'w');
	ck_assert_int_eq(log->lock, 'W');
	ck_assert_str_eq(log->path, "/var/log/auth.log");
	ck_assert(log->have & FDMAP_POS);
	ck_assert_uint_eq(log->pos, 4096);
	ck_assert_uint_eq(log->oflags, 0102001);
	ck_assert_uint_eq(log->stat->size, 4096);
	const struct fdmap_sock *sock = p->files[5].sock;

	ck_assert_ptr_nonnull(sock);
	ck_assert_int_eq(sock->table, FDMAP_TCP);
	ck_assert_uint_eq(sock->lport, 22);
	ck_assert_uint_eq(sock->ino, 20113);
	ck_assert_str_eq(fdmap_sock_state(sock), "LISTEN");
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

START_TEST(test_terms_and_hits)
{
	struct fdmap_snapshot *s;
	struct fdmap_error err;
	size_t n;

	setup("two-sshd");
	ck_assert_int_eq(fdmap_query_pid(query, 812, 0, &err), 0);
	ck_assert_int_eq(fdmap_query_pid(query, 4711, 0, &err), 1);
	ck_assert_int_eq(fdmap_query_command(query, "nosuch", 0, &err), 2);
	ck_assert_int_eq(fdmap_query_inet(query, map, ":22", &err), 3);
	ck_assert_int_eq(fdmap_query_inet(query, map, ":23", &err), 4);
	ck_assert_int_eq(fdmap_query_pid(query, 812, 0, &err), 0); /* again: the same */
	const struct fdmap_term *t = fdmap_query_terms(query, &n);

	ck_assert_uint_eq(n, 5);
	ck_assert_int_eq(t[1].what, FDMAP_TERM_PID);
	ck_assert_uint_eq(t[1].number, 4711);
	ck_assert_str_eq(t[2].text, "nosuch");
	ck_assert_int_eq(t[4].what, FDMAP_TERM_INET);
	ck_assert_str_eq(t[4].text, ":23");
	ck_assert(fdmap_query_selects(query));
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	ck_assert(fdmap_hit(s, 0));
	ck_assert(!fdmap_hit(s, 1));
	ck_assert(!fdmap_hit(s, 2));
	ck_assert(fdmap_hit(s, 3));
	ck_assert(!fdmap_hit(s, 4));
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

START_TEST(test_refused_terms)
{
	struct fdmap_error err;
	size_t n;

	setup("two-sshd");
	ck_assert(!fdmap_query_selects(query));
	ck_assert_int_eq(fdmap_query_pid(query, 5, 0, &err), 0);
	ck_assert_int_eq(fdmap_query_pid(query, 5, FDMAP_NOT, &err), -EINVAL);
	ck_assert_str_eq(err.text, "PID 5 has been included and excluded.");
	ck_assert_int_eq(fdmap_query_pid(query, 5, FDMAP_NOT, NULL), -EINVAL);
	ck_assert_int_eq(fdmap_query_path(query, map, "/nope", 0, &err), -ENOENT);
	ck_assert_str_eq(err.text, "status error on /nope: No such file or directory");
	ck_assert_int_lt(fdmap_query_path(query, map, "/var/log/auth.log", FDMAP_FS_ONLY, &err), 0);
	ck_assert_str_eq(err.text, "not a file system: /var/log/auth.log");
	ck_assert_int_eq(fdmap_query_inet(query, map, "foo", &err), -EINVAL);
	ck_assert_str_eq(err.text, "unknown protocol name (foo) in: -i foo");
	ck_assert_int_eq(fdmap_query_inet(query, map, "foo", NULL), -EINVAL);
	ck_assert_int_eq(fdmap_query_state(query, "tcp", "WHAT", 0, &err), -EINVAL);
	ck_assert_str_eq(err.text, "unknown TCP state name: WHAT");
	ck_assert_int_eq(fdmap_query_regex(query, "[", "/[/", 0, &err), -EINVAL);
	ck_assert_int_eq(fdmap_query_fd(query, 5, 4, 0), -EINVAL);
	ck_assert_int_eq(fdmap_query_slot(query, -99, 0), -EINVAL);
	ck_assert_int_ge(fdmap_query_fd(query, 4, 5, 0), 0);
	ck_assert_int_eq(fdmap_query_slot(query, FDMAP_FD_CWD, FDMAP_NOT), -EINVAL);
	/* Nothing of what was refused stayed. */
	const struct fdmap_term *t = fdmap_query_terms(query, &n);

	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(t[0].what, FDMAP_TERM_PID);
	teardown();
}
END_TEST

/* One thread and eight show the same, also where everything is odd. */
START_TEST(test_threads_equal)
{
	static const char *const trees[] = { "two-sshd", "web", "odd", "kinds", "threads" };

	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		setup(trees[i]);
		fdmap_query_want(query, ALL_FACTS);
		struct fdmap *eight = open_tree(dir, 8);
		struct fdmap_snapshot *a, *b;

		ck_assert_int_eq(fdmap_take(map, query, &a), 0);
		ck_assert_int_eq(fdmap_take(eight, query, &b), 0);
		char *x = dump(a), *y = dump(b);

		ck_assert_int_gt(strlen(x), 100);
		ck_assert_str_eq(x, y);
		free(x);
		free(y);
		fdmap_snapshot_free(a);
		fdmap_snapshot_free(b);
		fdmap_close(eight);
		teardown();
	}
}
END_TEST

/* A snapshot owns what it shows: it outlives the query and the system. */
START_TEST(test_outlives)
{
	struct fdmap_snapshot *a, *b;
	struct fdmap_error err;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_path(query, map, "/var/run/auth.log", 0, &err), 0);
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	ck_assert_int_ge(fdmap_query_unix(query), 0);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &a), 0);
	ck_assert_int_eq(fdmap_take(map, query, &b), 0);
	char *before = dump(a);

	fdmap_snapshot_free(b);
	teardown();
	char *after = dump(a);

	ck_assert_str_eq(before, after);
	ck_assert_ptr_nonnull(strstr(after, "/var/log/auth.log"));
	ck_assert_ptr_nonnull(strstr(after, "*:22 (LISTEN)"));
	ck_assert(fdmap_hit(a, 0));
	free(before);
	free(after);
	fdmap_snapshot_free(a);
}
END_TEST

START_TEST(test_name_like_snprintf)
{
	static const char whole[] = "192.0.2.10:22->192.0.2.50:51234 (ESTABLISHED)";
	struct fdmap_snapshot *s;
	char name[128];

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_pid(query, 1290, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, 3, 3, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	const struct fdmap_process *p = find_pid(s, 1290);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->nfiles, 1);
	struct fdmap_row row = { s, p, p->files };

	ck_assert_uint_eq(fdmap_name(&row, NULL, FDMAP_NAME_STATE, name, sizeof(name)),
			  strlen(whole));
	ck_assert_str_eq(name, whole);
	memset(name, 'x', sizeof(name));
	ck_assert_uint_eq(fdmap_name(&row, NULL, FDMAP_NAME_STATE, name, 5), strlen(whole));
	ck_assert_str_eq(name, "192.");
	ck_assert_int_eq(name[5], 'x');
	ck_assert_uint_eq(fdmap_name(&row, NULL, FDMAP_NAME_STATE, NULL, 0), strlen(whole));
	ck_assert_uint_eq(fdmap_name(&row, NULL, 0, name, sizeof(name)), strlen(whole) - 14);
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

START_TEST(test_names)
{
	struct fdmap_snapshot *s;
	struct fdmap_namer *namer;
	char name[128];
	uid_t uid;

	setup("two-sshd");
	ck_assert_int_eq(fdmap_uid_of(map, "alice", &uid), 0);
	ck_assert_uint_eq(uid, 1000);
	ck_assert_int_eq(fdmap_uid_of(map, "mallory", &uid), -ENOENT);
	ck_assert_int_ge(fdmap_query_pid(query, 1290, 0, NULL), 0);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	ck_assert_int_eq(fdmap_namer_new(&namer, map,
					 FDMAP_NAMES_HOSTS | FDMAP_NAMES_PORTS | FDMAP_NAMES_USERS),
			 0);
	ck_assert_int_eq(fdmap_namer_prepare(namer, s, 1000), 0);
	ck_assert_str_eq(fdmap_namer_user(namer, 1000), "alice");
	ck_assert_ptr_null(fdmap_namer_user(namer, 4711));
	const struct fdmap_process *p = find_pid(s, 1290);
	struct fdmap_row row = { s, p, NULL };

	for (uint32_t i = 0; i < p->nfiles; i++)
		if (p->files[i].fd == 3)
			row.file = &p->files[i];
	ck_assert_ptr_nonnull(row.file);
	fdmap_name(&row, namer, 0, name, sizeof(name));
	/* One end is in the tree's etc/hosts, the other has no name. */
	ck_assert_str_eq(name, "192.0.2.10:ssh->desk.example:51234");
	fdmap_namer_free(namer);
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

/* A table that cannot be read is a problem of the snapshot, not its end. */
START_TEST(test_problems)
{
	struct fdmap_snapshot *s;
	struct fdmap *m;
	size_t n;
	char *tree = tree_unpack("dir 5 uid=0\nfile 5/stat | 5 (x) S 1 5 5 0 -1 0\n"
				 "link 5/fd/3 socket:[7] mode=140777 dev=0:9 ino=7 l=rw\n"
				 "file self/net/tcp | head\ndeny self/net/tcp EACCES\n");

	m = open_tree(tree, 1);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(m, query, &s), 0);
	ck_assert_ptr_nonnull(find_pid(s, 5));
	const struct fdmap_problem *p = fdmap_problems(s, &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(p->source, "net/tcp");
	ck_assert_int_eq(p->error, EACCES);
	fdmap_snapshot_free(s);
	fdmap_query_free(query);
	fdmap_close(m);
	tree_remove(tree);
}
END_TEST

START_TEST(test_failed_rows)
{
	struct fdmap_snapshot *s;

	setup("odd");
	ck_assert_int_ge(fdmap_query_pid(query, 15, 0, NULL), 0);
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	const struct fdmap_process *p = find_pid(s, 15);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->nfiles, 4);
	ck_assert_int_eq(p->files[3].fd, FDMAP_FD_NOFD);
	ck_assert_int_eq(p->files[3].failed, FDMAP_CALL_OPENDIR);
	ck_assert_int_eq(p->files[3].error, EACCES);
	fdmap_snapshot_free(s);
	fdmap_query_hide_failed(query, true);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	ck_assert_ptr_null(find_pid(s, 15));
	/* It exists: found, though nothing of it is shown. */
	ck_assert(fdmap_hit(s, 0));
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

static bool same_stat(const struct fdmap_stat *a, const struct fdmap_stat *b)
{
	return a->dev == b->dev && a->rdev == b->rdev && a->ino == b->ino && a->size == b->size &&
	       a->mode == b->mode && a->nlink == b->nlink && a->mount == b->mount;
}

static void expect_shared(const struct fdmap_file *a, const struct fdmap_file *b, unsigned *n)
{
	if (a == b || !a->path || !b->path || *a->path != '/')
		return;
	ck_assert_int_eq(a->path == b->path, strcmp(a->path, b->path) == 0);
	if (a->stat && b->stat)
		ck_assert_int_eq(a->stat == b->stat, same_stat(a->stat, b->stat));
	*n += a->path == b->path;
}

/* What rows have alike is there once, also of several processes. */
START_TEST(test_shared)
{
	struct fdmap_snapshot *s;
	unsigned shared = 0;
	size_t n;

	setup("ends");
	fdmap_query_want(query, ALL_FACTS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	const struct fdmap_process *p = fdmap_processes(s, &n);

	for (size_t i = 1; i < n; i++)
		for (uint32_t k = 0; k < p[i].nfiles; k++)
			for (uint32_t l = 0; l < p[0].nfiles; l++)
				expect_shared(&p[i].files[k], &p[0].files[l], &shared);
	ck_assert_uint_gt(shared, 0);
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

UNIT_MAIN("take", test_shared, test_open, test_rows, test_terms_and_hits, test_refused_terms, test_threads_equal,
	  test_outlives, test_name_like_snprintf, test_names, test_problems, test_failed_rows)
