/* SPDX-License-Identifier: MIT */
/*
 * Every socket as a bpf_file and a bpf_socket, of threads with a table of their own, too;
 * of each io_uring the head alone; and of each process that has any descriptor a mark.
 * What sock_diag and /proc/net count is counted the same way here. The file of a
 * descriptor holds its socket; what lies behind that (the other end, what was received)
 * may go at any time, so that nothing of it is read but by loads that may fail.
 */
#include "bpf/prog.h"
#include "bpf/sockput.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct record {
	/* Which table was told last, by whom, up to where: threads that a leader left share one. */
	struct {
		__u64 files;
		__u32 number;
		__s32 fd;
	} told;
	struct bpf_head mark;
	struct bpf_file file;
	struct bpf_socket sock;
	char name[NAME_ROOM + 8]; /* rounded up */
};

SCRATCH(struct record);

/* How long its name is. */
static __always_inline __u32 put_socket(struct record *r, struct sock *sk)
{
	struct bpf_socket *s = &r->sock;

	s->family = sk->__sk_common.skc_family;
	s->type = sk->sk_type;
	s->proto = sk->sk_protocol;
	s->state = sk->__sk_common.skc_state;
	s->ifindex = sk->__sk_common.skc_bound_dev_if;
	s->uid = sk->sk_uid.val;
	/* Made now, if nobody has asked for it yet, as sock_diag does it. */
	if (s->proto != PROTO_MPTCP)
		s->cookie = bpf_get_socket_cookie(sk);
	if (s->family == AF_INET || s->family == AF_INET6)
		put_inet(s, sk);
	else if (s->family == AF_UNIX)
		return put_unix(s, r->name, sk);
	else if (s->family == AF_NETLINK)
		put_netlink(s, sk);
	else if (s->family == AF_PACKET)
		put_packet(s, sk);
	return 0;
}

/* Behind the bpf_file: how much it is. */
static __always_inline __u32 put_record(struct record *r, const struct socket *sock)
{
	/* What O_PATH opened has the inode of a socket only. */
	struct sock *sk = sock ? sock->sk : NULL;
	__u32 name = 0;

	__builtin_memset(&r->sock, 0, sizeof(r->sock));
	if (sk) {
		name = put_socket(r, sk);
		r->sock.netns = sk->__sk_common.skc_net.net->ns.inum;
	}
	/* As the verifier wants to see it. */
	asm volatile("" : "+r"(name));
	name &= NAME_ROOM - 1;
	return sizeof(r->sock) + ((name + 7) & ~7u);
}

/* All threads that a leader leaves behind show the same table. */
static __always_inline bool was_told(const struct record *r, __u64 files, __u32 number, __s32 fd)
{
	return r->told.files == files && r->told.number != number && fd <= r->told.fd;
}

/* O_PATH: it may be any. */
static __always_inline bool is_wanted(struct file *file)
{
	struct socket *sock = vars.families ? bpf_sock_from_file(file) : NULL;
	struct sock *sk = sock ? sock->sk : NULL;
	__u16 family;

	if (!sk)
		return true;
	family = sk->__sk_common.skc_family;
	return family < 64 && vars.families >> family & 1;
}

/*
 * What the kernel gave us is looked at before the many ways through put_record(): all that
 * comes behind them is verified for each of them.
 */
SEC("iter/task_file")
int fdmap_sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	__u32 zero = 0, size = 0, number, pid;
	struct file *file = ctx->file;
	bool mark, ring, is_sock;
	__s32 fd = ctx->fd;
	struct socket *sock;
	struct record *r;
	__u64 files;

	if (!task || !file || is_own(task))
		return 0;
	leader = task->group_leader;
	number = task_number(task);
	pid = task_number(leader);
	r = bpf_map_lookup_elem(&scratch, &zero);
	if (!number || !pid || !r || !is_next(number, fd))
		return 0;
	files = (__u64)task->files;
	mark = number == pid && number > vars.last;
	is_sock = is_socket(file);
	ring = !is_sock && is_ring(file);
	is_sock = is_sock && is_wanted(file);
	/* A process that shares its table with another one is told like any other. */
	if (number != pid && was_told(r, files, number, fd))
		ring = is_sock = false;
	if (!mark && !ring && !is_sock)
		return 0;
	put_head(&r->mark, sizeof(r->mark), pid, -1, NULL, leader);
	r->file.h = r->mark;
	r->file.h.fd = fd;
	r->file.h.tid = number == pid ? 0 : number;
	r->file.h.kind = ring ? BPF_RING : 0;
	r->file.h.ino = file->f_inode->i_ino;
	if (ring) {
		size = sizeof(struct bpf_head);
	} else if (is_sock) {
		put_file(&r->file, task, fd, file);
		sock = bpf_sock_from_file(file);
		size = sizeof(r->file) + put_record(r, sock);
	}
	r->file.h.size = size;
	if (mark) {
		if (bpf_seq_write(ctx->meta->seq, &r->mark, sizeof(r->mark) + size) < 0)
			return 0;
	} else if (bpf_seq_write(ctx->meta->seq, &r->file, size) < 0) {
		return 0;
	}
	written(number, fd);
	if (size) {
		r->told.files = files;
		r->told.number = number;
		r->told.fd = fd;
	}
	return 0;
}
