/* SPDX-License-Identifier: MIT */
/* Fields of processes, from a recorded tree; what each of their facts costs there. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fdmap.h"
#include "base/util.h"
#include "field/capname.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;
static struct fdmap_snapshot *snap;
static struct fdmap_value value;

static void setup(const char *tree)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file(tree);
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_hide_failed(query, true);
	ck_assert_int_ge(fdmap_query_slot(query, FDMAP_FD_CWD, 0), 0);
	snap = NULL;
	fdmap_value_init(&value, NULL);
}

static void teardown(void)
{
	fdmap_value_fini(&value);
	fdmap_snapshot_free(snap);
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

/* What taking it with these facts costs. */
static struct fdmap_counts take(uint32_t facts)
{
	struct fdmap_counts before, after;

	fdmap_snapshot_free(snap);
	fdmap_query_want(query, FDMAP_SPECIAL | facts);
	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, query, &snap), 0);
	fdmap_counts(map, &after);
	after.dirs -= before.dirs;
	after.lists -= before.lists;
	after.reads -= before.reads;
	after.links -= before.links;
	after.stats -= before.stats;
	after.owners -= before.owners;
	return after;
}

static const struct fdmap_process *process(pid_t pid, pid_t tid)
{
	size_t n;
	const struct fdmap_process *p = fdmap_processes(snap, &n);

	for (size_t i = 0; i < n; i++)
		if (p[i].pid == pid && p[i].tid == tid)
			return &p[i];
	ck_abort_msg("no process %d/%d", pid, tid);
	return NULL;
}

/* The value of a field as text; "-": absent. */
static const char *get(const struct fdmap_process *p, const char *key)
{
	static char text[4096];
	const struct fdmap_field *f = fdmap_field_find(key, strlen(key));
	struct fdmap_row row = { snap, p, p->files };
	int r;

	ck_assert_msg(f != NULL, "%s", key);
	ck_assert_int_eq(f->of, FDMAP_OF_PROCESS);
	r = fdmap_field_get(f, &row, &value);
	ck_assert_int_ge(r, 0);
	if (!r)
		return "-";
	if (f->type == FDMAP_VALUE_TEXT)
		(void)snprintf(text, sizeof(text), "%.*s", (int)value.text.n, value.text.p);
	else
		(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value.u);
	return text;
}

static const char *const keys[] = {
	"pid", "tid", "ppid", "pgid", "sid", "user", "uid", "comm", "task", "cmdline", "exe",
	"start", "age", "cgroup", "unit", "container", "container_id", "runtime", "pod", "pidns",
	"nspid", "procnetns", "caps", "context", "nofile", "nfds", "fd_use",
};

static void expect(pid_t pid, pid_t tid, const char *const *want)
{
	const struct fdmap_process *p = process(pid, tid);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_msg(strcmp(get(p, keys[i]), want[i]) == 0, "%d %s: %s, not %s", pid,
			      keys[i], get(p, keys[i]), want[i]);
}

#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static uint32_t all_needs(void)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		needs |= fdmap_field_find(keys[i], strlen(keys[i]))->needs;
	return needs;
}

START_TEST(test_values)
{
	setup("process");
	ck_assert_int_eq(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	take(all_needs());
	expect(1, 0, (const char *[]){
		"1", "-", "0", "1", "1", "0", "0", "systemd", "-", "/sbin/init --log level  --x",
		"/usr/lib/systemd/systemd", "1700000000250000000", "1000250000000", "/init.scope",
		"init.scope", "-", "-", "-", "-", "4026531836", "1", "4026531840", "all", "-",
		"1024", "3", "0" });
	expect(2, 0, (const char *[]){
		"2", "-", "0", "0", "0", "0", "0", "kthreadd", "-", "-", "-",
		"1700000000250000000", "1000250000000", "/", "-", "-", "-", "-", "-", "4026531836",
		"2", "4026531840", "all", "-", "1024", "0", "0" });
	expect(812, 0, (const char *[]){
		"812", "-", "1", "800", "799", "33", "33", "nginx", "-", "nginx: worker\tprocess",
		"/usr/sbin/nginx (deleted)", "1700000900120000000", "100380000000",
		"/docker/" ID "/system.slice/web.service", "web.service", ID, ID, "docker", "-",
		"4026532200", "812,7,1", "4026532203", "net_bind_service", "-", "50", "41", "82" });
	teardown();
}
END_TEST

/* What may not be known is absent, and the process is there. */
START_TEST(test_refused)
{
	setup("process");
	ck_assert_int_eq(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	take(all_needs());
	expect(900, 0, (const char *[]){
		"900", "-", "1", "900", "900", "1000", "1000", "vault", "-", "vault", "-",
		"1700001000490000000", "10000000", "/user.slice", "-", "-", "-", "-", "-", "-",
		"900", "-", "-", "-", "-", "-", "-" });
	expect(901, 0, (const char *[]){
		"901", "-", "1", "901", "-", "1000", "1000", "mute", "-", "-", "-", "-", "-", "-",
		"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" });
	ck_assert_uint_eq(process(900, 0)->have & FDMAP_EXE, 0);
	ck_assert_uint_ne(process(2, 0)->have & FDMAP_EXE, 0);
	ck_assert_uint_ne(process(900, 0)->have & FDMAP_LIMITS, 0);
	ck_assert_uint_eq(process(900, 0)->nofile, UINT64_MAX);
	ck_assert_uint_eq(process(901, 0)->have &
			  (FDMAP_CMDLINE | FDMAP_EXE | FDMAP_STATUS | FDMAP_LIMITS | FDMAP_START), 0);
	teardown();
}
END_TEST

/* A thread has its own name, start and capabilities; the PID is that of its process. */
START_TEST(test_threads)
{
	setup("process");
	ck_assert_int_ge(fdmap_query_tasks(query, FDMAP_TASKS_SELECT), 0);
	take(all_needs());
	expect(950, 0, (const char *[]){
		"950", "-", "1", "950", "950", "0", "0", "java", "-", "java -jar", "/usr/bin/java",
		"1700001000510000000", "0", "-", "-", "-", "-", "-", "-", "-", "950", "-", "42",
		"-", "0", "0", "-" });
	expect(950, 951, (const char *[]){
		"950", "951", "1", "950", "950", "0", "0", "java", "GC Thread", "java -jar",
		"/usr/bin/java", "1700001000000000000", "500000000", "-", "-", "-", "-", "-", "-",
		"-", "950", "-", "chown,sys_admin", "-", "200", "1", "0" });
	teardown();
}
END_TEST

/* Who asks for nothing is told nothing, and it costs nothing. */
START_TEST(test_unasked)
{
	setup("process");
	ck_assert_int_eq(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	struct fdmap_counts c = take(0);

	ck_assert_uint_eq(c.reads, 0);
	ck_assert_uint_eq(c.links, 6);
	ck_assert_uint_eq(c.stats, 0);
	ck_assert_uint_eq(c.dirs, 6);
	ck_assert_str_eq(get(process(812, 0), "pid"), "812");
	for (size_t i = 1; i < ARRAY_LEN(keys); i++)
		ck_assert_msg(strcmp(get(process(812, 0), keys[i]), "-") == 0, "%s", keys[i]);
	teardown();
}
END_TEST

/* Six processes, of which one refuses. */
START_TEST(test_costs)
{
	struct fdmap_counts none, c;

	setup("process");
	ck_assert_int_eq(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	none = take(0);
	c = take(FDMAP_CMDLINE);
	ck_assert_uint_eq(c.reads, 6);
	ck_assert_uint_eq(c.links + c.stats + c.dirs, none.links + none.stats + none.dirs);
	c = take(FDMAP_EXE);
	ck_assert_uint_eq(c.reads, 0);
	ck_assert_uint_eq(c.links, none.links + 6);
	/* Two links of those whose status could be read; once what the kernel has. */
	c = take(FDMAP_STATUS);
	ck_assert_uint_eq(c.reads, 1 + 6);
	ck_assert_uint_eq(c.links, none.links + 2 * 5);
	ck_assert_uint_eq(c.stats + c.dirs, none.stats + none.dirs);
	/* Sizes of five, and once of our own; four of them have none and are listed, one refuses. */
	c = take(FDMAP_LIMITS);
	ck_assert_uint_eq(c.reads, 6);
	ck_assert_uint_eq(c.stats, none.stats + 1 + 5);
	ck_assert_uint_eq(c.dirs, none.dirs + 4);
	ck_assert_uint_eq(c.lists, none.lists + 3);
	ck_assert_uint_eq(c.links, none.links);
	/* The command's file, and the clock once. */
	c = take(FDMAP_START);
	ck_assert_uint_eq(c.reads, 6 + 2);
	c = take(FDMAP_COMM);
	ck_assert_uint_eq(c.reads, 6);
	teardown();
}
END_TEST

/* Only of processes that have a row. */
START_TEST(test_cost_of_rejected)
{
	const uint32_t facts = FDMAP_CMDLINE | FDMAP_EXE | FDMAP_STATUS | FDMAP_LIMITS;
	struct fdmap_counts c;

	setup("process");
	ck_assert_int_ge(fdmap_query_uid(query, 33, NULL, 0, NULL), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	c = take(facts);
	ck_assert_uint_eq(c.owners, 6);
	ck_assert_uint_eq(c.reads, 1 + 3);
	ck_assert_uint_eq(c.links, 1 + 1 + 2);
	ck_assert_uint_eq(c.stats, 1 + 1);
	teardown();
}
END_TEST

/* A system that does not tell the time is told of once. */
START_TEST(test_no_clock)
{
	const struct fdmap_problem *problems;
	size_t n;

	setup("threads");
	take(FDMAP_START);
	problems = fdmap_problems(snap, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(problems[0].source, "stat");
	ck_assert_int_gt(problems[0].error, 0);
	ck_assert_str_eq(get(process(600, 0), "start"), "-");
	ck_assert_str_eq(get(process(600, 0), "comm"), "java");
	teardown();
}
END_TEST

/* Sockets that nobody holds are of no process. */
START_TEST(test_nobody)
{
	struct fdmap_process p = { .nobody = true, .have = UINT32_MAX, .comm = "", .caps = 1 };

	setup("process");
	take(0);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_msg(strcmp(get(&p, keys[i]), "-") == 0, "%s", keys[i]);
	teardown();
}
END_TEST

START_TEST(test_names)
{
	struct fdmap_namer *namer;
	const struct fdmap_field *f = fdmap_field_find("command", 7);

	ck_assert_str_eq(f->key, "comm");
	ck_assert_ptr_eq(fdmap_field_find("FD-USE", 6), fdmap_field_find("fd_use", 6));
	setup("process");
	take(FDMAP_CRED);
	ck_assert_int_eq(fdmap_namer_new(&namer, map, FDMAP_NAMES_USERS), 0);
	value.namer = namer;
	ck_assert_str_eq(get(process(812, 0), "user"), "www");
	ck_assert_str_eq(get(process(900, 0), "user"), "1000");
	fdmap_namer_free(namer);
	teardown();
}
END_TEST

/* A program in a session of its own, with four descriptors and room for five. */
static pid_t spawn(void)
{
	const struct rlimit few = { 5, 5 };
	int ready[2], zero;
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		zero = open("/dev/zero", O_RDWR);
		/* Four are left open, and until exec the pipe, above them. */
		if (setsid() < 0 || zero < 0 || fcntl(ready[1], F_DUPFD_CLOEXEC, 100) != 100)
			_exit(1);
		for (int fd = 0; fd < 4; fd++)
			if (zero != fd && dup2(zero, fd) < 0)
				_exit(1);
		for (int fd = 4; fd < 1024; fd++)
			if (fd != 100)
				close(fd);
		if (setrlimit(RLIMIT_NOFILE, &few) < 0)
			_exit(1);
		execlp("sleep", "sleep", "1000", "0", NULL);
		_exit(1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 0);
	close(ready[0]);
	return pid;
}

/* Of this machine, as the one who made it knows. */
START_TEST(test_live)
{
	const uint64_t ns = 1000000000;
	char number[32], link[64], exe[4096];
	uint64_t start, now;
	pid_t pid;
	ssize_t n;

	/* Under valgrind a child is valgrind, which needs more descriptors than this one may have. */
	if (getenv("UNIT_TOOL"))
		return;
	pid = spawn();
	ck_assert_int_eq(fdmap_open(&map, NULL), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ck_assert_int_ge(fdmap_query_pid(query, pid, 0, NULL), 0);
	snap = NULL;
	fdmap_value_init(&value, NULL);
	/* Its loader opens files before it sleeps. */
	for (int i = 0; i < 1000; i++) {
		take(all_needs());
		if (strcmp(get(process(pid, 0), "nfds"), "4") == 0)
			break;
		usleep(10000);
	}
	(void)snprintf(number, sizeof(number), "%d", pid);
	ck_assert_str_eq(get(process(pid, 0), "pid"), number);
	ck_assert_str_eq(get(process(pid, 0), "sid"), number);
	ck_assert_str_eq(get(process(pid, 0), "pgid"), number);
	ck_assert_str_eq(get(process(pid, 0), "comm"), "sleep");
	ck_assert_str_eq(get(process(pid, 0), "cmdline"), "sleep 1000 0");
	ck_assert_str_eq(get(process(pid, 0), "nfds"), "4");
	ck_assert_str_eq(get(process(pid, 0), "nofile"), "5");
	ck_assert_str_eq(get(process(pid, 0), "fd_use"), "80");
	(void)snprintf(number, sizeof(number), "%d", getpid());
	ck_assert_str_eq(get(process(pid, 0), "ppid"), number);
	(void)snprintf(number, sizeof(number), "%u", getuid());
	ck_assert_str_eq(get(process(pid, 0), "uid"), number);
	(void)snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, exe, sizeof(exe) - 1);
	ck_assert_int_gt(n, 0);
	exe[n] = '\0';
	ck_assert_str_eq(get(process(pid, 0), "exe"), exe);
	(void)snprintf(link, sizeof(link), "/proc/%d/ns/net", pid);
	n = readlink(link, exe, sizeof(exe) - 1);
	ck_assert_int_gt(n, 6);
	exe[n - 1] = '\0';
	ck_assert_str_eq(get(process(pid, 0), "procnetns"), exe + strlen("net:["));
	/* The two clocks are of the same origin, as exactly as the kernel tells them. */
	start = process(pid, 0)->start;
	now = (uint64_t)time(NULL) * ns;
	ck_assert_uint_lt(process(pid, 0)->age, now / 2);
	ck_assert_uint_gt(start, now / 2);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	fdmap_value_fini(&value);
	fdmap_snapshot_free(snap);
	fdmap_query_free(query);
	fdmap_close(map);
}
END_TEST

static void expect_caps(uint64_t caps, uint64_t known, const char *want)
{
	struct buf b;

	buf_init(&b);
	capname_put(caps, known, &b);
	ck_assert_str_eq(buf_str(&b), want);
	buf_fini(&b);
}

START_TEST(test_caps)
{
	const uint64_t all = (1ull << 41) - 1;

	expect_caps(1, all, "chown");
	expect_caps(1ull << 40 | 1 << 25, all, "sys_time,checkpoint_restore");
	expect_caps(1ull << 41, all, "41");
	expect_caps(all, all, "all");
	expect_caps(all, 0, "all");
	/* An older kernel, a newer one. */
	expect_caps((1ull << 38) - 1, (1ull << 38) - 1, "all");
	expect_caps(all | 1ull << 41, 0, "all");
	expect_caps(1ull << 63, all << 1 | 1, "63");
	expect_caps(0x7ff, 0xfff, "chown,dac_override,dac_read_search,fowner,fsetid,kill,setgid,"
				  "setuid,setpcap,linux_immutable,net_bind_service");
}
END_TEST

UNIT_MAIN("process", test_values, test_live, test_refused, test_threads, test_unasked, test_costs,
	  test_cost_of_rejected, test_no_clock, test_nobody, test_names, test_caps)
