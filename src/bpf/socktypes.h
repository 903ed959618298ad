/* SPDX-License-Identifier: MIT */
/*
 * The kernel's types of sockets as far as the program looks at them. Where fields were
 * added or taken away, it asks which there are. What has a name of its own behind three
 * underscores is the kernel's type without these.
 */
#ifndef BPF_SOCKTYPES_H
#define BPF_SOCKTYPES_H

#include "bpf/types.h"

#include <linux/in6.h>
#include <stdbool.h>

struct ns_common {
	unsigned int inum;
} KERNEL;

struct net {
	struct ns_common ns;
} KERNEL;

typedef struct {
	struct net *net;
} KERNEL possible_net_t;

typedef struct {
	int counter;
} KERNEL atomic_t;

typedef struct {
	long long counter;
} KERNEL atomic64_t;

typedef struct {
	atomic_t refs;
} KERNEL refcount_t;

typedef struct {
	unsigned int val;
} KERNEL kuid_t;

struct hlist_node {
	struct hlist_node *next, **pprev;
} KERNEL;

struct sock_common {
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_ipv6only : 1;
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	struct hlist_node skc_node;
} KERNEL;

struct sk_buff {
	struct sk_buff *next;
	unsigned int len;
	char cb[48];
} KERNEL;

struct sk_buff_head {
	struct sk_buff *next;
	__u32 qlen;
} KERNEL;

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	struct {
		atomic_t rmem_alloc;
	} sk_backlog;
	struct socket *sk_socket;
	unsigned long sk_ino; /* since Linux 6.17: that of the socket's file */
	refcount_t sk_wmem_alloc;
	__u32 sk_ack_backlog, sk_max_ack_backlog;
	kuid_t sk_uid;
	__u16 sk_protocol, sk_type;
} KERNEL;

struct socket {
	struct file *file;
	struct sock *sk;
} KERNEL;

struct tcp_sock {
	__u32 rcv_nxt, copied_seq, write_seq, snd_una;
} KERNEL;

struct mptcp_sock {
	struct sock *first;
} KERNEL;

struct udp_sock {
	int forward_deficit;
} KERNEL;

struct netlink_sock {
	__u32 portid;
	bool bound;
} KERNEL;

struct packet_sock {
	int ifindex;
	__be16 num;
} KERNEL;

struct sockaddr_un {
	unsigned short sun_family;
} KERNEL;

struct unix_address {
	int len;
	struct sockaddr_un name[0];
} KERNEL;

struct unix_skb_parms {
	__u32 consumed;
} KERNEL;

struct dentry___unix {
	struct inode *d_inode;
	struct super_block *d_sb;
} KERNEL;

struct unix_sock {
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
	int inq_len; /* since Linux 6.17: before it the queue must be walked */
} KERNEL;

#endif
