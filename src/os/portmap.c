/* SPDX-License-Identifier: MIT */
/*
 * XDR by hand (RFC 4506): everything is a big-endian word of 32 bits. A reply
 * (RFC 5531, RFC 1833) is, word by word, without the marks of its fragments:
 *
 *	5f1c09a2 00000001 00000000  xid, REPLY, accepted
 *	00000000 00000000 00000000  verifier: flavour, length; success
 *	00000001 000186a3 00000003 00000006 00000801   more: nfs, 3, tcp, 2049
 *	00000000                    no more
 *
 * and in a recorded tree, as rpcinfo -p prints it:
 *
 *	   100003    3   tcp   2049  nfs
 */
#include "os/portmap.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define RPC_CALL 0
#define RPC_REPLY 1
#define RPC_VERSION 2
#define PORTMAP_PROGRAM 100000
#define PORTMAP_VERSION 2
#define PORTMAP_DUMP 4
#define LAST_FRAGMENT 0x80000000u

/* More registrations than anybody has. */
#define REPLY_MAX ((size_t)1 << 20)

/* ---- words ------------------------------------------------------------------- */

static void put_word(struct buf *out, uint32_t v)
{
	unsigned char b[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16),
			       (unsigned char)(v >> 8), (unsigned char)v };

	buf_put(out, b, sizeof(b));
}

static bool get_word(struct cursor *c, uint32_t *v)
{
	unsigned char b[4];

	if (c->end - c->at < (ptrdiff_t)sizeof(b))
		return false;
	memcpy(b, c->at, sizeof(b));
	c->at += sizeof(b);
	*v = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	return true;
}

static bool get_this(struct cursor *c, uint32_t wanted)
{
	uint32_t v;

	return get_word(c, &v) && v == wanted;
}

void portmap_put_call(uint32_t xid, struct buf *out)
{
	const uint32_t words[] = {
		xid, RPC_CALL, RPC_VERSION, PORTMAP_PROGRAM, PORTMAP_VERSION, PORTMAP_DUMP, 0, 0,
		0,   0
	};

	put_word(out, LAST_FRAGMENT | (uint32_t)sizeof(words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		put_word(out, words[i]);
}

/* ---- replies ----------------------------------------------------------------- */

/* The next fragment: 1 when it is the last, 0, or -EAGAIN: it is not all there, -EINVAL. */
static int get_fragment(struct cursor *c, struct span *part)
{
	uint32_t mark, n;

	if (!get_word(c, &mark))
		return -EAGAIN;
	n = mark & ~LAST_FRAGMENT;
	if (n > REPLY_MAX)
		return -EINVAL;
	if ((size_t)(c->end - c->at) < n)
		return -EAGAIN;
	*part = (struct span){ c->at, n };
	c->at += n;
	return mark & LAST_FRAGMENT ? 1 : 0;
}

int portmap_whole(struct span stream)
{
	struct cursor c = cursor_span(stream);
	struct span part;
	int last;

	do {
		last = get_fragment(&c, &part);
	} while (last == 0);
	if (last == -EAGAIN)
		return stream.n > REPLY_MAX ? -EINVAL : 0;
	return last;
}

/* Accepted, by whatever verifier, and with success. */
static bool get_head(struct cursor *c, uint32_t xid)
{
	uint32_t flavour, n;

	if (!get_this(c, xid) || !get_this(c, RPC_REPLY) || !get_this(c, 0) ||
	    !get_word(c, &flavour) || !get_word(c, &n))
		return false;
	/* Opaque bytes fill whole words. */
	if (n > (size_t)(c->end - c->at) || ((n + 3) & ~3u) > (size_t)(c->end - c->at))
		return false;
	c->at += (n + 3) & ~3u;
	return get_this(c, 0);
}

static int get_entries(struct cursor *c, struct buf *entries)
{
	uint32_t more, version, proto, port;

	while (get_word(c, &more)) {
		struct portmap_entry e = { 0 };

		if (!more)
			return entries->failed ? -ENOMEM : 0;
		if (more != 1 || !get_word(c, &e.program) || !get_word(c, &version) ||
		    !get_word(c, &proto) || !get_word(c, &port))
			break;
		if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) || !port || port > UINT16_MAX)
			continue;
		e.port = (uint16_t)port;
		e.udp = proto == IPPROTO_UDP;
		buf_put(entries, &e, sizeof(e));
	}
	return -EINVAL;
}

int portmap_parse(struct span stream, uint32_t xid, struct buf *entries)
{
	struct cursor c = cursor_span(stream);
	struct buf message;
	struct span part;
	int last, err = -EINVAL;

	buf_init(&message);
	do {
		last = get_fragment(&c, &part);
		if (last >= 0)
			buf_put(&message, part.p, part.n);
	} while (last == 0);
	if (message.failed) {
		err = -ENOMEM;
	} else if (last == 1) {
		c = cursor_of(buf_str(&message), message.n);
		if (get_head(&c, xid))
			err = get_entries(&c, entries);
	}
	buf_fini(&message);
	return err;
}

bool portmap_next(struct cursor *list, struct portmap_entry *entry, struct span *name)
{
	struct span line, proto;
	uint32_t version, port;

	while (cursor_line(list, &line, NULL)) {
		struct cursor c = cursor_span(line);

		cursor_blanks(&c);
		if (!cursor_u32(&c, &entry->program))
			continue;
		cursor_blanks(&c);
		if (!cursor_u32(&c, &version) || !cursor_field(&c, &proto))
			continue;
		cursor_blanks(&c);
		if (!cursor_u32(&c, &port) || !port || port > UINT16_MAX)
			continue;
		entry->port = (uint16_t)port;
		entry->udp = span_eq(proto, "udp");
		if (!entry->udp && !span_eq(proto, "tcp"))
			continue;
		if (!cursor_field(&c, name))
			*name = (struct span){ "", 0 };
		return true;
	}
	return false;
}

/* ---- the conversation -------------------------------------------------------- */

/* As much as goes without waiting. 0 or -errno. */
static int send_some(struct portmap *p)
{
	while (p->sent < p->call.n) {
		ssize_t n = send(p->fd, p->call.p + p->sent, p->call.n - p->sent, MSG_NOSIGNAL);

		if (n >= 0)
			p->sent += (size_t)n;
		else if (errno == EAGAIN || errno == ENOTCONN)
			break;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* The same the other way: 1 when nothing is there, 0 when something came; -EPIPE: it hung up. */
static int receive_some(struct portmap *p)
{
	char bytes[4096];
	ssize_t n = recv(p->fd, bytes, sizeof(bytes), 0);

	if (n == 0)
		return -EPIPE;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENOTCONN ? 1 : -errno;
	buf_put(&p->reply, bytes, (size_t)n);
	/* Marks of fragments come on top, but nobody needs as many as words. */
	if (p->reply.n > 2 * REPLY_MAX)
		return -EINVAL;
	return p->reply.failed ? -ENOMEM : 0;
}

int portmap_begin(struct portmap *p, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int err;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*p = (struct portmap){ .fd = -1, .xid = (uint32_t)clock_ms() ^ (uint32_t)getpid() };
	buf_init(&p->call);
	buf_init(&p->reply);
	portmap_put_call(p->xid, &p->call);
	if (p->call.failed) {
		portmap_cancel(p);
		return -ENOMEM;
	}
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = p->fd < 0 ? -errno : 0;
	if (err == 0 && connect(p->fd, (const struct sockaddr *)&to, sizeof(to)) < 0 &&
	    errno != EINPROGRESS)
		err = -errno;
	if (err == 0)
		err = send_some(p);
	if (err < 0)
		portmap_cancel(p);
	return err;
}

void portmap_cancel(struct portmap *p)
{
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
	buf_fini(&p->call);
	buf_fini(&p->reply);
}

/* Until the reply is whole: 0, or why it will not be. */
static int converse(struct portmap *p, uint64_t deadline)
{
	for (;;) {
		struct pollfd fd = { .fd = p->fd, .events = POLLIN };
		uint64_t now;
		int rc = send_some(p);

		while (rc == 0)
			rc = receive_some(p);
		if (rc == 1 || rc == -EPIPE) {
			struct span stream = { buf_str(&p->reply), p->reply.n };
			int whole = portmap_whole(stream);

			if (whole != 0)
				return whole < 0 ? whole : 0;
		}
		if (rc < 0)
			return rc;
		now = clock_ms();
		if (now >= deadline)
			return -ETIMEDOUT;
		if (p->sent < p->call.n)
			fd.events |= POLLOUT;
		if (poll(&fd, 1, (int)(deadline - now)) < 0 && errno != EINTR)
			return -errno;
	}
}

int portmap_end(struct portmap *p, unsigned ms, struct buf *entries)
{
	int err;

	if (p->fd < 0)
		return -ENOTCONN;
	err = converse(p, clock_ms() + ms);
	if (err == 0)
		err = portmap_parse((struct span){ buf_str(&p->reply), p->reply.n }, p->xid,
				    entries);
	portmap_cancel(p);
	return err;
}
