/* SPDX-License-Identifier: MIT */
/* What the kernel gives descriptors for besides files: rings, programs, watches of memory. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An anonymous inode, its name the link's text after "anon_inode:". */
static int show_anon(int fd)
{
	char buf[ZOO_TEXT];

	if (fd < 0)
		return -errno;
	return show_fd(fd, ' ', zoo_link(fd, buf, sizeof(buf)) + strlen("anon_inode:"));
}

static int make_fanotify(void)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);

	if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN | FAN_EVENT_ON_CHILD, AT_FDCWD, "."))
		return -errno;
	show_detail(fd, "{\"marks\": [{\"on\": \"inode\", \"mask\": \"open|event_on_child\", "
			"\"path\": \"%s\"}]}", zoo_cwd);
	return show_anon(fd);
}

static int make_io_uring(void)
{
	struct io_uring_params params = { 0 };
	static char buffer[4096];
	struct iovec iov = { buffer, sizeof(buffer) };
	int fd = (int)syscall(SYS_io_uring_setup, 4, &params);

	if (fd < 0 || syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &iov, 1))
		return -errno;
	show_detail(fd, "{\"sq_entries\": 4, \"cq_entries\": 8, \"user_files\": 0, \"user_bufs\": 1, "
			"\"sq_thread\": -1}");
	return show_anon(fd);
}

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int make_bpf_map(void)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_HASH;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 10;
	strcpy(attr.map_name, "zoo.map");
	fd = bpf(BPF_MAP_CREATE, &attr);
	show_detail(fd, "{\"map_type\": \"hash\", \"max_entries\": 10, \"map_name\": \"zoo.map\"}");
	return show_anon(fd);
}

/* "return 1" */
static int load_prog(enum bpf_prog_type type, const char *name)
{
	static const struct bpf_insn code[] = { { .code = 0xb7, .imm = 1 }, { .code = 0x95 } };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uint64_t)(uintptr_t)code;
	attr.insn_cnt = 2;
	attr.license = (uint64_t)(uintptr_t)"GPL";
	strcpy(attr.prog_name, name);
	return bpf(BPF_PROG_LOAD, &attr);
}

static int make_bpf_prog(void)
{
	int fd = load_prog(BPF_PROG_TYPE_SOCKET_FILTER, "zoo_prog");

	show_detail(fd, "{\"prog_type\": \"socket_filter\", \"prog_name\": \"zoo_prog\"}");
	return show_anon(fd);
}

static int make_bpf_link(void)
{
	union bpf_attr attr;
	int prog = load_prog(BPF_PROG_TYPE_RAW_TRACEPOINT, "zoo_link"), fd;

	if (prog < 0)
		return -errno;
	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uint64_t)(uintptr_t)"oom_score_adj_update";
	attr.raw_tracepoint.prog_fd = (uint32_t)prog;
	fd = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	show_detail(fd, "{\"link_type\": \"raw_tracepoint\", \"prog_name\": \"zoo_link\"}");
	return show_anon(fd);
}

static int make_perf(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_DUMMY, .exclude_kernel = 1 };

	return show_anon((int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int make_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = (int)syscall(SYS_userfaultfd, O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		return -errno;
	show_detail(fd, "{\"pending\": 0, \"total\": 0}");
	return show_anon(fd);
}

static int make_tun(void)
{
	int fd = open("/dev/net/tun", O_RDWR);
	struct ifreq req = { 0 };

	strcpy(req.ifr_name, "zoo%d");
	req.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &req))
		return -errno;
	show_detail(fd, "{\"iff\": \"%s\"}", req.ifr_name);
	return show_fd(fd, ' ', NULL);
}

static int make_secretmem(void)
{
	int fd = (int)syscall(SYS_memfd_secret, 0);

	if (fd < 0 || ftruncate(fd, 8192))
		return -errno;
	show_detail(fd, "{\"size\": 8192}");
	return show_fd(fd, ' ', NULL);
}

/* A name that wants to drive the terminal, and to be the end of it. */
static int make_sealed(void)
{
	int fd = memfd_create("zoo\033[31m\nseals: none", MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, 4096) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL))
		return -errno;
	show_detail(fd, "{\"name\": \"zoo\\u001b[31m\\nseals: none\", \"size\": 4096, "
			"\"seals\": \"seal|shrink\"}");
	return show_fd(fd, ' ', "/memfd:zoo^[[31m\\nseals: none (deleted)");
}

const struct zoo_kind zoo_kernel[] = {
	{ "fanotify", make_fanotify },
	{ "io-uring", make_io_uring },
	{ "bpf-map", make_bpf_map },
	{ "bpf-prog", make_bpf_prog },
	{ "bpf-link", make_bpf_link },
	{ "perf", make_perf },
	{ "userfaultfd", make_userfaultfd },
	{ "tun", make_tun },
	{ "secretmem", make_secretmem },
	{ "sealed", make_sealed },
	{ NULL, NULL },
};
