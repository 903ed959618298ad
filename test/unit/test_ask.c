/* SPDX-License-Identifier: MIT */
/* Questions side by side: answers, deadlines, late answers, and nothing left behind. */
#include "os/ask.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "test/lib/unit.h"

#define MANY 200

static struct {
	atomic_uint asked, inside, most;
	atomic_bool open; /* lookups that hang go on */
} fake;

static void pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static unsigned count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void *no_thread(void *arg)
{
	return arg;
}

/*
 * Every test begins with it: without CK_FORK they share this process. The threads there are.
 * The thread sanitizer makes one of its own beside the first one: that one counts, too.
 */
static unsigned begin(void)
{
	pthread_t t;

	atomic_store(&fake.asked, 0);
	atomic_store(&fake.inside, 0);
	atomic_store(&fake.most, 0);
	atomic_store(&fake.open, false);
	ck_assert_int_eq(pthread_create(&t, NULL, no_thread, NULL), 0);
	ck_assert_int_eq(pthread_join(t, NULL), 0);
	/* A thread that was joined is listed for a moment. */
	pause_ms(50);
	return count_threads();
}

/* So that a leak checker at the end sees what they should have freed. */
static void wait_for_threads(unsigned before)
{
	for (int i = 0; i < 1000 && count_threads() > before; i++)
		pause_ms(5);
	ck_assert_uint_eq(count_threads(), before);
}

static struct resolve_addr loopback(unsigned i)
{
	struct resolve_addr a = { .family = AF_INET };

	a.a.v4.s_addr = htonl(0x7f000000u + i);
	return a;
}

static void enter(void)
{
	unsigned in = atomic_fetch_add(&fake.inside, 1) + 1;
	unsigned most = atomic_load(&fake.most);

	atomic_fetch_add(&fake.asked, 1);
	while (in > most && !atomic_compare_exchange_weak(&fake.most, &most, in))
		;
}

/* Even addresses have a name. Goes through the C library, too. */
static int quick_name(const struct resolve_addr *addr, char *name, size_t len)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = addr->a.v4 };
	uint32_t n = ntohl(addr->a.v4.s_addr) & 0xffffff;
	char number[NI_MAXHOST];

	enter();
	pause_ms(1);
	if (getnameinfo((struct sockaddr *)&in, sizeof(in), number, sizeof(number), NULL, 0,
			NI_NUMERICHOST) == 0)
		(void)snprintf(name, len, "host-%s", number);
	atomic_fetch_sub(&fake.inside, 1);
	return n % 2 ? -ENOENT : 0;
}

static int quick_address(const char *host, int family, struct resolve_addr *addr)
{
	enter();
	atomic_fetch_sub(&fake.inside, 1);
	if (strcmp(host, "there") != 0)
		return -ENOENT;
	*addr = loopback(9);
	addr->family = family;
	return 0;
}

static const struct ask_calls quick = { quick_name, quick_address };

static void hang(void)
{
	enter();
	while (!atomic_load(&fake.open))
		pause_ms(2);
	atomic_fetch_sub(&fake.inside, 1);
}

static int hanging_name(const struct resolve_addr *addr, char *name, size_t len)
{
	(void)addr;
	hang();
	(void)snprintf(name, len, "late");
	return 0;
}

static int hanging_address(const char *host, int family, struct resolve_addr *addr)
{
	(void)host;
	hang();
	*addr = (struct resolve_addr){ .family = family };
	return 0;
}

static const struct ask_calls hanging = { hanging_name, hanging_address };

static void fill(struct resolve_addr *addrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		addrs[i] = loopback((unsigned)i);
}

START_TEST(test_many_at_once)
{
	struct resolve_addr addrs[MANY];
	unsigned before = begin();
	struct ask *a;
	char want[64];

	fill(addrs, MANY);
	ck_assert_int_eq(ask_new(&a, &quick), 0);
	ck_assert_ptr_null(ask_name(a, &addrs[2]));
	ck_assert_int_eq(ask_names(a, addrs, MANY, 60000), 0);
	ck_assert_uint_eq(atomic_load(&fake.asked), MANY);
	ck_assert_uint_le(atomic_load(&fake.most), ASK_THREADS);
	for (unsigned i = 0; i < MANY; i++) {
		const char *name = ask_name(a, &addrs[i]);

		(void)snprintf(want, sizeof(want), "host-127.0.0.%u", i);
		if (i % 2)
			ck_assert_ptr_null(name);
		else
			ck_assert_str_eq(name, want);
	}
	ask_free(a);
	wait_for_threads(before);
}
END_TEST

START_TEST(test_each_once)
{
	struct resolve_addr addrs[3] = { loopback(2), loopback(2), { .family = AF_INET6 } };
	unsigned before = begin();
	struct ask *a;

	/* The same address, v4-mapped. */
	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:127.0.0.2", &addrs[2].a.v6), 1);
	ck_assert_int_eq(ask_new(&a, &quick), 0);
	ck_assert_int_eq(ask_names(a, addrs, 3, 60000), 0);
	ck_assert_uint_eq(atomic_load(&fake.asked), 1);
	ck_assert_str_eq(ask_name(a, &addrs[2]), "host-127.0.0.2");
	/* That there is no name is remembered, too. */
	addrs[1] = loopback(3);
	ck_assert_int_eq(ask_names(a, addrs, 3, 60000), 0);
	ck_assert_int_eq(ask_names(a, addrs, 3, 60000), 0);
	ck_assert_uint_eq(atomic_load(&fake.asked), 2);
	ck_assert_ptr_null(ask_name(a, &addrs[1]));
	ask_free(a);
	wait_for_threads(before);
}
END_TEST

START_TEST(test_deadline)
{
	struct resolve_addr addrs[MANY];
	unsigned before = begin();
	long start = now_ms();
	struct ask *a;

	fill(addrs, MANY);
	ck_assert_int_eq(ask_new(&a, &hanging), 0);
	ck_assert_int_eq(ask_names(a, addrs, MANY, 50), 0);
	ck_assert_int_ge(now_ms() - start, 50);
	ck_assert_ptr_null(ask_name(a, &addrs[0]));
	/* Threads that hang are not joined by more of them, nor waited for again. */
	start = now_ms();
	ck_assert_int_eq(ask_names(a, addrs, MANY, 60000), 0);
	ck_assert_int_lt(now_ms() - start, 30000);
	ck_assert_uint_le(count_threads(), before + ASK_THREADS);
	while (atomic_load(&fake.inside) < ASK_THREADS)
		pause_ms(2);
	ask_free(a);
	/* They come back after the owner has left, and take no more questions. */
	atomic_store(&fake.open, true);
	wait_for_threads(before);
	ck_assert_uint_eq(atomic_load(&fake.inside), 0);
	ck_assert_uint_le(atomic_load(&fake.asked), ASK_THREADS);
}
END_TEST

START_TEST(test_late_answer)
{
	struct resolve_addr addrs[40];
	unsigned before = begin();
	struct ask *a;

	fill(addrs, 40);
	ck_assert_int_eq(ask_new(&a, &hanging), 0);
	ck_assert_int_eq(ask_names(a, addrs, 40, 20), 0);
	atomic_store(&fake.open, true);
	wait_for_threads(before);
	/* Known only from the next call on, so that rows printed meanwhile agree. */
	ck_assert_ptr_null(ask_name(a, &addrs[39]));
	ck_assert_int_eq(ask_names(a, NULL, 0, 60000), 0);
	for (size_t i = 0; i < 40; i++)
		ck_assert_str_eq(ask_name(a, &addrs[i]), "late");
	ck_assert_uint_eq(atomic_load(&fake.asked), 40);
	ask_free(a);
}
END_TEST

START_TEST(test_address)
{
	struct resolve_addr addr = { .family = AF_INET };
	unsigned before = begin();
	struct ask *a;

	ck_assert_int_eq(ask_new(&a, &quick), 0);
	ck_assert_int_eq(ask_address(a, "there", AF_INET, 60000, &addr), 0);
	ck_assert_int_eq(addr.family, AF_INET);
	ck_assert_uint_eq(addr.a.v4.s_addr, loopback(9).a.v4.s_addr);
	ck_assert_int_eq(ask_address(a, "nowhere", AF_INET, 60000, &addr), -ENOENT);
	/* The answer is no name of that address. */
	ck_assert_ptr_null(ask_name(a, &addr));
	ask_free(a);
	wait_for_threads(before);
}
END_TEST

START_TEST(test_address_too_late)
{
	struct resolve_addr addr = { .family = 77 };
	unsigned before = begin();
	struct ask *a;

	ck_assert_int_eq(ask_new(&a, &hanging), 0);
	ck_assert_int_eq(ask_address(a, "there", AF_INET6, 20, &addr), -ETIMEDOUT);
	ck_assert_int_eq(addr.family, 77);
	ask_free(a);
	atomic_store(&fake.open, true);
	wait_for_threads(before);
}
END_TEST

START_TEST(test_no_time_and_no_use)
{
	struct resolve_addr addr = loopback(2);
	unsigned before = begin();
	struct ask *a;

	ask_free(NULL);
	ck_assert_int_eq(ask_new(&a, &hanging), 0);
	ck_assert_int_eq(ask_names(a, NULL, 0, 60000), 0);
	ck_assert_int_eq(ask_names(a, &addr, 1, 0), 0);
	ck_assert_ptr_null(ask_name(a, &addr));
	ask_free(a);
	atomic_store(&fake.open, true);
	wait_for_threads(before);
}
END_TEST

UNIT_MAIN("ask", test_many_at_once, test_each_once, test_deadline, test_late_answer, test_address,
	  test_address_too_late, test_no_time_and_no_use)
