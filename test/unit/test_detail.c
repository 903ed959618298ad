/* SPDX-License-Identifier: MIT */
/* Details: what fdinfo of each kind tells. The texts are the kernel's own. */
#include "kind/detail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "test/lib/unit.h"

#define HEAD "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t1038\n"

static struct buf out;

static void put(const struct fdmap_detail *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_putc(&out, ' ');
		if (v[i].key)
			buf_printf(&out, "%s=", v[i].key);
		switch ((enum fdmap_detail_type)v[i].type) {
		case FDMAP_DETAIL_U64:
			buf_put_u64(&out, v[i].u);
			break;
		case FDMAP_DETAIL_I64:
			buf_put_i64(&out, v[i].i);
			break;
		case FDMAP_DETAIL_HEX:
			buf_puts(&out, "0x");
			buf_put_hex(&out, v[i].u, 1);
			break;
		case FDMAP_DETAIL_TEXT:
			buf_puts(&out, v[i].text);
			break;
		case FDMAP_DETAIL_BOOL:
			buf_puts(&out, v[i].u ? "yes" : "no");
			break;
		case FDMAP_DETAIL_LIST:
		case FDMAP_DETAIL_OBJECT:
			buf_putc(&out, v[i].type == FDMAP_DETAIL_LIST ? '[' : '{');
			put(v[i].v, v[i].n);
			buf_putc(&out, v[i].type == FDMAP_DETAIL_LIST ? ']' : '}');
			break;
		}
	}
}

static struct fdmap_file_more parse(struct arena *arena, const char *link_text,
				    const struct fdmap_stat *st, const char *text)
{
	struct fdmap_file_more f = { 0 };
	struct fdlink link;

	parse_fdlink((struct span){ link_text, strlen(link_text) }, &link);
	ck_assert_int_eq(parse_detail((struct span){ text, strlen(text) }, &link, st, arena,
				      &f), 0);
	return f;
}

static const char *told(const char *link_text, const struct fdmap_stat *st, const char *text)
{
	struct arena arena;
	struct fdmap_file_more f;

	arena_init(&arena);
	f = parse(&arena, link_text, st, text);
	buf_reset(&out);
	put(f.details, f.ndetails);
	arena_fini(&arena);
	return buf_str(&out);
}

static bool has(const char *link_text, const struct fdmap_stat *st)
{
	struct fdlink link;

	parse_fdlink((struct span){ link_text, strlen(link_text) }, &link);
	return detail_has(&link, st);
}

static const struct fdmap_stat tun = { .mode = S_IFCHR | 0666, .rdev = 0x0ac8 };
static const struct fdmap_stat null = { .mode = S_IFCHR | 0666, .rdev = 0x0103 };
static const struct fdmap_stat card = { .mode = S_IFCHR | 0660, .rdev = 0xe280 };
static const struct fdmap_stat file = { .mode = S_IFREG | 0644 };

START_TEST(test_has)
{
	ck_assert(has("anon_inode:[eventfd]", NULL));
	ck_assert(has("anon_inode:inotify", NULL));
	ck_assert(has("pidfd:[8403]", NULL));
	ck_assert(has("socket:[5303]", NULL));
	ck_assert(has("/dmabuf:mine", &(struct fdmap_stat){ .mode = 0600 }));
	ck_assert(has("/dev/net/tun", NULL));
	ck_assert(has("/srv/jail/tunnel", &tun));
	ck_assert(has("/dev/dri/renderD128", NULL));
	ck_assert(!has("/dev/net/tun", &null));
	ck_assert(!has("/dev/null", &null));
	ck_assert(!has("/dev/null", NULL));
	ck_assert(!has("/etc/passwd", &file));
	ck_assert(!has("pipe:[5325]", NULL));
	ck_assert(!has("net:[4026531833]", NULL));
	ck_assert(!has("anon_inode:[perf_event]", NULL));
	ck_assert(!has("/dev/net/tun", &file));
}
END_TEST

START_TEST(test_eventfd)
{
	ck_assert_str_eq(told("anon_inode:[eventfd]", NULL,
			      HEAD "eventfd-count:               1f\neventfd-id: 4\n"
				   "eventfd-semaphore: 1\n"),
			 "eventfd_count=31 eventfd_id=4 eventfd_semaphore=yes");
	ck_assert_str_eq(told("anon_inode:[eventfd]", NULL,
			      HEAD "eventfd-count: ffffffffffffffff\neventfd-id: 4\n"),
			 "eventfd_count=18446744073709551615 eventfd_id=4");
	/* The last line was cut, one has no number. */
	ck_assert_str_eq(told("anon_inode:[eventfd]", NULL, HEAD "eventfd-count: x\neventfd-id: 4"), "");
}
END_TEST

START_TEST(test_timerfd)
{
	ck_assert_str_eq(told("anon_inode:[timerfd]", NULL,
			      HEAD "clockid: 9\nticks: 0\nsettime flags: 00\n"
				   "it_value: (99, 999984797)\nit_interval: (1, 500)\n"),
			 "clockid=CLOCK_BOOTTIME_ALARM ticks=0 it_value=99.999984797 "
			 "it_interval=1.000000500");
	ck_assert_str_eq(told("anon_inode:[timerfd]", NULL,
			      HEAD "clockid: 0\nticks: 7\nsettime flags: 03\nit_value: (0, 0)\n"),
			 "clockid=CLOCK_REALTIME ticks=7 settime_flags=abstime|cancel_on_set "
			 "it_value=0.000000000");
	ck_assert_str_eq(told("anon_inode:[timerfd]", NULL,
			      "clockid: 77\nsettime flags: 011\nit_value: (1, 9999999999)\n"
			      "it_interval: (1 5)\n"),
			 "clockid=77 settime_flags=abstime|0x8");
}
END_TEST

START_TEST(test_signalfd)
{
	ck_assert_str_eq(told("anon_inode:[signalfd]", NULL, HEAD "sigmask:\t8000000200000202\n"),
			 "sigmask=INT|USR1|RTMIN|RTMIN+30");
	ck_assert_str_eq(told("anon_inode:[signalfd]", NULL, "sigmask:\t0000000000000000\n"),
			 "sigmask=");
	ck_assert_str_eq(told("anon_inode:[signalfd]", NULL, "sigmask:\t0000000180000000\n"),
			 "sigmask=32|33");
	ck_assert_str_eq(told("anon_inode:[signalfd]", NULL, "sigmask:\tzz\n"), "");
	/* As long as it can be. */
	ck_assert_uint_gt(strlen(told("anon_inode:[signalfd]", NULL, "sigmask:\tffffffffffffffff\n")),
			  300);
}
END_TEST

START_TEST(test_eventpoll)
{
	ck_assert_str_eq(
		told("anon_inode:[eventpoll]", NULL,
		     HEAD "tfd:       12 events:     2019 data:       ffffffffff  pos:0 ino:1c073f5 sdev:f\n"
			  "tfd:        6 events: 1000001c data:       ffffffffff  pos:0 ino:40e sdev:10\n"
			  "tfd:        5 events: c0000019 data:                0  pos:-1 ino:40e sdev:fe00000\n"
			  "tfd:        4 events: c0000000 data:                0  pos:0 ino:1 sdev:9\n"
			  "tfd:        3 events:       19 data:                0\n"),
		"targets=[{fd=3 events=in} {fd=4 events=et|oneshot|fired inode=1 dev=0,9} "
		"{fd=5 events=in|et|oneshot inode=1038 dev=254,0} "
		"{fd=6 events=out|exclusive inode=1038 dev=0,16} "
		"{fd=12 events=in|rdhup inode=29389813 dev=0,15}]");
	ck_assert_str_eq(told("anon_inode:[eventpoll]", NULL, HEAD), "targets=[]");
	ck_assert_str_eq(told("anon_inode:[eventpoll]", NULL,
			      "tfd: -1 events: 1\ntfd: 99999999999 events: 1\ntfd: 1 events: x\n"
			      "tfd: 2 events: 1801 ino:x sdev:9\ntfd: 3 events: 1"),
			 "targets=[{fd=2 events=in|0x1800}]");
}
END_TEST

START_TEST(test_many_targets)
{
	struct arena arena;
	struct fdmap_file_more f;
	struct buf text;

	buf_init(&text);
	for (unsigned i = DETAIL_LIST_MAX + 7; i > 0; i--)
		buf_printf(&text, "tfd: %8u events:       19 data: 0  pos:0 ino:40e sdev:10\n", i);
	arena_init(&arena);
	f = parse(&arena, "anon_inode:[eventpoll]", NULL, buf_str(&text));
	ck_assert_uint_eq(f.ndetails, 2);
	ck_assert_uint_eq(f.details[0].n, DETAIL_LIST_MAX);
	ck_assert_str_eq(f.details[1].key, "more");
	ck_assert_uint_eq(f.details[1].u, 7);
	/* Sorted; each with room behind it. */
	ck_assert_int_eq(f.details[0].v[0].v[0].i, 8);
	ck_assert_int_eq(f.details[0].v[1].v[0].i, 9);
	ck_assert_ptr_null(f.details[0].v[0].v[4].key);
	arena_fini(&arena);
	buf_fini(&text);
}
END_TEST

START_TEST(test_inotify)
{
	static const char text[] = HEAD
		"inotify wd:2 ino:6400d sdev:fe00000 mask:fff ignored_mask:0 fhandle-bytes:8 "
		"fhandle-type:1 f_handle:0d400600b323988b\n"
		"inotify wd:1 ino:3c51a sdev:fe00000 mask:84000300 ignored_mask:0\n";
	struct arena arena;
	struct fdmap_file_more f;
	const struct fdmap_detail *list;

	ck_assert_str_eq(told("anon_inode:inotify", NULL, text),
			 "watches=[{wd=1 inode=247066 dev=254,0 mask=create|delete|excl_unlink|oneshot} "
			 "{wd=2 inode=409613 dev=254,0 mask=access|modify|attrib|close_write|"
			 "close_nowrite|open|moved_from|moved_to|create|delete|delete_self|move_self}]");
	arena_init(&arena);
	f = parse(&arena, "anon_inode:inotify", NULL, text);
	list = detail_find(f.details, f.ndetails, "watches");
	ck_assert_ptr_nonnull(list);
	/* The handle waits in the first spare place. */
	ck_assert_ptr_null(list->v[0].v[list->v[0].n].text);
	ck_assert_str_eq(list->v[1].v[list->v[1].n].text, "1:0d400600b323988b");
	arena_fini(&arena);
	ck_assert_str_eq(told("anon_inode:inotify", NULL, "inotify ino:1\ninotify\ninotify wd:x\n"),
			 "watches=[]");
}
END_TEST

START_TEST(test_fanotify)
{
	ck_assert_str_eq(
		told("anon_inode:[fanotify]", NULL,
		     HEAD "fanotify flags:24 event-flags:8000\n"
			  "fanotify ino:13 sdev:fe00000 mflags:240 mask:0 ignored_mask:2 fhandle-bytes:8 "
			  "fhandle-type:1 f_handle:1300000000000000\n"
			  "fanotify sdev:fe00000 mflags:0 mask:2 ignored_mask:0\n"
			  "fanotify mnt_id:1e mflags:0 mask:18 ignored_mask:0\n"
			  "fanotify mnt_ns:4026531841 mflags:0 mask:3000000 ignored_mask:0\n"
			  "fanotify flags:99\n"),
		"flags=content|unlimited_marks event_flags=0x8000 marks=["
		"{on=inode inode=19 dev=254,0 ignored_mask=modify mflags=ignored_surv_modify|evictable} "
		"{on=filesystem dev=254,0 mask=modify} "
		"{on=mount mnt_id=30 mask=close_write|close_nowrite} "
		"{on=mntns mnt_ns=4026531841 mask=mnt_attach|mnt_detach}]");
}
END_TEST

START_TEST(test_bpf)
{
	ck_assert_str_eq(told("anon_inode:bpf-map", NULL,
			      HEAD "map_type:\t1\nkey_size:\t4\nvalue_size:\t8\nmax_entries:\t10\n"
				   "map_flags:\t0x80\nmap_extra:\t0x0\nmemlock:\t1936\nmap_id:\t27\n"
				   "frozen:\t0\n"),
			 "map_type=hash key_size=4 value_size=8 max_entries=10 map_flags=0x80 "
			 "map_extra=0x0 memlock=1936 map_id=27 frozen=no");
	ck_assert_str_eq(told("anon_inode:bpf-prog", NULL,
			      HEAD "prog_type:\t999\nprog_jited:\t1\nprog_tag:\tb11459a0e11ca14c\n"
				   "memlock:\t4096\nprog_id:\t97\n"),
			 "prog_type=999 prog_jited=yes prog_tag=b11459a0e11ca14c memlock=4096 prog_id=97");
	ck_assert_str_eq(told("anon_inode:bpf_link", NULL,
			      HEAD "link_type:\traw_tracepoint\nlink_id:\t89\n"
				   "prog_tag:\tb11459a0e11ca14c\nprog_id:\t99\ntp_name:\tsched_switch\n"
				   "Cookie-X:\t0x1f\n"),
			 "link_type=raw_tracepoint link_id=89 prog_tag=b11459a0e11ca14c prog_id=99 "
			 "tp_name=sched_switch cookie_x=0x1f");
}
END_TEST

START_TEST(test_misc)
{
	ck_assert_str_eq(told("anon_inode:[pidfd]", NULL, HEAD "Pid:\t7324\nNSpid:\t7324\t12\n"),
			 "pid=7324 nspid=7324,12");
	ck_assert_str_eq(told("pidfd:[8403]", NULL, HEAD "Pid:\t-1\nNSpid:\t-1\n"), "pid=-1 nspid=-1");
	ck_assert_str_eq(told("anon_inode:[userfaultfd]", NULL,
			      "pending:\t0\ntotal:\t2\nAPI:\taa:80000000:80000000000001ff\n"),
			 "pending=0 total=2 api=aa:80000000:80000000000001ff");
	ck_assert_str_eq(told("/dev/net/tun", &tun, HEAD "iff:\ttun0\n"), "iff=tun0");
	ck_assert_str_eq(told("/dev/net/tun", &tun, HEAD "iff:\t\n"), "");
	ck_assert_str_eq(told("/dev/ptmx", NULL, HEAD "tty-index:\t3\n"), "tty_index=3");
	ck_assert_str_eq(told("socket:[5]", NULL, HEAD "scm_fds: 2\n"), "scm_fds=2");
	ck_assert_str_eq(told("socket:[5]", NULL, HEAD "scm_fds: 0\n"), "");
	ck_assert_str_eq(told("pipe:[5]", NULL, HEAD "scm_fds: 2\n"), "");
}
END_TEST

START_TEST(test_io_uring)
{
	ck_assert_str_eq(told("anon_inode:[io_uring]", NULL,
			      HEAD "SqMask:\t0x3\nSqHead:\t1\nSqTail:\t2\nCachedSqHead:\t1\n"
				   "CqMask:\t0x7\nCqHead:\t0\nCqTail:\t0\nCachedCqTail:\t0\nSQEs:\t1\n"
				   "    0: opcode:NOP, fd:0, flags:0\nCQEs:\t0\nSqThread:\t-1\n"
				   "SqThreadCpu:\t-1\nUserFiles:\t3\n    0: socket:[29389812]\n"
				   "    2: /etc/passwd\nUserBufs:\t1\n    0: 0x55d9f30b02a0/8192\n"
				   "PollList:\n  op=1, task_works=0\n  op=2, task_works=0\n"
				   "CqOverflowList:\nNAPI:\tdisabled\n"),
			 "sq_entries=4 sq_head=1 sq_tail=2 cq_entries=8 cq_head=0 cq_tail=0 sqes=1 cqes=0 "
			 "sq_thread=-1 sq_thread_cpu=-1 user_files=3 user_bufs=1 poll_list=2 "
			 "cq_overflow_list=0 napi=disabled");
}
END_TEST

/* What can't be opened on every machine: as the kernel's source prints it. */
START_TEST(test_buffers)
{
	ck_assert_str_eq(told("/dmabuf:cam\nera", NULL,
			      HEAD "size:\t4096\ncount:\t2\nexp_name:\tudmabuf\nname:\tcam\nsize:\t1\n"),
			 "size=4096 count=2 exp_name=udmabuf name=cam\nsize:\t1");
	ck_assert_str_eq(told("/dmabuf:", NULL, HEAD), "");
	ck_assert_str_eq(told("/dev/dri/renderD128", &card,
			      HEAD "drm-driver:\ti915\ndrm-client-id:\t7\ndrm-pdev:\t0000:00:02.0\n"
				   "drm-total-system0:\t4096 KiB\ndrm-engine-render:\t9288864723 ns\n"),
			 "drm_driver=i915 drm_client_id=7 drm_pdev=0000:00:02.0 "
			 "drm_total_system0=4096 KiB drm_engine_render=9288864723 ns");
}
END_TEST

START_TEST(test_many_keys)
{
	struct arena arena;
	struct fdmap_file_more f;
	struct buf text;

	buf_init(&text);
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "drm-engine-%d:\t%d ns\n", i, i);
	arena_init(&arena);
	f = parse(&arena, "/dev/dri/card0", &card, buf_str(&text));
	ck_assert_uint_eq(f.ndetails, 64);
	ck_assert_str_eq(f.details[63].key, "more");
	ck_assert_uint_eq(f.details[63].u, 37);
	arena_fini(&arena);
	buf_fini(&text);
}
END_TEST

START_TEST(test_no_memory)
{
	static const char *const texts[][2] = {
		{ "anon_inode:[eventpoll]", "tfd: 3 events: 19 data: 0  pos:0 ino:40e sdev:10\n" },
		{ "anon_inode:inotify", "inotify wd:1 ino:1 sdev:1 mask:1\n" },
		{ "anon_inode:[fanotify]", "fanotify flags:0 event-flags:0\nfanotify ino:1 sdev:1\n" },
		{ "anon_inode:[signalfd]", "sigmask:\t01\n" },
		{ "anon_inode:[eventfd]", "eventfd-id: 1\n" },
		{ "anon_inode:bpf_link", "link_id: 1\n" },
		{ "/dmabuf:x", "size:\t1\nname:\tx\n" },
		{ "/dev/net/tun", "iff:\tx\n" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct fdmap_file_more f = { 0 };
		struct arena empty;
		struct fdlink link;

		arena_init(&empty);
		empty.failed = true;
		parse_fdlink((struct span){ texts[i][0], strlen(texts[i][0]) }, &link);
		ck_assert_int_eq(parse_detail((struct span){ texts[i][1], strlen(texts[i][1]) }, &link,
					      NULL, &empty, &f), -ENOMEM);
		ck_assert_uint_eq(f.ndetails, 0);
		arena_fini(&empty);
	}
}
END_TEST

UNIT_MAIN("detail", test_has, test_eventfd, test_timerfd, test_signalfd, test_eventpoll,
	  test_many_targets, test_inotify, test_fanotify, test_bpf, test_misc, test_io_uring,
	  test_buffers, test_many_keys, test_no_memory)
