/* SPDX-License-Identifier: MIT */
/* The table, byte by byte, on rows made by hand. */
#include "test/lib/unit.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/util.h"
#include "test/lib/rows.h"

enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_LISTEN = 10 };

static struct fdmap_stat dir_stat, exe_stat, null_stat, log_stat;

static struct fdmap_stat stat_of(uint64_t dev, uint64_t ino, uint64_t size, uint32_t mode,
				 uint32_t nlink)
{
	return (struct fdmap_stat){
		.dev = dev, .ino = ino, .size = size, .mode = mode, .nlink = nlink
	};
}

static void setup(void)
{
	uint64_t disk = makedev(254, 0);

	dir_stat = stat_of(disk, 10963152, 4096, S_IFDIR | 0755, 2);
	exe_stat = stat_of(disk, 248056, 43888, S_IFREG | 0755, 1);
	null_stat = stat_of(makedev(0, 6), 3, 0, S_IFCHR | 0666, 1);
	null_stat.rdev = makedev(1, 3);
	log_stat = stat_of(disk, 10993745, 18, S_IFREG | 0644, 1);
}

static void check_table(const struct format *fmt, const struct fdmap_process *procs, size_t n,
			const char *want)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_table, fmt, procs, n, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

/* One process with one file. */
static void check_row(const struct format *fmt, const char *comm, const struct fdmap_file *file,
		      const char *want)
{
	struct fdmap_process proc = rows_process(871, comm, file, 1);

	check_table(fmt, &proc, 1, want);
}

START_TEST(test_nothing)
{
	struct format fmt = rows_format();
	struct fdmap_process proc = rows_process(871, "sleep", NULL, 0);

	check_table(&fmt, NULL, 0, "");
	check_table(&fmt, &proc, 1, "");
}
END_TEST

START_TEST(test_files)
{
	struct format fmt = rows_format();
	struct fdmap_file files[4];
	struct fdmap_process proc;

	setup();
	files[0] = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/tmp/lt");
	files[1] = rows_file(FDMAP_FD_TXT, ' ', &exe_stat, "/usr/bin/sleep");
	files[2] = rows_file(0, 'r', &null_stat, "/dev/null");
	files[3] = rows_file(1, 'w', &log_stat, "/tmp/out put");
	proc = rows_process(871, "sleep", files, 4);
	check_table(&fmt, &proc, 1,
		    "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
		    "sleep   871        0  cwd    DIR  254,0     4096 10963152 /tmp/lt\n"
		    "sleep   871        0  txt    REG  254,0    43888   248056 /usr/bin/sleep\n"
		    "sleep   871        0    0r   CHR    1,3      0t0        3 /dev/null\n"
		    "sleep   871        0    1w   REG  254,0       18 10993745 /tmp/out put\n");
}
END_TEST

START_TEST(test_chosen_columns)
{
	struct format fmt = rows_format();
	struct fdmap_file files[3];
	struct fdmap_process proc;

	setup();
	fmt.ppid = fmt.pgid = fmt.nlink = fmt.offset_only = true;
	files[0] = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/tmp/lt");
	files[1] = rows_file(0, 'r', &null_stat, "/dev/null");
	files[2] = rows_file(1, 'w', &log_stat, "/tmp/o");
	files[2].pos = 18;
	proc = rows_process(871, "sleep", files, 3);
	proc.ppid = proc.pgid = 863;
	check_table(&fmt, &proc, 1,
		    "COMMAND PID PPID PGID     USER   FD   TYPE DEVICE OFFSET NLINK     NODE NAME\n"
		    "sleep   871  863  863        0  cwd    DIR  254,0            2"
		    " 10963152 /tmp/lt\n"
		    "sleep   871  863  863        0    0r   CHR    1,3    0t0     1      "
		    "  3 /dev/null\n"
		    "sleep   871  863  863        0    1w   REG  254,0   0t18     1"
		    " 10993745 /tmp/o\n");
	fmt = rows_format();
	fmt.size_only = true;
	check_table(&fmt, &proc, 1,
		    "COMMAND PID     USER   FD   TYPE DEVICE SIZE     NODE NAME\n"
		    "sleep   871        0  cwd    DIR  254,0 4096 10963152 /tmp/lt\n"
		    "sleep   871        0    0r   CHR    1,3             3 /dev/null\n"
		    "sleep   871        0    1w   REG  254,0   18 10993745 /tmp/o\n");
}
END_TEST

START_TEST(test_wide_values)
{
	struct format fmt = rows_format();
	struct fdmap_stat st = stat_of(makedev(259, 1048575), UINT64_C(18446744073709551615),
				       UINT64_C(9223372036854775807), S_IFREG, 65000);
	struct fdmap_file file = rows_file(5, 'u', &st, "/x");
	struct fdmap_process proc = rows_process(4194304, "x", &file, 1);

	fmt.nlink = true;
	proc.uid = 4294967294;
	check_table(&fmt, &proc, 1,
		    "COMMAND     PID       USER   FD   TYPE      DEVICE            SIZE/OFF  NLINK"
		    "                 NODE NAME\n"
		    "x       4194304 4294967294    5u   REG 259,1048575 9223372036854775807  65000"
		    " 18446744073709551615 /x\n");
}
END_TEST

START_TEST(test_login)
{
	struct passwd *root = getpwuid(0);
	struct format fmt = rows_format();
	struct fdmap_file file;
	struct fdmap *m;
	struct buf want;

	setup();
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(fdmap_open(&m, NULL), 0);
	ck_assert_int_eq(fdmap_namer_new(&fmt.namer, m, FDMAP_NAMES_USERS), 0);
	file = rows_file(1, 'w', &log_stat, "/l");
	buf_init(&want);
	buf_printf(&want, "COMMAND PID %4s   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n", "USER");
	buf_printf(&want, "sh      871 %4s    1w   REG  254,0       18 10993745 /l\n",
		   root->pw_name);
	check_row(&fmt, "sh", &file, buf_str(&want));
	buf_fini(&want);
	fdmap_namer_free(fmt.namer);
	fdmap_close(m);
}
END_TEST

START_TEST(test_fd_column)
{
	struct format fmt = rows_format();
	struct fdmap_file files[7];
	struct fdmap_process proc;

	setup();
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		files[i] = rows_file(9999, 'u', &log_stat, "/l");
	files[0].fd = FDMAP_FD_MEM;
	files[0].access = ' ';
	files[0].lock = 'R';
	files[1].lock = 'W';
	files[2].fd = 10000;
	files[3].fd = 20047;
	files[3].lock = 'r';
	files[4].fd = INT32_MAX;
	files[4].access = 'r';
	files[5].fd = FDMAP_FD_RTD;
	files[5].access = files[5].lock = '\0';
	files[6].fd = 250;
	proc = rows_process(871, "sh", files, ARRAY_LEN(files));
	check_table(&fmt, &proc, 1,
		    "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
		    "sh      871        0  mem-R  REG  254,0       18 10993745 /l\n"
		    "sh      871        0 9999uW  REG  254,0       18 10993745 /l\n"
		    "sh      871        0 *000u   REG  254,0       18 10993745 /l\n"
		    "sh      871        0 *047ur  REG  254,0       18 10993745 /l\n"
		    "sh      871        0 *647r   REG  254,0       18 10993745 /l\n"
		    "sh      871        0  rtd    REG  254,0       18 10993745 /l\n"
		    "sh      871        0  250u   REG  254,0       18 10993745 /l\n");
}
END_TEST

static void check_command(unsigned width, const char *comm, const char *want)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(1, 'w', &log_stat, "/l");
	struct fdmap_process proc = rows_process(871, comm, &file, 1);
	struct buf out;
	const char *line;

	fmt.comm_width = width;
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_table, &fmt, &proc, 1, &out), 0);
	line = strchr(buf_str(&out), '\n');
	ck_assert_ptr_nonnull(line);
	ck_assert_msg(strncmp(line + 1, want, strlen(want)) == 0, "%s: %s", comm, line + 1);
	/* the head is as wide */
	ck_assert_ptr_eq(strstr(out.p, " PID") + 1 - out.p + line + 1, strstr(line, "871 "));
	buf_fini(&out);
}

START_TEST(test_command_width)
{
	setup();
	check_command(9, "", "        871 ");
	check_command(9, "sh", "sh      871 ");
	check_command(9, "kworker/0:1", "kworker/0 871 ");
	check_command(3, "kworker/0:1", "kworker 871 ");
	check_command(15, "kworker/0:1H-kb", "kworker/0:1H-kb 871 ");
	check_command(0, "a longer name than any kernel", "a\\x20longer\\x20name");
	check_command(9, "abcdefgh ij", "abcdefgh  871 ");
	check_command(9, "a b\nc", "a\\x20b\\nc 871 ");
	check_command(9, "\xc3\xa9\xc3\xa9", "\\xc3\\xa9  871 ");
	check_command(9, NULL, "(unknown) 871 ");
}
END_TEST

static void check_offset(unsigned digits, uint64_t pos, const char *want)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(1, 'w', &log_stat, "/l");
	struct buf text;

	fmt.offset_digits = digits;
	fmt.offset_only = true;
	file.pos = pos;
	buf_init(&text);
	buf_printf(&text, "COMMAND PID     USER   FD   TYPE DEVICE %*s     NODE NAME\n",
		   strlen(want) > 6 ? (int)strlen(want) : 6, "OFFSET");
	buf_printf(&text, "sh      871        0    1w   REG  254,0 %6s 10993745 /l\n", want);
	check_row(&fmt, "sh", &file, buf_str(&text));
	buf_fini(&text);
}

START_TEST(test_offsets)
{
	setup();
	check_offset(8, 0, "0t0");
	check_offset(8, 99999999, "0t99999999");
	check_offset(8, 100000000, "0x5f5e100");
	check_offset(8, UINT64_MAX, "0xffffffffffffffff");
	check_offset(0, UINT64_MAX, "0t18446744073709551615");
	check_offset(20, UINT64_MAX, "0t18446744073709551615");
	check_offset(1, 9, "0t9");
	check_offset(1, 10, "0xa");
}
END_TEST

START_TEST(test_sockets)
{
	struct format fmt = rows_format();
	struct fdmap_sock listener = rows_inet(FDMAP_TCP, 5303, TCP_LISTEN, 18080, 0);
	struct fdmap_sock client = rows_inet(FDMAP_TCP, 5304, TCP_ESTABLISHED, 49652, 18080);
	struct fdmap_sock udp = rows_inet(FDMAP_UDP, 4294967296, TCP_CLOSE, 18082, 0);
	struct fdmap_file files[] = {
		rows_socket(3, &listener),
		rows_socket(4, &client),
		rows_socket(11, &udp),
	};
	struct fdmap_process proc = rows_process(2200, "python3", files, ARRAY_LEN(files));

	check_table(&fmt, &proc, 1,
		    "COMMAND  PID     USER   FD   TYPE     DEVICE SIZE/OFF NODE NAME\n"
		    "python3 2200        0    3u  IPv4       5303      0t0  TCP "
		    "127.0.0.1:18080 (LISTEN)\n"
		    "python3 2200        0    4u  IPv4       5304      0t0  TCP "
		    "127.0.0.1:49652->127.0.0.1:18080 (ESTABLISHED)\n"
		    "python3 2200        0   11u  IPv4 4294967296      0t0  UDP "
		    "127.0.0.1:18082 \n");
	fmt.name_how = FDMAP_NAME_NOTES;
	check_table(&fmt, &proc, 1,
		    "COMMAND  PID     USER   FD   TYPE     DEVICE SIZE/OFF NODE NAME\n"
		    "python3 2200        0    3u  IPv4       5303      0t0  TCP 127.0.0.1:18080\n"
		    "python3 2200        0    4u  IPv4       5304      0t0  TCP "
		    "127.0.0.1:49652->127.0.0.1:18080\n"
		    "python3 2200        0   11u  IPv4 4294967296      0t0  UDP 127.0.0.1:18082\n");
}
END_TEST

START_TEST(test_unreadable)
{
	struct format fmt = rows_format();
	struct fdmap_file files[] = {
		{ .fd = FDMAP_FD_CWD,
		  .kind = FDMAP_KIND_FAILED,
		  .access = ' ',
		  .lock = ' ',
		  .failed = FDMAP_CALL_READLINK,
		  .error = 13,
		  .path = "/proc/1/cwd" },
		{ .fd = FDMAP_FD_NOFD,
		  .kind = FDMAP_KIND_FAILED,
		  .access = ' ',
		  .lock = ' ',
		  .failed = FDMAP_CALL_OPENDIR,
		  .error = 13,
		  .path = "/proc/1/fd" },
	};
	struct fdmap_process proc = rows_process(1, "process_api", files, ARRAY_LEN(files));

	check_table(&fmt, &proc, 1,
		    "COMMAND   PID     USER   FD      TYPE DEVICE SIZE/OFF NODE NAME\n"
		    "process_a   1        0  cwd   unknown                      "
		    "/proc/1/cwd (readlink: Permission denied)\n"
		    "process_a   1        0 NOFD                                "
		    "/proc/1/fd (opendir: Permission denied)\n");
}
END_TEST

START_TEST(test_threads)
{
	struct format fmt = rows_format();
	struct fdmap_file file;
	struct fdmap_process procs[3];

	setup();
	file = rows_file(1, 'w', &log_stat, "/l");
	for (size_t i = 0; i < ARRAY_LEN(procs); i++)
		procs[i] = rows_process(871, "browser", &file, 1);
	procs[1].tid = 59;
	procs[1].task = "GPU worker thread";
	procs[2].tid = 12345;
	check_table(&fmt, procs, 3,
		    "COMMAND PID   TID TASKCMD       USER   FD   TYPE DEVICE SIZE/OFF    "
		    " NODE NAME\n"
		    "browser 871                        0    1w   REG  254,0       18 10993745 /l\n"
		    "browser 871    59 GPU\\x20wo        0    1w   REG  254,0       18"
		    " 10993745 /l\n"
		    "browser 871 12345                  0    1w   REG  254,0       18"
		    " 10993745 /l\n");
	/* without a thread among them there is no column for one */
	check_table(&fmt, procs, 1,
		    "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
		    "browser 871        0    1w   REG  254,0       18 10993745 /l\n");
}
END_TEST

START_TEST(test_hostile_name)
{
	struct format fmt = rows_format();
	struct fdmap_file file;

	setup();
	file = rows_file(1, 'w', &log_stat, "/a\nroot 1\x1b[2J\\");
	check_row(&fmt, "sh", &file,
		  "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
		  "sh      871        0    1w   REG  254,0       18 10993745 "
		  "/a\\nroot 1^[[2J\\\\\n");
}
END_TEST

START_TEST(test_names_are_whole)
{
	/* around the room a name is given at first, and far beyond it */
	static const size_t lengths[] = { 1022, 1023, 1024, 1025, 4096, 100000 };
	struct format fmt = rows_format();

	setup();
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char *path = malloc(lengths[i] + 1);
		struct fdmap_file file;
		struct buf want;

		ck_assert_ptr_nonnull(path);
		memset(path, 'x', lengths[i]);
		path[0] = '/';
		path[lengths[i]] = '\0';
		file = rows_file(1, 'w', &log_stat, path);
		buf_init(&want);
		buf_puts(&want, "COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n");
		buf_puts(&want, "sh      871        0    1w   REG  254,0       18 10993745 ");
		buf_puts(&want, path);
		buf_putc(&want, '\n');
		check_row(&fmt, "sh", &file, buf_str(&want));
		buf_fini(&want);
		free(path);
	}
}
END_TEST

/* More than is written at once; the last row makes the first ones wider. */
START_TEST(test_many_rows)
{
	enum { PROCS = 300, FILES = 40 };
	struct format fmt = rows_format();
	struct fdmap_file *files = calloc(FILES, sizeof(*files));
	struct fdmap_process *procs = calloc(PROCS, sizeof(*procs));
	const char line[] = "sh      1000000        0    1w   REG  254,0       18 10993745 /l\n";
	struct buf out;
	size_t lines = 0;

	setup();
	ck_assert_ptr_nonnull(files);
	ck_assert_ptr_nonnull(procs);
	for (size_t i = 0; i < FILES; i++)
		files[i] = rows_file(1, 'w', &log_stat, "/l");
	for (size_t i = 0; i < PROCS; i++)
		procs[i] = rows_process(i + 1 < PROCS ? (pid_t)i + 1 : 1000000, "sh", files, FILES);
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_table, &fmt, procs, PROCS, &out), 0);
	ck_assert_uint_gt(out.n, 64 * 1024);
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	ck_assert_uint_eq(lines, PROCS * FILES + 1);
	/* each as long as the last, the head by what NAME is longer than /l */
	ck_assert_uint_eq(out.n, strlen(line) * lines + 2);
	ck_assert_str_eq(out.p + out.n - strlen(line), line);
	buf_fini(&out);
	free(files);
	free(procs);
}
END_TEST

START_TEST(test_wants)
{
	struct format fmt = rows_format();
	uint32_t wants = sink_table.wants(&fmt);
	uint32_t always = FDMAP_COMM | FDMAP_CRED | FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS |
			  FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_DETAIL | FDMAP_LOCK |
			  FDMAP_SOCK | FDMAP_POINTER;

	ck_assert_uint_eq(wants, always | FDMAP_POS);
	fmt.size_only = true;
	ck_assert_uint_eq(sink_table.wants(&fmt), always);
	fmt.size_only = false;
	fmt.offset_only = true;
	ck_assert_uint_eq(sink_table.wants(&fmt), always | FDMAP_POS | FDMAP_OFFSETS);
	fmt.offset_only = false;
	fmt.name_how |= FDMAP_NAME_QUEUES;
	ck_assert_uint_eq(sink_table.wants(&fmt), always | FDMAP_POS | FDMAP_QUEUES);
	fmt = rows_format();
	fmt.flags = FORMAT_FLAGS_NAMES;
	ck_assert_uint_eq(sink_table.wants(&fmt), always | FDMAP_POS | FDMAP_FLAGS);
	fmt.flags = FORMAT_FLAGS_NONE;
	fmt.context = true;
	ck_assert_uint_eq(sink_table.wants(&fmt), always | FDMAP_POS | FDMAP_CONTEXT);
	fmt.context = false;
	fmt.name_how |= FDMAP_NAME_ENDS;
	ck_assert_uint_eq(sink_table.wants(&fmt), always | FDMAP_POS | FDMAP_ENDS);
}
END_TEST

START_TEST(test_human_sizes)
{
	static const struct {
		uint64_t size;
		const char *want;
	} rows[] = {
		{ 0, "0B" },
		{ 1023, "1023B" },
		{ 1024, "1.0K" },
		{ 1535, "1.5K" },
		{ 1280, "1.2K" }, /* a half goes to the even digit, as in printf */
		{ 1408, "1.4K" },
		{ 43888, "42.9K" },
		{ 1048575, "1024.0K" },
		{ 1048576, "1.0M" },
		{ UINT64_C(5) << 30, "5.0G" },
		{ UINT64_C(1) << 40, "1.0T" },
		{ (UINT64_C(1) << 50) - 1, "1024.0T" },
		{ UINT64_C(1) << 50, "1.0P" },
		{ UINT64_C(1) << 60, "1.0E" },
		{ UINT64_MAX, "16.0E" },
	};
	struct format fmt = rows_format();

	fmt.human = fmt.size_only = true;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fdmap_stat st = stat_of(1, 2, rows[i].size, S_IFREG | 0644, 1);
		struct fdmap_file file = rows_file(1, 'w', &st, "/l");
		size_t width = strlen(rows[i].want) > 4 ? strlen(rows[i].want) : 4;
		char want[200];

		snprintf(want, sizeof(want),
			 "COMMAND PID     USER   FD   TYPE DEVICE %*s NODE NAME\n"
			 "sh      871        0    1w   REG    0,1 %*s    2 /l\n",
			 (int)width, "SIZE", (int)width, rows[i].want);
		check_row(&fmt, "sh", &file, want);
	}
}
END_TEST

START_TEST(test_flags_and_context)
{
	struct format fmt = rows_format();
	struct fdmap_file files[3];
	struct fdmap_process procs[2];

	setup();
	files[0] = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/tmp/lt");
	files[1] = rows_file(0, 'r', &null_stat, "/dev/null");
	files[2] = rows_file(1, 'w', &log_stat, "/tmp/o");
	files[2].oflags = 0102001;
	procs[0] = rows_process(871, "sleep", files, 3);
	procs[0].context = "system_u:system_r:sshd_t:s0\n";
	procs[1] = rows_process(872, "cat", files, 1);
	fmt.context = true;
	fmt.flags = FORMAT_FLAGS_NAMES;
	check_table(&fmt, procs, 2,
		    "COMMAND PID SECURITY-CONTEXT                  USER   FD   TYPE FILE-FLAG "
		    "DEVICE SIZE/OFF     NODE NAME\n"
		    "sleep   871 system_u:system_r:sshd_t:s0\\n        0  cwd    DIR           "
		    " 254,0     4096 10963152 /tmp/lt\n"
		    "sleep   871 system_u:system_r:sshd_t:s0\\n        0    0r   CHR           "
		    "   1,3      0t0        3 /dev/null\n"
		    "sleep   871 system_u:system_r:sshd_t:s0\\n        0    1w   REG   W,AP,LG "
		    " 254,0       18 10993745 /tmp/o\n"
		    "cat     872                                      0  cwd    DIR           "
		    " 254,0     4096 10963152 /tmp/lt\n");
	fmt.context = false;
	fmt.flags = FORMAT_FLAGS_HEX;
	check_table(
		&fmt, procs, 1,
		"COMMAND PID     USER   FD   TYPE  FILE-FLAG DEVICE SIZE/OFF     NODE NAME\n"
		"sleep   871        0  cwd    DIR             254,0     4096 10963152 /tmp/lt\n"
		"sleep   871        0    0r   CHR    0x0;0x0    1,3      0t0        3 /dev/null\n"
		"sleep   871        0    1w   REG 0x8401;0x0  254,0       18 10993745 /tmp/o\n");
	files[1].have &= ~(uint32_t)FDMAP_FLAGS; /* not told */
	procs[0].files = files + 1;
	procs[0].nfiles = 1;
	check_table(&fmt, procs, 1,
		    "COMMAND PID     USER   FD   TYPE FILE-FLAG DEVICE SIZE/OFF NODE NAME\n"
		    "sleep   871        0    0r   CHR              1,3      0t0    3 /dev/null\n");
}
END_TEST

/* A value longer than what one byte can count. */
START_TEST(test_long_values)
{
	struct format fmt = rows_format();
	struct fdmap_file file;
	struct fdmap_process proc;
	char context[1001], want[3000];

	setup();
	memset(context, 'c', sizeof(context) - 1);
	for (size_t n = 254; n <= 256; n++) {
		context[n] = '\0';
		file = rows_file(1, 'w', &log_stat, "/l");
		proc = rows_process(871, "sh", &file, 1);
		proc.context = context;
		fmt.context = true;
		snprintf(want, sizeof(want),
			 "COMMAND PID %-*s     USER   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
			 "sh      871 %s        0    1w   REG  254,0       18 10993745 /l\n",
			 (int)n, "SECURITY-CONTEXT", context);
		check_table(&fmt, &proc, 1, want);
		context[n] = 'c';
	}
}
END_TEST

static const struct fdmap_field unit_field = { .key = "unit", .of = FDMAP_OF_PROCESS };
static struct chosen unit_column = { &unit_field, "unit" };

/* One long value widens its column only so far; it is whole, and what follows it moves. */
START_TEST(test_long_chosen)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(1, 'w', &log_stat, "/l");
	struct fdmap_process procs[2];
	char unit[201], want[1000];

	setup();
	memset(unit, 'u', sizeof(unit) - 1);
	for (size_t n = 90; n <= 200; n += 2) {
		unit[n] = '\0';
		procs[0] = rows_process(871, "sh", &file, 1);
		procs[0].unit = unit;
		procs[0].have |= FDMAP_CGROUP;
		procs[1] = rows_process(872, "sh", &file, 1);
		fmt.columns = (struct columns){ .v = &unit_column, .n = 1 };
		snprintf(want, sizeof(want),
			 "COMMAND PID     USER %-*s   FD   TYPE DEVICE SIZE/OFF     NODE NAME\n"
			 "sh      871        0 %s    1w   REG  254,0       18 10993745 /l\n"
			 "sh      872        0 %-*s    1w   REG  254,0       18 10993745 /l\n",
			 (int)(n < 96 ? n : 96), "UNIT", unit, (int)(n < 96 ? n : 96), "");
		check_table(&fmt, procs, 2, want);
		unit[n] = 'u';
	}
}
END_TEST

UNIT_MAIN("table", test_long_chosen, test_human_sizes, test_flags_and_context, test_long_values, test_nothing,
	  test_files, test_chosen_columns, test_wide_values, test_login, test_fd_column,
	  test_command_width, test_offsets, test_sockets, test_unreadable, test_threads,
	  test_hostile_name, test_names_are_whole, test_many_rows, test_wants)
