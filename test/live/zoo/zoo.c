/* SPDX-License-Identifier: MIT */
/*
 * Opens one of everything that a descriptor can be, prints the row that must
 * be listed for each, and waits until its input ends or SIGTERM comes.
 *
 *	zoo KIND... | zoo all | zoo list
 *
 * A row has seven fields divided by tabs, as the zoo itself learnt them from
 * fstat(2), getsockname(2) and so on:
 *
 *	FD  ACCESS+LOCK  TYPE  DEVICE  SIZE/OFF  NODE  NAME
 *
 * Other lines: "kind KIND" before its rows, "skip KIND REASON" where the
 * kernel refuses, "comm PID NAME" for a child with that command name,
 * "thread TID NAME" for a thread, "detail FD JSON" for what --columns=+detail
 * must tell of it at least, and "ready PID" last. Files are made in the
 * working directory.
 */
#include "test/live/zoo/zoo.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char zoo_cwd[4096];
static volatile sig_atomic_t stop;

/* Tasks first: their child inherits nothing. */
static const struct zoo_kind *const groups[] = {
	zoo_tasks, zoo_files,	 zoo_ipc,    zoo_lockmap,
	zoo_anons, zoo_internet, zoo_others, zoo_local,
	zoo_kernel, zoo_families,
};

#define NGROUPS (sizeof(groups) / sizeof(*groups))

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name) || !strcmp(argv[i], "all"))
			return true;
	return false;
}

static bool is_kind(const char *name)
{
	for (size_t i = 0; i < NGROUPS; i++)
		for (const struct zoo_kind *k = groups[i]; k->name; k++)
			if (!strcmp(k->name, name))
				return true;
	return !strcmp(name, "all");
}

static void list_kinds(void)
{
	for (size_t i = 0; i < NGROUPS; i++)
		for (const struct zoo_kind *k = groups[i]; k->name; k++)
			puts(k->name);
}

static void make_kind(const struct zoo_kind *k)
{
	int err;

	printf("kind %s\n", k->name);
	err = k->make();
	if (err < 0)
		printf("skip %s %s\n", k->name, strerror(-err));
	fflush(stdout);
}

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_term };
	char byte;

	for (int i = 1; i < argc; i++) {
		if (is_kind(argv[i]))
			continue;
		list_kinds();
		return strcmp(argv[i], "list") ? 2 : 0;
	}
	if (!getcwd(zoo_cwd, sizeof(zoo_cwd)))
		return 1;
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < NGROUPS; i++)
		for (const struct zoo_kind *k = groups[i]; k->name; k++)
			if (wanted(k->name, argc, argv))
				make_kind(k);
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (!stop && read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
