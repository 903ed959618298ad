/* SPDX-License-Identifier: MIT */
/* bpf(2): a descriptor by number, what it tells, and away with it. */
#include "os/bpfname.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/wary.h"

static int call(int cmd, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static int read_info(struct root *root, int cmd, uint32_t id, void *info, uint32_t len)
{
	union bpf_attr attr;
	int fd, err;

	if (!root->live || wary(root))
		return -ENOSYS;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	memset(&attr, 0, sizeof(attr));
	attr.map_id = id; /* all numbers stand in the same place */
	fd = call(cmd, &attr);
	if (fd < 0)
		return fd;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = len;
	attr.info.info = (uint64_t)(uintptr_t)info;
	err = call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	close(fd);
	return err < 0 ? err : 0;
}

static void copy_name(char name[BPFNAME_MAX], const char *from)
{
	size_t n = strnlen(from, BPFNAME_MAX - 1);

	memcpy(name, from, n);
	name[n] = '\0';
}

int bpfname_map(struct root *root, uint32_t id, char name[BPFNAME_MAX])
{
	struct bpf_map_info info = { 0 };
	int err = read_info(root, BPF_MAP_GET_FD_BY_ID, id, &info, sizeof(info));

	copy_name(name, err < 0 ? "" : info.name);
	return err;
}

int bpfname_prog(struct root *root, uint32_t id, char name[BPFNAME_MAX])
{
	struct bpf_prog_info info = { 0 };
	int err = read_info(root, BPF_PROG_GET_FD_BY_ID, id, &info, sizeof(info));

	copy_name(name, err < 0 ? "" : info.name);
	return err;
}
