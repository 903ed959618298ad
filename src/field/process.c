/* SPDX-License-Identifier: MIT */
/* Fields of processes. */
#include "field/field.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "field/capname.h"

/* Facts that tell a field; of those that only make it better (a container's name) none. */
static bool told(const struct field *f, const struct fdmap_process *p)
{
	uint32_t needs = f->pub.needs & ~(uint32_t)FDMAP_CONTAINER;

	return !p->nobody && (p->have & needs) == needs;
}

static const void *member(const struct field *f, const struct fdmap_process *p)
{
	return (const char *)p + f->at;
}

/* at: of a pid_t, negative where it is not known */
static int get_id(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	pid_t id;

	if (!told(f, row->proc))
		return 0;
	memcpy(&id, member(f, row->proc), sizeof(id));
	v->u = (uint64_t)id;
	return id >= 0;
}

/* at: of a uint64_t */
static int get_u64(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	if (!told(f, row->proc))
		return 0;
	memcpy(&v->u, member(f, row->proc), sizeof(v->u));
	return 1;
}

/* at: of an inode, 0 where it is not known */
static int get_inode(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	return get_u64(f, row, v) && v->u;
}

/* at: of a text, NULL where there is none */
static int get_text(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const char *text;

	if (!told(f, row->proc))
		return 0;
	memcpy(&text, member(f, row->proc), sizeof(text));
	return value_text(v, text);
}

static int get_tid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	return get_id(f, row, v) && v->u;
}

static int get_uid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	v->u = row->proc->uid;
	return told(f, row->proc);
}

static int get_user(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const char *login;
	struct buf *room;

	if (!told(f, row->proc))
		return 0;
	login = fdmap_namer_user(v->namer, row->proc->uid);
	if (login)
		return value_text(v, login);
	room = value_room(v);
	if (!room)
		return -ENOMEM;
	buf_put_u64(room, row->proc->uid);
	return value_made(v, room);
}

static int get_cmdline(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_process *p = row->proc;
	struct buf *room;

	if (!told(f, p) || !p->cmdline || !p->cmdline_len)
		return 0;
	room = value_room(v);
	if (!room)
		return -ENOMEM;
	buf_put(room, p->cmdline, p->cmdline_len - 1);
	for (size_t i = 0; !room->failed && i < room->n; i++)
		if (!room->p[i])
			room->p[i] = ' ';
	return value_made(v, room);
}

/* By its name, else by its id, else by the pod it is in. */
static int get_container(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_process *p = row->proc;

	if (!told(f, p))
		return 0;
	if (p->container_name)
		return value_text(v, p->container_name);
	return value_text(v, p->container ? p->container : p->pod);
}

static int get_nspid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_process *p = row->proc;
	struct buf *room;

	if (!told(f, p) || !p->nnspids || !p->nspids)
		return 0;
	room = value_room(v);
	if (!room)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nnspids; i++) {
		if (i)
			buf_putc(room, ',');
		buf_put_i64(room, p->nspids[i]);
	}
	return value_made(v, room);
}

static int get_caps(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_process *p = row->proc;
	struct buf *room;

	if (!told(f, p) || !p->caps)
		return 0;
	room = value_room(v);
	if (!room)
		return -ENOMEM;
	capname_put(p->caps, p->caps_known, room);
	return value_made(v, room);
}

/* No limit is none that could be told. */
static int get_nofile(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	return get_u64(f, row, v) && v->u != UINT64_MAX;
}

static int get_nfds(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	v->u = row->proc->nfds;
	return told(f, row->proc) && row->proc->nfds != UINT32_MAX;
}

static int get_fd_use(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_process *p = row->proc;

	if (!told(f, p) || p->nfds == UINT32_MAX || !p->nofile || p->nofile == UINT64_MAX)
		return 0;
	v->u = (uint64_t)p->nfds * 100 / p->nofile;
	return 1;
}

#define AT(what) offsetof(struct fdmap_process, what)
#define U64(key, title, help, unit, needs)                                                  \
	.pub = { key, title, help, "process", FDMAP_VALUE_U64, unit, FDMAP_OF_PROCESS, needs }
#define TEXT(key, title, help, needs)                                                       \
	.pub = { key, title, help, "process", FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE,            \
		 FDMAP_OF_PROCESS, needs }

static const struct field fields[] = {
	{ U64("pid", "PID", "process ID", FDMAP_UNIT_NONE, 0), get_id, .at = AT(pid) },
	{ U64("tid", "TID", "thread ID, of rows of threads", FDMAP_UNIT_NONE, 0), get_tid,
	  .at = AT(tid) },
	{ U64("ppid", "PPID", "process ID of the parent", FDMAP_UNIT_NONE, FDMAP_COMM), get_id,
	  .at = AT(ppid) },
	{ U64("pgid", "PGID", "process group", FDMAP_UNIT_NONE, FDMAP_COMM), get_id,
	  .at = AT(pgid) },
	{ U64("sid", "SID", "session", FDMAP_UNIT_NONE, FDMAP_COMM), get_id, .at = AT(sid) },
	{ .pub = { "user", "USER", "login name of the owner, or the UID", "process",
		   FDMAP_VALUE_TEXT, FDMAP_UNIT_USER, FDMAP_OF_PROCESS, FDMAP_CRED },
	  .get = get_user },
	{ U64("uid", "UID", "owner", FDMAP_UNIT_USER, FDMAP_CRED), get_uid },
	{ TEXT("comm", "COMMAND", "command name of the process", FDMAP_COMM), get_text,
	  .at = AT(comm) },
	{ TEXT("task", "TASKCMD", "command name of the thread, of rows of threads", FDMAP_COMM),
	  get_text, .at = AT(task) },
	{ TEXT("cmdline", "CMDLINE", "command line: the arguments, with blanks between",
	       FDMAP_CMDLINE), get_cmdline },
	{ TEXT("exe", "EXE", "file of the program", FDMAP_EXE), get_text, .at = AT(exe) },
	{ U64("start", "START", "when it was started", FDMAP_UNIT_EPOCH, FDMAP_COMM | FDMAP_START),
	  get_u64, .at = AT(start) },
	{ U64("age", "AGE", "time since it was started", FDMAP_UNIT_NS, FDMAP_COMM | FDMAP_START),
	  get_u64, .at = AT(age) },
	{ TEXT("cgroup", "CGROUP", "control group: path of version 2, or of systemd's hierarchy",
	       FDMAP_CGROUP), get_text, .at = AT(cgroup) },
	{ TEXT("unit", "UNIT", "unit of systemd", FDMAP_CGROUP), get_text, .at = AT(unit) },
	/* Names are looked for in the home of the owner, too. */
	{ TEXT("container", "CONTAINER", "container: its name, else its ID, else its pod",
	       FDMAP_CRED | FDMAP_CGROUP | FDMAP_CONTAINER), get_container },
	{ TEXT("container_id", "CONTAINER-ID", "ID of the container", FDMAP_CGROUP), get_text,
	  .at = AT(container) },
	{ TEXT("runtime", "RUNTIME", "what runs the container: docker, podman, ...",
	       FDMAP_CGROUP), get_text, .at = AT(runtime) },
	{ TEXT("pod", "POD", "UID of the Kubernetes pod", FDMAP_CGROUP), get_text, .at = AT(pod) },
	{ U64("pidns", "PIDNS", "inode of its PID namespace", FDMAP_UNIT_INODE, FDMAP_STATUS),
	  get_inode, .at = AT(pidns) },
	{ TEXT("nspid", "NSPID", "its PID in each PID namespace, from ours inward", FDMAP_STATUS),
	  get_nspid },
	{ U64("procnetns", "PROCNETNS", "inode of the network namespace that the process is in",
	      FDMAP_UNIT_INODE, FDMAP_STATUS), get_inode, .at = AT(netns) },
	{ TEXT("caps", "CAPS", "effective capabilities, or \"all\"", FDMAP_STATUS), get_caps },
	{ TEXT("context", "CONTEXT", "security context", FDMAP_CONTEXT), get_text,
	  .at = AT(context) },
	{ U64("nofile", "NOFILE", "soft limit of descriptors", FDMAP_UNIT_NONE, FDMAP_LIMITS),
	  get_nofile, .at = AT(nofile) },
	{ U64("nfds", "NFDS", "descriptors that the process has open", FDMAP_UNIT_NONE,
	      FDMAP_LIMITS), get_nfds },
	{ U64("fd_use", "FD-USE", "descriptors open, of those that may be", FDMAP_UNIT_PERCENT,
	      FDMAP_LIMITS), get_fd_use },
};

static const struct field_alias aliases[] = { { "command", "comm" } };

const struct field_set fields_process = { fields, ARRAY_LEN(fields), aliases,
					  ARRAY_LEN(aliases) };
