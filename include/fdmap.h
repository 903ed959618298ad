/* SPDX-License-Identifier: MIT */
/*
 * fdmap: the map of what every Linux process has open.
 *
 * A query says what to look for and which facts each row must carry; taking
 * it gives a snapshot, which is immutable and owns everything it shows:
 *
 *	fdmap_open(&m, NULL);
 *	fdmap_query_new(&q);
 *	fdmap_query_inet(q, m, ":80", NULL);
 *	fdmap_query_want(q, FDMAP_COMM);
 *	fdmap_take(m, q, &s);
 *	for each process of fdmap_processes(s, &n), for each of its files: ...
 *	fdmap_snapshot_free(s); fdmap_query_free(q); fdmap_close(m);
 *
 * What a row tells is read in one of three ways: from its structs; by the key of a field
 * (fdmap_field_get: "lport", "rtt", all that --columns=help lists); or, from other
 * languages, by key and without any struct of this header (struct fdmap_reader).
 * fdmap(3) has examples.
 *
 * Errors. A function that returns int returns 0, or a number that is said to be >= 0, or a
 * negative errno; errno itself means nothing. Where nothing is said of it, a pointer may
 * not be NULL, and what a call that fails was to make is not there. Besides
 * what is said, any call that returns int may fail with -ENOMEM, and one that reads the
 * system with -EMFILE or -ENFILE, when descriptors have run out: a list that they would have
 * cut short is not given. Nothing here prints, exits, or keeps state outside the objects.
 *
 * Memory. What is made by a function of the first column is freed by that of the second,
 * which takes NULL, too; all else belongs to the object it came from, and is neither changed
 * nor freed by the caller. What is passed in is copied.
 *
 *	fdmap_open       fdmap_close          after its namers, queries and readers
 *	fdmap_query_new  fdmap_query_free     may be taken many times, changed in between
 *	fdmap_take       fdmap_snapshot_free  may outlive all others
 *	fdmap_visit      fdmap_snapshot_free
 *	fdmap_namer_new  fdmap_namer_free
 *	fdmap_reader_new fdmap_reader_free
 *	fdmap_value_init fdmap_value_fini
 *
 * Threads. Different systems (struct fdmap) may be used by different threads at once. A
 * system, and all queries, namers and readers that are used with it, may be used by one
 * thread at a time. A snapshot may be read by many. While it works, a call may start threads,
 * which have ended when it returns but for those that wait for a name service that does not
 * answer: signals that no such thread may handle are blocked by the caller before. A name that is
 * given and lies on a file system which may not answer is looked up by a child process, which
 * ends by itself, and is waited for by fdmap_take and fdmap_close; a handler of SIGCHLD sees
 * it. Descriptors are closed by exec(2). After fork(2) the child uses no object of its parent's.
 *
 * Text. Names, paths, commands and addresses of others are any bytes but NUL, as the kernel
 * has them: whoever shows them on a terminal escapes them. Numbers are in the byte order of
 * the machine, devices as makedev(3) has them, sizes in bytes, unless something else is said.
 *
 * Versions. Before 1.0 everything may change, but what would break a program gets another
 * number in the library's name (libfdmap.so.0). As long as that stays,
 *  - calls are added, and never removed or changed;
 *  - enumerations grow at their end: be ready for values that you do not know;
 *  - structs that the caller makes have room for more in `unused`. Begin with {0}; what is
 *    not 0 there is -EINVAL where it is read, so that no wish is passed over in silence;
 *  - structs that come one by one (`stat`, `sock`, `more`, `x`, mounts, locks, fields, costs)
 *    may grow at their end: they are neither copied nor made by a program;
 *  - structs that come in arrays (processes, files, namespaces, ends, details, problems,
 *    terms), struct fdmap_row and struct fdmap_value stay as large as they are.
 */
#ifndef FDMAP_H
#define FDMAP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with everything else hidden. */
#pragma GCC visibility push(default)
/* Unions without a name are C11, and an unsigned enumeration is what every compiler has. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

/* The version of this header; fdmap_version() is that of the library. */
#define FDMAP_VERSION "0.1.0"

struct fdmap;          /* a system that is observed */
struct fdmap_query;    /* what to look for */
struct fdmap_snapshot; /* what was found */
struct fdmap_namer;    /* numbers to names: users, hosts, services */
struct fdmap_reader;   /* rows one by one, and their values by key */

/* The version of the library that is linked, "0.1.0". Static. */
const char *fdmap_version(void);

/*
 * Facts: one vocabulary for asking (fdmap_query_want) and for answering (the
 * `have` masks of processes and files). Each comment gives the price: what is read below
 * /proc, PID/... once for each process that has not been rejected before, PID/fd/N for each
 * descriptor. A call to the kernel takes about a microsecond. What was not asked for may be
 * there all the same, when something else had need of it: `have` counts. What was asked for
 * may be missing in a row: it has none, or it could not be read.
 */
enum fdmap_fact {
	FDMAP_COMM = 1u << 0,    /* read PID/stat: command, parent, group */
	FDMAP_CRED = 1u << 1,    /* fstat PID: the owner */
	FDMAP_LOCK = 1u << 2,    /* of LOCKS the letter alone: read PID/fdinfo/N of few rows, or locks */
	FDMAP_SPECIAL = 1u << 3, /* rows; links PID/cwd, root, exe */
	FDMAP_MAPS = 1u << 4,    /* rows; read PID/maps */
	FDMAP_FDS = 1u << 5,     /* rows; list PID/fd */
	FDMAP_LINK = 1u << 6,    /* readlink PID/fd/N: path, or kind and inode */
	FDMAP_ACCESS = 1u << 7,  /* lstat PID/fd/N: r, w, u */
	FDMAP_STAT = 1u << 8,    /* statx PID/fd/N without asking a server */
	FDMAP_POS = 1u << 9,     /* read PID/fdinfo/N: position, flags */
	FDMAP_DETAIL = 1u << 10, /* the same file: what the kind has to tell */
	FDMAP_LOCKS = 1u << 11,  /* read locks, once: who locks what, and who waits */
	FDMAP_MOUNTS = 1u << 12, /* read self/mountinfo, once */
	FDMAP_SOCK = 1u << 13,   /* read socket tables; again only what lacks a socket */
	FDMAP_QUEUES = 1u << 14, /* queue sizes of sockets */
	FDMAP_FLAGS = 1u << 15,  /* the same file as POS: open flags */
	/*
	 * Asked for together with POS: positions of what has a size, too. POS
	 * alone reads fdinfo of character and block devices only. Never answered.
	 */
	FDMAP_OFFSETS = 1u << 16, /* read PID/fdinfo/N of every file */
	FDMAP_CONTEXT = 1u << 17, /* read PID/attr/current: the security context */
	FDMAP_ENDS = 1u << 18,   /* links of all processes: who holds the other ends */
	/*
	 * With SOCK: the kernel's address of UNIX sockets, lsof's DEVICE. Only the
	 * text of net/unix tells it, so that sock_diag can't be asked instead.
	 */
	FDMAP_POINTER = 1u << 19,
	FDMAP_NETNS = 1u << 20,  /* the network namespace of each socket: asks those in no table */
	FDMAP_CGROUP = 1u << 21, /* read PID/cgroup: container and unit */
	FDMAP_MORE = 1u << 22,   /* read PID/fdinfo/N, and look up what it names: details */
	/*
	 * With CGROUP, and CRED for those of users: names of containers, from the files that
	 * podman and docker keep; also reads PID/mountinfo of one process of each. Never answered.
	 */
	FDMAP_CONTAINER = 1u << 23,
	FDMAP_CMDLINE = 1u << 24, /* read PID/cmdline: the arguments */
	FDMAP_EXE = 1u << 25,     /* link PID/exe: the program's file */
	FDMAP_STATUS = 1u << 26,  /* read PID/status, links ns/pid, ns/net: namespaces, capabilities */
	FDMAP_LIMITS = 1u << 27,  /* read PID/limits, statx PID/fd: descriptors open and allowed */
	/*
	 * The next three with SOCK: sock_diag is asked, since the text tells timers, users and
	 * drops alone, and these not of every family.
	 */
	FDMAP_SOCKX = 1u << 28,   /* user, cookie, timer, mark, cgroup, options of sockets */
	FDMAP_TCPINFO = 1u << 29, /* struct tcp_info and congestion control: some 300 bytes a socket */
	FDMAP_SKMEM = 1u << 30,   /* memory of sockets: 36 bytes each */
	FDMAP_START = 1u << 31,   /* with COMM: read stat and uptime, once: when a process was started */
};

/* ---- rows ------------------------------------------------------------- */

/* Descriptors that have no number, as `fd` of a row. In this order they stand before the fds. */
enum fdmap_slot {
	FDMAP_FD_CWD = -1,  /* working directory */
	FDMAP_FD_RTD = -2,  /* root directory */
	FDMAP_FD_TXT = -3,  /* the executable: PID/exe */
	FDMAP_FD_MEM = -4,  /* a mapped file */
	FDMAP_FD_DEL = -5,  /* a mapped file that has no name any more */
	FDMAP_FD_NOFD = -6, /* PID/fd could not be listed: `failed` and `error` say why */
	FDMAP_FD_URING = -7, /* registered in an io_uring: held without a descriptor */
	FDMAP_FD_NONE = -8,  /* a socket that nobody holds */
};

/* What a row is. */
enum fdmap_kind_id {
	FDMAP_KIND_UNKNOWN, /* in no snapshot */
	FDMAP_KIND_FILE,   /* regular, directory, symbolic link */
	FDMAP_KIND_DEVICE, /* character, block */
	FDMAP_KIND_PIPE,   /* pipe, FIFO */
	FDMAP_KIND_SOCKET, /* of any family; also a socket's name that is open (O_PATH) */
	FDMAP_KIND_ANON,   /* anon_inode:..., but for: */
	FDMAP_KIND_PIDFD,  /* a process */
	FDMAP_KIND_NS,     /* a namespace */
	FDMAP_KIND_MQUEUE, /* POSIX message queue */
	FDMAP_KIND_FAILED, /* a descriptor that could not be read */
	FDMAP_KIND_EXEMPT, /* on a file system that is not to be asked (lsof -e) */
};

/* statx(2) of what a descriptor refers to, as far as it is told without asking a server. */
struct fdmap_stat {
	uint64_t dev;   /* of the file system */
	uint64_t rdev;  /* of a device file: of the device; else 0 */
	uint64_t ino, size;
	uint32_t mode;  /* S_IFMT and permissions */
	uint32_t nlink;
	/* The mount's number in mountinfo. 0: not known: before Linux 5.8; of what is mapped, if
	   FDMAP_MOUNTS was not asked for. */
	uint64_t mount;
};

/* Where the kernel lists a socket: net/NAME below /proc, or the family's sock_diag(7). */
enum fdmap_sock_table {
	FDMAP_TCP, /* both versions of IP in one, as with all that have two */
	FDMAP_UDP,
	FDMAP_UDPLITE,
	FDMAP_RAW,
	FDMAP_ICMP,
	FDMAP_UNIX,
	FDMAP_NETLINK,
	FDMAP_PACKET,
	/* In no text of the kernel's: sock_diag alone tells of these. */
	FDMAP_MPTCP,
	FDMAP_SCTP,
	FDMAP_VSOCK,
	FDMAP_XDP,
	FDMAP_TIPC,
	FDMAP_SOCK_TABLES, /* how many there are */
};

/* What else is known of a socket: from sock_diag, but for users and ports of netlink. */
enum fdmap_sock_told {
	FDMAP_TOLD_UID = 1u << 0,     /* uid */
	FDMAP_TOLD_COOKIE = 1u << 1,  /* cookie */
	FDMAP_TOLD_FILE = 1u << 2,    /* unix: device and inode of its name */
	FDMAP_TOLD_BACKLOG = 1u << 3, /* listeners: how many may wait */
	FDMAP_TOLD_CID = 1u << 4,     /* vsock */
	FDMAP_TOLD_PORTID = 1u << 5,  /* netlink: its port is lport32, 0: the kernel's own */
};

/*
 * A socket as a table of the kernel tells it. Shared by all its holders. Which of the union's
 * members it has follows from its table.
 */
struct fdmap_sock {
	uint64_t ino;    /* of sockfs, as "socket:[INO]" has it; 0: it has no file yet, or no more */
	uint8_t table;   /* enum fdmap_sock_table */
	uint8_t family;  /* AF_INET, AF_INET6, AF_UNIX, ... */
	uint8_t type;    /* SOCK_STREAM, ... */
	/* TCP and UDP: TCP_* of netinet/tcp.h; unix: SS_* of linux/net.h; others: their own */
	uint8_t state;
	uint16_t proto;  /* IPPROTO_*, NETLINK_*, an ethertype (host order) */
	uint16_t lport, rport; /* host order; raw: lport is the protocol */
	uint32_t flags;  /* unix: __SO_ACCEPTCON, 1 << 16: it listens */
	/* Bytes to be read and to be sent; of a listener rq is how many wait, wq means nothing. */
	uint32_t rq, wq;
	uint32_t ifindex; /* packet: bound to that interface, 0: to none */
	uint32_t netns;   /* number in fdmap_namespaces() */
	uint32_t told;    /* enum fdmap_sock_told: which of these are valid */
	uid_t uid;        /* who made it */
	uint32_t backlog; /* rq of them wait */
	uint32_t npending; /* unix: how many `pending` has */
	uint64_t cookie;  /* of this socket alone, as long as the machine runs */
	const struct fdmap_sockx *x; /* NULL: none of it was asked for, or it can't be told */
	union {
		/*
		 * Internet: TCP, UDP, UDPLITE, RAW, ICMP, MPTCP, SCTP. `family` says which of
		 * v4 and v6; an address in network order, all zero: any; v6 may be ::ffff:a.b.c.d.
		 */
		struct {
			union {
				struct in_addr v4;
				struct in6_addr v6;
			} laddr, raddr;
		};
		/* unix */
		struct {
			const char *path; /* NULL when it has none; a NUL in it is '@': abstract ones begin so */
			uint64_t pointer; /* the kernel's, 0 when hidden */
			/*
			 * Inode of the other end, of a listener's first that waits; 0: none; if
			 * FDMAP_ENDS
			 */
			uint64_t peer;
			/* Inode of the one it is connected to itself, in any namespace; if FDMAP_ENDS */
			uint64_t mate;
			uint64_t file_dev, file_ino; /* as makedev(3) */
			const uint32_t *pending; /* listeners: inodes of those that wait; if FDMAP_ENDS */
		};
		/* vsock and TIPC; netlink, XDP: lport32 */
		struct {
			uint32_t lcid, rcid;
			uint32_t lport32, rport32;
		};
	};
};

/* Which of the members of an fdmap_sockx are known. */
enum fdmap_sockx_told {
	FDMAP_X_TIMER = 1u << 0,    /* timer, timer_ms, retrans */
	FDMAP_X_MARK = 1u << 1,     /* INET_DIAG_MARK: needs CAP_NET_ADMIN */
	FDMAP_X_CGROUP = 1u << 2,   /* INET_DIAG_CGROUP_ID: since Linux 5.7 */
	FDMAP_X_SHUTDOWN = 1u << 3, /* INET_DIAG_SHUTDOWN, UNIX_DIAG_SHUTDOWN */
	FDMAP_X_TOS = 1u << 4,
	FDMAP_X_TCLASS = 1u << 5,
	FDMAP_X_V6ONLY = 1u << 6,
	FDMAP_X_CLASS = 1u << 7,    /* INET_DIAG_CLASS_ID */
	FDMAP_X_OPTIONS = 1u << 8,  /* INET_DIAG_SOCKOPT: since Linux 5.10 */
	FDMAP_X_MEM = 1u << 9,      /* SKMEMINFO of any family */
	FDMAP_X_IFACE = 1u << 10,   /* ifindex: bound to an interface, 0: to none */
	FDMAP_X_DROPS = 1u << 11,   /* mem[8] alone: the text of UDP and others tells it, too */
};
#define FDMAP_SKMEM_VARS 9 /* SK_MEMINFO_*, linux/sock_diag.h; bytes, drops are packets */

/* What more is told of a socket when it is asked for: SOCKX, TCPINFO, SKMEM. */
struct fdmap_sockx {
	uint32_t told;    /* enum fdmap_sockx_told */
	uint8_t timer;    /* 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 zero window probe */
	uint8_t retrans;  /* so often, for that timer */
	uint8_t shutdown; /* 1: of reading, 2: of writing */
	uint8_t tos, tclass;
	bool v6only;
	uint16_t options;  /* bits of struct inet_diag_sockopt, in its order */
	uint32_t timer_ms; /* until it goes off */
	uint32_t mark, class_id, ifindex;
	const char *ifname; /* of ifindex, in our own namespace; NULL: not known */
	uint64_t cgroup; /* id of the control group, as name_to_handle_at(2) has it */
	const char *cgroup_path; /* "/system.slice/ssh.service"; NULL: not known */
	uint32_t mem[FDMAP_SKMEM_VARS];
	const char *cong; /* congestion control; NULL: not told */
	const char *ulp;  /* upper layer protocol: "tls", "mptcp"; NULL: none, or not told */
	/*
	 * As the kernel has them, which may be shorter or longer than we know: of the struct
	 * that a program has, only members below the length are there. Aligned for it.
	 */
	const void *tcp; /* struct tcp_info, linux/tcp.h; NULL: not told */
	uint32_t tcp_len;
	const void *mptcp; /* struct mptcp_info, linux/mptcp.h */
	uint32_t mptcp_len;
	const void *cc; /* of the congestion control itself; cc_type: INET_DIAG_VEGASINFO, ... */
	uint32_t cc_len;
	uint8_t cc_type;
};

/* A network namespace. Number 0 is always that of the one who asks. */
struct fdmap_netns {
	uint64_t ino;     /* "net:[ino]"; 0: not known */
	const char *name; /* its name below /run/netns, or NULL */
	bool selects;     /* --netns: its sockets count for terms on sockets */
	int error;        /* errno: why its sockets could not be read; 0 */
};

/* What fdinfo tells of an anonymous inode. */
struct fdmap_anon {
	uint64_t id;         /* eventfd-id */
	int64_t pid;         /* pidfd: the process, -1: ended, 0: not told */
	const int32_t *tfds; /* eventpoll: watched descriptors, ascending */
	uint32_t ntfds;
	bool has_id;
};

/*
 * What a kind has to tell beyond lsof's columns: a tree of typed values. Keys are
 * those of the kernel (fdinfo) where it has one, in lower case with '_'.
 */
enum fdmap_detail_type {
	FDMAP_DETAIL_U64,
	FDMAP_DETAIL_I64,
	FDMAP_DETAIL_HEX,    /* u, shown as 0x... */
	FDMAP_DETAIL_TEXT,   /* any bytes but NUL */
	FDMAP_DETAIL_BOOL,   /* u */
	FDMAP_DETAIL_LIST,   /* n values without keys */
	FDMAP_DETAIL_OBJECT, /* n values with keys */
};
struct fdmap_detail {
	const char *key; /* NULL in a list */
	uint8_t type;    /* enum fdmap_detail_type */
	uint32_t n;      /* LIST, OBJECT: how many `v` has */
	union {
		uint64_t u;
		int64_t i;
		const char *text;
		const struct fdmap_detail *v;
	};
};

/* Why nobody holds a socket; in words: fdmap_reason(). */
enum fdmap_unowned {
	FDMAP_OWNED,             /* no such row */
	FDMAP_UNOWNED_TIME_WAIT, /* the kernel remembers an ended connection */
	/* a connection that is being made: `listener` will get it, which `ends` hold */
	FDMAP_UNOWNED_SYN_RECV,
	FDMAP_UNOWNED_ORPHAN,    /* closed by its holder, still saying goodbye */
	FDMAP_UNOWNED_PENDING,   /* waits to be accepted by `listener`, which `ends` hold */
	FDMAP_UNOWNED_IN_FLIGHT, /* perhaps in a message (SCM_RIGHTS) in one of `ends` */
	FDMAP_UNOWNED_URING,     /* registered in an io_uring: `ends` */
	FDMAP_UNOWNED_HIDDEN,    /* perhaps held by a process that may not be read */
	FDMAP_UNOWNED_KERNEL,    /* the kernel's own; or all processes were seen, and none has it */
};

/* Which call failed, for rows of things that could not be read. */
enum fdmap_call {
	FDMAP_CALL_NONE,
	FDMAP_CALL_READLINK,
	FDMAP_CALL_STAT,
	FDMAP_CALL_LSTAT,
	FDMAP_CALL_OPENDIR,
};

/* Who holds the other end of a pipe, a socket, a pty, or shares an eventfd or a queue. */
struct fdmap_end {
	pid_t pid;
	int32_t fd;   /* >= 0, or enum fdmap_slot */
	char access;  /* 'r', 'w', 'u'; ' ' unknown */
	uid_t uid;    /* owner of the process */
	const char *comm; /* NULL: not known */
	bool pending; /* not accepted yet: holds the listener; of a listener's row: waits for it */
	bool beyond;  /* lsof does not tell it: in no NAME, and no row of FDMAP_ENDS_SELECT */
};

/*
 * A mount, as mountinfo of the one who asks has it. dir NULL: the file lies on a mount of
 * others, whose file system is mounted here, too.
 */
struct fdmap_mount {
	const char *dir, *fstype, *source; /* "/home", "ext4", "/dev/sda1" */
};

/* The locks on a file, from /proc/locks. */
struct fdmap_locking {
	pid_t owner; /* of a lock on it, of this row's process if it has one; 0: of no process (OFD) */
	const pid_t *waiters; /* who waits for a lock on it, ascending; 0: who has no PID (OFD) */
	uint32_t nwaiters;
};

/* What few rows have; fdmap_more() gives it. Texts are NULL where there is none. */
struct fdmap_file_more {
	const char *as;        /* the file name argument that found it, or NULL */
	const char *note;      /* lsof's note on a mapped file, "(path inode=7)" */
	const char *sockproto; /* kernel's protocol name of a socket in no table */
	const struct fdmap_anon *anon; /* NULL: nothing was told */
	/* Other holders, by PID and descriptor; if FDMAP_ENDS. Unowned: see enum fdmap_unowned. */
	const struct fdmap_end *ends;
	const char *server; /* "server:/export" of a file on NFS, or NULL */
	const char *exempt; /* why it was not asked: "(-e /mnt)"; or NULL */
	const struct fdmap_sock *listener;  /* unowned: whose it will be, or NULL */
	const struct fdmap_detail *details; /* if FDMAP_MORE */
	const struct fdmap_mount *mount;    /* where it lies; if FDMAP_MOUNTS was asked for. Or NULL */
	const struct fdmap_locking *locks;  /* who locks this file; if FDMAP_LOCKS. NULL: nobody */
	uint32_t nends;    /* of `ends` */
	uint32_t ndetails; /* of `details`; OBJECT members: each has its key */
	uint32_t pty;    /* pty master: its slave's number; if `has_pty` */
	bool has_pty;
	uint8_t unowned; /* enum fdmap_unowned */
	bool unseen;     /* ... and there are processes that may not be read */
	uint8_t unused;
};

/* A row: something that a process has open. */
struct fdmap_file {
	int32_t fd;      /* >= 0, or enum fdmap_slot */
	uint8_t kind;    /* enum fdmap_kind_id */
	char access;     /* 'r', 'w', 'u'; ' ' unknown or not meaningful */
	char lock;       /* 'r', 'R', 'w', 'W'; ' ' none */
	uint8_t failed;  /* enum fdmap_call */
	uint32_t have;   /* enum fdmap_fact valid here */
	uint32_t oflags; /* O_*, from fdinfo; if FDMAP_FLAGS */
	uint32_t netns;  /* sockets: number of their namespace, if FDMAP_NETNS */
	int16_t error;   /* errno of `failed` */
	bool deleted;    /* the kernel says that its name is gone */
	bool inet_skipped; /* a socket of no table that was read (lsof -X) */
	uint64_t ino;    /* from the link text or stat; 0 unknown */
	uint64_t pos;    /* if FDMAP_POS */
	const char *path; /* the link's text as the kernel gives it, whole */
	const struct fdmap_stat *stat; /* if FDMAP_STAT; equal ones may be one */
	const struct fdmap_sock *sock; /* NULL: not a socket, or in no table */
	const struct fdmap_file_more *more; /* NULL: nothing; read it by fdmap_more() */
};

/* Never NULL: what a row has none of is NULL or 0 there. */
static inline const struct fdmap_file_more *fdmap_more(const struct fdmap_file *file)
{
#ifdef __cplusplus
	static const struct fdmap_file_more none = {};
#else
	static const struct fdmap_file_more none;
#endif

	return file->more ? file->more : &none;
}

/* A process, or a thread where threads are listed, with the rows of it that were selected. */
struct fdmap_process {
	pid_t pid;
	pid_t tid; /* 0: the process itself, else one of its threads */
	pid_t ppid, pgid;  /* if FDMAP_COMM */
	uid_t uid;         /* owner of /proc/PID; if FDMAP_CRED */
	uint32_t have;     /* enum fdmap_fact valid here */
	/*
	 * The command's name as PID/stat has it: 15 bytes, more of threads of the kernel; if
	 * FDMAP_COMM, else perhaps NULL.
	 */
	const char *comm;
	const char *task;  /* the same of the thread, NULL: it is no thread; if FDMAP_COMM */
	const char *context; /* the security context; if FDMAP_CONTEXT */
	/* If FDMAP_CGROUP; each NULL where there is none. */
	const char *runtime;   /* "docker", "podman", "containerd", "crio", "lxc", "nspawn", "kubernetes" */
	const char *container; /* its id, whole */
	const char *container_name; /* if FDMAP_CONTAINER, and a file of the runtime's tells it */
	const char *pod;       /* UID of the Kubernetes pod */
	const char *unit;      /* of systemd: "ssh.service" */
	const char *cgroup;    /* path of version 2, or of the hierarchy that is systemd's own */
	bool nobody;           /* no process: its rows are sockets that nobody holds */
	pid_t sid;             /* session, -1: not told; if FDMAP_COMM */
	uint64_t ticks;        /* as PID/stat has its start, UINT64_MAX: not told; if FDMAP_COMM */
	uint64_t start;        /* ns since 1970; if FDMAP_START */
	uint64_t age;          /* ns from then to the snapshot; if FDMAP_START */
	const char *cmdline;   /* arguments, each with a NUL behind; NULL: none (a kernel thread) */
	size_t cmdline_len;    /* if FDMAP_CMDLINE */
	const char *exe;       /* text of the link; if FDMAP_EXE, NULL: none */
	/* If FDMAP_STATUS: */
	const pid_t *nspids;   /* its PID in each PID namespace, from that of /proc inward */
	uint32_t nnspids;
	uint64_t pidns, netns; /* inodes of its namespaces, 0: not known */
	uint64_t caps;         /* effective capabilities, 1 << CAP_* */
	uint64_t caps_known;   /* all that this kernel has, 0: not known */
	/* If FDMAP_LIMITS: */
	uint64_t nofile;       /* soft limit of descriptors, UINT64_MAX: none */
	uint32_t nfds;         /* descriptors that are open, UINT32_MAX: not known */
	const struct fdmap_file *files; /* selected rows, in lsof's order */
	uint32_t nfiles;
};

/*
 * What is asked of a row is asked with this, which the caller makes: the snapshot, a process
 * of it, and one of its files.
 */
struct fdmap_row {
	const struct fdmap_snapshot *snap;
	const struct fdmap_process *proc;
	const struct fdmap_file *file;
};

/* lsof's composite columns of one row: which of the numbers below it has. */
enum fdmap_look_has {
	FDMAP_HAS_DEV = 1u << 0,   /* device number of the file system */
	FDMAP_HAS_RDEV = 1u << 1,  /* number of the device itself: it is shown */
	FDMAP_HAS_SIZE = 1u << 2,
	FDMAP_HAS_OFFSET = 1u << 3,
	FDMAP_HAS_NLINK = 1u << 4,
	FDMAP_HAS_INODE = 1u << 5, /* NODE is the inode */
};

struct fdmap_look {
	uint32_t has;
	char type[16];   /* "REG", "IPv4", ... */
	char device[24]; /* DEVICE as text, "" when it is a number */
	char node[24];   /* NODE as text (a protocol), "" when it is the inode */
	uint64_t dev, rdev, size, offset, nlink, ino; /* if `has` says so */
	uint64_t unused[4];
};

/* TYPE, DEVICE, SIZE/OFF, NLINK, NODE, from the facts the row has. Reads nothing. */
void fdmap_look(const struct fdmap_row *row, struct fdmap_look *look);

/* What stands behind a name. */
enum fdmap_name_how {
	FDMAP_NAME_STATE = 1u << 0,  /* (LISTEN), and unix states */
	FDMAP_NAME_QUEUES = 1u << 1, /* (QR=0 QS=0) */
	FDMAP_NAME_NOTES = 1u << 2,  /* (readlink: Permission denied) */
	FDMAP_NAME_INFO = 1u << 3,   /* TCP info is on though none of it may be printed: -Tf */
	FDMAP_NAME_ENDS = 1u << 4,   /* the other ends: 12,cat,0r */
	FDMAP_NAME_NETNS = 1u << 5,  /* [netns NAME] of a socket in another one; why it is unowned */
};
/* Commands in the notes on other ends are cut to so many columns (0: whole). */
#define FDMAP_NAME_COMM(width) ((unsigned)(width) << 8)

/*
 * The NAME of a row, as lsof writes it but without its escapes: not to be shown as it is.
 * how: of enum fdmap_name_how, and FDMAP_NAME_COMM. Like snprintf:
 * the length it has, whole, even when len was too small; SIZE_MAX when memory ran
 * out (what buf holds then is of no use). `namer` NULL: numbers.
 */
size_t fdmap_name(const struct fdmap_row *row, struct fdmap_namer *namer, unsigned how,
		  char *buf, size_t len);

/* State of a TCP, UDP or unix socket, "LISTEN"; NULL when it has none to show. Static. */
const char *fdmap_sock_state(const struct fdmap_sock *sock);

/* ---- the system -------------------------------------------------------- */

/* How a system is looked at; all zero: the defaults. */
struct fdmap_config {
	const char *proc;  /* another procfs or a recorded tree; NULL: /proc */
	/* 0: as many as CPUs are allowed; 64 at most, and fewer where descriptors are few. */
	unsigned threads;
	unsigned part;     /* fdmap_visit: so many processes at a time, about; 0: as many as pay */
	const void *unused[5]; /* NULL, else -EINVAL */
};

/*
 * A system to be looked at, cfg NULL: this one. Costs one descriptor, and reads next to nothing.
 * -ENOENT, -ENOTDIR, -EACCES and what else open(2) of cfg->proc says; -EINVAL: it is neither
 * a procfs nor a recorded tree.
 */
int fdmap_open(struct fdmap **m, const struct fdmap_config *cfg);
void fdmap_close(struct fdmap *m);
/*
 * So long is waited for a name that was given and lies on a server or a daemon that does not
 * answer: -ETIMEDOUT then; ms, 2,000 at first. What lies on the same mount is not waited for
 * again until the next fdmap_take. What is open needs no such names.
 */
void fdmap_set_timeout(struct fdmap *m, unsigned ms);

/* How often the door to the observed system was used: calls to the kernel, failed ones, too. */
struct fdmap_counts {
	uint64_t dirs;    /* directories opened: PID, PID/fd */
	uint64_t lists;   /* directories read */
	uint64_t reads;   /* files read, but for: */
	uint64_t fdinfos; /* PID/fdinfo/N */
	uint64_t links;   /* links read */
	uint64_t stats;   /* statx of what is open */
	uint64_t lmodes;  /* lstat of PID/fd/N: how it is open */
	uint64_t owners;  /* fstat of PID */
	uint64_t protos;  /* sockets asked for their protocol */
	uint64_t paths;   /* names that were typed looked up, and other paths outside of /proc */
	uint64_t tables;  /* socket tables read as text */
	uint64_t bytes;   /* of socket tables, text or messages */
	uint64_t diags;   /* questions to sock_diag */
	uint64_t entered; /* network namespaces that were entered */
	uint64_t names;   /* directories listed that are not of the observed system: +d, +D */
	uint64_t unused[9];
};
/* Since fdmap_open. */
void fdmap_counts(const struct fdmap *m, struct fdmap_counts *counts);

/* ---- asking ------------------------------------------------------------ */

/* Flags of terms, as `how`; a call heeds those that its comment or theirs names. */
enum fdmap_how {
	FDMAP_NOT = 1u << 0,       /* pid, pgid, uid, command, fd, slot, state: exclude instead of select */
	FDMAP_BASIC_RE = 1u << 1,  /* regex: basic, not extended */
	FDMAP_ICASE = 1u << 2,     /* regex: any case */
	FDMAP_FILE_ONLY = 1u << 3, /* path: a mount point is a directory (lsof -f) */
	FDMAP_FS_ONLY = 1u << 4,   /* path: must be a file system (lsof +f) */
};

/*
 * What was wrong with a word, for the caller to show. Filled in by a call that says so, and
 * fails; -ENOMEM, -EMFILE and -ENFILE may leave it as it was. Who has not this struct (another
 * language) passes 1,024 bytes of zeros, and finds the text at their beginning.
 */
struct fdmap_error {
	char text[512]; /* lsof's wording, unescaped: "unknown protocol name (foo) in: -i foo" */
	size_t at;      /* fdmap_query_filter: where in the text, in bytes */
	size_t unused[7];
};

/* An empty query selects everything that is open, and wants no facts. Only -ENOMEM. */
int fdmap_query_new(struct fdmap_query **q);
void fdmap_query_free(struct fdmap_query *q);

/*
 * Terms, which select: a row is selected when it matches any term, or one of each class
 * that was given (fdmap_query_match); terms with FDMAP_NOT exclude whatever else selects.
 * Each call returns the term's number (>= 0, for fdmap_hit; that of an equal one that was
 * given before) or -errno: -EINVAL when the word is malformed or contradicts an earlier one
 * (err, which may be NULL, says how), -ENOMEM. After -EINVAL the query is as it
 * was before; after -ENOMEM it can only be freed. Nothing is read unless a call takes m.
 */
/* -EINVAL, too, for a negative number; err is not filled in then. */
int fdmap_query_pid(struct fdmap_query *q, pid_t pid, unsigned how, struct fdmap_error *err);
int fdmap_query_pgid(struct fdmap_query *q, pid_t pgid, unsigned how, struct fdmap_error *err);
/* `name` is what the user typed, for reports; NULL when it was the number. */
int fdmap_query_uid(struct fdmap_query *q, uid_t uid, const char *name, unsigned how,
		    struct fdmap_error *err);
/* Command begins with `prefix`; 15 bytes at most, which is what the kernel keeps. */
int fdmap_query_command(struct fdmap_query *q, const char *prefix, unsigned how,
			struct fdmap_error *err);
/*
 * Command matches a regular expression of regex(7). `text`: what to call it in reports,
 * without the slashes. How: FDMAP_BASIC_RE, FDMAP_ICASE. -EINVAL also for one that would take
 * very long.
 */
int fdmap_query_regex(struct fdmap_query *q, const char *re, const char *text, unsigned how,
		      struct fdmap_error *err);
/* Descriptors lo..hi. All fd and slot terms are included, or all excluded: else -EINVAL. */
int fdmap_query_fd(struct fdmap_query *q, uint32_t lo, uint32_t hi, unsigned how);
/* Those without a number: enum fdmap_slot, FDMAP_FD_CWD to FDMAP_FD_URING. */
int fdmap_query_slot(struct fdmap_query *q, int slot, unsigned how);
/* A -d list that matches nothing fdmap has (lsof's `err`, `ltx`, ...). */
int fdmap_query_no_fd(struct fdmap_query *q, unsigned how);
/* Internet sockets: all (version 4, 6, or 0 for both; else -EINVAL) ... */
int fdmap_query_inet_all(struct fdmap_query *q, int version);
/*
 * ... or `[46][proto][@host|@addr][:ports]`. Names are looked up by m (hosts
 * within one second), or not at all when m is NULL. -ETIMEDOUT: nobody answered; err says so.
 */
int fdmap_query_inet(struct fdmap_query *q, struct fdmap *m, const char *spec,
		     struct fdmap_error *err);
int fdmap_query_unix(struct fdmap_query *q);    /* UNIX sockets */
int fdmap_query_sockets(struct fdmap_query *q); /* sockets of any family */
int fdmap_query_nlink(struct fdmap_query *q, uint64_t below); /* fewer links than that */
/*
 * A file, a file system (mount point or device of one), or a bound UNIX
 * socket. Resolved by m now; -ENOENT etc. when it is none: err says
 * "status error on X: No such file or directory" or "not a file system: X".
 */
int fdmap_query_path(struct fdmap_query *q, struct fdmap *m, const char *path, unsigned how,
		     struct fdmap_error *err);
/*
 * State lists hide sockets, they select none: TCP or UDP sockets in other states than those
 * that were included, or in one that was excluded. proto "tcp" or "udp", state "LISTEN", in any case.
 */
int fdmap_query_state(struct fdmap_query *q, const char *proto, const char *state, unsigned how,
		      struct fdmap_error *err);

/*
 * Everything open in a directory (lsof +d) or below it (deep: +D). Names are
 * shown as `dir` with the rest of the path. Files on other file systems count
 * with CROSS_FS, what symbolic links in it lead to with CROSS_LINKS. A term may
 * be made and err be a warning all the same: when `dir` can't be listed.
 */
enum fdmap_cross {
	FDMAP_CROSS_FS = 1u << 0,
	FDMAP_CROSS_LINKS = 1u << 1,
};
int fdmap_query_tree(struct fdmap_query *q, struct fdmap *m, const char *dir, bool deep,
		     unsigned cross, struct fdmap_error *err);
int fdmap_query_nfs(struct fdmap_query *q); /* files on NFS */
/* Processes whose security context matches a shell pattern; -ENOTSUP: no SELinux. */
int fdmap_query_context(struct fdmap_query *q, struct fdmap *m, const char *pattern,
			struct fdmap_error *err);
/* Whether the system has SELinux switched on. Reads self/mountinfo. */
bool fdmap_has_selinux(struct fdmap *m);
/*
 * What lies on the file system mounted at `path` is not asked (lsof -e). No term: 0. sign
 * '-' or '+': how rows write it. -EINVAL: it is no mounted file system.
 */
int fdmap_query_exempt(struct fdmap_query *q, struct fdmap *m, const char *path, char sign,
		       struct fdmap_error *err);
/* Do without the tables of TCP, UDP and IPv6 raw sockets (lsof -X). */
void fdmap_query_skip_inet(struct fdmap_query *q, bool skip);

enum fdmap_ends_mode {
	FDMAP_ENDS_NONE,   /* the default */
	FDMAP_ENDS_NOTE,   /* rows tell who holds their other ends (lsof -E) */
	FDMAP_ENDS_SELECT, /* ... and those ends are rows, too (lsof +E) */
};
/* Wants FDMAP_ENDS, too, to be told in the rows. */
void fdmap_query_ends(struct fdmap_query *q, enum fdmap_ends_mode mode);

/*
 * Where terms on sockets select: "self" (the default), "all", a PID, a name below
 * /run/netns, a path of a namespace, or its inode ("net:[N]", too); a number is a PID
 * first. Several calls add up. 0, no term; -EINVAL and err: "no network namespace: X".
 * An ordinary user sees into those of his own processes, root into all; what could not be
 * read is told by fdmap_namespaces.
 */
int fdmap_query_netns(struct fdmap_query *q, struct fdmap *m, const char *spec,
		      struct fdmap_error *err);
/* How socket tables are read; the rows are the same. */
enum fdmap_source {
	FDMAP_SOURCE_AUTO, /* the default: whichever says it in fewer bytes */
	FDMAP_SOURCE_TEXT, /* /proc/net */
	FDMAP_SOURCE_DIAG, /* sock_diag, where the kernel has it; else the text */
};
void fdmap_query_source(struct fdmap_query *q, enum fdmap_source source);
/* How descriptors are listed; the rows are the same. */
enum fdmap_engine {
	FDMAP_ENGINE_AUTO, /* BPF where it may and can be used, and is worth it; else /proc, in silence */
	FDMAP_ENGINE_PROC,
	FDMAP_ENGINE_BPF,  /* where it may not or can't be used, fdmap_take answers -EOPNOTSUPP */
};
void fdmap_query_engine(struct fdmap_query *q, enum fdmap_engine engine);
/* Why the last fdmap_take or fdmap_visit did not use BPF, in a few words; NULL: it did. Static. */
const char *fdmap_engine_why(const struct fdmap *m);
/* Sockets that nobody holds are rows, too, of a last process that is `nobody`. */
void fdmap_query_unowned(struct fdmap_query *q, bool unowned);

/*
 * Narrows what the terms select to rows for which the expression is true; several narrow
 * further. The language: fdmap(1). Names of users, services, hosts and interfaces are
 * looked up by m, or not at all when it is NULL. Returns the number of its term, found
 * when a row passes. -EINVAL: err says what is wrong, and where.
 */
int fdmap_query_filter(struct fdmap_query *q, struct fdmap *m, const char *text,
		       struct fdmap_error *err);

/* Threads that have rows of their own, as processes with a `tid`. */
enum fdmap_tasks {
	FDMAP_TASKS_DEFAULT, /* listed only when nothing is selected */
	FDMAP_TASKS_SELECT,  /* -K: threads are a selection */
	FDMAP_TASKS_IGNORE,  /* -K i: never */
};
/* The number of the term, if they SELECT; else 0. */
int fdmap_query_tasks(struct fdmap_query *q, enum fdmap_tasks mode);

enum fdmap_match {
	FDMAP_MATCH_ANY, /* the default: a row matches one term */
	FDMAP_MATCH_ALL, /* a row matches a term of every class that was given (lsof -a) */
};
/* With ALL and no term, which a filter is not, fdmap_take answers -EINVAL. */
void fdmap_query_match(struct fdmap_query *q, enum fdmap_match match);
/* Leave out rows that say only what could not be read (lsof -w). */
void fdmap_query_hide_failed(struct fdmap_query *q, bool hide);
/*
 * Facts (enum fdmap_fact) the rows must carry, instead of those of an earlier call. With any of
 * FDS, SPECIAL and MAPS all rows are wanted, of whatever sort: who wants descriptors alone says
 * so by a term, fdmap_query_fd(q, 0, INT_MAX, 0), with FDMAP_MATCH_ALL if there are
 * others; terms on sockets say it, too. Without these three it is only asked which
 * processes have a row: the first one will do. The `needs` of fields tell what each wants.
 */
void fdmap_query_want(struct fdmap_query *q, uint32_t facts);
/* True when a term selects; false: everything is selected. Filters don't count. */
bool fdmap_query_selects(const struct fdmap_query *q);

/* Which call made a term. */
enum fdmap_term_class {
	FDMAP_TERM_COMMAND,
	FDMAP_TERM_REGEX,
	FDMAP_TERM_FILE,
	FDMAP_TERM_FILESYSTEM,
	FDMAP_TERM_INET,     /* an address */
	FDMAP_TERM_INET_ALL, /* all Internet files */
	FDMAP_TERM_TCP_STATE,
	FDMAP_TERM_UDP_STATE,
	FDMAP_TERM_PID,
	FDMAP_TERM_TASKS,
	FDMAP_TERM_PGID,
	FDMAP_TERM_UID,
	FDMAP_TERM_NFS,
	FDMAP_TERM_CONTEXT,
	FDMAP_TERM_TREE,     /* found: every file in it was, as lsof has it */
	FDMAP_TERM_FILTER,   /* text: the expression */
	FDMAP_TERM_OTHER, /* counts as found always: fds, unix, links, exclusions */
};

struct fdmap_term {
	enum fdmap_term_class what;
	const char *text; /* as typed; NULL when number says it all */
	uint64_t number;  /* PID, PGID, UID */
};
/* Terms in the order they were given, by number; valid until the query gets another one. */
const struct fdmap_term *fdmap_query_terms(const struct fdmap_query *q, size_t *n);

/* ---- answers ------------------------------------------------------------ */

/*
 * Takes a snapshot. *s owns all that it shows, and goes on to when m and q are gone. Reads what
 * the query needs and no more; a whole system takes milliseconds, and nothing that hangs is
 * waited for. -EINVAL: FDMAP_MATCH_ALL without a term, a filter being none; -EOPNOTSUPP:
 * FDMAP_ENGINE_BPF can't be used, see fdmap_engine_why; -ENOMEM, -EMFILE, -ENFILE; or why /proc
 * can't be listed. A process or file that refuses is no error: it is a row of
 * FDMAP_KIND_FAILED, and counted by fdmap_unseen.
 */
int fdmap_take(struct fdmap *m, const struct fdmap_query *q, struct fdmap_snapshot **s);
void fdmap_snapshot_free(struct fdmap_snapshot *s);
/*
 * The same rows in the same order, but as soon as they are known: each(arg, part) is called
 * on the caller's thread, with snapshots of some processes each, as many as there are with rows, while
 * others are still looked at; rows, and all they point to, are valid during that call only. It
 * returns 0, or what ends the visit and is returned. So does an error as of fdmap_take: what was
 * shown before it was right, and *s is not set. Where rows depend on each other (other ends,
 * directories, sockets that nobody holds, namespaces, containers, details) there is one call
 * with all of them. *s is what is left: terms that were found, problems, namespaces, costs; its rows
 * must not be used.
 */
int fdmap_visit(struct fdmap *m, const struct fdmap_query *q,
		int (*each)(void *arg, const struct fdmap_snapshot *part), void *arg,
		struct fdmap_snapshot **s);

/*
 * Processes with at least one selected row, by PID, then TID, *n of them. Sockets that nobody
 * holds are those of a last one, which is `nobody`.
 */
const struct fdmap_process *fdmap_processes(const struct fdmap_snapshot *s, size_t *n);
/*
 * Was this term found, or is there none of that number: false. (A process that was rejected
 * early is not examined.)
 */
bool fdmap_hit(const struct fdmap_snapshot *s, size_t term);

/*
 * Files of a tree term that are not open, each by its name, until each() returns
 * != 0: a negative number is returned, a positive one ends it with 0. m, q and s belong
 * together. Walks the directory; what each() is given is valid during the call. 0 or -errno.
 */
int fdmap_tree_missing(struct fdmap *m, const struct fdmap_query *q, const struct fdmap_snapshot *s,
		       size_t term, int (*each)(void *arg, const char *path), void *arg);

/*
 * The network namespaces that were looked into, our own first; the number is that of
 * sock->netns.
 */
const struct fdmap_netns *fdmap_namespaces(const struct fdmap_snapshot *s, size_t *n);
/*
 * How many other network namespaces there are, as far as processes and mounts tell. Or -errno.
 * Reads a link of each process, and mountinfo.
 */
int fdmap_other_namespaces(struct fdmap *m);
/* True when the query has terms on sockets that only --netns could widen. */
bool fdmap_query_is_local(const struct fdmap_query *q);
/*
 * Why nobody holds it, in words: "time-wait"; of a row that somebody holds "". Like snprintf:
 * the length it has, whole; SIZE_MAX when memory ran out.
 */
size_t fdmap_reason(const struct fdmap_row *row, char *buf, size_t len);

/* Sources that could not be read, and why: rows lack what these would have told. */
struct fdmap_problem {
	const char *source; /* "net/tcp" */
	int error;          /* errno, positive */
};
const struct fdmap_problem *fdmap_problems(const struct fdmap_snapshot *s, size_t *n);

/* Why a process may not be read: "we" are the program that asks. */
enum fdmap_unseen_why {
	FDMAP_UNSEEN_USER,       /* it is another user's, and we have no capabilities */
	FDMAP_UNSEEN_PROTECTED,  /* it is ours, but not dumpable (prctl(2)), or may more than we may */
	FDMAP_UNSEEN_CAPABILITY, /* we are root, or have a part of what it takes: see `lacking` */
	FDMAP_UNSEEN_USERNS,     /* we have it all, but the process is outside of our user namespace */
	FDMAP_UNSEEN_POLICY,     /* we have it all: the policy of a security module forbids it */
	FDMAP_UNSEEN_HIDEPID,    /* /proc is mounted with hidepid=1 */
	FDMAP_UNSEEN_HELD,       /* a thread of it holds the lock of its memory, and waits for a server */
	FDMAP_UNSEEN_UNKNOWN,    /* our own rights can't be read: a recorded tree that lacks them */
	FDMAP_UNSEEN_WHYS,
};

/* What was to be looked at, as far as the query had need of it, and could not. */
struct fdmap_unseen {
	/* Processes, by enum fdmap_unseen_why; threads of the kernel, which hold nothing, don't count. */
	uint64_t n[16];
	uint64_t processes; /* their sum */
	uint64_t lacking;   /* if there are some: capabilities that it takes and we have not: 1 << CAP_* */
	unsigned hidepid;   /* option of /proc, where it concerns us: 1, 2, 4; 0: it hides nothing from us */
	bool hidden;        /* and so there may be others that are not even listed ... */
	enum fdmap_unseen_why hidden_why; /* ... to us, since: USER, CAPABILITY, USERNS */
	uint64_t unused[4];
};
/*
 * Opens those that refused once more, for their owner, and reads PID/stat of each, our own
 * status and mountinfo: that costs a few microseconds for each. Soon after the snapshot, by
 * the m that took it. 0 or -errno.
 */
int fdmap_unseen(struct fdmap *m, const struct fdmap_snapshot *s, struct fdmap_unseen *u);

/* ---- what it costs -------------------------------------------------------- */

/*
 * How the query would be answered, in words, before anything is read: each(arg,
 * "processes", "all of /proc") for each part of the plan, until it returns != 0, which is
 * returned. The names of parts are static. An expression is as it was typed (part "filter").
 */
int fdmap_explain(const struct fdmap *m, const struct fdmap_query *q,
		  int (*each)(void *arg, const char *part, const char *text), void *arg);

/* Of taking a snapshot, in this order; what is not needed takes no time. */
enum fdmap_stage {
	FDMAP_STAGE_TABLES,  /* what decides what is selected: socket tables, namespaces, mounts */
	FDMAP_STAGE_LIST,    /* which processes there are */
	FDMAP_STAGE_PASS,    /* BPF: the descriptors of all processes */
	FDMAP_STAGE_SCAN,    /* the walk over the processes */
	FDMAP_STAGE_SETTLE,  /* +d, +D: what only a walk of the directory tells */
	FDMAP_STAGE_JOIN,    /* sockets and mounts of the rows */
	FDMAP_STAGE_ENDS,    /* who holds the other ends */
	FDMAP_STAGE_LOCKS,   /* the list of locks, which the kernel is slow to make */
	FDMAP_STAGE_MORE,    /* names of containers, what details name */
	FDMAP_STAGE_UNOWNED, /* sockets that nobody holds */
	FDMAP_STAGE_LAST,    /* what the filter has to say last; names for what was found */
	FDMAP_STAGES,
};

struct fdmap_costs {
	uint64_t ns[16];             /* by enum fdmap_stage, by the clock on the wall */
	unsigned scans;              /* 0: there was nothing to look for; 2: the first one told where */
	unsigned parts;              /* in which rows were handed out; 0: all at once */
	unsigned threads;            /* that had a process to look at; of the last scan */
	uint64_t listed;             /* processes that were looked at; of the last scan */
	uint64_t walked;             /* ... of which rows were read: the others were rejected before */
	uint64_t kept, tasks;        /* processes, and threads, that have a row */
	uint64_t examined;           /* descriptors, links and mappings; of all scans */
	uint64_t rows;               /* what is left of them, and rows that joins have added ... */
	uint64_t unowned;            /* ... of these, sockets that nobody holds */
	uint64_t sockets;            /* told by tables */
	uint32_t text_tables, diag_tables, bpf_tables; /* 1 << enum fdmap_sock_table: where from */
	uint64_t bpf_records, bpf_bytes, bpf_reads;
	enum fdmap_engine engine;    /* the one that was used: PROC or BPF */
	const char *engine_why;      /* why not BPF, in a few words; NULL: nobody asked */
	struct fdmap_counts calls;   /* through the door, for this snapshot */
};
/* What it took, always counted. The snapshot's. */
const struct fdmap_costs *fdmap_snapshot_costs(const struct fdmap_snapshot *s);

/*
 * How far fdmap_take or fdmap_visit has come with m, for somebody who waits: the one function that
 * another thread may call meanwhile. It reads three numbers, which nobody waits for, and makes no
 * system call.
 */
struct fdmap_progress {
	enum fdmap_stage stage; /* FDMAP_STAGES: neither of them runs */
	uint64_t done, total;   /* processes; 0: this stage walks over none, or has not begun to */
};
void fdmap_progress(const struct fdmap *m, struct fdmap_progress *p);

/* The most memory that this program itself has had so far, in bytes; 0: not known. */
uint64_t fdmap_peak_memory(void);

/*
 * Every mount, as self/mountinfo has it: directory and device, until each() returns != 0,
 * which is returned. 0 or -errno. Reads that file, and asks no file system.
 */
int fdmap_mounts(struct fdmap *m, int (*each)(void *arg, const char *dir, uint64_t dev), void *arg);

/* ---- fields: what can be asked of a row, by name --------------------------- */

enum fdmap_value_type {
	FDMAP_VALUE_U64,  /* u */
	FDMAP_VALUE_I64,  /* i */
	FDMAP_VALUE_BOOL, /* u */
	FDMAP_VALUE_TEXT, /* text: any bytes but NUL */
	FDMAP_VALUE_ADDR, /* addr: an Internet address */
	FDMAP_VALUE_LIST, /* details: a tree of values without keys at its top */
	FDMAP_VALUE_TREE, /* details: a tree of values with keys */
};

enum fdmap_unit {
	FDMAP_UNIT_NONE,    /* a count, a number, or no number */
	FDMAP_UNIT_BYTES,
	FDMAP_UNIT_NS, /* durations ... */
	FDMAP_UNIT_US,
	FDMAP_UNIT_MS,
	FDMAP_UNIT_EPOCH,   /* ns since 1970 */
	FDMAP_UNIT_RATE,    /* bytes a second */
	FDMAP_UNIT_PERCENT,
	FDMAP_UNIT_PORT,    /* compared with names of services, too */
	FDMAP_UNIT_USER,    /* a UID, or a login name: compared with both */
	FDMAP_UNIT_DEVICE,  /* as makedev(3) */
	FDMAP_UNIT_HEX,     /* bits: shown as 0x... */
	FDMAP_UNIT_INODE,   /* an identity, not an amount */
};

/* What a value belongs to; for the help, and for what can be known when. */
enum fdmap_of {
	FDMAP_OF_PROCESS,
	FDMAP_OF_DESCRIPTOR, /* the descriptor, and what it refers to */
	FDMAP_OF_SOCKET,     /* absent of what is none */
};

/* All static. The key stays first, so that any language can find it. */
struct fdmap_field {
	const char *key;   /* "snd_cwnd"; a '-' for a '_' and any case will do, too */
	const char *title; /* head of its column: "CWND" */
	const char *help;  /* one line */
	const char *group; /* "process", "descriptor", "file", "socket", "tcp", "memory", "unix", ... */
	uint8_t type;      /* enum fdmap_value_type */
	uint8_t unit;      /* enum fdmap_unit */
	uint8_t of;        /* enum fdmap_of */
	uint32_t needs;    /* facts (enum fdmap_fact) for fdmap_query_want, beside FDS */
};

/* Made by fdmap_value_init, never copied. */
struct fdmap_value {
	uint8_t type; /* enum fdmap_value_type: that of the field */
	union {
		uint64_t u;
		int64_t i;
		struct {
			const char *p; /* not NUL-terminated */
			size_t n;
		} text;
		struct {
			int family; /* AF_INET, AF_INET6: which of the two */
			union {
				struct in_addr v4;
				struct in6_addr v6;
			};
		} addr;
		struct {
			const struct fdmap_detail *v;
			uint32_t n;
		} tree;
	};
	struct fdmap_namer *namer; /* set by the caller: names of users; NULL: numbers */
	void *room; /* of fdmap_field_get: where texts are made */
};

/* Every field, in the order of the help, i from 0; NULL behind the last. Static, as all of these. */
const struct fdmap_field *fdmap_field_at(size_t i);
/* By key or by another name of it ("cwnd" is snd_cwnd), of len bytes; NULL: there is none. */
const struct fdmap_field *fdmap_field_find(const char *key, size_t len);
/* Every other name and what it stands for; NULL behind the last. */
const char *fdmap_field_alias(size_t i, const struct fdmap_field **field);
/* The key that looks most like it, or NULL when none does. */
const char *fdmap_field_near(const char *key, size_t len);
/* Every word that is a condition by itself, "tcp", "deleted"; NULL behind the last. */
const char *fdmap_filter_word(size_t i);

/*
 * One value serves for all rows and fields, one after the other. namer: see above, or NULL;
 * it outlives the value.
 */
void fdmap_value_init(struct fdmap_value *v, struct fdmap_namer *namer);
void fdmap_value_fini(struct fdmap_value *v);
/*
 * 1: *v is the value, valid until the next call with the same v and as long as the snapshot;
 * 0: absent, which is not zero: it has none, or it was not told, or its facts were not asked
 * for; -ENOMEM. Looks only at the row; names of users are asked of the namer.
 */
int fdmap_field_get(const struct fdmap_field *f, const struct fdmap_row *row,
		    struct fdmap_value *v);

/*
 * The same for other languages: rows one by one, values by the keys of fields, and no struct
 * of this header, so that a program that declares these calls goes on working whatever
 * a row is made of.
 *
 *	fdmap_reader_new(&r, "pid,comm,lport", NULL);
 *	fdmap_query_want(q, fdmap_reader_needs(r));
 *	fdmap_take(m, q, &s);
 *	fdmap_reader_start(r, s, NULL);
 *	while (fdmap_reader_next(r) > 0)
 *		... fdmap_reader_text(r, 1) ...
 *
 * keys: with commas between; columns are counted from 0. -EINVAL: err, which may be NULL, names
 * the one that there is not.
 */
int fdmap_reader_new(struct fdmap_reader **r, const char *keys, struct fdmap_error *err);
void fdmap_reader_free(struct fdmap_reader *r);
/*
 * For fdmap_query_want: what the columns need, and FDMAP_FDS, so that all rows are there, when
 * one of them tells of more than the process.
 */
uint32_t fdmap_reader_needs(const struct fdmap_reader *r);
/* Of a column: enum fdmap_value_type; -EINVAL: there is no such column. */
int fdmap_reader_type(const struct fdmap_reader *r, size_t column);
/*
 * Before the first row of s, which, as the namer (NULL: users are numbers), stays alive until
 * the last one was read, or until the next start; s may be a part, as fdmap_visit has them.
 */
void fdmap_reader_start(struct fdmap_reader *r, const struct fdmap_snapshot *s,
			struct fdmap_namer *namer);
/*
 * To the next row: 1; 0: there is none left; -ENOMEM: also when a value of the row before could
 * not be made. If all columns tell of the process alone, a row is a process, else a file.
 */
int fdmap_reader_next(struct fdmap_reader *r);
/*
 * The value in this row as a text, which ends with a NUL and is valid until the next row:
 * decimal numbers in the unit of the field, "true" or "false", addresses as inet_ntop(3) has
 * them, all else as it is, unescaped. NULL: absent, see fdmap_field_get; a list or tree, which
 * has no text; or there is no row, or no such column.
 */
const char *fdmap_reader_text(struct fdmap_reader *r, size_t column);
/*
 * The value in this row as a number, a BOOL as 0 or 1, an I64 in two's complement. 1, or 0:
 * absent as above, or it is no number; *number is left alone then.
 */
int fdmap_reader_number(struct fdmap_reader *r, size_t column, uint64_t *number);

/*
 * The kernel's own totals: each(arg, "TCP", "alloc", 12), from net/sockstat and sockstat6,
 * until it returns != 0, which is returned; texts are valid during the call. 0 or -errno.
 */
int fdmap_sockstat(struct fdmap *m, int (*each)(void *arg, const char *proto, const char *what,
						uint64_t n), void *arg);

/* ---- names --------------------------------------------------------------- */

/* What becomes a name; all else stays a number. */
enum fdmap_namer_what {
	FDMAP_NAMES_HOSTS = 1u << 0,
	FDMAP_NAMES_PORTS = 1u << 1,
	FDMAP_NAMES_USERS = 1u << 2,
	FDMAP_NAMES_RPC = 1u << 3, /* programs registered with the portmapper (lsof +M) */
};
/*
 * m outlives it. Where /etc/passwd, services, hosts or nsswitch.conf has changed since the
 * last namer was made, and none is left, what m has been told before is forgotten.
 */
int fdmap_namer_new(struct fdmap_namer **n, struct fdmap *m, unsigned what);
void fdmap_namer_free(struct fdmap_namer *n);
/*
 * Looks up every address and every user of the snapshot, each once, side by
 * side, for at most ms milliseconds together, and asks for services and the
 * portmapper meanwhile, once in the life of a struct fdmap. What has not
 * answered stays a number. Names that nobody prepared are asked for when they
 * are wanted, and may take what is left of the time (a second if nothing was prepared).
 * Asks the name services of this machine, which may ask servers. 0, also when nobody
 * answered; -ENOMEM.
 */
int fdmap_namer_prepare(struct fdmap_namer *n, const struct fdmap_snapshot *s, unsigned ms);
/* The login name, or NULL: not asked for, or none. Valid until the namer is freed. */
const char *fdmap_namer_user(struct fdmap_namer *n, uid_t uid);
/* Whether that user was asked for, and nobody has answered. */
bool fdmap_namer_waiting(const struct fdmap_namer *n, uid_t uid);
/* -ENOENT when there is no such user, -ETIMEDOUT when nobody answers within a second. */
int fdmap_uid_of(struct fdmap *m, const char *login, uid_t *uid);

#pragma GCC diagnostic pop
#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
