/* SPDX-License-Identifier: MIT */
/*
 * What sockets.bpf.c tells of a socket of each family, counted as sock_diag and /proc/net
 * count it. For that program, and for unixes.bpf.c, which tells less.
 */
#ifndef BPF_SOCKPUT_H
#define BPF_SOCKPUT_H

#include <bpf/bpf_endian.h>

#include "bpf/prog.h"
#include "bpf/socktypes.h"

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

/* How many bytes the name has that was copied to `name`, of NAME_ROOM. */
static __always_inline __u32 put_name(char *name, struct unix_sock *u)
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
	if (bpf_probe_read_kernel(name, n,
				  (char *)addr + bpf_core_field_offset(struct unix_address, name) +
					  SUN_PATH) < 0)
		return 0;
	return n;
}

/* What /proc/net/unix tells of it; how long its name is. */
static __always_inline __u32 put_unix_face(struct bpf_socket *s, char *name, struct sock *sk,
					   struct unix_sock *u)
{
	__u64 this = (__u64)sk;
	char pointer[24];

	s->flags = BPF_SOCK_TABLED;
	s->path = put_name(name, u);
	/* As everybody is told there: hidden, where it must be. */
	if (bpf_snprintf(pointer, sizeof(pointer), "%pK", &this, sizeof(this)) == 17)
		__builtin_memcpy(s->pointer, pointer, sizeof(s->pointer));
	else
		__builtin_memset(s->pointer, 0, sizeof(s->pointer));
	return s->path;
}

/* How long its name is. */
static __always_inline __u32 put_unix(struct bpf_socket *s, char *name, struct sock *sk)
{
	struct unix_sock *u = bpf_skc_to_unix_sock(sk);
	struct dentry___unix *file;

	if (!u)
		return 0;
	if (s->state == STATE_LISTEN) {
		put_waiting(s, sk, sk->sk_receive_queue.qlen);
	} else {
		s->rq = unread_unix(s, sk, u);
		s->wq = unsent(sk);
	}
	s->peer = inode_of(u->peer);
	file = (struct dentry___unix *)u->path.dentry;
	if (file) {
		s->file_ino = BPF_CORE_READ(file, d_inode, i_ino);
		s->file_dev = BPF_CORE_READ(file, d_sb, s_dev);
	}
	return put_unix_face(s, name, sk, u);
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

#endif
