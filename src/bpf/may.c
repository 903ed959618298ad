/* SPDX-License-Identifier: MIT */
/*
 * Where a pass may be used: only where /proc would show no less. BPF does not ask who may
 * see what, and it numbers processes as the PID namespace of the reader does.
 */
#include "bpf/pass.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cursor.h"
#include "os/raised.h"
#include "os/rights.h"
#include "os/wary.h"

/* Not in headers before Linux 5.8. */
#define CAPABILITY_PERFMON 38
#define CAPABILITY_BPF 39

static bool has_capabilities(void)
{
	static const unsigned char needed[] = {
		CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN,
		CAP_SYSLOG,	  CAPABILITY_PERFMON,  CAPABILITY_BPF,
	};
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &head, set) < 0)
		return false;
	for (size_t i = 0; i < sizeof(needed); i++)
		if (!(set[needed[i] / 32].effective >> needed[i] % 32 & 1))
			return false;
	return true;
}

static bool link_is(struct root *root, const char *name, const char *text)
{
	char buf[64];

	return root_link(root, NULL, name, buf, sizeof(buf)) >= 0 && strcmp(buf, text) == 0;
}

/* "NSpid:\t812\t7\n" (fs/proc/array.c): from the namespace of this procfs down to our own. */
static bool counts_as_we_do(struct span status)
{
	static const char key[] = "\nNSpid:\t";
	const char *p = memmem(status.p, status.n, key, sizeof(key) - 1), *end;

	if (!p)
		return false;
	p += sizeof(key) - 1;
	end = memchr(p, '\n', (size_t)(status.p + status.n - p));
	return end && end != p && !memchr(p, '\t', (size_t)(end - p));
}

static bool is_our_procfs(struct root *root)
{
	struct buf status, pid;
	bool is;

	buf_init(&status);
	buf_init(&pid);
	buf_put_i64(&pid, getpid());
	is = link_is(root, "self", buf_str(&pid)) &&
	     root_read(root, NULL, "self/status", &status) == 0 &&
	     counts_as_we_do((struct span){ status.p, status.n });
	buf_fini(&status);
	buf_fini(&pid);
	return is;
}

static const char *why_not(struct root *root)
{
	struct fdmap_stat st;

	if (!root->live)
		return "not the /proc of this system";
	if (geteuid() != 0)
		return "only root may";
	if (raised())
		return "raised privileges";
	if (!has_capabilities())
		return "capabilities are missing";
	/* Which kills, maybe; by its name it is tried. */
	if (!root->dares_bpf && wary(root))
		return "a filter of system calls";
	/* No other has such capabilities. */
	if (!link_is(root, "self/ns/user", FIRST_USERNS))
		return "not the initial user namespace";
	if (!is_our_procfs(root))
		return "the /proc of another PID namespace";
	/* A descriptor 0 would be taken for none. */
	if (fcntl(STDIN_FILENO, F_GETFD) < 0)
		return "standard input is closed";
	if (root_stat_path(root, "/sys/kernel/btf/vmlinux", &st) < 0)
		return "there is no /sys/kernel/btf/vmlinux";
	return NULL;
}

int bpf_may(struct root *root, const char **why)
{
	*why = why_not(root);
	return *why ? -EPERM : 0;
}
