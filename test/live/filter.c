/* SPDX-License-Identifier: MIT */
/*
 * filter ACTION allow|deny NAME... -- COMMAND...: runs it under a filter of system calls. Those that are
 * not allowed, or are denied, end in ACTION: kill, eperm, enosys. execve, by which the command is begun,
 * is always allowed. Status 125: there can be no filter here, or a name is none of our table's.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CALL(name) { #name, SYS_##name }
#define REFUSED 125

static const struct {
	const char *name;
	unsigned nr;
} calls[] = {
#include "filter_calls.h"
};

static struct sock_filter program[2 * COUNT(calls) + 8];
static unsigned short len;

static void put(struct sock_filter f)
{
	if (len == COUNT(program)) {
		fprintf(stderr, "too many calls\n");
		exit(REFUSED);
	}
	program[len++] = f;
}

static void put_call(unsigned nr, unsigned action)
{
	put((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1));
	put((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void put_name(const char *name, unsigned action)
{
	for (size_t i = 0; i < COUNT(calls); i++) {
		if (strcmp(calls[i].name, name) == 0) {
			put_call(calls[i].nr, action);
			return;
		}
	}
	fprintf(stderr, "no such call: %s\n", name);
	exit(REFUSED);
}

static unsigned action_of(const char *word)
{
	if (strcmp(word, "kill") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	if (strcmp(word, "eperm") == 0)
		return SECCOMP_RET_ERRNO | EPERM;
	if (strcmp(word, "enosys") == 0)
		return SECCOMP_RET_ERRNO | ENOSYS;
	fprintf(stderr, "no such action: %s\n", word);
	exit(REFUSED);
}

int main(int argc, char **argv)
{
	struct sock_fprog prog = { .filter = program };
	unsigned action;
	int i = 3, allow;

	if (argc < 4) {
		fprintf(stderr, "usage: filter ACTION allow|deny NAME... -- COMMAND...\n");
		return REFUSED;
	}
	action = action_of(argv[1]);
	allow = strcmp(argv[2], "allow") == 0;
	put((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		put_name(argv[i], allow ? SECCOMP_RET_ALLOW : action);
	if (allow)
		put_call(SYS_execve, SECCOMP_RET_ALLOW);
	put((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, allow ? action : SECCOMP_RET_ALLOW));
	prog.len = len;
	if (i + 1 >= argc) {
		fprintf(stderr, "no command\n");
		return REFUSED;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0) {
		perror("seccomp");
		return REFUSED;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return REFUSED;
}
