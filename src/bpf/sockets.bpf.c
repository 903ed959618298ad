/* SPDX-License-Identifier: MIT */
/*
 * Every socket as a bpf_file and a bpf_socket, of threads with a table of their own, too;
 * of each io_uring the head alone; and of each process that has any descriptor a mark.
 * What sock_diag and /proc/net count is counted the same way here. The file of a
 * descriptor holds its socket; what lies behind that (the other end, what was received)
 * may go at any time, so that nothing of it is read but by loads that may fail.
 */
#include "bpf/prog.h"
#include "bpf/socktypes.h"

#include <bpf/bpf_endian.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

/* include/linux/socket.h, include/linux/net.h, include/net/tcp_states.h, include/uapi/linux/in.h */
enum {
	AF_UNIX = 1,
	AF_INET = 2,
	AF_INET6 = 10,
	AF_NETLINK = 16,
	AF_PACKET = 17,
	SOCK_STREAM = 1,
	SOCK_DGRAM = 2,
	SOCK_SEQPACKET = 5,
	STATE_LISTEN = 10,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_UDPLITE = 136,
	PROTO_MPTCP = 262,
};

#define MOST_MESSAGES 4096 /* of a queue that is walked */
#define SUN_PATH 2	   /* where sun_path begins */
#define NAME_ROOM 128	   /* a power of two, for BPF_SOCK_NAME bytes */

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

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record);
} scratch SEC(".maps");

static __always_inline __u32 received(const struct sock *sk)
{
	return sk->sk_backlog.rmem_alloc.counter;
}

/* A socket itself counts as one byte that is to be sent. */
static __always_inline __u32 unsent(const struct sock *sk)
{
	return sk->sk_wmem_alloc.refs.counter - 1;
}

static __always_inline void put_waiting(struct bpf_socket *s, const struct sock *sk, __u32 waiting)
{
	s->rq = waiting;
	s->backlog = sk->sk_max_ack_backlog;
}

static __always_inline void put_addresses(struct bpf_socket *s, const struct sock *sk)
{
	s->lport = sk->__sk_common.skc_num;
	s->rport = bpf_ntohs(sk->__sk_common.skc_dport);
	if (s->family == AF_INET) {
		__be32 *local = (void *)s->laddr, *remote = (void *)s->raddr;

		*local = sk->__sk_common.skc_rcv_saddr;
		*remote = sk->__sk_common.skc_daddr;
	} else if (bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		s->v6only = BPF_CORE_READ_BITFIELD(sk, __sk_common.skc_ipv6only);
		bpf_core_read(s->laddr, sizeof(s->laddr), &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(s->raddr, sizeof(s->raddr), &sk->__sk_common.skc_v6_daddr);
	}
}

/* tcp_diag_get_info() of net/ipv4/tcp_diag.c */
static __always_inline void put_tcp(struct bpf_socket *s, struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (s->state == STATE_LISTEN) {
		put_waiting(s, sk, sk->sk_ack_backlog);
	} else if (tcp) {
		__s32 unread = tcp->rcv_nxt - tcp->copied_seq;

		s->rq = unread > 0 ? unread : 0;
		s->wq = tcp->write_seq - tcp->snd_una;
	}
}

/* The tables have its connections, which are sockets of TCP, under its own inode. */
static __always_inline void put_subflow(struct bpf_socket *s, const struct sock *sk)
{
	struct sock *first;
	struct tcp_sock *tcp;

	if (!bpf_core_type_exists(struct mptcp_sock))
		return;
	first = BPF_CORE_READ((struct mptcp_sock *)sk, first);
	tcp = (struct tcp_sock *)first;
	if (!first)
		return;
	s->flags = BPF_SOCK_SUBFLOW;
	if (BPF_CORE_READ(first, __sk_common.skc_node.pprev))
		s->flags |= BPF_SOCK_TABLED;
	s->state = BPF_CORE_READ(first, __sk_common.skc_state);
	s->cookie = BPF_CORE_READ(first, __sk_common.skc_cookie.counter);
	s->lport = BPF_CORE_READ(first, __sk_common.skc_num);
	s->rport = bpf_ntohs(BPF_CORE_READ(first, __sk_common.skc_dport));
	if (s->family == AF_INET) {
		bpf_core_read(s->laddr, 4, &first->__sk_common.skc_rcv_saddr);
		bpf_core_read(s->raddr, 4, &first->__sk_common.skc_daddr);
	} else if (bpf_core_field_exists(first->__sk_common.skc_v6_daddr)) {
		bpf_core_read(s->laddr, sizeof(s->laddr), &first->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(s->raddr, sizeof(s->raddr), &first->__sk_common.skc_v6_daddr);
	}
	if (s->state == STATE_LISTEN) {
		s->rq = BPF_CORE_READ(first, sk_ack_backlog);
		s->backlog = BPF_CORE_READ(first, sk_max_ack_backlog);
	} else {
		__s32 unread = BPF_CORE_READ(tcp, rcv_nxt) - BPF_CORE_READ(tcp, copied_seq);

		s->rq = unread > 0 ? unread : 0;
		s->wq = BPF_CORE_READ(tcp, write_seq) - BPF_CORE_READ(tcp, snd_una);
	}
}

static __always_inline void put_inet(struct bpf_socket *s, struct sock *sk)
{
	if (s->proto == PROTO_MPTCP) {
		put_subflow(s, sk);
		return;
	}
	put_addresses(s, sk);
	if (sk->__sk_common.skc_node.pprev)
		s->flags = BPF_SOCK_TABLED;
	if (s->type == SOCK_STREAM) {
		if (s->proto == PROTO_TCP)
			put_tcp(s, sk);
		return;
	}
	s->rq = received(sk);
	s->wq = unsent(sk);
	/* What was read but not given back yet: udp_rqueue_get() of include/net/udp.h */
	if (s->type == SOCK_DGRAM && (s->proto == PROTO_UDP || s->proto == PROTO_UDPLITE))
		s->rq -= BPF_CORE_READ((struct udp_sock *)sk, forward_deficit);
}

struct walk {
	struct sk_buff *skb;
	__u32 bytes;
};

/* unix_skb_len() of net/unix/af_unix.c */
static long add_message(__u32 i, struct walk *w)
{
	struct sk_buff *skb = w->skb;
	__u32 consumed = 0;

	(void)i;
	bpf_core_read(&consumed, sizeof(consumed),
		      (char *)skb + bpf_core_field_offset(struct sk_buff, cb) +
			      bpf_core_field_offset(struct unix_skb_parms, consumed));
	w->bytes += BPF_CORE_READ(skb, len) - consumed;
	w->skb = BPF_CORE_READ(skb, next);
	return !w->skb;
}

/* unix_inq_len() there */
static __always_inline __u32 unread_unix(const struct bpf_socket *s, struct sock *sk,
					 struct unix_sock *u)
{
	struct sk_buff *first = sk->sk_receive_queue.next;
	struct walk w = { .skb = first };
	const __u32 n = sk->sk_receive_queue.qlen;

	if (s->type != SOCK_STREAM && s->type != SOCK_SEQPACKET)
		return n ? BPF_CORE_READ(first, len) : 0;
	/* Of streams the kernel has the sum by now. */
	if (s->type == SOCK_STREAM && bpf_core_field_exists(u->inq_len))
		return u->inq_len;
	bpf_loop(n < MOST_MESSAGES ? n : MOST_MESSAGES, add_message, &w, 0);
	return w.bytes;
}

static __always_inline __u64 inode_of(struct sock *sk)
{
	struct socket *sock;

	if (!sk)
		return 0;
	if (bpf_core_field_exists(sk->sk_ino))
		return BPF_CORE_READ(sk, sk_ino);
	sock = BPF_CORE_READ(sk, sk_socket);
	return sock ? BPF_CORE_READ(sock, file, f_inode, i_ino) : 0;
}

/* How many bytes the name has that was copied. */
static __always_inline __u32 put_name(struct record *r, struct unix_sock *u)
{
	struct unix_address *addr = u->addr;
	__u32 n;

	if (!addr)
		return 0;
	n = BPF_CORE_READ(addr, len) - SUN_PATH;
	if (!n || n > BPF_SOCK_NAME)
		return 0;
	/* As the verifier wants to see it. */
	asm volatile("" : "+r"(n));
	n &= NAME_ROOM - 1;
	if (bpf_probe_read_kernel(r->name, n,
				  (char *)addr + bpf_core_field_offset(struct unix_address, name) +
					  SUN_PATH) < 0)
		return 0;
	return n;
}

/* How long its name is. */
static __always_inline __u32 put_unix(struct record *r, struct sock *sk)
{
	struct unix_sock *u = bpf_skc_to_unix_sock(sk);
	struct bpf_socket *s = &r->sock;
	struct dentry___unix *file;
	__u64 this = (__u64)sk;
	char pointer[24];

	if (!u)
		return 0;
	s->flags = BPF_SOCK_TABLED;
	if (s->state == STATE_LISTEN) {
		put_waiting(s, sk, sk->sk_receive_queue.qlen);
	} else {
		s->rq = unread_unix(s, sk, u);
		s->wq = unsent(sk);
	}
	s->peer = inode_of(u->peer);
	s->path = put_name(r, u);
	file = (struct dentry___unix *)u->path.dentry;
	if (file) {
		s->file_ino = BPF_CORE_READ(file, d_inode, i_ino);
		s->file_dev = BPF_CORE_READ(file, d_sb, s_dev);
	}
	/* As everybody is told by /proc/net/unix: hidden, where it must be. */
	if (bpf_snprintf(pointer, sizeof(pointer), "%pK", &this, sizeof(this)) == 17)
		__builtin_memcpy(s->pointer, pointer, sizeof(s->pointer));
	return s->path;
}

static __always_inline void put_netlink(struct bpf_socket *s, struct sock *sk)
{
	struct netlink_sock *nl = (struct netlink_sock *)sk;

	s->portid = BPF_CORE_READ(nl, portid);
	s->rq = received(sk);
	s->wq = unsent(sk);
	if (bpf_core_field_exists(nl->bound) ? BPF_CORE_READ(nl, bound) : s->portid != 0)
		s->flags = BPF_SOCK_TABLED;
}

static __always_inline void put_packet(struct bpf_socket *s, struct sock *sk)
{
	struct packet_sock *po = (struct packet_sock *)sk;

	/* It may be a module. */
	if (!bpf_core_type_exists(struct packet_sock))
		return;
	s->flags = BPF_SOCK_TABLED;
	s->ifindex = BPF_CORE_READ(po, ifindex);
	s->proto = bpf_ntohs(BPF_CORE_READ(po, num));
	s->rq = received(sk);
}

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
		return put_unix(r, sk);
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

/*
 * What the kernel gave us is looked at before the many ways through put_record(): all that
 * comes behind them is verified for each of them.
 */
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
