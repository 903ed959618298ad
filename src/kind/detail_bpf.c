/* SPDX-License-Identifier: MIT */
/*
 * Details of BPF maps and programs; their names are not told here, but by bpf(2):
 *
 *	map_type:	1                kernel/bpf/syscall.c, bpf_map_show_fdinfo
 *	key_size:	4
 *	map_flags:	0x0
 *	map_id:	27
 *	frozen:	0
 *
 *	prog_type:	1                kernel/bpf/syscall.c, bpf_prog_show_fdinfo
 *	prog_jited:	1
 *	prog_tag:	b11459a0e11ca14c
 *	prog_id:	97
 */
#include "kind/detailbuf.h"

static const struct name_row map_types[] = {
	{ 0, "unspec" },	   { 1, "hash" },	      { 2, "array" },
	{ 3, "prog_array" },	   { 4, "perf_event_array" }, { 5, "percpu_hash" },
	{ 6, "percpu_array" },	   { 7, "stack_trace" },      { 8, "cgroup_array" },
	{ 9, "lru_hash" },	   { 10, "lru_percpu_hash" }, { 11, "lpm_trie" },
	{ 12, "array_of_maps" },   { 13, "hash_of_maps" },    { 14, "devmap" },
	{ 15, "sockmap" },	   { 16, "cpumap" },	      { 17, "xskmap" },
	{ 18, "sockhash" },	   { 19, "cgroup_storage" },  { 20, "reuseport_sockarray" },
	{ 21, "percpu_cgroup_storage" }, { 22, "queue" },     { 23, "stack" },
	{ 24, "sk_storage" },	   { 25, "devmap_hash" },     { 26, "struct_ops" },
	{ 27, "ringbuf" },	   { 28, "inode_storage" },   { 29, "task_storage" },
	{ 30, "bloom_filter" },	   { 31, "user_ringbuf" },    { 32, "cgrp_storage" },
	{ 33, "arena" },	   { 34, "insn_array" },
};

static const struct name_row prog_types[] = {
	{ 0, "unspec" },	{ 1, "socket_filter" },	   { 2, "kprobe" },
	{ 3, "sched_cls" },	{ 4, "sched_act" },	   { 5, "tracepoint" },
	{ 6, "xdp" },		{ 7, "perf_event" },	   { 8, "cgroup_skb" },
	{ 9, "cgroup_sock" },	{ 10, "lwt_in" },	   { 11, "lwt_out" },
	{ 12, "lwt_xmit" },	{ 13, "sock_ops" },	   { 14, "sk_skb" },
	{ 15, "cgroup_device" }, { 16, "sk_msg" },	   { 17, "raw_tracepoint" },
	{ 18, "cgroup_sock_addr" }, { 19, "lwt_seg6local" }, { 20, "lirc_mode2" },
	{ 21, "sk_reuseport" }, { 22, "flow_dissector" },  { 23, "cgroup_sysctl" },
	{ 24, "raw_tracepoint_writable" }, { 25, "cgroup_sockopt" }, { 26, "tracing" },
	{ 27, "struct_ops" },	{ 28, "ext" },		   { 29, "lsm" },
	{ 30, "sk_lookup" },	{ 31, "syscall" },	   { 32, "netfilter" },
};

void parse_bpf_map(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ "map_type", NULL, DETAIL_NAME, map_types, ARRAY_LEN(map_types) },
		{ .key = "map_id", .how = DETAIL_DEC },
		{ .key = "key_size", .how = DETAIL_DEC },
		{ .key = "value_size", .how = DETAIL_DEC },
		{ .key = "max_entries", .how = DETAIL_DEC },
		{ .key = "map_flags", .how = DETAIL_AS_HEX },
		{ .key = "map_extra", .how = DETAIL_AS_HEX },
		{ .key = "memlock", .how = DETAIL_DEC },
		{ .key = "frozen", .how = DETAIL_YES },
		{ "owner_prog_type", NULL, DETAIL_NAME, prog_types, ARRAY_LEN(prog_types) },
		{ .key = "owner_jited", .how = DETAIL_YES },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
}

void parse_bpf_prog(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ "prog_type", NULL, DETAIL_NAME, prog_types, ARRAY_LEN(prog_types) },
		{ .key = "prog_id", .how = DETAIL_DEC },
		{ .key = "prog_tag", .how = DETAIL_ANY },
		{ .key = "prog_jited", .how = DETAIL_YES },
		{ .key = "memlock", .how = DETAIL_DEC },
		{ .key = "run_time_ns", .how = DETAIL_DEC },
		{ .key = "run_cnt", .how = DETAIL_DEC },
		{ .key = "recursion_misses", .how = DETAIL_DEC },
		{ .key = "verified_insns", .how = DETAIL_DEC },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
}
