/* SPDX-License-Identifier: MIT */
/*
 * libnss_hang.so.2: a source for nsswitch.conf(5), "hang", that never answers, or with
 * NSS_HANG=answer at once: the user N is "nssN" as long as it is above 50000, port 7001 is
 * "nss-port", program 400123 "nss-program".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <pwd.h>
#include <rpc/netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALL __attribute__((visibility("default"))) enum nss_status

CALL _nss_hang_getpwuid_r(uid_t uid, struct passwd *pw, char *room, size_t len, int *err);
CALL _nss_hang_getpwnam_r(const char *login, struct passwd *pw, char *room, size_t len, int *err);
CALL _nss_hang_setservent(int stay);
CALL _nss_hang_endservent(void);
CALL _nss_hang_getservent_r(struct servent *s, char *room, size_t len, int *err);
CALL _nss_hang_getservbyport_r(int port, const char *proto, struct servent *s, char *room,
			       size_t len, int *err);
CALL _nss_hang_getrpcbynumber_r(int number, struct rpcent *r, char *room, size_t len, int *err);

static void hang(void)
{
	const char *how = getenv("NSS_HANG");

	while (!how || strcmp(how, "answer") != 0)
		pause();
}

/* A name at the beginning of the room, and behind it an empty list of aliases. */
static enum nss_status put(const char *name, char *room, size_t len, char ***aliases, int *err)
{
	if (len < 64) {
		*err = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	(void)snprintf(room, 32, "%s", name);
	*aliases = (char **)(void *)(((uintptr_t)room + 32 + 15) & ~(uintptr_t)15);
	**aliases = NULL;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_hang_getpwuid_r(uid_t uid, struct passwd *pw, char *room, size_t len, int *err)
{
	char name[32], **none;
	enum nss_status status;

	hang();
	if (uid <= 50000)
		return NSS_STATUS_NOTFOUND;
	(void)snprintf(name, sizeof(name), "nss%u", (unsigned)uid);
	status = put(name, room, len, &none, err);
	*pw = (struct passwd){ .pw_name = room, .pw_uid = uid, .pw_gid = uid };
	pw->pw_passwd = pw->pw_gecos = pw->pw_dir = pw->pw_shell = room + strlen(name);
	return status;
}

enum nss_status _nss_hang_getpwnam_r(const char *login, struct passwd *pw, char *room, size_t len,
				     int *err)
{
	unsigned long uid = strncmp(login, "nss", 3) == 0 ? strtoul(login + 3, NULL, 10) : 0;

	hang();
	return uid ? _nss_hang_getpwuid_r((uid_t)uid, pw, room, len, err) : NSS_STATUS_NOTFOUND;
}

static int given; /* entries since setservent */

enum nss_status _nss_hang_setservent(int stay)
{
	(void)stay;
	given = 0;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_hang_endservent(void)
{
	return NSS_STATUS_SUCCESS;
}

static enum nss_status put_service(struct servent *s, char *room, size_t len, int *err)
{
	s->s_name = room;
	s->s_port = htons(7001);
	s->s_proto = (char *)(uintptr_t) "tcp";
	return put("nss-port", room, len, &s->s_aliases, err);
}

enum nss_status _nss_hang_getservbyport_r(int port, const char *proto, struct servent *s,
					  char *room, size_t len, int *err)
{
	hang();
	if (port != htons(7001) || (proto && strcmp(proto, "tcp") != 0))
		return NSS_STATUS_NOTFOUND;
	return put_service(s, room, len, err);
}

enum nss_status _nss_hang_getservent_r(struct servent *s, char *room, size_t len, int *err)
{
	enum nss_status status;

	hang();
	if (given)
		return NSS_STATUS_NOTFOUND;
	status = put_service(s, room, len, err);
	given = status == NSS_STATUS_SUCCESS;
	return status;
}

enum nss_status _nss_hang_getrpcbynumber_r(int number, struct rpcent *r, char *room, size_t len,
					   int *err)
{
	hang();
	if (number != 400123)
		return NSS_STATUS_NOTFOUND;
	r->r_name = room;
	r->r_number = number;
	return put("nss-program", room, len, &r->r_aliases, err);
}
