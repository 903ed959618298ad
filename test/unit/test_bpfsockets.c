/* SPDX-License-Identifier: MIT */
/*
 * A real pass over the sockets of processes that hold still, where it may be made: each
 * socket as the tables tell it, member by member, or in none of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bpf/pass.h"
#include "net/bpfsock.h"
#include "test/lib/bpfzoo.h"
#include "test/lib/unit.h"

#define MAX_TRIES 50 /* some make a socket wait for 40 ms */

static struct root *root;
static struct bpf_pass pass;
static uint64_t netns_ino;

static bool find_netns(void *ctx, uint32_t ino, uint32_t *number)
{
	(void)ctx;
	*number = 0;
	return ino == netns_ino;
}

/* The programs were made for these; older ones may refuse them. */
static bool is_new_kernel(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	ck_assert_int_eq(uname(&u), 0);
	(void)sscanf(u.release, "%u.%u", &major, &minor);
	return major > 6 || (major == 6 && minor >= 1);
}

/* false: it can't be made here, which is said. */
static bool read_pass(void)
{
	const struct bpf_ask ask = { .what = BPF_SOCKETS };
	const char *why = NULL;
	int err = bpf_pass_read(&pass, root, &ask, &why);

	if (err < 0) {
		ck_assert_msg(err == -ENOSYS || !is_new_kernel(), "%s", why);
		printf("skipped: no pass of BPF: %s\n", why);
	}
	return err == 0;
}

static bool begin(void)
{
	const char *why;

	ck_assert_int_eq(root_open(&root, NULL), 0);
	bpf_pass_init(&pass);
	if (bpf_may(root, &why) == 0)
		return true;
	printf("skipped: %s\n", why);
	root_close(root);
	return false;
}

static void end(pid_t pid)
{
	bpfzoo_end(pid);
	bpf_pass_fini(&pass);
	root_close(root);
}

static struct bpfsock_wish wish_of(uint32_t diag)
{
	return (struct bpfsock_wish){
		.families = FAMILY_ALL,
		.diag = diag,
		.peers = diag,
		.whole = true,
		.netns = find_netns,
	};
}

static void check_text(const char *a, const char *b)
{
	ck_assert(!a == !b);
	if (a)
		ck_assert_str_eq(a, b);
}

/* What only some tables have. */
static void check_rest(const struct fdmap_sock *a, const struct fdmap_sock *b)
{
	switch (a->table) {
	case FDMAP_UNIX:
		check_text(a->path, b->path);
		ck_assert_uint_eq(a->pointer, b->pointer);
		ck_assert_uint_eq(a->peer, b->peer);
		ck_assert_uint_eq(a->mate, b->mate);
		ck_assert_uint_eq(a->file_dev, b->file_dev);
		ck_assert_uint_eq(a->file_ino, b->file_ino);
		ck_assert_uint_eq(a->npending, b->npending);
		break;
	case FDMAP_NETLINK:
		ck_assert_uint_eq(a->lport32, b->lport32);
		break;
	case FDMAP_PACKET:
		break;
	default:
		ck_assert_mem_eq(&a->laddr, &b->laddr, sizeof(a->laddr));
		ck_assert_mem_eq(&a->raddr, &b->raddr, sizeof(a->raddr));
	}
}

static void check_same(const struct fdmap_sock *a, const struct fdmap_sock *b)
{
	ck_assert_uint_eq(a->ino, b->ino);
	ck_assert_uint_eq(a->table, b->table);
	ck_assert_uint_eq(a->family, b->family);
	ck_assert_uint_eq(a->type, b->type);
	ck_assert_uint_eq(a->state, b->state);
	ck_assert_uint_eq(a->proto, b->proto);
	ck_assert_uint_eq(a->lport, b->lport);
	ck_assert_uint_eq(a->rport, b->rport);
	ck_assert_uint_eq(a->flags, b->flags);
	ck_assert_uint_eq(a->rq, b->rq);
	ck_assert_uint_eq(a->wq, b->wq);
	ck_assert_uint_eq(a->ifindex, b->ifindex);
	ck_assert_uint_eq(a->netns, b->netns);
	ck_assert_uint_eq(a->told, b->told);
	ck_assert_uint_eq(a->uid, b->uid);
	ck_assert_uint_eq(a->backlog, b->backlog);
	ck_assert_uint_eq(a->cookie, b->cookie);
	check_rest(a, b);
}

/* The tables that have it, as bits. */
static uint32_t compare(const struct bpf_head *h, const struct socktab *t, uint32_t diag,
			struct arena *arena)
{
	struct bpfsock_wish wish = wish_of(diag);
	const struct fdmap_sock *told = socktab_find(t, h->ino);
	struct fdmap_sock got;
	int r;

	/* Not every kernel answers for raw sockets: then the text told of them. */
	if (told && told->table == FDMAP_RAW && !(told->told & FDMAP_TOLD_COOKIE))
		wish.diag &= ~FAMILY_BIT(FDMAP_RAW);
	r = parse_bpfsock(h, &wish, arena, &got);
	if (!told) {
		ck_assert_int_eq(r, -EINVAL);
		return 0;
	}
	ck_assert_int_eq(r, 0);
	check_same(&got, told);
	return FAMILY_BIT(got.table);
}

static uint32_t compare_all(pid_t pid, const struct socktab *t, uint32_t diag)
{
	const struct bpf_holder *holder = bpf_pass_find(&pass, (uint32_t)pid);
	struct arena arena;
	uint32_t found = 0;
	size_t at;

	ck_assert_ptr_nonnull(holder);
	at = holder->at;
	arena_init(&arena);
	for (uint32_t i = 0; i < holder->n; i++)
		found |= compare(bpf_next(&pass, &at), t, diag, &arena);
	arena_fini(&arena);
	return found;
}

/* All that the pass says of that process. */
static void take(pid_t pid, struct buf *out)
{
	buf_reset(out);
	for (size_t at = 0, from = 0; at < pass.stream.n; from = at) {
		const struct bpf_head *h = bpf_next(&pass, &at);

		if (h->pid == (uint32_t)pid)
			buf_put(out, pass.stream.p + from, at - from);
	}
	ck_assert(!out->failed);
}

/* Its tables, between two passes that say the same: queues take a while until they are settled. */
static void load(struct socktab *t, const struct socksource *from, pid_t pid, int inside, int home)
{
	struct buf before, behind;
	bool same = false;

	buf_init(&before);
	buf_init(&behind);
	socktab_init(t);
	for (int i = 0; i < MAX_TRIES && !same; i++) {
		socktab_fini(t);
		ck_assert(read_pass());
		take(pid, &before);
		ck_assert_int_eq(inside >= 0 ? setns(inside, CLONE_NEWNET) : 0, 0);
		ck_assert_int_eq(socktab_load(t, from, FAMILY_ALL), 0);
		ck_assert_int_eq(inside >= 0 ? setns(home, CLONE_NEWNET) : 0, 0);
		ck_assert(read_pass());
		take(pid, &behind);
		same = before.n == behind.n && memcmp(before.p, behind.p, before.n) == 0;
	}
	ck_assert(same);
	buf_fini(&before);
	buf_fini(&behind);
}

/* The same from both, of a process in the namespace that is open as `inside`. */
static void check_process(pid_t pid, int inside, int home)
{
	static const uint32_t sources[] = { FAMILY_ALL, 0 };
	const uint32_t needed = FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_UDP) |
				FAMILY_BIT(FDMAP_UNIX) | FAMILY_BIT(FDMAP_NETLINK) |
				FAMILY_BIT(FDMAP_RAW) | FAMILY_BIT(FDMAP_PACKET);

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		const struct socksource from = {
			.root = root,
			.entered = inside >= 0,
			.diag = sources[i],
			.peers = true,
			.whole = true,
		};
		struct socktab t;

		load(&t, &from, pid, inside, home);
		ck_assert_uint_eq(compare_all(pid, &t, sources[i]) & needed, needed);
		socktab_fini(&t);
	}
}

static int open_netns(pid_t pid)
{
	char name[64];
	struct stat st;
	int fd;

	(void)snprintf(name, sizeof(name), "/proc/%d/ns/net", (int)pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(fd < 0 ? -errno : fstat(fd, &st), 0);
	netns_ino = st.st_ino;
	return fd;
}

START_TEST(test_own)
{
	pid_t pid;

	if (!begin())
		return;
	pid = bpfzoo_sockets(false);
	ck_assert_int_gt(pid, 0);
	(void)close(open_netns(pid));
	if (read_pass())
		check_process(pid, -1, -1);
	end(pid);
}
END_TEST

START_TEST(test_other)
{
	int home, inside;
	pid_t pid;

	if (!begin())
		return;
	pid = bpfzoo_sockets(true);
	if (pid < 0) {
		printf("skipped: no network namespace can be made\n");
		root_close(root);
		return;
	}
	home = open_netns(getpid());
	inside = open_netns(pid);
	if (read_pass())
		check_process(pid, inside, home);
	end(pid);
	(void)close(home);
	(void)close(inside);
}
END_TEST

/* How many marks that process has; *sockets: all of them have a thread's number. */
static unsigned count(pid_t pid, unsigned *sockets)
{
	unsigned marks = 0;

	*sockets = 0;
	for (size_t at = 0; at < pass.stream.n;) {
		const struct bpf_head *h = bpf_next(&pass, &at);

		if (h->pid != (uint32_t)pid)
			continue;
		if (h->fd < 0) {
			marks++;
		} else {
			ck_assert_uint_ne(h->tid, 0);
			++*sockets;
		}
	}
	return marks;
}

START_TEST(test_thread)
{
	const struct bpf_holder *holder;
	unsigned sockets;
	pid_t pid;

	if (!begin())
		return;
	pid = bpfzoo_thread();
	ck_assert_int_gt(pid, 0);
	if (read_pass()) {
		/* The process was seen, but what is its thread's is none of its own. */
		ck_assert_uint_eq(count(pid, &sockets), 1);
		ck_assert_uint_gt(sockets, 3);
		holder = bpf_pass_find(&pass, (uint32_t)pid);
		ck_assert_ptr_nonnull(holder);
		ck_assert_uint_eq(holder->n, 0);
	}
	end(pid);
}
END_TEST

/*
 * Told once, though each of its threads has it: where no other process has a number between
 * theirs, which can't be prevented.
 */
START_TEST(test_leaderless)
{
	unsigned sockets = 0;
	bool told = true;

	for (int i = 0; i < MAX_TRIES && told && sockets != 1; i++) {
		pid_t pid;

		if (!begin())
			return;
		pid = bpfzoo_leaderless();
		ck_assert_int_gt(pid, 0);
		told = read_pass();
		if (told) {
			ck_assert_uint_eq(count(pid, &sockets), 0);
			ck_assert_uint_gt(sockets, 0);
			ck_assert_ptr_null(bpf_pass_find(&pass, (uint32_t)pid));
		}
		end(pid);
	}
	ck_assert(!told || sockets == 1);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = { &test_own, &test_other, &test_thread,
						     &test_leaderless };
	Suite *suite = suite_create("bpfsockets");
	TCase *tc = tcase_create("bpfsockets");

	/* All that this machine has is looked at, several times. */
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		tcase_add_test(tc, *tests[i]);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
