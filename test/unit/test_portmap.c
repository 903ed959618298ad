/* SPDX-License-Identifier: MIT */
/* The portmapper: its XDR, a conversation with one of our own, programs behind ports. */
#include "os/portmap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "os/programs.h"
#include "test/lib/unit.h"

static void word(struct buf *b, uint32_t v)
{
	uint32_t net = htonl(v);

	buf_put(b, &net, sizeof(net));
}

static void words(struct buf *b, const uint32_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		word(b, v[i]);
}

#define WORDS(b, ...)                                                                              \
	words(b, (const uint32_t[]){ __VA_ARGS__ },                                                \
	      sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* What rpcbind answers: nfs on TCP, mountd on UDP, one of another protocol, one unknown. */
static void put_answer(struct buf *b, uint32_t xid)
{
	WORDS(b, xid, 1, 0, 0, 0, 0);
	WORDS(b, 1, 100003, 3, 6, 2049);
	WORDS(b, 1, 100003, 4, 6, 2049);
	WORDS(b, 1, 100005, 1, 17, 2049);
	WORDS(b, 1, 100005, 1, 132, 77);
	WORDS(b, 1, 400123, 1, 6, 5002);
	word(b, 0);
}

static void put_fragment(struct buf *b, const char *p, size_t n, bool last)
{
	word(b, (uint32_t)n | (last ? 0x80000000u : 0));
	buf_put(b, p, n);
}

static struct span all(const struct buf *b)
{
	return (struct span){ buf_str(b), b->n };
}

START_TEST(test_call)
{
	static const unsigned char want[] = { 0x80, 0, 0, 0x28, 1,    2, 3, 4, 0, 0, 0, 0, 0, 0, 0,
					      2,    0, 1, 0x86, 0xa0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0,
					      0,    0, 0, 0,	0,    0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct buf b;

	buf_init(&b);
	portmap_put_call(0x01020304, &b);
	ck_assert_uint_eq(b.n, sizeof(want));
	ck_assert_int_eq(memcmp(b.p, want, sizeof(want)), 0);
	buf_fini(&b);
}
END_TEST

static void entries_are(const struct buf *b)
{
	const struct portmap_entry *e = (const void *)b->p;

	ck_assert_uint_eq(b->n / sizeof(*e), 4);
	ck_assert(e[0].program == 100003 && e[0].port == 2049 && !e[0].udp);
	ck_assert(e[2].program == 100005 && e[2].port == 2049 && e[2].udp);
	ck_assert(e[3].program == 400123 && e[3].port == 5002 && !e[3].udp);
}

START_TEST(test_reply)
{
	struct buf message, stream, entries;

	buf_init(&message);
	buf_init(&stream);
	buf_init(&entries);
	put_answer(&message, 7);
	/* In one piece, and in fragments that cut words. */
	for (size_t cut = 0; cut < message.n; cut += 5) {
		buf_reset(&stream);
		buf_reset(&entries);
		if (cut)
			put_fragment(&stream, message.p, cut, false);
		put_fragment(&stream, message.p + cut, message.n - cut, true);
		ck_assert_int_eq(portmap_whole(all(&stream)), 1);
		ck_assert_int_eq(portmap_parse(all(&stream), 7, &entries), 0);
		entries_are(&entries);
		for (size_t n = 0; n < stream.n; n++) {
			struct span part = { stream.p, n };

			ck_assert_int_eq(portmap_whole(part), 0);
			ck_assert_int_eq(portmap_parse(part, 7, &entries), -EINVAL);
		}
		buf_reset(&entries);
		ck_assert_int_eq(portmap_parse(all(&stream), 8, &entries), -EINVAL);
		ck_assert_uint_eq(entries.n, 0);
	}
	buf_fini(&entries);
	buf_fini(&stream);
	buf_fini(&message);
}
END_TEST

/* A message that is no answer, in one fragment. */
static int parse_words(const uint32_t *v, size_t n)
{
	struct buf stream, entries;
	int rc;

	buf_init(&stream);
	buf_init(&entries);
	word(&stream, 0x80000000u | (uint32_t)(n * 4));
	words(&stream, v, n);
	rc = portmap_parse(all(&stream), 7, &entries);
	buf_fini(&entries);
	buf_fini(&stream);
	return rc;
}

#define PARSE(...)                                                                                 \
	parse_words((const uint32_t[]){ __VA_ARGS__ },                                             \
		    sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

START_TEST(test_hostile)
{
	struct buf b;

	ck_assert_int_eq(PARSE(7, 1, 0, 0, 0, 0, 0), 0);
	/* a verifier of 5 bytes fills two words */
	ck_assert_int_eq(PARSE(7, 1, 0, 9, 5, 1, 2, 0, 0), 0);
	ck_assert_int_eq(PARSE(7, 1, 0, 9, 0xffffffff, 0, 0), -EINVAL);
	ck_assert_int_eq(PARSE(7, 1, 0, 9, 0xfffffffd, 0, 0), -EINVAL);
	ck_assert_int_eq(PARSE(7, 0, 0, 0, 0, 0, 0), -EINVAL); /* a call */
	ck_assert_int_eq(PARSE(7, 1, 1, 0, 0, 0, 0), -EINVAL); /* denied */
	ck_assert_int_eq(PARSE(7, 1, 0, 0, 0, 2, 0), -EINVAL); /* no such version */
	ck_assert_int_eq(PARSE(7, 1, 0, 0, 0, 0, 2, 1, 1, 6, 1, 0), -EINVAL);
	ck_assert_int_eq(PARSE(7, 1, 0, 0, 0, 0, 1, 1, 1, 6, 70000, 0), 0);
	ck_assert_int_eq(PARSE(7, 1, 0, 0, 0, 0, 1, 1, 1, 6), -EINVAL);
	buf_init(&b);
	word(&b, 0x7fffffff);
	ck_assert_int_eq(portmap_whole(all(&b)), -EINVAL);
	buf_reset(&b);
	buf_puts(&b, "HTTP/1.1 400 Bad Request\r\n\r\n");
	ck_assert_int_eq(portmap_whole(all(&b)), -EINVAL);
	buf_fini(&b);
}
END_TEST

START_TEST(test_list)
{
	static const char text[] = "   program vers proto   port  service\n"
				   "    100000    4   tcp    111  portmapper\n"
				   "    100003    3   udp   2049\n"
				   "    100003    3   sctp  2049  nfs\n"
				   "    100003    3   tcp  99999  nfs\n"
				   "    100021    4   tcp  32769  nlockmgr";
	struct cursor c = cursor_of(text, strlen(text));
	struct portmap_entry e;
	struct span name;

	ck_assert(portmap_next(&c, &e, &name));
	ck_assert(e.program == 100000 && e.port == 111 && !e.udp && span_eq(name, "portmapper"));
	ck_assert(portmap_next(&c, &e, &name));
	ck_assert(e.program == 100003 && e.port == 2049 && e.udp && name.n == 0);
	ck_assert(portmap_next(&c, &e, &name));
	ck_assert(e.port == 32769 && span_eq(name, "nlockmgr"));
	ck_assert(!portmap_next(&c, &e, &name));
}
END_TEST

/* ---- somebody who answers ------------------------------------------------------- */

enum manners { ANSWER, DRIP, SILENT, HANG_UP, NONSENSE };

struct server {
	int fd;
	uint16_t port;
	enum manners manners;
	pthread_t thread;
};

static void drip(int fd, const struct buf *b)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (size_t i = 0; i < b->n; i++) {
		ck_assert_int_eq(send(fd, b->p + i, 1, MSG_NOSIGNAL), 1);
		(void)nanosleep(&ms, NULL);
	}
}

static void *serve(void *arg)
{
	struct server *s = (struct server *)arg;
	int fd = accept(s->fd, NULL, NULL);
	struct buf message, stream;
	unsigned char call[44];
	uint32_t xid;

	buf_init(&message);
	buf_init(&stream);
	if (recv(fd, call, sizeof(call), MSG_WAITALL) == sizeof(call) && s->manners != HANG_UP) {
		memcpy(&xid, call + 4, sizeof(xid));
		put_answer(&message, ntohl(xid));
		if (s->manners == NONSENSE)
			buf_puts(&stream, "SSH-2.0-x\r\n");
		put_fragment(&stream, message.p, message.n, true);
		if (s->manners == DRIP)
			drip(fd, &stream);
		else if (s->manners != SILENT)
			(void)!send(fd, stream.p, stream.n, MSG_NOSIGNAL);
		if (s->manners == SILENT)
			(void)!recv(fd, call, sizeof(call), 0);
	}
	buf_fini(&stream);
	buf_fini(&message);
	close(fd);
	return NULL;
}

static void server_start(struct server *s, enum manners manners)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	socklen_t len = sizeof(to);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->manners = manners;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(s->fd, 0);
	ck_assert_int_eq(bind(s->fd, (struct sockaddr *)&to, sizeof(to)), 0);
	ck_assert_int_eq(listen(s->fd, 1), 0);
	ck_assert_int_eq(getsockname(s->fd, (struct sockaddr *)&to, &len), 0);
	s->port = ntohs(to.sin_port);
	ck_assert_int_eq(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
	ck_assert_int_eq(pthread_join(s->thread, NULL), 0);
	close(s->fd);
}

static int ask(enum manners manners, unsigned ms, struct buf *entries)
{
	struct portmap p;
	struct server s;
	int rc;

	server_start(&s, manners);
	rc = portmap_begin(&p, s.port);
	if (rc == 0)
		rc = portmap_end(&p, ms, entries);
	server_stop(&s);
	return rc;
}

START_TEST(test_ask)
{
	struct buf entries;

	buf_init(&entries);
	ck_assert_int_eq(ask(ANSWER, 5000, &entries), 0);
	entries_are(&entries);
	buf_reset(&entries);
	ck_assert_int_eq(ask(DRIP, 5000, &entries), 0);
	entries_are(&entries);
	buf_reset(&entries);
	ck_assert_int_eq(ask(SILENT, 50, &entries), -ETIMEDOUT);
	ck_assert_int_lt(ask(HANG_UP, 5000, &entries), 0);
	ck_assert_int_eq(ask(NONSENSE, 5000, &entries), -EINVAL);
	ck_assert_uint_eq(entries.n, 0);
	buf_fini(&entries);
}
END_TEST

START_TEST(test_nobody)
{
	struct portmap p;
	struct server s;
	struct buf entries;
	uint16_t port;
	int rc;

	/* A port that was free a moment ago. */
	server_start(&s, HANG_UP);
	port = s.port;
	rc = portmap_begin(&p, port);
	ck_assert_int_eq(rc, 0);
	portmap_cancel(&p);
	server_stop(&s);
	buf_init(&entries);
	rc = portmap_begin(&p, port);
	if (rc == 0)
		rc = portmap_end(&p, 1000, &entries);
	ck_assert_int_eq(rc, -ECONNREFUSED);
	ck_assert_int_eq(portmap_end(&p, 1000, &entries), -ENOTCONN);
	buf_fini(&entries);
}
END_TEST

START_TEST(test_programs)
{
	struct programs p;
	struct server s;

	programs_init(&p, programs_machine);
	ck_assert_ptr_null(programs_find(&p, 5002, false));
	server_start(&s, ANSWER);
	programs_begin(&p, s.port, 5000);
	programs_end(&p, 5000);
	server_stop(&s);
	ck_assert_str_eq(programs_find(&p, 5002, false), "400123");
	ck_assert_ptr_null(programs_find(&p, 5002, true));
	/* rpc(5) knows them on most machines. */
	ck_assert_ptr_nonnull(programs_find(&p, 2049, false));
	ck_assert_str_ne(programs_find(&p, 2049, false), programs_find(&p, 2049, true));
	/* Asked once. */
	programs_begin(&p, 1, 5000);
	programs_end(&p, 5000);
	ck_assert_str_eq(programs_find(&p, 5002, false), "400123");
	programs_fini(&p);

	programs_init(&p, programs_machine);
	programs_list(&p, (struct span){ "100003 3 tcp 1 nfs\n7 1 tcp 1 x\n8 1 udp 1\n", 41 });
	ck_assert_str_eq(programs_find(&p, 1, false), "nfs");
	ck_assert_str_eq(programs_find(&p, 1, true), "8");
	programs_fini(&p);
}
END_TEST

/* Left alone with an open question. */
START_TEST(test_forgotten)
{
	struct programs p;
	struct server s;

	programs_init(&p, programs_machine);
	server_start(&s, SILENT);
	/* Whoever has begun to listen does so until then. */
	programs_begin(&p, s.port, 100);
	programs_fini(&p);
	server_stop(&s);
}
END_TEST

UNIT_MAIN("portmap", test_call, test_reply, test_hostile, test_list, test_ask, test_nobody,
	  test_programs, test_forgotten)
