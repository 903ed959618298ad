/* SPDX-License-Identifier: MIT */
/*
 * Details of inotify and fanotify: what is watched, all numbers in hex:
 *
 *	inotify wd:1 ino:3c51a sdev:fe00000 mask:300 ignored_mask:0 fhandle-bytes:8
 *	        fhandle-type:1 f_handle:1ac5030000000000          (one line)
 *
 *	fanotify flags:24 event-flags:8000
 *	fanotify ino:13 sdev:fe00000 mflags:0 mask:0 ignored_mask:2 fhandle-bytes:8
 *	        fhandle-type:1 f_handle:1300000000000000
 *	fanotify sdev:fe00000 mflags:0 mask:2 ignored_mask:0      a whole file system
 *	fanotify mnt_id:1e mflags:0 mask:18 ignored_mask:0        one mount
 *
 * fs/notify/fdinfo.c: inotify_fdinfo, fanotify_fdinfo, show_mark_fhandle.
 */
#include "kind/detailbuf.h"

#include <string.h>

#define WATCH_CELLS (4 + DETAIL_SPARE)
#define MARK_CELLS (7 + DETAIL_SPARE)

static const struct name_row inotify_bits[] = {
	{ 0x1, "access" },	    { 0x2, "modify" },	       { 0x4, "attrib" },
	{ 0x8, "close_write" },	    { 0x10, "close_nowrite" }, { 0x20, "open" },
	{ 0x40, "moved_from" },	    { 0x80, "moved_to" },      { 0x100, "create" },
	{ 0x200, "delete" },	    { 0x400, "delete_self" },  { 0x800, "move_self" },
	{ 0x2000, "unmount" },	    { 0x4000, "q_overflow" },  { 0x8000, "ignored" },
	{ 0x1000000, "onlydir" },   { 0x2000000, "dont_follow" },
	{ 0x4000000, "excl_unlink" }, { 0x40000000, "isdir" }, { 0x80000000, "oneshot" },
};

static const struct name_row fanotify_bits[] = {
	{ 0x1, "access" },	     { 0x2, "modify" },		 { 0x4, "attrib" },
	{ 0x8, "close_write" },	     { 0x10, "close_nowrite" },	 { 0x20, "open" },
	{ 0x40, "moved_from" },	     { 0x80, "moved_to" },	 { 0x100, "create" },
	{ 0x200, "delete" },	     { 0x400, "delete_self" },	 { 0x800, "move_self" },
	{ 0x1000, "open_exec" },     { 0x4000, "q_overflow" },	 { 0x8000, "fs_error" },
	{ 0x10000, "open_perm" },    { 0x20000, "access_perm" }, { 0x40000, "open_exec_perm" },
	{ 0x100000, "pre_access" },  { 0x1000000, "mnt_attach" },
	{ 0x2000000, "mnt_detach" }, { 0x8000000, "event_on_child" },
	{ 0x10000000, "rename" },    { 0x40000000, "ondir" },
};

static const struct name_row group_bits[] = {
	{ 0x1, "cloexec" },	    { 0x2, "nonblock" },	{ 0x4, "content" },
	{ 0x8, "pre_content" },	    { 0x10, "unlimited_queue" }, { 0x20, "unlimited_marks" },
	{ 0x40, "enable_audit" },   { 0x80, "report_pidfd" },	{ 0x100, "report_tid" },
	{ 0x200, "report_fid" },    { 0x400, "report_dir_fid" }, { 0x800, "report_name" },
	{ 0x1000, "report_target_fid" }, { 0x2000, "report_fd_error" }, { 0x4000, "report_mnt" },
};

static const struct name_row mark_bits[] = {
	{ 0x40, "ignored_surv_modify" }, { 0x200, "evictable" }, { 0x400, "ignore" },
};

enum mark_has {
	HAS_WD = 1u << 0,
	HAS_INO = 1u << 1,
	HAS_SDEV = 1u << 2,
	HAS_MOUNT = 1u << 3,
	HAS_MASK = 1u << 4,
	HAS_IGNORED = 1u << 5,
	HAS_MFLAGS = 1u << 6,
	HAS_TYPE = 1u << 7,
	HAS_HANDLE = 1u << 8,
	HAS_FLAGS = 1u << 9,
	HAS_EVENT_FLAGS = 1u << 10,
	HAS_MNTNS = 1u << 11,
};

struct watch_line {
	unsigned has;
	uint64_t wd, ino, sdev, mount, mask, ignored, mflags, type, flags, event_flags, mntns;
	struct span handle;
};

static void take_field(struct span field, struct watch_line *w)
{
	const struct {
		const char *key;
		enum mark_has has;
		uint64_t *v;
	} keys[] = {
		{ "wd:", HAS_WD, &w->wd },	       { "ino:", HAS_INO, &w->ino },
		{ "sdev:", HAS_SDEV, &w->sdev },       { "mnt_id:", HAS_MOUNT, &w->mount },
		{ "mask:", HAS_MASK, &w->mask },       { "ignored_mask:", HAS_IGNORED, &w->ignored },
		{ "mflags:", HAS_MFLAGS, &w->mflags }, { "fhandle-type:", HAS_TYPE, &w->type },
		{ "flags:", HAS_FLAGS, &w->flags },    { "mnt_ns:", HAS_MNTNS, &w->mntns },
		{ "event-flags:", HAS_EVENT_FLAGS, &w->event_flags },
	};
	struct cursor c = cursor_span(field);

	if (cursor_lit(&c, "f_handle:")) {
		w->handle = cursor_rest(&c);
		w->has |= HAS_HANDLE;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!cursor_lit(&c, keys[i].key))
			continue;
		/* The only number that is not hex. */
		if (keys[i].has == HAS_MNTNS ? cursor_u64(&c, keys[i].v) : cursor_hex(&c, keys[i].v))
			w->has |= keys[i].has;
		return;
	}
}

static bool take_watch(struct span line, const char *prefix, struct watch_line *w)
{
	struct cursor c = cursor_span(line);
	struct span field;

	*w = (struct watch_line){ 0 };
	if (!cursor_lit(&c, prefix))
		return false;
	while (cursor_field(&c, &field))
		take_field(field, w);
	return w->has != 0;
}

static struct fdmap_detail *add_u64(struct fdmap_detail *v, const char *key, uint64_t u)
{
	*v = (struct fdmap_detail){ .key = key, .type = FDMAP_DETAIL_U64, .u = u };
	return v + 1;
}

static struct fdmap_detail *add_text(struct fdmap_detail *v, const char *key, const char *text)
{
	*v = (struct fdmap_detail){ .key = key, .type = FDMAP_DETAIL_TEXT, .text = text };
	return v + 1;
}

/* The place of the path: until it is known, the handle that leads to it. */
static void put_handle(struct details *d, struct fdmap_detail *v, const struct watch_line *w)
{
	const unsigned needed = HAS_HANDLE | HAS_TYPE;
	struct buf b;

	v->type = FDMAP_DETAIL_TEXT;
	v->text = NULL;
	if ((w->has & needed) != needed || w->handle.n > 512)
		return;
	buf_init(&b);
	buf_put_hex(&b, w->type, 1);
	buf_putc(&b, ':');
	buf_put(&b, w->handle.p, w->handle.n);
	v->text = b.failed ? NULL : arena_strndup(d->arena, buf_str(&b), b.n);
	d->arena->failed |= b.failed;
	buf_fini(&b);
}

static uint32_t put_watch(struct details *d, struct fdmap_detail *first, const struct watch_line *w)
{
	struct fdmap_detail *v = first;

	v = add_u64(v, "wd", w->wd);
	if (w->has & HAS_INO)
		v = add_u64(v, "inode", w->ino);
	if (w->has & HAS_SDEV)
		v = add_text(v, "dev", detail_dev(d->arena, w->sdev));
	if (w->has & HAS_MASK)
		v = add_text(v, "mask", detail_words(d->arena, inotify_bits,
						     ARRAY_LEN(inotify_bits), w->mask));
	put_handle(d, v, w);
	return (uint32_t)(v - first);
}

void parse_inotify(struct details *d, struct span text)
{
	struct fdmap_detail *list =
		details_list(d, "watches", detail_count(text, "inotify "), WATCH_CELLS);
	struct cursor c = cursor_span(text);
	struct watch_line w;
	struct span line;
	uint32_t n = 0;
	bool whole;

	if (!list)
		return;
	while (n < DETAIL_LIST_MAX && cursor_line(&c, &line, &whole) && whole) {
		if (!take_watch(line, "inotify ", &w) || !(w.has & HAS_WD))
			continue;
		list[n].n = put_watch(d, (struct fdmap_detail *)list[n].v, &w);
		n++;
	}
	detail_sort(list, n);
	details_list_end(d, n);
}

static const char *mark_on(const struct watch_line *w)
{
	if (w->has & HAS_INO)
		return "inode";
	if (w->has & HAS_MOUNT)
		return "mount";
	return w->has & HAS_MNTNS ? "mntns" : "filesystem";
}

static uint32_t put_mark(struct details *d, struct fdmap_detail *first, const struct watch_line *w)
{
	struct fdmap_detail *v = add_text(first, "on", mark_on(w));

	if (w->has & HAS_MOUNT)
		v = add_u64(v, "mnt_id", w->mount);
	else if (w->has & HAS_MNTNS)
		v = add_u64(v, "mnt_ns", w->mntns);
	else if (w->has & HAS_INO)
		v = add_u64(v, "inode", w->ino);
	if (w->has & HAS_SDEV)
		v = add_text(v, "dev", detail_dev(d->arena, w->sdev));
	if (w->mask)
		v = add_text(v, "mask", detail_words(d->arena, fanotify_bits,
						     ARRAY_LEN(fanotify_bits), w->mask));
	if (w->ignored)
		v = add_text(v, "ignored_mask", detail_words(d->arena, fanotify_bits,
							     ARRAY_LEN(fanotify_bits), w->ignored));
	if (w->mflags)
		v = add_text(v, "mflags", detail_words(d->arena, mark_bits, ARRAY_LEN(mark_bits),
						       w->mflags));
	put_handle(d, v, w);
	return (uint32_t)(v - first);
}

static void add_group(struct details *d, const struct watch_line *w)
{
	struct fdmap_detail *v = details_add(d, "flags", FDMAP_DETAIL_TEXT);

	if (v)
		v->text = detail_words(d->arena, group_bits, ARRAY_LEN(group_bits), w->flags);
	v = w->has & HAS_EVENT_FLAGS ? details_add(d, "event_flags", FDMAP_DETAIL_HEX) : NULL;
	if (v)
		v->u = w->event_flags;
}

/* The group's own line: the first that has no mark's keys. */
static void find_group(struct details *d, struct span text)
{
	struct cursor c = cursor_span(text);
	struct watch_line w;
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		if (!take_watch(line, "fanotify ", &w) || !(w.has & HAS_FLAGS))
			continue;
		add_group(d, &w);
		return;
	}
}

void parse_fanotify(struct details *d, struct span text)
{
	size_t max = detail_count(text, "fanotify ") - detail_count(text, "fanotify flags:");
	struct cursor c = cursor_span(text);
	struct fdmap_detail *list;
	struct watch_line w;
	struct span line;
	uint32_t n = 0;
	bool whole;

	find_group(d, text);
	list = details_list(d, "marks", max, MARK_CELLS);
	if (!list)
		return;
	max = max < DETAIL_LIST_MAX ? max : DETAIL_LIST_MAX;
	while (n < max && cursor_line(&c, &line, &whole) && whole) {
		if (!take_watch(line, "fanotify ", &w) || w.has & HAS_FLAGS ||
		    !(w.has & (HAS_INO | HAS_MOUNT | HAS_SDEV | HAS_MNTNS)))
			continue;
		list[n].n = put_mark(d, (struct fdmap_detail *)list[n].v, &w);
		n++;
	}
	details_list_end(d, n);
}
