/* SPDX-License-Identifier: MIT */
/*
 * podman and CRI-O: STORAGE/overlay-containers/containers.json, and beside it
 * volatile-containers.json for those that vanish when they end (--rm):
 *
 *	[{"id":"94c9...7d92","names":["web"],"image":"6d91...","metadata":"{\"name\":..."}]
 *
 * docker: STORAGE/containers/ID/config.v2.json, where "Name" is "/web":
 *
 *	{"StreamConfig":{},"State":{"Running":true},"ID":"4f0c...e1","Name":"/web"}
 */
#include "os/containers.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "os/etc.h"

#define FILE_MAX ((size_t)16 << 20)
#define ID_LEN 64

struct known {
	const char *id, *name; /* name NULL: not told */
};

/* ---- the files' texts ------------------------------------------------------------ */

/* The first of a list of texts. */
static struct span first_text(struct cursor *c)
{
	struct span text = { 0 }, other;

	if (!json_begin(c, '[')) {
		json_skip(c);
		return text;
	}
	while (json_element(c)) {
		if (!json_text(c, &other))
			json_skip(c);
		else if (!text.p)
			text = other;
	}
	return text;
}

int parse_containers(struct span text, int (*each)(void *arg, struct span id, struct span name),
		     void *arg)
{
	struct cursor c = cursor_span(text);
	int r = 0;

	if (!json_begin(&c, '['))
		return 0;
	while (r == 0 && json_element(&c)) {
		struct span key, id = { 0 }, name = { 0 };

		if (!json_begin(&c, '{')) {
			json_skip(&c);
			continue;
		}
		while (json_member(&c, &key)) {
			if (span_eq(key, "names"))
				name = first_text(&c);
			else if (!span_eq(key, "id") || !json_text(&c, &id))
				json_skip(&c);
		}
		if (id.n && name.n)
			r = each(arg, id, name);
	}
	return r;
}

bool parse_docker_config(struct span text, struct span *name)
{
	struct cursor c = cursor_span(text);
	struct span key;

	if (!json_begin(&c, '{'))
		return false;
	while (json_member(&c, &key)) {
		if (span_eq(key, "Name") && json_text(&c, name)) {
			if (span_starts(*name, "/"))
				*name = (struct span){ name->p + 1, name->n - 1 };
			return name->n > 0;
		}
		json_skip(&c);
	}
	return false;
}

/* ---- what is known ----------------------------------------------------------------- */

void containers_init(struct containers *c)
{
	hash_init(&c->by_id);
	buf_init(&c->list);
	buf_init(&c->files);
	buf_init(&c->users);
	buf_init(&c->path);
	buf_init(&c->text);
}

void containers_fini(struct containers *c)
{
	hash_fini(&c->by_id);
	buf_fini(&c->list);
	buf_fini(&c->files);
	buf_fini(&c->users);
	buf_fini(&c->path);
	buf_fini(&c->text);
}

/* Their first 16 digits tell IDs apart; the others are compared. */
static bool key_of(struct span id, uint64_t *key)
{
	struct cursor c = cursor_of(id.p, id.n < 16 ? id.n : 16);

	return id.n == ID_LEN && cursor_hex(&c, key) && cursor_done(&c);
}

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

bool containers_may_know(const char *runtime, const char *id)
{
	static const char *const silent[] = { "lxc", "nspawn", "containerd" };
	uint64_t key;

	for (size_t i = 0; runtime && i < ARRAY_LEN(silent); i++)
		if (strcmp(runtime, silent[i]) == 0)
			return false;
	return key_of(span_of(id), &key);
}

bool containers_known(const struct containers *c, const char *id, const char **name)
{
	const struct known *list = (const struct known *)(const void *)c->list.p;
	uint64_t key;
	uint32_t i;

	*name = NULL;
	if (!key_of(span_of(id), &key) || !hash_find(&c->by_id, key, &i) ||
	    strcmp(list[i].id, id) != 0)
		return false;
	*name = list[i].name;
	return true;
}

static int add(struct containers *c, struct span id, const char *name)
{
	struct known one = { .name = name };
	uint64_t key;

	if (!key_of(id, &key))
		return 0;
	one.id = arena_strndup(c->arena, id.p, id.n);
	if (!one.id)
		return -ENOMEM;
	buf_put(&c->list, &one, sizeof(one));
	if (c->list.failed)
		return -ENOMEM;
	return hash_put(&c->by_id, key, (uint32_t)(c->list.n / sizeof(one) - 1));
}

/* A name as it stands in a file, whole or not at all. */
static int add_raw(void *arg, struct span id, struct span raw)
{
	struct containers *c = arg;
	const char *name = NULL;
	bool good;

	buf_reset(&c->path);
	good = json_unescape(raw, &c->path);
	if (c->path.failed)
		return -ENOMEM;
	if (good) {
		name = arena_strndup(c->arena, buf_str(&c->path), c->path.n);
		if (!name)
			return -ENOMEM;
	}
	return name ? add(c, id, name) : 0;
}

/* ---- where it is looked for ---------------------------------------------------------- */

/* c->path into `out`. 1: it was read; 0: there is nothing to read; or root_exhausted. */
static int read_file(struct containers *c, struct buf *out)
{
	const char *path = buf_str(&c->path), *mount, *rest;
	int r;

	if (c->path.failed)
		return -ENOMEM;
	mount = c->mount_of(c->arg, path);
	if (!mount)
		return 0;
	rest = strcmp(mount, "/") == 0 ? path : path + strlen(mount);
	buf_reset(out);
	r = root_host_file(c->root, mount, rest, FILE_MAX, out);
	if (r < 0)
		buf_reset(out);
	return root_exhausted(r) ? r : r == 0;
}

/* 1: c->path was not read before, and now it is; 0; or root_exhausted. */
static int read_once(struct containers *c)
{
	const char *at = buf_str(&c->files), *end = at + c->files.n;

	for (; at < end; at += strlen(at) + 1)
		if (strcmp(at, buf_str(&c->path)) == 0)
			return 0;
	buf_put(&c->files, buf_str(&c->path), c->path.n + 1);
	return c->files.failed ? -ENOMEM : read_file(c, &c->text);
}

static int ask_podman(struct containers *c, const char *storage, size_t n, const char *id)
{
	static const char *const files[] = { "containers.json", "volatile-containers.json" };
	const char *name;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_LEN(files); i++) {
		if (containers_known(c, id, &name))
			return 0;
		buf_reset(&c->path);
		buf_put(&c->path, storage, n);
		buf_puts(&c->path, "-containers/");
		buf_puts(&c->path, files[i]);
		r = read_once(c);
		if (r > 0)
			r = parse_containers((struct span){ buf_str(&c->text), c->text.n }, add_raw,
					     c);
	}
	return r;
}

static int ask_docker(struct containers *c, const char *storage, size_t n, const char *id)
{
	struct span name;
	int r;

	buf_reset(&c->path);
	buf_put(&c->path, storage, n);
	buf_puts(&c->path, "/containers/");
	buf_puts(&c->path, id);
	buf_puts(&c->path, "/config.v2.json");
	r = read_once(c);
	if (r > 0 && parse_docker_config((struct span){ buf_str(&c->text), c->text.n }, &name))
		r = add_raw(c, span_of(id), name);
	return r < 0 ? r : 0;
}

/* n without the last part of the path. */
static size_t above(const char *path, size_t n)
{
	while (n > 0 && path[n - 1] != '/')
		n--;
	return n ? n - 1 : 0;
}

/* Is it of that runtime, as far as its group tells? */
static bool may_be_docker(const struct container *which)
{
	return !which->runtime || strcmp(which->runtime, "docker") == 0 ||
	       strcmp(which->runtime, "kubernetes") == 0;
}

static bool may_be_podman(const struct container *which)
{
	return !which->runtime || strcmp(which->runtime, "docker") != 0;
}

/* Where they keep their files by default: of the system, or in a user's home. */
static int ask_below(struct containers *c, const struct container *which, struct span home)
{
	static const char *const drivers[] = { "overlay", "vfs" };
	const char *name, *share = home.n ? "/.local/share" : "/var/lib";
	struct buf dir;
	int r = 0;

	buf_init(&dir);
	for (size_t i = 0; r == 0 && may_be_podman(which) && i < ARRAY_LEN(drivers); i++) {
		buf_reset(&dir);
		buf_put(&dir, home.p, home.n);
		buf_puts(&dir, share);
		buf_puts(&dir, "/containers/storage/");
		buf_puts(&dir, drivers[i]);
		r = dir.failed ? -ENOMEM : ask_podman(c, buf_str(&dir), dir.n, which->id);
	}
	if (r == 0 && may_be_docker(which) && !containers_known(c, which->id, &name)) {
		buf_reset(&dir);
		buf_put(&dir, home.p, home.n);
		buf_puts(&dir, share);
		buf_puts(&dir, "/docker");
		r = dir.failed ? -ENOMEM : ask_docker(c, buf_str(&dir), dir.n, which->id);
	}
	buf_fini(&dir);
	return r;
}

/* STORAGE/overlay/LAYER/diff tells where they keep their files. */
static int ask_beside(struct containers *c, const struct container *which)
{
	size_t driver, storage;
	int r = 0;

	if (!which->upper)
		return 0;
	driver = above(which->upper, above(which->upper, strlen(which->upper)));
	storage = above(which->upper, driver);
	if (!storage)
		return 0;
	if (may_be_podman(which))
		r = ask_podman(c, which->upper, driver, which->id);
	if (r == 0 && may_be_docker(which))
		r = ask_docker(c, which->upper, storage, which->id);
	return r;
}

/* The directory of a user; the list of users is read once. */
static int find_home(struct containers *c, uid_t uid, struct span *home)
{
	struct cursor cur;
	uint32_t id;
	int r;

	buf_reset(&c->path);
	buf_puts(&c->path, "/etc/passwd");
	if (!c->users.n) {
		r = read_file(c, &c->users);
		if (r < 0)
			return r;
	}
	cur = cursor_of(buf_str(&c->users), c->users.n);
	while (etc_next_home(&cur, &id, home))
		if (id == uid)
			return 0;
	*home = (struct span){ 0 };
	return 0;
}

int containers_ask(struct containers *c, const struct container *which, const char **name)
{
	struct span home = { 0 };
	int r;

	if (containers_known(c, which->id, name))
		return 0;
	r = ask_beside(c, which);
	if (r == 0 && !containers_known(c, which->id, name))
		r = ask_below(c, which, home);
	if (r == 0 && !containers_known(c, which->id, name) && which->uid != 0) {
		r = find_home(c, which->uid, &home);
		if (r == 0 && home.n)
			r = ask_below(c, which, home);
	}
	/* Whoever asks again gets the same answer at once. */
	if (r == 0 && !containers_known(c, which->id, name))
		r = add(c, span_of(which->id), NULL);
	return r;
}
