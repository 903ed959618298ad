/* SPDX-License-Identifier: MIT */
/*
 * Light skeletons: each header holds a program and another that loads it, so that neither
 * a compiler nor libbpf is needed when fdmap runs. They were made for little endian, and
 * their helpers are those of libbpf 1.
 */
#include "bpf/load.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && __SIZEOF_POINTER__ == 8 &&                        \
	__has_include(<bpf/skel_internal.h>) && __has_include(<bpf/libbpf_version.h>)
#include <bpf/libbpf_version.h>
#endif

#if defined(LIBBPF_MAJOR_VERSION) && LIBBPF_MAJOR_VERSION >= 1

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#include "bpf/paths.lskel.h"
#include "bpf/select.lskel.h"
#include "bpf/sockets.lskel.h"
#include "bpf/unixes.lskel.h"
#pragma GCC diagnostic pop

#define LOADER(name)                                                                               \
	static void destroy_##name(void *skel)                                                     \
	{                                                                                          \
		fdmap_##name##__destroy(skel);                                                     \
	}                                                                                          \
	static int load_##name(struct bpf_program *prog)                                           \
	{                                                                                          \
		struct fdmap_##name *s = fdmap_##name##__open();                                   \
		int r;                                                                             \
                                                                                                   \
		if (!s)                                                                            \
			return -ENOMEM;                                                            \
		r = fdmap_##name##__load(s);                                                       \
		if (r < 0) {                                                                       \
			destroy_##name(s);                                                         \
			return r;                                                                  \
		}                                                                                  \
		prog->skel = s;                                                                    \
		prog->destroy = destroy_##name;                                                    \
		prog->vars = &s->bss->vars;                                                        \
		prog->fd = s->progs.fdmap_##name.prog_fd;                                          \
		return 0;                                                                          \
	}

LOADER(paths)
LOADER(select)
LOADER(sockets)
LOADER(unixes)

int bpf_load(struct bpf_program *prog, enum bpf_what what)
{
	switch (what) {
	case BPF_NAMES:
	case BPF_STATS:
		return load_paths(prog);
	case BPF_HELD:
	case BPF_INODES:
	case BPF_FILES:
		return load_select(prog);
	case BPF_SOCKETS:
		return load_sockets(prog);
	case BPF_UNIXES:
		return load_unixes(prog);
	}
	return -EINVAL;
}

void bpf_unload(struct bpf_program *prog)
{
	prog->destroy(prog->skel);
}

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

int bpf_iterate(const struct bpf_program *prog, uint32_t pid)
{
	/* bpf_iter_link_info.task, which headers before Linux 6.1 lack. */
	const uint32_t info[] = { 0, pid, 0, 0 };
	union bpf_attr attr;
	int link, iter;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog->fd;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (pid) {
		attr.link_create.iter_info = (uintptr_t)info;
		attr.link_create.iter_info_len = sizeof(info);
	}
	link = sys_bpf(BPF_LINK_CREATE, &attr);
	if (link < 0)
		return link;
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (uint32_t)link;
	iter = sys_bpf(BPF_ITER_CREATE, &attr);
	/* The iterator keeps what it needs. */
	close(link);
	return iter;
}

#else

int bpf_load(struct bpf_program *prog, enum bpf_what what)
{
	(void)prog;
	(void)what;
	return -ENOSYS;
}

void bpf_unload(struct bpf_program *prog)
{
	(void)prog;
}

int bpf_iterate(const struct bpf_program *prog, uint32_t pid)
{
	(void)prog;
	(void)pid;
	return -ENOSYS;
}

#endif
