/* SPDX-License-Identifier: MIT */
/* Logins, services and programs of a name service that hangs, and who need not be asked. */
#include "os/users.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/programs.h"
#include "os/services.h"
#include "test/lib/unit.h"

#define LONG 60000
#define HANGS 4000000000u /* who has this number or more is answered when it is open */

static struct {
	atomic_uint asked, inside;
	atomic_bool open;
} fake;

static void pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static void begin(void)
{
	atomic_store(&fake.asked, 0);
	atomic_store(&fake.inside, 0);
	atomic_store(&fake.open, false);
}

/* So that a leak checker sees what the threads should have freed. */
static void end(void)
{
	atomic_store(&fake.open, true);
	for (int i = 0; i < 5000 && atomic_load(&fake.inside); i++)
		pause_ms(2);
	ck_assert_uint_eq(atomic_load(&fake.inside), 0);
	pause_ms(50);
}

static void hang(void)
{
	atomic_fetch_add(&fake.inside, 1);
	while (!atomic_load(&fake.open))
		pause_ms(2);
	atomic_fetch_sub(&fake.inside, 1);
}

static int fake_login(uid_t uid, struct buf *login)
{
	atomic_fetch_add(&fake.asked, 1);
	if (uid >= HANGS)
		hang();
	if (uid % 2)
		return -ENOENT;
	buf_printf(login, "user%u", (unsigned)uid);
	return 0;
}

static int fake_uid(const char *login, uid_t *uid)
{
	atomic_fetch_add(&fake.asked, 1);
	if (strcmp(login, "hangs") == 0)
		hang();
	*uid = 77;
	return strcmp(login, "nobody there") == 0 ? -ENOENT : 0;
}

static const struct users_calls calls = { fake_login, fake_uid };

/* Nobody but the service knows anybody. */
static void no_file(struct users *u)
{
	users_init(u, &calls);
	u->chosen = true;
	u->nss = (struct nss){ false, true };
}

START_TEST(test_asked_once)
{
	const uid_t uids[] = { 2, 3, 2, 4 };
	struct users u;
	uid_t uid = 0;

	begin();
	no_file(&u);
	ck_assert_int_eq(users_begin(&u, uids, ARRAY_LEN(uids)), 0);
	users_end(&u, LONG);
	ck_assert_str_eq(users_name(&u, 2, 0), "user2");
	ck_assert_ptr_null(users_name(&u, 3, 0));
	ck_assert_ptr_null(users_name(&u, 3, LONG));
	ck_assert(!users_waiting(&u, 3));
	ck_assert_str_eq(users_name(&u, 4, 0), "user4");
	ck_assert_uint_eq(atomic_load(&fake.asked), 3);
	ck_assert_str_eq(users_name(&u, 6, LONG), "user6");
	ck_assert_int_eq(users_uid(&u, "there", LONG, &uid), 0);
	ck_assert_uint_eq(uid, 77);
	ck_assert_int_eq(users_uid(&u, "nobody there", LONG, &uid), -ENOENT);
	users_fini(&u);
	end();
}
END_TEST

START_TEST(test_hangs)
{
	const uid_t uids[] = { 2, HANGS, HANGS + 2 }, later[] = { HANGS, HANGS + 4 };
	struct users u;
	uint64_t then;

	begin();
	no_file(&u);
	ck_assert_int_eq(users_begin(&u, uids, ARRAY_LEN(uids)), 0);
	users_end(&u, 200);
	ck_assert_str_eq(users_name(&u, 2, 0), "user2");
	ck_assert_ptr_null(users_name(&u, HANGS, LONG));
	ck_assert(users_waiting(&u, HANGS));
	ck_assert(!users_waiting(&u, 2));
	/* Nobody waits any more, neither for these nor for others. */
	then = clock_ms();
	ck_assert_int_eq(users_begin(&u, later, ARRAY_LEN(later)), 0);
	users_end(&u, LONG);
	ck_assert_ptr_null(users_name(&u, HANGS + 6, LONG));
	ck_assert_uint_lt(clock_ms() - then, 30000);
	/* It answers again: known at the next call, without another question. */
	end();
	users_end(&u, 0);
	ck_assert_str_eq(users_name(&u, HANGS, 0), "user4000000000");
	ck_assert_str_eq(users_name(&u, HANGS + 4, 0), "user4000000004");
	ck_assert(!users_waiting(&u, HANGS));
	ck_assert_uint_eq(atomic_load(&fake.asked), 5);
	users_fini(&u);
}
END_TEST

/* More than there are threads, and the owner leaves first. */
START_TEST(test_left_behind)
{
	struct users u;
	uid_t uids[40], uid = 5;

	begin();
	no_file(&u);
	for (unsigned i = 0; i < 40; i++)
		uids[i] = HANGS + i;
	ck_assert_int_eq(users_begin(&u, uids, 40), 0);
	users_end(&u, 20);
	while (atomic_load(&fake.inside) < USERS_THREADS)
		pause_ms(2);
	ck_assert_int_eq(users_uid(&u, "there", LONG, &uid), -ETIMEDOUT);
	ck_assert_uint_eq(uid, 5);
	users_fini(&u);
	end();
	ck_assert_uint_eq(atomic_load(&fake.asked), USERS_THREADS);
}
END_TEST

START_TEST(test_login_hangs)
{
	struct users u;
	uid_t uid = 5;

	begin();
	no_file(&u);
	ck_assert_int_eq(users_uid(&u, "hangs", 20, &uid), -ETIMEDOUT);
	ck_assert_uint_eq(uid, 5);
	users_fini(&u);
	end();
}
END_TEST

/* What /etc/passwd tells is not asked for; what it lacks only where others are named. */
START_TEST(test_file)
{
	struct users u;
	uid_t uid = 5;

	begin();
	users_init(&u, &calls);
	u.chosen = true;
	u.nss = (struct nss){ true, true };
	ck_assert_str_eq(users_name(&u, 0, LONG), "root");
	ck_assert_uint_eq(atomic_load(&fake.asked), 0);
	ck_assert_ptr_null(u.errands);
	ck_assert_str_eq(users_name(&u, 3987654320u, LONG), "user3987654320");
	ck_assert_uint_eq(atomic_load(&fake.asked), 1);
	users_fini(&u);

	users_init(&u, &calls);
	u.chosen = true;
	u.nss = (struct nss){ true, false };
	ck_assert_ptr_null(users_name(&u, 3987654322u, LONG));
	ck_assert_int_eq(users_uid(&u, "no such login", LONG, &uid), -ENOENT);
	ck_assert_ptr_null(u.errands);
	users_fini(&u);
	end();
}
END_TEST

/* ---- who is asked ---------------------------------------------------------------- */

static bool nss_is(const char *text, bool db, bool file, bool more)
{
	struct nss nss = parse_nss((struct span){ text, strlen(text) }, "passwd", db);

	return nss.file == file && nss.more == more;
}

START_TEST(test_nsswitch)
{
	ck_assert(nss_is("passwd: files systemd\n", false, true, true));
	ck_assert(nss_is("group: sss\n\tpasswd:files # sss\nshadow: sss\n", false, true, false));
	ck_assert(nss_is("passwd: sss files\n", false, false, true));
	ck_assert(nss_is("passwd: compat\n", false, false, true));
	ck_assert(nss_is("passwd: files [NOTFOUND=return] sss", false, false, true));
	ck_assert(nss_is("passwd: files [ SUCCESS = continue ] sss", false, false, true));
	ck_assert(nss_is("passwd: files sss [!UNAVAIL=return] ldap", false, true, true));
	ck_assert(nss_is("passwd:", false, false, true));
	ck_assert(nss_is("", false, true, true));
	ck_assert(nss_is("passwds: sss\n#passwd: sss\n", false, true, true));
	ck_assert(nss_is("passwd: sss\npasswd: files\n", false, true, false));
	ck_assert(nss_is("passwd: db files\n", false, true, false));
	ck_assert(nss_is("passwd: db files\n", true, false, true));
	ck_assert(nss_is("passwd: db files sss\n", false, true, true));
	ck_assert(nss_is("passwd: db [SUCCESS=return] files\n", false, false, true));
	ck_assert(nss_is("passwd: db\n", false, false, true));
	ck_assert(nss_is("passwd: [a", false, false, true));
}
END_TEST

/* ---- services -------------------------------------------------------------------- */

static void some_services(struct services *s)
{
	services_list(s, (struct span){ "late 81/tcp\nother 80/tcp\n", 25 });
}

static void hanging_services(struct services *s)
{
	hang();
	some_services(s);
}

START_TEST(test_services)
{
	struct services s;
	const char *name;

	begin();
	services_init(&s);
	services_list(&s, (struct span){ "http 80/tcp\n", 12 });
	name = services_name(&s, 80, false);
	ck_assert_str_eq(name, "http");
	ck_assert(services_end(&s, LONG));
	services_ask(&s, hanging_services);
	ck_assert(services_waits(&s));
	ck_assert(!services_end(&s, 20));
	ck_assert(!services_waits(&s));
	/* The file's until then; and nobody waits a second time. */
	ck_assert_str_eq(services_name(&s, 80, false), "http");
	ck_assert(!services_end(&s, LONG));
	end();
	ck_assert(services_end(&s, 0));
	ck_assert_str_eq(services_name(&s, 81, false), "late");
	ck_assert_str_eq(services_name(&s, 80, false), "other");
	ck_assert_str_eq(name, "http"); /* texts stay */
	services_fini(&s);

	services_init(&s);
	services_ask(&s, some_services);
	ck_assert(services_end(&s, LONG));
	ck_assert_str_eq(services_name(&s, 81, false), "late");
	services_fini(&s);

	begin();
	services_init(&s);
	services_ask(&s, hanging_services);
	ck_assert(!services_end(&s, 20));
	services_fini(&s);
	end();
}
END_TEST

/* ---- programs -------------------------------------------------------------------- */

static int hanging_program(uint32_t program, struct buf *name)
{
	hang();
	buf_printf(name, "p%u", (unsigned)program);
	return 0;
}

/* A portmapper that has nfs at 2049. */
static void *serve(void *arg)
{
	static const uint32_t words[] = { 1, 0, 0, 0, 0, 1, 100003, 3, 6, 2049, 0 };
	int fd = accept(*(int *)arg, NULL, NULL);
	uint32_t reply[13], call[11];

	if (recv(fd, call, sizeof(call), MSG_WAITALL) == sizeof(call)) {
		reply[0] = htonl(0x80000000u | (uint32_t)(sizeof(reply) - 4));
		reply[1] = call[1];
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			reply[i + 2] = htonl(words[i]);
		(void)!send(fd, reply, sizeof(reply), MSG_NOSIGNAL);
	}
	close(fd);
	return NULL;
}

START_TEST(test_program_names_hang)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	struct programs p;
	pthread_t thread;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	begin();
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, &fd), 0);
	programs_init(&p, hanging_program);
	programs_begin(&p, ntohs(at.sin_port), LONG);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	close(fd);
	while (!atomic_load(&fake.inside))
		pause_ms(2);
	/* What is registered is known, but not how it is called. */
	programs_end(&p, 20);
	ck_assert_str_eq(programs_find(&p, 2049, false), "100003");
	programs_end(&p, LONG);
	ck_assert_str_eq(programs_find(&p, 2049, false), "100003");
	end();
	programs_end(&p, 0);
	ck_assert_str_eq(programs_find(&p, 2049, false), "p100003");
	programs_fini(&p);
}
END_TEST

UNIT_MAIN("users", test_asked_once, test_hangs, test_left_behind, test_login_hangs, test_file,
	  test_nsswitch, test_services, test_program_names_hang)
