/* SPDX-License-Identifier: MIT */
/*
 * Fields of what congestion controls and MPTCP tell of themselves: struct tcpvegas_info,
 * tcp_dctcp_info, tcp_bbr_info of include/uapi/linux/inet_diag.h, struct mptcp_info of
 * include/uapi/linux/mptcp.h.
 */
#include "field/tcp.h"

#include <linux/inet_diag.h>
#include <string.h>

#define STATE_LISTEN 10 /* include/net/tcp_states.h */

/* f->size, bits 12 to 15: whose it is. */
enum {
	OF_VEGAS = 1u << 12,
	OF_DCTCP = 2u << 12,
	OF_BBR = 3u << 12,
	OF_MASK = 7u << 12,
};

static const struct fdmap_sockx *more_of(const struct fdmap_row *row)
{
	const struct fdmap_sock *s = field_sock(row);

	return s ? s->x : NULL;
}

static bool is_of(const struct fdmap_sockx *x, uint32_t whose)
{
	switch (whose & OF_MASK) {
	case OF_VEGAS:
		return x->cc_type == INET_DIAG_VEGASINFO;
	case OF_DCTCP:
		return x->cc_type == INET_DIAG_DCTCPINFO;
	case OF_BBR:
		return x->cc_type == INET_DIAG_BBRINFO;
	default:
		return false;
	}
}

static int get_cc(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row);

	return x && x->cc && is_of(x, f->size) ? tcp_member(f, x->cc, x->cc_len, &v->u) : 0;
}

/* Two words, the lower one first, whatever the machine. */
static int get_bbr_bw(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row);
	uint32_t words[2];

	(void)f;
	if (!x || !x->cc || !is_of(x, OF_BBR) || x->cc_len < sizeof(words))
		return 0;
	memcpy(words, x->cc, sizeof(words));
	v->u = (uint64_t)words[1] << 32 | words[0];
	return v->u != 0;
}

/* A factor, 256 for 1. */
static int get_gain(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	int r = get_cc(f, row, v);

	if (r > 0)
		v->u = v->u * 100 / 256;
	return r;
}

/* Of what listens there is a struct, but nothing in it. */
static int get_mptcp(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row);

	if (!x || !x->mptcp || row->file->sock->state == STATE_LISTEN)
		return 0;
	return tcp_member(f, x->mptcp, x->mptcp_len, &v->u);
}

#define CC(key, title, help, unit, at, how) TCP_FIELD(key, title, help, unit, get_cc, at, how)
#define GAIN(key, title, help, at) \
	TCP_FIELD(key, title, help, FDMAP_UNIT_PERCENT, get_gain, at, 4u | OF_BBR)
#define MPTCP(key, title, help, unit, at, size, least) \
	TCP_FIELD("mptcp_" key, title, help, unit, get_mptcp, at, (size) | TCP_LEAST(least))
#define NONE FDMAP_UNIT_NONE
#define BYTES FDMAP_UNIT_BYTES
#define US FDMAP_UNIT_US
#define MS FDMAP_UNIT_MS
#define HEX FDMAP_UNIT_HEX

static const struct field fields[] = {
	TCP_FIELD("bbr_bw", "BBRBW", "bbr: bandwidth of the path, estimated", FDMAP_UNIT_RATE,
		  get_bbr_bw, 0, 8),
	CC("bbr_min_rtt", "BBRMINRTT", "bbr: least round trip time", US, 8,
	   4u | TCP_NOT_MAX | OF_BBR),
	GAIN("bbr_pacing_gain", "BBRPACING", "bbr: rate of sending, of that bandwidth", 12),
	GAIN("bbr_cwnd_gain", "BBRCWND", "bbr: window, of what fills the path", 16),
	CC("dctcp_enabled", "DCTCP", "dctcp: 1: in use, 0: the other end has it not", NONE, 0,
	   2u | OF_DCTCP),
	CC("dctcp_ce_state", "DCTCPCE", "dctcp: the last packet had a mark", NONE, 2,
	   2u | OF_DCTCP),
	CC("dctcp_alpha", "DCTCPALPHA", "dctcp: how much is marked, of 1024", NONE, 4,
	   4u | OF_DCTCP),
	CC("dctcp_ab_ecn", "DCTCPECN", "dctcp: bytes acknowledged with a mark", BYTES, 8,
	   4u | OF_DCTCP),
	CC("dctcp_ab_tot", "DCTCPTOT", "dctcp: bytes acknowledged", BYTES, 12, 4u | OF_DCTCP),
	CC("vegas_enabled", "VEGAS", "vegas: 1: in use", NONE, 0, 4u | OF_VEGAS),
	CC("vegas_rttcnt", "VEGASCNT", "vegas: round trips measured lately", NONE, 4,
	   4u | OF_VEGAS),
	CC("vegas_rtt", "VEGASRTT", "vegas: round trip time", US, 8,
	   4u | TCP_NOT_MAX31 | OF_VEGAS),
	CC("vegas_minrtt", "VEGASMINRTT", "vegas: least round trip time", US, 12,
	   4u | TCP_NOT_MAX31 | OF_VEGAS),
	MPTCP("subflows", "SUBFLOWS", "MPTCP: connections beside the first", NONE, 0, 1, 0),
	MPTCP("add_addr_signal", "ADDRSIGNAL", "MPTCP: addresses announced", NONE, 1, 1, 0),
	MPTCP("add_addr_accepted", "ADDRACCEPTED", "MPTCP: addresses accepted", NONE, 2, 1, 0),
	MPTCP("subflows_max", "SUBFLOWSMAX", "MPTCP: most such connections", NONE, 3, 1, 0),
	MPTCP("add_addr_signal_max", "ADDRSIGNALMAX", "MPTCP: most addresses to announce", NONE, 4,
	      1, 0),
	MPTCP("add_addr_accepted_max", "ADDRACCEPTEDMAX", "MPTCP: most addresses to accept", NONE,
	      5, 1, 0),
	MPTCP("flags", "MPTCPFLAGS", "MPTCP: 1: fell back to TCP, 2: has the other end's key", HEX,
	      8, 4, 0),
	MPTCP("token", "TOKEN", "MPTCP: token of this end", HEX, 12, 4, 0),
	MPTCP("write_seq", "WRITESEQ", "MPTCP: number of the next byte to send", NONE, 16, 8, 0),
	MPTCP("snd_una", "SNDUNA", "MPTCP: number of the first byte not acknowledged", NONE, 24, 8,
	      0),
	MPTCP("rcv_nxt", "RCVNXT", "MPTCP: number of the next byte to receive", NONE, 32, 8, 0),
	MPTCP("local_addr_used", "LOCALADDRS", "MPTCP: own addresses in use", NONE, 40, 1, 48),
	MPTCP("local_addr_max", "LOCALADDRSMAX", "MPTCP: most own addresses to use", NONE, 41, 1,
	      48),
	MPTCP("csum_enabled", "CSUM", "MPTCP: 1: with checksums", NONE, 42, 1, 48),
	MPTCP("retransmits", "MPTCPRETR", "MPTCP: pieces sent again", NONE, 44, 4, 80),
	MPTCP("bytes_retrans", "MPTCPBYTESRETR", "MPTCP: bytes sent again", BYTES, 48, 8, 80),
	MPTCP("bytes_sent", "MPTCPOUT", "MPTCP: bytes sent", BYTES, 56, 8, 80),
	MPTCP("bytes_received", "MPTCPIN", "MPTCP: bytes received", BYTES, 64, 8, 80),
	MPTCP("bytes_acked", "MPTCPACKED", "MPTCP: bytes acknowledged", BYTES, 72, 8, 80),
	MPTCP("subflows_total", "SUBFLOWSTOTAL", "MPTCP: all its connections", NONE, 80, 1, 88),
	MPTCP("last_data_sent", "MPTCPLASTSND", "MPTCP: time since data was sent", MS, 84, 4, 96),
	MPTCP("last_data_recv", "MPTCPLASTRCV", "MPTCP: time since data was received", MS, 88, 4,
	      96),
	MPTCP("last_ack_recv", "MPTCPLASTACK", "MPTCP: time since an acknowledgement was received",
	      MS, 92, 4, 96),
};

const struct field_set fields_tcpcc = { fields, ARRAY_LEN(fields), NULL, 0 };
