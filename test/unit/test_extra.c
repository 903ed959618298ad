/* SPDX-License-Identifier: MIT */
/* Columns that lsof has not: their words, what they show, what they ask for, in every format. */
#include "out/extra.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "engine/snapshot.h"
#include "out/fields.h"
#include "test/lib/rows.h"
#include "test/lib/unit.h"

#define ID "4f0c2b7d9e8a13565f0e1d2c3b4a59687786a5b4c3d2e1f00112233445566778"

static const struct fdmap_stat dir_stat = {
	.dev = 0xfe00, .ino = 2, .size = 4096, .mode = S_IFDIR | 0755, .nlink = 19
};

/* Columns by their keys; what their fields tell does not matter here. */
enum { CONTAINER, UNIT, NETNS, PEER, DETAIL };
static const struct fdmap_field fields[] = {
	[CONTAINER] = { .key = "container", .of = FDMAP_OF_PROCESS },
	[UNIT] = { .key = "unit", .of = FDMAP_OF_PROCESS },
	[NETNS] = { .key = "netns" },
	[PEER] = { .key = "peer" },
	[DETAIL] = { .key = "detail" },
};
static struct chosen all_chosen[ARRAY_LEN(fields)] = {
	{ &fields[CONTAINER], "container" }, { &fields[UNIT], "unit" }, { &fields[NETNS], "netns" },
	{ &fields[PEER], "peer" },	     { &fields[DETAIL], "detail" },
};

/* +list: from one of them to another. */
static struct columns chosen(size_t from, size_t to)
{
	return (struct columns){ .v = &all_chosen[from], .n = to - from + 1 };
}

/* One put function on one row, with the namespaces given. */
static void check_put(void (*put)(const struct shown *x, struct buf *out),
		      const struct fdmap_process *proc, const struct fdmap_file *file,
		      struct fdmap_snapshot *snap, const char *want)
{
	struct format fmt = rows_format();
	struct fdmap_row row = { snap, proc, file };
	struct shown x = { .fmt = &fmt, .row = &row };
	struct buf out;

	buf_init(&out);
	put(&x, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_container)
{
	struct fdmap_file file = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/");
	struct fdmap_process p = rows_process(7, "web", &file, 1);

	check_put(extra_put_container, &p, &file, NULL, "");
	p.pod = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
	check_put(extra_put_container, &p, &file, NULL, "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
	p.container = ID;
	check_put(extra_put_container, &p, &file, NULL, "4f0c2b7d9e8a");
	p.container_name = "web";
	check_put(extra_put_container, &p, &file, NULL, "web");
	p.container_name = "a b\033[31m\n";
	check_put(extra_put_container, &p, &file, NULL, "a\\x20b^[[31m\\n");
	p.container_name = NULL;
	p.container = "deb-12";
	check_put(extra_put_container, &p, &file, NULL, "deb-12");
}
END_TEST

START_TEST(test_unit)
{
	struct fdmap_file file = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/");
	struct fdmap_process p = rows_process(7, "web", &file, 1);

	check_put(extra_put_unit, &p, &file, NULL, "");
	p.unit = "getty@tty1.service";
	check_put(extra_put_unit, &p, &file, NULL, "getty@tty1.service");
	p.unit = "app-a\\x2db.scope";
	check_put(extra_put_unit, &p, &file, NULL, "app-a\\x2db.scope");
	p.unit = "a b\n.scope";
	check_put(extra_put_unit, &p, &file, NULL, "a\\x20b\\n.scope");
}
END_TEST

START_TEST(test_netns)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 7, 10, 80, 0);
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process p = rows_process(7, "web", &file, 1);
	struct fdmap_netns spaces[] = {
		{ .ino = 4026531840 },
		{ .ino = 4026532177, .name = "a b" },
		{ .ino = 0 },
	};
	struct fdmap_snapshot *snap;

	ck_assert_int_eq(snapshot_new(&snap, 1, 0), 0);
	snap->netns = calloc(3, sizeof(*snap->netns));
	ck_assert_ptr_nonnull(snap->netns);
	memcpy(snap->netns, spaces, sizeof(spaces));
	snap->ns.n = 3;
	check_put(extra_put_netns, &p, &file, snap, "4026531840");
	sock.netns = 1;
	check_put(extra_put_netns, &p, &file, snap, "a\\x20b");
	sock.netns = 2;
	check_put(extra_put_netns, &p, &file, snap, "");
	sock.netns = 3;
	check_put(extra_put_netns, &p, &file, snap, "");
	/* In no table that was read. */
	file.sock = NULL;
	file.netns = 0;
	check_put(extra_put_netns, &p, &file, snap, "4026531840");
	file.have &= ~(uint32_t)FDMAP_NETNS;
	check_put(extra_put_netns, &p, &file, snap, "");
	file = rows_file(3, 'r', &dir_stat, "/");
	check_put(extra_put_netns, &p, &file, snap, "");
	snap->ns.n = 0;
	fdmap_snapshot_free(snap);
}
END_TEST

static const struct fdmap_end ends[] = {
	{ .pid = 12, .fd = 10345, .access = 'r', .uid = 5, .comm = "cat b" },
	{ .pid = 13, .fd = FDMAP_FD_URING, .comm = NULL, .pending = true },
};

START_TEST(test_peer)
{
	struct fdmap_file file = rows_file(3, 'r', &dir_stat, "/");
	struct fdmap_process p = rows_process(7, "web", &file, 1);

	check_put(extra_put_peer, &p, &file, NULL, "");
	file.more = &(struct fdmap_file_more){ .ends = ends, .nends = ARRAY_LEN(ends) };
	check_put(extra_put_peer, &p, &file, NULL, "12,cat\\x20b,10345r 13,?,uring(pending)");
}
END_TEST

static const struct fdmap_detail listed[] = {
	{ .type = FDMAP_DETAIL_U64, .u = 5 },
	{ .type = FDMAP_DETAIL_TEXT, .text = "a\xff" },
	{ .type = FDMAP_DETAIL_LIST },
};
static const struct fdmap_detail members[] = {
	{ .key = "fd", .type = FDMAP_DETAIL_U64, .u = 7 },
	{ .key = "path", .type = FDMAP_DETAIL_TEXT, .text = "\xff\n" },
};
static const struct fdmap_detail details[] = {
	{ .key = "count", .type = FDMAP_DETAIL_U64, .u = UINT64_MAX },
	{ .key = "left", .type = FDMAP_DETAIL_I64, .i = -3 },
	{ .key = "mask", .type = FDMAP_DETAIL_HEX, .u = 0xab },
	{ .key = "name", .type = FDMAP_DETAIL_TEXT, .text = "a b\"" },
	{ .key = "armed", .type = FDMAP_DETAIL_BOOL, .u = 1 },
	{ .key = "sealed", .type = FDMAP_DETAIL_BOOL },
	{ .key = "list", .type = FDMAP_DETAIL_LIST, .n = 3, .v = listed },
	{ .key = "one", .type = FDMAP_DETAIL_OBJECT, .n = 2, .v = members },
	{ .key = "none", .type = FDMAP_DETAIL_OBJECT },
};

START_TEST(test_detail)
{
	struct fdmap_file file = rows_file(3, 'r', &dir_stat, "/");
	struct fdmap_process p = rows_process(7, "web", &file, 1);

	check_put(extra_put_detail, &p, &file, NULL, "");
	file.more = &(struct fdmap_file_more){ .details = details, .ndetails = ARRAY_LEN(details) };
	check_put(extra_put_detail, &p, &file, NULL,
		  "count=18446744073709551615 left=-3 mask=0xab name=a\\x20b\" armed=yes "
		  "sealed=no list=[5 a\\xff []] one={fd=7 path=\\xff\\n} none={}");
}
END_TEST

/* ---- whole rows ----------------------------------------------------------------------- */

static void check_print(const struct sink_ops *ops, const struct format *fmt,
			const struct fdmap_process *proc, const char *want)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(ops, fmt, proc, 1, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static void check_has(const struct sink_ops *ops, const struct format *fmt,
		      const struct fdmap_process *proc, const char *want)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(ops, fmt, proc, 1, &out), 0);
	ck_assert_msg(strstr(buf_str(&out), want), "%s: %s", want, buf_str(&out));
	buf_fini(&out);
}

START_TEST(test_table)
{
	struct fdmap_file file = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/");
	struct fdmap_process p = rows_process(871, "web", &file, 1);
	struct format fmt = rows_format();

	fmt.columns = chosen(CONTAINER, UNIT);
	check_print(&sink_table, &fmt, &p,
		    "COMMAND PID     USER CONTAINER UNIT   FD   TYPE DEVICE SIZE/OFF NODE NAME\n"
		    "web     871        0                 cwd    DIR  254,0     4096    2 /\n");
	p.container_name = "frontend-1";
	p.unit = "a.scope";
	check_print(
		&sink_table, &fmt, &p,
		"COMMAND PID     USER CONTAINER  UNIT      FD   TYPE DEVICE SIZE/OFF NODE NAME\n"
		"web     871        0 frontend-1 a.scope  cwd    DIR  254,0     4096    2 /\n");
	fmt.columns = chosen(PEER, PEER);
	file.more = &(struct fdmap_file_more){ .ends = ends, .nends = 1 };
	check_print(
		&sink_table, &fmt, &p,
		"COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE PEER               NAME\n"
		"web     871        0  cwd    DIR  254,0     4096    2 12,cat\\x20b,10345r /\n");
	fmt.columns = (struct columns){ 0 };
	check_print(&sink_table, &fmt, &p,
		    "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n"
		    "web     871        0  cwd    DIR  254,0     4096    2 /\n");
}
END_TEST

static uint64_t letters_of(const char *text)
{
	uint64_t letters = 0;

	for (; *text; text++)
		letters |= FIELD_BIT(*text);
	return letters;
}

START_TEST(test_json)
{
	struct fdmap_file file = rows_file(3, 'r', &dir_stat, "/");
	struct fdmap_process p = rows_process(7, "web", &file, 1);
	struct format fmt = rows_format();

	fmt.letters = letters_of("pn");
	fmt.columns = chosen(CONTAINER, DETAIL);
	check_print(&sink_jsonl, &fmt, &p, "{\"pid\":7,\"name\":\"/\"}\n");
	p.runtime = "podman";
	p.container = ID;
	p.container_name = "w\xff";
	p.pod = "0f1e";
	p.unit = "a\\x2db.scope";
	check_print(&sink_jsonl, &fmt, &p,
		    "{\"pid\":7,\"container\":{\"runtime\":\"podman\",\"id\":\"" ID
		    "\",\"name\":\"w\\\\xff\",\"name_bytes\":\"d/8=\",\"pod\":\"0f1e\"},"
		    "\"unit\":\"a\\\\x2db.scope\",\"name\":\"/\"}\n");
	fmt.columns = chosen(DETAIL, DETAIL);
	file.more = &(struct fdmap_file_more){ .details = details, .ndetails = ARRAY_LEN(details) };
	check_print(&sink_jsonl, &fmt, &p,
		    "{\"pid\":7,\"name\":\"/\",\"detail\":{\"count\":18446744073709551615,"
		    "\"left\":-3,\"mask\":\"0xab\",\"name\":\"a b\\\"\",\"armed\":true,"
		    "\"sealed\":false,\"list\":[5,\"a\\\\xff\",[]],"
		    "\"one\":{\"fd\":7,\"path\":\"\\\\xff\\\\n\",\"path_bytes\":\"/wo=\"},"
		    "\"none\":{}}}\n");
	fmt.columns = chosen(PEER, PEER);
	file.more = &(struct fdmap_file_more){ .ends = ends, .nends = ARRAY_LEN(ends) };
	check_print(&sink_jsonl, &fmt, &p,
		    "{\"pid\":7,\"name\":\"/\",\"peers\":[{\"pid\":12,\"command\":\"cat b\","
		    "\"fd\":\"10345\",\"access\":\"r\",\"uid\":5},"
		    "{\"pid\":13,\"fd\":\"uring\",\"pending\":true,\"uid\":0}]}\n");
	fmt.columns = (struct columns){ 0 };
	check_print(&sink_jsonl, &fmt, &p, "{\"pid\":7,\"name\":\"/\"}\n");
}
END_TEST

START_TEST(test_unowned)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 0, 6, 80, 4000);
	struct fdmap_sock listener = rows_inet(FDMAP_TCP, 77, 10, 80, 0);
	struct fdmap_file file = rows_socket(FDMAP_FD_NONE, &sock);
	struct fdmap_process p = rows_process(0, NULL, &file, 1);
	struct format fmt = rows_format();

	p.nobody = true;
	file.access = ' ';
	file.more = &(struct fdmap_file_more){ .unowned = FDMAP_UNOWNED_TIME_WAIT };
	fmt.letters = letters_of("pgRcuLf");
	check_print(&sink_jsonl, &fmt, &p, "{\"pid\":null,\"command\":\"-\",\"fd\":\"-\"}\n");
	fmt.letters = letters_of("pf");
	check_print(&sink_fields, &fmt, &p, "p-\nf-\n");
	fmt.letters = letters_of("pn");
	file.more = &(struct fdmap_file_more){ .unowned = FDMAP_UNOWNED_PENDING,
					       .listener = &listener };
	check_has(&sink_jsonl, &fmt, &p, "\"unowned\":{\"reason\":\"pending\",\"text\":\"");
	check_has(&sink_jsonl, &fmt, &p, ",\"listener_inode\":\"77\"}}\n");
	check_has(&sink_table, &fmt, &p, "\n-         -    -   -   IPv4 ");
}
END_TEST

/* ---- what they ask for -------------------------------------------------------------------- */

static const struct {
	size_t column;
	uint32_t needs;
} wanted[] = {
	{ CONTAINER, FDMAP_CRED | FDMAP_CGROUP | FDMAP_CONTAINER },
	{ UNIT, FDMAP_CGROUP },
	{ NETNS, FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK | FDMAP_NETNS },
	{ PEER, FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK | FDMAP_ENDS },
	{ DETAIL, FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK | FDMAP_MORE },
};

START_TEST(test_wants)
{
	const uint32_t ours =
		FDMAP_CGROUP | FDMAP_CONTAINER | FDMAP_NETNS | FDMAP_ENDS | FDMAP_MORE;
	static const char *const blind[] = { "fields", "terse", "count" };
	struct format fmt = rows_format();
	uint32_t table = sink_table.wants(&fmt), json;

	ck_assert_uint_eq(table & ours, 0);
	ck_assert_uint_eq(sink_json.wants(&fmt) & ours, 0);
	fmt.letters = letters_of("p");
	json = sink_json.wants(&fmt);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		fmt.letters = 0;
		fmt.columns = chosen(wanted[i].column, wanted[i].column);
		ck_assert_uint_eq(sink_table.wants(&fmt), table | wanted[i].needs);
		for (size_t k = 0; k < ARRAY_LEN(blind); k++)
			ck_assert_uint_eq(sink_find(blind[k])->wants(&fmt) & ours, 0);
		/* A key is asked for where its place is. */
		fmt.letters = letters_of("pn");
		ck_assert_uint_eq(sink_json.wants(&fmt) & ours, wanted[i].needs & ours);
	}
	fmt.letters = letters_of("p");
	fmt.columns = chosen(UNIT, UNIT);
	ck_assert_uint_eq(sink_json.wants(&fmt), json | FDMAP_CGROUP);
}
END_TEST

UNIT_MAIN("extra", test_container, test_unit, test_netns, test_peer, test_detail,
	  test_table, test_json, test_unowned, test_wants)
