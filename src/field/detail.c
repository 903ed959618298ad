/* SPDX-License-Identifier: MIT */
/* Fields of what kinds have to tell (fdinfo, and what that names): one row for each value. */
#include "field/field.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kind/detail.h"

/* Which files have it: by the beginning of the link's text, or by the kind. */
enum of {
	OF_EVENTFD,
	OF_EPOLL,
	OF_TIMERFD,
	OF_SIGNALFD,
	OF_INOTIFY,
	OF_FANOTIFY,
	OF_PIDFD,
	OF_URING,
	OF_USERFAULTFD,
	OF_BPF,
	OF_DMABUF,
	OF_MEMFD,
	OF_NS,
	OF_DEVICE,
	OF_SOCKET,
};

static const struct {
	const char *prefix[4];
	enum fdmap_kind_id kind; /* UNKNOWN: any */
} files[] = {
	[OF_EVENTFD] = { .prefix = { "anon_inode:[eventfd]" } },
	[OF_EPOLL] = { .prefix = { "anon_inode:[eventpoll]" } },
	[OF_TIMERFD] = { .prefix = { "anon_inode:[timerfd]" } },
	[OF_SIGNALFD] = { .prefix = { "anon_inode:[signalfd]" } },
	[OF_INOTIFY] = { .prefix = { "anon_inode:inotify", "anon_inode:[inotify]" } },
	[OF_FANOTIFY] = { .prefix = { "anon_inode:[fanotify]" } },
	[OF_PIDFD] = { .prefix = { "anon_inode:[pidfd]", "pidfd:" } },
	[OF_URING] = { .prefix = { "anon_inode:[io_uring]" } },
	[OF_USERFAULTFD] = { .prefix = { "anon_inode:[userfaultfd]" } },
	[OF_BPF] = { .prefix = { "anon_inode:bpf", "anon_inode:btf" } },
	[OF_DMABUF] = { .prefix = { "/dmabuf:" } },
	[OF_MEMFD] = { .prefix = { "/memfd:" } },
	[OF_NS] = { .kind = FDMAP_KIND_NS },
	[OF_DEVICE] = { .kind = FDMAP_KIND_DEVICE },
	[OF_SOCKET] = { .kind = FDMAP_KIND_SOCKET },
};

static bool is_of(const struct fdmap_file *f, enum of of)
{
	if (files[of].kind != FDMAP_KIND_UNKNOWN)
		return f->kind == files[of].kind;
	for (size_t i = 0; f->path && i < ARRAY_LEN(files[of].prefix) && files[of].prefix[i]; i++)
		if (strncmp(f->path, files[of].prefix[i], strlen(files[of].prefix[i])) == 0)
			return true;
	return false;
}

/* How it becomes a value. */
enum how {
	AS_IT_IS,
	AS_COUNT, /* of a list: how many are in it, and how many had no room */
	AS_NS,    /* "99.999984797" seconds */
};

/* field->own: which detail it is. Of several keys the first that is there. */
struct source {
	enum of of;
	enum how how;
	const char *keys[4];
};

/* A number in a place of text, or the other way round: the kernel wrote what it wrote. */
static int put_as_text(const struct fdmap_detail *d, struct fdmap_value *v)
{
	struct buf *b;

	if (d->type == FDMAP_DETAIL_TEXT)
		return value_text(v, d->text);
	b = value_room(v);
	if (!b)
		return -ENOMEM;
	switch ((enum fdmap_detail_type)d->type) {
	case FDMAP_DETAIL_U64:
		buf_put_u64(b, d->u);
		break;
	case FDMAP_DETAIL_I64:
		buf_put_i64(b, d->i);
		break;
	case FDMAP_DETAIL_HEX:
		buf_puts(b, "0x");
		buf_put_hex(b, d->u, 1);
		break;
	case FDMAP_DETAIL_BOOL:
		buf_puts(b, d->u ? "yes" : "no");
		break;
	case FDMAP_DETAIL_TEXT:
	case FDMAP_DETAIL_LIST:
	case FDMAP_DETAIL_OBJECT:
		return 0;
	}
	return value_made(v, b);
}

static int put_number(const struct fdmap_detail *d, struct fdmap_value *v)
{
	bool wants_sign = v->type == FDMAP_VALUE_I64;

	if (d->type == FDMAP_DETAIL_I64) {
		v->i = d->i;
		return wants_sign || d->i >= 0;
	}
	if (d->type != FDMAP_DETAIL_U64 && d->type != FDMAP_DETAIL_HEX &&
	    d->type != FDMAP_DETAIL_BOOL)
		return 0;
	v->u = d->u;
	return !wants_sign || d->u <= INT64_MAX;
}

/* Seconds with nine decimals to nanoseconds. */
static int put_ns(const struct fdmap_detail *d, struct fdmap_value *v)
{
	const uint64_t second = 1000000000;
	struct cursor c;
	uint64_t sec, nsec;

	if (d->type != FDMAP_DETAIL_TEXT || !d->text)
		return 0;
	c = cursor_of(d->text, strlen(d->text));
	if (!cursor_u64(&c, &sec) || !cursor_char(&c, '.') || !cursor_u64(&c, &nsec) ||
	    !cursor_done(&c) || nsec >= second)
		return 0;
	v->u = sec > (UINT64_MAX - nsec) / second ? UINT64_MAX : sec * second + nsec;
	return 1;
}

static int put_count(const struct fdmap_file *f, const struct fdmap_detail *d,
		     struct fdmap_value *v)
{
	const struct fdmap_file_more *rare = fdmap_more(f);
	const struct fdmap_detail *more = detail_find(rare->details, rare->ndetails, "more");

	if (d->type != FDMAP_DETAIL_LIST)
		return 0;
	v->u = d->n + (more && more->type == FDMAP_DETAIL_U64 ? more->u : 0);
	return 1;
}

static int get(const struct field *field, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct source *s = field->own;
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *d = NULL;

	if (!more->ndetails || !is_of(f, s->of))
		return 0;
	for (size_t i = 0; !d && i < ARRAY_LEN(s->keys) && s->keys[i]; i++)
		d = detail_find(more->details, more->ndetails, s->keys[i]);
	if (!d)
		return 0;
	if (s->how == AS_COUNT)
		return put_count(f, d, v);
	if (s->how == AS_NS)
		return put_ns(d, v);
	return v->type == FDMAP_VALUE_TEXT ? put_as_text(d, v) : put_number(d, v);
}

static int get_tree(const struct field *field, const struct fdmap_row *row, struct fdmap_value *v)
{
	(void)field;
	v->tree.v = fdmap_more(row->file)->details;
	v->tree.n = fdmap_more(row->file)->ndetails;
	return v->tree.n != 0;
}

#define NEEDS (FDMAP_LINK | FDMAP_STAT | FDMAP_MORE)

/* From fdinfo: known as soon as that is read. */
#define FIELD(file, key, title, type, unit, how, help, ...)                                        \
	{ .pub = { key, title, help, "detail", FDMAP_VALUE_##type, FDMAP_UNIT_##unit,              \
		   FDMAP_OF_DESCRIPTOR, NEEDS },                                                   \
	  .get = get, .own = &(const struct source){ OF_##file, how, { __VA_ARGS__ } } }
/* Looked up, when all rows are there. */
#define LATE(file, key, title, type, unit, help, ...)                                              \
	{ .pub = { key, title, help, "detail", FDMAP_VALUE_##type, FDMAP_UNIT_##unit,              \
		   FDMAP_OF_DESCRIPTOR, NEEDS },                                                   \
	  .get = get, .late = true,                                                                \
	  .own = &(const struct source){ OF_##file, AS_IT_IS, { __VA_ARGS__ } } }
#define U64(file, key, title, help, ...)                                                           \
	FIELD(file, key, title, U64, NONE, AS_IT_IS, help, __VA_ARGS__)
#define TEXT(file, key, title, help, ...)                                                          \
	FIELD(file, key, title, TEXT, NONE, AS_IT_IS, help, __VA_ARGS__)
#define BOOL(file, key, title, help, ...)                                                          \
	FIELD(file, key, title, BOOL, NONE, AS_IT_IS, help, __VA_ARGS__)
#define BYTES(file, key, title, help, ...)                                                         \
	FIELD(file, key, title, U64, BYTES, AS_IT_IS, help, __VA_ARGS__)
#define HEX(file, key, title, help, ...)                                                           \
	FIELD(file, key, title, U64, HEX, AS_IT_IS, help, __VA_ARGS__)
#define I64(file, key, title, help, ...)                                                           \
	FIELD(file, key, title, I64, NONE, AS_IT_IS, help, __VA_ARGS__)

static const struct field fields[] = {
	{ .pub = { "detail", "DETAIL", "all that its kind has to tell", "detail", FDMAP_VALUE_TREE,
		   FDMAP_UNIT_NONE, FDMAP_OF_DESCRIPTOR, NEEDS | FDMAP_SOCK | FDMAP_SOCKX },
	  .get = get_tree, .late = true },
	U64(EVENTFD, "eventfd_count", "EFD-COUNT", "its counter", "eventfd_count"),
	U64(EVENTFD, "eventfd_id", "EFD-ID", "which eventfd it is", "eventfd_id"),
	BOOL(EVENTFD, "eventfd_semaphore", "EFD-SEM", "a read takes one", "eventfd_semaphore"),
	FIELD(EPOLL, "epoll_targets", "EP-TARGETS", U64, NONE, AS_COUNT,
	      "how many descriptors it watches", "targets"),
	TEXT(TIMERFD, "timerfd_clockid", "TFD-CLOCK", "its clock", "clockid"),
	U64(TIMERFD, "timerfd_ticks", "TFD-TICKS", "went off so often since it was read", "ticks"),
	TEXT(TIMERFD, "timerfd_flags", "TFD-FLAGS", "how it was set: abstime, cancel_on_set",
	     "settime_flags"),
	FIELD(TIMERFD, "timerfd_remaining", "TFD-LEFT", U64, NS, AS_NS,
	      "until it goes off; 0: not set", "it_value"),
	FIELD(TIMERFD, "timerfd_interval", "TFD-EVERY", U64, NS, AS_NS,
	      "how often; 0: once", "it_interval"),
	TEXT(SIGNALFD, "signalfd_mask", "SFD-MASK", "signals it takes", "sigmask"),
	FIELD(INOTIFY, "inotify_watches", "IN-WATCHES", U64, NONE, AS_COUNT,
	      "how many files it watches", "watches"),
	FIELD(FANOTIFY, "fanotify_marks", "FAN-MARKS", U64, NONE, AS_COUNT,
	      "how many files, mounts, file systems it watches", "marks"),
	TEXT(FANOTIFY, "fanotify_flags", "FAN-FLAGS", "flags of its group", "flags"),
	HEX(FANOTIFY, "fanotify_event_flags", "FAN-EVENT", "flags of the files it opens",
	    "event_flags"),
	I64(PIDFD, "pidfd_pid", "PFD-PID", "the process; -1: it has ended", "pid"),
	TEXT(PIDFD, "pidfd_nspid", "PFD-NSPID", "its PIDs, from our namespace inwards", "nspid"),
	LATE(PIDFD, "pidfd_command", "PFD-COMMAND", TEXT, NONE, "its command", "command"),
	U64(URING, "io_uring_sq_entries", "SQ-SIZE", "places for submissions", "sq_entries"),
	U64(URING, "io_uring_sq_head", "SQ-HEAD", "first submission not taken", "sq_head"),
	U64(URING, "io_uring_sq_tail", "SQ-TAIL", "behind the last submission", "sq_tail"),
	U64(URING, "io_uring_cq_entries", "CQ-SIZE", "places for completions", "cq_entries"),
	U64(URING, "io_uring_cq_head", "CQ-HEAD", "first completion not taken", "cq_head"),
	U64(URING, "io_uring_cq_tail", "CQ-TAIL", "behind the last completion", "cq_tail"),
	U64(URING, "io_uring_sqes", "SQES", "submissions that wait", "sqes"),
	U64(URING, "io_uring_cqes", "CQES", "completions that wait", "cqes"),
	I64(URING, "io_uring_sq_thread", "SQ-THREAD", "thread that submits; -1: none", "sq_thread"),
	I64(URING, "io_uring_sq_thread_cpu", "SQ-CPU", "its CPU", "sq_thread_cpu"),
	U64(URING, "io_uring_user_files", "UR-FILES", "files registered in it", "user_files"),
	U64(URING, "io_uring_user_bufs", "UR-BUFS", "buffers registered in it", "user_bufs"),
	U64(URING, "io_uring_poll_list", "UR-POLLS", "polls that wait", "poll_list"),
	U64(URING, "io_uring_cq_overflow_list", "CQ-OVER", "completions without a place",
	    "cq_overflow_list"),
	TEXT(URING, "io_uring_napi", "UR-NAPI", "busy polling of devices", "napi"),
	U64(USERFAULTFD, "userfaultfd_pending", "UFD-PEND", "faults not read yet", "pending"),
	U64(USERFAULTFD, "userfaultfd_total", "UFD-TOTAL", "faults not resolved yet", "total"),
	TEXT(USERFAULTFD, "userfaultfd_api", "UFD-API", "API: version, features", "api"),
	U64(BPF, "bpf_id", "BPF-ID", "number of the map, program, link or BTF", "map_id", "link_id",
	    "btf_id", "prog_id"),
	TEXT(BPF, "bpf_type", "BPF-TYPE", "its type", "map_type", "link_type", "prog_type"),
	LATE(BPF, "bpf_name", "BPF-NAME", TEXT, NONE, "name of the map or program", "map_name",
	     "prog_name"),
	U64(BPF, "bpf_prog_id", "BPF-PROG", "number of the program, of a link, too", "prog_id"),
	TEXT(BPF, "bpf_prog_tag", "BPF-TAG", "hash of its instructions", "prog_tag"),
	BOOL(BPF, "bpf_prog_jited", "BPF-JITED", "it is machine code", "prog_jited"),
	FIELD(BPF, "bpf_run_time", "BPF-TIME", U64, NS, AS_IT_IS, "how long it ran, in all",
	      "run_time_ns"),
	U64(BPF, "bpf_run_cnt", "BPF-RUNS", "how often it ran", "run_cnt"),
	U64(BPF, "bpf_recursion_misses", "BPF-MISSES", "did not run, as it ran already",
	    "recursion_misses"),
	U64(BPF, "bpf_verified_insns", "BPF-INSNS", "instructions the verifier looked at",
	    "verified_insns"),
	BYTES(BPF, "bpf_memlock", "BPF-MEM", "memory it takes", "memlock"),
	BYTES(BPF, "bpf_key_size", "BPF-KEY", "size of a map's key", "key_size"),
	BYTES(BPF, "bpf_value_size", "BPF-VALUE", "size of a map's value", "value_size"),
	U64(BPF, "bpf_max_entries", "BPF-MAX", "how many entries a map may have", "max_entries"),
	HEX(BPF, "bpf_map_flags", "BPF-FLAGS", "flags of a map", "map_flags"),
	HEX(BPF, "bpf_map_extra", "BPF-EXTRA", "more flags of a map", "map_extra"),
	BOOL(BPF, "bpf_frozen", "BPF-FROZEN", "programs may not write to the map", "frozen"),
	BYTES(DMABUF, "dmabuf_size", "DMA-SIZE", "size of the buffer", "size"),
	I64(DMABUF, "dmabuf_count", "DMA-COUNT", "how many hold it", "count"),
	TEXT(DMABUF, "dmabuf_exporter", "DMA-BY", "who made it", "exp_name"),
	TEXT(DMABUF, "dmabuf_name", "DMA-NAME", "as its user calls it", "name"),
	LATE(MEMFD, "memfd_name", "MEM-NAME", TEXT, NONE, "as its user calls it", "name"),
	LATE(MEMFD, "memfd_seals", "MEM-SEALS", TEXT, NONE, "what may not be done with it any more",
	     "seals"),
	LATE(NS, "ns_type", "NS-TYPE", TEXT, NONE, "which kind of namespace: net, mnt, pid", "ns"),
	LATE(NS, "ns_inode", "NS-INODE", U64, INODE, "which one it is", "inode"),
	TEXT(DEVICE, "tun_iface", "TUN", "interface of a tun or tap", "iff"),
	U64(DEVICE, "pty_index", "PTY", "pseudo-terminal: number of its slave", "tty_index"),
	LATE(DEVICE, "pty_slave", "PTY-SLAVE", TEXT, NONE, "its slave", "slave"),
	TEXT(DEVICE, "drm_driver", "DRM", "driver of the graphics card", "drm_driver"),
	TEXT(DEVICE, "drm_pdev", "DRM-DEV", "which card", "drm_pdev"),
	U64(DEVICE, "drm_client_id", "DRM-ID", "number of the client", "drm_client_id"),
	TEXT(DEVICE, "drm_client_name", "DRM-NAME", "name of the client", "drm_client_name"),
	U64(SOCKET, "scm_fds", "SCM-FDS", "descriptors in messages that nobody has received",
	    "scm_fds"),
};

const struct field_set fields_detail = { fields, ARRAY_LEN(fields), NULL, 0 };
