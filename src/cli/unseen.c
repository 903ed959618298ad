/* SPDX-License-Identifier: MIT */
/*
 * What would help follows from what we are, so that it is said once, also where there are
 * several causes.
 */
#include "cli/unseen.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <unistd.h>

#include "cli/warn.h"

/* "97 processes of other users, and 2 of your own, not dumpable or ..." */
static void put_who(const struct fdmap_unseen *u, struct buf *out)
{
	static const char *const who[FDMAP_UNSEEN_WHYS] = {
		[FDMAP_UNSEEN_USER] = " of other users",
		[FDMAP_UNSEEN_PROTECTED] = " of your own (not dumpable, or with more rights)",
		[FDMAP_UNSEEN_CAPABILITY] = "",
		[FDMAP_UNSEEN_USERNS] = " outside of this user namespace",
		[FDMAP_UNSEEN_POLICY] = "",
		[FDMAP_UNSEEN_HIDEPID] = " behind hidepid=1 of /proc",
		[FDMAP_UNSEEN_HELD] = " whose memory is locked while a server does not answer",
		[FDMAP_UNSEEN_UNKNOWN] = "",
	};
	bool any = false;

	for (size_t i = 0; i < FDMAP_UNSEEN_WHYS; i++) {
		if (!u->n[i])
			continue;
		buf_printf(out, "%s%" PRIu64, any ? ", and " : "", u->n[i]);
		if (!any)
			buf_puts(out, u->n[i] == 1 ? " process" : " processes");
		buf_puts(out, who[i]);
		any = true;
	}
}

static void put_lacking(uint64_t lacking, struct buf *out)
{
	static const struct {
		unsigned cap;
		const char *name;
	} names[] = {
		{ CAP_SYS_PTRACE, "SYS_PTRACE" }, { CAP_DAC_READ_SEARCH, "DAC_READ_SEARCH" },
	};
	const char *between = "run it with ";

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!(lacking >> names[i].cap & 1))
			continue;
		buf_printf(out, "%sCAP_%s", between, names[i].name);
		between = " and ";
	}
	buf_puts(out, " (of a container: --cap-add)");
}

static bool is_cause(const struct fdmap_unseen *u, enum fdmap_unseen_why why)
{
	return u->n[why] || (u->hidden && u->hidden_why == why);
}

static void put_cure(const struct fdmap_unseen *u, struct buf *out)
{
	if (u->n[FDMAP_UNSEEN_UNKNOWN])
		buf_puts(out, "permission denied");
	else if (u->n[FDMAP_UNSEEN_POLICY])
		buf_puts(out, "the security policy of this system (SELinux, AppArmor, ...) has to allow it");
	else if (is_cause(u, FDMAP_UNSEEN_USERNS))
		buf_puts(out, "run it outside");
	else if (is_cause(u, FDMAP_UNSEEN_CAPABILITY))
		put_lacking(u->lacking, out);
	else if (u->n[FDMAP_UNSEEN_HELD] == u->processes && !u->hidden)
		buf_puts(out, "it has to answer, or they have to end");
	else
		buf_puts(out, "run it as root");
}

void put_unseen(const struct fdmap_unseen *u, struct buf *out)
{
	if (u->processes) {
		put_who(u, out);
		buf_puts(out, " could not be looked at");
	}
	if (u->hidden)
		buf_printf(out, "%s are hidden by hidepid=%u of /proc",
			   u->processes ? "; others" : "processes of other users", u->hidepid);
	if (u->processes || u->hidden) {
		buf_puts(out, ": ");
		put_cure(u, out);
	}
}

int unseen_say(const struct options *o, const struct fdmap_snapshot *s, bool found)
{
	/* -t has no warnings, but somebody may sit there. */
	bool may = (o->warnings || o->terse) && !o->explain && !warn_as_lsof();
	bool lost = !found && !o->quiet && isatty(STDERR_FILENO);
	struct fdmap_unseen u;
	struct buf line;
	int r;

	if (!may || (!o->verbose && !lost))
		return 0;
	r = fdmap_unseen(o->m, s, &u);
	if (r < 0)
		return r;
	buf_init(&line);
	put_unseen(&u, &line);
	if (line.n)
		warn_say("%s", buf_str(&line));
	r = line.failed ? -ENOMEM : 0;
	buf_fini(&line);
	return r;
}

static bool namespaces_unread(const struct fdmap_snapshot *s)
{
	const struct fdmap_netns *v;
	size_t n;

	v = fdmap_namespaces(s, &n);
	for (size_t i = 0; i < n; i++)
		if (v[i].selects && v[i].error && v[i].error != ESRCH)
			return true;
	return false;
}

int unseen_any(struct fdmap *m, const struct fdmap_snapshot *s)
{
	struct fdmap_unseen u;
	size_t n;
	int r;

	(void)fdmap_problems(s, &n);
	if (n || namespaces_unread(s))
		return 1;
	r = fdmap_unseen(m, s, &u);
	return r < 0 ? r : u.processes || u.hidden;
}
