/* SPDX-License-Identifier: MIT */
/* -i terms: made from a specification, matched against sockets. */
#include "engine/inetterm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/addr.h"
#include "os/errand.h"

static int look_port(void *ctx, const char *service, const char *proto, uint16_t *port)
{
	struct fdmap *m = ctx;

	return m ? resolve_port(fdmap_resolve(m), service, proto, ERRAND_MS, port) : -ENOENT;
}

static int look_address(void *ctx, const char *host, int family, struct resolve_addr *addr)
{
	struct fdmap *m = ctx;

	return m ? resolve_address(fdmap_resolve(m), host, family, ERRAND_MS, addr) : -ENOENT;
}

int fdmap_query_inet_all(struct fdmap_query *q, int version)
{
	int t = -EINVAL;

	if (version != 0 && version != 4 && version != 6)
		return -EINVAL;
	/* -i4 and -i6 together are -i: one term, or both would have to be found. */
	for (int v = 4; v <= 6; v += 2) {
		if (version && v != version)
			continue;
		t = query_term(q, FDMAP_TERM_INET_ALL, NULL, 0);
		if (t < 0)
			return t;
		q->inet_versions |= 1u << v;
		q->inet_term[v] = (unsigned)t;
	}
	q->used |= SEL_NET;
	q->inet_version = q->inet_versions == 1u << 4 ? 4 : q->inet_versions == 1u << 6 ? 6 : 0;
	return t;
}

int fdmap_query_inet(struct fdmap_query *q, struct fdmap *m, const char *spec,
		     struct fdmap_error *err)
{
	const struct inetspec_lookup look = { m, look_port, look_address };
	char why[sizeof(err->text)];
	struct inetterm *v;
	size_t nports;
	int t, r;

	if (spec[0] == '\0')
		return fdmap_query_inet_all(q, 0);
	if ((spec[0] == '4' || spec[0] == '6') && spec[1] == '\0')
		return fdmap_query_inet_all(q, spec[0] - '0');
	v = query_grow(q->inet, q->ninet, sizeof(*v));
	if (!v)
		return -ENOMEM;
	q->inet = v;
	r = parse_inetspec(spec, q->inet_version, &look, &v[q->ninet].spec, why, sizeof(why));
	if (r < 0) {
		query_error(err, "%s", why);
		return r;
	}
	nports = q->nports + (v[q->ninet].spec.nports ? v[q->ninet].spec.nports : 1);
	if (nports > INETSPEC_MAX) {
		query_error(err, "network address limit (%d) exceeded: -i %s", INETSPEC_MAX, spec);
		return -EINVAL;
	}
	t = query_term(q, FDMAP_TERM_INET, spec, 0);
	if (t < 0)
		return t;
	v[q->ninet++].term = (unsigned)t;
	q->nports = nports;
	q->used |= SEL_NA;
	return t;
}

static bool port_match(const struct inetspec *spec, uint16_t port)
{
	for (unsigned i = 0; i < spec->nports; i++)
		if (port >= spec->ports[i].lo && port <= spec->ports[i].hi)
			return true;
	return spec->nports == 0;
}

static bool addr_match(const struct inetspec *spec, int family, const void *addr)
{
	for (unsigned i = 0; i < spec->naddrs; i++) {
		const struct resolve_addr *a = &spec->addrs[i];

		if (a->family == family &&
		    memcmp(&a->a, addr, family == AF_INET ? 4 : 16) == 0)
			return true;
	}
	return spec->naddrs == 0;
}

static int ip_proto(const struct fdmap_sock *s)
{
	return s->table == FDMAP_TCP ? IPPROTO_TCP
	       : s->table == FDMAP_UDP ? IPPROTO_UDP
				       : IPPROTO_UDPLITE;
}

bool inetterm_match(const struct inetterm *t, const struct fdmap_sock *s)
{
	const struct inetspec *spec = &t->spec;
	const void *local = &s->laddr, *remote = &s->raddr;
	int family = s->family;

	if (spec->proto && spec->proto != ip_proto(s))
		return false;
	if (family == AF_INET6 &&
	    (addr_is_v4mapped(&s->laddr.v6) || addr_is_v4mapped(&s->raddr.v6))) {
		family = AF_INET;
		local = &s->laddr.v6.s6_addr[12];
		remote = &s->raddr.v6.s6_addr[12];
	}
	if (spec->version && spec->version != (family == AF_INET ? 4 : 6))
		return false;
	if (addr_match(spec, family, local) && port_match(spec, s->lport))
		return true;
	/* An end that is not there matches nothing. */
	if (!s->rport && addr_is_any(family, remote))
		return false;
	return addr_match(spec, family, remote) && port_match(spec, s->rport);
}
