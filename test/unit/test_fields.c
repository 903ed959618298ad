/* SPDX-License-Identifier: MIT */
/* -F, byte by byte, on rows made by hand. */
#include "test/lib/unit.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/util.h"
#include "out/fields.h"
#include "test/lib/rows.h"

enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_LISTEN = 10, UNIX_CONNECTED = 3 };

static const struct fdmap_stat exe_stat = {
	.dev = 0xfe00,
	.ino = 248056,
	.size = 43888,
	.mode = S_IFREG | 0755,
	.nlink = 1,
};
static const struct fdmap_stat null_stat = {
	.dev = 6,
	.rdev = 0x103,
	.ino = 3,
	.mode = S_IFCHR | 0666,
	.nlink = 1,
};

static uint64_t letters_of(const char *text)
{
	uint64_t letters = 0;

	for (; *text; text++)
		letters |= FIELD_BIT(*text);
	return letters;
}

static void check_bytes(const struct format *fmt, const struct fdmap_process *procs, size_t n,
			const char *want, size_t len)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_fields, fmt, procs, n, &out), 0);
	if (!fmt->nul)
		ck_assert_str_eq(buf_str(&out), want);
	ck_assert_uint_eq(out.n, len);
	ck_assert_mem_eq(buf_str(&out), want, len);
	buf_fini(&out);
}

static void check_text(const struct format *fmt, const struct fdmap_process *proc, const char *want)
{
	check_bytes(fmt, proc, 1, want, strlen(want));
}

static void check_fields(const char *letters, const struct fdmap_process *procs, size_t n,
			 const char *want)
{
	struct format fmt = rows_format();

	fmt.name_how |= FDMAP_NAME_QUEUES;
	fmt.flags = FORMAT_FLAGS_HEX;
	fmt.letters = letters_of(letters);
	check_bytes(&fmt, procs, n, want, strlen(want));
}

static void check_file(const char *letters, const struct fdmap_file *file, const char *want)
{
	struct fdmap_process proc = rows_process(1, "sh", file, 1);

	check_fields(letters, &proc, 1, want);
}

START_TEST(test_default_set)
{
	struct format fmt = rows_format();
	struct fdmap_file files[3];
	struct fdmap_process proc;
	const char *want = "p871\ng863\nR862\ncsleep\nu0\n"
			   "ftxt\na \nl \ntREG\nD0xfe00\ns43888\ni248056\nk1\nn/usr/bin/sleep\n"
			   "f0\nar\nl \ntCHR\nG0x8000;0x0\nD0x6\no0t0\ni3\nk1\nn/dev/null\n"
			   "f10001\nau\nlW\ntREG\nG0x0;0x0\nD0xfe00\ns43888\no0t7\ni248056\nk1\n"
			   "n/x y\n";

	files[0] = rows_file(FDMAP_FD_TXT, ' ', &exe_stat, "/usr/bin/sleep");
	files[1] = rows_file(0, 'r', &null_stat, "/dev/null");
	files[1].oflags = 0x8000;
	files[2] = rows_file(10001, 'u', &exe_stat, "/x y");
	files[2].lock = 'W';
	files[2].pos = 7;
	proc = rows_process(871, "sleep", files, 3);
	proc.pgid = 863;
	proc.ppid = 862;
	fmt.letters = fields_default();
	fmt.flags = FORMAT_FLAGS_HEX;
	check_text(&fmt, &proc, want);
}
END_TEST

START_TEST(test_nothing)
{
	struct fdmap_process proc = rows_process(871, "sleep", NULL, 0);

	check_fields("pfn", NULL, 0, "");
	check_fields("pfn", &proc, 1, "");
}
END_TEST

START_TEST(test_process_is_always_named)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");
	struct fdmap_file two[] = { file, file };
	struct fdmap_process procs[2];

	procs[0] = rows_process(5, "a", two, 2);
	procs[1] = rows_process(6, "b", &file, 1);
	check_fields("", procs, 2, "p5\np6\n");
	check_fields("p", procs, 2, "p5\np6\n");
	check_fields("c", procs, 2, "p5\nca\np6\ncb\n");
	check_fields("n", procs, 2, "p5\nn/x\nn/x\np6\nn/x\n");
	check_fields("f", procs, 2, "p5\nf3\nf3\np6\nf3\n");
}
END_TEST

START_TEST(test_one_letter)
{
	struct fdmap_file file = rows_file(3, 'w', &exe_stat, "/x");

	file.lock = 'r';
	file.pos = 100000000;
	file.oflags = 0x88002;
	check_file("f", &file, "p1\nf3\n");
	check_file("a", &file, "p1\naw\n");
	check_file("l", &file, "p1\nlr\n");
	check_file("t", &file, "p1\ntREG\n");
	check_file("G", &file, "p1\nG0x88002;0x0\n");
	check_file("d", &file, "p1\n");
	check_file("D", &file, "p1\nD0xfe00\n");
	check_file("r", &file, "p1\n");
	check_file("s", &file, "p1\ns43888\n");
	check_file("o", &file, "p1\no0x5f5e100\n");
	check_file("i", &file, "p1\ni248056\n");
	check_file("k", &file, "p1\nk1\n");
	check_file("P", &file, "p1\n");
	check_file("T", &file, "p1\n");
	check_file("g", &file, "p1\ng1\n");
	check_file("R", &file, "p1\nR1\n");
	check_file("u", &file, "p1\nu0\n");
	check_file("L", &file, "p1\n");
	check_file("KM", &file, "p1\n");
	check_file("mCFNSzZ", &file, "p1\n");
	file = rows_file(3, 'u', &null_stat, "/dev/null");
	check_file("Dr", &file, "p1\nD0x6\nr0x103\n");
	check_file("so", &file, "p1\no0t0\n");
}
END_TEST

START_TEST(test_flags_only_of_descriptors)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");

	file.have &= ~(uint32_t)FDMAP_FLAGS;
	check_file("G", &file, "p1\n");
	file = rows_file(FDMAP_FD_CWD, ' ', &exe_stat, "/x");
	file.have |= FDMAP_FLAGS;
	check_file("G", &file, "p1\n");
}
END_TEST

START_TEST(test_size_only_hides_offsets)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);

	fmt.letters = letters_of("so");
	fmt.size_only = true;
	check_text(&fmt, &proc, "p1\ns43888\n");
	fmt.size_only = false;
	fmt.offset_only = true;
	check_text(&fmt, &proc, "p1\ns43888\no0t0\n");
}
END_TEST

START_TEST(test_sockets)
{
	struct fdmap_sock listener = rows_inet(FDMAP_TCP, 5303, TCP_LISTEN, 18080, 0);
	struct fdmap_sock udp = rows_inet(FDMAP_UDP, 5310, TCP_CLOSE, 18082, 0);
	struct fdmap_file file = rows_socket(3, &listener);

	listener.rq = 3;
	listener.wq = 4294967295;
	check_file("ftdDsoiPnTk", &file,
		   "p1\nf3\ntIPv4\nd5303\no0t0\nPTCP\nn127.0.0.1:18080\n"
		   "TST=LISTEN\nTQR=3\nTQS=4294967295\n");
	file = rows_socket(4, &udp);
	check_file("fPnT", &file, "p1\nf4\nPUDP\nn127.0.0.1:18082\nTQR=0\nTQS=0\n");
}
END_TEST

START_TEST(test_unix_socket)
{
	struct fdmap_sock sock = {
		.ino = 5307,
		.table = FDMAP_UNIX,
		.family = AF_UNIX,
		.type = SOCK_STREAM,
		.state = UNIX_CONNECTED,
		.pointer = 0x2a3e4b96,
		.path = "/tmp/zz sock",
	};
	struct fdmap_file file = rows_socket(7, &sock);

	check_file("ftdDoiPnT", &file,
		   "p1\nf7\ntunix\nd0x000000002a3e4b96\no0t0\ni5307\n"
		   "n/tmp/zz sock type=STREAM\nTST=CONNECTED\n");
}
END_TEST

/* T says which lines may come, the selection of -T which of them do. */
START_TEST(test_tcp_info_selection)
{
	struct format fmt = rows_format();
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 5304, TCP_ESTABLISHED, 1, 2);
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);

	fmt.letters = letters_of("nT");
	fmt.name_how = FDMAP_NAME_STATE;
	check_text(&fmt, &proc, "p1\nn127.0.0.1:1->127.0.0.1:2\nTST=ESTABLISHED\n");
	fmt.name_how = FDMAP_NAME_QUEUES;
	check_text(&fmt, &proc, "p1\nn127.0.0.1:1->127.0.0.1:2\nTQR=0\nTQS=0\n");
	fmt.name_how = 0;
	check_text(&fmt, &proc, "p1\nn127.0.0.1:1->127.0.0.1:2\n");
}
END_TEST

START_TEST(test_notes)
{
	struct format fmt = rows_format();
	struct fdmap_file file = {
		.fd = FDMAP_FD_NOFD,
		.kind = FDMAP_KIND_FAILED,
		.access = ' ',
		.lock = ' ',
		.failed = FDMAP_CALL_OPENDIR,
		.error = 13,
		.path = "/proc/1/fd",
	};
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);

	check_file("falt", &file, "p1\nfNOFD\na \nl \n");
	check_file("n", &file, "p1\nn/proc/1/fd (opendir: Permission denied)\n");
	fmt.letters = letters_of("n");
	fmt.name_how = FDMAP_NAME_STATE;
	check_text(&fmt, &proc, "p1\nn/proc/1/fd\n");
}
END_TEST

START_TEST(test_threads)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");
	struct fdmap_process procs[2];

	procs[0] = rows_process(871, "browser", &file, 1);
	procs[1] = procs[0];
	procs[1].tid = 59;
	procs[1].task = "GPU worker";
	check_fields("fKMc", procs, 2,
		     "p871\ncbrowser\nf3\np871\nK59\nMGPU worker\ncbrowser\nf3\n");
	procs[1].task = NULL;
	check_fields("KM", procs, 2, "p871\np871\nK59\n");
}
END_TEST

START_TEST(test_commands)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");
	struct fdmap_process proc = rows_process(1, "a rather long command", &file, 1);

	check_fields("c", &proc, 1, "p1\nca rather long command\n");
	proc.comm = "";
	check_fields("c", &proc, 1, "p1\nc\n");
	proc.comm = NULL;
	check_fields("c", &proc, 1, "p1\nc(unknown)\n");
}
END_TEST

/* A name must not be able to make a line of its own. */
START_TEST(test_hostile_text)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x\np2\n\x1b[2J");
	struct fdmap_process proc = rows_process(1, "a\np3", &file, 1);

	proc.tid = 7;
	proc.task = "b\np4";
	check_fields("cMn", &proc, 1, "p1\nMb\\np4\nca\\np3\nn/x\\np2\\n^[[2J\n");
}
END_TEST

START_TEST(test_user)
{
	struct fdmap_file file = rows_file(3, 'u', &exe_stat, "/x");
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);
	struct format fmt = rows_format();
	struct fdmap *m;

	proc.uid = 4294967295;
	check_fields("u", &proc, 1, "p1\nu-1\n");
	proc.uid = 0;
	fmt.letters = letters_of("uL");
	ck_assert_int_eq(fdmap_open(&m, NULL), 0);
	ck_assert_int_eq(fdmap_namer_new(&fmt.namer, m, FDMAP_NAMES_USERS), 0);
	check_text(&fmt, &proc, "p1\nu0\nLroot\n");
	proc.uid = 4294967294; /* nobody has it: no line */
	check_text(&fmt, &proc, "p1\nu-2\n");
	fdmap_namer_free(fmt.namer);
	fdmap_close(m);
}
END_TEST

START_TEST(test_nul)
{
	static const char both[] = "p5\0ca\0\nf3\0n/x\0\nf4\0n/x\0\np6\0cb\0\nf3\0n/x\0\n";
	static const char none[] = "p5\0\np6\0\n";
	struct format fmt = rows_format();
	struct fdmap_file files[2];
	struct fdmap_process procs[2];

	files[0] = rows_file(3, 'u', &exe_stat, "/x");
	files[1] = rows_file(4, 'u', &exe_stat, "/x");
	procs[0] = rows_process(5, "a", files, 2);
	procs[1] = rows_process(6, "b", files, 1);
	fmt.nul = true;
	fmt.letters = letters_of("cfn");
	check_bytes(&fmt, procs, 2, both, sizeof(both) - 1);
	/* a set without a value has no newline either */
	fmt.letters = letters_of("T");
	check_bytes(&fmt, procs, 2, none, sizeof(none) - 1);
}
END_TEST

START_TEST(test_letters)
{
	const char *known = "pKMgRcuLfaltGdDrsoikPnTmCFNSzZ";
	uint64_t seen = 0;

	for (const char *c = known; *c; c++)
		ck_assert_msg(fields_letter(*c), "%c", *c);
	for (int c = 1; c < 128; c++)
		ck_assert_int_eq(fields_letter((char)c), strchr(known, c) != NULL);
	ck_assert(!fields_letter('\0'));
	for (int c = 0; c < 26; c++) {
		ck_assert_uint_eq(seen & FIELD_BIT('A' + c), 0);
		ck_assert_uint_eq(seen & FIELD_BIT('a' + c), 0);
		seen |= FIELD_BIT('A' + c) | FIELD_BIT('a' + c);
	}
	ck_assert_uint_eq(fields_default(), letters_of("pKMgRcuLfaltGdDsoikPnT"));
}
END_TEST

START_TEST(test_help)
{
	const char *shown = "pKMZgRcuLfaltGdDrsoikPnTm0";
	struct buf out;
	size_t lines = 0;

	buf_init(&out);
	fields_help(&out);
	for (const char *c = shown; *c; c++) {
		char lead[] = "\t X    ";

		lead[2] = *c;
		ck_assert_msg(strstr(buf_str(&out), lead) != NULL, "%c", *c);
	}
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	ck_assert_uint_eq(lines, strlen(shown));
	buf_fini(&out);
}
END_TEST

static void check_wants(const char *letters, uint32_t facts)
{
	struct format fmt = rows_format();

	fmt.letters = letters_of(letters);
	fmt.flags = FORMAT_FLAGS_HEX;
	ck_assert_msg(sink_fields.wants(&fmt) == facts, "%s: %x", letters, sink_fields.wants(&fmt));
}

START_TEST(test_wants)
{
	const uint32_t rows = FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS;
	struct format fmt = rows_format();

	check_wants("", 0);
	check_wants("p", 0);
	check_wants("pc", FDMAP_COMM);
	check_wants("gR", FDMAP_COMM);
	check_wants("uL", FDMAP_CRED);
	check_wants("f", rows);
	check_wants("pfn", rows | FDMAP_LINK | FDMAP_DETAIL | FDMAP_SOCK);
	check_wants("a", rows | FDMAP_ACCESS);
	check_wants("l", rows | FDMAP_LOCK | FDMAP_STAT);
	check_wants("G", rows | FDMAP_FLAGS);
	check_wants("s", rows | FDMAP_LINK | FDMAP_STAT);
	check_wants("o", rows | FDMAP_LINK | FDMAP_STAT | FDMAP_POS | FDMAP_OFFSETS);
	check_wants("mCFNSz", 0);
	check_wants("Z", FDMAP_CONTEXT);
	fmt.letters = letters_of("G"); /* and -fg behind it */
	ck_assert_uint_eq(sink_fields.wants(&fmt), rows);
	fmt.letters = letters_of("fn");
	fmt.name_how |= FDMAP_NAME_ENDS;
	ck_assert_uint_eq(sink_fields.wants(&fmt),
			  rows | FDMAP_LINK | FDMAP_DETAIL | FDMAP_SOCK | FDMAP_ENDS);
	fmt.name_how &= ~(unsigned)FDMAP_NAME_ENDS;
	fmt.letters = letters_of("T");
	ck_assert_uint_eq(sink_fields.wants(&fmt), rows | FDMAP_LINK | FDMAP_SOCK);
	fmt.name_how |= FDMAP_NAME_QUEUES;
	ck_assert_uint_eq(sink_fields.wants(&fmt), rows | FDMAP_LINK | FDMAP_SOCK | FDMAP_QUEUES);
	fmt.letters = letters_of("so");
	fmt.size_only = true;
	ck_assert_uint_eq(sink_fields.wants(&fmt), rows | FDMAP_LINK | FDMAP_STAT);
}
END_TEST

UNIT_MAIN("fields", test_default_set, test_nothing, test_process_is_always_named, test_one_letter,
	  test_flags_only_of_descriptors, test_size_only_hides_offsets, test_sockets,
	  test_unix_socket, test_tcp_info_selection, test_notes, test_threads, test_commands,
	  test_hostile_text, test_user, test_nul, test_letters, test_help, test_wants)
