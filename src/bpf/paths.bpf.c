/* SPDX-License-Identifier: MIT */
/* Every descriptor as a bpf_file; its name, if vars.what is BPF_NAMES. */
#include "bpf/prog.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* As long as what readlink(2) of procfs can tell: a longer name has none here, either. */
#define NAME_MAX_BYTES 4096

struct record {
	struct bpf_file file;
	char name[NAME_MAX_BYTES + 8]; /* rounded up */
};

SCRATCH(struct record);

SEC("iter/task_file")
int fdmap_paths(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	__u32 fd = ctx->fd, zero = 0, pid;
	__u64 room = 0;
	struct record *r;

	/* /proc/PID/fd is the table of the thread that began it. */
	if (!task || !file || task->pid != task->tgid || is_own(task))
		return 0;
	pid = task_number(task);
	r = bpf_map_lookup_elem(&scratch, &zero);
	if (!pid || !is_next(pid, fd) || !r)
		return 0;
	put_file(&r->file, task, fd, file);
	if (vars.what == BPF_NAMES && !r->file.sock) {
		long n = bpf_d_path(&file->f_path, r->name, NAME_MAX_BYTES);

		/* Its NUL is counted. */
		room = n > 0 ? n : 0;
		r->file.name = n > 0 ? n - 1 : n;
	}
	/* The verifier must see that it fits, whatever the compiler knows already. */
	barrier_var(room);
	if (room > NAME_MAX_BYTES)
		return 0;
	room = sizeof(struct bpf_file) + ((room + 7) & ~7ull);
	put_head(&r->file.h, room, pid, fd, file, task);
	if (bpf_seq_write(ctx->meta->seq, r, room) == 0)
		written(pid, fd);
	return 0;
}
