/* SPDX-License-Identifier: MIT */
/*
 * What a pass of BPF is good for in a scan. Either its records *tell* what the links
 * of /proc/PID/fd would, and a process is asked only whether it may be looked at; or
 * they *hint* at the few descriptors that can be rows, and these are read as ever.
 */
#ifndef ENGINE_PASS_H
#define ENGINE_PASS_H

#include "bpf/pass.h"
#include "engine/plan.h"

struct scan;
struct worker;
struct procdir;
struct about;
struct fdmap_snapshot;

/* passplan.c, pure: p->pass, p->pass_skips, p->pass_why. */
void plan_pass(const struct fdmap_query *q, struct plan *p);

/*
 * Reads what the plan has it for, once the tables that gate are there: scan->pass is
 * set, or stays NULL. 0; -EOPNOTSUPP: the query will have it so or not at all; -ENOMEM.
 */
MUST_CHECK int pass_take(struct bpf_pass *pass, struct scan *scan, struct fdmap_snapshot *s,
			 unsigned threads);
/* It broke off while it was used: the scan is to be done again without it. 0 or -EOPNOTSUPP. */
MUST_CHECK int pass_give_up(struct scan *scan, struct fdmap_snapshot *s);

/* Do its records tell, rather than hint? */
bool pass_tells(const struct scan *scan);
/* Is this record as long as those that tell? */
bool pass_tells_of(const struct scan *scan, const struct bpf_head *h);
/* Can this descriptor be a row, or tell of one? */
bool pass_hit(const struct scan *scan, const struct bpf_head *h);
/*
 * No row of this process can be selected. This and the next wait until the pass has gone so
 * far; if it broke off, w->error is -ECANCELED.
 */
bool pass_skips(struct worker *w, uint32_t pid);
/* NULL: this process is read the /proc way: it was not seen, or may not be looked at. */
const struct bpf_holder *pass_holder(struct worker *w, const struct procdir *pd);
/* May it be another process by now? */
bool pass_outdated(const struct bpf_pass *pass, const struct bpf_holder *h, const struct about *a);

/* The text of the link, as readlink gives it: its length, or -errno. */
ssize_t pass_link(const struct bpf_file *f, char *buf, size_t len);

/* The mode of the link itself, as fs/proc/fd.c makes it. */
uint32_t pass_lmode(const struct bpf_file *f);

#endif
