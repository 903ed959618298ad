/* SPDX-License-Identifier: MIT */
/*
 * HOSTs that are no addresses of the Internet: CID:PORT of vsock, PROTOCOL:PORTID of netlink,
 * PROTOCOL:INTERFACE of packet sockets, by number or, as ss has them, by name.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "field/exprtree.h"

/* As iproute2 calls them, and as column "protocol" does; numbers of linux/netlink.h. */
static const struct name_row netlink_names[] = {
	{ 0, "rtnl" },
	{ 0, "route" },
	{ 1, "unused" },
	{ 2, "usersock" },
	{ 3, "fw" },
	{ 3, "firewall" },
	{ 4, "tcpdiag" },
	{ 4, "inet_diag" },
	{ 4, "sock_diag" },
	{ 5, "nflog" },
	{ 6, "xfrm" },
	{ 7, "selinux" },
	{ 8, "iscsi" },
	{ 9, "audit" },
	{ 10, "fiblookup" },
	{ 10, "fib_lookup" },
	{ 11, "connector" },
	{ 12, "nft" },
	{ 12, "netfilter" },
	{ 13, "ip6fw" },
	{ 13, "ip6_fw" },
	{ 14, "dec-rt" },
	{ 14, "dnrtmsg" },
	{ 15, "uevent" },
	{ 15, "kobject_uevent" },
	{ 16, "genl" },
	{ 16, "generic" },
	{ 18, "scsi-trans" },
	{ 18, "scsitransport" },
	{ 19, "ecryptfs" },
	{ 20, "rdma" },
	{ 21, "crypto" },
	{ 22, "smc" },
};

/* Likewise, the usual ones; numbers of linux/if_ether.h. */
static const struct name_row link_names[] = {
	{ 0x0001, "802_3" },	{ 0x0001, "802.3" },	{ 0x0003, "all" },
	{ 0x0004, "802_2" },	{ 0x0004, "802.2" },	{ 0x0005, "snap" },
	{ 0x000c, "can" },	{ 0x0060, "loop" },	{ 0x0800, "ip" },
	{ 0x0800, "ipv4" },	{ 0x0805, "x25" },	{ 0x0806, "arp" },
	{ 0x8035, "rarp" },	{ 0x809b, "atalk" },	{ 0x80f3, "aarp" },
	{ 0x8100, "802.1q" },	{ 0x8100, "8021q" },	{ 0x8137, "ipx" },
	{ 0x86dd, "ipv6" },	{ 0x8847, "mpls_uc" },	{ 0x8848, "mpls_mc" },
	{ 0x8863, "ppp_disc" }, { 0x8863, "ppp_dis" },	{ 0x8864, "ppp_ses" },
	{ 0x888e, "pae" },	{ 0x8892, "profinet" }, { 0x88a2, "aoe" },
	{ 0x88a4, "ethercat" }, { 0x88a8, "802.1ad" },	{ 0x88a8, "8021ad" },
	{ 0x88ca, "tipc" },	{ 0x88cc, "lldp" },	{ 0x88e5, "macsec" },
};

/* A number first, but for names that begin as one does. */
static bool read_first(const char *word, int family, uint64_t *n)
{
	struct expr_value v;
	uint32_t value;

	if (port_numbers(word, false, &v)) {
		*n = v.lo.n;
		return true;
	}
	if (family == AF_NETLINK &&
	    names_value(netlink_names, ARRAY_LEN(netlink_names), word, &value))
		*n = value;
	else if (family == AF_PACKET &&
		 names_value(link_names, ARRAY_LEN(link_names), word, &value))
		*n = value;
	else
		return false;
	return true;
}

static bool read_second(struct parser *p, const char *word, int family, struct expr_value *v)
{
	uint32_t index;

	if (strcmp(word, "*") == 0)
		return true;
	if (family == AF_NETLINK && strcmp(word, "kernel") == 0)
		word = "0";
	if (family == AF_PACKET && p->names->interface &&
	    p->names->interface(p->names->ctx, word, &index) == 0) {
		v->lo.n = v->hi.n = index;
		return true;
	}
	return port_numbers(word, true, v);
}

int pair_add(struct parser *p, struct expr *test, char *word, int family)
{
	static const char *const first[] = { "CID", "protocol of netlink", "protocol of Ethernet" };
	static const char *const second[] = { "port", "port ID", "interface" };
	int which = family == AF_VSOCK ? 0 : family == AF_NETLINK ? 1 : 2;
	char *colon = strchr(word, ':');
	struct expr_value *v = expr_more(test);

	if (!v)
		return -ENOMEM;
	v->family = family;
	v->hi.n = UINT32_MAX;
	v->addr.family = 0;
	if (colon)
		*colon = '\0';
	if (*word && strcmp(word, "*") != 0) {
		if (!read_first(word, family, &v->mask))
			return parse_wrong(p, p->tok.at, "\"%.60s\" is no %s", word, first[which]);
		v->addr.family = family;
	}
	if (!colon || read_second(p, colon + 1, family, v))
		return 0;
	return parse_wrong(p, p->tok.at, "\"%.60s\" is no %s", colon + 1, second[which]);
}
