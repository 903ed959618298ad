/* SPDX-License-Identifier: MIT */
/*
 * Things that have several ends, and who holds them: keys are added first, then
 * holders of these keys, in any order; once sorted, each key has its holders by
 * PID and descriptor.
 */
#ifndef ENGINE_ENDSET_H
#define ENGINE_ENDSET_H

#include "base/hash.h"
#include "fdmap.h"

enum end_what {
	END_PIPE,    /* inode */
	END_FIFO,    /* device, inode */
	END_MQUEUE,  /* device, inode */
	END_EVENTFD, /* eventfd-id */
	END_SOCKET,  /* inode */
	END_MASTER,  /* a pty's number */
	END_SLAVE,   /* a pty's number */
};

struct end_id {
	enum end_what what;
	uint64_t a, b;
};

struct end_holder {
	uint32_t key;
	bool own;     /* a master that was opened in the devpts of its slave */
	uint64_t dev; /* ptys: the file system it was opened on */
	struct fdmap_end end;
};

struct end_key {
	struct end_id id;
	uint32_t next;     /* the same bucket; UINT32_MAX ends */
	uint32_t first, n; /* in endset.holders, once sorted */
};

struct endset {
	struct end_key *keys;
	size_t nkeys;
	struct hash index;
	uint32_t whats; /* 1 << enum end_what: of which there are keys */
	struct end_holder *holders;
	size_t nholders, cap;
};

void endset_init(struct endset *s);
void endset_fini(struct endset *s);

/* 0 or -ENOMEM. */
MUST_CHECK int endset_add(struct endset *s, const struct end_id *id);
MUST_CHECK int endset_hold(struct endset *s, const struct end_holder *holders, size_t n);
/* By PID and descriptor; one that was told twice counts once. */
void endset_sort(struct endset *s);

bool endset_find(const struct endset *s, const struct end_id *id, uint32_t *key);
/* Those of a sorted set; *n 0: none, or no such key. */
const struct end_holder *endset_holders(const struct endset *s, const struct end_id *id,
					uint32_t *n);

/* What a row is an end of; false: of nothing. */
bool end_id_of(const struct fdmap_file *f, struct end_id *id);
/* The same of a character device; `tty`: a master's tty-index, or NULL. */
bool end_id_of_tty(const struct fdmap_stat *st, const uint32_t *tty, struct end_id *id);
/* Is it the ptmx of a devpts itself? Its inode is always the same. */
bool end_is_own(const struct fdmap_stat *st);

/*
 * Are this master and this slave, of one number, two ends of a pty? Numbers are
 * given by each devpts on its own. A master opened through that devpts' ptmx tells
 * which one; one opened as a device of another file system (/dev/ptmx) does not:
 * it has the slaves that no master of their own devpts claims.
 */
bool end_is_pair(const struct end_holder *master, const struct end_holder *slave,
		 const struct end_holder *masters, uint32_t nmasters);

#endif
