/* SPDX-License-Identifier: MIT */
/*
 * Times: "2026-11-20", "2026-11-20 10:00", "10:00" (today), "today", "@1700000000",
 * "-3h" (so long ago). Each is as long as what it leaves out: a day, a minute, a second.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "field/exprtree.h"

#define SECOND 1000000000ull

static bool number(struct cursor *c, unsigned digits, int *v)
{
	const char *from = c->at;
	uint32_t n;

	if (!cursor_u32(c, &n) || (size_t)(c->at - from) != digits)
		return false;
	*v = (int)n;
	return true;
}

static bool read_date(struct cursor *c, struct tm *tm)
{
	struct cursor was = *c;

	if (number(c, 4, &tm->tm_year) && cursor_char(c, '-') && number(c, 2, &tm->tm_mon) &&
	    cursor_char(c, '-') && number(c, 2, &tm->tm_mday)) {
		tm->tm_year -= 1900;
		tm->tm_mon--;
		return tm->tm_year >= 70 && tm->tm_mon >= 0 && tm->tm_mon < 12 &&
		       tm->tm_mday >= 1 && tm->tm_mday <= 31;
	}
	*c = was;
	return false;
}

/* length: of what it leaves out, in seconds. */
static bool read_clock(struct cursor *c, struct tm *tm, uint64_t *length)
{
	if (!number(c, 2, &tm->tm_hour) || !cursor_char(c, ':') || !number(c, 2, &tm->tm_min))
		return false;
	*length = 60;
	if (cursor_char(c, ':')) {
		if (!number(c, 2, &tm->tm_sec))
			return false;
		*length = 1;
	}
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 61;
}

static bool of_calendar(struct tm *tm, uint64_t length, bool utc, struct expr_num *lo,
			struct expr_num *hi)
{
	struct tm next = *tm;
	time_t from, to;

	tm->tm_isdst = next.tm_isdst = -1;
	from = utc ? timegm(tm) : mktime(tm);
	if (length == 86400) { /* which may be an hour shorter or longer */
		next.tm_mday++;
		to = utc ? timegm(&next) : mktime(&next);
	} else {
		to = from + (time_t)length;
	}
	if (from < 0 || to <= from || (uint64_t)to > UINT64_MAX / SECOND)
		return false;
	*lo = (struct expr_num){ .n = (uint64_t)from * SECOND };
	*hi = (struct expr_num){ .n = (uint64_t)to * SECOND - 1 };
	return true;
}

static bool ago(struct span s, const struct timespec *now, struct expr_num *lo)
{
	uint64_t t = (uint64_t)now->tv_sec * SECOND + (uint64_t)now->tv_nsec;
	struct expr_num n;

	if (num_parse(s, FDMAP_UNIT_NS, &n) || n.neg || n.n > t)
		return false;
	*lo = (struct expr_num){ .n = t - n.n };
	return true;
}

/* Seconds, perhaps with a point: measured as a duration is. */
static bool since_epoch(struct cursor *c, struct expr_num *lo, struct expr_num *hi)
{
	struct span s = cursor_rest(c);
	bool whole = !memchr(s.p, '.', s.n);
	char text[48];

	if (!s.n || s.n > 30 || strspn(s.p, "0123456789.") < s.n)
		return false;
	(void)snprintf(text, sizeof(text), "%.*ss", (int)s.n, s.p);
	if (num_parse((struct span){ text, strlen(text) }, FDMAP_UNIT_NS, lo))
		return false;
	*hi = *lo;
	return !whole || !__builtin_add_overflow(hi->n, SECOND - 1, &hi->n);
}

bool num_time(struct span s, struct expr_num *lo, struct expr_num *hi)
{
	struct cursor c = cursor_span(s);
	uint64_t length = 86400;
	struct timespec now;
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (cursor_char(&c, '@'))
		return since_epoch(&c, lo, hi);
	if (cursor_char(&c, '-')) {
		bool ok = ago(cursor_rest(&c), &now, lo);

		*hi = *lo;
		return ok;
	}
	if (!localtime_r(&now.tv_sec, &tm))
		return false;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	if (span_eq(s, "today"))
		return of_calendar(&tm, length, false, lo, hi);
	if (read_date(&c, &tm)) {
		if (!cursor_done(&c) && !cursor_char(&c, 'T')) {
			if (!cursor_char(&c, ' '))
				return false;
			cursor_blanks(&c);
		} else if (cursor_done(&c)) {
			return of_calendar(&tm, length, false, lo, hi);
		}
	}
	if (read_clock(&c, &tm, &length)) {
		bool utc = cursor_char(&c, 'Z');

		return cursor_done(&c) && of_calendar(&tm, length, utc, lo, hi);
	}
	/* In the field's unit: nanoseconds, as it is given to programs. */
	*hi = *lo = (struct expr_num){ 0 };
	c = cursor_span(s);
	if (!cursor_u64(&c, &lo->n) || !cursor_done(&c))
		return false;
	*hi = *lo;
	return true;
}
