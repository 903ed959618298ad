/* SPDX-License-Identifier: MIT */
/*
 * What a pass of BPF sees, for 87-bpf.sh.
 *
 *	bpfseen may               "yes", or why not
 *	bpfseen names PID         what /proc tells otherwise of each descriptor, then how many
 *	                          there are, and of how many no statx was needed
 *	bpfseen stats PID         the same without names
 *	bpfseen held PID          its sockets and rings, and "mark" if it was seen
 *	bpfseen inodes INODE...   "PID FD" of sockets with these inodes
 *	bpfseen files FILE...     "PID FD" of descriptors of these files
 *	bpfseen unixes PID        its UNIX sockets as lines of /proc/net/unix: address, type,
 *	                          inode and name
 *	bpfseen own               whether we see ourselves, and what is left open of all passes
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf/pass.h"
#include "proc/fdinfo.h"
#include "proc/stat.h"

static struct root *root;
static struct bpf_pass pass;

static void take(const struct bpf_ask *ask)
{
	const char *why;
	int r = bpf_pass_read(&pass, root, ask, &why);

	if (r < 0) {
		printf("no pass: %s (%s)\n", why, strerror(-r));
		exit(1);
	}
}

/* ---- one descriptor, both ways ---- */

struct both {
	const struct bpf_file *f;
	struct root_dir fd, info;
	char n[16];
	unsigned stats; /* no statx was needed */
};

static void differs(const struct both *b, const char *what)
{
	printf("%s: %s differs\n", b->n, what);
}

static void compare_name(const struct both *b)
{
	char text[4097], sock[40];
	ssize_t n = root_link(root, &b->fd, b->n, text, sizeof(text));
	const struct bpf_file *f = b->f;

	(void)snprintf(sock, sizeof(sock), "socket:[%llu]", (unsigned long long)f->h.ino);
	if (f->sock ? f->name != BPF_NO_NAME || n < 0 || strcmp(text, sock) != 0
		    : f->name != n || (n >= 0 && memcmp(bpf_name(f), text, (size_t)n) != 0))
		differs(b, "name");
	if ((f->h.kind == BPF_RING) != (n >= 0 && strcmp(text, "anon_inode:[io_uring]") == 0))
		differs(b, "ring");
	/* Of those nobody should need statx. */
	if (n >= 0 && (!strncmp(text, "pipe:[", 6) || !strncmp(text, "/memfd:", 7) || f->sock)) {
		struct fdmap_stat st;

		if (!bpf_stat(f, &st))
			differs(b, "stat, which is not told,");
	}
}

static void compare_stat(struct both *b)
{
	struct fdmap_stat st, told;

	if (!bpf_stat(b->f, &told))
		return;
	b->stats++;
	if (root_stat(root, &b->fd, b->n, &st) < 0) {
		differs(b, "stat, which fails,");
		return;
	}
	if (st.dev != told.dev || st.rdev != told.rdev || st.ino != told.ino)
		differs(b, "device or inode");
	if (st.size != told.size)
		differs(b, "size");
	if (st.mode != told.mode)
		differs(b, "mode");
	if (st.nlink != told.nlink)
		differs(b, "number of links");
	if (st.mount && st.mount != told.mount)
		differs(b, "mount");
}

static void compare_info(const struct both *b)
{
	const struct bpf_file *f = b->f;
	struct fdinfo info;
	struct arena arena;
	struct buf text;
	uint32_t mode;

	buf_init(&text);
	arena_init(&arena);
	if (root_read(root, &b->info, b->n, &text) < 0 ||
	    parse_fdinfo((struct span){ text.p, text.n }, &arena, &info) < 0) {
		differs(b, "fdinfo, which cannot be read,");
	} else {
		if (info.pos != f->pos)
			differs(b, "position");
		if (info.flags != f->oflags)
			differs(b, "flags");
		if (info.mnt_id != f->mount)
			differs(b, "mnt_id");
	}
	if (root_lmode(root, &b->fd, b->n, &mode) < 0 ||
	    !(mode & S_IRUSR) != !(f->fmode & BPF_FMODE_READ) ||
	    !(mode & S_IWUSR) != !(f->fmode & BPF_FMODE_WRITE))
		differs(b, "access mode");
	arena_fini(&arena);
	buf_fini(&text);
}

static int count_one(void *arg, uint32_t id)
{
	(void)id;
	(*(size_t *)arg)++;
	return 0;
}

static void compare_start(const struct bpf_holder *h, const char *pid)
{
	struct stat_line line;
	char name[32];
	struct buf text;

	buf_init(&text);
	(void)snprintf(name, sizeof(name), "%s/stat", pid);
	if (root_read(root, NULL, name, &text) < 0 ||
	    parse_stat((struct span){ text.p, text.n }, &line) < 0 ||
	    line.start != h->start / (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK)))
		printf("the start differs\n");
	buf_fini(&text);
}

static int cmd_compare(enum bpf_what what, const char *pid)
{
	const struct bpf_holder *h;
	struct both b = { .stats = 0 };
	char dir[32];
	size_t listed = 0, at;

	take(&(struct bpf_ask){ .what = what });
	h = bpf_pass_find(&pass, (uint32_t)atoi(pid));
	(void)snprintf(dir, sizeof(dir), "%s/fd", pid);
	if (!h || root_dir_open(root, NULL, dir, &b.fd) < 0)
		return puts("not seen"), 1;
	(void)snprintf(dir, sizeof(dir), "%s/fdinfo", pid);
	if (root_dir_open(root, NULL, dir, &b.info) < 0)
		return 1;
	at = h->at;
	for (uint32_t i = 0; i < h->n; i++) {
		b.f = (const void *)bpf_next(&pass, &at);
		(void)snprintf(b.n, sizeof(b.n), "%d", b.f->h.fd);
		if (what == BPF_NAMES)
			compare_name(&b);
		else if (b.f->name != BPF_NO_NAME)
			differs(&b, "name, which nobody wanted,");
		compare_stat(&b);
		compare_info(&b);
	}
	compare_start(h, pid);
	if (root_list(root, &b.fd, count_one, &listed) < 0 || listed != h->n)
		printf("%zu descriptors are listed, %u seen\n", listed, h->n);
	printf("%u %u\n", h->n, b.stats);
	root_dir_close(&b.fd);
	root_dir_close(&b.info);
	return 0;
}

/* ---- which ---- */

static int cmd_held(const char *pid)
{
	const struct bpf_holder *h;
	size_t at;

	take(&(struct bpf_ask){ .what = BPF_HELD });
	h = bpf_pass_find(&pass, (uint32_t)atoi(pid));
	if (!h)
		return puts("not seen"), 1;
	puts("mark");
	at = h->at;
	for (uint32_t i = 0; i < h->n; i++)
		printf("%d\n", bpf_next(&pass, &at)->fd);
	return 0;
}

static void print_hits(void)
{
	for (size_t i = 0; i < pass.nholders; i++) {
		size_t at = pass.holders[i].at;

		for (uint32_t n = pass.holders[i].n; n > 0; n--) {
			const struct bpf_head *h = bpf_next(&pass, &at);

			if (h->kind != BPF_RING)
				printf("%u %d\n", h->pid, h->fd);
		}
	}
}

static int cmd_few(enum bpf_what what, char **v)
{
	struct bpf_ask ask = { .what = what };

	for (; *v && ask.n < BPF_FEW; v++, ask.n++)
		ask.inodes[ask.n] = strtoull(*v, NULL, 10);
	take(&ask);
	print_hits();
	return 0;
}

/* What is in no namespace but ours. */
static int cmd_unixes(const char *pid)
{
	struct bpf_ask ask = { .what = BPF_UNIXES, .pid = (uint32_t)atoi(pid), .netns = 1 };
	const struct bpf_holder *h;
	size_t at;

	take(&ask);
	h = bpf_pass_find(&pass, ask.pid);
	at = h ? h->at : 0;
	for (uint32_t i = 0; h && i < h->n; i++) {
		const struct bpf_file *f = (const void *)bpf_next(&pass, &at);
		const struct bpf_socket *s = (const void *)(f + 1);
		const char *name = (const char *)(s + 1);

		if (s->netns != 1)
			continue;
		printf("%.16s: %04x %llu", s->pointer, s->type, (unsigned long long)f->h.ino);
		for (uint32_t j = 0; j < s->path; j++)
			if (name[j] || !name[0])
				printf("%s%c", j ? "" : " ", name[j] ? name[j] : '@');
		putchar('\n');
	}
	return 0;
}

static size_t count_own(void)
{
	struct root_dir d;
	size_t n = 0;

	if (root_dir_open(root, NULL, "self/fd", &d) < 0 || root_list(root, &d, count_one, &n) < 0)
		abort();
	root_dir_close(&d);
	return n;
}

static int cmd_own(void)
{
	struct bpf_ask ask = { .n = 0 };
	size_t before;
	int status = 0, pair[2];

	/* There is something to be seen of every kind. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		abort();
	before = count_own();
	for (int what = BPF_NAMES; what <= BPF_UNIXES; what++) {
		ask.what = (enum bpf_what)what;
		ask.pid = what == BPF_UNIXES ? (uint32_t)getpid() : 0;
		take(&ask);
		if (bpf_pass_find(&pass, (uint32_t)getpid()))
			status = printf("kind %d shows ourselves\n", what);
	}
	if (count_own() != before)
		status = printf("something is left open\n");
	return status != 0;
}

static int run(int argc, char **argv)
{
	const char *cmd = argc > 1 ? argv[1] : "", *why;

	if (strcmp(cmd, "may") == 0)
		return puts(bpf_may(root, &why) == 0 ? "yes" : why) < 0;
	if (strcmp(cmd, "own") == 0)
		return cmd_own();
	if (argc < 3)
		return 2;
	if (strcmp(cmd, "unixes") == 0)
		return cmd_unixes(argv[2]);
	if (strcmp(cmd, "names") == 0)
		return cmd_compare(BPF_NAMES, argv[2]);
	if (strcmp(cmd, "stats") == 0)
		return cmd_compare(BPF_STATS, argv[2]);
	if (strcmp(cmd, "held") == 0)
		return cmd_held(argv[2]);
	if (strcmp(cmd, "inodes") == 0)
		return cmd_few(BPF_INODES, argv + 2);
	return strcmp(cmd, "files") == 0 ? cmd_few(BPF_FILES, argv + 2) : 2;
}

int main(int argc, char **argv)
{
	int status;

	if (root_open(&root, NULL) < 0)
		return 2;
	bpf_pass_init(&pass);
	status = run(argc, argv);
	bpf_pass_fini(&pass);
	root_close(root);
	return status;
}
