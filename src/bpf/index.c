/* SPDX-License-Identifier: MIT */
/* What a pass has read: looked through once, and found by PID. */
#include "bpf/pass.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static size_t rounded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static bool is_mark(const struct bpf_head *h)
{
	return h->fd == -1;
}

/* The length that a bpf_file must have, or 0: it lies. */
static size_t file_size(const struct bpf_file *f)
{
	const char *name = bpf_name(f);
	size_t n = sizeof(*f), len;

	if (f->name < 0)
		return n;
	len = (size_t)f->name;
	n += rounded(len + 1);
	/* Compared first: behind its end nothing may be read. */
	return n == f->h.size && !name[len] && !memchr(name, '\0', len) ? n : 0;
}

static size_t socket_size(const struct bpf_file *f)
{
	const struct bpf_socket *s = (const void *)(f + 1);

	if (f->name != BPF_NO_NAME || f->h.size < sizeof(*f) + sizeof(*s))
		return 0;
	return s->path <= BPF_SOCK_NAME ? sizeof(*f) + sizeof(*s) + rounded(s->path) : 0;
}

/* `h->size` bytes are there. */
static bool is_sound(enum bpf_what what, const struct bpf_head *h)
{
	const bool plain = what != BPF_NAMES && what != BPF_STATS && what != BPF_UNIXES;
	const struct bpf_file *f = (const void *)h;

	if (is_mark(h))
		return plain && h->size == sizeof(*h) && !h->tid;
	if (what == BPF_HELD || what == BPF_INODES || what == BPF_FILES ||
	    (what == BPF_SOCKETS && h->kind == BPF_RING))
		return h->size == sizeof(*h) && (what == BPF_SOCKETS || !h->tid);
	if (h->size < sizeof(*f))
		return false;
	if (what == BPF_SOCKETS)
		return h->size == socket_size(f);
	if (what == BPF_UNIXES)
		return h->size == socket_size(f) && !h->tid;
	return h->size == file_size(f) && !h->tid;
}

/* The record at `at`, if all of it is there. */
static const struct bpf_head *record_at(const struct bpf_pass *p, size_t at)
{
	const struct bpf_head *h = (const void *)(p->stream.p + at);
	size_t left = p->stream.n - at;

	if (left < sizeof(*h) || h->size < sizeof(*h) || h->size % 8 || h->size > left)
		return NULL;
	if (!h->pid || h->pid > INT_MAX || h->tid > INT_MAX || h->fd < -1)
		return NULL;
	return is_sound(p->what, h) ? h : NULL;
}

/* Threads stand where their own number does. */
static uint32_t place(const struct bpf_head *h)
{
	return h->tid ? h->tid : h->pid;
}

static bool is_behind(const struct bpf_head *h, const struct bpf_head *last)
{
	if (!last || place(h) > place(last))
		return true;
	return place(h) == place(last) && h->pid == last->pid && h->tid == last->tid &&
	       h->fd > last->fd;
}

static struct bpf_holder *add_holder(struct bpf_pass *p)
{
	if (p->nholders == p->room) {
		size_t more = p->room ? p->room * 2 : 256;
		struct bpf_holder *v = p->fixed ? NULL : realloc(p->holders, more * sizeof(*v));

		if (!v)
			return NULL;
		p->holders = v;
		p->room = more;
	}
	return &p->holders[p->nholders++];
}

/* The holder of a record, which may be its first. NULL: no memory. */
static struct bpf_holder *holder_of(struct bpf_pass *p, const struct bpf_head *h, size_t at)
{
	struct bpf_holder *holder = p->nholders ? &p->holders[p->nholders - 1] : NULL;

	if (holder && holder->pid == h->pid)
		return holder;
	holder = add_holder(p);
	if (holder)
		*holder = (struct bpf_holder){
			.pid = h->pid,
			.at = is_mark(h) ? at + h->size : at,
			.start = h->start,
		};
	return holder;
}

/* Is the rest of the record at p->indexed still to come? */
static bool is_cut(const struct bpf_pass *p)
{
	const struct bpf_head *h = (const void *)(p->stream.p + p->indexed);
	size_t left = p->stream.n - p->indexed;

	return left < sizeof(*h) || h->size > left;
}

int bpf_pass_index_more(struct bpf_pass *p, uint32_t own_pid, bool end)
{
	const struct bpf_head *last = NULL, *h;

	if (p->records)
		last = (const void *)(p->stream.p + p->last);
	while (p->indexed < p->stream.n && (end || !is_cut(p))) {
		struct bpf_holder *holder;

		h = record_at(p, p->indexed);
		if (!h || !is_behind(h, last))
			return -EPROTO;
		if (!h->tid && h->pid != own_pid) {
			holder = holder_of(p, h, p->indexed);
			if (!holder)
				return -ENOMEM;
			holder->n += !is_mark(h);
		}
		p->socks += h->size >= sizeof(struct bpf_file) &&
			    ((const struct bpf_file *)h)->sock;
		p->last = p->indexed;
		p->indexed += h->size;
		p->records++;
		last = h;
	}
	/* More of the last one may come. */
	return last ? (int)place(last) - 1 : 0;
}

int bpf_pass_index(struct bpf_pass *p, uint32_t own_pid)
{
	int r;

	free(p->holders);
	p->holders = NULL;
	p->nholders = p->room = p->indexed = p->last = p->socks = 0;
	p->records = 0;
	r = bpf_pass_index_more(p, own_pid, true);
	if (r < 0)
		p->nholders = 0;
	return r < 0 ? r : 0;
}

/* The first holder with that PID or a larger one. */
static size_t find_holder(const struct bpf_pass *p, uint32_t pid)
{
	size_t from = 0, to = p->nholders;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (p->holders[mid].pid < pid)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

const struct bpf_holder *bpf_index_find(const struct bpf_pass *p, uint32_t pid)
{
	size_t i = find_holder(p, pid);

	return i < p->nholders && p->holders[i].pid == pid ? &p->holders[i] : NULL;
}

size_t bpf_index_from(const struct bpf_pass *p, uint32_t pid)
{
	size_t i = find_holder(p, pid);

	return i < p->nholders ? p->holders[i].at : p->indexed;
}
