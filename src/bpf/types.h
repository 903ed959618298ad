/* SPDX-License-Identifier: MIT */
/*
 * The kernel's types as far as the programs look at them. Where a field lies is settled
 * by the running kernel when it loads a program; here only names and kinds count.
 * Members of anonymous unions are declared as if there was no union.
 */
#ifndef BPF_TYPES_H
#define BPF_TYPES_H

#include <linux/types.h>

/* Nobody but a BPF compiler knows of moving fields. */
#ifdef __bpf__
#define KERNEL __attribute__((preserve_access_index))
#else
#define KERNEL
#endif

struct seq_file;

struct upid {
	int nr;
} KERNEL;

struct pid {
	unsigned int level;
	struct upid numbers[1];
} KERNEL;

struct fdtable {
	unsigned int max_fds;
	unsigned long *close_on_exec;
} KERNEL;

struct files_struct {
	struct fdtable *fdt;
} KERNEL;

struct task_struct {
	int pid, tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct files_struct *files;
	__u64 start_boottime;
} KERNEL;

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
} KERNEL;

struct inode {
	unsigned short i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	__u32 i_rdev;
	long long i_size;
} KERNEL;

struct vfsmount {
	int mnt_flags;
} KERNEL;

struct mount {
	struct vfsmount mnt;
	int mnt_id;
} KERNEL;

struct qstr {
	const unsigned char *name;
} KERNEL;

struct dentry {
	struct qstr d_name;
} KERNEL;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} KERNEL;

struct file_operations;

struct file {
	unsigned int f_mode;
	const struct file_operations *f_op;
	struct inode *f_inode;
	unsigned int f_flags;
	struct path f_path;
	long long f_pos;
} KERNEL;

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} KERNEL;

/* include/uapi/linux/magic.h */
#define SOCKFS_MAGIC 0x534F434Bul
#define ANON_INODE_FS_MAGIC 0x09041934ul

#define FMODE_PATH 0x4000u /* include/linux/fs.h */

#endif
