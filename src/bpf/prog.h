/* SPDX-License-Identifier: MIT */
/*
 * What all programs share. A program is called once for each descriptor of each task,
 * and once more for the same one if what it wrote did not fit into the page that is
 * being filled; all that it wrote of this one is then forgotten. So it remembers
 * something only behind its last write.
 */
#ifndef BPF_PROG_H
#define BPF_PROG_H

#include "bpf/record.h"
#include "bpf/types.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>

/* Room for one record, which is too long for the stack. */
#define SCRATCH(record)                           \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1);           \
		__type(key, __u32);               \
		__type(value, record);            \
	} scratch SEC(".maps")

/* One reader at a time: neither of these is shared between CPUs. */
struct bpf_vars vars;

/* How deep the reader's PID namespace is, which is asked for once: twice for each descriptor it
 * would be a fifth of the walk. */
static __always_inline __u32 own_level(void)
{
	if (!vars.deep)
		vars.deep = 1 + BPF_CORE_READ(bpf_get_current_task_btf(), thread_pid, level);
	return vars.deep - 1;
}

/* The number of a thread where the reader's PID namespace counts it, 0: it has gone. */
static __always_inline __u32 task_number(struct task_struct *task)
{
	const unsigned int level = own_level();
	struct pid *pid;

	if (!level)
		return task->pid;
	pid = BPF_CORE_READ(task, thread_pid);
	if (!pid || BPF_CORE_READ(pid, level) < level)
		return 0;
	return BPF_CORE_READ((struct upid *)((char *)pid +
					     bpf_core_field_offset(struct pid, numbers) +
					     level * bpf_core_type_size(struct upid)), nr);
}

/* Is that behind what was written last? `number`: of the task that is walked. */
static __always_inline bool is_next(__u32 number, __u32 fd)
{
	return number > vars.last || (number == vars.last && (__s32)fd > vars.lastfd);
}

static __always_inline void written(__u32 number, __u32 fd)
{
	vars.last = number;
	vars.lastfd = fd;
}

static __always_inline bool is_own(const struct task_struct *task)
{
	return (__u32)task->tgid == bpf_get_current_pid_tgid() >> 32;
}

/* An inode is seldom in the cache of the CPU: most files tell by themselves what they are not. */
static __always_inline bool is_socket(struct file *file)
{
	if (bpf_sock_from_file(file))
		return true;
	return file->f_mode & FMODE_PATH && file->f_inode->i_sb->s_magic == SOCKFS_MAGIC;
}

/* Only the name of its dentry tells an io_uring from other anonymous inodes. */
static __always_inline bool is_named_ring(const struct file *file)
{
	const char ring[] = "[io_uring]";
	char name[sizeof(ring)] = "";

	if (file->f_inode->i_sb->s_magic != ANON_INODE_FS_MAGIC)
		return false;
	bpf_probe_read_kernel(name, sizeof(name), file->f_path.dentry->d_name.name);
#pragma unroll
	for (unsigned int i = 0; i < sizeof(ring); i++)
		if (name[i] != ring[i])
			return false;
	return true;
}

/* Files with the same operations are rings all or none, but for those that O_PATH opened. */
static __always_inline bool is_ring(const struct file *file)
{
	const __u64 ops = (__u64)file->f_op;

#pragma unroll
	for (int i = 0; i < BPF_PLAIN; i++)
		if (vars.plain[i] == ops)
			return false;
	if (is_named_ring(file))
		return true;
	if (!(file->f_mode & FMODE_PATH))
		vars.plain[vars.nplain++ % BPF_PLAIN] = ops;
	return false;
}

/* `pid`, and `leader`: of the process; file NULL: a mark. */
static __always_inline void put_head(struct bpf_head *h, __u32 size, __u32 pid, __s32 fd,
				     struct file *file, const struct task_struct *leader)
{
	h->size = size;
	h->pid = pid;
	h->fd = fd;
	h->tid = 0;
	h->kind = file && is_ring(file) ? BPF_RING : 0;
	h->pad = 0;
	h->ino = file ? file->f_inode->i_ino : 0;
	h->start = leader->start_boottime;
}

/* O_CLOEXEC is a bit of the table, none of the file. */
static __always_inline __u32 put_cloexec(struct task_struct *task, __u32 fd)
{
	struct files_struct *files = task->files;
	struct fdtable *fdt = files ? files->fdt : NULL;
	unsigned long word = 0;

	/* The table may be exchanged for a larger one meanwhile. */
	if (fdt && fd < fdt->max_fds)
		bpf_probe_read_kernel(&word, sizeof(word), fdt->close_on_exec + fd / 64);
	return word >> fd % 64 & 1 ? vars.cloexec : 0;
}

/* All of a bpf_file but its name and what follows. */
static __always_inline void put_file(struct bpf_file *f, struct task_struct *task, __u32 fd,
				     struct file *file)
{
	struct inode *inode = file->f_inode;
	struct super_block *sb = inode->i_sb;
	char *mnt = (char *)file->f_path.mnt;

	f->oflags = (file->f_flags & ~vars.cloexec) | put_cloexec(task, fd);
	f->fmode = file->f_mode;
	f->mode = inode->i_mode;
	f->nlink = inode->i_nlink;
	f->dev = sb->s_dev;
	f->rdev = inode->i_rdev;
	f->isize = inode->i_size;
	f->pos = file->f_pos;
	f->magic = sb->s_magic;
	f->mount = BPF_CORE_READ((struct mount *)(mnt - bpf_core_field_offset(struct mount, mnt)),
				 mnt_id);
	f->sock = f->magic == SOCKFS_MAGIC;
	f->name = BPF_NO_NAME;
	f->pad = 0;
}

#endif
