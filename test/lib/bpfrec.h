/* SPDX-License-Identifier: MIT */
/* Records of sockets made by hand, as src/bpf/sockets.bpf.c writes them. */
#ifndef TEST_LIB_BPFREC_H
#define TEST_LIB_BPFREC_H

#include <string.h>

#include "bpf/record.h"

#define BPFREC_NETNS 4026531840u
#define BPFREC_COOKIE 0x100000002ull

struct bpfrec {
	struct bpf_file file;
	struct bpf_socket sock;
	char name[BPF_SOCK_NAME];
};

/* Inode 77, in a table of its protocol; user 1000, queues of 5 and 6. */
static inline struct bpfrec bpfrec(uint16_t family, uint16_t type, uint16_t proto, uint8_t state)
{
	return (struct bpfrec){
		.file = { .h = { .size = sizeof(struct bpf_file) + sizeof(struct bpf_socket),
				 .pid = 7,
				 .fd = 3,
				 .ino = 77 },
			  .sock = 1,
			  .name = BPF_NO_NAME },
		.sock = { .family = family,
			  .type = type,
			  .proto = proto,
			  .state = state,
			  .flags = BPF_SOCK_TABLED,
			  .uid = 1000,
			  .cookie = BPFREC_COOKIE,
			  .netns = BPFREC_NETNS,
			  .rq = 5,
			  .wq = 6,
			  .backlog = 128 },
	};
}

static inline void bpfrec_name(struct bpfrec *r, const char *bytes, size_t n)
{
	memcpy(r->name, bytes, n);
	r->sock.path = (uint32_t)n;
	r->file.h.size = (uint32_t)(sizeof(r->file) + sizeof(r->sock) + ((n + 7) & ~(size_t)7));
}

#endif
