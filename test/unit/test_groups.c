/* SPDX-License-Identifier: MIT */
/* Rows counted by columns: keys that sort, the order of groups, every form. */
#include "test/lib/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/keyset.h"
#include "out/grid.h"
#include "out/groups.h"
#include "out/separated.h"
#include "test/lib/rows.h"

static struct chosen chosen[4];

static struct columns columns_of(const char *a, const char *b)
{
	struct columns c = { .v = chosen };

	for (const char *key = a; key; key = key == a ? b : NULL) {
		chosen[c.n].key = key;
		chosen[c.n].field = fdmap_field_find(key, strlen(key));
		ck_assert_ptr_nonnull(chosen[c.n].field);
		c.n++;
	}
	return c;
}

static const struct fdmap_stat file_stat = { .ino = 1, .mode = S_IFREG, .nlink = 1 };

/* Three processes: two of one name, one with a name that means harm. */
#define PROCS 3
static struct fdmap_sock socks[4];
static struct fdmap_file files[6];
static struct fdmap_process procs[PROCS];

static void make_rows(void)
{
	const uint16_t ports[] = { 8080, 443, 22, 443 };

	for (unsigned i = 0; i < 4; i++) {
		socks[i] = rows_inet(FDMAP_TCP, 100 + i, 10, ports[i], 0);
		files[i] = rows_socket((int32_t)i, &socks[i]);
	}
	files[4] = rows_file(FDMAP_FD_CWD, ' ', &file_stat, "/");
	files[5] = rows_file(3, 'r', &file_stat, "/x");
	procs[0] = rows_process(7, "nginx", files, 2);
	procs[1] = rows_process(10, "nginx", files + 2, 2);
	procs[2] = rows_process(900, "a b,\"\n\\", files + 4, 2);
}

static void check_output(const struct columns *c, enum format_as as, size_t n, const char *want)
{
	struct format fmt = rows_format();
	struct buf out;

	fmt.groups = *c;
	fmt.as = as;
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_groups, &fmt, procs, n, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_table)
{
	struct columns c;

	make_rows();
	c = columns_of("comm", NULL);
	check_output(&c, FORMAT_AS_TABLE, PROCS,
		     "COUNT COMMAND\n    4 nginx\n    2 a b,\"\\n\\\\\n");
	/* A blank in what is not the last column would look like the next one. */
	c = columns_of("comm", "pid");
	check_output(&c, FORMAT_AS_TABLE, PROCS,
		     "COUNT COMMAND      PID\n"
		     "    2 a\\x20b,\"\\n\\\\ 900\n"
		     "    2 nginx          7\n"
		     "    2 nginx         10\n");
	check_output(&c, FORMAT_AS_TABLE, 0, "");
}
END_TEST

/* As often: by amount, not by digits; what is absent behind what is there. */
START_TEST(test_order)
{
	struct columns c = columns_of("lport", NULL);

	make_rows();
	check_output(&c, FORMAT_AS_CSV, PROCS, "count,lport\n2,443\n2,\n1,22\n1,8080\n");
}
END_TEST

START_TEST(test_separated_forms)
{
	struct columns c = columns_of("comm", NULL);

	make_rows();
	check_output(&c, FORMAT_AS_CSV, PROCS, "count,comm\n4,nginx\n2,\"a b,\"\"\n\\\"\n");
	check_output(&c, FORMAT_AS_TSV, PROCS, "count\tcomm\n4\tnginx\n2\ta b,\"\\n\\\\\n");
	check_output(&c, FORMAT_AS_CSV, 0, "count,comm\n");
}
END_TEST

#define JSON_HEAD                                                                 \
	"{\"schema\":\"fdmap-count-1\",\"fdmap_version\":\"" FDMAP_VERSION    \
	"\",\"groups\":"

START_TEST(test_json_forms)
{
	struct columns c = columns_of("pid", "lport");

	make_rows();
	check_output(&c, FORMAT_AS_JSONL, PROCS,
		     "{\"count\":2,\"pid\":900,\"lport\":null}\n"
		     "{\"count\":1,\"pid\":7,\"lport\":443}\n"
		     "{\"count\":1,\"pid\":7,\"lport\":8080}\n"
		     "{\"count\":1,\"pid\":10,\"lport\":22}\n"
		     "{\"count\":1,\"pid\":10,\"lport\":443}\n");
	/* The key is as it was asked for. */
	c = columns_of("command", NULL);
	check_output(&c, FORMAT_AS_JSON, 2,
		     JSON_HEAD "[{\"count\":4,\"command\":\"nginx\"}]}\n");
	check_output(&c, FORMAT_AS_JSON, 0, JSON_HEAD "[]}\n");
	check_output(&c, FORMAT_AS_JSONL, 0, "");
}
END_TEST

/* What comes to the columns, and rows; nothing else is read. */
START_TEST(test_wants)
{
	struct format fmt = rows_format();

	fmt.groups = columns_of("comm", NULL);
	ck_assert_uint_eq(sink_groups.wants(&fmt),
			  FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_COMM);
	fmt.groups = columns_of("comm", "lport");
	ck_assert_uint_eq(sink_groups.wants(&fmt), FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS |
							   FDMAP_COMM | FDMAP_LINK | FDMAP_SOCK);
}
END_TEST

static struct buf key_of(const struct columns *c, const struct fdmap_process *proc,
			 const struct fdmap_file *file)
{
	const struct fdmap_row row = { NULL, proc, file };
	struct fdmap_value value;
	struct buf key;

	buf_init(&key);
	fdmap_value_init(&value, NULL);
	ck_assert_int_eq(groups_key(c, &row, &value, &key), 0);
	fdmap_value_fini(&value);
	return key;
}

static int compare(struct buf a, struct buf b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = memcmp(buf_str(&a), buf_str(&b), n);

	if (!order)
		order = (a.n > b.n) - (a.n < b.n);
	buf_fini(&a);
	buf_fini(&b);
	return order;
}

/* Two values never make the key of two others, whatever bytes they are of. */
START_TEST(test_keys)
{
	static const char *const comms[] = { "", "\1", "\1\1", "a", "a\1", "ab", "\xff" };
	struct columns c = columns_of("comm", "path");
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/b");
	struct fdmap_process x, y;

	for (size_t i = 0; i < ARRAY_LEN(comms); i++) {
		for (size_t k = 0; k < ARRAY_LEN(comms); k++) {
			int order;

			x = rows_process(1, comms[i], &file, 1);
			y = rows_process(1, comms[k], &file, 1);
			order = compare(key_of(&c, &x, &file), key_of(&c, &y, &file));
			ck_assert_int_eq((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}
END_TEST

START_TEST(test_key_columns)
{
	struct columns c = columns_of("comm", "path");
	struct fdmap_file b = rows_file(3, 'r', &file_stat, "/b");
	struct fdmap_file ab = rows_file(3, 'r', &file_stat, "b/b");
	struct fdmap_process x = rows_process(1, "ab", &b, 1), y = rows_process(1, "a", &ab, 1);

	ck_assert_int_ne(compare(key_of(&c, &x, &b), key_of(&c, &y, &ab)), 0);
	/* Absent is not empty, and comes last. */
	c = columns_of("comm", NULL);
	x.comm = NULL;
	y.comm = "\xff\xff";
	ck_assert_int_gt(compare(key_of(&c, &x, &b), key_of(&c, &y, &b)), 0);
	y.comm = "";
	ck_assert_int_gt(compare(key_of(&c, &x, &b), key_of(&c, &y, &b)), 0);
}
END_TEST

/* Each of many values twice: read back from the last line, the largest PID. */
START_TEST(test_many)
{
	enum { MANY = 20000 };
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_process *v = calloc((size_t)2 * MANY, sizeof(*v));
	struct buf out;
	const char *last;

	ck_assert_ptr_nonnull(v);
	for (int i = 0; i < 2 * MANY; i++)
		v[i] = rows_process(1 + i % MANY, "x", &file, 1);
	fmt.groups = columns_of("pid", NULL);
	fmt.as = FORMAT_AS_CSV;
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_groups, &fmt, v, (size_t)2 * MANY, &out), 0);
	last = strstr(buf_str(&out), "\n2,19999\n");
	ck_assert_ptr_nonnull(last);
	ck_assert_str_eq(last, "\n2,19999\n2,20000\n");
	buf_fini(&out);
	free(v);
}
END_TEST

START_TEST(test_keyset)
{
	struct keyset k;
	uint32_t number;
	char text[16];
	size_t len;

	keyset_init(&k);
	for (uint32_t i = 0; i < 5000; i++) {
		int n = snprintf(text, sizeof(text), "%u", (unsigned)i);

		ck_assert_int_eq(keyset_add(&k, text, (size_t)n, &number), 1);
		ck_assert_uint_eq(number, i);
	}
	ck_assert_int_eq(keyset_add(&k, "4321", 4, &number), 0);
	ck_assert_uint_eq(number, 4321);
	ck_assert_mem_eq(keyset_at(&k, 77, &len), "77", 2);
	ck_assert_uint_eq(len, 2);
	/* Nothing, and bytes of zero, are keys like others. */
	ck_assert_int_eq(keyset_add(&k, "", 0, &number), 1);
	ck_assert_int_eq(keyset_add(&k, "\0", 1, &number), 1);
	ck_assert_int_eq(keyset_add(&k, "\0\0", 2, &number), 1);
	ck_assert_int_eq(keyset_add(&k, NULL, 0, &number), 0);
	ck_assert_uint_eq(number, 5000);
	keyset_fini(&k);
}
END_TEST

/* A string whose hash another one has already. */
START_TEST(test_keyset_chain)
{
	struct keyset k, other;
	uint32_t number;

	keyset_init(&k);
	other = (struct keyset){ .seed = k.seed };
	ck_assert_int_eq(keyset_add(&k, "one", 3, &number), 1);
	ck_assert_int_eq(keyset_add(&other, "two", 3, &number), 1);
	for (size_t i = 0; i < other.by.cap; i++)
		if (other.by.e[i].used)
			ck_assert_int_eq(hash_put(&k.by, other.by.e[i].key, 0), 0);
	keyset_fini(&other);
	ck_assert_int_eq(keyset_add(&k, "two", 3, &number), 1);
	ck_assert_uint_eq(number, 1);
	ck_assert_int_eq(keyset_add(&k, "two", 3, &number), 0);
	ck_assert_uint_eq(number, 1);
	ck_assert_int_eq(keyset_add(&k, "one", 3, &number), 0);
	ck_assert_uint_eq(number, 0);
	keyset_fini(&k);
}
END_TEST

START_TEST(test_grid)
{
	struct grid g;
	struct buf out;

	buf_init(&out);
	grid_init(&g, 3, 2);
	grid_word(&g, "A");
	grid_head(&g, "NUMBER", true);
	grid_word(&g, "LAST");
	grid_word(&g, "long");
	grid_number(&g, 5);
	grid_word(&g, "ends with blanks  ");
	grid_word(&g, "x");
	grid_word(&g, "");
	grid_word(&g, "");
	grid_put(&g, 1, &out);
	ck_assert_str_eq(buf_str(&out), " A     NUMBER  LAST\n"
					" long       5  ends with blanks  \n"
					" x\n");
	grid_fini(&g);
	buf_fini(&out);
}
END_TEST

static void check_separated(bool tabs, const char *text, size_t n, const char *want)
{
	struct buf out;

	buf_init(&out);
	separated_put(tabs, text, n, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_separated)
{
	check_separated(false, "plain", 5, "plain");
	check_separated(false, "a,b", 3, "\"a,b\"");
	check_separated(false, "a\"b", 3, "\"a\"\"b\"");
	check_separated(false, "a\nb", 3, "\"a\nb\"");
	check_separated(false, " a", 2, "\" a\"");
	check_separated(false, "a ", 2, "\"a \"");
	check_separated(false, "a b\tc\\", 6, "a b\tc\\");
	check_separated(true, "a,b\"", 4, "a,b\"");
	check_separated(true, "\t\n\r\\", 4, "\\t\\n\\r\\\\");
	check_separated(true, "", 0, "");
}
END_TEST

static void check_marker(enum format_as as, const char *want)
{
	struct format fmt = rows_format();
	struct buf out;

	fmt.as = as;
	buf_init(&out);
	sink_totals_marker(&fmt, "m", &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_marker)
{
	check_marker(FORMAT_AS_TABLE, "m\n");
	check_marker(FORMAT_AS_CSV, "\n");
	check_marker(FORMAT_AS_TSV, "\n");
	check_marker(FORMAT_AS_JSON, "");
	check_marker(FORMAT_AS_JSONL, "\n");
	ck_assert_ptr_eq(sink_find("groups"), &sink_groups);
}
END_TEST

UNIT_MAIN("groups", test_table, test_order, test_separated_forms, test_json_forms, test_wants,
	  test_keys, test_key_columns, test_many, test_keyset, test_keyset_chain, test_grid,
	  test_separated, test_marker)
