/* SPDX-License-Identifier: MIT */
/* fuser: files, file systems, or local ports, and often a signal for who has them. */
#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "cli/habit.h"
#include "cli/habits.h"

enum {
	KILL = 1u << 0,
	MOUNT = 1u << 1,
	ONLY_MOUNT = 1u << 2,
	WRITERS = 1u << 3,
	SILENT = 1u << 4,
	UNUSED = 1u << 5, /* also what nobody has */
	V4 = 1u << 6,
	V6 = 1u << 7,
	SPACE = 1u << 8,
};

/* clang-format off */
static const struct habitopt opts[] = {
	{ 'k', false, KILL, "kill", NULL },
	{ 'm', false, MOUNT, "mount", NULL },
	{ 'c', false, MOUNT, NULL, NULL },
	{ 'M', false, ONLY_MOUNT, "ismountpoint", NULL },
	{ 'w', false, WRITERS, "writeonly", NULL },
	{ 's', false, SILENT, "silent", NULL },
	{ 'a', false, UNUSED, "all", NULL },
	{ '4', false, V4, "ipv4", NULL },
	{ '6', false, V6, "ipv6", NULL },
	{ 'n', true, SPACE, "namespace", NULL },
	{ 'v', false, 0, "verbose", NULL },
	{ 'u', false, 0, "user", NULL },
	{ 'i', false, 0, "interactive", NULL },
	{ 'I', false, 0, "inode", NULL },
	{ 'f', false, 0, NULL, NULL },
};
/* clang-format on */

struct fuserline {
	unsigned flags;
	const char *space, *signal;
	struct buf expr, files;
	size_t ports;
};

/* -TERM, -9: no letters, though they look so. */
static bool is_signal(const char *word)
{
	size_t upper, digits;

	if (word[0] != '-' || !word[1])
		return false;
	upper = strspn(word + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+");
	digits = strspn(word + 1, "0123456789");
	if (word[1 + upper])
		return false;
	return upper > 2 || (digits == upper && !(upper == 1 && strchr("46", word[1])));
}

/* "80", "80,host,1024": the own port, who is at the other end, and its port. */
static bool put_ports(struct fuserline *f, const char *proto, const char *spec, size_t len)
{
	static const char *const columns[] = { "lport", "raddr", "rport" };
	const char *version = f->flags & V4 && !(f->flags & V6)	  ? "4"
			      : f->flags & V6 && !(f->flags & V4) ? "6"
								  : "";

	buf_printf(&f->expr, "%s%s%s", f->ports++ ? " or " : "", proto, version);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		size_t n = 0;

		while (n < len && spec[n] != ',')
			n++;
		for (size_t k = 0; k < n; k++)
			if (!isalnum((unsigned char)spec[k]) && !strchr(".-:[]", spec[k]))
				return false;
		if (n) {
			buf_printf(&f->expr, " and %s == ", columns[i]);
			buf_put(&f->expr, spec, n);
		}
		if (n == len)
			return true;
		spec += n + 1;
		len -= n + 1;
	}
	return false;
}

static bool add_name(struct fuserline *f, const char *word)
{
	const char *slash = strrchr(word, '/');

	if (slash && slash > word && (strcmp(slash, "/tcp") == 0 || strcmp(slash, "/udp") == 0) &&
	    !memchr(word, '/', (size_t)(slash - word)))
		return put_ports(f, slash + 1, word, (size_t)(slash - word));
	if (f->space && strcmp(f->space, "file") != 0)
		return (strcmp(f->space, "tcp") == 0 || strcmp(f->space, "udp") == 0) &&
		       put_ports(f, f->space, word, strlen(word));
	buf_putc(&f->files, ' ');
	habit_quote(&f->files, word);
	return true;
}

static bool fuserline_read(struct fuserline *f, int n, char *const *words)
{
	struct habitline line = { words, n, 0, NULL };
	struct habituse use;

	for (;;) {
		bool inside = line.letters && *line.letters;
		int rc;

		if (!inside && line.i < n && is_signal(words[line.i])) {
			f->signal = words[line.i++] + 1;
			continue;
		}
		rc = habit_next(&line, opts, ARRAY_LEN(opts), &use);
		if (rc < 0)
			return false;
		if (rc > 0) {
			f->flags |= use.opt->flag;
			if (use.opt->flag == SPACE)
				f->space = use.value;
			continue;
		}
		if (line.i == n)
			break;
		if (!add_name(f, words[line.i++]))
			return false;
	}
	/* A filter narrows what names select: both are one question there, and two here. */
	return (f->ports > 0) != (f->files.n > 0);
}

static void fuserline_init(struct fuserline *f)
{
	*f = (struct fuserline){ 0 };
	buf_init(&f->expr);
	buf_init(&f->files);
}

static void fuserline_fini(struct fuserline *f)
{
	buf_fini(&f->expr);
	buf_fini(&f->files);
}

static void put_line(struct fuserline *f, struct buf *here)
{
	bool terse = f->flags & (KILL | SILENT);

	if (f->flags & KILL)
		buf_printf(here, "kill -%s $(", f->signal ? f->signal : "KILL");
	buf_printf(here, "fdmap%s", terse ? " -t" : f->ports ? " -nP" : "");
	if (f->flags & UNUSED)
		buf_puts(here, " -V");
	if (f->flags & WRITERS && !f->ports)
		habit_and(&f->expr, "mode in (w, u)");
	habit_filter(here, &f->expr);
	if (f->flags & ONLY_MOUNT)
		buf_puts(here, " +f");
	if (f->flags & ONLY_MOUNT || strncmp(buf_str(&f->files), " -", 2) == 0)
		buf_puts(here, " --");
	buf_puts(here, buf_str(&f->files));
	if (f->flags & KILL)
		buf_putc(here, ')');
	else if (f->flags & SILENT)
		buf_puts(here, " >/dev/null");
}

static bool put_fuser(int n, char *const *words, struct buf *here)
{
	struct fuserline f;
	bool mine;

	fuserline_init(&f);
	mine = fuserline_read(&f, n, words);
	if (mine)
		put_line(&f, here);
	fuserline_fini(&f);
	return mine;
}

/* A port, which nobody else names so, or a letter that asks for what only fuser does. */
static bool sure_fuser(int n, char *const *words)
{
	struct fuserline f;
	bool sure;

	fuserline_init(&f);
	sure = fuserline_read(&f, n, words) && (f.ports || f.flags & (KILL | MOUNT | ONLY_MOUNT));
	fuserline_fini(&f);
	return sure;
}

const struct habit habit_fuser = { "fuser", put_fuser, sure_fuser };
