/* SPDX-License-Identifier: MIT */
/*
 * Reads the manifest of a recorded tree into a table sorted by path.
 *
 *	link 812/fd/3 mode=140777 dev=0:9 ino=20113 l=rw proto=TCP
 *	^what ^path   ^what stat, lstat and the xattr of the path answer
 *
 * The other lines: `dir 812 uid=33`, `path /var/run real=/run mode=...`,
 * `deny 812/fd EACCES`, `deny 812/cwd link EACCES`, `# comment`. In a path or
 * a text, blank, newline and backslash are written \x20, \n and \\.
 */
#include "os/manifest.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/names.h"

static const struct name_row call_names[] = {
	{ MANIFEST_OPEN, "open" },   { MANIFEST_LIST, "list" },	  { MANIFEST_READ, "read" },
	{ MANIFEST_LINK, "link" },   { MANIFEST_STAT, "stat" },	  { MANIFEST_LMODE, "lmode" },
	{ MANIFEST_OWNER, "owner" }, { MANIFEST_PROTO, "proto" },
};

static const struct name_row errno_names[] = {
	{ EACCES, "EACCES" }, { EIO, "EIO" },	    { ELOOP, "ELOOP" },
	{ ENOENT, "ENOENT" }, { ENOMEM, "ENOMEM" }, { ENOTDIR, "ENOTDIR" },
	{ EPERM, "EPERM" },   { ESRCH, "ESRCH" },   { ESTALE, "ESTALE" },
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape, its backslash eaten; -1: not one. */
static int unescape(const char **at, const char *end)
{
	if (*at >= end)
		return -1;
	char c = *(*at)++;

	if (c == '\\')
		return '\\';
	if (c == 'n')
		return '\n';
	if (c != 'x' || end - *at < 2)
		return -1;
	int hi = hex_digit((*at)[0]), lo = hex_digit((*at)[1]);

	*at += 2;
	return hi < 0 || lo < 0 || hi + lo == 0 ? -1 : hi * 16 + lo;
}

/* A copy without escapes; NULL with *err set. An empty text is none. */
static const char *take_text(struct manifest *m, struct span s, int *err)
{
	char *copy = arena_alloc(&m->arena, s.n + 1);
	const char *at = s.p, *end = s.p + s.n;
	size_t n = 0;

	*err = copy ? -EINVAL : -ENOMEM;
	if (!copy || s.n == 0)
		return NULL;
	while (at < end) {
		int c = (unsigned char)*at++;

		if (c == '\\')
			c = unescape(&at, end);
		if (c <= 0)
			return NULL;
		copy[n++] = (char)c;
	}
	return copy;
}

static bool name_value(const struct name_row *t, size_t n, struct span s, uint32_t *value)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(s, t[i].name)) {
			*value = t[i].value;
			return true;
		}
	}
	return false;
}

/* "8:1" */
static bool take_dev(struct cursor *c, uint64_t *dev)
{
	uint32_t hi, lo;

	if (!cursor_u32(c, &hi) || !cursor_char(c, ':') || !cursor_u32(c, &lo))
		return false;
	*dev = makedev(hi, lo);
	return true;
}

static bool take_u32(struct cursor *c, uint32_t max, uint32_t *v)
{
	return cursor_u32(c, v) && *v <= max;
}

/* "rw", "r", "w", "-": the permission bits of the link, as fs/proc/fd.c sets them. */
static bool take_lmode(struct cursor *c, uint32_t *mode)
{
	bool none = cursor_char(c, '-');
	bool r = !none && cursor_char(c, 'r'), w = !none && cursor_char(c, 'w');

	*mode = S_IFLNK | (r ? S_IRUSR | S_IXUSR : 0u) | (w ? S_IWUSR | S_IXUSR : 0u);
	return none || r || w;
}

static bool take_mode(struct cursor *c, uint32_t *mode)
{
	uint64_t v;

	if (!cursor_oct(c, &v) || v > 0177777)
		return false;
	*mode = (uint32_t)v;
	return true;
}

/* What stat answers. `key` was eaten. */
static bool take_stat(struct span key, struct cursor *c, struct fdmap_stat *st)
{
	if (span_eq(key, "mode"))
		return take_mode(c, &st->mode);
	if (span_eq(key, "dev"))
		return take_dev(c, &st->dev);
	if (span_eq(key, "rdev"))
		return take_dev(c, &st->rdev);
	if (span_eq(key, "ino"))
		return cursor_u64(c, &st->ino);
	if (span_eq(key, "size"))
		return cursor_u64(c, &st->size);
	if (span_eq(key, "nlink"))
		return take_u32(c, UINT32_MAX, &st->nlink);
	return false;
}

/* "key=value" */
static int parse_attribute(struct manifest *m, struct span word, struct manifest_entry *e)
{
	struct cursor c = cursor_span(word);
	struct span key;
	bool ok;
	int err;

	if (!memchr(word.p, '=', word.n) || !cursor_until(&c, '=', &key))
		return -EINVAL;
	if (span_eq(key, "proto")) {
		e->proto = take_text(m, cursor_rest(&c), &err);
		return e->proto ? 0 : err;
	}
	if (span_eq(key, "real")) {
		e->real = take_text(m, cursor_rest(&c), &err);
		return e->real ? 0 : err;
	}
	if (span_eq(key, "l")) {
		ok = take_lmode(&c, &e->lmode);
		e->given |= MANIFEST_HAS_LMODE;
	} else if (span_eq(key, "uid")) {
		ok = take_u32(&c, UINT32_MAX, &e->uid);
		e->given |= MANIFEST_HAS_UID;
	} else {
		ok = take_stat(key, &c, &e->st);
		e->given |= MANIFEST_HAS_STAT;
	}
	return ok && cursor_done(&c) ? 0 : -EINVAL;
}

/* "EACCES", or "link EACCES" */
static int parse_denial(struct cursor *c, struct manifest *m, struct manifest_entry *e)
{
	uint32_t call = MANIFEST_CALLS, number;
	struct span word;

	if (!cursor_field(c, &word))
		return -EINVAL;
	if (name_value(call_names, ARRAY_LEN(call_names), word, &call) && !cursor_field(c, &word))
		return -EINVAL;
	if (!name_value(errno_names, ARRAY_LEN(errno_names), word, &number) ||
	    cursor_field(c, &word))
		return -EINVAL;
	for (uint32_t i = 0; i < MANIFEST_CALLS; i++)
		if (call == MANIFEST_CALLS || call == i)
			e->deny[i] = -(int)number;
	if (call == MANIFEST_CALLS) {
		e->given |= MANIFEST_HAS_DENY_ALL;
		m->denies = true;
	}
	return 0;
}

/* 1: an entry; 0: nothing on this line. */
static int parse_line(struct span line, struct manifest *m, struct manifest_entry *e)
{
	struct cursor c = cursor_span(line);
	struct span what, word;
	int err = 0;

	if (!cursor_field(&c, &what) || what.p[0] == '#')
		return 0;
	if (!cursor_field(&c, &word))
		return -EINVAL;
	e->path = take_text(m, word, &err);
	if (!e->path)
		return err;
	if (span_eq(what, "deny")) {
		err = parse_denial(&c, m, e);
		return err < 0 ? err : 1;
	}
	if (span_eq(what, "path"))
		e->given |= MANIFEST_HAS_PATH;
	else if (!span_eq(what, "dir") && !span_eq(what, "link"))
		return -EINVAL;
	while (cursor_field(&c, &word)) {
		err = parse_attribute(m, word, e);
		if (err < 0)
			return err;
	}
	return 1;
}

static int by_path(const void *a, const void *b)
{
	const struct manifest_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Of two lines for one path, the later one counts. */
static int by_path_and_line(const void *a, const void *b)
{
	const struct manifest_entry *x = a, *y = b;
	int diff = by_path(a, b);

	return diff ? diff : (x->line > y->line) - (x->line < y->line);
}

/* What two lines say of one path, e.g. `link` and `deny`. */
static void merge(struct manifest_entry *into, const struct manifest_entry *e)
{
	if (e->given & MANIFEST_HAS_STAT)
		into->st = e->st;
	if (e->given & MANIFEST_HAS_LMODE)
		into->lmode = e->lmode;
	if (e->given & MANIFEST_HAS_UID)
		into->uid = e->uid;
	if (e->proto)
		into->proto = e->proto;
	if (e->real)
		into->real = e->real;
	for (unsigned i = 0; i < MANIFEST_CALLS; i++)
		if (e->deny[i])
			into->deny[i] = e->deny[i];
	into->given |= e->given;
}

static void sort_entries(struct manifest *m)
{
	size_t kept = 0;

	if (m->n == 0)
		return;
	qsort(m->v, m->n, sizeof(*m->v), by_path_and_line);
	for (size_t i = 1; i < m->n; i++) {
		if (strcmp(m->v[kept].path, m->v[i].path) == 0)
			merge(&m->v[kept], &m->v[i]);
		else
			m->v[++kept] = m->v[i];
	}
	m->n = kept + 1;
}

int parse_manifest(struct span text, struct manifest *m)
{
	struct cursor c = cursor_span(text);
	struct span line;
	size_t lines = 0, most = text.n / strlen("dir 1\n");
	bool whole;

	memset(m, 0, sizeof(*m));
	arena_init(&m->arena);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (most > lines)
		most = lines; /* empty lines cost nothing */
	if (most > SIZE_MAX / sizeof(*m->v) - 1)
		return -ENOMEM;
	m->v = arena_alloc(&m->arena, (most + 1) * sizeof(*m->v));
	if (!m->v)
		return -ENOMEM;
	while (cursor_line(&c, &line, &whole)) {
		struct manifest_entry *e = &m->v[m->n];

		if (!whole || (line.n && memchr(line.p, '\0', line.n)))
			return -EINVAL;
		int err = parse_line(line, m, e);

		if (err < 0)
			return err;
		e->line = m->n;
		m->n += (size_t)err;
	}
	sort_entries(m);
	return 0;
}

void manifest_fini(struct manifest *m)
{
	arena_fini(&m->arena);
	m->v = NULL;
	m->n = 0;
}

const struct manifest_entry *manifest_find(const struct manifest *m, const char *path)
{
	const struct manifest_entry key = { .path = path };

	return m->n ? bsearch(&key, m->v, m->n, sizeof(*m->v), by_path) : NULL;
}

/* The name with one slash where several stood, and none at its end. */
static int tidy(const char *path, char *out)
{
	size_t n = 0;

	for (; *path; path++) {
		if (*path == '/' && n && out[n - 1] == '/')
			continue;
		if (n + 1 >= PATH_MAX)
			return -ENAMETOOLONG;
		out[n++] = *path;
	}
	if (n > 1 && out[n - 1] == '/')
		n--;
	out[n] = '\0';
	return 0;
}

int manifest_find_path(const struct manifest *m, const char *path, const struct manifest_entry **e)
{
	char name[PATH_MAX];
	int err = tidy(path, name);

	if (err < 0)
		return err;
	*e = manifest_find(m, name);
	if (*e && (*e)->deny[MANIFEST_STAT])
		return (*e)->deny[MANIFEST_STAT];
	return *e && (*e)->given & MANIFEST_HAS_PATH ? 0 : -ENOENT;
}

/* Is it dir/NAME? */
static bool directly_below(const char *path, const char *dir, size_t n)
{
	if (strncmp(path, dir, n) != 0)
		return false;
	/* "/" ends in the slash that others are followed by. */
	if (n && dir[n - 1] == '/')
		n--;
	return path[n] == '/' && path[n + 1] && !strchr(path + n + 1, '/');
}

const struct manifest_entry *manifest_next_below(const struct manifest *m, const char *dir,
						 size_t *at)
{
	size_t n = strlen(dir);

	while (*at < m->n) {
		const struct manifest_entry *e = &m->v[(*at)++];

		if (e->given & MANIFEST_HAS_PATH && directly_below(e->path, dir, n))
			return e;
	}
	return NULL;
}
