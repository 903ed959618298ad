/* SPDX-License-Identifier: MIT */
/*
 * All sockets the kernel's tables tell of in one network namespace, by inode.
 * Read-only once loaded.
 */
#ifndef NET_SOCKTAB_H
#define NET_SOCKTAB_H

#include "base/arena.h"
#include "base/hash.h"
#include "fdmap.h"
#include "net/family.h"
#include "net/sockindex.h"
#include "os/root.h"

struct socktab_problem {
	const char *source; /* "net/tcp" */
	int error;
};

struct socktab {
	struct arena arena;     /* texts of the sockets */
	struct socklist socks;
	struct sockindex by_ino; /* of socks */
	struct hash by_cookie;  /* of unheld, where cookies were told */
	struct socklist unheld; /* TIME_WAIT, SYN_RECV, orphans: they have no inode */
	uint32_t by_text, by_diag, by_bpf; /* FAMILY_BIT of tables that were told so */
	uint32_t torn;          /* FAMILY_BIT of tables that may lack rows; socksource.checked: that did */
	uint32_t *mated;        /* namespaces whose UNIX sockets were told with their peers */
	size_t nmated;
	struct socktab_problem problems[2 * FDMAP_SOCK_TABLES + 4];
	size_t nproblems;
};

void socktab_init(struct socktab *t);
void socktab_fini(struct socktab *t);

/* Where sockets are read, and how. */
struct socksource {
	struct root *root;
	const struct root_dir *dir; /* a process of that namespace; NULL: the calling thread's own */
	bool entered;      /* the calling thread is in that namespace, and not in the program's */
	uint32_t netns;    /* what the sockets get */
	uint32_t diag;     /* FAMILY_BIT of those that sock_diag is asked for first */
	const struct sockfilter *filter; /* of sock_diag; NULL: all */
	bool unheld;       /* also those without an inode, into t->unheld */
	bool peers, whole; /* struct sockwish */
	uint32_t more;     /* the same */
	uint32_t also;     /* FAMILY_BIT of those that both tell of: the text, then sock_diag the rest */
	bool files;        /* which files are names of UNIX sockets, where the text is read, too */
	bool checked;      /* what may lack rows is compared with a second, short answer */
};

/* Can sock_diag tell of that namespace? Not where it would tell of another. */
bool socksource_asks(const struct socksource *from);

/*
 * Reads the tables of the families (FAMILY_BIT). A family that sock_diag does not
 * tell of is read as text; a table the kernel has not is none; one that can't be
 * read becomes a problem. Only running out of memory or descriptors is an error.
 * A socket that is in the table already stays as it is.
 */
MUST_CHECK int socktab_load(struct socktab *t, const struct socksource *from, uint32_t families);

/* The first line of a file is its header; a last line that was cut is dropped. */
MUST_CHECK int socktab_parse(struct socktab *t, const struct socktext *text, struct span file);
/* Notes that a source could not be read to its end: err, a -errno. 0 or -ENOMEM. */
MUST_CHECK int socktab_problem(struct socktab *t, const char *source, int err);

/* Were the UNIX sockets of that namespace told with mate and pending? */
bool socktab_is_mated(const struct socktab *t, uint32_t netns);

const struct fdmap_sock *socktab_find(const struct socktab *t, uint64_t ino);

#endif
