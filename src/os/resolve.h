/* SPDX-License-Identifier: MIT */
/*
 * Names and numbers: users, services, hosts. A recorded tree brings its own
 * etc/passwd, etc/services, etc/hosts and etc/portmap and asks nobody; otherwise the name
 * service of this machine is asked. What was asked once is kept.
 *
 * The name service may hang, and so may the portmapper. They are therefore asked
 * in threads of their own (os/errand.h), which are left behind at the deadline;
 * but what the files of this machine tell is read from them, without a thread.
 */
#ifndef OS_RESOLVE_H
#define OS_RESOLVE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/util.h"
#include "os/root.h"

struct resolve;

struct resolve_addr {
	int family; /* AF_INET, AF_INET6 */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} a;
};

MUST_CHECK int resolve_new(struct resolve **res, struct root *root);
void resolve_free(struct resolve *res);

/*
 * 0, or -ENOMEM, -EMFILE, -ENFILE: names that there are may be missing. Nobody is to be told
 * that there is none.
 */
MUST_CHECK int resolve_error(const struct resolve *res);

/*
 * From the first open to the last close what is told stays valid. At the next first one what a
 * file of this machine may tell otherwise by now is forgotten, so that it is asked for anew.
 */
void resolve_open(struct resolve *res);
void resolve_close(struct resolve *res);

/*
 * NULL: none, or no answer within ms. The text lives as long as res. Failures are
 * remembered, too.
 */
const char *resolve_user(struct resolve *res, uid_t uid, unsigned ms);
/* Nobody has answered so far for whom was asked. */
bool resolve_user_waiting(const struct resolve *res, uid_t uid);
/* 0, -ENOENT, -ETIMEDOUT: no answer within ms */
MUST_CHECK int resolve_uid(struct resolve *res, const char *login, unsigned ms, uid_t *uid);

/*
 * Many at once, beside whatever else is asked: begun, and waited for, within ms
 * together. 0, -ENOMEM
 */
MUST_CHECK int resolve_users_begin(struct resolve *res, const uid_t *uids, size_t n);
void resolve_users_end(struct resolve *res, unsigned ms);

/*
 * proto "tcp" or "udp"; the whole services list is asked for at the first call, and
 * waited for, for at most ms.
 */
const char *resolve_service(struct resolve *res, uint16_t port, const char *proto, unsigned ms);
/* 0, -ENOENT: none, or no answer */
MUST_CHECK int resolve_port(struct resolve *res, const char *service, const char *proto,
			    unsigned ms, uint16_t *port);
/* As with users. false: nothing has begun yet. */
bool resolve_services_begun(const struct resolve *res);
void resolve_services_begin(struct resolve *res);
void resolve_services_end(struct resolve *res, unsigned ms);

/* First address of a host of that family, within ms; -ENOENT: none or no answer. */
MUST_CHECK int resolve_address(struct resolve *res, const char *host, int family, unsigned ms,
			       struct resolve_addr *addr);

/* Asks for all n names side by side, each address once, within ms together. */
MUST_CHECK int resolve_hosts(struct resolve *res, const struct resolve_addr *addrs, size_t n,
			     unsigned ms);

/*
 * Asks the portmapper which programs are behind ports, and waits for its answer,
 * in two calls, so that names of hosts are looked up meanwhile. Once: later
 * calls know the answer, or that there was none.
 */
void resolve_programs_begin(struct resolve *res, unsigned ms);
void resolve_programs_end(struct resolve *res, unsigned ms);
/* "nfs", or a number in digits; NULL: none is registered. Never asks. */
const char *resolve_program(const struct resolve *res, uint16_t port, const char *proto);

/* What resolve_hosts learnt, NULL: nothing. Never asks. */
const char *resolve_host(const struct resolve *res, const struct resolve_addr *addr);

#endif
