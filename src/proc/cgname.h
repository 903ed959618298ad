/* SPDX-License-Identifier: MIT */
/* What the name of one control group tells, as container runtimes and systemd make them. */
#ifndef PROC_CGNAME_H
#define PROC_CGNAME_H

#include <stdbool.h>

#include "base/cursor.h"

/* A part of a path, and the parts beside it; empty where there is none. */
struct cgname {
	struct span outer, part, inner;
	/* The answer. */
	const char *runtime; /* NULL: a container, but whose is not told */
	struct span id;
	bool escaped; /* as systemd escapes names: \x2d */
};

/* Is it a container's group? Pure, as all of them. */
bool cgname_container(struct cgname *name);
/* UID of a Kubernetes pod, _ standing for -; n 0: it is none. */
struct span cgname_pod(struct span part);
/* A unit of systemd that is not a slice; n 0: it is none. */
struct span cgname_unit(struct span part);

#endif
