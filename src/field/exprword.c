/* SPDX-License-Identifier: MIT */
/* Words of expressions that are tests by themselves: families, kinds, states. */
#include <ctype.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "field/exprtree.h"

#define B(table) TABLE_BIT(FDMAP_##table)

static const struct expr_word words[] = {
	{ "tcp", WORD_TABLES, 0, 0, B(TCP), NULL },
	{ "tcp4", WORD_TABLES, AF_INET, 0, B(TCP), NULL },
	{ "tcp6", WORD_TABLES, AF_INET6, 0, B(TCP), NULL },
	{ "udp", WORD_TABLES, 0, 0, B(UDP), NULL },
	{ "udp4", WORD_TABLES, AF_INET, 0, B(UDP), NULL },
	{ "udp6", WORD_TABLES, AF_INET6, 0, B(UDP), NULL },
	{ "udplite", WORD_TABLES, 0, 0, B(UDPLITE), NULL },
	{ "raw", WORD_TABLES, 0, 0, B(RAW), NULL },
	{ "icmp", WORD_TABLES, 0, 0, B(ICMP), NULL },
	{ "unix", WORD_TABLES, 0, 0, B(UNIX), NULL },
	{ "netlink", WORD_TABLES, 0, 0, B(NETLINK), NULL },
	{ "packet", WORD_TABLES, 0, 0, B(PACKET), NULL },
	{ "mptcp", WORD_TABLES, 0, 0, B(MPTCP), NULL },
	{ "sctp", WORD_TABLES, 0, 0, B(SCTP), NULL },
	{ "vsock", WORD_TABLES, 0, 0, B(VSOCK), NULL },
	{ "xdp", WORD_TABLES, 0, 0, B(XDP), NULL },
	{ "tipc", WORD_TABLES, 0, 0, B(TIPC), NULL },
	{ "dccp", WORD_TABLES, 0, 0, 0, NULL }, /* Linux has it no more */
	{ "inet", WORD_TABLES, 0, 0, TABLES_INET, NULL },
	{ "ipv4", WORD_TABLES, AF_INET, 0, TABLES_INET, NULL },
	{ "inet4", WORD_TABLES, AF_INET, 0, TABLES_INET, NULL },
	{ "ipv6", WORD_TABLES, AF_INET6, 0, TABLES_INET, NULL },
	{ "inet6", WORD_TABLES, AF_INET6, 0, TABLES_INET, NULL },
	/* as ss -A has them */
	{ "link", WORD_TABLES, 0, 0, B(PACKET), NULL },
	{ "packet_raw", WORD_TABLES, 0, SOCK_RAW, B(PACKET), NULL },
	{ "p_raw", WORD_TABLES, 0, SOCK_RAW, B(PACKET), NULL },
	{ "packet_dgram", WORD_TABLES, 0, SOCK_DGRAM, B(PACKET), NULL },
	{ "p_dgr", WORD_TABLES, 0, SOCK_DGRAM, B(PACKET), NULL },
	{ "unix_stream", WORD_TABLES, 0, SOCK_STREAM, B(UNIX), NULL },
	{ "u_str", WORD_TABLES, 0, SOCK_STREAM, B(UNIX), NULL },
	{ "unix_dgram", WORD_TABLES, 0, SOCK_DGRAM, B(UNIX), NULL },
	{ "u_dgr", WORD_TABLES, 0, SOCK_DGRAM, B(UNIX), NULL },
	{ "unix_seqpacket", WORD_TABLES, 0, SOCK_SEQPACKET, B(UNIX), NULL },
	{ "u_seq", WORD_TABLES, 0, SOCK_SEQPACKET, B(UNIX), NULL },
	{ "vsock_stream", WORD_TABLES, 0, SOCK_STREAM, B(VSOCK), NULL },
	{ "v_str", WORD_TABLES, 0, SOCK_STREAM, B(VSOCK), NULL },
	{ "vsock_dgram", WORD_TABLES, 0, SOCK_DGRAM, B(VSOCK), NULL },
	{ "v_dgr", WORD_TABLES, 0, SOCK_DGRAM, B(VSOCK), NULL },

	{ "socket", WORD_SOCKET, 0, 0, 0, NULL },
	{ "file", WORD_MODE, 0, 0, S_IFREG, NULL },
	{ "dir", WORD_MODE, 0, 0, S_IFDIR, NULL },
	{ "directory", WORD_MODE, 0, 0, S_IFDIR, NULL },
	{ "symlink", WORD_MODE, 0, 0, S_IFLNK, NULL },
	{ "chr", WORD_MODE, 0, 0, S_IFCHR, NULL },
	{ "blk", WORD_MODE, 0, 0, S_IFBLK, NULL },
	{ "device", WORD_KIND, 0, 0, FDMAP_KIND_DEVICE, NULL },
	{ "pipe", WORD_KIND, 0, 0, FDMAP_KIND_PIPE, NULL },
	{ "fifo", WORD_KIND, 0, 0, FDMAP_KIND_PIPE, NULL },
	{ "anon", WORD_ANON, 0, 0, 0, "" },
	{ "eventfd", WORD_ANON, 0, 0, 0, "eventfd" },
	{ "epoll", WORD_ANON, 0, 0, 0, "eventpoll" },
	{ "eventpoll", WORD_ANON, 0, 0, 0, "eventpoll" },
	{ "timerfd", WORD_ANON, 0, 0, 0, "timerfd" },
	{ "signalfd", WORD_ANON, 0, 0, 0, "signalfd" },
	{ "inotify", WORD_ANON, 0, 0, 0, "inotify" },
	{ "fanotify", WORD_ANON, 0, 0, 0, "fanotify" },
	{ "io_uring", WORD_ANON, 0, 0, 0, "io_uring" },
	{ "pidfd", WORD_KIND, 0, 0, FDMAP_KIND_PIDFD, NULL },
	{ "deleted", WORD_DELETED, 0, 0, 0, NULL },
	{ "unowned", WORD_UNOWNED, 0, 0, 0, NULL },
};

/* As columns are: in any case, with '-' for '_'. */
static bool is_named(const char *word, struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i] == '-' ? '_' : (char)tolower((unsigned char)name.p[i]);

		if (word[i] != c) /* which the end of the word is, too */
			return false;
	}
	return !word[name.n];
}

const struct expr_word *word_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (is_named(words[i].name, name))
			return &words[i];
	return NULL;
}

const char *fdmap_filter_word(size_t i)
{
	return i < ARRAY_LEN(words) ? words[i].name : NULL;
}

void word_cost(const struct expr_word *w, struct expr *test)
{
	switch ((enum word_what)w->what) {
	case WORD_TABLES:
		return; /* as a test of a socket has it */
	case WORD_SOCKET:
	case WORD_DELETED:
		test->of = FDMAP_OF_DESCRIPTOR;
		test->needs = FDMAP_LINK;
		return;
	case WORD_KIND:
	case WORD_MODE:
	case WORD_ANON:
		test->of = FDMAP_OF_DESCRIPTOR;
		test->needs = FDMAP_LINK | FDMAP_STAT;
		return;
	case WORD_UNOWNED:
		test->of = FDMAP_OF_PROCESS;
		test->needs = 0;
		return;
	}
}

/* anon_inode:[eventfd], anon_inode:inotify */
static bool is_anon(const struct fdmap_file *f, const char *name)
{
	static const char lead[] = "anon_inode:";
	const char *path = f->path;

	if (f->kind != FDMAP_KIND_ANON || !*name)
		return f->kind == FDMAP_KIND_ANON;
	if (!path || strncmp(path, lead, sizeof(lead) - 1) != 0)
		return false;
	path += sizeof(lead) - 1;
	path += *path == '[';
	return strncmp(path, name, strlen(name)) == 0 && strchr("]", path[strlen(name)]);
}

bool word_is(const struct expr_word *w, const struct fdmap_row *row)
{
	const struct fdmap_sock *s = field_sock(row);
	const struct fdmap_file *f = row->file;

	switch ((enum word_what)w->what) {
	case WORD_TABLES:
		return s && s->table < FDMAP_SOCK_TABLES && w->arg & TABLE_BIT(s->table) &&
		       (!w->family || w->family == s->family) && (!w->type || w->type == s->type);
	case WORD_SOCKET:
		return field_is_socket(f);
	case WORD_KIND:
		/* Not all kernels give them inodes of their own. */
		return f->kind == w->arg || (w->arg == FDMAP_KIND_PIDFD && is_anon(f, "pidfd"));
	case WORD_MODE:
		return f->stat && (f->stat->mode & S_IFMT) == w->arg;
	case WORD_ANON:
		return is_anon(f, w->text);
	case WORD_DELETED:
		return f->deleted;
	case WORD_UNOWNED:
		return row->proc->nobody;
	}
	return false;
}

/* ---- what was meant by a word that is none ------------------------------------------- */

/* Are they the same but for one letter: another, one more, one less, two swapped? */
static bool one_off(const char *word, struct span name)
{
	size_t n = strlen(word), i = 0, tail = 0;
	size_t most = n > name.n ? n : name.n, least = n > name.n ? name.n : n;

	while (i < least && (word[i] | 32) == (name.p[i] | 32))
		i++;
	while (tail < least - i && (word[n - 1 - tail] | 32) == (name.p[name.n - 1 - tail] | 32))
		tail++;
	if (i + tail + 1 >= most)
		return true;
	return n == name.n && i + tail + 2 == n && (word[i] | 32) == (name.p[i + 1] | 32) &&
	       (word[i + 1] | 32) == (name.p[i] | 32);
}

const char *word_near(struct span name)
{
	static const char *const ss[] = { "dport",   "sport",  "src",	    "dst",
					  "exclude", "fwmark", "autobound", "established",
					  "listening" };

	if (name.n < 3)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(ss); i++)
		if (one_off(ss[i], name))
			return ss[i];
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (one_off(words[i].name, name))
			return words[i].name;
	return NULL;
}
