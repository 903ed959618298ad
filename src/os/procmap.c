/* SPDX-License-Identifier: MIT */
/* fs/proc/task_mmu.c, do_procmap_query; <linux/fs.h> may be older than the kernel. */
#include "os/procmap.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct query {
	uint64_t size, flags, addr;
	uint64_t vma_start, vma_end, vma_flags, page_size, offset;
	uint64_t ino;
	uint32_t dev_major, dev_minor;
	uint32_t name_size, build_id_size;
	uint64_t name_addr, build_id_addr;
};

#define QUERY _IOWR('f', 17, struct query)
#define COVERING_OR_NEXT 0x10u
#define FILE_BACKED 0x20u

int procmap_next(struct procmap *p)
{
	struct query q = { .size = sizeof(q),
			   .flags = COVERING_OR_NEXT | FILE_BACKED,
			   .addr = p->end,
			   .name_size = sizeof(p->name),
			   .name_addr = (uintptr_t)p->name };

	while (ioctl(p->fd, QUERY, &q) < 0) {
		/* Nothing follows; or nothing is mapped any more. */
		if (errno == ENOENT || errno == ESRCH)
			return 0;
		if (errno != EINTR)
			return -errno;
	}
	/* One that would not lead on would never end. */
	if (q.vma_end <= p->end || q.name_size > sizeof(p->name))
		return -EPROTO;
	p->start = q.vma_start;
	p->end = q.vma_end;
	p->dev = makedev(q.dev_major, q.dev_minor);
	p->ino = q.ino;
	p->len = q.name_size ? strnlen(p->name, q.name_size) : 0;
	return 1;
}

void procmap_close(struct procmap *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}
