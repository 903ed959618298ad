/* SPDX-License-Identifier: MIT */
/*
 * Details of eventfd, timerfd, signalfd and epoll:
 *
 *	eventfd-count:                3           hex; fs/eventfd.c, eventfd_show_fdinfo
 *	eventfd-id: 3                             since 5.2
 *	eventfd-semaphore: 0                      since 6.5
 *
 *	clockid: 9                                fs/timerfd.c, timerfd_show
 *	ticks: 0
 *	settime flags: 03                         octal
 *	it_value: (99, 999984797)                 what remains: seconds, nanoseconds
 *	it_interval: (1, 500)
 *
 *	sigmask:	8000000200000202          fs/proc/array.c, render_sigset_t
 *
 *	tfd:        7 events:     2019 data:       ffffffffff  pos:0 ino:1c073f4 sdev:9
 *
 * The last is fs/eventpoll.c, ep_show_fdinfo; pos, ino and sdev since 4.13.
 */
#include "kind/detailbuf.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* fd, events, inode, dev; what it is, who has it */
#define TARGET_CELLS (4 + DETAIL_SPARE)

void parse_eventfd(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ .key = "eventfd-count", .as = "eventfd_count", .how = DETAIL_FROM_HEX },
		{ .key = "eventfd-id", .as = "eventfd_id", .how = DETAIL_DEC },
		{ .key = "eventfd-semaphore", .as = "eventfd_semaphore", .how = DETAIL_YES },
	};

	details_keys(d, text, keys, ARRAY_LEN(keys));
}

static const struct name_row clocks[] = {
	{ 0, "CLOCK_REALTIME" },	{ 1, "CLOCK_MONOTONIC" },
	{ 7, "CLOCK_BOOTTIME" },	{ 8, "CLOCK_REALTIME_ALARM" },
	{ 9, "CLOCK_BOOTTIME_ALARM" },
};

/* "(99, 999984797)" as seconds, "99.999984797". */
static void add_time(struct details *d, struct span line, const char *prefix, const char *key)
{
	struct cursor c = cursor_span(line);
	uint64_t sec, nsec;
	char buf[48];
	int n;

	if (!cursor_lit(&c, prefix) || !cursor_u64(&c, &sec) || !cursor_lit(&c, ", ") ||
	    !cursor_u64(&c, &nsec) || !cursor_char(&c, ')') || nsec > 999999999 ||
	    detail_find(d->v, d->n, key))
		return;
	n = snprintf(buf, sizeof(buf), "%llu.%09u", (unsigned long long)sec, (unsigned)nsec);
	details_text(d, key, (struct span){ buf, (size_t)n });
}

static void add_settime(struct details *d, struct span line)
{
	static const struct name_row names[] = { { 1, "abstime" }, { 2, "cancel_on_set" } };
	struct cursor c = cursor_span(line);
	struct fdmap_detail *v;
	uint64_t bits;

	if (!cursor_lit(&c, "settime flags: ") || !cursor_oct(&c, &bits) || !cursor_done(&c) || !bits ||
	    detail_find(d->v, d->n, "settime_flags"))
		return;
	v = details_add(d, "settime_flags", FDMAP_DETAIL_TEXT);
	if (v)
		v->text = detail_words(d->arena, names, ARRAY_LEN(names), bits);
}

void parse_timerfd(struct details *d, struct span text)
{
	static const struct detail_key keys[] = {
		{ "clockid", NULL, DETAIL_NAME, clocks, ARRAY_LEN(clocks) },
		{ .key = "ticks", .how = DETAIL_DEC },
	};
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	details_keys(d, text, keys, ARRAY_LEN(keys));
	while (cursor_line(&c, &line, &whole) && whole) {
		add_settime(d, line);
		add_time(d, line, "it_value: (", "it_value");
		add_time(d, line, "it_interval: (", "it_interval");
	}
}

static void put_signal(char *buf, size_t len, int sig)
{
	const char *name = sigabbrev_np(sig);
	int first = SIGRTMIN;

	if (name)
		(void)snprintf(buf, len, "%s", name);
	else if (sig == first)
		(void)snprintf(buf, len, "RTMIN");
	else if (sig > first)
		(void)snprintf(buf, len, "RTMIN+%d", sig - first);
	else
		(void)snprintf(buf, len, "%d", sig);
}

void parse_signalfd(struct details *d, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span line;
	uint64_t bits = 0;
	bool whole, found = false;
	char words[64 * 12] = "";
	size_t n = 0;

	while (!found && cursor_line(&c, &line, &whole) && whole) {
		struct cursor at = cursor_span(line);

		if (!cursor_lit(&at, "sigmask:"))
			continue;
		cursor_blanks(&at);
		found = cursor_hex(&at, &bits) && cursor_done(&at);
	}
	if (!found)
		return;
	for (int sig = 1; sig <= 64; sig++) {
		if (!(bits >> (sig - 1) & 1))
			continue;
		if (n)
			words[n++] = '|';
		put_signal(words + n, sizeof(words) - n, sig);
		n += strlen(words + n);
	}
	details_text(d, "sigmask", (struct span){ words, n });
}

static const struct name_row poll_bits[] = {
	{ 0x1, "in" },		{ 0x2, "pri" },		     { 0x4, "out" },
	{ 0x8, "err" },		{ 0x10, "hup" },	     { 0x20, "nval" },
	{ 0x40, "rdnorm" },	{ 0x80, "rdband" },	     { 0x100, "wrnorm" },
	{ 0x200, "wrband" },	{ 0x400, "msg" },	     { 0x2000, "rdhup" },
	{ 0x8000000, "uring" }, { 0x10000000, "exclusive" }, { 0x20000000, "wakeup" },
	{ 0x80000000, "et" },	{ 0x40000000, "oneshot" },
};

#define ALWAYS_BITS UINT64_C(0x18) /* err and hup need not be asked for */

/* What stays when a oneshot has fired, are the bits that say how. */
static const char *event_words(struct arena *arena, uint64_t events)
{
	if ((events & ALWAYS_BITS) == ALWAYS_BITS)
		events &= ~ALWAYS_BITS;
	else if (events == 0x40000000 || events == 0xc0000000)
		return events == 0x40000000 ? "oneshot|fired" : "et|oneshot|fired";
	return detail_words(arena, poll_bits, ARRAY_LEN(poll_bits), events);
}

struct epoll_target {
	uint32_t fd;
	uint64_t events, ino, sdev;
	bool has_id;
};

static bool take_target(struct span line, struct epoll_target *t)
{
	struct cursor c = cursor_span(line);
	struct span skip;

	*t = (struct epoll_target){ 0 };
	if (!cursor_lit(&c, "tfd:"))
		return false;
	cursor_blanks(&c);
	if (!cursor_u32(&c, &t->fd) || t->fd > INT32_MAX || !cursor_lit(&c, " events:"))
		return false;
	cursor_blanks(&c);
	if (!cursor_hex(&c, &t->events))
		return false;
	while (cursor_field(&c, &skip)) {
		struct cursor f = cursor_span(skip);

		if (cursor_lit(&f, "ino:"))
			t->has_id = cursor_hex(&f, &t->ino) && cursor_done(&f);
		else if (t->has_id && cursor_lit(&f, "sdev:"))
			return cursor_hex(&f, &t->sdev) && cursor_done(&f);
	}
	t->has_id = false;
	return true;
}

/* Many are alike: their texts are made once. */
struct epoll_texts {
	uint64_t events, sdev;
	const char *events_text, *dev_text;
};

static uint32_t put_target(struct details *d, struct fdmap_detail *v, const struct epoll_target *t,
			   struct epoll_texts *last)
{
	if (!last->events_text || last->events != t->events)
		last->events_text = event_words(d->arena, t->events);
	last->events = t->events;
	v[0] = (struct fdmap_detail){ .key = "fd", .type = FDMAP_DETAIL_I64, .i = t->fd };
	v[1] = (struct fdmap_detail){ .key = "events", .type = FDMAP_DETAIL_TEXT,
				      .text = last->events_text };
	if (!t->has_id)
		return 2;
	if (!last->dev_text || last->sdev != t->sdev)
		last->dev_text = detail_dev(d->arena, t->sdev);
	last->sdev = t->sdev;
	v[2] = (struct fdmap_detail){ .key = "inode", .type = FDMAP_DETAIL_U64, .u = t->ino };
	v[3] = (struct fdmap_detail){ .key = "dev", .type = FDMAP_DETAIL_TEXT,
				      .text = last->dev_text };
	return 4;
}

void parse_eventpoll(struct details *d, struct span text)
{
	struct fdmap_detail *list =
		details_list(d, "targets", detail_count(text, "tfd:"), TARGET_CELLS);
	struct cursor c = cursor_span(text);
	struct epoll_texts last = { 0 };
	struct epoll_target t;
	struct span line;
	uint32_t n = 0;
	bool whole;

	if (!list)
		return;
	while (n < DETAIL_LIST_MAX && cursor_line(&c, &line, &whole) && whole) {
		if (!take_target(line, &t))
			continue;
		list[n].n = put_target(d, (struct fdmap_detail *)list[n].v, &t, &last);
		n++;
	}
	detail_sort(list, n);
	details_list_end(d, n);
}
