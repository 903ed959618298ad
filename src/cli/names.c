/* SPDX-License-Identifier: MIT */
#include "cli/names.h"

#include "base/clock.h"
#include "cli/warn.h"

/* How long names and the portmapper may take altogether, in one listing of however many parts. */
#define NAMES_MS 1000

void names_init(struct names *names)
{
	*names = (struct names){ 0 };
	idset_init(&names->told);
}

void names_fini(struct names *names)
{
	idset_fini(&names->told);
}

void names_begin(struct names *names)
{
	names->left = NAMES_MS;
}

int names_prepare(struct names *names, const struct options *o, const struct fdmap_snapshot *part)
{
	const uint64_t begun = clock_ms();
	int rc = fdmap_namer_prepare(o->fmt.namer, part, names->left);

	names->left = clock_left(names->left, begun);
	return rc;
}

/* Whether a row has logins, and is for people. */
static bool shows_logins(const struct options *o)
{
	const struct columns *c = &o->fmt.columns;

	if (!o->warnings || !o->users || !o->fmt.namer || o->json || o->json_lines || o->count ||
	    o->shape)
		return false;
	return c->only ? columns_have(c, "user") : !o->fields || o->fmt.letters & FIELD_BIT('L');
}

void names_warn(struct names *names, const struct options *o, const struct fdmap_snapshot *part)
{
	const struct fdmap_process *p;
	size_t n;

	if (!shows_logins(o))
		return;
	p = fdmap_processes(part, &n);
	for (size_t i = 0; i < n; i++) {
		uid_t uid = p[i].uid;

		if (!(p[i].have & FDMAP_CRED) || idset_has(&names->told, uid) ||
		    fdmap_namer_user(o->fmt.namer, uid))
			continue;
		if (fdmap_namer_waiting(o->fmt.namer, uid)) {
			if (!names->waiting)
				warn_say("the name service does not answer: numbers instead of "
					 "logins");
			names->waiting = true;
			continue;
		}
		warn_say("no pwd entry for UID %lu", (unsigned long)uid);
		if (idset_add(&names->told, uid, uid) < 0)
			break;
	}
}
