/* SPDX-License-Identifier: MIT */
/* Other ends: keys and holders, ptys, rows that come late, notes, and a recorded system. */
#include "engine/ends.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "engine/endnote.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static struct end_holder holder(uint32_t key, pid_t pid, int32_t fd)
{
	return (struct end_holder){ .key = key, .end = { .pid = pid, .fd = fd } };
}

START_TEST(test_set)
{
	const struct end_id pipe = { .what = END_PIPE, .a = 7 }, fifo = { END_FIFO, 1, 7 };
	const struct end_id socket = { .what = END_SOCKET, .a = 7 };
	const struct end_holder *v;
	struct endset s;
	uint32_t key, n;

	endset_init(&s);
	ck_assert(!endset_find(&s, &pipe, &key));
	ck_assert_int_eq(endset_add(&s, &pipe), 0);
	ck_assert_int_eq(endset_add(&s, &fifo), 0);
	ck_assert_int_eq(endset_add(&s, &pipe), 0);
	ck_assert_uint_eq(s.nkeys, 2);
	ck_assert(!endset_find(&s, &socket, &key));
	ck_assert(endset_find(&s, &fifo, &key));
	ck_assert_uint_eq(key, 1);
	struct end_holder given[] = { holder(0, 12, 3), holder(1, 5, 5), holder(0, 2, 10000),
				      holder(0, 12, 2), holder(0, 2, 9), holder(0, 12, 3) };

	ck_assert_int_eq(endset_hold(&s, given, 2), 0);
	ck_assert_int_eq(endset_hold(&s, given + 2, 4), 0);
	endset_sort(&s);
	v = endset_holders(&s, &pipe, &n);
	ck_assert_uint_eq(n, 4);
	ck_assert_int_eq(v[0].end.pid, 2);
	ck_assert_int_eq(v[0].end.fd, 9);
	ck_assert_int_eq(v[1].end.fd, 10000);
	ck_assert_int_eq(v[2].end.fd, 2);
	ck_assert_int_eq(v[3].end.fd, 3);
	v = endset_holders(&s, &fifo, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(v[0].end.pid, 5);
	endset_holders(&s, &socket, &n);
	ck_assert_uint_eq(n, 0);
	endset_fini(&s);
}
END_TEST

START_TEST(test_many_keys)
{
	struct endset s;
	uint32_t key;

	endset_init(&s);
	for (uint64_t i = 0; i < 5000; i++)
		ck_assert_int_eq(endset_add(&s, &(struct end_id){ END_FIFO, i % 7, i }), 0);
	for (uint64_t i = 0; i < 5000; i++) {
		ck_assert(endset_find(&s, &(struct end_id){ END_FIFO, i % 7, i }, &key));
		ck_assert_uint_eq(key, i);
		ck_assert(!endset_find(&s, &(struct end_id){ END_FIFO, i % 7 + 7, i }, &key));
	}
	endset_fini(&s);
}
END_TEST

static struct fdmap_stat device(uint32_t high, uint32_t low)
{
	return (struct fdmap_stat){ .mode = S_IFCHR | 0600, .rdev = makedev(high, low) };
}

START_TEST(test_ttys)
{
	struct fdmap_stat st = device(5, 2);
	uint32_t tty = 3;
	struct end_id id;

	ck_assert(!end_id_of_tty(&st, NULL, &id));
	ck_assert(end_id_of_tty(&st, &tty, &id));
	ck_assert_int_eq(id.what, END_MASTER);
	ck_assert_uint_eq(id.a, 3);
	st = device(136, 300);
	ck_assert(end_id_of_tty(&st, NULL, &id));
	ck_assert_int_eq(id.what, END_SLAVE);
	ck_assert_uint_eq(id.a, 300);
	st = device(143, 1);
	ck_assert(end_id_of_tty(&st, NULL, &id));
	ck_assert_uint_eq(id.a, 7 * 256 + 1);
	st = device(144, 1);
	ck_assert(!end_id_of_tty(&st, &tty, &id));
	st = device(135, 1);
	ck_assert(!end_id_of_tty(&st, &tty, &id));
	st = device(5, 0);
	ck_assert(!end_id_of_tty(&st, &tty, &id));
}
END_TEST

START_TEST(test_pairs)
{
	const struct end_holder slave = { .dev = 26 }, guest = { .dev = 40 };
	const struct end_holder masters[] = { { .dev = 6 }, { .dev = 40, .own = true } };

	/* The device of another file system has what nobody claims. */
	ck_assert(end_is_pair(&masters[0], &slave, masters, 2));
	ck_assert(!end_is_pair(&masters[0], &guest, masters, 2));
	ck_assert(end_is_pair(&masters[1], &guest, masters, 2));
	ck_assert(!end_is_pair(&masters[1], &slave, masters, 2));
	ck_assert(end_is_pair(&masters[0], &guest, masters, 1));
	ck_assert(end_is_own(&(struct fdmap_stat){ .ino = 2 }));
	ck_assert(!end_is_own(&(struct fdmap_stat){ .ino = 91 }));
}
END_TEST

START_TEST(test_ids)
{
	const struct fdmap_stat st = { .dev = 1, .ino = 7, .mode = S_IFIFO };
	const struct fdmap_sock raw = { .table = FDMAP_RAW, .ino = 7 };
	struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_PIPE, .path = "pipe:[9]", .ino = 9 };
	struct end_id id;

	ck_assert(end_id_of(&f, &id));
	ck_assert_int_eq(id.what, END_PIPE);
	ck_assert_uint_eq(id.a, 9);
	/* Without its file system a FIFO is none that could be told from others. */
	f.path = "/tmp/fifo";
	ck_assert(!end_id_of(&f, &id));
	f.stat = &st;
	ck_assert(end_id_of(&f, &id));
	ck_assert_int_eq(id.what, END_FIFO);
	ck_assert_uint_eq(id.b, 7);
	f.fd = FDMAP_FD_CWD;
	ck_assert(!end_id_of(&f, &id));
	f = (struct fdmap_file){ .fd = 3, .kind = FDMAP_KIND_SOCKET, .sock = &raw };
	ck_assert(!end_id_of(&f, &id));
	f.kind = FDMAP_KIND_ANON;
	ck_assert(!end_id_of(&f, &id));
}
END_TEST

static void expect_note(const struct fdmap_file *f, unsigned how, const char *want)
{
	struct buf out;

	buf_init(&out);
	endnote_put(f, how, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_notes)
{
	const struct fdmap_end ends[] = { { 12, 9999, 'r', 0, "longcommandname", false, false },
					  { 13, 10002, 'w', 0, "x", false, false },
					  { 14, 0, ' ', 0, "", false, false } };
	const struct fdmap_sock sock = { .table = FDMAP_UNIX, .peer = 77 }, alone = { 0 };
	struct fdmap_file_more more = { .ends = ends, .nends = 3 };
	struct fdmap_file f = { .kind = FDMAP_KIND_PIPE, .more = &more };

	expect_note(&f, FDMAP_NAME_COMM(9), " 12,longcomma,9999r 13,x,*002w 14,,0 ");
	more.nends = 2;
	expect_note(&f, FDMAP_NAME_COMM(0), " 12,longcommandname,9999r 13,x,*002w");
	f.kind = FDMAP_KIND_SOCKET;
	f.sock = &sock;
	expect_note(&f, FDMAP_NAME_COMM(4), " ->INO=77 13,x,*002w 12,long,9999r");
	/* What lsof does not tell is in no name. */
	const struct fdmap_end beyond[] = { { 12, 3, 'u', 0, "a", true, true },
					    { 13, 4, 'u', 0, "b", false, false } };

	more.ends = beyond;
	expect_note(&f, 0, " ->INO=77 13,b,4u");
	more.ends = ends;
	more.nends = 0;
	expect_note(&f, 0, " ->INO=77");
	f.sock = &alone;
	expect_note(&f, 0, "");
	f = (struct fdmap_file){ .kind = FDMAP_KIND_DEVICE, .more = &more };
	more = (struct fdmap_file_more){ .has_pty = true, .pty = 3, .ends = ends };
	expect_note(&f, 0, "");
	more.nends = 1;
	expect_note(&f, 0, " ->/dev/pts/3 12,longcommandname,9999r");
}
END_TEST

START_TEST(test_list)
{
	uint64_t keys[] = { endlist_key(70000, 3), endlist_key(9, 100000), endlist_key(9, 4),
			    endlist_key(70000, 0) };
	struct endlist list;

	ck_assert_int_eq(endlist_new(&list, keys, 4), 0);
	ck_assert_uint_eq(list.n, 2);
	ck_assert_int_eq(list.v[0].pid, 9);
	ck_assert_uint_eq(list.v[0].nfds, 2);
	ck_assert_int_eq(list.v[0].fds[0], 4);
	ck_assert_int_eq(list.v[0].fds[1], 100000);
	ck_assert_int_eq(list.v[1].pid, 70000);
	ck_assert_int_eq(list.v[1].fds[1], 3);
	endlist_fini(&list);
	ck_assert_int_eq(endlist_new(&list, NULL, 0), 0);
	ck_assert_uint_eq(list.n, 0);
	endlist_fini(&list);
}
END_TEST

/* All rows of a snapshot as "PID:FD", threads as "PID/TID:FD". */
static void expect_rows(const struct fdmap_snapshot *s, const char *want)
{
	struct buf out;

	buf_init(&out);
	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			buf_printf(&out, "%d", (int)s->procs[i].pid);
			if (s->procs[i].tid)
				buf_printf(&out, "/%d", (int)s->procs[i].tid);
			buf_printf(&out, ":%d ", (int)s->procs[i].files[j].fd);
		}
	}
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_merge)
{
	const struct fdmap_file had[] = { { .fd = FDMAP_FD_CWD }, { .fd = 1 }, { .fd = 5 } };
	const struct fdmap_file late[] = { { .fd = 0 }, { .fd = 3 }, { .fd = 9 } };
	const struct fdmap_process procs[] = {
		{ .pid = 5, .files = had, .nfiles = 3 },
		{ .pid = 7, .tid = 8, .files = had + 1, .nfiles = 1 },
		{ .pid = 9, .files = had + 1, .nfiles = 1 },
	};
	struct endrows rows[] = {
		{ .pid = 4, .proc = { .pid = 4, .files = late, .nfiles = 1 } },
		{ .pid = 5, .proc = { .pid = 5, .files = late, .nfiles = 3 } },
		{ .pid = 6 },
		{ .pid = 7, .proc = { .pid = 7, .files = late, .nfiles = 1 } },
		{ .pid = 10, .proc = { .pid = 10, .files = late, .nfiles = 1 } },
	};
	const struct endlist list = { .v = rows, .n = 5 };
	struct fdmap_snapshot *s;

	ck_assert_int_eq(snapshot_new(&s, 1, 0), 0);
	s->procs = calloc(3, sizeof(*s->procs));
	memcpy(s->procs, procs, sizeof(procs));
	s->nprocs = 3;
	ck_assert_int_eq(endlist_merge(&list, s), 0);
	expect_rows(s, "4:0 5:-1 5:0 5:1 5:3 5:5 5:9 7:0 7/8:1 9:1 10:0 ");
	fdmap_snapshot_free(s);
}
END_TEST

/* What the library gives, without any text: the ends of 101's pipe, with everything about them. */
START_TEST(test_public)
{
	char *dir = tree_unpack_file("ends");
	struct fdmap_config cfg = { .proc = dir, .threads = 2 };
	const struct fdmap_process *p;
	struct fdmap_snapshot *s;
	struct fdmap_query *q;
	struct fdmap *m;
	size_t n;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&q), 0);
	ck_assert_int_ge(fdmap_query_pid(q, 101, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(q, 3, 3, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	/* The fact alone asks for it. */
	fdmap_query_want(q, FDMAP_FDS | FDMAP_ENDS);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(p->nfiles, 1);
	ck_assert(p->files[0].have & FDMAP_ENDS);
	ck_assert_uint_eq(fdmap_more(&p->files[0])->nends, 4);
	const struct fdmap_end *e = &fdmap_more(&p->files[0])->ends[3];

	ck_assert_int_eq(e->pid, 102);
	ck_assert_int_eq(e->fd, 12345);
	ck_assert_int_eq(e->access, 'w');
	ck_assert_uint_eq(e->uid, 1000);
	ck_assert_str_eq(e->comm, "longcommandname");
	fdmap_snapshot_free(s);
	fdmap_query_ends(q, FDMAP_ENDS_SELECT);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	expect_rows(s, "100:3 100:4 101:3 102:4 102:12345 ");
	fdmap_snapshot_free(s);
	/* Processes only: nobody would see a note. */
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	fdmap_query_want(q, 0);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	expect_rows(s, "101:3 ");
	ck_assert(!(fdmap_processes(s, &n)->files[0].have & FDMAP_ENDS));
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("ends", test_set, test_many_keys, test_ttys, test_pairs, test_ids, test_notes, test_list,
	  test_merge, test_public)
