/* SPDX-License-Identifier: MIT */
/* A pass: a program is loaded, its iterator read to the end, and all of it closed again. */
#include "bpf/pass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "bpf/aside.h"
#include "bpf/load.h"

/* The kernel fills pages of 32 KiB, or of 8 of its own. */
#define CHUNK ((size_t)64 * 1024)
/* Millions of descriptors. Beyond that names are somebody's weapon against our memory. */
#define STREAM_MAX ((size_t)1 << 30)
/*
 * So many bytes are read before anybody wants them: more than the walk can use while the
 * reader wakes up, and no more than has to lie in memory.
 */
#define AHEAD ((size_t)2 * 1024 * 1024)
/* Ten times what a process of a hundred descriptors takes; any page of any kernel, too. */
#define GRAIN ((size_t)128 * 1024)
/* After a million descriptors without a record read(2) says EAGAIN, and goes on then. */
#define IDLE_MAX 1000

void bpf_pass_init(struct bpf_pass *p)
{
	*p = (struct bpf_pass){ .what = BPF_NAMES, .ahead = AHEAD, .grain = GRAIN };
	buf_init(&p->stream);
}

void bpf_pass_fini(struct bpf_pass *p)
{
	(void)aside_end(p);
	buf_fini(&p->stream);
	free(p->holders);
	free(p->forgotten);
	bpf_pass_init(p);
}

int bpf_read_some(struct bpf_pass *p, int fd, unsigned *idle)
{
	int err = p->fixed && p->stream.cap - p->stream.n <= CHUNK ? -EFBIG
								   : buf_reserve(&p->stream, CHUNK);
	ssize_t n;

	if (err < 0)
		return err;
	n = read(fd, p->stream.p + p->stream.n, CHUNK);
	p->reads++;
	if (n < 0) {
		if ((errno != EAGAIN && errno != EINTR) || ++*idle > IDLE_MAX)
			return -errno;
		return 1;
	}
	*idle = 0;
	p->stream.n += (size_t)n;
	p->bytes += (uint64_t)n;
	if (p->stream.n > STREAM_MAX)
		return -EFBIG;
	return n > 0;
}

static int read_stream(struct bpf_pass *p, int fd)
{
	unsigned idle = 0;
	int r;

	do
		r = bpf_read_some(p, fd, &idle);
	while (r > 0);
	return r;
}

/* pid != 0: of that process alone, where the kernel can do that. */
static int run(struct bpf_pass *p, const struct bpf_program *prog, uint32_t pid)
{
	int fd = bpf_iterate(prog, pid), r;

	/* Before Linux 6.1 the program has to look for that process itself. */
	if (fd < 0 && pid)
		fd = bpf_iterate(prog, 0);
	if (fd < 0)
		return fd;
	r = read_stream(p, fd);
	close(fd);
	return r;
}

static void set_vars(struct bpf_vars *vars, const struct bpf_ask *ask)
{
	*vars = (struct bpf_vars){
		.what = ask->what,
		.cloexec = O_CLOEXEC,
		.families = ask->families,
		.pid = ask->pid,
		.netns = ask->netns,
	};
	for (unsigned i = 0; i < BPF_FEW && i < ask->n; i++)
		vars->inodes[i] = ask->inodes[i];
}

void bpf_close(struct bpf_program *prog, int fd)
{
	if (fd >= 0)
		close(fd);
	/* Where the kernel keeps its operations is nobody's business. */
	memset(prog->vars, 0, sizeof(*prog->vars));
	bpf_unload(prog);
}

/* The program in the kernel, told what is wanted. */
static int prepare(struct bpf_program *prog, const struct bpf_ask *ask, const char **why)
{
	int r = bpf_load(prog, ask->what);

	if (r < 0) {
		*why = r == -ENOSYS ? "built without it" : "the kernel refuses the program";
		return r;
	}
	set_vars(prog->vars, ask);
	*why = "the kernel broke off";
	return 0;
}

static int start(struct bpf_pass *p, struct root *root, const struct bpf_ask *ask,
		 struct bpf_program *prog, const char **why)
{
	int r = bpf_may(root, why);

	bpf_pass_fini(p);
	if (r < 0)
		return r;
	p->what = ask->what;
	p->begun = clock_boot_ns();
	if (ask->whole)
		p->ahead = STREAM_MAX;
	return prepare(prog, ask, why);
}

static int finish(struct bpf_pass *p, int r, const char **why)
{
	if (r == 0) {
		*why = "the kernel's answer makes no sense";
		r = bpf_pass_index(p, (uint32_t)getpid());
	}
	if (r == 0)
		r = bpf_forget_init(p);
	if (r < 0)
		bpf_pass_fini(p);
	else
		*why = NULL;
	return r;
}

int bpf_pass_read(struct bpf_pass *p, struct root *root, const struct bpf_ask *ask,
		  const char **why)
{
	struct bpf_program prog;
	int r = start(p, root, ask, &prog, why);

	if (r < 0) {
		bpf_pass_fini(p);
		return r;
	}
	r = run(p, &prog, ask->pid);
	bpf_close(&prog, -1);
	return finish(p, r, why);
}

int bpf_pass_begin(struct bpf_pass *p, struct root *root, const struct bpf_ask *ask,
		   const char **why)
{
	struct bpf_program prog;
	int r = start(p, root, ask, &prog, why), fd = -1;

	if (r == 0) {
		fd = bpf_iterate(&prog, 0);
		r = fd < 0 ? fd : aside_start(p, &prog, fd, (uint32_t)getpid());
		if (r == 0) {
			*why = NULL;
			return 0;
		}
		/* No thread, no memory that is only promised: at once, then. */
		if (fd >= 0) {
			buf_fini(&p->stream);
			r = read_stream(p, fd);
			bpf_close(&prog, fd);
			return finish(p, r, why);
		}
		bpf_close(&prog, -1);
	}
	bpf_pass_fini(p);
	return r;
}

int bpf_pass_end(struct bpf_pass *p)
{
	int r = aside_end(p);

	if (r < 0)
		bpf_pass_fini(p);
	return r;
}
