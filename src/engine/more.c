/* SPDX-License-Identifier: MIT */
/* What details name, looked up; and what is told of a row without its fdinfo. */
#include "engine/more.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/names.h"
#include "engine/morein.h"
#include "kind/detail.h"
#include "os/bpfname.h"
#include "proc/fdlink.h"
#include "proc/stat.h"

#define DELETED " (deleted)"
#define ADDED_MAX 8 /* details of one row that are made here */

int more_own(struct more *m)
{
	int r;

	if (m->has_own)
		return 0;
	m->has_own = true;
	r = ownfs_read(m->root, &m->own);
	return root_exhausted(r) ? r : 0;
}

int more_mounts(struct more *m)
{
	int r;

	if (m->has_mounts)
		return 0;
	m->has_mounts = true;
	r = mounts_read(m->root, &m->mounts);
	return root_exhausted(r) ? r : 0;
}

int more_fds(struct more *m, const struct fdmap_process *p, struct root_dir *d)
{
	char name[48];

	if (p->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d/fd", p->pid, p->tid);
	else
		(void)snprintf(name, sizeof(name), "%d/fd", p->pid);
	return root_dir_open(m->root, NULL, name, d);
}

void more_put(struct fdmap_detail *v, const char *key, const char *text)
{
	*v = (struct fdmap_detail){ .key = key, .type = FDMAP_DETAIL_TEXT, .text = text };
}

bool more_dev(const struct fdmap_detail *v, uint64_t *dev)
{
	struct cursor c;
	uint32_t maj, min;

	if (!v || v->type != FDMAP_DETAIL_TEXT)
		return false;
	c = cursor_of(v->text, strlen(v->text));
	if (!cursor_u32(&c, &maj) || !cursor_char(&c, ',') || !cursor_u32(&c, &min))
		return false;
	*dev = makedev(maj, min);
	return true;
}

/* One more detail behind those that fdinfo told, in the room left for it. */
static void add_span(struct more *m, struct fdmap_file *f, const char *key, struct span text)
{
	struct fdmap_file_more *more = snapshot_more(m->arena, f);

	if (more)
		more_put((struct fdmap_detail *)more->details + more->ndetails++, key,
			 arena_strndup(m->arena, text.p, text.n));
}

static void add_text(struct more *m, struct fdmap_file *f, const char *key, const char *text)
{
	add_span(m, f, key, (struct span){ text, strlen(text) });
}

/* Details that are made here: what there is already stays in front. */
struct added {
	struct fdmap_detail v[ADDED_MAX];
	uint32_t n;
};

static struct fdmap_detail *add(struct added *a, const char *key, enum fdmap_detail_type type)
{
	a->v[a->n] = (struct fdmap_detail){ .key = key, .type = (uint8_t)type };
	return &a->v[a->n++];
}

static void add_u64(struct added *a, const char *key, uint64_t u)
{
	add(a, key, FDMAP_DETAIL_U64)->u = u;
}

static int added_keep(struct more *m, struct fdmap_file *f, const struct added *a)
{
	struct fdmap_file_more *more;
	struct fdmap_detail *v;

	if (!a->n)
		return 0;
	more = snapshot_more(m->arena, f);
	v = more ? arena_alloc(m->arena, (more->ndetails + a->n) * sizeof(*v)) : NULL;
	if (!v)
		return -ENOMEM;
	if (more->ndetails)
		memcpy(v, more->details, more->ndetails * sizeof(*v));
	memcpy(v + more->ndetails, a->v, a->n * sizeof(*v));
	more->details = v;
	more->ndetails += a->n;
	f->have |= FDMAP_MORE;
	return 0;
}

static int join_socket(struct more *m, struct fdmap_file *f)
{
	const struct fdmap_sock *sock = f->sock;
	struct added a = { .n = 0 };
	char dev[32];

	if (!sock)
		return 0;
	if (sock->told & FDMAP_TOLD_UID)
		add_u64(&a, "uid", sock->uid);
	if (sock->told & FDMAP_TOLD_COOKIE)
		add_u64(&a, "cookie", sock->cookie);
	if (sock->told & FDMAP_TOLD_BACKLOG)
		add_u64(&a, "backlog", sock->backlog);
	if (sock->told & FDMAP_TOLD_FILE) {
		(void)snprintf(dev, sizeof(dev), "%u,%u", major(sock->file_dev),
			       minor(sock->file_dev));
		add_u64(&a, "file_inode", sock->file_ino);
		add(&a, "file_dev", FDMAP_DETAIL_TEXT)->text = arena_strdup(m->arena, dev);
	}
	return added_keep(m, f, &a);
}

static int join_ns(struct more *m, struct fdmap_file *f, const struct fdlink *link)
{
	struct added a = { .n = 0 };

	add(&a, "ns", FDMAP_DETAIL_TEXT)->text =
		arena_strndup(m->arena, link->name.p, link->name.n);
	add_u64(&a, "inode", link->ino);
	return added_keep(m, f, &a);
}

static const char *seal_words(struct more *m, uint32_t seals)
{
	static const struct name_row names[] = {
		{ F_SEAL_SEAL, "seal" },   { F_SEAL_SHRINK, "shrink" }, { F_SEAL_GROW, "grow" },
		{ F_SEAL_WRITE, "write" }, { 0x10, "future_write" },	{ 0x20, "exec" },
	};
	char words[64] = "none";
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (seals & names[i].value)
			n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s", n ? "|" : "",
					      names[i].name);
	return arena_strdup(m->arena, words);
}

/* A link may say "/memfd:x (deleted)" of a file that is called so: the device tells. */
static bool is_memory(const struct more *m, const struct fdmap_file *f)
{
	if (!m->root->live)
		return major(f->stat->dev) == 0;
	return f->stat->dev && (f->stat->dev == m->own.mem || f->stat->dev == m->own.huge);
}

static int join_memfd(struct more *m, const struct fdmap_process *p, struct fdmap_file *f,
		      struct span name)
{
	struct added a = { .n = 0 };
	struct root_dir d;
	uint32_t seals;
	char fd[16];
	int r = more_own(m);

	if (r < 0 || !is_memory(m, f))
		return r;
	add(&a, "name", FDMAP_DETAIL_TEXT)->text = arena_strndup(m->arena, name.p, name.n);
	add_u64(&a, "size", f->stat->size);
	r = m->root->live ? more_fds(m, p, &d) : -ENOSYS;
	if (r == 0) {
		(void)snprintf(fd, sizeof(fd), "%d", f->fd);
		r = ownfs_seals(m->root, &d, fd, f->stat, &m->own, &seals);
		root_dir_close(&d);
	}
	if (root_exhausted(r))
		return r;
	if (r == 0)
		add(&a, "seals", FDMAP_DETAIL_TEXT)->text = seal_words(m, seals);
	return added_keep(m, f, &a);
}

static int join_path(struct more *m, const struct fdmap_process *p, struct fdmap_file *f)
{
	struct span name = { f->path, strlen(f->path) };
	struct added a = { .n = 0 };

	if (f->fd < 0 || !f->stat || !span_ends(name, DELETED))
		return 0;
	name.n -= strlen(DELETED);
	if (span_starts(name, "/memfd:"))
		return join_memfd(m, p, f, (struct span){ name.p + 7, name.n - 7 });
	if (!span_eq(name, "/secretmem") || major(f->stat->dev) != 0)
		return 0;
	add_u64(&a, "size", f->stat->size);
	return added_keep(m, f, &a);
}

static int compare_pid(const void *key, const void *row)
{
	pid_t a = *(const pid_t *)key, b = ((const struct fdmap_process *)row)->pid;

	return (a > b) - (a < b);
}

static int join_pidfd(struct more *m, struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *d = detail_find(more->details, more->ndetails, "pid");
	const struct fdmap_process *p;
	struct stat_line st;
	char name[32];
	pid_t pid;
	int r;

	if (!d || d->i <= 0 || d->i > INT32_MAX)
		return 0;
	pid = (pid_t)d->i;
	p = m->s->nprocs ? bsearch(&pid, m->s->procs, m->s->nprocs, sizeof(*p), compare_pid) : NULL;
	if (p && p->have & FDMAP_COMM && p->comm) {
		add_text(m, f, "command", p->comm);
		return 0;
	}
	(void)snprintf(name, sizeof(name), "%d/stat", pid);
	buf_reset(&m->text);
	r = root_read(m->root, NULL, name, &m->text);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	if (parse_stat((struct span){ buf_str(&m->text), m->text.n }, &st) == 0)
		add_span(m, f, "command", st.comm);
	return 0;
}

static int join_bpf(struct more *m, struct fdmap_file *f, const char *id_key, const char *name_key,
		    int (*ask)(struct root *root, uint32_t id, char name[BPFNAME_MAX]))
{
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *d = detail_find(more->details, more->ndetails, id_key);
	char name[BPFNAME_MAX];
	int r;

	if (!d || d->type != FDMAP_DETAIL_U64 || d->u > UINT32_MAX || m->no_bpf)
		return 0;
	r = ask(m->root, (uint32_t)d->u, name);
	if (r == 0 && *name)
		add_text(m, f, name_key, name);
	m->no_bpf = r == -EPERM || r == -EACCES || r == -ENOSYS;
	return root_exhausted(r) ? r : 0;
}

static int join_anon(struct more *m, const struct fdmap_process *p, struct fdmap_file *f,
		     const struct fdlink *link)
{
	if (!fdmap_more(f)->ndetails)
		return 0;
	if (span_eq(link->name, "[eventpoll]"))
		return more_epoll(m, p, f);
	if (span_eq(link->name, "inotify") || span_eq(link->name, "[inotify]") ||
	    span_eq(link->name, "[fanotify]"))
		return more_watches(m, p, f);
	if (span_eq(link->name, "[pidfd]") || span_eq(link->name, "pidfd"))
		return join_pidfd(m, f);
	if (span_eq(link->name, "bpf-map"))
		return join_bpf(m, f, "map_id", "map_name", bpfname_map);
	if (span_eq(link->name, "bpf-prog") || span_eq(link->name, "bpf_link") ||
	    span_eq(link->name, "bpf-link"))
		return join_bpf(m, f, "prog_id", "prog_name", bpfname_prog);
	return 0;
}

static int join_ptmx(struct more *m, struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *d = detail_find(more->details, more->ndetails, "tty_index");
	char name[48];

	if (!d)
		return 0;
	(void)snprintf(name, sizeof(name), "/dev/pts/%llu", (unsigned long long)d->u);
	add_text(m, f, "slave", name);
	return 0;
}

static int join_row(struct more *m, const struct fdmap_process *p, struct fdmap_file *f)
{
	struct fdlink link;

	if (!f->path)
		return 0;
	parse_fdlink((struct span){ f->path, strlen(f->path) }, &link);
	switch ((enum fdmap_kind_id)f->kind) {
	case FDMAP_KIND_SOCKET:
		return join_socket(m, f);
	case FDMAP_KIND_NS:
		return join_ns(m, f, &link);
	case FDMAP_KIND_ANON:
	case FDMAP_KIND_PIDFD:
		return join_anon(m, p, f, &link);
	case FDMAP_KIND_DEVICE:
		return join_ptmx(m, f);
	case FDMAP_KIND_FILE:
		return join_path(m, p, f);
	case FDMAP_KIND_UNKNOWN:
	case FDMAP_KIND_PIPE:
	case FDMAP_KIND_MQUEUE:
	case FDMAP_KIND_FAILED:
	case FDMAP_KIND_EXEMPT:
		break;
	}
	return 0;
}

int more_join(struct fdmap_snapshot *s, struct root *root)
{
	struct more m = { .s = s, .root = root, .arena = snapshot_arena(s) };
	int r = 0;

	buf_init(&m.text);
	mounts_init(&m.mounts);
	hash_init(&m.holders);
	for (size_t i = 0; r == 0 && i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];

		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++)
			r = join_row(&m, p, (struct fdmap_file *)&p->files[j]);
	}
	if (r == 0 && arena_failed(m.arena))
		r = -ENOMEM;
	more_watches_fini(&m);
	free(m.holder);
	hash_fini(&m.holders);
	mounts_fini(&m.mounts);
	buf_fini(&m.text);
	return r;
}
