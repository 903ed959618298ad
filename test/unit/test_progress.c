/* SPDX-License-Identifier: MIT */
/* The line that says how far a listing has come: who may see it, and what it says. */
#include "cli/progress.h"

#include <string.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

START_TEST(only_where_somebody_sits)
{
	const struct progress_place good = { true, "xterm", false, true };
	struct progress_place p = good;

	ck_assert(progress_fits(&p));
	p.terminal = false;
	ck_assert(!progress_fits(&p));
	p = good;
	p.as_lsof = true;
	ck_assert(!progress_fits(&p));
	p = good;
	p.warnings = false;
	ck_assert(!progress_fits(&p));
}
END_TEST

START_TEST(only_where_a_line_can_be_cleared)
{
	static const char *const bad[] = { NULL, "", "dumb" };
	struct progress_place p = { true, "linux", false, true };

	ck_assert(progress_fits(&p));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		p.term = bad[i];
		ck_assert(!progress_fits(&p));
	}
}
END_TEST

static void check_text(struct fdmap_progress p, unsigned width, const char *want)
{
	struct buf out;

	buf_init(&out);
	buf_puts(&out, "<");
	progress_text(&p, width, &out);
	ck_assert_str_eq(buf_str(&out) + 1, want);
	buf_fini(&out);
}

START_TEST(processes_are_counted)
{
	check_text((struct fdmap_progress){ FDMAP_STAGE_SCAN, 12, 3456 }, 79,
		   "fdmap: walk: 12 of 3456 processes");
	check_text((struct fdmap_progress){ FDMAP_STAGE_ENDS, 0, 3 }, 79,
		   "fdmap: other ends: 0 of 3 processes");
}
END_TEST

START_TEST(what_walks_over_none_has_its_word)
{
	for (int i = 0; i <= FDMAP_STAGES; i++) {
		struct fdmap_progress p = { (enum fdmap_stage)i, 0, 0 };
		struct buf out;

		buf_init(&out);
		progress_text(&p, 79, &out);
		ck_assert_uint_gt(out.n, strlen("fdmap: ..."));
		ck_assert_str_eq(buf_str(&out) + out.n - 3, "...");
		buf_fini(&out);
	}
	check_text((struct fdmap_progress){ FDMAP_STAGES, 0, 0 }, 79, "fdmap: names...");
	check_text((struct fdmap_progress){ FDMAP_STAGE_SETTLE, 0, 0 }, 79, "fdmap: directories...");
}
END_TEST

START_TEST(it_is_cut)
{
	const struct fdmap_progress p = { FDMAP_STAGE_SCAN, 12, 3456 };

	check_text(p, 11, "fdmap: walk");
	check_text(p, 33, "fdmap: walk: 12 of 3456 processes");
	check_text(p, 32, "fdmap: walk: 12 of 3456 processe");
	check_text(p, 0, "");
}
END_TEST

static void ck_idle(const struct fdmap *m)
{
	struct fdmap_progress p = { FDMAP_STAGE_SCAN, 1, 1 };

	fdmap_progress(m, &p);
	ck_assert_int_eq(p.stage, FDMAP_STAGES);
	ck_assert_uint_eq(p.total, 0);
	ck_assert_uint_eq(p.done, 0);
}

/* What is told meanwhile is seen by another thread: test/live/95-progress.sh. */
START_TEST(the_library_is_idle_before_and_after)
{
	char *dir = tree_unpack_file("ends");
	const struct fdmap_config cfg = { .proc = dir };
	struct fdmap_snapshot *s;
	struct fdmap_query *q;
	struct fdmap *m;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&q), 0);
	ck_idle(m);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	ck_idle(m);
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("progress", only_where_somebody_sits, only_where_a_line_can_be_cleared, processes_are_counted,
	  what_walks_over_none_has_its_word, it_is_cut, the_library_is_idle_before_and_after)
