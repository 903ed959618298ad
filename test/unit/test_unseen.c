/* SPDX-License-Identifier: MIT */
/* What could not be looked at: who is counted, for which cause, and how it is said. */
#include "cli/unseen.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdmap.h"
#include "os/rights.h"
#include "proc/hidepid.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static struct span text_of(const char *s)
{
	return (struct span){ s, strlen(s) };
}

/* ---- our own rights, and those of /proc ----------------------------------------------- */

static const char status[] = "Name:\tUid:\\n\nUid:\t1000\t1001\t1002\t1003\nGid:\t5\t6\t7\t8\n"
			     "Groups:\t27 100 \nCapPrm:\tff\nCapEff:\t0000000000080000\n";

START_TEST(test_rights)
{
	struct rights r;

	rights_init(&r);
	parse_rights(text_of(status), &r);
	ck_assert(r.known);
	ck_assert_uint_eq(r.uid, 1001);
	ck_assert_uint_eq(r.caps, 1u << CAP_SYS_PTRACE);
	buf_puts(&r.text, status);
	ck_assert(rights_has_group(&r, 8) && rights_has_group(&r, 27) && rights_has_group(&r, 100));
	ck_assert(!rights_has_group(&r, 6) && !rights_has_group(&r, 5) && !rights_has_group(&r, 2));
	rights_fini(&r);
}
END_TEST

START_TEST(test_rights_cut)
{
	/* Of no use is a text that is cut, or lacks one of them. */
	static const char *const texts[] = { "", "Uid:\t1000\t1000\t1000\t1000\n", "CapEff:\tff\n",
					     "Uid:\t1000\nCapEff:\tff\n",
					     "Uid:\t0\t0\t0\t0\nCapEff:\tx\n" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct rights r;

		rights_init(&r);
		parse_rights(text_of(texts[i]), &r);
		ck_assert(!r.known && !r.uid && !r.caps);
		rights_fini(&r);
	}
}
END_TEST

START_TEST(test_hidepid)
{
	static const struct {
		const char *text;
		unsigned how;
		gid_t gid;
	} lines[] = {
		{ "22 27 0:21 / /proc rw - proc proc rw\n", HIDEPID_OFF, 0 },
		{ "22 27 0:21 / /proc rw - proc proc rw,hidepid=2\n", HIDEPID_INVISIBLE, 0 },
		{ "22 27 0:21 / /proc rw shared:5 - proc proc rw,gid=27,hidepid=invisible\n",
		  HIDEPID_INVISIBLE, 27 },
		{ "22 27 0:21 / /proc rw - proc none rw,hidepid=noaccess,gid=5\n",
		  HIDEPID_NOACCESS, 5 },
		{ "22 27 0:21 / /proc rw - proc proc rw,hidepid=ptraceable\n", HIDEPID_PTRACEABLE, 0 },
		{ "22 27 0:21 / /proc rw - proc proc rw,hidepid=1", HIDEPID_NOACCESS, 0 },
		/* No process file system, another one, and no line at all. */
		{ "22 27 0:21 / /proc rw - tmpfs proc rw,hidepid=2\n", HIDEPID_OFF, 0 },
		{ "22 27 0:22 / /proc rw - proc proc rw,hidepid=2\n", HIDEPID_OFF, 0 },
		{ "22 27 0:21 / /proc rw,hidepid=2\n", HIDEPID_OFF, 0 },
		{ "22 27 0:21 / /proc rw - proc proc rw,hidepid=off\n", HIDEPID_OFF, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct hidepid h;

		parse_hidepid(text_of(lines[i].text), 21, &h);
		ck_assert_msg(h.how == lines[i].how && h.gid == lines[i].gid, "line %zu: %u %u", i,
			      h.how, h.gid);
	}
}
END_TEST

/* ---- how it is said ------------------------------------------------------------------- */

static void says(const struct fdmap_unseen *u, const char *expected)
{
	struct buf line;

	buf_init(&line);
	put_unseen(u, &line);
	ck_assert_str_eq(buf_str(&line), expected);
	buf_fini(&line);
}

START_TEST(test_texts)
{
	const uint64_t ptrace = 1u << CAP_SYS_PTRACE, search = 1u << CAP_DAC_READ_SEARCH;

	says(&(struct fdmap_unseen){ .hidepid = 2 }, "");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_USER] = 143, .processes = 143 },
	     "143 processes of other users could not be looked at: run it as root");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_PROTECTED] = 1, .processes = 1 },
	     "1 process of your own (not dumpable, or with more rights) could not be looked "
	     "at: run it as root");
	says(&(struct fdmap_unseen){ .n = { [FDMAP_UNSEEN_USER] = 1, [FDMAP_UNSEEN_PROTECTED] = 2 },
				     .processes = 3 },
	     "1 process of other users, and 2 of your own (not dumpable, or with more rights) "
	     "could not be looked at: run it as root");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_CAPABILITY] = 7, .processes = 7,
				     .lacking = ptrace },
	     "7 processes could not be looked at: run it with CAP_SYS_PTRACE (of a container: "
	     "--cap-add)");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_CAPABILITY] = 7, .processes = 7,
				     .lacking = ptrace | search },
	     "7 processes could not be looked at: run it with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH "
	     "(of a container: --cap-add)");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_USERNS] = 2, .processes = 2 },
	     "2 processes outside of this user namespace could not be looked at: run it outside");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_POLICY] = 1, .processes = 1 },
	     "1 process could not be looked at: the security policy of this system (SELinux, "
	     "AppArmor, ...) has to allow it");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_HIDEPID] = 2, .processes = 2, .hidepid = 1 },
	     "2 processes behind hidepid=1 of /proc could not be looked at: run it as root");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_UNKNOWN] = 2, .processes = 2 },
	     "2 processes could not be looked at: permission denied");
	says(&(struct fdmap_unseen){ .hidepid = 2, .hidden = true },
	     "processes of other users are hidden by hidepid=2 of /proc: run it as root");
	says(&(struct fdmap_unseen){ .n[FDMAP_UNSEEN_PROTECTED] = 1, .processes = 1, .hidepid = 4,
				     .hidden = true },
	     "1 process of your own (not dumpable, or with more rights) could not be looked "
	     "at; others are hidden by hidepid=4 of /proc: run it as root");
	/* Root that lacks it, where /proc hides what it does not own. */
	says(&(struct fdmap_unseen){ .hidepid = 2, .hidden = true, .lacking = ptrace,
				     .hidden_why = FDMAP_UNSEEN_CAPABILITY },
	     "processes of other users are hidden by hidepid=2 of /proc: run it with CAP_SYS_PTRACE "
	     "(of a container: --cap-add)");
}
END_TEST

/* ---- who is counted ------------------------------------------------------------------- */

static struct fdmap *map;
static struct fdmap_query *query;
static char *dir;

#define LISTS (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_LINK)

static void begin_wanting(char *tree, unsigned threads, uint32_t want)
{
	struct fdmap_config cfg = { .proc = tree, .threads = threads };

	dir = tree;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_want(query, want);
}

static void begin(char *tree, unsigned threads)
{
	begin_wanting(tree, threads, LISTS);
}

/* All of it is taken twice, which must say the same. */
static struct fdmap_unseen end(void)
{
	struct fdmap_unseen u = { 0 }, again;
	struct fdmap_snapshot *s;

	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	ck_assert_int_eq(fdmap_unseen(map, s, &u), 0);
	ck_assert_int_eq(fdmap_unseen(map, s, &again), 0);
	ck_assert_int_eq(memcmp(&u, &again, sizeof(u)), 0);
	fdmap_snapshot_free(s);
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
	return u;
}

START_TEST(test_all)
{
	for (unsigned threads = 1; threads < 9; threads += 7) {
		struct fdmap_unseen u;

		begin(tree_unpack_file("unseen"), threads);
		u = end();
		ck_assert_uint_eq(u.n[FDMAP_UNSEEN_USER], 2);
		ck_assert_uint_eq(u.n[FDMAP_UNSEEN_PROTECTED], 1);
		ck_assert_uint_eq(u.processes, 3);
		ck_assert_uint_eq(u.lacking,
				  (1u << CAP_SYS_PTRACE) | (1u << CAP_DAC_READ_SEARCH));
		ck_assert(!u.hidepid && !u.hidden);
	}
}
END_TEST

/* Each list alone is refused by itself, whether rows tell so or not. */
START_TEST(test_lists)
{
	static const int slots[] = { FDMAP_FD_CWD, FDMAP_FD_TXT, FDMAP_FD_MEM };

	for (unsigned i = 0; i < 2 * (ARRAY_LEN(slots) + 1); i++) {
		begin(tree_unpack_file("unseen"), 1);
		fdmap_query_hide_failed(query, i & 1);
		if (i / 2 < ARRAY_LEN(slots))
			ck_assert_int_ge(fdmap_query_slot(query, slots[i / 2], 0), 0);
		else
			ck_assert_int_ge(fdmap_query_fd(query, 0, 9, 0), 0);
		ck_assert_uint_eq(end().processes, 3);
	}
}
END_TEST

/* What a query rejects before is not missed. */
START_TEST(test_rejected)
{
	begin(tree_unpack_file("unseen"), 1);
	ck_assert_int_ge(fdmap_query_uid(query, 33, NULL, 0, NULL), 0);
	ck_assert_uint_eq(end().processes, 1);

	begin(tree_unpack_file("unseen"), 1);
	ck_assert_int_ge(fdmap_query_command(query, "mine", 0, NULL), 0);
	ck_assert_uint_eq(end().processes, 0);

	begin(tree_unpack_file("unseen"), 1);
	ck_assert_int_ge(fdmap_query_pid(query, 300, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_pid(query, 500, 0, NULL), 0);
	ck_assert_uint_eq(end().n[FDMAP_UNSEEN_PROTECTED], 1);

	begin(tree_unpack_file("unseen"), 1);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, "comm == mine", NULL), 0);
	ck_assert_uint_eq(end().processes, 0);

	/* By what may not be read nobody can be rejected. */
	begin(tree_unpack_file("unseen"), 1);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, "exe == '/usr/bin/mine'", NULL), 0);
	ck_assert_uint_eq(end().processes, 3);
}
END_TEST

/* Files are looked for by their inodes: the list may be read, what it leads to may not. */
START_TEST(test_by_inode)
{
	begin_wanting(tree_unpack("dir 100 uid=0\n"
			  "file 100/stat | 100 (web) S 1 100 100 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"
			  "link 100/fd/3 /a mode=0100640 dev=8:1 ino=7 size=50 nlink=1 l=w\n"
			  "deny 100/fd/3 EACCES\n"
			  "dir 200 uid=0\n"
			  "file 200/stat | 200 (web) S 1 200 200 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"
			  "link 200/fd/3 /b mode=0100640 dev=8:1 ino=8 size=50 nlink=1 l=w\n"
			  "deny 200/fd/3 stat EACCES\n"
			  "path /c mode=0100640 dev=8:1 ino=9 size=50 nlink=1\n"),
		      1, 0);
	ck_assert_int_ge(fdmap_query_path(query, map, "/c", 0, NULL), 0);
	/* The file system of the second one refuses, not the process. */
	ck_assert_uint_eq(end().n[FDMAP_UNSEEN_UNKNOWN], 1);
}
END_TEST

/* Other ends are looked for in processes that are no rows. */
START_TEST(test_ends)
{
	static const char tree[] =
		"dir 100 uid=0\n"
		"file 100/stat | 100 (web) S 1 100 100 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"
		"link 100/fd/3 pipe:[7] mode=010600 dev=0:15 ino=7 nlink=1 l=r\n"
		"dir 200 uid=0\n"
		"file 200/stat | 200 (web) S 1 200 200 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"
		"deny 200/fd EACCES\n";

	for (int ends = 0; ends < 2; ends++) {
		begin_wanting(tree_unpack(tree), 1,
			      FDMAP_FDS | FDMAP_LINK | (ends ? FDMAP_ENDS : 0));
		ck_assert_int_ge(fdmap_query_pid(query, 100, 0, NULL), 0);
		fdmap_query_ends(query, ends ? FDMAP_ENDS_NOTE : FDMAP_ENDS_NONE);
		ck_assert_uint_eq(end().processes, (unsigned)ends);
	}
}
END_TEST

/* ---- for which cause ------------------------------------------------------------------ */

#define OTHERS                                                                                      \
	"dir 100 uid=0\n"                                                                           \
	"file 100/stat | 100 (a) S 1 100 100 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"         \
	"deny 100/fd EACCES\n"                                                                      \
	"dir 200 uid=7\n"                                                                           \
	"file 200/stat | 200 (b) S 1 200 200 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"         \
	"deny 200 EPERM\n"                                                                          \
	"dir 300 uid=7\n"                                                                           \
	"file 300/stat | 300 (c) S 1 300 300 0 -1 4194560 2 0 0 0 3 2 0 0 20 0 1 0 3 1 1\n"         \
	"deny 300/fd EACCES\n"

/* Who may that, on a /proc with these options, sees not that many of each. */
static struct fdmap_unseen seen_by(unsigned uid, const char *caps, const char *ns,
				   const char *options, const char *pid)
{
	char text[4096];

	(void)snprintf(text, sizeof(text),
		       OTHERS "file self/status | Uid:\t%u\t%u\t%u\t%u\n"
			      "file self/status | Gid:\t7\t7\t7\t7\n"
			      "file self/status | CapEff:\t%s\n"
			      "link self/ns/user user:[%s]\n"
			      "file self/mountinfo | 22 27 0:21 / /proc rw - proc proc %s\n",
		       uid, uid, uid, uid, caps, ns, options);
	begin(tree_unpack(text), 1);
	if (pid)
		ck_assert_int_ge(fdmap_query_pid(query, atoi(pid), 0, NULL), 0);
	return end();
}

#define FIRST "4026531837"

START_TEST(test_causes)
{
	struct fdmap_unseen u;

	u = seen_by(7, "0", FIRST, "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_USER], 2);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_PROTECTED], 1);
	u = seen_by(7, "0", FIRST, "rw,hidepid=1", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_HIDEPID], 1);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_USER], 1);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_PROTECTED], 1);
	ck_assert(u.hidepid == 1 && !u.hidden);
	/* Its group sees them. */
	u = seen_by(7, "0", FIRST, "rw,gid=7,hidepid=1", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_HIDEPID], 0);
	/* CAP_SYS_PTRACE is missing: of root, and where it is the only one. */
	u = seen_by(0, "000001fffff7ffff", FIRST, "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_CAPABILITY], 3);
	ck_assert_uint_eq(u.lacking, 1u << CAP_SYS_PTRACE);
	u = seen_by(7, "4", FIRST, "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_CAPABILITY], 3);
	ck_assert_uint_eq(u.lacking, 1u << CAP_SYS_PTRACE);
	/* Directories of others are closed still. */
	u = seen_by(7, "80000", FIRST, "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_CAPABILITY], 3);
	ck_assert_uint_eq(u.lacking, 1u << CAP_DAC_READ_SEARCH);
	/* What it takes, and still not. */
	u = seen_by(7, "80004", FIRST, "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_POLICY], 3);
	ck_assert_uint_eq(u.lacking, 0);
	u = seen_by(0, "1ffffffffff", "4026532001", "rw", NULL);
	ck_assert_uint_eq(u.n[FDMAP_UNSEEN_USERNS], 3);
}
END_TEST

START_TEST(test_hidden)
{
	struct fdmap_unseen u;

	u = seen_by(7, "0", FIRST, "rw,hidepid=invisible", NULL);
	ck_assert(u.hidepid == 2 && u.hidden && u.hidden_why == FDMAP_UNSEEN_USER);
	u = seen_by(7, "0", FIRST, "rw,gid=7,hidepid=invisible", NULL);
	ck_assert(!u.hidepid && !u.hidden);
	u = seen_by(7, "0", FIRST, "rw,gid=7,hidepid=ptraceable", NULL);
	ck_assert(u.hidepid == 4 && u.hidden);
	u = seen_by(0, "1ffffffffff", FIRST, "rw,hidepid=invisible", NULL);
	ck_assert(!u.hidepid && !u.hidden);
	u = seen_by(0, "1ffffffffff", "4026532001", "rw,hidepid=invisible", NULL);
	ck_assert(u.hidden && u.hidden_why == FDMAP_UNSEEN_USERNS);
	u = seen_by(0, "4", FIRST, "rw,hidepid=invisible", NULL);
	ck_assert(u.hidden && u.hidden_why == FDMAP_UNSEEN_CAPABILITY);
	/* One that was asked for is there; another one may be, though it does not look so. */
	u = seen_by(7, "0", FIRST, "rw,hidepid=invisible", "100");
	ck_assert(!u.hidden);
	u = seen_by(7, "0", FIRST, "rw,hidepid=invisible", "101");
	ck_assert(u.hidden);
	u = seen_by(7, "0", FIRST, "rw", "101");
	ck_assert(!u.hidden);
}
END_TEST

UNIT_MAIN("unseen", test_rights, test_rights_cut, test_hidepid, test_texts, test_all, test_lists,
	  test_rejected, test_by_inode, test_ends, test_causes, test_hidden)
