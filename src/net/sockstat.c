/* SPDX-License-Identifier: MIT */
/*
 * The kernel's totals of sockets: a protocol a line, pairs of a word and a number.
 *
 *	sockets: used 146
 *	TCP: inuse 5 orphan 0 tw 3 alloc 9 mem 2
 *	TCP6: inuse 4
 *
 * Printed by sockstat_seq_show() in net/ipv4/proc.c, which counts sockets, inuse, tw and
 * fragments in the namespace, but orphan, alloc and mem on the whole machine, and by
 * sockstat6_seq_show() in net/ipv6/proc.c. net/protocols, by proto_seq_printf() in
 * net/core/sock.c, has more of them:
 *
 *	protocol  size sockets  memory press maxhdr  slab module     cl co di
 *	UNIX      1152     57      -1   NI       0   yes  kernel      y  n  n
 */
#include "net/sockstat.h"

#include <string.h>

/* As the kernel's are: they become keys of JSON. */
static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], letter = (char)(c | 0x20);

		if (!(letter >= 'a' && letter <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
			return false;
	}
	return true;
}

static bool copy_word(struct span s, char word[SOCKSTAT_WORD])
{
	if (!s.n || s.n >= SOCKSTAT_WORD || !is_plain(s))
		return false;
	memcpy(word, s.p, s.n);
	word[s.n] = '\0';
	return true;
}

static int parse_line(struct span line, sockstat_each *each, void *arg)
{
	struct cursor c = cursor_span(line);
	char proto[SOCKSTAT_WORD], what[SOCKSTAT_WORD];
	struct span word, number;
	uint64_t n;
	int r = 0;

	if (!cursor_until(&c, ':', &word) || !copy_word(word, proto))
		return 0;
	while (r == 0 && cursor_field(&c, &word) && cursor_field(&c, &number)) {
		struct cursor digits = cursor_span(number);

		if (cursor_u64(&digits, &n) && cursor_done(&digits) && copy_word(word, what))
			r = each(arg, proto, what, n);
	}
	return r;
}

int parse_sockstat(struct span text, sockstat_each *each, void *arg)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;
	int r = 0;

	while (r == 0 && cursor_line(&c, &line, &whole))
		if (whole)
			r = parse_line(line, each, arg);
	return r;
}

static bool is_one_of(struct span word, const char *const *names)
{
	while (*names && !span_eq(word, *names))
		names++;
	return *names;
}

uint64_t parse_protocols(struct span text, const char *const *names)
{
	struct cursor c = cursor_span(text);
	uint64_t sum = 0, n;
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole)) {
		struct cursor words = cursor_span(line), digits;
		struct span name, size, sockets;

		if (!whole || !cursor_field(&words, &name) || !cursor_field(&words, &size) ||
		    !cursor_field(&words, &sockets) || !is_one_of(name, names))
			continue;
		digits = cursor_span(sockets);
		if (cursor_u64(&digits, &n) && cursor_done(&digits) && n < UINT32_MAX)
			sum += n;
	}
	return sum;
}
