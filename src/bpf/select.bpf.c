/* SPDX-License-Identifier: MIT */
/*
 * Which descriptors are wanted: heads of these, and of each process that has any
 * descriptor a mark, so that one that was seen is told from one that was not.
 */
#include "bpf/prog.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

static __always_inline bool is_wanted(struct file *file)
{
	__u64 this;

	if (vars.what != BPF_FILES && !is_socket(file))
		return is_ring(file);
	if (vars.what == BPF_HELD)
		return true;
	this = file->f_inode->i_ino;
	for (int i = 0; i < BPF_FEW; i++)
		if (vars.inodes[i] == this)
			return true;
	return is_ring(file);
}

SEC("iter/task_file")
int fdmap_select(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	struct file *file = ctx->file;
	struct bpf_head h;
	__u32 pid;
	bool wanted;

	if (!task || !file || task->pid != task->tgid)
		return 0;
	pid = task_number(task);
	if (!pid || is_own(task) || !is_next(pid, ctx->fd))
		return 0;
	wanted = is_wanted(file);
	if (pid > vars.last) {
		put_head(&h, sizeof(h), pid, -1, NULL, task);
		if (bpf_seq_write(seq, &h, sizeof(h)) < 0)
			return 0;
	}
	if (wanted) {
		put_head(&h, sizeof(h), pid, ctx->fd, file, task);
		if (bpf_seq_write(seq, &h, sizeof(h)) < 0)
			return 0;
	}
	if (wanted || pid > vars.last)
		written(pid, ctx->fd);
	return 0;
}
