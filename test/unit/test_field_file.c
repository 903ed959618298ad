/* SPDX-License-Identifier: MIT */
/* Fields of files: of rows made by hand, of mounts joined, and of a recorded tree. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "engine/mountjoin.h"
#include "engine/snapshot.h"
#include "fdmap.h"
#include "field/field.h"
#include "test/lib/fieldtext.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

/* ---- files ---- */

static struct fdmap_stat plain_stat = {
	.dev = DEV(8, 1), .ino = 17, .size = 1234, .mode = S_IFREG | 0644, .nlink = 2,
};
static const struct fdmap_file plain = {
	.fd = 3, .kind = FDMAP_KIND_FILE, .access = 'r', .lock = ' ', .path = "/tmp/a b:c", .ino = 17,
	.stat = &plain_stat, .have = FDMAP_LINK | FDMAP_STAT,
};

START_TEST(test_file)
{
	ck_assert_str_eq(fieldtext(&plain, "name"), "/tmp/a b:c");
	ck_assert_str_eq(fieldtext(&plain, "path"), "/tmp/a b:c");
	ck_assert_str_eq(fieldtext(&plain, "type"), "REG");
	ck_assert_str_eq(fieldtext(&plain, "device"), "8,1");
	ck_assert_str_eq(fieldtext(&plain, "node"), "17");
	ck_assert_str_eq(fieldtext(&plain, "dev"), "8:1");
	ck_assert_str_eq(fieldtext(&plain, "rdev"), "-");
	ck_assert_str_eq(fieldtext(&plain, "ino"), "17");
	ck_assert_str_eq(fieldtext(&plain, "inode"), "17");
	ck_assert_str_eq(fieldtext(&plain, "size"), "1234");
	ck_assert_str_eq(fieldtext(&plain, "nlink"), "2");
	ck_assert_str_eq(fieldtext(&plain, "deleted"), "0");
	ck_assert_str_eq(fieldtext(&plain, "mount"), "-");
	ck_assert_str_eq(fieldtext(&plain, "fstype"), "-");
	ck_assert_str_eq(fieldtext(&plain, "source"), "-");
}
END_TEST

/* What was not asked for is not known: nothing is 0. */
START_TEST(test_nothing_known)
{
	static const char *const keys[] = {
		"mode", "flags", "lock", "lock_owner", "lock_waiters", "pos", "peer", "error", "path",
		"device", "node", "dev", "rdev", "ino", "size", "nlink", "deleted", "perm", "mount",
		"fstype", "source", "detail",
	};
	static const struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_FILE };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_msg(strcmp(fieldtext(&f, keys[i]), "-") == 0, "%s", keys[i]);
}
END_TEST

START_TEST(test_device)
{
	struct fdmap_stat st = { .dev = DEV(0, 5), .rdev = DEV(1, 3), .ino = 4,
				 .mode = S_IFCHR | 0666, .nlink = 1 };
	struct fdmap_file f = { .fd = 0, .kind = FDMAP_KIND_DEVICE, .path = "/dev/null", .ino = 4,
				.stat = &st, .have = FDMAP_LINK | FDMAP_STAT };

	ck_assert_str_eq(fieldtext(&f, "device"), "1,3");
	ck_assert_str_eq(fieldtext(&f, "dev"), "0:5");
	ck_assert_str_eq(fieldtext(&f, "rdev"), "1:3");
	ck_assert_str_eq(fieldtext(&f, "size"), "-");
	ck_assert_str_eq(fieldtext(&f, "type"), "CHR");
}
END_TEST

/* Whether somebody has asked a socket for its stat is nobody's business. */
START_TEST(test_socket)
{
	struct fdmap_stat st = { .dev = DEV(0, 8), .ino = 99, .mode = S_IFSOCK | 0777, .nlink = 1 };
	struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_SOCKET, .path = "socket:[99]", .ino = 99,
				.stat = &st, .have = FDMAP_LINK | FDMAP_STAT };
	static const char *const keys[] = { "dev", "rdev", "size", "nlink", "perm", "deleted" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_str_eq(fieldtext(&f, keys[i]), "-");
	ck_assert_str_eq(fieldtext(&f, "ino"), "99");
	ck_assert_str_eq(fieldtext(&f, "path"), "socket:[99]");
	f.path = "/run/x.sock";
	ck_assert_str_eq(fieldtext(&f, "dev"), "0:8");
	ck_assert_str_eq(fieldtext(&f, "perm"), "srwxrwxrwx");
	ck_assert_str_eq(fieldtext(&f, "deleted"), "0");
}
END_TEST

START_TEST(test_perm)
{
	static const struct {
		uint32_t mode;
		const char *want;
	} cases[] = {
		{ 0100644, "-rw-r--r--" }, { 040755, "drwxr-xr-x" },  { 041777, "drwxrwxrwt" },
		{ 041776, "drwxrwxrwT" },  { 0104755, "-rwsr-xr-x" }, { 0104655, "-rwSr-xr-x" },
		{ 0102755, "-rwxr-sr-x" }, { 0102744, "-rwxr-Sr--" }, { 020620, "crw--w----" },
		{ 060660, "brw-rw----" },  { 010600, "prw-------" },  { 0120777, "lrwxrwxrwx" },
		{ 0140755, "srwxr-xr-x" }, { 0600, "?rw-------" },    { 0, "-" },
	};
	struct fdmap_stat st = { .nlink = 1 };
	struct fdmap_file f = plain;

	f.stat = &st;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		st.mode = cases[i].mode;
		ck_assert_str_eq(fieldtext(&f, "perm"), cases[i].want);
	}
}
END_TEST

START_TEST(test_long_name)
{
	static char path[5000];
	struct fdmap_file f = plain;

	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	f.path = path;
	ck_assert_str_eq(fieldtext(&f, "name"), path);
	/* One more than fits, exactly what fits. */
	path[1024] = '\0';
	ck_assert_str_eq(fieldtext(&f, "name"), path);
	path[1023] = '\0';
	ck_assert_str_eq(fieldtext(&f, "name"), path);
}
END_TEST

START_TEST(test_mapped)
{
	struct fdmap_stat st = { .dev = DEV(8, 1), .ino = 5 };
	struct fdmap_file f = { .fd = FDMAP_FD_DEL, .kind = FDMAP_KIND_FILE, .path = "/lib/old",
				.deleted = true, .ino = 5, .stat = &st,
				.have = FDMAP_LINK | FDMAP_STAT };

	ck_assert_str_eq(fieldtext(&f, "deleted"), "1");
	ck_assert_str_eq(fieldtext(&f, "dev"), "8:1");
	ck_assert_str_eq(fieldtext(&f, "size"), "-");
	ck_assert_str_eq(fieldtext(&f, "nlink"), "-");
	ck_assert_str_eq(fieldtext(&f, "perm"), "-");
}
END_TEST

/* ---- mounts ---- */

static const char mountinfo[] =
	"29 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	"40 29 8:2 / /home rw - xfs /dev/sda2 rw\n"
	"41 29 8:2 /x /srv/part rw - xfs /dev/sda2 rw\n"
	"50 29 0:30 / /data rw - btrfs /dev/sdb rw\n"
	"51 29 0:31 / /mnt/a\\040b rw - nfs4 server:/export rw\n"
	"52 29 0:32 / /dev/mqueue rw - mqueue mqueue rw\n"
	"53 29 0:33 / /run rw -  tmpfs  rw\n";

static void check_mount(const struct fdmap_file *f, const char *dir, const char *fstype,
			const char *source)
{
	ck_assert_str_eq(fieldtext(f, "mount"), dir);
	ck_assert_str_eq(fieldtext(f, "fstype"), fstype);
	ck_assert_str_eq(fieldtext(f, "source"), source);
}

START_TEST(test_mounts)
{
	static const struct {
		const char *path;
		uint64_t mount, dev;
		const char *dir, *fstype, *source;
	} cases[] = {
		/* by its number, whatever path or device say */
		{ "/tmp/a", 29, DEV(8, 1), "/", "ext4", "/dev/sda1" },
		{ "/other/a", 40, DEV(8, 2), "/home", "xfs", "/dev/sda2" },
		{ "/home/a", 41, DEV(8, 2), "/srv/part", "xfs", "/dev/sda2" },
		{ "/data/a", 50, DEV(0, 99), "/data", "btrfs", "/dev/sdb" },
		{ "/mnt/a b/c", 51, DEV(0, 31), "/mnt/a b", "nfs4", "server:/export" },
		/* a mount of others: of the same file system as one of ours, or not */
		{ "/home/a", 900, DEV(8, 2), "-", "xfs", "/dev/sda2" },
		{ "/a", 900, DEV(8, 77), "-", "-", "-" },
		{ "/memfd:x (deleted)", 3, DEV(0, 1), "-", "-", "-" },
		/* no number */
		{ "/home/a", 0, DEV(8, 2), "/home", "xfs", "/dev/sda2" },
		{ "/srv/part/a", 0, DEV(8, 2), "/srv/part", "xfs", "/dev/sda2" },
		{ "/else/a", 0, DEV(8, 2), "-", "xfs", "/dev/sda2" },
		{ "/data/a", 0, DEV(0, 99), "-", "-", "-" },
		{ "/memfd:x (deleted)", 0, DEV(0, 1), "-", "-", "-" },
	};
	static struct fdmap_stat st[ARRAY_LEN(cases)];
	static struct fdmap_file files[ARRAY_LEN(cases)];
	struct fdmap_snapshot *s;
	struct mounts known;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		st[i] = (struct fdmap_stat){ .dev = cases[i].dev, .ino = i + 1,
					     .mode = S_IFREG | 0600, .mount = cases[i].mount };
		files[i] = plain;
		files[i].path = cases[i].path;
		files[i].stat = &st[i];
	}
	mounts_init(&known);
	ck_assert_int_eq(parse_mounts((struct span){ mountinfo, strlen(mountinfo) }, &known), 0);
	ck_assert_int_eq(snapshot_new(&s, 1, 0), 0);
	s->procs = calloc(1, sizeof(*s->procs));
	s->procs[0] = (struct fdmap_process){ .pid = 7, .files = files,
					      .nfiles = ARRAY_LEN(cases) };
	s->nprocs = 1;
	ck_assert_int_eq(mountjoin_rows(s, NULL, true, &known), 0);
	/* It outlives what was read. */
	mounts_fini(&known);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check_mount(&files[i], cases[i].dir, cases[i].fstype, cases[i].source);
	ck_assert_ptr_eq(fdmap_more(&files[1])->mount, fdmap_more(&files[8])->mount);
	ck_assert_str_eq(fdmap_more(&files[4])->server, "server:/export");
	ck_assert_ptr_null(fdmap_more(&files[0])->server);
	fdmap_snapshot_free(s);
}
END_TEST

/* What lies nowhere, and what is not asked, has no mount. */
START_TEST(test_no_mounts)
{
	static struct fdmap_stat st = { .dev = DEV(8, 1), .mode = S_IFREG, .mount = 29 };
	static struct fdmap_stat queue = { .dev = DEV(0, 32), .mode = S_IFREG, .mount = 52 };
	struct fdmap_file files[] = {
		{ .fd = 1, .kind = FDMAP_KIND_PIPE, .path = "pipe:[7]", .stat = &st },
		{ .fd = 2, .kind = FDMAP_KIND_FILE, .path = "/x" },
		{ .fd = 3, .kind = FDMAP_KIND_FILE, .stat = &st },
		{ .fd = 4, .kind = FDMAP_KIND_FILE, .path = "/q", .stat = &queue },
		{ .fd = 5, .kind = FDMAP_KIND_FILE, .path = "/x", .stat = &st },
	};
	struct fdmap_snapshot *s;
	struct mounts known;

	mounts_init(&known);
	ck_assert_int_eq(parse_mounts((struct span){ mountinfo, strlen(mountinfo) }, &known), 0);
	for (int whole = 0; whole < 2; whole++) {
		ck_assert_int_eq(snapshot_new(&s, 1, 0), 0);
		s->procs = calloc(1, sizeof(*s->procs));
		s->procs[0] = (struct fdmap_process){ .pid = 7, .files = files, .nfiles = 5 };
		s->nprocs = 1;
		ck_assert_int_eq(mountjoin_rows(s, NULL, whole, &known), 0);
		for (size_t i = 0; i < 3; i++)
			check_mount(&files[i], "-", "-", "-");
		ck_assert_int_eq(files[3].kind, FDMAP_KIND_MQUEUE);
		check_mount(&files[4], whole ? "/" : "-", whole ? "ext4" : "-",
			    whole ? "/dev/sda1" : "-");
		fdmap_snapshot_free(s);
	}
	mounts_fini(&known);
}
END_TEST

/* ---- what can be asked for ---- */

/* Every field of a row has a price, and what is joined is not known before the end. */
START_TEST(test_needs)
{
	const uint32_t joined = FDMAP_LOCKS | FDMAP_MOUNTS | FDMAP_ENDS;
	const struct fdmap_field *f;

	for (size_t i = 0; (f = fdmap_field_at(i)); i++) {
		if (strcmp(f->group, "descriptor") != 0 && strcmp(f->group, "file") != 0 &&
		    strcmp(f->group, "detail") != 0)
			continue;
		ck_assert_msg(!(f->needs & joined) || field_of(f)->late, "%s", f->key);
		ck_assert_msg(f->needs || strcmp(f->key, "fd") == 0, "%s", f->key);
		ck_assert_msg(*f->help && *f->title && strlen(f->help) < 90, "%s", f->key);
		ck_assert_int_eq(f->of, FDMAP_OF_DESCRIPTOR);
	}
}
END_TEST

/* ---- a system ---- */

static const struct {
	int fd;
	const char *key, *want;
} told[] = {
	{ 0, "type", "CHR" },	   { 0, "kind", "device" },   { 0, "rdev", "1:3" },
	{ 0, "device", "1,3" },	   { 0, "mount", "/dev" },    { 0, "fstype", "devtmpfs" },
	{ 0, "source", "udev" },   { 0, "size", "-" },	      { 0, "pos", "0" },
	{ 1, "mount", "/dev/pts" }, { 2, "pos", "512" },      { 2, "kind", "device" },
	{ 3, "type", "FIFO" },	   { 3, "kind", "pipe" },     { 3, "ino", "50001" },
	{ 3, "mount", "-" },	   { 3, "pos", "-" },	      { 3, "mode", "r" },
	{ 6, "size", "1234" },	   { 6, "pos", "1000" },      { 6, "flags", "RW,LG" },
	{ 6, "nlink", "2" },	   { 6, "mode", "u" },	      { 6, "name", "/tmp/plain" },
	{ 6, "deleted", "0" },	   { 6, "perm", "-rw-r--r--" }, { 7, "deleted", "1" },
	{ 7, "path", "/tmp/gone (deleted)" }, { 8, "kind", "dir" },
};

static const struct {
	const char *path, *lock, *owner, *waiters;
} locked[] = {
	{ "/tmp/lock-a", "W", "701", "-" },
	{ "/tmp/lock-d", "r", "701", "-" },
	{ "/tmp/lock-e", "-", "0", "-" },     /* of a descriptor, not of a process */
	{ "/tmp/lock-f", "-", "999", "701" }, /* of another one, for which this one waits */
};

/* Descriptors 0 to 8, with these facts and nothing else. */
static struct fdmap_snapshot *take(struct fdmap *m, pid_t pid, uint32_t more)
{
	struct fdmap_snapshot *s;
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	ck_assert_int_ge(fdmap_query_pid(q, pid, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(q, 0, 8, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	fdmap_query_want(q, FDMAP_FDS | more);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	fdmap_query_free(q);
	return s;
}

static uint32_t needs_of(const char *key)
{
	return fdmap_field_find(key, strlen(key))->needs;
}

START_TEST(test_tree)
{
	char *dir = tree_unpack_file("kinds");
	struct fdmap_config cfg = { .threads = 1, .proc = dir };
	struct fdmap *m;
	size_t n;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		struct fdmap_snapshot *s = take(m, 700, needs_of(told[i].key));
		const struct fdmap_process *p = fdmap_processes(s, &n);
		struct fdmap_row row = { s, p, NULL };

		ck_assert_uint_eq(n, 1);
		for (uint32_t j = 0; j < p->nfiles; j++)
			if (p->files[j].fd == told[i].fd)
				row.file = &p->files[j];
		ck_assert_ptr_nonnull(row.file);
		ck_assert_msg(strcmp(fieldtext_row(&row, told[i].key), told[i].want) == 0, "%d %s: %s",
			      told[i].fd, told[i].key, fieldtext_row(&row, told[i].key));
		fdmap_snapshot_free(s);
	}
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

START_TEST(test_tree_locks)
{
	char *dir = tree_unpack_file("kinds");
	struct fdmap_config cfg = { .threads = 1, .proc = dir };
	struct fdmap_snapshot *s;
	const struct fdmap_process *p;
	size_t n, seen = 0;
	struct fdmap *m;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	s = take(m, 701, needs_of("lock_owner"));
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	for (uint32_t j = 0; j < p->nfiles; j++) {
		struct fdmap_row row = { s, p, &p->files[j] };

		for (size_t i = 0; i < ARRAY_LEN(locked); i++) {
			if (strcmp(row.file->path, locked[i].path) != 0)
				continue;
			seen++;
			ck_assert_str_eq(fieldtext_row(&row, "lock"), locked[i].lock);
			ck_assert_str_eq(fieldtext_row(&row, "lock_owner"), locked[i].owner);
			ck_assert_str_eq(fieldtext_row(&row, "lock_waiters"), locked[i].waiters);
		}
	}
	ck_assert_uint_eq(seen, ARRAY_LEN(locked));
	fdmap_snapshot_free(s);
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

/* Of several owners the row's own process, else who came first; waiters once each. */
START_TEST(test_lock_owners)
{
	static const char text[] =
		"dir 10 uid=0\n"
		"file 10/stat | 10 (a) S 1 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0 0\n"
		"link 10/fd/3 /f mode=100644 dev=8:1 ino=77 nlink=1 l=rw\n"
		"link 10/fd/4 /g mode=100644 dev=8:1 ino=78 nlink=1 l=rw\n"
		"dir 40 uid=0\n"
		"file 40/stat | 40 (b) S 1 40 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0 0\n"
		"link 40/fd/3 /f mode=100644 dev=8:1 ino=77 nlink=1 l=rw\n"
		"link 40/fd/4 /g mode=100644 dev=8:1 ino=78 nlink=1 l=rw\n"
		"link 40/fd/5 /h mode=100644 dev=8:2 ino=77 nlink=1 l=rw\n"
		"file locks | 1: FLOCK  ADVISORY  READ 20 08:01:77 0 EOF\n"
		"file locks | 2: FLOCK  ADVISORY  READ 10 08:01:77 0 EOF\n"
		"file locks | 2: -> FLOCK  ADVISORY  WRITE 31 08:01:77 0 EOF\n"
		"file locks | 2: -> FLOCK  ADVISORY  WRITE 30 08:01:77 0 EOF\n"
		"file locks | 2: -> OFDLCK ADVISORY  WRITE -1 08:01:77 0 EOF\n"
		"file locks | 2: -> POSIX  ADVISORY  WRITE 30 08:01:77 0 9\n"
		"file locks | 3: OFDLCK ADVISORY  READ -1 08:01:78 0 EOF\n"
		"file locks | 4: POSIX  ADVISORY  READ 10 08:01:78 0 EOF\n";
	static const struct {
		pid_t pid;
		int fd;
		const char *lock, *owner, *waiters;
	} want[] = {
		{ 10, 3, "R", "10", "0 30 31" }, { 10, 4, "R", "10", "-" },
		{ 40, 3, "-", "20", "0 30 31" }, { 40, 4, "-", "0", "-" },
		{ 40, 5, "-", "-", "-" },
	};
	char *dir = tree_unpack(text);
	struct fdmap_config cfg = { .threads = 1, .proc = dir };
	struct fdmap *m;
	size_t n;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		struct fdmap_snapshot *s = take(m, want[i].pid, needs_of("lock_owner"));
		const struct fdmap_process *p = fdmap_processes(s, &n);
		struct fdmap_row row = { s, p, &p->files[want[i].fd - 3] };

		ck_assert_int_eq(row.file->fd, want[i].fd);
		ck_assert_str_eq(fieldtext_row(&row, "lock"), want[i].lock);
		ck_assert_str_eq(fieldtext_row(&row, "lock_owner"), want[i].owner);
		ck_assert_str_eq(fieldtext_row(&row, "lock_waiters"), want[i].waiters);
		fdmap_snapshot_free(s);
	}
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

static struct fdmap_counts cost_of(struct fdmap *m, uint32_t facts)
{
	struct fdmap_counts before, after;

	fdmap_counts(m, &before);
	fdmap_snapshot_free(take(m, 700, facts));
	fdmap_counts(m, &after);
	after.reads -= before.reads;
	after.fdinfos -= before.fdinfos;
	after.stats -= before.stats;
	after.lmodes -= before.lmodes;
	return after;
}

/* mountinfo and locks are read once, and only for those who want them. */
START_TEST(test_cost)
{
	static const struct {
		const char *key;
		uint64_t reads, fdinfos, stats, lmodes;
	} costs[] = {
		{ "path", 0, 0, 0, 0 },
		{ "mode", 0, 0, 0, 1 },
		{ "flags", 0, 1, 0, 0 },
		{ "size", 0, 0, 1, 0 },
		{ "mount", 1, 0, 1, 0 },
		{ "lock_owner", 1, 0, 1, 0 },
	};
	char *dir = tree_unpack_file("kinds");
	struct fdmap_config cfg = { .threads = 1, .proc = dir };
	struct fdmap_counts bare;
	struct fdmap *m;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	bare = cost_of(m, FDMAP_LINK);
	for (size_t i = 0; i < ARRAY_LEN(costs); i++) {
		struct fdmap_counts c = cost_of(m, needs_of(costs[i].key));

		ck_assert_msg(c.reads - bare.reads == costs[i].reads, "%s: reads", costs[i].key);
		ck_assert_msg((c.fdinfos > bare.fdinfos) == costs[i].fdinfos, "%s: fdinfos",
			      costs[i].key);
		ck_assert_msg((c.stats > bare.stats) == costs[i].stats, "%s: stats", costs[i].key);
		ck_assert_msg((c.lmodes > bare.lmodes) == costs[i].lmodes, "%s: lmodes",
			      costs[i].key);
	}
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("field_file", test_file, test_nothing_known, test_device, test_socket, test_perm,
	  test_long_name, test_mapped, test_mounts, test_no_mounts, test_needs, test_tree,
	  test_tree_locks, test_lock_owners, test_cost)
