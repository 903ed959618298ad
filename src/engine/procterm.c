/* SPDX-License-Identifier: MIT */
/* Terms about processes: PIDs, groups, users, commands. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/regcost.h"
#include "engine/query.h"

/* The kernel keeps 15 bytes of a command's name (TASK_COMM_LEN - 1). */
#define COMM_MAX 15

bool idterms_find(const struct idterms *t, uint64_t id, bool *exclude, unsigned *term)
{
	uint32_t v;

	if (!hash_find(&t->index, id, &v))
		return false;
	*exclude = v & 1;
	*term = v >> 1;
	return true;
}

struct idclass {
	enum fdmap_term_class what;
	uint32_t bit;
	const char *label; /* in "X 5 has been included and excluded." */
};

static int id_term(struct fdmap_query *q, struct idterms *t, const struct idclass *c, uint64_t id,
		   const char *text, unsigned how, struct fdmap_error *err)
{
	bool exclude = how & FDMAP_NOT, was;
	unsigned old;
	int n, r;

	if (idterms_find(t, id, &was, &old)) {
		if (was == exclude)
			return (int)old;
		query_error(err, "%s %llu has been included and excluded.", c->label,
			    (unsigned long long)id);
		return -EINVAL;
	}
	/* The index has it not, so it is new: thousands of PIDs are not compared. */
	n = query_term_new(q, exclude ? FDMAP_TERM_OTHER : c->what, text, id);
	if (n < 0)
		return n;
	r = hash_put(&t->index, id, (uint32_t)n * 2 + exclude);
	if (r < 0)
		return r;
	if (exclude) {
		t->excluded++;
	} else {
		t->included++;
		q->used |= c->bit;
	}
	return n;
}

int fdmap_query_pid(struct fdmap_query *q, pid_t pid, unsigned how, struct fdmap_error *err)
{
	static const struct idclass c = { FDMAP_TERM_PID, SEL_PID, "PID" };

	return pid < 0 ? -EINVAL : id_term(q, &q->pid, &c, (uint64_t)pid, NULL, how, err);
}

int fdmap_query_pgid(struct fdmap_query *q, pid_t pgid, unsigned how, struct fdmap_error *err)
{
	static const struct idclass c = { FDMAP_TERM_PGID, SEL_PGID, "PGID" };

	return pgid < 0 ? -EINVAL : id_term(q, &q->pgid, &c, (uint64_t)pgid, NULL, how, err);
}

int fdmap_query_uid(struct fdmap_query *q, uid_t uid, const char *name, unsigned how,
		    struct fdmap_error *err)
{
	static const struct idclass c = { FDMAP_TERM_UID, SEL_UID, "UID" };

	return id_term(q, &q->uid, &c, uid, name, how, err);
}

static int command_clash(const struct fdmap_query *q, const char *prefix, bool exclude,
			 struct fdmap_error *err)
{
	for (size_t i = 0; i < q->ncmd; i++) {
		const struct cmdterm *c = &q->cmd[i];

		if (c->exclude == exclude || strcmp(c->prefix, prefix) != 0)
			continue;
		query_error(err, "-c^%s and -c%s conflict.", prefix, prefix);
		return -EINVAL;
	}
	return 0;
}

int fdmap_query_command(struct fdmap_query *q, const char *prefix, unsigned how,
			struct fdmap_error *err)
{
	bool exclude = how & FDMAP_NOT;
	size_t len = strlen(prefix);
	struct cmdterm *v;
	char *copy;
	int t;

	if (len > COMM_MAX) {
		query_error(err, "\"-c %s%s\" length (%zu) > what system provides (%d)",
			    exclude ? "^" : "", prefix, len, COMM_MAX);
		return -EINVAL;
	}
	t = command_clash(q, prefix, exclude, err);
	if (t < 0)
		return t;
	t = query_term(q, exclude ? FDMAP_TERM_OTHER : FDMAP_TERM_COMMAND, prefix, 0);
	if (t < 0)
		return t;
	v = query_grow(q->cmd, q->ncmd, sizeof(*v));
	if (!v)
		return -ENOMEM;
	q->cmd = v;
	copy = strdup(prefix);
	if (!copy)
		return -ENOMEM;
	v[q->ncmd++] = (struct cmdterm){ copy, len, exclude, (unsigned)t };
	if (!exclude)
		q->used |= SEL_CMD;
	return t;
}

int fdmap_query_regex(struct fdmap_query *q, const char *re, const char *text, unsigned how,
		      struct fdmap_error *err)
{
	int flags = REG_NOSUB, r, t;
	struct reterm *v = query_grow(q->re, q->nre, sizeof(*v));
	char why[160];

	if (!v)
		return -ENOMEM;
	q->re = v;
	if (!(how & FDMAP_BASIC_RE))
		flags |= REG_EXTENDED;
	if (how & FDMAP_ICASE)
		flags |= REG_ICASE;
	if (!regcost_is_small(re, flags)) {
		query_error(err, "regexp error: /%s/: too many groups or repetitions", text);
		return -EINVAL;
	}
	r = regcomp(&v[q->nre].re, re, flags);
	if (r != 0) {
		(void)regerror(r, &v[q->nre].re, why, sizeof(why));
		query_error(err, "regexp error: /%s/: %s", text, why);
		return -EINVAL;
	}
	t = query_term(q, FDMAP_TERM_REGEX, text, 0);
	if (t < 0) {
		regfree(&v[q->nre].re);
		return t;
	}
	v[q->nre++].term = (unsigned)t;
	q->used |= SEL_CMD;
	return t;
}
