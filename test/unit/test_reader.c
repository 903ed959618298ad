/* SPDX-License-Identifier: MIT */
/* struct fdmap_reader: rows and values without any struct of the header; what outlives what. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;
static struct fdmap_reader *reader;

static void open_tree(const char *name)
{
	struct fdmap_config cfg = { .threads = 2 };

	cfg.proc = dir = tree_unpack_file(name);
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
}

/* The system and the query are gone when rows are read: a snapshot owns all that it shows. */
static struct fdmap_snapshot *take_alone(uint32_t facts)
{
	struct fdmap_snapshot *s;

	fdmap_query_want(query, facts);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
	query = NULL;
	map = NULL;
	return s;
}

static void put_rows(struct fdmap_reader *r, size_t columns, struct buf *out)
{
	int rc;

	while ((rc = fdmap_reader_next(r)) > 0) {
		for (size_t i = 0; i < columns; i++) {
			const char *text = fdmap_reader_text(r, i);

			buf_printf(out, "%s%s", i ? "," : "", text ? text : "-");
		}
		buf_putc(out, '\n');
	}
	ck_assert_int_eq(rc, 0);
}

/* What is read of a tree with that filter, twice. */
static void check_rows(const char *tree, const char *filter, const char *keys, const char *expected)
{
	struct fdmap_snapshot *s;
	struct buf out;
	size_t columns = 1;

	for (const char *p = keys; *p; p++)
		columns += *p == ',';
	open_tree(tree);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, filter, NULL), 0);
	ck_assert_int_eq(fdmap_reader_new(&reader, keys, NULL), 0);
	s = take_alone(fdmap_reader_needs(reader));
	buf_init(&out);
	for (int twice = 0; twice < 2; twice++) {
		buf_reset(&out);
		fdmap_reader_start(reader, s, NULL);
		put_rows(reader, columns, &out);
		ck_assert_str_eq(buf_str(&out), expected);
	}
	buf_fini(&out);
	fdmap_snapshot_free(s);
	fdmap_reader_free(reader);
}

START_TEST(texts_of_all_types)
{
	check_rows("web", "pid == 100 and tcp", "pid,comm,user,fd,laddr,lport,raddr,state",
		   "100,nginx,0,6,0.0.0.0,80,-,LISTEN\n"
		   "100,nginx,0,7,::,80,-,LISTEN\n"
		   "100,nginx,0,8,0.0.0.0,443,-,LISTEN\n");
	check_rows("web", "pid == 100 and deleted and pos > 0", "path,DELETED,pos",
		   "/var/log/nginx/access.log.1 (deleted),true,123456789\n");
	check_rows("detail", "pidfd_pid < 0", "fd,pidfd_pid", "14,-1\n");
}
END_TEST

START_TEST(a_row_is_a_process)
{
	check_rows("web", "comm == nginx", "pid,comm,ppid",
		   "100,nginx,1\n101,nginx,100\n102,nginx,100\n");
}
END_TEST

START_TEST(nobody_is_no_process)
{
	struct fdmap_snapshot *s;
	size_t n, rows = 0;

	open_tree("unowned");
	fdmap_query_unowned(query, true);
	ck_assert_int_eq(fdmap_reader_new(&reader, "pid", NULL), 0);
	s = take_alone(FDMAP_FDS | FDMAP_LINK | FDMAP_SOCK | FDMAP_COMM);
	ck_assert(fdmap_processes(s, &n)[n - 1].nobody);
	fdmap_reader_start(reader, s, NULL);
	for (; fdmap_reader_next(reader) > 0; rows++)
		ck_assert_ptr_nonnull(fdmap_reader_text(reader, 0));
	ck_assert_uint_eq(rows, n - 1);
	fdmap_reader_free(reader);
	fdmap_snapshot_free(s);
}
END_TEST

START_TEST(numbers)
{
	struct fdmap_snapshot *s;
	uint64_t number = 7;

	open_tree("detail");
	ck_assert_int_ge(fdmap_query_filter(query, NULL, "pidfd_pid < 0", NULL), 0);
	ck_assert_int_eq(fdmap_reader_new(&reader, "pid,pidfd_pid,comm,lport,detail", NULL), 0);
	ck_assert_int_eq(fdmap_reader_type(reader, 0), FDMAP_VALUE_U64);
	ck_assert_int_eq(fdmap_reader_type(reader, 1), FDMAP_VALUE_I64);
	ck_assert_int_eq(fdmap_reader_type(reader, 2), FDMAP_VALUE_TEXT);
	ck_assert_int_eq(fdmap_reader_type(reader, 4), FDMAP_VALUE_TREE);
	ck_assert_int_eq(fdmap_reader_type(reader, 5), -EINVAL);
	s = take_alone(fdmap_reader_needs(reader));
	fdmap_reader_start(reader, s, NULL);
	/* No row is in hand. */
	ck_assert_int_eq(fdmap_reader_number(reader, 0, &number), 0);
	ck_assert_ptr_null(fdmap_reader_text(reader, 0));
	ck_assert_int_eq(fdmap_reader_next(reader), 1);
	ck_assert_int_eq(fdmap_reader_number(reader, 2, &number), 0);
	ck_assert_int_eq(fdmap_reader_number(reader, 3, &number), 0);
	ck_assert_int_eq(fdmap_reader_number(reader, 4, &number), 0);
	ck_assert_int_eq(fdmap_reader_number(reader, 5, &number), 0);
	ck_assert_uint_eq(number, 7);
	ck_assert_ptr_null(fdmap_reader_text(reader, 4));
	ck_assert_ptr_null(fdmap_reader_text(reader, 5));
	ck_assert_int_eq(fdmap_reader_number(reader, 1, &number), 1);
	ck_assert_int_eq((int64_t)number, -1);
	ck_assert_int_eq(fdmap_reader_number(reader, 0, &number), 1);
	ck_assert_uint_eq(number, 900);
	ck_assert_int_eq(fdmap_reader_next(reader), 0);
	ck_assert_ptr_null(fdmap_reader_text(reader, 0));
	fdmap_reader_free(reader);
	fdmap_snapshot_free(s);
}
END_TEST

static void put_value(const struct fdmap_value *v, struct buf *out)
{
	if (v->type == FDMAP_VALUE_TEXT)
		buf_put(out, v->text.p, v->text.n);
	else if (v->type == FDMAP_VALUE_I64)
		buf_printf(out, "%" PRId64, v->i);
	else if (v->type == FDMAP_VALUE_U64)
		buf_printf(out, "%" PRIu64, v->u);
}

/* Every field of every row is what fdmap_field_get has; texts stay until the next row. */
static void check_all(const char *tree)
{
	const struct fdmap_field *f;
	struct fdmap_snapshot *s;
	struct fdmap_value v;
	struct buf keys, one;
	const struct fdmap_process *p;
	size_t n, seen = 0;

	buf_init(&keys);
	buf_init(&one);
	for (size_t i = 0; (f = fdmap_field_at(i)); i++)
		buf_printf(&keys, "%s%s", i ? "," : "", f->key);
	open_tree(tree);
	ck_assert_int_eq(fdmap_reader_new(&reader, buf_str(&keys), NULL), 0);
	s = take_alone(fdmap_reader_needs(reader));
	p = fdmap_processes(s, &n);
	fdmap_reader_start(reader, s, NULL);
	fdmap_value_init(&v, NULL);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t j = 0; j < p[i].nfiles; j++) {
			const struct fdmap_row row = { s, &p[i], &p[i].files[j] };

			ck_assert_int_eq(fdmap_reader_next(reader), 1);
			for (size_t k = 0; fdmap_field_at(k); k++)
				(void)fdmap_reader_text(reader, k);
			for (size_t k = 0; (f = fdmap_field_at(k)); k++) {
				const char *text = fdmap_reader_text(reader, k);
				int there = fdmap_field_get(f, &row, &v);

				buf_reset(&one);
				if (there)
					put_value(&v, &one);
				if (!there || v.type == FDMAP_VALUE_LIST ||
				    v.type == FDMAP_VALUE_TREE) {
					ck_assert_msg(!text, "%s: %s", f->key, text);
				} else if (one.n) {
					ck_assert_msg(text && strcmp(text, buf_str(&one)) == 0,
						      "%s: %s", f->key, buf_str(&one));
					seen++;
				}
			}
		}
	}
	ck_assert_int_eq(fdmap_reader_next(reader), 0);
	ck_assert_uint_gt(seen, 50);
	fdmap_value_fini(&v);
	buf_fini(&one);
	buf_fini(&keys);
	fdmap_reader_free(reader);
	fdmap_snapshot_free(s);
}

START_TEST(all_fields)
{
	check_all("web");
	check_all("detail");
	check_all("containers");
	check_all("namespaces");
	check_all("process");
}
END_TEST

static void check_wrong(const char *keys, const char *why)
{
	struct fdmap_error err = { .text = "" };

	ck_assert_int_eq(fdmap_reader_new(&reader, keys, NULL), -EINVAL);
	ck_assert_int_eq(fdmap_reader_new(&reader, keys, &err), -EINVAL);
	ck_assert_str_eq(err.text, why);
}

START_TEST(wrong_keys)
{
	check_wrong("pid,colour,comm", "unknown column: colour");
	check_wrong("", "unknown column: ");
	check_wrong("pid,", "unknown column: ");
	fdmap_reader_free(NULL);
}
END_TEST

/* Parts of a listing, one after the other, by one reader. */
static int read_part(void *arg, const struct fdmap_snapshot *part)
{
	fdmap_reader_start(reader, part, NULL);
	put_rows(reader, 2, arg);
	return 0;
}

START_TEST(parts)
{
	struct fdmap_config cfg = { .threads = 1, .part = 1 };
	struct fdmap_snapshot *s;
	struct buf whole, shown;

	buf_init(&whole);
	buf_init(&shown);
	cfg.proc = dir = tree_unpack_file("web");
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ck_assert_int_eq(fdmap_reader_new(&reader, "pid,path", NULL), 0);
	fdmap_query_want(query, fdmap_reader_needs(reader));
	ck_assert_int_eq(fdmap_visit(map, query, read_part, &shown, &s), 0);
	fdmap_snapshot_free(s);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	read_part(&whole, s);
	fdmap_snapshot_free(s);
	ck_assert_uint_gt(whole.n, 100);
	ck_assert_str_eq(buf_str(&whole), buf_str(&shown));
	buf_fini(&whole);
	buf_fini(&shown);
	fdmap_reader_free(reader);
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}
END_TEST

/* What a later version may ask for here is none of ours. */
START_TEST(unknown_wishes)
{
	static const char anything;
	struct fdmap_config cfg = { .threads = 1 };

	cfg.unused[4] = &anything;
	ck_assert_int_eq(fdmap_open(&map, &cfg), -EINVAL);
}
END_TEST

/* A caller without the header has so many bytes for an error, and finds its text in front. */
START_TEST(room_of_errors)
{
	ck_assert_uint_le(sizeof(struct fdmap_error), 1024);
	ck_assert_uint_eq(offsetof(struct fdmap_error, text), 0);
	ck_assert_uint_eq(offsetof(struct fdmap_field, key), 0);
}
END_TEST

/* An enumeration that counts fits into the array that it indexes. */
START_TEST(room_of_counts)
{
	ck_assert_uint_le(FDMAP_UNSEEN_WHYS, sizeof(((struct fdmap_unseen *)0)->n) / 8);
	ck_assert_uint_le(FDMAP_STAGES, sizeof(((struct fdmap_costs *)0)->ns) / 8);
}
END_TEST

UNIT_MAIN("reader", texts_of_all_types, a_row_is_a_process, nobody_is_no_process, numbers,
	  all_fields, wrong_keys, parts, unknown_wishes, room_of_errors, room_of_counts)
