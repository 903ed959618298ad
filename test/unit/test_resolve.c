/* SPDX-License-Identifier: MIT */
/* Users, services, hosts: of a recorded tree, and of this machine. */
#include "os/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "os/etc.h"
#include "test/lib/unit.h"

struct fake_file {
	const char *name, *text;
};

static int fake_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	(void)d;
	for (const struct fake_file *f = r->priv; f->name; f++) {
		if (strcmp(f->name, name) == 0) {
			buf_puts(out, f->text);
			return 0;
		}
	}
	return -ENOENT;
}

static const struct root_ops fake_ops = { .read = fake_read };

static const struct fake_file tree[] = {
	{ "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
			"# nobody:x:1:1::/:\n"
			"\n"
			":x:5:5::/:\n"
			"broken:x\n"
			"minus:x:-1:0::/:\n"
			"big:x:4294967296:0::/:\n"
			"toor:x:0:0::/:\n"
			"dæmon:x:4294967294:1:x # y:/:" },
	{ "etc/services", "# comment\n"
			  "http\t\t80/tcp\t\twww www-http # World\n"
			  "http 80/udp\n"
			  "later 80/tcp\n"
			  "domain 53/tcp\n"
			  "echo 7/sctp\n"
			  "far 65536/tcp\n"
			  "half 9\n"
			  "word x/tcp\n"
			  "last 99/udp#c" },
	{ "etc/hosts", "127.0.0.1 localhost loop # other\n"
		       "::1\tip6-localhost\n"
		       "10.0.0.300 no\n"
		       "10.0.0.9\n"
		       "fe80:0:0:0:0:0:0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f long\n"
		       "10.0.0.1 One one.example\n"
		       "10.0.0.1 two" },
	{ 0 },
};

static const struct fake_file bare_tree[] = { { "manifest", "" }, { 0 } };
static const struct fake_file nothing[] = { { 0 } };

static struct resolve *open_on(struct root *root, const struct fake_file *files, bool live)
{
	struct resolve *res;

	*root = (struct root){ .ops = &fake_ops, .priv = (void *)(uintptr_t)files, .live = live };
	ck_assert_int_eq(resolve_new(&res, root), 0);
	return res;
}

static struct resolve_addr addr_of(const char *text)
{
	struct resolve_addr a;

	ck_assert(etc_parse_number(text, strchr(text, ':') ? AF_INET6 : AF_INET, &a));
	return a;
}

START_TEST(test_tree_users)
{
	struct root root;
	struct resolve *res = open_on(&root, tree, false);
	uid_t uid = 7;

	ck_assert_str_eq(resolve_user(res, 0, 60000), "root");
	ck_assert_str_eq(resolve_user(res, 4294967294u, 60000), "dæmon");
	ck_assert_ptr_null(resolve_user(res, 1, 60000));
	ck_assert_ptr_null(resolve_user(res, 5, 60000));
	ck_assert_int_eq(resolve_uid(res, "toor", 60000, &uid), 0);
	ck_assert_uint_eq(uid, 0);
	ck_assert_int_eq(resolve_uid(res, "minus", 60000, &uid), -ENOENT);
	ck_assert_int_eq(resolve_uid(res, "big", 60000, &uid), -ENOENT);
	ck_assert_int_eq(resolve_uid(res, "", 60000, &uid), -ENOENT);
	/* The list is read once. */
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 1);
	resolve_free(res);
}
END_TEST

START_TEST(test_tree_services)
{
	struct root root;
	struct resolve *res = open_on(&root, tree, false);
	uint16_t port = 1;

	ck_assert_str_eq(resolve_service(res, 80, "tcp", 60000), "http");
	ck_assert_str_eq(resolve_service(res, 80, "udp", 60000), "http");
	ck_assert_str_eq(resolve_service(res, 99, "udp", 60000), "last");
	ck_assert_ptr_null(resolve_service(res, 53, "udp", 60000));
	ck_assert_ptr_null(resolve_service(res, 7, "tcp", 60000));
	ck_assert_ptr_null(resolve_service(res, 0, "tcp", 60000));
	ck_assert_ptr_null(resolve_service(res, 80, "sctp", 60000));
	ck_assert_int_eq(resolve_port(res, "www-http", "tcp", 60000, &port), 0);
	ck_assert_uint_eq(port, 80);
	ck_assert_int_eq(resolve_port(res, "later", "tcp", 60000, &port), 0);
	ck_assert_int_eq(resolve_port(res, "www", "udp", 60000, &port), -ENOENT);
	ck_assert_int_eq(resolve_port(res, "HTTP", "tcp", 60000, &port), -ENOENT);
	ck_assert_int_eq(resolve_port(res, "World", "tcp", 60000, &port), -ENOENT);
	ck_assert_int_eq(resolve_port(res, "echo", "sctp", 60000, &port), -ENOENT);
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 1);
	resolve_free(res);
}
END_TEST

START_TEST(test_tree_hosts)
{
	struct root root;
	struct resolve *res = open_on(&root, tree, false);
	struct resolve_addr a = addr_of("10.0.0.1"), got;

	ck_assert_ptr_null(resolve_host(res, &a));
	ck_assert_int_eq(resolve_hosts(res, &a, 1, 0), 0);
	ck_assert_str_eq(resolve_host(res, &a), "One");
	a = addr_of("::ffff:127.0.0.1");
	ck_assert_str_eq(resolve_host(res, &a), "localhost");
	a = addr_of("::1");
	ck_assert_str_eq(resolve_host(res, &a), "ip6-localhost");
	a = addr_of("10.0.0.9");
	ck_assert_ptr_null(resolve_host(res, &a));
	ck_assert_int_eq(resolve_address(res, "ONE.example", AF_INET, 0, &got), 0);
	ck_assert_uint_eq(got.a.v4.s_addr, htonl(0x0a000001));
	ck_assert_int_eq(resolve_address(res, "one", AF_INET6, 0, &got), -ENOENT);
	ck_assert_int_eq(resolve_address(res, "other", AF_INET, 0, &got), -ENOENT);
	ck_assert_int_eq(resolve_address(res, "10.9.8.7", AF_INET, 0, &got), 0);
	ck_assert_uint_eq(got.a.v4.s_addr, htonl(0x0a090807));
	ck_assert_int_eq(resolve_address(res, "fe80::9", AF_INET6, 0, &got), 0);
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 1);
	resolve_free(res);
}
END_TEST

/* A tree without lists asks this machine nothing. */
START_TEST(test_bare_tree)
{
	struct root root;
	struct resolve *res = open_on(&root, bare_tree, false);
	struct resolve_addr a = addr_of("127.0.0.1");
	uint16_t port;
	uid_t uid;

	ck_assert_ptr_null(resolve_user(res, 0, 60000));
	ck_assert_int_eq(resolve_uid(res, "root", 60000, &uid), -ENOENT);
	ck_assert_ptr_null(resolve_service(res, 80, "tcp", 60000));
	ck_assert_int_eq(resolve_port(res, "http", "tcp", 60000, &port), -ENOENT);
	ck_assert_int_eq(resolve_hosts(res, &a, 1, 60000), 0);
	ck_assert_ptr_null(resolve_host(res, &a));
	ck_assert_int_eq(resolve_address(res, "localhost", AF_INET, 60000, &a), -ENOENT);
	resolve_free(res);
}
END_TEST

/* /proc itself, live or of another place, has no lists: this machine is asked. */
static void check_machine(struct resolve *res, struct root *root)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *name = resolve_user(res, getuid(), 60000);
	uid_t uid = 12345;

	if (pw) {
		ck_assert_str_eq(name, pw->pw_name);
		ck_assert_ptr_eq(resolve_user(res, getuid(), 60000), name);
		ck_assert_int_eq(resolve_uid(res, pw->pw_name, 60000, &uid), 0);
		ck_assert_uint_eq(uid, pw->pw_uid);
	}
	ck_assert_ptr_null(resolve_user(res, 3987654321u, 60000));
	ck_assert_ptr_null(resolve_user(res, 3987654321u, 60000));
	ck_assert_int_eq(resolve_uid(res, "no such login name", 60000, &uid), -ENOENT);
	ck_assert_uint_le(atomic_load(&root->counts.reads), 2);
	resolve_free(res);
}

START_TEST(test_machine_users)
{
	struct root root;

	check_machine(open_on(&root, nothing, false), &root);
	/* Live: nothing at all is looked for below it. */
	check_machine(open_on(&root, tree, true), &root);
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 0);
}
END_TEST

/* Every service there is, both ways, as the C library finds it one by one. */
START_TEST(test_machine_services)
{
	struct root root;
	struct resolve *res = open_on(&root, nothing, true);

	for (unsigned i = 1; i <= UINT16_MAX; i++) {
		const char *name = resolve_service(res, (uint16_t)i, "tcp", 60000);
		const struct servent *s;
		uint16_t port;

		if (!name)
			continue;
		s = getservbyport(htons((uint16_t)i), "tcp");
		ck_assert_ptr_nonnull(s);
		ck_assert_str_eq(s->s_name, name);
		ck_assert_int_eq(resolve_port(res, name, "tcp", 60000, &port), 0);
		s = getservbyname(name, "tcp");
		ck_assert_ptr_nonnull(s);
		ck_assert_int_eq(ntohs((uint16_t)s->s_port), port);
	}
	if (getservbyport(htons(80), "tcp"))
		ck_assert_ptr_nonnull(resolve_service(res, 80, "tcp", 60000));
	resolve_free(res);
}
END_TEST

/* hosts(5) has it nearly everywhere; where it has not, only the name is missing. */
START_TEST(test_machine_hosts)
{
	struct root root;
	struct resolve *res = open_on(&root, nothing, true);
	struct resolve_addr a[2] = { addr_of("127.0.0.1"), addr_of("::ffff:127.0.0.1") }, got;
	const char *name;

	ck_assert_ptr_null(resolve_host(res, &a[0]));
	ck_assert_int_eq(resolve_hosts(res, a, 2, 5000), 0);
	name = resolve_host(res, &a[0]);
	ck_assert_ptr_eq(resolve_host(res, &a[1]), name);
	if (name) {
		ck_assert_int_gt((int)strlen(name), 0);
		ck_assert_str_ne(name, "127.0.0.1");
	}
	ck_assert_int_eq(resolve_address(res, "127.0.0.9", AF_INET, 0, &got), 0);
	if (resolve_address(res, "localhost", AF_INET, 5000, &got) == 0)
		ck_assert_uint_eq(got.a.v4.s_addr, htonl(INADDR_LOOPBACK));
	resolve_free(res);
}
END_TEST

START_TEST(test_never_used)
{
	struct root root;

	resolve_free(NULL);
	resolve_free(open_on(&root, tree, false));
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 0);
}
END_TEST

UNIT_MAIN("resolve", test_tree_users, test_tree_services, test_tree_hosts, test_bare_tree,
	  test_machine_users, test_machine_services, test_machine_hosts, test_never_used)
