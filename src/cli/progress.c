/* SPDX-License-Identifier: MIT */
/*
 * A thread of its own looks at the clock, since those who do the work may be waiting for
 * anything. It takes no signal: a terminal that stops those who write from the background (stty
 * tostop) could otherwise stop us between our look and our write.
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/explain.h"
#include "cli/warn.h"

#define FIRST_MS 1000
#define EVERY_MS 200
#define WIDTH_DEFAULT 80
/* To the beginning of the line, and clear it. */
#define ERASE "\r\033[K"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t change;
	pthread_t thread;
	const struct fdmap *m;
	bool on;   /* the thread runs */
	bool over; /* no line any more in this listing */
	volatile sig_atomic_t shown;
} line = { .lock = PTHREAD_MUTEX_INITIALIZER };

bool progress_fits(const struct progress_place *place)
{
	return place->terminal && place->warnings && !place->as_lsof && place->term &&
	       *place->term && strcmp(place->term, "dumb") != 0;
}

void progress_text(const struct fdmap_progress *p, unsigned width, struct buf *out)
{
	size_t had = out->n;

	buf_printf(out, "fdmap: %s", explain_word(p->stage));
	if (p->total)
		buf_printf(out, ": %" PRIu64 " of %" PRIu64 " processes", p->done, p->total);
	else
		buf_puts(out, "...");
	if (!out->failed && out->n - had > width) {
		out->n = had + width;
		out->p[out->n] = '\0';
	}
}

/* ---- signals ------------------------------------------------------------------------- */

/* Those of the keyboard, and those that usually end a program. */
static const int signals[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP };

/* What it would have done without us comes behind it: by then nobody catches it any more. */
static void on_signal(int sig)
{
	if (line.shown && write(STDERR_FILENO, ERASE, sizeof(ERASE) - 1) > 0)
		line.shown = 0;
	(void)kill(getpid(), sig);
}

/* Only while there is a line; a signal that somebody ignores stays so. */
static void catch_signals(bool on)
{
	struct sigaction ours = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_RESTART };
	const struct sigaction none = { .sa_handler = SIG_DFL };
	struct sigaction now;

	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler == (on ? SIG_DFL : on_signal))
			(void)sigaction(signals[i], on ? &ours : &none, NULL);
}

/* ---- the line; the lock is held ------------------------------------------------------ */

/* Where job control has nothing to say, nobody is in the background. */
static bool in_foreground(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group < 0 || group == getpgrp();
}

static unsigned width_of_stderr(void)
{
	struct winsize size = { 0 };

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col
									    : WIDTH_DEFAULT;
}

static void put(const char *text, size_t n)
{
	/* A terminal that takes nothing now gets the next one. */
	if (write(STDERR_FILENO, text, n) < 0)
		line.shown = 0;
}

static void show(void)
{
	struct fdmap_progress p;
	struct buf text;

	if (!in_foreground())
		return;
	fdmap_progress(line.m, &p);
	buf_init(&text);
	buf_puts(&text, ERASE);
	/* In the last column some terminals begin a new line. */
	progress_text(&p, width_of_stderr() - 1, &text);
	if (!text.failed) {
		catch_signals(true);
		line.shown = 1;
		put(text.p, text.n);
	}
	buf_fini(&text);
}

static void erase(void)
{
	if (line.shown && in_foreground())
		put(ERASE, sizeof(ERASE) - 1);
	line.shown = 0;
	catch_signals(false);
}

static void *watch(void *arg)
{
	struct timespec next = clock_deadline(FIRST_MS);

	(void)arg;
	pthread_mutex_lock(&line.lock);
	while (!line.over) {
		if (pthread_cond_timedwait(&line.change, &line.lock, &next) == 0)
			continue;
		if (!line.over)
			show();
		next = clock_deadline(EVERY_MS);
	}
	pthread_mutex_unlock(&line.lock);
	return NULL;
}

/* ---- a listing ----------------------------------------------------------------------- */

static bool start(void)
{
	pthread_condattr_t attr;
	sigset_t all, old;
	int err;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&line.change, &attr);
	pthread_condattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&line.thread, NULL, watch, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		pthread_cond_destroy(&line.change);
	return !err;
}

void progress_begin(const struct options *o)
{
	/* -t has no warnings, but somebody may sit there. */
	const struct progress_place place = { isatty(STDERR_FILENO), getenv("TERM"),
					      warn_as_lsof(), o->warnings || o->terse };

	line.m = o->m;
	line.over = false;
	line.on = progress_fits(&place) && start();
}

void progress_rows(void)
{
	progress_hold();
	line.over = true;
	progress_release();
}

void progress_end(void)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	line.over = true;
	erase();
	pthread_cond_signal(&line.change);
	pthread_mutex_unlock(&line.lock);
	pthread_join(line.thread, NULL);
	pthread_cond_destroy(&line.change);
	line.on = false;
}

void progress_hold(void)
{
	if (!line.on)
		return;
	pthread_mutex_lock(&line.lock);
	if (line.shown)
		erase();
}

void progress_release(void)
{
	if (line.on)
		pthread_mutex_unlock(&line.lock);
}
