/* SPDX-License-Identifier: MIT */
/*
 * By the bare system calls, so that no library is needed for it. CAP_SYS_ADMIN and the like
 * are given up, whatever the file has: a listing for everybody does without other network
 * namespaces' sock_diag, without BPF, and without the kernel's addresses.
 */
#include "cli/secure.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
/* To follow the links of PID/fd, and to search the directory itself. */
#define KEPT (CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_DAC_READ_SEARCH))
#define CAPS_MOST 64

bool secure_is(void)
{
	return getauxval(AT_SECURE) != 0;
}

/*
 * Which characters are printable is the caller's to say: glibc takes only names of locales
 * that are installed from it. All the rest would be somebody's way to change what we do.
 */
static void forget_environment(void)
{
	static const char *const kept[] = { "LC_ALL=", "LC_CTYPE=", "LANG=" };
	char **to = environ;

	for (char **from = environ; from && *from; from++)
		for (size_t i = 0; i < ARRAY_LEN(kept); i++)
			if (strncmp(*from, kept[i], strlen(kept[i])) == 0)
				*to++ = *from;
	if (to)
		*to = NULL;
}

/* What no program that we could start would get, where we may say so; up to the last there is. */
static void drop_bounding(void)
{
	for (unsigned long cap = 0; cap < CAPS_MOST; cap++)
		if (!(KEPT & CAP_BIT(cap)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;
}

/* Of what is permitted the two that are kept; and they count. */
static int keep_two(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &head, set) < 0)
		return -errno;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		set[i].permitted &= (uint32_t)(KEPT >> 32 * i);
		set[i].effective = set[i].permitted;
		set[i].inheritable = 0;
	}
	return syscall(SYS_capset, &head, set) < 0 ? -errno : 0;
}

/* Where there is none, nobody reads what we have seen out of a file. */
static int forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	/* A change of user or of capabilities sets it anew: it comes last. */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

static int become_caller(void)
{
	gid_t gid = getgid();
	uid_t uid = getuid();

	/* Else a set-user-ID program of root's would lose all with the user. */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return -errno;
	return 0;
}

int secure_begin(const char **what)
{
	int r;

	*what = NULL;
	if (!secure_is())
		return 0;
	forget_environment();
	/* Before Linux 4.3 there is no ambient set to be cleared. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	drop_bounding();
	*what = "the user of the program file";
	r = become_caller();
	if (r < 0)
		return r;
	*what = "capabilities";
	r = keep_two();
	if (r < 0)
		return r;
	*what = "rights of programs that could be started";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	*what = "core dumps";
	return forbid_dumps();
}
