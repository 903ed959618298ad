/* SPDX-License-Identifier: MIT */
/* Logins and their numbers: of a passwd list, or of this machine, asked one by one. */
#ifndef OS_USERS_H
#define OS_USERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/util.h"

struct users {
	struct arena arena; /* logins */
	struct buf list;    /* struct user of each */
	struct hash by_uid; /* index of list */
	bool listed;	    /* the list is all there is: nobody is asked */
};

void users_init(struct users *u);
void users_fini(struct users *u);

/* Takes a list as passwd(5) tells it instead of asking. */
void users_list(struct users *u, struct span text);

/* NULL: none. What was asked once is kept, also that there is none. */
const char *users_name(struct users *u, uid_t uid);
/* 0, -ENOENT, -ENOMEM */
MUST_CHECK int users_uid(const struct users *u, const char *login, uid_t *uid);

#endif
