/* SPDX-License-Identifier: MIT */
/*
 * herd N M: N processes that hold descriptors 3..M+2 open and sleep. Prints
 * "PID" of each, one a line, then "ready", and ends them when its input ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static _Noreturn void sleep_with(int count, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(ready, 2) < 0 || close_range(3, ~0u, 0))
		_exit(1);
	for (int i = 0; i < count; i++)
		if (open("/dev/null", O_RDONLY) != i + 3)
			_exit(1);
	if (write(2, "+", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	int processes = argc == 3 ? atoi(argv[1]) : 0, count = argc == 3 ? atoi(argv[2]) : 0, p[2];
	char byte;

	if (processes <= 0 || count < 0 || getrlimit(RLIMIT_NOFILE, &limit) || pipe(p))
		return 2;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) || (rlim_t)count + 3 > limit.rlim_max)
		return 77;
	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid == 0)
			sleep_with(count, p[1]);
		if (pid < 0 || read(p[0], &byte, 1) != 1)
			return 1;
		printf("%d\n", pid);
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
