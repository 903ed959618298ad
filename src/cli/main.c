/* SPDX-License-Identifier: MIT */
/* fdmap, the program: what every process has open, said as lsof says it. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/hint.h"
#include "cli/inherit.h"
#include "cli/options.h"
#include "cli/run.h"
#include "cli/secure.h"
#include "cli/status.h"
#include "cli/usage.h"
#include "cli/warn.h"
#include "fdmap.h"
#include "out/choose.h"
#include "out/fields.h"

/* By the name of lsof all that lsof tells; else what one needs first. */
static void put_either_help(struct buf *out)
{
	if (warn_as_lsof())
		put_options(out);
	else
		put_help(out);
}

/* --help, --help=topic, and --help topic, which begins as a name. */
static void put_asked(const struct options *o, struct buf *out)
{
	const struct topic *topic = o->topic;

	if (!topic && o->nfiles == 1)
		topic = topic_find(o->files[0]);
	if (topic)
		put_topic(topic, out);
	else
		put_help(out);
}

/* Texts that were asked for; as lsof, the letters' on stderr. */
static int main_texts(const struct options *o)
{
	struct buf out, err;
	int rc;

	buf_init(&out);
	buf_init(&err);
	if (o->print_help)
		put_asked(o, &out);
	if (o->print_version)
		buf_printf(&out, "fdmap %s\n", fdmap_version());
	if (o->columns_help)
		columns_help(&out);
	if (o->completion)
		o->completion(&out);
	if (o->fields_help) {
		warn_put_name(&err);
		buf_puts(&err, ":\tID    field description\n");
		fields_help(&err);
	}
	if (o->help)
		put_either_help(&err);
	if (o->version)
		put_version(&err);
	warn_block(&err);
	if (o->version)
		hint_version(o);
	rc = warn_print(&out);
	if (rc < 0)
		warn_say("can't write: %s", strerror(-rc));
	buf_fini(&out);
	buf_fini(&err);
	return status_exit(rc < 0 ? STATUS_ERROR : STATUS_FOUND, o->strict);
}

/* After words that were wrong nothing goes to stdout, asked for or not. */
static void main_wrong(const struct options *o)
{
	struct buf text;

	if (o->fatal || o->refused == o->errors)
		return;
	hint_wrong(o);
	buf_init(&text);
	if (o->help || o->print_help) {
		put_either_help(&text);
	} else {
		/* Two dozen lines of options would hide the one that says what was wrong. */
		if (warn_as_lsof())
			put_usage(&text);
		buf_puts(&text, "Use the ``-h'' option to get more help information.\n");
	}
	warn_block(&text);
	buf_fini(&text);
}

static int main_do(struct fdmap *m, bool strict, int argc, char **argv)
{
	struct options o;
	int rc = options_init(&o, m);

	if (rc < 0) {
		warn_say("%s", strerror(-rc));
		return status_exit(STATUS_ERROR, strict);
	}
	options_parse(&o, argc, argv);
	if (o.errors) {
		main_wrong(&o);
		rc = status_exit(o.errors == o.unanswered ? STATUS_PARTLY : STATUS_ERROR, strict);
	} else if (options_only_texts(&o)) {
		rc = main_texts(&o);
	} else {
		rc = run(&o);
	}
	options_fini(&o);
	return rc;
}

static void begin_locale(void)
{
	setlocale(LC_CTYPE, "");
	/* Other character sets are libraries, which a static program loads at its peril. */
	if (FDMAP_STATIC && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C");
}

int main(int argc, char **argv)
{
	struct fdmap_config cfg = { 0 };
	struct fdmap *m = NULL;
	bool texts, strict;
	const char *kept;
	int rc;

	inherit_tidy();
	warn_begin(argc > 0 ? argv[0] : NULL);
	rc = secure_begin(&kept);
	if (rc < 0) {
		warn_say("can't give up %s: %s", kept, strerror(-rc));
		return status_exit(STATUS_ERROR, options_are_strict(argc, argv));
	}
	begin_locale();
	signal(SIGPIPE, SIG_DFL);
	cfg.proc = getenv("FDMAP_PROC");
	if (cfg.proc && !*cfg.proc)
		cfg.proc = NULL;
	texts = options_peek(argc, argv, &cfg);
	/* What /proc is does not say who starts a program with more rights than his own. */
	if (secure_is())
		cfg.proc = NULL;
	strict = options_are_strict(argc, argv);
	rc = fdmap_open(&m, &cfg);
	if (rc < 0 && !texts) {
		warn_say("can't open %s: %s", cfg.proc ? cfg.proc : "the process file system",
			 rc == -EINVAL ? "neither a process file system nor a recorded one"
				       : strerror(-rc));
		return status_exit(STATUS_ERROR, strict);
	}
	rc = main_do(rc < 0 ? NULL : m, strict, argc, argv);
	if (m)
		fdmap_close(m);
	return rc;
}
