/* SPDX-License-Identifier: MIT */
/* Which member comes of which letter, and in which order. To add one, add a row to `members`. */
#include "out/jsonrow.h"

#include <string.h>

#include "out/extra.h"
#include "out/fields.h"
#include "out/jsonflat.h"

struct member {
	const char *key;
	char letter; /* of -F, that chooses it */
	enum column_of of;
	/* Puts key and value, or nothing when there is none. */
	void (*put)(struct jsonw *w, const char *key, const struct shown *x);
};

static void put_word(struct jsonw *w, const char *key, const char *word)
{
	jsonw_key(w, key);
	jsonw_string(w, word, strlen(word));
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	if (text)
		jsonw_text(w, key, text, strlen(text));
}

static void put_u64(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

static void put_i64(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_i64(w, v);
}

/* Made in the writer's scratch: short, and ours. */
static void put_scratch(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
}

static void put_hex(struct jsonw *w, const char *key, uint64_t v)
{
	buf_reset(&w->tmp);
	buf_puts(&w->tmp, "0x");
	buf_put_hex(&w->tmp, v, 1);
	put_scratch(w, key);
}

/* ---- processes --------------------------------------------------------------- */

static void put_pid(struct jsonw *w, const char *key, const struct shown *x)
{
	jsonw_key(w, key);
	if (x->row->proc->nobody)
		jsonw_null(w);
	else
		jsonw_i64(w, x->row->proc->pid);
}

static void put_tid(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->row->proc->tid)
		put_i64(w, key, x->row->proc->tid);
}

static void put_task(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->row->proc->tid)
		put_text(w, key, x->row->proc->task);
}

static void put_context(struct jsonw *w, const char *key, const struct shown *x)
{
	put_text(w, key, x->row->proc->context);
}

static void put_pgid(struct jsonw *w, const char *key, const struct shown *x)
{
	if (!x->row->proc->nobody)
		put_i64(w, key, x->row->proc->pgid);
}

static void put_ppid(struct jsonw *w, const char *key, const struct shown *x)
{
	if (!x->row->proc->nobody)
		put_i64(w, key, x->row->proc->ppid);
}

static void put_command(struct jsonw *w, const char *key, const struct shown *x)
{
	put_text(w, key, column_comm(x->row->proc));
}

static void put_uid(struct jsonw *w, const char *key, const struct shown *x)
{
	if (!x->row->proc->nobody)
		put_u64(w, key, x->row->proc->uid);
}

static void put_login(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->fmt->namer && !x->row->proc->nobody)
		put_text(w, key, fdmap_namer_user(x->fmt->namer, x->row->proc->uid));
}

/* ---- files --------------------------------------------------------------------- */

static void put_number_or_slot(struct jsonw *w, const char *key, int32_t fd)
{
	buf_reset(&w->tmp);
	column_put_fd(fd, true, &w->tmp);
	put_scratch(w, key);
}

static void put_fd(struct jsonw *w, const char *key, const struct shown *x)
{
	put_number_or_slot(w, key, x->row->file->fd);
}

static void put_letter(struct jsonw *w, const char *key, char c)
{
	if (column_letter(c) != ' ') {
		jsonw_key(w, key);
		jsonw_string(w, &c, 1);
	}
}

static void put_access(struct jsonw *w, const char *key, const struct shown *x)
{
	put_letter(w, key, x->row->file->access);
}

static void put_lock(struct jsonw *w, const char *key, const struct shown *x)
{
	put_letter(w, key, x->row->file->lock);
}

static void put_type(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.type[0])
		put_word(w, key, x->look.type);
}

static void put_device(struct jsonw *w, const char *key, const struct shown *x)
{
	const char *text = x->look.device + strspn(x->look.device, " ");

	if (*text)
		put_word(w, key, text);
}

static void put_dev(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.has & FDMAP_HAS_DEV)
		put_hex(w, key, x->look.dev);
}

static void put_rdev(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.has & FDMAP_HAS_RDEV)
		put_hex(w, key, x->look.rdev);
}

static void put_size(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.has & FDMAP_HAS_SIZE)
		jsonw_number_text(w, key, x->look.size);
}

static void put_offset(struct jsonw *w, const char *key, const struct shown *x)
{
	if ((x->look.has & FDMAP_HAS_OFFSET) && !x->fmt->size_only)
		jsonw_number_text(w, key, x->look.offset);
}

static void put_inode(struct jsonw *w, const char *key, const struct shown *x)
{
	if ((x->look.has & FDMAP_HAS_INODE) && !x->look.node[0])
		jsonw_number_text(w, key, x->look.ino);
}

static void put_nlink(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.has & FDMAP_HAS_NLINK)
		put_u64(w, key, x->look.nlink);
}

static void put_protocol(struct jsonw *w, const char *key, const struct shown *x)
{
	if (x->look.node[0])
		put_word(w, key, x->look.node);
}

/* Names, unless hex was asked for. */
static void put_flags(struct jsonw *w, const char *key, const struct shown *x)
{
	bool hex = x->fmt->flags == FORMAT_FLAGS_HEX;

	buf_reset(&w->tmp);
	if (column_put_flags(x, hex ? FORMAT_FLAGS_HEX : FORMAT_FLAGS_NAMES, &w->tmp))
		put_scratch(w, key);
}

static void put_name(struct jsonw *w, const char *key, const struct shown *x)
{
	if (column_take_name(x, column_name_alone(x->fmt)))
		jsonw_text(w, key, x->scratch->p, x->scratch->n);
	else
		w->out->failed = true;
}

static void put_tcp_info(struct jsonw *w, const char *key, const struct shown *x)
{
	(void)key;
	jsonsock_tcp_info(w, x);
}

/* ---- what lsof lacks --------------------------------------------------------------- */

static void put_deleted(struct jsonw *w, const char *key, const struct shown *x)
{
	if (!x->row->file->deleted)
		return;
	jsonw_key(w, key);
	jsonw_bool(w, true);
}

static void put_ends(struct jsonw *w, const char *key, const struct shown *x)
{
	(void)key;
	jsonsock_ends(w, x);
}

static void put_state(struct jsonw *w, const char *key, const struct shown *x)
{
	(void)key;
	jsonsock_state(w, x);
}

static void put_container(struct jsonw *w, const char *key, const struct shown *x)
{
	(void)key;
	jsonextra_container(w, x);
	jsonextra_unit(w, x);
}

static void put_beyond(struct jsonw *w, const char *key, const struct shown *x)
{
	(void)key;
	jsonextra_netns(w, x);
	jsonextra_detail(w, x);
	jsonextra_unowned(w, x);
}

static const char *call_name(unsigned call)
{
	static const char *const names[] = {
		[FDMAP_CALL_NONE] = "none",	  [FDMAP_CALL_READLINK] = "readlink",
		[FDMAP_CALL_STAT] = "stat",	  [FDMAP_CALL_LSTAT] = "lstat",
		[FDMAP_CALL_OPENDIR] = "opendir",
	};

	return call < ARRAY_LEN(names) ? names[call] : names[0];
}

/* Hidden together with the note in the name (-w). */
static void put_error(struct jsonw *w, const char *key, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;
	const char *name;

	if (!f->failed || !f->error || !(x->fmt->name_how & FDMAP_NAME_NOTES))
		return;
	name = strerrorname_np(f->error);
	jsonw_key(w, key);
	jsonw_object(w);
	put_word(w, "call", call_name(f->failed));
	if (name)
		put_word(w, "errno", name);
	put_text(w, "text", strerrordesc_np(f->error));
	jsonw_object_end(w);
}

static const struct member members[] = {
	{ "pid", 'p', COLUMN_PROCESS, put_pid },
	{ "tid", 'K', COLUMN_PROCESS, put_tid },
	{ "task_cmd", 'M', COLUMN_PROCESS, put_task },
	{ "security_context", 'Z', COLUMN_PROCESS, put_context },
	{ "pgid", 'g', COLUMN_PROCESS, put_pgid },
	{ "ppid", 'R', COLUMN_PROCESS, put_ppid },
	{ "command", 'c', COLUMN_PROCESS, put_command },
	{ "uid", 'u', COLUMN_PROCESS, put_uid },
	{ "login", 'L', COLUMN_PROCESS, put_login },
	{ "container", 'p', COLUMN_PROCESS, put_container }, /* and unit */
	{ "fd", 'f', COLUMN_FILE, put_fd },
	{ "access", 'a', COLUMN_FILE, put_access },
	{ "lock", 'l', COLUMN_FILE, put_lock },
	{ "type", 't', COLUMN_FILE, put_type },
	{ "device", 'd', COLUMN_FILE, put_device },
	{ "device_number", 'D', COLUMN_FILE, put_dev },
	{ "raw_device", 'r', COLUMN_FILE, put_rdev },
	{ "size", 's', COLUMN_FILE, put_size },
	{ "offset", 'o', COLUMN_FILE, put_offset },
	{ "inode", 'i', COLUMN_FILE, put_inode },
	{ "nlink", 'k', COLUMN_FILE, put_nlink },
	{ "protocol", 'P', COLUMN_FILE, put_protocol },
	{ "flags", 'G', COLUMN_FILE, put_flags },
	{ "name", 'n', COLUMN_FILE, put_name },
	{ "tcp_info", 'T', COLUMN_FILE, put_tcp_info },
	/* lsof's keys end here. */
	{ "deleted", 'n', COLUMN_FILE, put_deleted },
	{ "local", 'n', COLUMN_FILE, put_ends },  /* and remote; or path, socket_type, peer_inode */
	{ "state", 'T', COLUMN_FILE, put_state }, /* and recv_queue, send_queue */
	{ "peers", 'n', COLUMN_FILE, jsonpeers_put },
	{ "netns", 'n', COLUMN_FILE, put_beyond }, /* and detail, unowned */
	{ "error", 'n', COLUMN_FILE, put_error },
};

/* Those that stand behind another key in the list, and the column of "peers". */
static const struct {
	const char *key;
	char letter;
} others[] = {
	{ "unit", 'p' },	{ "remote", 'n' },	{ "ifindex", 'n' },    { "queue_id", 'n' },
	{ "path", 'n' },	{ "socket_type", 'n' }, { "peer_inode", 'n' }, { "peer", 'n' },
	{ "recv_queue", 'T' },	{ "send_queue", 'T' },	{ "detail", 'n' },     { "unowned", 'n' },
};

uint64_t jsonrow_letters(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (strcmp(members[i].key, key) == 0)
			return FIELD_BIT(members[i].letter);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strcmp(others[i].key, key) == 0)
			return FIELD_BIT(others[i].letter);
	return 0;
}

/* Whose process or descriptor it is can always be told. */
static bool is_chosen(const struct format *fmt, const struct member *m)
{
	return m->letter == 'p' || (fmt->letters & FIELD_BIT(m->letter));
}

bool jsonrow_files(const struct format *fmt)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (members[i].of == COLUMN_FILE && is_chosen(fmt, &members[i]))
			return true;
	return jsonflat_adds_files(&fmt->columns);
}

uint32_t jsonrow_wants(const struct format *fmt)
{
	uint32_t wants = 0;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (is_chosen(fmt, &members[i]))
			wants |= fields_needs(members[i].letter);
	if ((fmt->letters & FIELD_BIT('T')) && (fmt->name_how & FDMAP_NAME_QUEUES))
		wants |= FDMAP_QUEUES;
	if ((fmt->letters & FIELD_BIT('n')) && (fmt->name_how & FDMAP_NAME_ENDS))
		wants |= FDMAP_ENDS;
	wants |= extra_wants(fmt);
	if (jsonflat_adds_files(&fmt->columns))
		wants |= COLUMN_ROWS;
	if (fmt->size_only)
		wants &= ~((uint32_t)FDMAP_POS | FDMAP_OFFSETS);
	return wants;
}

static void put_members(struct jsonw *w, enum column_of of, const struct shown *x)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (members[i].of == of && is_chosen(x->fmt, &members[i]))
			members[i].put(w, members[i].key, x);
	jsonflat_add(w, of, x);
}

void jsonrow_process(struct jsonw *w, const struct shown *x)
{
	put_members(w, COLUMN_PROCESS, x);
}

void jsonrow_file(struct jsonw *w, const struct shown *x)
{
	put_members(w, COLUMN_FILE, x);
}
