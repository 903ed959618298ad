/* SPDX-License-Identifier: MIT */
/*
 * Logins and their numbers: of a passwd list, or of this machine, whose name
 * service may hang: what its own file does not tell is asked for by errands.
 * The number of who has not answered in time is known at the next call, when
 * he has by then; he is not asked or waited for again.
 */
#ifndef OS_USERS_H
#define OS_USERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/util.h"
#include "os/errand.h"
#include "os/nss.h"

#define USERS_THREADS 8

/* Who answers: 0, -ENOENT, or -ENOMEM: could not even be asked. Called from threads; must outlive them. */
struct users_calls {
	int (*login)(uid_t uid, struct buf *login);
	int (*uid)(const char *login, uid_t *uid);
};

extern const struct users_calls users_machine; /* getpwuid_r and getpwnam_r */

struct users {
	struct arena arena;  /* logins */
	struct buf list;     /* struct user of each */
	struct hash by_uid;  /* index of list */
	struct buf pending;  /* struct asked * of those that have not answered */
	struct hash by_wait; /* UIDs that were ever asked for */
	bool listed;	     /* the list is all there is: nobody is asked */
	bool chosen;	     /* nss is known */
	struct nss nss;
	bool exhausted;	     /* memory or descriptors were missing: who is not known may well be there */
	const struct users_calls *calls;
	struct errands *errands; /* NULL until one is needed */
};

void users_init(struct users *u, const struct users_calls *calls);
void users_fini(struct users *u);

/* 0, or -ENOMEM: somebody who has a name may not be known by it. */
MUST_CHECK int users_error(const struct users *u);

/* Takes a list as passwd(5) tells it instead of asking. */
void users_list(struct users *u, struct span text);

/*
 * Begins to ask for all n at once, each once, and returns at once; users_end waits
 * for at most ms. 0 or -ENOMEM.
 */
MUST_CHECK int users_begin(struct users *u, const uid_t *uids, size_t n);
void users_end(struct users *u, unsigned ms);

/*
 * The login, NULL: none, or no answer yet. Asks who was not asked for, and waits
 * for at most ms. What was asked once is kept, also that there is none.
 */
const char *users_name(struct users *u, uid_t uid, unsigned ms);
/* Asked for, and no answer yet. */
bool users_waiting(const struct users *u, uid_t uid);
/* 0, -ENOENT, -ENOMEM, -ETIMEDOUT: no answer within ms. */
MUST_CHECK int users_uid(struct users *u, const char *login, unsigned ms, uid_t *uid);

#endif
