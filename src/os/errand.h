/* SPDX-License-Identifier: MIT */
/*
 * Errands: calls that may take for ever, as those to a name service do. They
 * are done by threads, at most so many at once over the life of a struct
 * errands; nobody waits for them longer than he wants to. What comes after the
 * deadline is known at the next wait; who was waited for once is not waited
 * for again. Threads that hang are left behind.
 *
 * For one thread; what it shares with the threads behind it is locked.
 */
#ifndef OS_ERRAND_H
#define OS_ERRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* How long a person waits for a name, in milliseconds. */
#define ERRAND_MS 1000

/*
 * The first member of what is asked and what came out. What is asked is
 * written before it is put, the rest by run alone, which has no lock and looks
 * at nothing that its owner could free.
 */
struct errand {
	void (*run)(struct errand *e);
	void (*free)(struct errand *e);
	bool known; /* done when the owner last waited: the rest may be read */
	/* of errand.c */
	bool done;
	unsigned round; /* of waiting; only the last one is waited for */
};

struct errands;

MUST_CHECK int errands_new(struct errands **es, unsigned threads);
/* Returns at once; threads that are still away free the rest. NULL: nothing. */
void errands_free(struct errands *es);

/* Only what is put from now on is waited for. */
void errands_round(struct errands *es);
/* e is theirs, and lives as long as they do. 0; -ENOMEM: it was freed. */
MUST_CHECK int errands_put(struct errands *es, struct errand *e);
/* Sends threads out, without waiting. One that cannot be made is done without. */
void errands_start(struct errands *es);
/* The same, and waits until all of this round is done, for at most ms. */
void errands_wait(struct errands *es, unsigned ms);

/* How many are not done that were waited for in vain. */
size_t errands_behind(struct errands *es);

#endif
