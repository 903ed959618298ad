/* SPDX-License-Identifier: MIT */
/*
 * churn: processes and descriptors that come and go as fast as they can until
 * SIGTERM or the end of its parent. Prints how many processes there were.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static void live_shortly(unsigned long turn)
{
	int p[2], s[2];

	for (int i = 0; i < 8; i++) {
		if (open("/dev/null", O_RDONLY) < 0 || pipe(p) ||
		    socketpair(AF_UNIX, SOCK_STREAM, 0, s))
			break;
		close(p[turn % 2]);
	}
	if (turn % 4 == 0)
		usleep(500);
}

int main(void)
{
	struct sigaction act = { .sa_handler = on_term };
	unsigned long turns = 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGTERM, &act, NULL);
	puts("ready");
	fflush(stdout);
	while (!stop) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			live_shortly(turns);
			_exit(0);
		}
		turns++;
		/* Some are waited for late, so that there are zombies too. */
		if (turns % 16 == 0)
			while (waitpid(-1, NULL, 0) > 0)
				;
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	printf("%lu\n", turns);
	return 0;
}
