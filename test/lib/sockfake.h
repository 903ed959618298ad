/* SPDX-License-Identifier: MIT */
/* A system of a few socket tables, as text and as sock_diag; it notes what it is asked for. */
#ifndef TEST_LIB_SOCKFAKE_H
#define TEST_LIB_SOCKFAKE_H

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/socktab.h"
#include "test/lib/diagmsg.h"

/* One socket as a kernel would tell it. */
struct row {
	uint32_t ino, cookie;
	uint16_t port;
	uint8_t state;
	uint32_t peer; /* unix */
};

/* What is answered to a question about one family; the second time from `again` on. */
struct script {
	uint8_t family, proto;
	int error;
	struct row rows[8];
	bool interrupted;
	struct row again[8];
};

struct fake {
	const struct script *scripts;
	const char *files[8][2]; /* name, text */
	char log[512];           /* what was read and asked, in order */
	unsigned asked[16];
	uint32_t states;         /* of the last question */
	uint32_t all_states[16]; /* of each */
	unsigned nquestions;
	uint32_t many; /* the first of scripts tells so many more, like the first of its rows */
};

static inline void note(struct fake *f, const char *what)
{
	strncat(f->log, what, sizeof(f->log) - strlen(f->log) - 1);
	strncat(f->log, " ", sizeof(f->log) - strlen(f->log) - 1);
}

static inline int fake_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	struct fake *f = r->priv;

	(void)d;
	note(f, name);
	for (size_t i = 0; i < ARRAY_LEN(f->files) && f->files[i][0]; i++) {
		if (strcmp(f->files[i][0], name) == 0) {
			buf_puts(out, f->files[i][1]);
			return 0;
		}
	}
	return -ENOENT;
}

static inline struct diagmsg message(uint8_t family, const struct row *row)
{
	struct diagmsg m = { .n = 0 };

	if (family == AF_UNIX) {
		const struct unix_diag_msg head = {
			.udiag_family = AF_UNIX,
			.udiag_type = SOCK_STREAM,
			.udiag_state = row->state,
			.udiag_ino = row->ino,
			.udiag_cookie = { row->cookie, 0 },
		};

		diagmsg_put(&m, &head, sizeof(head));
		if (row->peer)
			diagmsg_attr(&m, UNIX_DIAG_PEER, &row->peer, sizeof(row->peer));
	} else {
		struct inet_diag_msg head = { .idiag_family = family, .idiag_inode = row->ino };

		head.idiag_state = row->state;
		head.id.idiag_sport = (uint16_t)(row->port >> 8 | row->port << 8);
		head.id.idiag_cookie[0] = row->cookie;
		diagmsg_put(&m, &head, sizeof(head));
	}
	return m;
}

static inline int fake_diag(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		     void *arg, uint64_t *bytes)
{
	struct inet_diag_req_v2 head = { 0 };
	struct fake *f = r->priv;
	char what[32];

	(void)d;
	memcpy(&head, req, n < sizeof(head) ? n : sizeof(head));
	f->states = head.idiag_states;
	f->all_states[f->nquestions++ % ARRAY_LEN(f->all_states)] = f->states;
	(void)snprintf(what, sizeof(what), "diag/%u/%u", head.sdiag_family, head.sdiag_protocol);
	note(f, what);
	for (const struct script *s = f->scripts; s && s->family; s++) {
		bool first = f->asked[s - f->scripts]++ == 0;
		const struct row *row = first ? s->rows : s->again;

		if (s->family != head.sdiag_family || s->proto != head.sdiag_protocol) {
			f->asked[s - f->scripts]--;
			continue;
		}
		for (; row->state; row++) {
			struct diagmsg m = message(s->family, row);
			int err = each(arg, m.bytes, m.n);

			*bytes += 100;
			if (err < 0)
				return err;
		}
		for (uint32_t i = 0; s == f->scripts && i < f->many; i++) {
			struct row one = { 1000 + i, 1000 + i, (uint16_t)(1000 + i), s->rows[0].state, 0 };
			struct diagmsg m = message(s->family, &one);
			int err = each(arg, m.bytes, m.n);

			if (err < 0)
				return err;
		}
		return s->error ? s->error : s->interrupted && first ? -EINTR : 0;
	}
	return -ENOENT;
}

static const struct root_ops fake_ops = { .read = fake_read, .diag = fake_diag };

struct fixture {
	struct fake fake;
	struct root root;
	struct socktab t;
	struct socksource from;
};

static inline void begin(struct fixture *x, const struct script *scripts)
{
	*x = (struct fixture){ .fake = { .scripts = scripts } };
	x->root = (struct root){ .ops = &fake_ops, .self = "self", .priv = &x->fake, .live = true };
	x->from = (struct socksource){ .root = &x->root, .diag = ~0u };
	socktab_init(&x->t);
}

static inline int load(struct fixture *x, uint32_t families_wanted)
{
	return socktab_load(&x->t, &x->from, families_wanted);
}

#endif
