/* SPDX-License-Identifier: MIT */
/*
 * Fields of TCP: struct tcp_info of include/uapi/linux/tcp.h by the names of its members,
 * written out, since the kernel may have more of them than the headers this was built
 * with, or less. What a shorter struct does not hold is absent, and so is what the kernel
 * has no number for yet.
 *
 * Filled by tcp_get_info() in net/ipv4/tcp.c; of a listener it fills very little, and two
 * members with something else. The last word (accecn_fail_mode, accecn_opt_seen) is not
 * here: it was laid out anew without growing, so that it can't be told what it means.
 */
#include "field/tcp.h"

#include <errno.h>
#include <string.h>

#include "base/names.h"

#define STATE_LISTEN 10 /* include/net/tcp_states.h */

static const struct fdmap_sockx *more_of(const struct fdmap_row *row)
{
	const struct fdmap_sock *s = field_sock(row);

	return s && s->table == FDMAP_TCP ? s->x : NULL;
}

int tcp_member(const struct field *f, const void *p, uint32_t n, uint64_t *v)
{
	const unsigned char *from = (const unsigned char *)p + f->at;
	uint32_t size = f->size & 0xff, least = f->size >> 16;
	uint64_t most = size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
	uint16_t u16;
	uint32_t u32;

	if (!p || n < f->at + size || n < least)
		return 0;
	switch (size) {
	case 1:
		*v = *from;
		break;
	case 2:
		memcpy(&u16, from, sizeof(u16));
		*v = u16;
		break;
	case 4:
		memcpy(&u32, from, sizeof(u32));
		*v = u32;
		break;
	default:
		memcpy(v, from, sizeof(*v));
		break;
	}
	return !(f->size & TCP_NOT_0 && *v == 0) && !(f->size & TCP_NOT_MAX && *v == most) &&
	       !(f->size & TCP_NOT_MAX31 && *v >= INT32_MAX);
}

/* NULL: nothing is told of it, or not this. */
static const struct fdmap_sockx *info_of(const struct field *f, const struct fdmap_row *row)
{
	const struct fdmap_sockx *x = more_of(row);

	if (!x || !x->tcp || (row->file->sock->state == STATE_LISTEN && !(f->size & TCP_LISTENS)))
		return NULL;
	return x;
}

static int get_info(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = info_of(f, row);

	return x ? tcp_member(f, x->tcp, x->tcp_len, &v->u) : 0;
}

/* A few bits of a byte: which, and how many, stand in f->size. */
#define BITS_OF(from, n) (1u | (from) << 16 | (n) << 24)

static int get_bits(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = info_of(f, row);
	unsigned from = f->size >> 16 & 0xff, n = f->size >> 24, byte;

	if (!x || x->tcp_len <= f->at)
		return 0;
	byte = ((const unsigned char *)x->tcp)[f->at];
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	from = 8 - from - n;
#endif
	v->u = byte >> from & ((1u << n) - 1);
	return 1;
}

/* enum tcp_ca_state */
static const struct name_row ca_names[] = {
	{ 0, "open" }, { 1, "disorder" }, { 2, "cwr" }, { 3, "recovery" }, { 4, "loss" },
};

static int get_ca_state(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = info_of(f, row);
	const char *name;

	if (!x || !tcp_member(f, x->tcp, x->tcp_len, &v->u))
		return 0;
	name = names_find(ca_names, ARRAY_LEN(ca_names), (uint32_t)v->u);
	return value_text(v, name ? name : "unknown");
}

/* TCPI_OPT_*, the lowest bit first */
static const char *const option_names[] = {
	"ts", "sack", "wscale", "ecn", "ecnseen", "fastopen", "usec_ts", "fastopen_child",
};

static int get_tcp_options(const struct field *f, const struct fdmap_row *row,
			   struct fdmap_value *v)
{
	const struct fdmap_sockx *x = info_of(f, row);
	struct buf *out;
	uint64_t bits;

	if (!x || !tcp_member(f, x->tcp, x->tcp_len, &bits) || !bits)
		return 0;
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(option_names); i++) {
		if (!(bits >> i & 1))
			continue;
		if (out->n)
			buf_putc(out, ',');
		buf_puts(out, option_names[i]);
	}
	return value_made(v, out);
}

static int get_cong(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row);

	(void)f;
	return x ? value_text(v, x->cong) : 0;
}

static int get_ulp(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sockx *x = more_of(row);

	(void)f;
	return x ? value_text(v, x->ulp) : 0;
}

#define NONE FDMAP_UNIT_NONE
#define BYTES FDMAP_UNIT_BYTES
#define US FDMAP_UNIT_US
#define MS FDMAP_UNIT_MS
#define RATE FDMAP_UNIT_RATE
#define NOT_0 TCP_NOT_0
#define NOT_MAX TCP_NOT_MAX
#define NOT_MAX31 TCP_NOT_MAX31
#define LISTENS TCP_LISTENS

#define TCP(key, title, help, unit, at, size, how) \
	TCP_FIELD(key, title, help, unit, get_info, at, (size) | (how))
#define BITS(key, title, help, at, from, n) \
	TCP_FIELD(key, title, help, NONE, get_bits, at, BITS_OF(from, n))
#define FLAG(key, title, help, place, from)                                             \
	{ .pub = { key, title, help, "tcp", FDMAP_VALUE_BOOL, NONE, FDMAP_OF_SOCKET,   \
		   TCP_FACTS },                                                         \
	  .get = get_bits, .at = place, .size = BITS_OF(from, 1u) }
#define TEXT(key, title, help, getter, place)                                           \
	{ .pub = { key, title, help, "tcp", FDMAP_VALUE_TEXT, NONE, FDMAP_OF_SOCKET,   \
		   TCP_FACTS },                                                         \
	  .get = getter, .at = place, .size = 1 }

static const struct field fields[] = {
	TEXT("cong", "CONG", "congestion control: cubic, bbr, ...", get_cong, 0),
	TEXT("ulp", "ULP", "upper layer protocol: tls, mptcp, ...", get_ulp, 0),
	TCP("tcp_state", "TCPSTATE", "state as a number", NONE, 0, 1, LISTENS),
	TEXT("ca_state", "CASTATE", "open, disorder, cwr, recovery, loss", get_ca_state, 1),
	TCP("retransmits", "RETRANSMITS", "timeouts in a row without an answer", NONE, 2, 1, 0),
	TCP("probes", "PROBES", "probes in a row without an answer", NONE, 3, 1, 0),
	TCP("backoff", "BACKOFF", "how often the timeout was doubled", NONE, 4, 1, 0),
	TEXT("tcp_options", "TCPOPTIONS", "ts, sack, wscale, ecn, ... that are in use",
	     get_tcp_options, 5),
	BITS("snd_wscale", "SNDWSCALE", "window scale of the other end", 6, 0, 4),
	BITS("rcv_wscale", "RCVWSCALE", "window scale offered to it", 6, 4, 4),
	FLAG("delivery_rate_app_limited", "APPLIMITED",
	     "delivery_rate was held up by a lack of data", 7, 0),
	BITS("fastopen_client_fail", "FASTOPENFAIL", "why Fast Open failed, as a number", 7, 1, 2),
	TCP("rto", "RTO", "time until what was sent is sent again", US, 8, 4, 0),
	TCP("ato", "ATO", "time until what was received is acknowledged", US, 12, 4, NOT_0),
	TCP("snd_mss", "MSS", "largest segment to send", BYTES, 16, 4, 0),
	TCP("rcv_mss", "RCVMSS", "largest segment received, estimated", BYTES, 20, 4, 0),
	TCP("unacked", "UNACKED", "segments sent, not acknowledged", NONE, 24, 4, 0),
	TCP("sacked", "SACKED", "of these: received out of order", NONE, 28, 4, 0),
	TCP("lost", "LOST", "of these: taken for lost", NONE, 32, 4, 0),
	TCP("tcp_retrans", "RETRANSOUT", "of these: sent again", NONE, 36, 4, 0),
	TCP("fackets", "FACKETS", "not told any more since Linux 4.15", NONE, 40, 4, NOT_0),
	TCP("last_data_sent", "LASTSND", "time since data was sent", MS, 44, 4, 0),
	TCP("last_ack_sent", "LASTACKSND", "never told by Linux", MS, 48, 4, NOT_0),
	TCP("last_data_recv", "LASTRCV", "time since data was received", MS, 52, 4, 0),
	TCP("last_ack_recv", "LASTACK", "time since an acknowledgement was received", MS, 56, 4, 0),
	TCP("pmtu", "PMTU", "largest packet of the path", BYTES, 60, 4, NOT_0),
	TCP("rcv_ssthresh", "RCVSSTHRESH", "largest window to offer", BYTES, 64, 4, 0),
	TCP("rtt", "RTT", "round trip time, smoothed", US, 68, 4, NOT_0),
	TCP("rttvar", "RTTVAR", "how much the round trip time varies", US, 72, 4, 0),
	TCP("snd_ssthresh", "SSTHRESH",
	    "segments at which slow start ends; absent: no such limit yet", NONE, 76, 4, NOT_MAX31),
	TCP("snd_cwnd", "CWND", "congestion window, in segments", NONE, 80, 4, LISTENS),
	TCP("advmss", "ADVMSS", "largest segment that was advertised", BYTES, 84, 4, 0),
	TCP("reordering", "REORDERING",
	    "segments that may come out of order before one is taken for lost", NONE, 88, 4, LISTENS),
	TCP("rcv_rtt", "RCVRTT", "round trip time, as the receiver estimates it", US, 92, 4, NOT_0),
	TCP("rcv_space", "RCVSPACE", "room that a round trip fills", BYTES, 96, 4, 0),
	TCP("total_retrans", "RETRTOTAL", "segments sent again since it began", NONE, 100, 4, 0),
	TCP("pacing_rate", "PACING", "rate at which it is sent", RATE, 104, 8, NOT_MAX),
	TCP("max_pacing_rate", "MAXPACING",
	    "highest such rate; absent: none was set", RATE, 112, 8, NOT_MAX),
	TCP("bytes_acked", "ACKED", "bytes sent and acknowledged", BYTES, 120, 8, 0),
	TCP("bytes_received", "BYTESIN", "bytes received", BYTES, 128, 8, 0),
	TCP("segs_out", "SEGSOUT", "segments sent", NONE, 136, 4, 0),
	TCP("segs_in", "SEGSIN", "segments received", NONE, 140, 4, 0),
	TCP("notsent_bytes", "NOTSENT",
	    "bytes in the queue that were never sent", BYTES, 144, 4, 0),
	TCP("min_rtt", "MINRTT", "least round trip time of late", US, 148, 4, NOT_MAX),
	TCP("data_segs_in", "DATASEGSIN", "segments with data received", NONE, 152, 4, 0),
	TCP("data_segs_out", "DATASEGSOUT", "segments with data sent", NONE, 156, 4, 0),
	TCP("delivery_rate", "DELIVERY", "rate at which data arrived lately", RATE, 160, 8, NOT_0),
	TCP("busy_time", "BUSY", "time spent sending", US, 168, 8, 0),
	TCP("rwnd_limited", "RWNDLIMITED",
	    "of this: held up by the window of the other end", US, 176, 8, 0),
	TCP("sndbuf_limited", "SNDBUFLIMITED",
	    "of this: held up by too small a buffer", US, 184, 8, 0),
	TCP("delivered", "DELIVERED",
	    "segments that arrived, those sent again included", NONE, 192, 4, 0),
	TCP("delivered_ce", "DELIVEREDCE", "of these: with a mark of congestion", NONE, 196, 4, 0),
	TCP("bytes_sent", "BYTESOUT", "bytes sent, those sent again included", BYTES, 200, 8, 0),
	TCP("bytes_retrans", "BYTESRETR", "bytes sent again", BYTES, 208, 8, 0),
	TCP("dsack_dups", "DSACKDUPS",
	    "segments that were sent again without need", NONE, 216, 4, 0),
	TCP("reord_seen", "REORDSEEN", "how often segments came out of order", NONE, 220, 4, 0),
	TCP("rcv_ooopack", "OOO", "packets received out of order", NONE, 224, 4, 0),
	TCP("snd_wnd", "SNDWND", "window that the other end offers", BYTES, 228, 4, 0),
	TCP("rcv_wnd", "RCVWND", "window offered to the other end", BYTES, 232, 4, 0),
	TCP("rehash", "REHASH", "how often another path was tried", NONE, 236, 4, 0),
	TCP("total_rto", "TOTALRTO", "timeouts since it began", NONE, 240, 2, 0),
	TCP("total_rto_recoveries", "RTORECOVERIES", "recoveries from timeouts", NONE, 242, 2, 0),
	TCP("total_rto_time", "RTOTIME", "time spent in these", MS, 244, 4, 0),
	TCP("received_ce", "RECEIVEDCE",
	    "segments received with a mark of congestion", NONE, 248, 4, 0),
	TCP("delivered_e1_bytes", "DELIVEREDE1", "bytes that arrived as ECT(1)", BYTES, 252, 4, 0),
	TCP("delivered_e0_bytes", "DELIVEREDE0", "bytes that arrived as ECT(0)", BYTES, 256, 4, 0),
	TCP("delivered_ce_bytes", "DELIVEREDCEB",
	    "bytes that arrived with a mark of congestion", BYTES, 260, 4, 0),
	TCP("received_e1_bytes", "RECEIVEDE1", "bytes received as ECT(1)", BYTES, 264, 4, 0),
	TCP("received_e0_bytes", "RECEIVEDE0", "bytes received as ECT(0)", BYTES, 268, 4, 0),
	TCP("received_ce_bytes", "RECEIVEDCEB",
	    "bytes received with a mark of congestion", BYTES, 272, 4, 0),
};

static const struct field_alias aliases[] = {
	{ "cwnd", "snd_cwnd" },
	{ "ssthresh", "snd_ssthresh" },
	{ "mss", "snd_mss" },
	{ "retrans_total", "total_retrans" },
	{ "bytes_in", "bytes_received" },
	{ "bytes_out", "bytes_sent" },
	{ "lastsnd", "last_data_sent" },
	{ "lastrcv", "last_data_recv" },
	{ "lastack", "last_ack_recv" },
	{ "notsent", "notsent_bytes" },
	{ "minrtt", "min_rtt" },
	{ "app_limited", "delivery_rate_app_limited" },
	{ "tcpi_state", "tcp_state" },
	{ "tcpi_options", "tcp_options" },
	{ "tcpi_retrans", "tcp_retrans" },
};

const struct field_set fields_tcp = { fields, ARRAY_LEN(fields), aliases, ARRAY_LEN(aliases) };
