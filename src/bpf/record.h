/* SPDX-License-Identifier: MIT */
/*
 * What the BPF programs are told, what they write, and src/bpf/pass.c reads: one record
 * a descriptor, in the kernel's order, which is that of PIDs, and of numbers within
 * each. Shared with the programs, so that only their types are used. `size` counts the
 * whole record and is a multiple of 8.
 */
#ifndef BPF_RECORD_H
#define BPF_RECORD_H

#include <linux/types.h>

enum bpf_what {
	BPF_NAMES,    /* paths.bpf.c: every descriptor as a bpf_file, with the text of its link
			 (but sockets: BPF_NO_NAME) */
	BPF_STATS,    /* the same without names */
	BPF_HELD,     /* select.bpf.c: heads of all sockets, and a mark of each process that has descriptors */
	BPF_INODES,   /* ... of sockets with one of these inodes */
	BPF_FILES,    /* ... of descriptors of files with one of these numbers, on whatever device */
	BPF_SOCKETS,  /* sockets.bpf.c: bpf_file, bpf_sock and name of all sockets, of threads with a
			 table of their own, too; and marks */
	BPF_UNIXES,   /* unixes.bpf.c: bpf_file, bpf_sock and name of the UNIX sockets of one process,
			 of these what /proc/net/unix tells and the cookie; no marks, no rings */
};

#define BPF_FEW 8 /* inodes or files at most */
#define BPF_PLAIN 16

/* The variables of every program (.bss, mapped): set before it runs, but what comes last. */
struct bpf_vars {
	__u32 what;    /* enum bpf_what */
	__u32 cloexec; /* O_CLOEXEC */
	__u64 inodes[BPF_FEW]; /* BPF_INODES, BPF_FILES; the rest is 0, which no file has */
	__u64 families; /* BPF_SOCKETS: 1 << AF_*, of those below 64; 0: all */
	__u32 pid;      /* BPF_UNIXES: whose */
	__u32 netns;    /* the same: ns.inum of the reader's network namespace; all others are 0 */
	/* Operations of files that are no io_uring: those that were seen last. */
	__u64 plain[BPF_PLAIN];
	__u32 nplain;
	__u32 deep; /* 1 + the level of the reader's PID namespace; 0: not asked for yet */
	/* What was written last: a task that changes its number meanwhile is not shown twice. */
	__u32 last;
	__s32 lastfd;
};

/* In front of every record; all that select.bpf.c writes. */
struct bpf_head {
	__u32 size;
	__u32 pid;   /* of the thread group, as the reader's PID namespace has it */
	__s32 fd;    /* -1: a mark, this process was seen */
	__u32 tid;   /* of a thread that has a table of its own, else 0 */
	__u32 kind;  /* BPF_RING: an io_uring (its dentry is called "[io_uring]"), else 0 */
	__u32 pad;
	__u64 ino;   /* i_ino of the file's inode */
	__u64 start; /* start_boottime of the leader, ns */
};

#define BPF_RING 1u

#define BPF_FMODE_READ 1u  /* include/linux/fs.h: FMODE_READ */
#define BPF_FMODE_WRITE 2u /* FMODE_WRITE */

/* paths.bpf.c; sockets.bpf.c has it, too. */
struct bpf_file {
	struct bpf_head h;
	__u32 oflags; /* f_flags, and O_CLOEXEC of the table */
	__u32 fmode;  /* f_mode */
	__u32 mode;   /* i_mode */
	__u32 nlink;
	__u32 dev, rdev; /* the kernel's: major << 20 | minor */
	__u64 isize;
	__u64 pos;
	__u64 magic;  /* s_magic */
	__u32 mount;  /* mnt_id */
	__u32 sock;   /* 1: an inode of sockfs; its link is "socket:[INO]" */
	__s32 name;   /* bytes that follow, and a NUL that is not counted; -errno; BPF_NO_NAME */
	__u32 pad;
};
#define BPF_NO_NAME (-1000000)

/*
 * sockets.bpf.c: behind a bpf_file. Numbers in host order unless it is said. (linux/bpf.h
 * has a struct bpf_sock of its own.)
 */
struct bpf_socket {
	__u16 family, type;
	__u16 proto;
	__u8 state;    /* skc_state */
	__u8 v6only;
	__u16 lport, rport;
	__u32 ifindex; /* skc_bound_dev_if; packet: its interface */
	__u8 laddr[16], raddr[16]; /* network order; v4: the first four bytes */
	__u32 rq, wq;  /* as sock_diag counts them for this family and state */
	__u32 backlog; /* of a listener: how many may wait */
	__u32 uid;     /* sk_uid, as the initial user namespace has it */
	__u32 netns;   /* ns.inum of its network namespace */
	__u32 flags;   /* BPF_SOCK_* */
	__u64 peer;    /* unix: inode of the other end, 0: none */
	__u64 cookie;  /* 0: not known */
	__u32 portid;  /* netlink */
	__u32 path;    /* unix: bytes of the name that follow; a NUL leads abstract ones */
	__u64 file_ino; /* unix: of the file that is its name, 0: none */
	__u32 file_dev; /* the kernel's: major << 20 | minor */
	__u32 pad;
	char pointer[16]; /* unix: as %pK prints it */
};

#define BPF_SOCK_TABLED 1u  /* in a table of its protocol: bound, connected, or raw */
#define BPF_SOCK_SUBFLOW 2u /* MPTCP: what is told is of its first connection of TCP */
#define BPF_SOCK_NAME 112   /* bytes of a name at most */

#endif
