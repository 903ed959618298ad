/* SPDX-License-Identifier: MIT */
/* Keys and presets to columns. To add a preset, add a row to `presets`. */
#include "out/choose.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* `lead` says whose row it is: left out where columns of the format say it already. */
static const struct preset {
	const char *name, *lead, *keys, *help;
} presets[] = {
	{ "@net", "comm,pid,fd",
	  "proto,state,local,remote,recvq,sendq,backlog_used,backlog_max,sock_user,sock_ino,cookie,"
	  "ifname,mark,shutdown,sock_cgroup",
	  "sockets of any family: queues, addresses, owners" },
	{ "@tcp", "comm,pid,fd",
	  "state,local,remote,recvq,sendq,cong,rtt,rttvar,rto,mss,pmtu,cwnd,ssthresh,retrans_total,"
	  "bytes_in,bytes_out,delivery_rate,pacing_rate,lastsnd,lastrcv",
	  "TCP: how a connection fares" },
	{ "@mem", "comm,pid,fd",
	  "proto,state,local,remote,rmem,rcvbuf,wmem,sndbuf,fwd,queued,opt,backlog,drops",
	  "memory of sockets" },
	{ "@timers", "comm,pid,fd", "proto,state,local,remote,timer,timer_ms,retrans,rto",
	  "timers of sockets" },
	{ "@unix", "comm,pid,fd",
	  "socktype,state,recvq,sendq,backlog_used,backlog_max,sock_user,sock_ino,peer_ino,peer,"
	  "unix_path",
	  "UNIX sockets and who holds their other ends" },
	{ "@files", "comm,pid,user,fd",
	  "mode,type,flags,lock,size,pos,dev,ino,nlink,deleted,fstype,mount,name",
	  "files, where they lie, how they were opened" },
	{ "@process", "pid,comm",
	  "ppid,pgid,sid,user,start,age,nfds,nofile,fd_use,container,unit,exe,cmdline",
	  "processes, one row each" },
};

/* ---- a list --------------------------------------------------------------------- */

static bool same_name(const char *name, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++, name++)
		if (!*name || (word[i] == '-' ? '_' : tolower((unsigned char)word[i])) != *name)
			return false;
	return !*name;
}

/* The name by which a field was asked for, which lasts. */
static const char *name_of(const struct fdmap_field *f, const char *word, size_t len)
{
	const struct fdmap_field *of;
	const char *name;

	for (size_t i = 0; (name = fdmap_field_alias(i, &of)); i++)
		if (of == f && same_name(name, word, len))
			return name;
	return f->key;
}

static int add(struct columns *c, const struct fdmap_field *f, const char *word, size_t len)
{
	struct chosen *v;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].field == f)
			return 0;
	v = realloc(c->v, (c->n + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	c->v = v;
	v[c->n++] = (struct chosen){ f, name_of(f, word, len) };
	return 0;
}

static int add_key(struct columns *c, const char *word, size_t len, struct buf *why)
{
	const struct fdmap_field *f = fdmap_field_find(word, len);
	const char *near;

	if (f)
		return add(c, f, word, len);
	near = fdmap_field_near(word, len);
	buf_printf(why, "unknown column: %.*s", (int)len, word);
	if (near)
		buf_printf(why, " (nearest is %s)", near);
	return -EINVAL;
}

static int add_keys(struct columns *c, const char *keys)
{
	for (;;) {
		size_t n = strcspn(keys, ",");
		const struct fdmap_field *f = fdmap_field_find(keys, n);
		int rc = f ? add(c, f, keys, n) : 0;

		if (rc < 0 || !keys[n])
			return rc;
		keys += n + 1;
	}
}

static int add_preset(struct columns *c, const char *word, size_t len, bool lead, struct buf *why)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
		if (!same_name(presets[i].name, word, len))
			continue;
		if (lead)
			rc = add_keys(c, presets[i].lead);
		return rc < 0 ? rc : add_keys(c, presets[i].keys);
	}
	buf_printf(why, "unknown columns: %.*s (known are", (int)len, word);
	for (size_t i = 0; i < ARRAY_LEN(presets); i++)
		buf_printf(why, " %s", presets[i].name);
	buf_putc(why, ')');
	return -EINVAL;
}

int columns_choose(struct columns *c, const char *list, struct buf *why)
{
	bool plus = *list == '+';
	const char *p = list + plus;

	c->only |= !plus;
	for (;;) {
		size_t n = strcspn(p, ",");
		int rc;

		if (!n) {
			buf_printf(why, "empty name of a column: %s", list);
			return why->failed ? -ENOMEM : -EINVAL;
		}
		rc = *p == '@' ? add_preset(c, p, n, c->only, why) : add_key(c, p, n, why);
		if (rc < 0)
			return why->failed ? -ENOMEM : rc;
		if (!p[n])
			return 0;
		p += n + 1;
	}
}

void columns_fini(struct columns *c)
{
	free(c->v);
	*c = (struct columns){ 0 };
}

bool columns_have(const struct columns *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].field->key, key) == 0)
			return true;
	return false;
}

uint32_t columns_need(const struct columns *c)
{
	uint32_t needs = 0;

	for (size_t i = 0; i < c->n; i++)
		needs |= c->v[i].field->needs;
	return needs;
}

bool columns_of_processes(const struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].field->of != FDMAP_OF_PROCESS)
			return false;
	return c->n > 0;
}

const char *columns_preset(size_t i, const char **help, const char **lead, const char **keys)
{
	if (i >= ARRAY_LEN(presets))
		return NULL;
	*help = presets[i].help;
	*lead = presets[i].lead;
	*keys = presets[i].keys;
	return presets[i].name;
}
