/* SPDX-License-Identifier: MIT */
/* Columns that were chosen: their order and place, on a terminal their widths, their colours. */
#include "out/layout.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "field/field.h"
#include "out/width.h"
#include "test/lib/rows.h"
#include "test/lib/unit.h"

static const struct fdmap_stat file_stat = {
	.dev = 0xfe00, .ino = 2, .size = 4096, .mode = S_IFREG | 0644, .nlink = 1
};
static const struct fdmap_stat dir_stat = {
	.dev = 0xfe00, .ino = 2, .size = 4096, .mode = S_IFDIR | 0755, .nlink = 19
};

/* ---- fields of this test's own ------------------------------------------------------------ */

static int get_pid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = (uint64_t)row->proc->pid;
	return 1;
}

static int get_comm(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	return value_text(v, row->proc->comm);
}

static int get_fd(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->i = row->file->fd;
	return row->file->fd >= 0;
}

static int get_path(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	return value_text(v, row->file->path);
}

static int get_size(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = row->file->stat ? row->file->stat->size : 0;
	return row->file->stat != NULL;
}

static int get_nothing(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	(void)row;
	(void)v;
	return -ENOMEM;
}

#define FIELD(k, title_, type_, unit_, of_, needs_, get_)                                          \
	{ .pub = { .key = k, .title = title_, .type = FDMAP_VALUE_##type_,                         \
		   .unit = FDMAP_UNIT_##unit_, .of = FDMAP_OF_##of_, .needs = needs_ },            \
	  .get = get_ }

enum { PID, COMM, FD, PATH, SIZE, BROKEN, LOCAL };
static const struct field fields[] = {
	[PID] = FIELD("pid", "PID", U64, NONE, PROCESS, 0, get_pid),
	[COMM] = FIELD("comm", "COMM", TEXT, NONE, PROCESS, FDMAP_COMM, get_comm),
	[FD] = FIELD("fd", "FD", I64, NONE, DESCRIPTOR, 0, get_fd),
	[PATH] = FIELD("path", "PATH", TEXT, NONE, DESCRIPTOR, FDMAP_LINK, get_path),
	[SIZE] = FIELD("size", "BYTES", U64, BYTES, DESCRIPTOR, FDMAP_STAT, get_size),
	[BROKEN] = FIELD("broken", "BROKEN", TEXT, NONE, PROCESS, 0, get_nothing),
	[LOCAL] = FIELD("local", "LOCAL", TEXT, NONE, DESCRIPTOR, FDMAP_LINK, get_path),
};

#define CHOSEN(i) { &fields[i].pub, NULL }

/* The format with these, under their keys unless they have another name. */
static struct format format_of(struct chosen *v, size_t n, bool only)
{
	struct format fmt = rows_format();

	for (size_t i = 0; i < n; i++)
		if (!v[i].key)
			v[i].key = v[i].field->key;
	fmt.columns = (struct columns){ v, n, only };
	return fmt;
}

static char *print(const struct format *fmt, const struct fdmap_process *procs, size_t n)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_table, fmt, procs, n, &out), 0);
	buf_putc(&out, '\0');
	return out.p;
}

static void check(const struct format *fmt, const struct fdmap_process *procs, size_t n,
		  const char *want)
{
	char *got = print(fmt, procs, n);

	ck_assert_str_eq(got, want);
	free(got);
}

/* Two processes, three files; one has a blank in its name, one has no stat. */
static struct fdmap_file files[3];
static struct fdmap_process procs[2];

static void setup(void)
{
	files[0] = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/tmp/a b");
	files[1] = rows_file(5, 'r', &file_stat, "/etc/motd");
	files[2] = rows_file(12345, 'u', &file_stat, "/var/log/a rather long name of a file");
	files[2].stat = NULL;
	files[2].deleted = true;
	procs[0] = rows_process(871, "a sh", files, 2);
	procs[1] = rows_process(12, "b", &files[2], 1);
}

/* ---- which, and where ----------------------------------------------------------------------- */

START_TEST(test_order)
{
	struct chosen v[] = { CHOSEN(PATH), CHOSEN(SIZE), CHOSEN(FD), CHOSEN(COMM) };
	struct chosen turned[] = { CHOSEN(COMM), CHOSEN(FD), CHOSEN(PATH) };
	struct format fmt = format_of(v, ARRAY_LEN(v), true);

	setup();
	check(&fmt, procs, 2,
	      "PATH                                                    BYTES    FD COMM\n"
	      "/tmp/a\\x20b                                              4096       a sh\n"
	      "/etc/motd                                                4096     5 a sh\n"
	      "/var/log/a\\x20rather\\x20long\\x20name\\x20of\\x20a\\x20file       12345 b\n");
	fmt = format_of(turned, ARRAY_LEN(turned), true);
	check(&fmt, procs, 2,
	      "COMM       FD PATH\n"
	      "a\\x20sh       /tmp/a b\n"
	      "a\\x20sh     5 /etc/motd\n"
	      "b       12345 /var/log/a rather long name of a file\n");
}
END_TEST

START_TEST(test_one_number)
{
	struct chosen v[] = { CHOSEN(SIZE) };
	struct format fmt = format_of(v, 1, true);

	setup();
	fmt.human = true;
	check(&fmt, procs, 2, "BYTES\n 4.0K\n 4.0K\n     \n");
	fmt.width = 40;
	check(&fmt, procs, 2, "BYTES\n 4.0K\n 4.0K\n     \n");
	fmt.width = 3;
	check(&fmt, procs, 2, "BY>\n4.>\n4.>\n   \n");
}
END_TEST

static int get_tid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)f;
	v->u = (uint64_t)row->proc->tid;
	return row->proc->tid != 0;
}

/* Threads are lines of their own only where they can be told apart. */
START_TEST(test_threads)
{
	static const struct field tid = FIELD("tid", "TID", U64, NONE, PROCESS, 0, get_tid);
	struct chosen v[] = { CHOSEN(PID), { &tid.pub, NULL } };
	struct format fmt = format_of(v, 1, true);
	struct fdmap_process p[3];

	setup();
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		p[i] = rows_process(7, "x", files, 2);
	p[1].tid = 8;
	p[2].pid = 9;
	check(&fmt, p, 3, "PID\n  7\n  9\n");
	fmt = format_of(v, 2, true);
	check(&fmt, p, 3, "PID TID\n  7    \n  7   8\n  9    \n");
}
END_TEST

/* Columns of processes alone: a line each, and no files need be looked for. */
START_TEST(test_processes)
{
	struct chosen v[] = { CHOSEN(COMM), CHOSEN(PID), CHOSEN(FD) };
	struct format fmt = format_of(v, 2, true);

	setup();
	check(&fmt, procs, 2, "COMM    PID\na\\x20sh 871\nb        12\n");
	ck_assert_uint_eq(sink_table.wants(&fmt), FDMAP_COMM);
	fmt = format_of(v, 3, true);
	check(&fmt, procs, 2, "COMM    PID    FD\na\\x20sh 871      \na\\x20sh 871     5\n"
			      "b        12 12345\n");
	ck_assert_uint_eq(sink_table.wants(&fmt), FDMAP_COMM | COLUMN_ROWS);
}
END_TEST

START_TEST(test_added)
{
	struct chosen v[] = { CHOSEN(SIZE), CHOSEN(PID), { &fields[PATH].pub, "file_path" } };
	struct format fmt = format_of(v, ARRAY_LEN(v), false), plain = rows_format();

	setup();
	check(&fmt, procs, 1,
	      "COMMAND PID     USER PID   FD   TYPE DEVICE SIZE/OFF NODE BYTES FILE_PATH   NAME\n"
	      "a\\x20sh 871        0 871  cwd    DIR  254,0     4096    2  4096 /tmp/a\\x20b "
	      "/tmp/a b\n"
	      "a\\x20sh 871        0 871    5r   REG  254,0     4096    2  4096 /etc/motd   "
	      "/etc/motd\n");
	ck_assert_uint_eq(sink_table.wants(&fmt), sink_table.wants(&plain));
	fmt = format_of(v, ARRAY_LEN(v), false);
	fmt.size_only = true;
	ck_assert_uint_eq(sink_table.wants(&fmt) & FDMAP_POS, 0);
}
END_TEST

START_TEST(test_no_memory)
{
	struct chosen v[] = { CHOSEN(BROKEN), CHOSEN(PID) }, late[] = { CHOSEN(PID), CHOSEN(BROKEN) };
	struct format fmt = format_of(v, 2, true);
	struct buf out;

	setup();
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_table, &fmt, procs, 2, &out), -ENOMEM);
	fmt = format_of(late, 2, true);
	ck_assert_int_eq(rows_print(&sink_table, &fmt, procs, 2, &out), -ENOMEM);
	buf_fini(&out);
}
END_TEST

/* ---- widths --------------------------------------------------------------------------------- */

static void check_lines(const char *text, size_t width)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		ck_assert_msg(width_of(text, n) <= width, "%zu: %.*s", width, (int)n, text);
		ck_assert_int_eq(text[n], '\n');
		text += n + 1;
	}
}

START_TEST(test_every_width)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	struct chosen v[] = { CHOSEN(COMM), CHOSEN(PATH), CHOSEN(SIZE), CHOSEN(PID), CHOSEN(FD) };
	struct chosen late[] = { CHOSEN(COMM), CHOSEN(PID), CHOSEN(SIZE), CHOSEN(PATH) };
	struct chosen one[] = { CHOSEN(PATH) };
	struct chosen added[] = { CHOSEN(PATH), CHOSEN(PID) };
	struct chosen ends[] = { CHOSEN(LOCAL), CHOSEN(PATH) };

	setup();
	files[1].path = "/\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1";
	for (size_t i = 0; i < ARRAY_LEN(locales); i++) {
		ck_assert_ptr_nonnull(setlocale(LC_CTYPE, locales[i]));
		for (unsigned width = 1; width < 200; width++) {
			struct format fmts[] = {
				format_of(v, ARRAY_LEN(v), true),
				format_of(late, ARRAY_LEN(late), true),
				format_of(one, 1, true),
				format_of(added, 2, false),
				format_of(ends, 2, true),
			};

			for (size_t k = 0; k < ARRAY_LEN(fmts); k++) {
				char *got, *whole = print(&fmts[k], procs, 2);

				fmts[k].width = width;
				got = print(&fmts[k], procs, 2);
				check_lines(got, width);
				/* What fits is not touched. */
				if (width == 199)
					ck_assert_str_eq(got, whole);
				free(got);
				free(whole);
			}
		}
	}
}
END_TEST

START_TEST(test_cut)
{
	struct chosen late[] = { CHOSEN(COMM), CHOSEN(PATH) };
	struct chosen wide[] = { CHOSEN(PATH), CHOSEN(SIZE), CHOSEN(PID) };
	struct format fmt = format_of(late, 2, true);

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	setup();
	fmt.width = 30;
	check(&fmt, procs, 2,
	      "COMM    PATH\n"
	      "a\\x20sh /tmp/a b\n"
	      "a\\x20sh /etc/motd\n"
	      "b       /var/log/a rather lon>\n");
	/* Texts give way, numbers do not. */
	fmt = format_of(wide, 3, true);
	fmt.width = 30;
	check(&fmt, procs, 2,
	      "PATH                 BYTES PID\n"
	      "/tmp/a\\x20b           4096 871\n"
	      "/etc/motd             4096 871\n"
	      "/var/log/a\\x20rathe>        12\n");
	/* Where there is no room even so, the last columns are left out, which is marked. */
	fmt.width = 17;
	check(&fmt, procs, 2,
	      "PATH     BYTES >\n"
	      "/tmp/a\\>  4096 >\n"
	      "/etc/mo>  4096 >\n"
	      "/var/lo>       >\n");
}
END_TEST

/* An address keeps its port, while other texts give way; where it can't, it is left out. */
START_TEST(test_addresses)
{
	struct chosen v[] = { CHOSEN(COMM), CHOSEN(PATH), CHOSEN(LOCAL), CHOSEN(PID) };
	struct format fmt = format_of(v, ARRAY_LEN(v), true);

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	setup();
	files[0].path = "192.168.100.100:50432";
	files[1].path = "10.0.0.1:443";
	fmt.width = 42;
	check(&fmt, procs, 1,
	      "COMM    PATH     LOCAL                 PID\n"
	      "a\\x20sh 192.168> 192.168.100.100:50432 871\n"
	      "a\\x20sh 10.0.0.> 10.0.0.1:443          871\n");
	fmt.width = 36;
	check(&fmt, procs, 1,
	      "COMM    PATH     >\n"
	      "a\\x20sh 192.168> >\n"
	      "a\\x20sh 10.0.0.> >\n");
}
END_TEST

/* lsof's own table is never cut. */
START_TEST(test_not_chosen)
{
	struct format fmt = rows_format();
	char *whole, *got;

	setup();
	whole = print(&fmt, procs, 2);
	fmt.width = 20;
	got = print(&fmt, procs, 2);
	ck_assert_str_eq(got, whole);
	free(got);
	free(whole);
}
END_TEST

/* ---- colours -------------------------------------------------------------------------------- */

static void strip(char *text)
{
	char *to = text;

	for (const char *p = text; *p;) {
		if (*p == '\033') {
			p += strcspn(p, "m") + 1;
			continue;
		}
		*to++ = *p++;
	}
	*to = '\0';
}

/* Rows of all kinds, with a name that tries to bring a colour of its own. */
static void kinds_setup(struct fdmap_file *v, const struct fdmap_sock *socks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		v[i] = rows_file((int32_t)i, 'u', &file_stat, "/a\033[31mb");
		v[i].kind = (uint8_t)i;
		v[i].deleted = i % 2;
		if (i == FDMAP_KIND_SOCKET)
			v[i] = rows_socket((int32_t)i, &socks[0]);
		if (i > FDMAP_KIND_EXEMPT)
			v[i] = rows_socket((int32_t)i, &socks[i - FDMAP_KIND_EXEMPT]);
	}
}

START_TEST(test_colours)
{
	struct chosen v[] = { CHOSEN(PATH), CHOSEN(COMM), CHOSEN(FD) };
	struct fdmap_sock socks[13];
	struct fdmap_file all[FDMAP_KIND_EXEMPT + 13] = { 0 };
	struct fdmap_process proc = rows_process(1, "sh", all, ARRAY_LEN(all));
	struct format fmts[] = { rows_format(), format_of(v, 3, true), format_of(v, 3, false),
				 format_of(v, 3, true) };

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	fmts[3].width = 16;
	for (size_t i = 0; i < ARRAY_LEN(socks); i++)
		socks[i] = rows_inet(FDMAP_TCP, 7, (uint8_t)i, 80, 4000);
	kinds_setup(all, socks, ARRAY_LEN(all));
	for (size_t i = 0; i < ARRAY_LEN(fmts); i++) {
		char *plain = print(&fmts[i], &proc, 1), *painted;

		ck_assert_ptr_null(strchr(plain, '\033'));
		fmts[i].color = true;
		painted = print(&fmts[i], &proc, 1);
		ck_assert_int_eq(strncmp(painted, PAINT_HEAD, strlen(PAINT_HEAD)), 0);
		ck_assert_str_ne(plain, painted);
		strip(painted);
		ck_assert_str_eq(plain, painted);
		free(plain);
		free(painted);
	}
}
END_TEST

START_TEST(test_which_colours)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 7, 10, 80, 0);
	struct fdmap_file file = rows_socket(3, &sock), other;
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);
	struct fdmap_row row = { NULL, &proc, &file };
	const enum colour listen = paint_of(PAINT_STATE, &row);

	ck_assert_ptr_nonnull(paint_begin(listen));
	ck_assert_int_eq(paint_of(PAINT_NAME, &row), listen);
	ck_assert_int_ne(paint_of(PAINT_KIND, &row), listen);
	ck_assert_int_eq(paint_of(PAINT_NONE, &row), COLOUR_NONE);
	sock.state = 1;
	ck_assert_int_ne(paint_of(PAINT_STATE, &row), listen);
	/* What is nothing special has no colour, unless its name is gone. */
	other = rows_file(3, 'r', &file_stat, "/f");
	row.file = &other;
	ck_assert_int_eq(paint_of(PAINT_NAME, &row), COLOUR_NONE);
	ck_assert_int_eq(paint_of(PAINT_STATE, &row), COLOUR_NONE);
	other.deleted = true;
	ck_assert_int_ne(paint_of(PAINT_NAME, &row), COLOUR_NONE);
	ck_assert_int_eq(paint_of(PAINT_KIND, &row), COLOUR_NONE);
	row.file = NULL;
	ck_assert_int_eq(paint_of(PAINT_NAME, &row), COLOUR_NONE);
	ck_assert_ptr_null(paint_begin(COLOUR_NONE));
	ck_assert_int_eq(paint_field(&fields[PATH].pub), PAINT_NAME);
	ck_assert_int_eq(paint_field(&fields[PID].pub), PAINT_NONE);
}
END_TEST

UNIT_MAIN("layout", test_order, test_one_number, test_threads, test_processes, test_added, test_no_memory,
	  test_every_width, test_cut, test_addresses, test_not_chosen, test_colours, test_which_colours)
