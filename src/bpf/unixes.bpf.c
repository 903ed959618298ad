/* SPDX-License-Identifier: MIT */
/*
 * The UNIX sockets of one process, each as a bpf_file and a bpf_socket that tell no more than
 * its row shows. It has to be loaded in less time than it takes to ask for a few sockets, and
 * what takes that time is the kernel's search among the names of all its types: for each type
 * that is looked into, and for each pointer that is followed without a helper. So there are few
 * of both; struct net is one of those that would have to be searched for every time.
 */
#include "bpf/prog.h"
#include "bpf/sockput.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct record {
	struct bpf_file file;
	struct bpf_socket sock;
	char name[NAME_ROOM + 8]; /* rounded up */
};

SCRATCH(struct record);

struct nsproxy {
	struct net *net_ns;
} KERNEL;

struct task_struct___ns {
	struct nsproxy *nsproxy;
} KERNEL;

static __always_inline bool is_in_our_net(const struct sock *sk)
{
	struct task_struct___ns *reader = (void *)bpf_get_current_task_btf();

	return BPF_CORE_READ(sk, __sk_common.skc_net.net) ==
	       BPF_CORE_READ(reader, nsproxy, net_ns);
}

/* All of it is written anew, but for what is never told. */
static __always_inline __u32 put_socket(struct record *r, struct sock *sk, struct unix_sock *u)
{
	struct bpf_socket *s = &r->sock;
	__u32 name;

	s->family = AF_UNIX;
	s->type = sk->sk_type;
	s->state = sk->__sk_common.skc_state;
	s->cookie = bpf_get_socket_cookie(sk);
	s->netns = is_in_our_net(sk) ? vars.netns : 0;
	name = put_unix_face(s, r->name, sk, u);
	/* As the verifier wants to see it. */
	asm volatile("" : "+r"(name));
	name &= NAME_ROOM - 1;
	return sizeof(*s) + ((name + 7) & ~7u);
}

SEC("iter/task_file")
int fdmap_unixes(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	__u32 fd = ctx->fd, zero = 0, pid, size;
	struct socket *socket;
	struct unix_sock *u;
	struct record *r;
	struct sock *sk;

	if (!task || !file || task->pid != task->tgid || is_own(task))
		return 0;
	pid = task_number(task);
	socket = pid && pid == vars.pid ? bpf_sock_from_file(file) : NULL;
	sk = socket ? socket->sk : NULL;
	if (!sk || sk->__sk_common.skc_family != AF_UNIX)
		return 0;
	u = bpf_skc_to_unix_sock(sk);
	r = bpf_map_lookup_elem(&scratch, &zero);
	if (!u || !r || !is_next(pid, fd))
		return 0;
	size = sizeof(r->file) + put_socket(r, sk, u);
	r->file.h.size = size;
	r->file.h.pid = pid;
	r->file.h.fd = fd;
	r->file.h.ino = BPF_CORE_READ(file, f_inode, i_ino);
	r->file.h.start = task->start_boottime;
	r->file.sock = 1;
	r->file.name = BPF_NO_NAME;
	if (bpf_seq_write(ctx->meta->seq, r, size) == 0)
		written(pid, fd);
	return 0;
}
