/* SPDX-License-Identifier: MIT */
/*
 * What the kinds of the zoo share. A kind is one row in the table of its file:
 * its function opens the thing and shows the rows that must be listed, or says
 * -errno where the kernel refuses. A new file adds its table to zoo.c.
 */
#ifndef TEST_LIVE_ZOO_H
#define TEST_LIVE_ZOO_H

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define ZOO_TEXT 4352 /* a path and a little more */

struct zoo_kind {
	const char *name;
	int (*make)(void);
};

/* Each ends with a row without a name. */
extern const struct zoo_kind zoo_tasks[], zoo_files[], zoo_ipc[], zoo_lockmap[], zoo_anons[],
	zoo_internet[], zoo_others[], zoo_local[], zoo_kernel[], zoo_families[];

/* Set by main before anything is opened, constant afterwards. */
extern char zoo_cwd[4096];

union zoo_addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

/* NAME in the working directory, as an absolute path. */
char *zoo_path(char *buf, size_t len, const char *name);
/* A file of that many bytes, opened once more with the flags; or -errno. */
int zoo_file(const char *name, int flags, size_t bytes);
/* What the link of a descriptor says. */
const char *zoo_link(int fd, char *buf, size_t len);
/* What follows KEY in our own fdinfo, or -1. */
long long zoo_fdinfo(int fd, const char *key);

__attribute__((format(printf, 7, 8))) void show_row(const char *fd, const char *access,
						    const char *type, const char *device,
						    const char *size, const char *node,
						    const char *name, ...);
/* type NULL: what the mode says */
void show_stat(const char *fd, const char *access, const char *type, const struct stat *st,
	       off_t pos, const char *name);
/*
 * A descriptor that fstat(2) tells all about; name NULL: as the kernel links
 * it. fd may be the -1 or -errno of what should have opened it.
 */
int show_fd(int fd, char lock, const char *name);
/* The same, its name in the working directory. */
int show_at(int fd, char lock, const char *name);
/* What its details must hold at least, as JSON; nothing for a negative fd. */
__attribute__((format(printf, 2, 3))) void show_detail(int fd, const char *json, ...);

#endif
