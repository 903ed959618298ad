/* SPDX-License-Identifier: MIT */
/* The door to the system: a recorded tree, its manifest, and this machine's /proc. */
#include "os/root.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/manifest.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static const char small[] =
	"# hand-made\n"
	"dir 812 uid=33\n"
	"file 812/stat | 812 (a) (b\\n) S 1 812\n"
	"file 812/two | one\n"
	"file 812/two | two\n"
	"part 812/two | thr\n"
	"link 812/fd/3 socket:[20113] mode=140777 dev=0:9 ino=20113 l=rw proto=TCP\n"
	"link 812/fd/10 /var/log/a\\x20b mode=100640 dev=8:1 ino=8589934592 size=4096 nlink=1 l=w\n"
	"link 812/fd/4 /dev/null mode=020666 dev=0:5 rdev=1:3 ino=4 nlink=1 l=r\n"
	"link 812/fd/12345 /mnt mode=040755 dev=8:1 ino=2 l=-\n"
	"link 812/fd/5 /srv/x\n"
	"link 812/cwd /secret\n"
	"link 812/root /\n"
	"link 13/root /jail\n"
	"path /jail/lib/x mode=100755 ino=78\n"
	"link 812/out ../../../etc/passwd\n"
	"file 812/fdinfo/3 | pos:\t0\n"
	"file self/net/tcp | head\n"
	"dir 900\n"
	"dir 7/fd\n"
	"dir 13\n"
	"dir 12x\n"
	"dir 99999999999\n"
	"deny 900 EACCES\n"
	"deny 7/fd EACCES\n"
	"deny 812/cwd link EACCES\n"
	"path /srv/x mode=100600 dev=8:2 ino=77\n"
	"path /run mode=040755 dev=0:20 ino=1\n"
	"path /var/run real=/run\n"
	"path rel mode=100644 dev=8:1 ino=5 real=/home/rel\n"
	"path /closed mode=100644\n"
	"deny /closed EACCES\n";

static struct root *root;
static char *dir;

static void setup(const char *text)
{
	dir = tree_unpack(text);
	ck_assert_int_eq(root_open(&root, dir), 0);
}

static void teardown(void)
{
	root_close(root);
	tree_remove(dir);
}

static struct root_dir open_dir(const char *name)
{
	struct root_dir d;

	ck_assert_int_eq(root_dir_open(root, NULL, name, &d), 0);
	return d;
}

static int collect(void *arg, uint32_t id)
{
	struct buf *b = arg;

	buf_put_u64(b, id);
	buf_putc(b, ' ');
	return id == 900 ? 5 : 0;
}

START_TEST(test_files)
{
	struct buf b;

	setup(small);
	struct root_dir d = open_dir("812");

	buf_init(&b);
	ck_assert(!root->live);
	ck_assert_str_eq(root->shown, "/proc");
	ck_assert_int_eq(root_read(root, &d, "stat", &b), 0);
	ck_assert_str_eq(buf_str(&b), "812 (a) (b\n) S 1 812\n");
	buf_reset(&b);
	ck_assert_int_eq(root_read(root, &d, "two", &b), 0);
	ck_assert_str_eq(buf_str(&b), "one\ntwo\nthr");
	buf_reset(&b);
	ck_assert_int_eq(root_read(root, NULL, "self/net/tcp", &b), 0);
	ck_assert_str_eq(buf_str(&b), "head\n");
	ck_assert_int_eq(root_read(root, &d, "fdinfo/3", &b), 0);
	ck_assert_int_eq(root_read(root, &d, "nothing", &b), -ENOENT);
	ck_assert_int_eq(root_read(root, &d, "fd", &b), -EISDIR);
	ck_assert_uint_eq(root->counts.fdinfos, 1);
	ck_assert_uint_eq(root->counts.reads, 5);
	buf_fini(&b);
	root_dir_close(&d);
	teardown();
}
END_TEST

/* A tree is somebody's data: what it links to is not read. */
START_TEST(test_confined)
{
	struct buf b;
	char *fifo;

	setup(small);
	struct root_dir d = open_dir("812");

	buf_init(&b);
	ck_assert_int_eq(root_read(root, &d, "out", &b), -ELOOP);
	ck_assert_int_lt(root_read(root, &d, "../../../../etc/passwd", &b), 0);
	ck_assert_int_lt(root_read(root, NULL, "/etc/passwd", &b), 0);
	ck_assert_int_lt(root_read(root, &d, "cwd/x", &b), 0);
	ck_assert_int_lt(root_read(root, &d, "fd/", &b), 0);
	ck_assert_uint_eq(b.n, 0);
	/* Would block for ever. */
	ck_assert_int_gt(asprintf(&fifo, "%s/812/fifo", dir), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(root_read(root, &d, "fifo", &b), -EINVAL);
	free(fifo);
	buf_fini(&b);
	root_dir_close(&d);
	teardown();
}
END_TEST

START_TEST(test_list)
{
	struct buf b;

	setup(small);
	struct root_dir d = open_dir("812"), fd;

	buf_init(&b);
	/* A number that is none, or too large, is not listed; 900 ended it. */
	ck_assert_int_eq(root_list(root, NULL, collect, &b), 5);
	ck_assert_str_eq(buf_str(&b), "7 13 812 900 ");
	buf_reset(&b);
	ck_assert_int_eq(root_dir_open(root, &d, "fd", &fd), 0);
	ck_assert_str_eq(fd.at, "812/fd");
	for (int again = 0; again < 2; again++) {
		buf_reset(&b);
		ck_assert_int_eq(root_list(root, &fd, collect, &b), 0);
		ck_assert_str_eq(buf_str(&b), "3 4 5 10 12345 ");
	}
	root_dir_close(&fd);
	buf_fini(&b);
	root_dir_close(&d);
	teardown();
}
END_TEST

START_TEST(test_links)
{
	char text[64];
	struct fdmap_stat st;
	uint32_t mode;

	setup(small);
	struct root_dir d = open_dir("812/fd");

	ck_assert_int_eq(root_link(root, &d, "10", text, sizeof(text)), 12);
	ck_assert_str_eq(text, "/var/log/a b");
	ck_assert_int_eq(root_link(root, &d, "10", text, 5), 4);
	ck_assert_str_eq(text, "/var");
	ck_assert_int_eq(root_stat(root, &d, "10", &st), 0);
	ck_assert_uint_eq(st.mode, 0100640);
	ck_assert_uint_eq(st.dev, makedev(8, 1));
	ck_assert_uint_eq(st.ino, 8589934592);
	ck_assert_uint_eq(st.size, 4096);
	ck_assert_uint_eq(st.nlink, 1);
	ck_assert_int_eq(root_stat(root, &d, "4", &st), 0);
	ck_assert_uint_eq(st.rdev, makedev(1, 3));
	/* From the line `path` of its text. */
	ck_assert_int_eq(root_stat(root, &d, "5", &st), 0);
	ck_assert_uint_eq(st.ino, 77);
	ck_assert_int_eq(root_stat(root, &d, "6", &st), -ENOENT);
	ck_assert_int_eq(root_lmode(root, &d, "3", &mode), 0);
	ck_assert_uint_eq(mode, S_IFLNK | 0700);
	ck_assert_int_eq(root_lmode(root, &d, "4", &mode), 0);
	ck_assert_uint_eq(mode, S_IFLNK | 0500);
	ck_assert_int_eq(root_lmode(root, &d, "10", &mode), 0);
	ck_assert_uint_eq(mode, S_IFLNK | 0300);
	ck_assert_int_eq(root_lmode(root, &d, "12345", &mode), 0);
	ck_assert_uint_eq(mode, S_IFLNK);
	ck_assert_int_eq(root_lmode(root, &d, "6", &mode), -ENOENT);
	ck_assert_int_eq(root_sockproto(root, &d, "3", text, sizeof(text)), 3);
	ck_assert_str_eq(text, "TCP");
	ck_assert_int_eq(root_sockproto(root, &d, "3", text, 3), -ERANGE);
	ck_assert_int_eq(root_sockproto(root, &d, "4", text, sizeof(text)), -EOPNOTSUPP);
	root_dir_close(&d);
	teardown();
}
END_TEST

START_TEST(test_denied)
{
	struct root_dir d, p;
	char text[16];
	uid_t uid;

	setup(small);
	ck_assert_int_eq(root_dir_open(root, NULL, "900", &d), -EACCES);
	ck_assert_int_eq(root_dir_open(root, NULL, "901", &d), -ENOENT);
	p = open_dir("7");
	ck_assert_int_eq(root_dir_open(root, &p, "fd", &d), -EACCES);
	ck_assert_int_eq(root_link(root, &p, "fd/3", text, sizeof(text)), -EACCES);
	root_dir_close(&p);
	p = open_dir("812");
	ck_assert_int_eq(root_link(root, &p, "cwd", text, sizeof(text)), -EACCES);
	ck_assert_int_eq(root_owner(root, &p, &uid), 0);
	ck_assert_uint_eq(uid, 33);
	root_dir_close(&p);
	p = open_dir("13");
	ck_assert_int_eq(root_owner(root, &p, &uid), 0);
	ck_assert_uint_eq(uid, 0);
	root_dir_close(&p);
	teardown();
}
END_TEST

START_TEST(test_paths)
{
	struct fdmap_stat st;
	struct buf b;

	setup(small);
	buf_init(&b);
	ck_assert_int_eq(root_stat_path(root, "/srv/x", &st), 0);
	ck_assert_uint_eq(st.ino, 77);
	ck_assert_int_eq(root_stat_path(root, "//srv///x/", &st), 0);
	ck_assert_uint_eq(st.ino, 77);
	ck_assert_int_eq(root_stat_path(root, "/var/run", &st), 0);
	ck_assert_uint_eq(st.dev, makedev(0, 20));
	ck_assert_int_eq(root_stat_path(root, "rel", &st), 0);
	ck_assert_uint_eq(st.ino, 5);
	ck_assert_int_eq(root_stat_path(root, "/srv", &st), -ENOENT);
	ck_assert_int_eq(root_stat_path(root, "812", &st), -ENOENT);
	ck_assert_int_eq(root_stat_path(root, "", &st), -ENOENT);
	ck_assert_int_eq(root_stat_path(root, "/closed", &st), -EACCES);
	ck_assert_int_eq(root_real_path(root, "rel", &b), 0);
	ck_assert_str_eq(buf_str(&b), "/home/rel");
	buf_reset(&b);
	ck_assert_int_eq(root_real_path(root, "/srv//x", &b), 0);
	ck_assert_str_eq(buf_str(&b), "/srv/x");
	ck_assert_int_eq(root_real_path(root, "/none", &b), -ENOENT);
	buf_fini(&b);
	teardown();
}
END_TEST

/* A name below the root directory of a process. */
START_TEST(test_below_root)
{
	struct fdmap_stat st;

	setup(small);
	struct root_dir d = open_dir("812"), jail = open_dir("13");

	ck_assert_int_eq(root_stat(root, &d, "root/srv/x", &st), 0);
	ck_assert_uint_eq(st.ino, 77);
	ck_assert_int_eq(root_stat(root, &d, "root/lib/x", &st), -ENOENT);
	ck_assert_int_eq(root_stat(root, &jail, "root/lib/x", &st), 0);
	ck_assert_uint_eq(st.ino, 78);
	ck_assert_int_eq(root_stat(root, &jail, "rooot/lib/x", &st), -ENOENT);
	root_dir_close(&jail);
	root_dir_close(&d);
	teardown();
}
END_TEST

/* The process ended, and its number is another's: the pinned directory must not follow. */
START_TEST(test_pinned)
{
	char *a, *b;
	struct buf text;

	setup(small);
	struct root_dir d = open_dir("812");

	ck_assert_int_gt(asprintf(&a, "%s/812", dir), 0);
	ck_assert_int_gt(asprintf(&b, "%s/old", dir), 0);
	ck_assert_int_eq(rename(a, b), 0);
	ck_assert_int_eq(mkdir(a, 0700), 0);
	buf_init(&text);
	ck_assert_int_eq(root_read(root, &d, "stat", &text), 0);
	ck_assert_int_eq(strncmp(buf_str(&text), "812 (a)", 7), 0);
	buf_fini(&text);
	root_dir_close(&d);
	free(a);
	free(b);
	teardown();
}
END_TEST

static int parse(const char *text, size_t n)
{
	struct manifest m;
	int err = parse_manifest((struct span){ text, n }, &m);

	manifest_fini(&m);
	return err;
}

START_TEST(test_manifest_hostile)
{
	static const char *const bad[] = {
		"link a mode=100644", /* cut */
		"link a mode=8\n",
		"link a mode=200000\n",
		"link a mode=\n",
		"link a mode\n",
		"link a mode=644x\n",
		"link a dev=8\n",
		"link a dev=8:\n",
		"link a dev=4294967296:1\n",
		"link a ino=-1\n",
		"link a ino=18446744073709551616\n",
		"link a nlink=4294967296\n",
		"link a uid=4294967296\n",
		"link a l=\n",
		"link a l=x\n",
		"link a l=wr\n",
		"link a colour=1\n",
		"link a proto=\n",
		"link a\\x2 mode=1\n",
		"link a\\q mode=1\n",
		"link a\\\n",
		"link a\\x00 mode=1\n",
		"link\n",
		"deny a\n",
		"deny a EWHAT\n",
		"deny a link\n",
		"deny a EACCES EACCES\n",
		"file a | b\n",
		"nonsense\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(parse(bad[i], strlen(bad[i])) == -EINVAL, "taken: %s", bad[i]);
	ck_assert_int_eq(parse("dir a\0\n", 7), -EINVAL);
	ck_assert_int_eq(parse("", 0), 0);
	ck_assert_int_eq(parse("\n\n\n", 3), 0);
	ck_assert_int_eq(parse("dir a\n", 6), 0);
}
END_TEST

START_TEST(test_manifest_later_counts)
{
	static const char text[] = "link b mode=1 ino=1\nlink a uid=1\ndeny b stat EIO\n"
				   "link b mode=2 ino=2\nlink b l=w\n";
	struct manifest m;

	ck_assert_int_eq(parse_manifest((struct span){ text, sizeof(text) - 1 }, &m), 0);
	ck_assert_uint_eq(m.n, 2);
	const struct manifest_entry *e = manifest_find(&m, "b");

	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->st.ino, 2);
	ck_assert_uint_eq(e->lmode, S_IFLNK | 0300);
	ck_assert_int_eq(e->deny[MANIFEST_STAT], -EIO);
	ck_assert_int_eq(e->deny[MANIFEST_LINK], 0);
	ck_assert(!m.denies);
	ck_assert_ptr_null(manifest_find(&m, "c"));
	manifest_fini(&m);
}
END_TEST

START_TEST(test_open_errors)
{
	struct root *r = NULL;
	char tmp[] = "/tmp/fdmap-root.XXXXXX", file[64];

	ck_assert_int_eq(root_open(&r, "/nonexistent"), -ENOENT);
	ck_assert_int_eq(root_open(&r, "/dev/null"), -ENOTDIR);
	ck_assert_ptr_nonnull(mkdtemp(tmp));
	ck_assert_int_eq(root_open(&r, tmp), -EINVAL);
	(void)snprintf(file, sizeof(file), "%s/manifest", tmp);
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs("link 1/fd/3 mode=1006", f);
	fclose(f);
	ck_assert_int_eq(root_open(&r, tmp), -EINVAL);
	ck_assert_ptr_null(r);
	unlink(file);
	rmdir(tmp);
}
END_TEST

START_TEST(test_live)
{
	struct root_dir d;
	struct fdmap_stat st;
	struct stat mine;
	char name[32], text[64];
	uint32_t mode;
	uid_t uid;
	int p[2];

	ck_assert_int_eq(root_open(&root, NULL), 0);
	ck_assert(root->live);
	ck_assert_str_eq(root->shown, "/proc");
	ck_assert_int_eq(pipe(p), 0);
	(void)snprintf(name, sizeof(name), "%d", getpid());
	ck_assert_int_eq(root_dir_open(root, NULL, name, &d), 0);
	ck_assert_int_eq(root_owner(root, &d, &uid), 0);
	ck_assert_uint_eq(uid, geteuid());
	ck_assert_int_eq(fstat(p[0], &mine), 0);
	(void)snprintf(name, sizeof(name), "fd/%d", p[0]);
	ck_assert_int_eq(root_stat(root, &d, name, &st), 0);
	ck_assert_uint_eq(st.ino, mine.st_ino);
	ck_assert_uint_eq(st.dev, mine.st_dev);
	ck_assert_int_gt(root_link(root, &d, name, text, sizeof(text)), 0);
	ck_assert_int_eq(strncmp(text, "pipe:[", 6), 0);
	ck_assert_int_eq(root_lmode(root, &d, name, &mode), 0);
	ck_assert_uint_eq(mode & 0600, 0400);
	root_dir_close(&d);
	root_close(root);
	close(p[0]);
	close(p[1]);
}
END_TEST

struct pieces {
	struct buf all;
	unsigned n, most; /* so many, then it is enough */
};

static int take_piece(void *arg, struct buf *text)
{
	struct pieces *p = arg;

	ck_assert_uint_gt(text->n, 0);
	buf_put(&p->all, text->p, text->n);
	buf_reset(text);
	return ++p->n == p->most ? 7 : 0;
}

/* The same text as in one, whoever plays /proc; the files of a tree are one piece. */
static void check_pieces(const char *name, unsigned pieces)
{
	struct pieces p = { .n = 0 };
	struct buf whole, rest;

	buf_init(&whole);
	buf_init(&rest);
	buf_init(&p.all);
	ck_assert_int_eq(root_read(root, NULL, name, &whole), 0);
	ck_assert_int_eq(root_read_by(root, NULL, name, &rest, take_piece, &p), 0);
	ck_assert_uint_ge(p.n, pieces);
	ck_assert_uint_eq(rest.n, 0);
	ck_assert_str_eq(buf_str(&p.all), buf_str(&whole));
	p.most = p.n + 1;
	ck_assert_int_eq(root_read_by(root, NULL, name, &rest, take_piece, &p), 7);
	ck_assert_uint_eq(p.n, p.most);
	ck_assert_int_eq(root_read_by(root, NULL, "9/none", &rest, take_piece, &p), -ENOENT);
	ck_assert_uint_eq(p.n, p.most);
	buf_fini(&whole);
	buf_fini(&rest);
	buf_fini(&p.all);
}

START_TEST(test_pieces)
{
	char name[64];
	int child;

	setup(small);
	check_pieces("812/two", 1);
	teardown();
	ck_assert_int_eq(root_open(&root, NULL), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		/* Longer than the kernel tells at once, and it stays as it is. */
		for (int i = 0; i < 100; i++)
			(void)mmap(NULL, 4096, i % 2 ? PROT_READ : PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, NULL, WUNTRACED), child);
	(void)snprintf(name, sizeof(name), "%d/maps", child);
	check_pieces(name, 2);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	root_close(root);
}
END_TEST

UNIT_MAIN("root", test_files, test_confined, test_list, test_links, test_denied, test_paths,
	  test_below_root, test_pinned, test_manifest_hostile, test_manifest_later_counts,
	  test_open_errors, test_live, test_pieces)
