/* SPDX-License-Identifier: MIT */
/*
 * The one door to the observed system. Everything that is read of it is read
 * through a struct root: the live /proc, another procfs, or a recorded tree.
 * Nothing here waits for a remote file system, but the functions on names in
 * the file system of the observer, which look up what the user typed.
 *
 * Names are relative to a directory opened before, so that a PID that is used
 * again never shows the next owner's files (a dead PID's directory answers
 * ESRCH or ENOENT).
 */
#ifndef OS_ROOT_H
#define OS_ROOT_H

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"
#include "os/diag.h"
#include "os/procmap.h"

struct root;

/* An open directory below the root, "" for the root itself. */
struct root_dir {
	int fd;
	char at[64]; /* "812/fd", as seen from the root */
};

typedef int root_each(void *arg, uint32_t id); /* != 0 ends the listing, and is returned */
/* The same for names; type: DT_REG, ..., DT_UNKNOWN; ino: 0 or what the directory says. */
typedef int root_name(void *arg, const char *name, unsigned type, uint64_t ino);
/*
 * What has come of a file since: text grows by it. What is taken out of text is not kept.
 * != 0 ends the reading, and is returned.
 */
typedef int root_piece(void *arg, struct buf *text);

struct root_ops {
	int (*dir_open)(struct root *r, const struct root_dir *up, const char *name,
			struct root_dir *d);
	int (*list)(struct root *r, const struct root_dir *d, root_each *each, void *arg);
	int (*list_from)(struct root *r, const struct root_dir *d, uint32_t from, root_each *each,
			 void *arg); /* or NULL */
	int (*read)(struct root *r, const struct root_dir *d, const char *name, struct buf *out);
	int (*read_by)(struct root *r, const struct root_dir *d, const char *name, struct buf *out,
		       root_piece *piece, void *arg); /* or NULL: all is one piece */
	int (*maps_open)(struct root *r, const struct root_dir *d, struct procmap *p); /* or NULL */
	int (*read_open)(struct root *r, const struct root_dir *d, const char *name); /* or NULL */
	ssize_t (*link)(struct root *r, const struct root_dir *d, const char *name, char *buf,
			size_t len);
	int (*stat)(struct root *r, const struct root_dir *d, const char *name,
		    struct fdmap_stat *st);
	int (*stat_cached)(struct root *r, const struct root_dir *d, const char *name,
			   struct fdmap_stat *st);
	int (*lmode)(struct root *r, const struct root_dir *d, const char *name, uint32_t *mode);
	int (*owner)(struct root *r, const struct root_dir *d, uid_t *uid);
	ssize_t (*sockproto)(struct root *r, const struct root_dir *d, const char *name,
			     char *buf, size_t len);
	int (*stat_path)(struct root *r, const char *path, struct fdmap_stat *st);
	int (*real_path)(struct root *r, const char *path, struct buf *out);
	int (*lstat_path)(struct root *r, const char *path, struct fdmap_stat *st);
	ssize_t (*link_path)(struct root *r, const char *path, char *buf, size_t len);
	int (*names)(struct root *r, const char *path, root_name *each, void *arg);
	int (*diag)(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		    void *arg, uint64_t *bytes);
	int (*diag_one)(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
			void *arg, uint64_t *bytes); /* or NULL */
	int (*netns_open)(struct root *r, const char *link, const char *path, uint64_t *ino);
	int (*host_file)(struct root *r, const char *mount, const char *path, size_t max,
			 struct buf *out);
	void (*close)(struct root *r);
};

struct reach;

struct root {
	const struct root_ops *ops;
	void *priv;       /* the ops' own */
	struct reach *reach; /* who looks names up that may wait; NULL: a recorded tree */
	struct root_dir top;
	const char *self;  /* the process whose namespaces are meant: "self", or "1" */
	const char *shown; /* how its paths are written in rows: "/proc" */
	_Atomic int exhausted; /* see root_lost */
	bool live;         /* the kernel this program runs on, at its own /proc */
	_Atomic int filtered; /* of os/wary.h */
	/* What was asked for by its name, and is tried even under a filter of system calls. */
	bool dares_bpf, dares_netns;
	struct {
		_Atomic uint64_t dirs, lists, reads, fdinfos, links, stats, lmodes, owners, protos,
			paths, tables, bytes, diags, entered, names;
	} counts; /* every call through the door, for fdmap_counts */
};

/*
 * Opens DIR as a procfs when it is one, as a recorded tree when it holds a
 * `manifest`; NULL: /proc. -ENOENT, -ENOTDIR, -EINVAL (neither).
 */
MUST_CHECK int root_open(struct root **r, const char *dir);
void root_close(struct root *r);

/* A tree of files, and no procfs. */
static inline bool root_is_recorded(const struct root *r)
{
	return !r->reach;
}

/*
 * Memory or descriptors have run out: what could still be told would be a
 * shorter list, which is a lie. Everything else is about one object only.
 */
static inline bool root_exhausted(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE;
}

/*
 * Has any call through the door, but for names that were typed, ended so since it was asked
 * the last time? That error, or 0: whoever made the call may have had nobody to tell.
 */
MUST_CHECK int root_lost(struct root *r);

/* up NULL: the root. d is closed with root_dir_close. */
MUST_CHECK int root_dir_open(struct root *r, const struct root_dir *up, const char *name,
			     struct root_dir *d);
void root_dir_close(struct root_dir *d);

/* Calls each with every name that is a number, in directory order. */
MUST_CHECK int root_list(struct root *r, const struct root_dir *d, root_each *each, void *arg);
/*
 * The same of PID/fd, from this number on, where that is known not to cost the rest
 * (root_seeks). Any number below it may come as well.
 */
MUST_CHECK int root_list_from(struct root *r, const struct root_dir *d, uint32_t from,
			      root_each *each, void *arg);
static inline bool root_seeks(const struct root *r)
{
	return r->ops->list_from;
}
/* Appends the whole file. d NULL: below the root. */
MUST_CHECK int root_read(struct root *r, const struct root_dir *d, const char *name,
			 struct buf *out);
/* The same, piece by piece: as the kernel hands it out. Appends what piece leaves there. */
MUST_CHECK int root_read_by(struct root *r, const struct root_dir *d, const char *name,
			    struct buf *out, root_piece *piece, void *arg);
/* The mapped files of the process that d is of, to be closed. -ENOSYS: only `maps` tells. */
MUST_CHECK int root_maps_open(struct root *r, const struct root_dir *d, struct procmap *p);
/* A file of the process that d is of, for a read that may have to be left behind; -ENOSYS: none may. */
MUST_CHECK int root_read_open(struct root *r, const struct root_dir *d, const char *name);
/* Length of the link's text (NUL-terminated in buf), or -errno. */
MUST_CHECK ssize_t root_link(struct root *r, const struct root_dir *d, const char *name,
			     char *buf, size_t len);
/* statx of what the link leads to, never asking a server. */
MUST_CHECK int root_stat(struct root *r, const struct root_dir *d, const char *name,
			 struct fdmap_stat *st);
/*
 * The same of a name below a link, "root/etc/passwd": only if the kernel knows it by
 * heart, and need not ask a disk, a server or a daemon for it. Else -EAGAIN.
 */
MUST_CHECK int root_stat_cached(struct root *r, const struct root_dir *d, const char *name,
				struct fdmap_stat *st);
/* st_mode of the link itself: its permission bits are the open mode. */
MUST_CHECK int root_lmode(struct root *r, const struct root_dir *d, const char *name,
			  uint32_t *mode);
MUST_CHECK int root_owner(struct root *r, const struct root_dir *d, uid_t *uid);
/* xattr system.sockprotoname of a socket descriptor. */
MUST_CHECK ssize_t root_sockproto(struct root *r, const struct root_dir *d, const char *name,
				  char *buf, size_t len);
/*
 * A name in the file system of the observer, for file name arguments. May block. These are
 * looked up with the rights of who started us, whatever the program has (os/raised.h).
 */
MUST_CHECK int root_stat_path(struct root *r, const char *path, struct fdmap_stat *st);
/* The same name without links, dots and doubled slashes. May block. */
MUST_CHECK int root_real_path(struct root *r, const char *path, struct buf *out);
/* The link itself, if the name is one. May block. */
MUST_CHECK int root_lstat_path(struct root *r, const char *path, struct fdmap_stat *st);
/* Length of the link's text, or -EINVAL: it is none. May block. */
MUST_CHECK ssize_t root_link_path(struct root *r, const char *path, char *buf, size_t len);
/* Calls each with every name in that directory but "." and "..". each NULL: may it be listed? */
MUST_CHECK int root_names(struct root *r, const char *path, root_name *each, void *arg);

/*
 * sock_diag of the network namespace that the calling thread is in: as diag_dump. Where
 * it would tell of another system than this one, nobody is asked: -ENOSYS.
 */
MUST_CHECK int root_diag(struct root *r, struct diag *d, const void *req, size_t n,
			 diag_each *each, void *arg);
/* The same, of one socket: as diag_one. */
MUST_CHECK int root_diag_one(struct root *r, struct diag *d, const void *req, size_t n,
			     diag_each *each, void *arg);

/*
 * A descriptor of a network namespace, to enter it, and its inode. link: "812/ns/net",
 * "812/fd/7"; with a path: "812/root", and where a mount lies below it; NULL: a name in
 * the file system of the observer, which may block. Nothing but a network namespace is
 * opened: -EINVAL. -ENOSYS: a recorded tree.
 */
MUST_CHECK int root_netns_open(struct root *r, const char *link, const char *path, uint64_t *ino);
/*
 * Appends a regular file of the system itself that nobody typed: `path`, found
 * below the directory `mount` without crossing to another file system and through
 * no symbolic link, so that nobody can lead us to a server that is away. -EFBIG:
 * larger than max. In a tree: the file below its directory host/.
 */
MUST_CHECK int root_host_file(struct root *r, const char *mount, const char *path, size_t max,
			      struct buf *out);

/* "/proc/812/fd/3" as rows show it. */
void root_shown(const struct root *r, const struct root_dir *d, const char *name,
		struct buf *out);

/* The two implementations; root_open picks. */
const char *root_live_path(void); /* where this system's procfs is mounted */
int root_live_open(struct root *r, int dirfd, const char *dir);
int root_tree_open(struct root *r, int dirfd, const char *dir);

#endif
