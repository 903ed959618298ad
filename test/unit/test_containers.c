/* SPDX-License-Identifier: MIT */
/* Names of containers: JSON of others, where it lies, what is opened and how often. */
#include "os/containers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "fdmap.h"
#include "proc/overlay.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define ID1 "1111111111111111111111111111111111111111111111111111111111111111"
#define ID2 "2222222222222222222222222222222222222222222222222222222222222222"
#define ID3 "3333333333333333333333333333333333333333333333333333333333333333"
#define ID4 "4444444444444444444444444444444444444444444444444444444444444444"

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static struct cursor cursor_on(const char *text)
{
	return cursor_of(text, strlen(text));
}

static void check_unescape(const char *raw, const char *want)
{
	struct buf out;
	bool good;

	buf_init(&out);
	good = json_unescape(span_of(raw), &out);
	ck_assert_msg(good == (want != NULL), "%s", raw);
	if (want)
		ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_unescape)
{
	check_unescape("", "");
	check_unescape("web", "web");
	check_unescape("a\\\"b\\\\c\\/d", "a\"b\\c/d");
	check_unescape("\\b\\f\\n\\r\\t", "\b\f\n\r\t");
	check_unescape("\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac");
	check_unescape("\\ud83d\\ude00", "\xf0\x9f\x98\x80");
	check_unescape("\\", NULL);
	check_unescape("\\x41", NULL);
	check_unescape("\\u004", NULL);
	check_unescape("\\u004g", NULL);
	check_unescape("\\u0000", NULL);
	check_unescape("\\ud83d", NULL);
	check_unescape("\\ud83dx", NULL);
	check_unescape("\\ud83d\\u0041", NULL);
	check_unescape("\\ude00", NULL);
}
END_TEST

/* What is left behind the first value. */
static void check_skip(const char *text, const char *rest)
{
	struct cursor c = cursor_on(text);

	json_skip(&c);
	ck_assert_msg(span_eq(cursor_rest(&c), rest), "%s: %.*s", text, (int)(c.end - c.at), c.at);
}

START_TEST(test_skip)
{
	check_skip("1,2", ",2");
	check_skip(" true }", "}");
	check_skip("\"a,]}\\\"b\",1", ",1");
	check_skip("{\"a\":[1,{\"b\":\"}\"}]},1", ",1");
	check_skip("[],1", ",1");
	check_skip("[[\"]\"]]]", "]");
	/* Never stays where it is. */
	check_skip(",1", "");
	check_skip("\"a", "");
	check_skip("[1", "");
}
END_TEST

static int collect(void *arg, struct span id, struct span name)
{
	struct buf *out = arg;

	buf_printf(out, "%.*s=%.*s;", (int)id.n, id.p, (int)name.n, name.p);
	return 0;
}

static void check_list(const char *text, const char *want)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(parse_containers(span_of(text), collect, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_podman)
{
	check_list("[{\"id\":\"1\",\"names\":[\"web\"],\"image\":\"6d\"}]", "1=web;");
	check_list(" [ { \"names\" : [ \"a\" , \"b\" ] , \"id\" : \"1\" } ,\n"
		   "{ \"id\" : \"2\" , \"names\" : [ \"c\" ] } ] ",
		   "1=a;2=c;");
	/* A text that looks like keys is not fooled by. */
	check_list(
		"[{\"metadata\":\"{\\\"id\\\":\\\"9\\\",\\\"names\\\":[\\\"x\\\"]}\",\"id\":\"1\","
		"\"names\":[\"web\"]}]",
		"1=web;");
	/* Nor are deeper ones. */
	check_list("[{\"id\":\"1\",\"more\":{\"id\":\"9\",\"names\":[\"x\"]},\"names\":[\"web\"]}]",
		   "1=web;");
	check_list("[{\"id\":\"1\",\"names\":[]},{\"id\":\"2\"},{\"names\":[\"x\"]},7,[],"
		   "{\"id\":\"3\",\"names\":[5,\"y\"]},{\"id\":4,\"names\":[\"z\"]}]",
		   "3=y;");
	check_list("[{\"id\":\"1\",\"names\":null},{\"id\":\"2\",\"names\":[\"b\"]}]", "2=b;");
	check_list("[{\"id\":\"1\",\"names\":[\"a\"]},{\"id\":\"2\",\"na", "1=a;");
	check_list("{\"id\":\"1\",\"names\":[\"a\"]}", "");
	check_list("[]", "");
	check_list("", "");
}
END_TEST

static void check_docker(const char *text, const char *want)
{
	struct span name = { 0 };
	bool found = parse_docker_config(span_of(text), &name);

	ck_assert_msg(found == (want != NULL), "%s", text);
	if (want)
		ck_assert_msg(span_eq(name, want), "%s", text);
}

START_TEST(test_docker)
{
	check_docker("{\"ID\":\"1\",\"Name\":\"/web\"}", "web");
	check_docker("{\"Name\":\"web\"}", "web");
	check_docker("{\"Config\":{\"Name\":\"/no\"},\"Args\":[\"\\\"Name\\\":\\\"/no\\\"\"],"
		     "\"Name\":\"/a/b\"}",
		     "a/b");
	check_docker("{\"Name\":7,\"name\":\"/x\"}", NULL);
	check_docker("{\"Name\":\"/\"}", NULL);
	check_docker("{\"Name\":\"/we", NULL);
	check_docker("[{\"Name\":\"/web\"}]", NULL);
}
END_TEST

static void check_upper(const char *text, const char *want)
{
	struct buf out;
	bool found;

	buf_init(&out);
	found = parse_overlay_upper(span_of(text), &out);
	ck_assert_msg(found == (want != NULL), "%s", text);
	ck_assert_str_eq(buf_str(&out), want ? want : "");
	buf_fini(&out);
}

START_TEST(test_upper)
{
	check_upper("73 48 0:40 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/s/o/82/diff,"
		    "workdir=/w\n74 73 0:4 / /proc rw - proc proc rw\n",
		    "/s/o/82/diff");
	check_upper(
		"73 48 0:40 / / rw shared:1 master:2 - overlay none rw,upperdir=/a\\040b\\054c\n",
		"/a b,c");
	/* the one on top */
	check_upper("1 1 0:4 / / rw - overlay o rw,upperdir=/a\n2 1 0:5 / / rw - overlay o "
		    "rw,upperdir=/b\n",
		    "/b");
	check_upper("73 48 0:40 / /x rw - overlay overlay rw,upperdir=/s\n", NULL);
	check_upper("73 48 0:40 / / rw - ext4 overlay rw,upperdir=/s\n", NULL);
	check_upper("73 48 0:40 / / rw - overlay overlay rw,upperdir=82/diff\n", NULL);
	check_upper("73 48 0:40 / / rw - overlay overlay rw,xupperdir=/s\n", NULL);
	check_upper("73 48 0:40 / / rw - overlay overlay rw,upperdir=/s", NULL);
	check_upper("", NULL);
}
END_TEST

/* ---- names of a recorded system ------------------------------------------------------ */

#define PROC(pid, cgroup)                                                                          \
	"dir " pid " uid=0\nfile " pid "/stat | " pid                                              \
	" (web) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0\n"                                 \
	"link " pid "/cwd / mode=40755 dev=254:0 ino=2\nfile " pid "/cgroup | 0::" cgroup "\n"

static const char local_root[] = "file self/mountinfo | 27 1 254:0 / / rw - ext4 /dev/vda rw\n";
static const char remote_home[] =
	"file self/mountinfo | 28 27 0:50 / /home rw - nfs4 files:/home rw\n";

/* The name of each process, "-" for none, of a tree; and how many files that took. */
static void check_names(const char *tree, uint32_t want, const char *names, uint64_t paths)
{
	char *dir = tree_unpack(tree);
	struct fdmap_config cfg = { .proc = dir, .threads = 1 };
	const struct fdmap_process *p;
	struct fdmap_counts counts;
	struct fdmap_snapshot *s;
	struct fdmap_query *q;
	struct fdmap *m;
	struct buf got;
	size_t n;

	buf_init(&got);
	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_hide_failed(q, true);
	fdmap_query_want(q, FDMAP_SPECIAL | FDMAP_LINK | FDMAP_CRED | want);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	p = fdmap_processes(s, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s ", p[i].container_name ? p[i].container_name : "-");
	ck_assert_str_eq(buf_str(&got), names);
	fdmap_counts(m, &counts);
	ck_assert_uint_eq(counts.paths, paths);
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(m);
	buf_fini(&got);
	tree_remove(dir);
}

static void check_tree(const char *a, const char *b, const char *names, uint64_t paths)
{
	struct buf tree;

	buf_init(&tree);
	buf_puts(&tree, local_root);
	buf_puts(&tree, a);
	buf_puts(&tree, b);
	check_names(buf_str(&tree), FDMAP_CGROUP | FDMAP_CONTAINER, names, paths);
	buf_fini(&tree);
}

START_TEST(test_default_places)
{
	static const char procs[] =
		PROC("10", "/libpod_parent/libpod-" ID1) PROC("11", "/libpod_parent/libpod-" ID1)
			PROC("12", "/docker/" ID2) PROC("13", "/x/" ID3) PROC("14", "/lxc/web");
	static const char files[] =
		"file host/var/lib/containers/storage/overlay-containers/containers.json | "
		"[{\"id\":\"" ID1 "\",\"names\":[\"one\"]}]\n"
		"file host/var/lib/containers/storage/vfs-containers/volatile-containers.json | "
		"[{\"id\":\"" ID3 "\",\"names\":[\"thr\\\\u00e9\\\\u20ac\"]}]\n"
		"file host/var/lib/docker/containers/" ID2 "/config.v2.json | "
		"{\"Name\":\"/two\"}\n";

	/* Each file once, and no more of them than are needed. */
	check_tree(procs, files, "one one two thr\xc3\xa9\xe2\x82\xac - ", 5);
	/* None is there: each place is looked at once. docker's and that of ID3. */
	check_tree(procs, "", "- - - - - ", 6);
}
END_TEST

START_TEST(test_own_place)
{
	static const char procs[] = PROC("10", "/libpod_parent/libpod-" ID1)
		PROC("12", "/docker/" ID2) PROC("13", "/kubepods/pod" ID3) PROC("14", "/x/" ID4);
	static const char files[] =
		"file 10/mountinfo | 7 1 0:40 / / rw - overlay o rw,upperdir=/s/p/overlay/82/diff\n"
		"file host/s/p/overlay-containers/volatile-containers.json | "
		"[{\"id\":\"" ID1 "\",\"names\":[\"one\"]}]\n"
		"file 12/mountinfo | 7 1 0:40 / / rw - overlay o rw,upperdir=/d/overlay2/82/diff\n"
		"file host/d/containers/" ID2 "/config.v2.json | {\"Name\":\"/two\"}\n"
		/* too short to have a place beside it */
		"file 14/mountinfo | 7 1 0:40 / / rw - overlay o rw,upperdir=/diff\n";

	check_tree(procs, files, "one two - - ", 2 + 1 + 5);
}
END_TEST

#define HOME_FILE(home)                                                                            \
	"file host" home "/.local/share/containers/storage/overlay-containers/containers.json | "  \
	"[{\"id\":\"" ID1 "\",\"names\":[\"mine\"]}]\n"

START_TEST(test_home)
{
	static const char procs[] =
		PROC("10", "/user.slice/libpod-" ID1 ".scope/container") "dir 10 uid=1000\n";
	static const char users[] =
		"file host/etc/passwd | root:x:0:0:root:/root:/bin/sh\n"
		"file host/etc/passwd | me:x:1000:1000:Me,,,:/home/me:/bin/sh\n";
	struct buf files;

	buf_init(&files);
	buf_puts(&files, users);
	buf_puts(&files, HOME_FILE("/home/me"));
	check_tree(procs, buf_str(&files), "mine ", 4 + 1 + 1);
	/* Root's own are not in its home. */
	buf_puts(&files, HOME_FILE("/root"));
	check_tree(PROC("10", "/libpod_parent/libpod-" ID1), buf_str(&files), "- ", 4);
	/* Nothing that a server may have is opened. */
	buf_puts(&files, remote_home);
	check_tree(procs, buf_str(&files), "- ", 4 + 1);
	buf_fini(&files);
}
END_TEST

START_TEST(test_only_if_wanted)
{
	static const char tree[] =
		"file self/mountinfo | 27 1 254:0 / / rw - ext4 /dev/vda rw\n" PROC(
			"10", "/libpod_parent/libpod-" ID1) "file host/var/lib/containers/storage/"
							    "overlay-containers/containers.json | "
							    "[{\"id\":\"" ID1
							    "\",\"names\":[\"one\"]}]\n";
	static const char blind[] =
		PROC("10", "/libpod_parent/libpod-" ID1) "file "
							 "host/var/lib/containers/storage/"
							 "overlay-containers/containers.json | "
							 "[{\"id\":\"" ID1
							 "\",\"names\":[\"one\"]}]\n";

	check_names(tree, FDMAP_CGROUP | FDMAP_CONTAINER, "one ", 1);
	check_names(tree, FDMAP_CGROUP, "- ", 0);
	check_names(tree, FDMAP_CONTAINER, "- ", 0);
	/* Where it lies is not known without the list of mounts. */
	check_names(blind, FDMAP_CGROUP | FDMAP_CONTAINER, "- ", 0);
}
END_TEST

/* ---- the door --------------------------------------------------------------------------- */

static void write_file(const char *path, size_t n)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_ne(fputc('x', f), EOF);
	ck_assert_int_eq(fclose(f), 0);
}

/* What the door refuses. */
static void check_door(struct root *root, const char *dir)
{
	struct buf b;

	buf_init(&b);
	ck_assert_int_eq(root_host_file(root, dir, "/d/f", 9, &b), -EFBIG);
	ck_assert_int_eq(root_host_file(root, dir, "/d/link", 10, &b), -ELOOP);
	ck_assert_int_eq(root_host_file(root, dir, "/to/f", 10, &b), -ELOOP);
	ck_assert_int_eq(root_host_file(root, dir, "/../x", 10, &b), -EXDEV);
	ck_assert_int_eq(root_host_file(root, dir, "/d", 10, &b), -EINVAL);
	/* One that nobody writes to would hold us up. */
	ck_assert_int_eq(root_host_file(root, dir, "/d/fifo", 10, &b), -EINVAL);
	ck_assert_int_eq(root_host_file(root, dir, "/d/none", 10, &b), -ENOENT);
	/* Another file system. */
	ck_assert_int_eq(root_host_file(root, "/", "/proc/version", 4096, &b), -EXDEV);
	/* Of no end that is told. */
	ck_assert_int_eq(root_host_file(root, root_live_path(), "/meminfo", 10, &b), -EFBIG);
	buf_fini(&b);
}

START_TEST(test_door)
{
	char dir[] = "/tmp/fdmap-door.XXXXXX";
	struct root *root;
	struct buf b;
	int r;

	buf_init(&b);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(mkdir("d", 0700), 0);
	write_file("d/f", 10);
	ck_assert_int_eq(symlink("f", "d/link"), 0);
	ck_assert_int_eq(symlink("d", "to"), 0);
	ck_assert_int_eq(mkfifo("d/fifo", 0600), 0);
	ck_assert_int_eq(root_open(&root, NULL), 0);
	/* There is no openat2 before Linux 5.6, nor under valgrind: then nothing is opened. */
	r = root_host_file(root, dir, "/d/f", 10, &b);
	if (r != -ENOSYS) {
		ck_assert_int_eq(r, 0);
		ck_assert_str_eq(buf_str(&b), "xxxxxxxxxx");
		check_door(root, dir);
	}
	root_close(root);
	ck_assert_int_eq(unlink("d/fifo") | unlink("d/link") | unlink("to") | unlink("d/f") |
				 rmdir("d") | rmdir(dir),
			 0);
	buf_fini(&b);
}
END_TEST

START_TEST(test_another_procfs)
{
	char *dir = tree_unpack("file host/a | one\nlink host/b a\n");
	struct root *root;
	struct buf b;

	buf_init(&b);
	ck_assert_int_eq(root_open(&root, dir), 0);
	ck_assert_int_eq(root_host_file(root, "/", "/a", 4, &b), 0);
	ck_assert_str_eq(buf_str(&b), "one\n");
	ck_assert_int_eq(root_host_file(root, "/", "/a", 3, &b), -EFBIG);
	ck_assert_int_eq(root_host_file(root, "/", "/b", 4, &b), -ELOOP);
	ck_assert_int_lt(root_host_file(root, "/", "/../manifest", 4, &b), 0);
	root_close(root);
	tree_remove(dir);
	buf_fini(&b);
}
END_TEST

UNIT_MAIN("containers", test_unescape, test_skip, test_podman, test_docker, test_upper,
	  test_default_places, test_own_place, test_home, test_only_if_wanted, test_door,
	  test_another_procfs)
