/* SPDX-License-Identifier: MIT */
/* The kernel's own list of mappings against the text of maps, both of this process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cursor.h"
#include "engine/query.h"
#include "os/root.h"
#include "proc/maps.h"
#include "test/lib/unit.h"

static char dir[64];
static struct root *root;
static struct root_dir self;

/* Maps a new file of that name; `gone`: which is removed then. */
static void map_file(const char *name, bool gone)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, 12345), 0);
	ck_assert(mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	ck_assert(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096) != MAP_FAILED);
	close(fd);
	if (gone)
		ck_assert_int_eq(unlink(name), 0);
}

static void map_odd(void)
{
	int fd = memfd_create("odd name", MFD_CLOEXEC), id;

	map_file("plain", false);
	map_file("line\nfeed", false);
	map_file("blank at the end ", false);
	map_file("gone", true);
	map_file("line\ngone", true);
	map_file("looks (deleted)", false);
	map_file("twice (deleted)", true);
	map_file("\xff\x01\t\"", false);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, 4096), 0);
	ck_assert(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED);
	close(fd);
	ck_assert(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) !=
		  MAP_FAILED);
	id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	if (id >= 0) {
		ck_assert(shmat(id, NULL, SHM_RDONLY) != (void *)-1);
		(void)shmctl(id, IPC_RMID, NULL);
	}
}

/* Below it a path is as long as none can be typed. */
static void go_deep(unsigned levels)
{
	char name[251];

	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (unsigned i = 0; i < levels; i++) {
		ck_assert_int_eq(mkdir(name, 0700), 0);
		ck_assert_int_eq(chdir(name), 0);
	}
}

static void remove_all(void)
{
	char command[128];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

static void setup(void)
{
	char pid[16];

	strcpy(dir, "/tmp/fdmap-maps.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(root_open(&root, NULL), 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	ck_assert_int_eq(root_dir_open(root, NULL, pid, &self), 0);
}

static void teardown(void)
{
	root_dir_close(&self);
	root_close(root);
	remove_all();
}

/* The kernel may be older. */
static bool has_procmap(void)
{
	static struct procmap p;
	int r;

	ck_assert_int_eq(root_maps_open(root, &self, &p), 0);
	r = procmap_next(&p);
	procmap_close(&p);
	if (r < 0)
		printf("SKIP procmap: %s\n", strerror(-r));
	return r > 0;
}

/* Mappings of the test's own directory, as text or by query; what else is mapped changes. */
static void put(struct buf *out, const struct map_line *m, struct span path)
{
	buf_printf(out, "%llx-%llx %llx %llu ", (unsigned long long)m->start,
		   (unsigned long long)m->end, (unsigned long long)m->dev,
		   (unsigned long long)m->ino);
	buf_put(out, path.p, path.n);
	buf_putc(out, '\n');
}

/* Newlines are escaped as in the text, so that no name needs more than its line. */
static void put_queried(struct buf *out, const struct procmap *p)
{
	const struct map_line m = {
		.start = p->start, .end = p->end, .dev = p->dev, .ino = p->ino
	};
	struct buf path;

	buf_init(&path);
	for (size_t i = 0; i < p->len; i++) {
		if (p->name[i] == '\n')
			buf_puts(&path, "\\012");
		else
			buf_putc(&path, p->name[i]);
	}
	put(out, &m, (struct span){ buf_str(&path), path.n });
	buf_fini(&path);
}

static void by_text(struct buf *out)
{
	struct buf text;
	struct cursor c;
	struct span line;
	struct map_line m;

	buf_init(&text);
	ck_assert_int_eq(root_read(root, &self, "maps", &text), 0);
	c = cursor_of(text.p, text.n);
	while (cursor_line(&c, &line, NULL)) {
		ck_assert_int_eq(parse_map_line(line, &m), 0);
		if (m.ino)
			put(out, &m, m.path);
	}
	buf_fini(&text);
}

static int by_query(struct buf *out)
{
	static struct procmap p;
	int r;

	ck_assert_int_eq(root_maps_open(root, &self, &p), 0);
	while ((r = procmap_next(&p)) > 0)
		if (p.ino)
			put_queried(out, &p);
	procmap_close(&p);
	return r;
}

START_TEST(test_same)
{
	struct buf text, query;

	setup();
	buf_init(&text);
	buf_init(&query);
	map_odd();
	go_deep(10);
	map_file("deep", false);
	if (has_procmap()) {
		/* What is allocated before the first reading is there at the second, too. */
		by_text(&text);
		buf_reset(&text);
		ck_assert_int_eq(by_query(&query), 0);
		by_text(&text);
		ck_assert_ptr_nonnull(strstr(buf_str(&query), "/line\\012gone (deleted)\n"));
		ck_assert_ptr_nonnull(strstr(buf_str(&query), "/deep\n"));
		ck_assert_ptr_nonnull(strstr(buf_str(&query), "/blank at the end \n"));
		ck_assert(strcmp(buf_str(&query), buf_str(&text)) == 0);
	}
	buf_fini(&text);
	buf_fini(&query);
	teardown();
}
END_TEST

/* Rows of mappings, as a table of everything has them. */
static void take(struct buf *out, bool text_only)
{
	struct fdmap_config cfg = { .threads = 1 };
	struct fdmap_snapshot *s;
	struct root_ops ops;
	struct fdmap_query *q;
	struct fdmap *map;
	char name[8192];
	size_t n;

	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ops = *fdmap_root(map)->ops;
	if (text_only)
		ops.maps_open = NULL;
	fdmap_root(map)->ops = &ops;
	ck_assert_int_eq(fdmap_query_new(&q), 0);
	ck_assert_int_ge(fdmap_query_pid(q, getpid(), 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_MEM, 0), 0);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_DEL, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	fdmap_query_want(q, FDMAP_MAPS | FDMAP_LINK | FDMAP_STAT);
	ck_assert_int_eq(fdmap_take(map, q, &s), 0);
	const struct fdmap_process *p = fdmap_processes(s, &n);

	ck_assert_uint_eq(n, 1);
	for (uint32_t i = 0; i < p->nfiles; i++) {
		const struct fdmap_file *f = &p->files[i];
		const struct fdmap_row row = { s, p, f };

		fdmap_name(&row, NULL, FDMAP_NAME_NOTES, name, sizeof(name));
		buf_printf(out, "%d %d %d %d %llu %llu %lld %s\n", f->fd, f->kind, f->deleted,
			   f->failed, (unsigned long long)f->ino,
			   (unsigned long long)(f->stat ? f->stat->dev : 0),
			   f->stat ? (long long)f->stat->size : -1, name);
	}
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(map);
}

/* The kernel tells no name that is longer than a page: then the text does, in the same order. */
START_TEST(test_rows)
{
	struct buf text, query;

	setup();
	buf_init(&text);
	buf_init(&query);
	map_odd();
	go_deep(20);
	map_file("too deep", false);
	ck_assert_int_eq(chdir(dir), 0);
	map_file("behind it", false);
	/* What a library maps when it is used first is there then. */
	take(&text, true);
	buf_reset(&text);
	take(&query, false);
	take(&text, true);
	ck_assert_ptr_nonnull(strstr(buf_str(&text), "/line\ngone\n"));
	ck_assert_ptr_nonnull(strstr(buf_str(&text), "/too deep\n"));
	/* Too long for a message of check's. */
	ck_assert(strcmp(buf_str(&query), buf_str(&text)) == 0);
	if (has_procmap()) {
		buf_reset(&query);
		ck_assert_int_eq(by_query(&query), -ENAMETOOLONG);
	}
	buf_fini(&text);
	buf_fini(&query);
	teardown();
}
END_TEST

/* What looks like an escape in the text is a name here. */
START_TEST(test_not_escaped)
{
	struct buf query;

	setup();
	buf_init(&query);
	map_file("back\\012slash", false);
	/* Without a process of its own what is too deep is mapped here, too: the text tells all. */
	if (has_procmap() && !getenv("UNIT_TOOL")) {
		take(&query, false);
		ck_assert_ptr_nonnull(strstr(buf_str(&query), "/back\\012slash\n"));
	}
	buf_fini(&query);
	teardown();
}
END_TEST

/* One that has ended has none; a recorded tree has the text alone. */
START_TEST(test_none)
{
	static struct procmap p;
	char name[16];
	struct root_dir child;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(0);
	setup();
	snprintf(name, sizeof(name), "%d", pid);
	ck_assert_int_eq(root_dir_open(root, NULL, name, &child), 0);
	/* Not reaped yet: waitid leaves it there. */
	siginfo_t info;

	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	if (root_maps_open(root, &child, &p) == 0) {
		ck_assert_int_le(procmap_next(&p), 0);
		procmap_close(&p);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_lt(root_maps_open(root, &child, &p), 0);
	root_dir_close(&child);
	teardown();
}
END_TEST

UNIT_MAIN("procmap", test_same, test_rows, test_not_escaped, test_none)
