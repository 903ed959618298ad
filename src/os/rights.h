/* SPDX-License-Identifier: MIT */
/* What we may do ourselves: user, groups, capabilities. */
#ifndef OS_RIGHTS_H
#define OS_RIGHTS_H

#include "base/cursor.h"
#include "os/root.h"

/* What self/ns/user leads to in the first user namespace: PROC_USER_INIT_INO of linux/proc_ns.h. */
#define FIRST_USERNS "user:[4026531837]"

struct rights {
	bool known;      /* else all is 0 */
	uid_t uid;       /* effective */
	uint64_t caps;   /* effective: 1 << CAP_* */
	bool within;     /* in a user namespace that is not the first one: caps end at its border */
	struct buf text; /* of the file, for its groups */
};

void rights_init(struct rights *r);
void rights_fini(struct rights *r);
/* Of a recorded tree, of who recorded it. 0 or -ENOMEM; what can't be read is not known. */
MUST_CHECK int rights_read(struct root *root, struct rights *r);
/* For rights_read: uid and caps of the text of `status`; r->known: they were there. Pure. */
void parse_rights(struct span text, struct rights *r);
/* A file of our own process, "status", also where we observe another system. 0 or -errno. */
MUST_CHECK int own_read(struct root *root, const char *name, struct buf *out);
/* The same of /proc alone, without a root. */
MUST_CHECK int own_read_live(const char *name, struct buf *out);
/* Is it our group, or one of our groups? */
bool rights_has_group(const struct rights *r, gid_t gid);

#endif
