/* SPDX-License-Identifier: MIT */
/* What one process of a load holds open. */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include <stdint.h>

#define MIX_UNIT 50     /* descriptors of a unit */
#define MIX_MANY 1000   /* descriptors of a process of the load "scale" */
#define MIX_SHARED 64   /* files that all processes share */

struct mix {
	int index;    /* which process this is */
	int units, pairs; /* pairs: connections of TCP in each unit; units 0: MIX_MANY descriptors */
	int port;     /* of its first listener; 0: any */
	int group;    /* of this load, so that names of UNIX sockets are its own */
};

/* Directories and shared files below the current one. */
void mix_prepare(const struct mix *m);

/* Opens everything, from the lowest free number on, or ends the process and says why. */
void mix_open(const struct mix *m);

/* Names below the current directory: a file, a UNIX socket that this process alone holds. */
void mix_file(char *to, unsigned size, const struct mix *m);
void mix_unix(char *to, unsigned size, const struct mix *m);

#endif
