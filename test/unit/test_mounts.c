/* SPDX-License-Identifier: MIT */
/* self/mountinfo. */
#include "proc/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "test/lib/unit.h"

static struct mounts m;

static void parse(const char *text)
{
	mounts_init(&m);
	ck_assert_int_eq(parse_mounts((struct span){ text, strlen(text) }, &m), 0);
}

START_TEST(test_fields)
{
	parse("27 1 254:3 / / rw,relatime - ext4 /dev/vda rw,discard\n"
	      "36 27 0:21 /sub /mnt\\040a\\012b rw shared:1 master:2 - tmpfs tmp\\134fs rw\n");
	ck_assert_uint_eq(m.n, 2);
	ck_assert_uint_eq(m.v[0].dev, makedev(254, 3));
	ck_assert_str_eq(m.v[0].dir, "/");
	ck_assert_str_eq(m.v[0].fstype, "ext4");
	ck_assert_str_eq(m.v[0].source, "/dev/vda");
	ck_assert_uint_eq(m.v[1].dev, makedev(0, 21));
	ck_assert_str_eq(m.v[1].dir, "/mnt a\nb");
	ck_assert_str_eq(m.v[1].source, "tmp\\fs");
	mounts_fini(&m);
}
END_TEST

START_TEST(test_empty_source)
{
	parse("36 27 0:21 / /a rw - tmpfs  rw\n");
	ck_assert_uint_eq(m.n, 1);
	ck_assert_str_eq(m.v[0].fstype, "tmpfs");
	ck_assert_str_eq(m.v[0].source, "");
	mounts_fini(&m);
}
END_TEST

START_TEST(test_skips_malformed)
{
	parse("x\n"
	      "\n"
	      "1 2 3 / / rw - a b c\n"
	      "1 2 0:1 / /no-separator rw a b c\n"
	      "1 2 0:1 / /no-type rw -\n"
	      "1 2 99999999999:1 / /big rw - a b c\n"
	      "1 2 0:1 / /good rw - a b c\n"
	      "1 2 0:1 / /cut rw - a b");
	ck_assert_uint_eq(m.n, 1);
	ck_assert_str_eq(m.v[0].dir, "/good");
	mounts_fini(&m);
}
END_TEST

static bool is_remote(const char *fstype)
{
	char line[128];
	bool remote;

	snprintf(line, sizeof(line), "1 2 0:1 / /x rw - %s src rw\n", fstype);
	parse(line);
	ck_assert_uint_eq(m.n, 1);
	remote = m.v[0].remote;
	mounts_fini(&m);
	return remote;
}

START_TEST(test_remote)
{
	static const char *const remote[] = { "nfs",   "nfs4",	    "cifs",	  "smb3",
					      "smbfs", "fuse",	    "fuse.sshfs", "9p",
					      "ceph",  "afs",	    "lustre",	  "gfs2",
					      "ocfs2", "glusterfs", "beegfs",	  "coda",
					      "ncpfs", "autofs" };
	static const char *const local[] = { "ext4",  "fuseblk", "fusectl", "nfsd",
					     "tmpfs", "overlay", "proc",    "virtiofs" };

	for (size_t i = 0; i < ARRAY_LEN(remote); i++)
		ck_assert_msg(is_remote(remote[i]), "%s", remote[i]);
	for (size_t i = 0; i < ARRAY_LEN(local); i++)
		ck_assert_msg(!is_remote(local[i]), "%s", local[i]);
}
END_TEST

START_TEST(test_last_wins)
{
	parse("1 0 0:1 / /a rw - tmpfs one rw\n"
	      "2 1 0:2 / /a rw - tmpfs one rw\n"
	      "3 1 0:1 / /b rw - tmpfs two rw\n");
	ck_assert_ptr_eq(mounts_find_dir(&m, "/a"), &m.v[1]);
	ck_assert_ptr_eq(mounts_find_dir(&m, "/b"), &m.v[2]);
	ck_assert_ptr_null(mounts_find_dir(&m, "/"));
	ck_assert_ptr_eq(mounts_find_dev(&m, makedev(0, 1)), &m.v[2]);
	ck_assert_ptr_eq(mounts_find_dev(&m, makedev(0, 2)), &m.v[1]);
	ck_assert_ptr_null(mounts_find_dev(&m, makedev(1, 0)));
	ck_assert_ptr_eq(mounts_find_source(&m, "one"), &m.v[1]);
	ck_assert_ptr_null(mounts_find_source(&m, "three"));
	mounts_fini(&m);
}
END_TEST

START_TEST(test_many)
{
	struct buf b;

	buf_init(&b);
	for (int i = 0; i < 3000; i++)
		buf_printf(&b, "%d 1 0:%d / /m/%d rw - tmpfs t%d rw\n", i, i, i, i);
	parse(buf_str(&b));
	ck_assert_uint_eq(m.n, 3000);
	ck_assert_str_eq(mounts_find_dev(&m, makedev(0, 2999))->dir, "/m/2999");
	ck_assert_str_eq(mounts_find_source(&m, "t0")->dir, "/m/0");
	buf_fini(&b);
	mounts_fini(&m);
}
END_TEST

START_TEST(test_live)
{
	struct root *root;

	ck_assert_int_eq(root_open(&root, NULL), 0);
	mounts_init(&m);
	ck_assert_int_eq(mounts_read(root, &m), 0);
	ck_assert_ptr_nonnull(mounts_find_dir(&m, "/proc"));
	ck_assert_str_eq(mounts_find_dir(&m, "/proc")->fstype, "proc");
	mounts_fini(&m);
	root_close(root);
}
END_TEST

START_TEST(test_places)
{
	parse("30 1 8:1 / / rw - ext4 /dev/a rw\n"
	      "31 30 8:1 /home/u /data rw - ext4 /dev/a rw\n"
	      "32 30 0:40 / /mnt/nfs rw - nfs4 s:/e rw\n"
	      "33 30 0:41 /@ /b rw - btrfs /dev/b rw\n");
	ck_assert_str_eq(m.v[1].root, "/home/u");
	ck_assert_uint_eq(m.v[1].id, 31);
	ck_assert_ptr_eq(mounts_find_id(&m, 32), &m.v[2]);
	ck_assert_ptr_null(mounts_find_id(&m, 29));
	ck_assert_ptr_eq(mounts_find_above(&m, "/data/x", makedev(8, 1)), &m.v[1]);
	ck_assert_ptr_eq(mounts_find_above(&m, "/database", makedev(8, 1)), &m.v[0]);
	/* What is under a mount lies on the one below it; subvolumes tell other devices. */
	ck_assert_ptr_eq(mounts_find_above(&m, "/mnt/nfs/x", makedev(8, 1)), &m.v[0]);
	ck_assert_ptr_eq(mounts_find_above(&m, "/b/x", makedev(0, 77)), &m.v[3]);
	ck_assert_ptr_null(mounts_find_above(&m, "/b/x", makedev(8, 77)));
	ck_assert_ptr_eq(mounts_find_path(&m, "/mnt/nfs"), &m.v[2]);
	ck_assert_ptr_eq(mounts_find_path(&m, "/mnt/nf"), &m.v[0]);
	ck_assert(mount_is_nfs(&m.v[2]));
	ck_assert(!mount_is_nfs(&m.v[0]));
	mounts_fini(&m);
	parse("1 0 0:1 / /a rw - nfs x rw\n2 0 0:2 / /b rw - nfs3 x rw\n3 0 0:3 / /c rw - nfsd x rw\n");
	ck_assert(mount_is_nfs(&m.v[0]) && mount_is_nfs(&m.v[1]) && !mount_is_nfs(&m.v[2]));
	mounts_fini(&m);
}
END_TEST

START_TEST(test_below)
{
	ck_assert_str_eq(mounts_below("/a/b", "/a"), "/b");
	ck_assert_str_eq(mounts_below("/a", "/a"), "");
	ck_assert_str_eq(mounts_below("/a", "/"), "/a");
	ck_assert_str_eq(mounts_below("/", "/"), "");
	ck_assert_ptr_null(mounts_below("/ab", "/a"));
	ck_assert_ptr_null(mounts_below("/", "/a"));
	ck_assert_ptr_null(mounts_below("", "/a"));
}
END_TEST

UNIT_MAIN("mounts", test_places, test_below, test_fields, test_empty_source, test_skips_malformed, test_remote,
	  test_last_wins, test_many, test_live)
