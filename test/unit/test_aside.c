/* SPDX-License-Identifier: MIT */
/* The reader of a stream beside those who use it: close to them, but never in their way. */
#include "bpf/aside.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/lib/unit.h"

#define OWN 77u
#define CHUNK ((size_t)64 * 1024) /* of one read(2) */
#define AHEAD ((size_t)256 * 1024)

static struct bpf_pass pass;
static struct bpf_vars vars;
static size_t total;
static int iter; /* ours, of the same open file: it tells how far the reader is */

static void no_destroy(void *skel)
{
	(void)skel;
}

static void put_records(int fd, uint32_t pid, int32_t n)
{
	struct buf b;

	buf_init(&b);
	for (int32_t i = 0; i < n; i++) {
		const struct bpf_head h = {
			.size = sizeof(h),
			.pid = pid,
			.fd = i,
			.ino = pid + (uint32_t)i,
		};

		buf_put(&b, &h, sizeof(h));
	}
	ck_assert_int_eq(write(fd, b.p, b.n), (ssize_t)b.n);
	total += b.n;
	buf_fini(&b);
}

/* The same file to write to. */
static int begin(void)
{
	total = 0;
	iter = memfd_create("records", MFD_CLOEXEC);
	ck_assert_int_ge(iter, 0);
	bpf_pass_init(&pass);
	pass.what = BPF_HELD;
	pass.ahead = AHEAD;
	return iter;
}

static void start(void)
{
	const struct bpf_program prog = { .vars = &vars, .destroy = no_destroy };

	ck_assert_int_eq(lseek(iter, 0, SEEK_SET), 0);
	ck_assert_int_eq(aside_start(&pass, &prog, dup(iter), OWN), 0);
}

static size_t reached(void)
{
	return (size_t)lseek(iter, 0, SEEK_CUR);
}

static void end(int r)
{
	ck_assert_int_eq(bpf_pass_end(&pass), r);
	bpf_pass_fini(&pass);
	close(iter);
}

#define MANY 800u /* processes, of so many descriptors */
#define EACH 60

static void put_many(void)
{
	const int fd = begin();

	for (uint32_t pid = 100; pid < 100 + MANY; pid++)
		put_records(fd, pid, EACH);
	start();
}

static void expect_holder(uint32_t pid, uint32_t n)
{
	const struct bpf_holder *h = bpf_pass_find(&pass, pid);
	size_t at;

	ck_assert_ptr_nonnull(h);
	ck_assert_uint_eq(h->n, n);
	at = h->at;
	for (uint32_t i = 0; i < n; i++) {
		const struct bpf_head *one = bpf_next(&pass, &at);

		ck_assert_uint_eq(one->pid, pid);
		ck_assert_uint_eq(one->ino, pid + i);
	}
}

/* Wherever the walk is, the reader stops soon after it; without a walk, too. */
START_TEST(test_close)
{
	put_many();
	while (reached() < AHEAD)
		usleep(1000);
	usleep(50000);
	ck_assert_uint_le(reached(), AHEAD + CHUNK);
	for (uint32_t pid = 100; pid < 100 + MANY; pid++) {
		ck_assert_int_eq(bpf_pass_wait(&pass, pid), 0);
		expect_holder(pid, EACH);
		ck_assert_uint_le(reached(), bpf_pass_find(&pass, pid)->at +
						     EACH * sizeof(struct bpf_head) + AHEAD +
						     CHUNK);
	}
	ck_assert_int_eq(bpf_pass_end(&pass), 0);
	ck_assert_uint_eq(pass.records, MANY * EACH);
	ck_assert_uint_eq(pass.bytes, total);
	ck_assert_uint_eq(pass.nholders, MANY);
	end(0);
}
END_TEST

/* It goes on before it is waited for. */
START_TEST(test_follows)
{
	size_t before;

	put_many();
	while (reached() < AHEAD)
		usleep(1000);
	usleep(20000);
	before = reached();
	/* Known for long: nobody waits. */
	ck_assert_int_eq(bpf_pass_wait(&pass, 100 + AHEAD / (EACH * sizeof(struct bpf_head)) - 1),
			 0);
	while (reached() <= before)
		usleep(1000);
	end(0);
}
END_TEST

/* Nothing that anybody waits for is kept from him: the last, then others; what is huge; the end. */
START_TEST(test_never_in_the_way)
{
	put_many();
	ck_assert_int_eq(bpf_pass_wait(&pass, 100 + MANY - 2), 0);
	expect_holder(100 + MANY - 2, EACH);
	ck_assert_int_eq(bpf_pass_wait(&pass, 100), 0);
	expect_holder(100, EACH);
	end(0);
	put_many();
	ck_assert_int_eq(bpf_pass_wait(&pass, UINT32_MAX), 0);
	ck_assert_uint_eq(pass.bytes, total);
	end(0);
	(void)begin();
	put_records(iter, 5, 1);
	put_records(iter, 6, (int32_t)(8 * AHEAD / sizeof(struct bpf_head)));
	put_records(iter, OWN, (int32_t)(2 * AHEAD / sizeof(struct bpf_head)));
	put_records(iter, 99, 1);
	start();
	ck_assert_int_eq(bpf_pass_wait(&pass, 6), 0);
	expect_holder(6, 8 * AHEAD / sizeof(struct bpf_head));
	/* Ours is no holder, and no reason to wait. */
	ck_assert_int_eq(bpf_pass_wait(&pass, 99), 0);
	expect_holder(99, 1);
	end(0);
}
END_TEST

/* A walk that ended early, or never began. */
START_TEST(test_unused)
{
	put_many();
	end(0);
	put_many();
	ck_assert_int_eq(bpf_pass_wait(&pass, 100), 0);
	bpf_pass_fini(&pass);
	end(0);
}
END_TEST

/* It breaks off where the reader has not been when the walk began. */
START_TEST(test_error)
{
	(void)begin();
	put_records(iter, 5, (int32_t)(2 * AHEAD / sizeof(struct bpf_head)));
	put_records(iter, 4, 1);
	put_records(iter, 8, (int32_t)(2 * AHEAD / sizeof(struct bpf_head)));
	start();
	ck_assert_int_eq(bpf_pass_wait(&pass, 4), 0);
	ck_assert_int_eq(bpf_pass_wait(&pass, 8), -EPROTO);
	ck_assert_int_eq(bpf_pass_wait(&pass, 9), -EPROTO);
	end(-EPROTO);
}
END_TEST

static _Atomic uint32_t next_pid;

static void *walk(void *arg)
{
	uint32_t pid;

	while ((pid = atomic_fetch_add(&next_pid, 1)) < 100 + MANY) {
		const struct bpf_holder *h;

		ck_assert_int_eq(bpf_pass_wait(&pass, pid), 0);
		h = bpf_pass_find(&pass, pid);
		expect_holder(pid, EACH);
		if (arg)
			bpf_pass_forget(&pass, h->at, h->at + EACH * sizeof(struct bpf_head));
	}
	return NULL;
}

static void *wait_for_end(void *arg)
{
	(void)arg;
	ck_assert_int_eq(bpf_pass_wait(&pass, UINT32_MAX), 0);
	return NULL;
}

/* Some walk, one waits for the end: odd ones do so alone. */
START_TEST(test_threads)
{
	pthread_t threads[4];

	for (unsigned i = 0; i < 10; i++) {
		unsigned n = i % 2 ? 4 : 3;

		put_many();
		atomic_store(&next_pid, 100);
		for (unsigned j = 0; j < n; j++)
			ck_assert_int_eq(pthread_create(&threads[j], NULL,
							j == 3 ? wait_for_end : walk, &pass),
					 0);
		for (unsigned j = 0; j < n; j++)
			pthread_join(threads[j], NULL);
		end(0);
	}
}
END_TEST

UNIT_MAIN("aside", test_close, test_follows, test_never_in_the_way, test_unused, test_error,
	  test_threads)
