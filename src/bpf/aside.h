/* SPDX-License-Identifier: MIT */
/* A stream that is read by a thread of its own, while others use what has come so far. */
#ifndef BPF_ASIDE_H
#define BPF_ASIDE_H

#include <pthread.h>

#include "bpf/load.h"
#include "bpf/pass.h"

struct bpf_aside {
	struct bpf_program prog;
	int fd; /* the iterator */
	uint32_t own_pid;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows, and of the pass' index */
	pthread_cond_t more; /* has come */
	pthread_cond_t go;   /* on reading */
	uint32_t known; /* all records of PIDs up to this one are there */
	uint32_t asked; /* the largest that was waited for */
	bool ended;
	int error;
};

/*
 * Takes the program and its iterator. 0; -errno: nothing was started, and both are still
 * the caller's.
 */
MUST_CHECK int aside_start(struct bpf_pass *p, const struct bpf_program *prog, int fd,
			   uint32_t own_pid);
/* Waits for the end and frees it. 0 or -errno. */
int aside_end(struct bpf_pass *p);

/* pass.c: one read(2) of the iterator. 1; 0: the end; -errno. */
MUST_CHECK int bpf_read_some(struct bpf_pass *p, int fd, unsigned *idle);
/* pass.c: after the last one. */
void bpf_close(struct bpf_program *prog, int fd);

#endif
