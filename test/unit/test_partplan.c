/* SPDX-License-Identifier: MIT */
/* Which command lines are answered part by part. */
#include "engine/take.h"

#include "base/util.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"
#include "test/lib/visit.h"

#define ROWS ((uint32_t)(FDMAP_FDS | FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK))

static const struct {
	const char *line;
	uint32_t want;
	bool parts;
} table[] = {
	{ "", ROWS, true },
	{ "", 0, true },
	{ "", ROWS | FDMAP_LOCKS | FDMAP_MOUNTS | FDMAP_CGROUP | FDMAP_NETNS, true },
	{ "", ROWS | FDMAP_QUEUES | FDMAP_TCPINFO | FDMAP_SKMEM, true },
	{ "-i TCP:22", ROWS, true },
	{ "-i TCP:22", 0, true },
	{ "-u 33 -c x -g 1", ROWS, true },
	{ "-p ^812", ROWS, true },
	{ "-p 812 -u 33", ROWS, true },
	{ "-K", ROWS, true },
	{ "-N", ROWS, true },
	{ "/etc/hosts", ROWS, true },
	{ "--filter uid==33", ROWS, true },
	{ "--filter mount==/", ROWS, true },
	/* A few processes. */
	{ "-p 812", ROWS, false },
	{ "-a -p 812 -i", ROWS, false },
	{ "--filter pid==812", ROWS, false },
	/* Rows that others decide, or tell more of. */
	{ "-E", ROWS, false },
	{ "+E", ROWS, false },
	{ "+d /etc", ROWS, false },
	{ "+D /etc", ROWS, false },
	{ "--unowned", ROWS, false },
	{ "--netns=all -i", ROWS, false },
	{ "--netns=self -i", ROWS, false },
	/* What is looked up for all rows at once, be it for the filter alone. */
	{ "", ROWS | FDMAP_CGROUP | FDMAP_CONTAINER, false },
	{ "", ROWS | FDMAP_MORE, false },
	{ "", ROWS | FDMAP_SOCKX, false },
	{ "--filter timer_ms>5", ROWS, false },
	{ "--filter container==web", ROWS, false },
	{ "--filter peer_comm=~x", ROWS, false },
};

START_TEST(test_table)
{
	char *dir = tree_unpack("dir 812 uid=0\nfile 812/stat | 812 (x) S 1 812 812 0 -1 0\n"
				"link self 812\n"
				"path /etc mode=040755 dev=8:1 ino=2 real=/etc\n"
				"path /etc/hosts mode=100644 dev=8:1 ino=99\n");
	struct fdmap *m = visit_open(dir, 1, 0);

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct fdmap_query query;
		struct options o;
		struct plan plan;

		ck_assert_msg(visit_parse(&o, m, table[i].line, table[i].want), "%s",
			      table[i].line);
		plan_make(o.q, &plan);
		query = *o.q;
		query.want = plan.want;
		ck_assert_msg(plan_in_parts(&plan, &query) == table[i].parts, "%s, %x",
			      table[i].line, table[i].want);
		options_fini(&o);
	}
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("partplan", test_table)
