/* SPDX-License-Identifier: MIT */
/*
 * server OUT ERR: runs the program for each question on stdin, in a child of its own, and
 * answers with a line of JSON on stdout. A question is words that end with a NUL:
 *
 *	CALL AT ERRNO ON PIECE EINTR SECONDS ARGC	numbers, of `struct fault`
 *	WORD ...					ARGC of them: the command line
 *
 * What the program writes is in the files OUT and ERR. To fork is ten times as quick as to
 * begin anew, under the sanitizers a hundred times.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/live/fault/fault.h"

#define WORDS_MAX 64

static const char *const names[FAULT_CALLS] = {
	[FAULT_ALLOC] = "alloc",   [FAULT_READ] = "read",	[FAULT_OPEN] = "open",
	[FAULT_LINK] = "link",	   [FAULT_STAT] = "stat",	[FAULT_LIST] = "list",
	[FAULT_SOCKET] = "socket", [FAULT_SEND] = "send",	[FAULT_RECV] = "recv",
	[FAULT_MMAP] = "mmap",	   [FAULT_THREAD] = "thread",	[FAULT_PIPE] = "pipe",
	[FAULT_POLL] = "poll",	   [FAULT_NETNS] = "netns",	[FAULT_FORK] = "fork",
	[FAULT_IOCTL] = "ioctl",   [FAULT_SEEK] = "seek",	[FAULT_BPF] = "bpf",
	[FAULT_XATTR] = "xattr",   [FAULT_SOCKOPT] = "sockopt", [FAULT_PIDFD] = "pidfd",
	[FAULT_WRITE] = "write",
};

struct fault *fault;
extern const char __executable_start[];
/* main() of src/cli/main.c. */
int fault_main(int argc, char **argv);

/* The library may ask for memory when it is asked for the first time. */
static void note_place(struct fault *f, const char *name)
{
	int err = errno;

	fault = NULL;
	f->name = name;
	(void)backtrace(f->where, FAULT_FRAMES);
	fault = f;
	errno = err;
}

bool fault_strikes(enum fault_call call, const char *name)
{
	struct fault *f = fault;
	uint64_t n;

	if (!f)
		return false;
	n = atomic_fetch_add(&f->counts[call], 1) + 1;
	if (!f->at || f->call != call || (f->on ? n < f->at : n != f->at))
		return false;
	if (atomic_fetch_add(&f->hits, 1) == 0)
		note_place(f, name);
	errno = f->err;
	return true;
}

struct question {
	unsigned seconds;
	int argc;
	char *argv[WORDS_MAX + 1];
};

static char *next_word(void)
{
	char *word = NULL;
	size_t room = 0;

	if (getdelim(&word, &room, '\0', stdin) > 0)
		return word;
	free(word);
	return NULL;
}

/* false: there are no more questions. */
static bool read_question(struct question *q, struct fault *f)
{
	char *head = next_word();
	int call, err, on, eintr, words;

	*f = (struct fault){ 0 };
	if (!head)
		return false;
	words = sscanf(head, "%d %" SCNu64 " %d %d %u %d %u %d", &call, &f->at, &err, &on,
		       &f->piece, &eintr, &q->seconds, &q->argc);
	free(head);
	if (words != 8 || call < 0 || call >= FAULT_CALLS || q->argc < 1 || q->argc > WORDS_MAX)
		return false;
	f->call = (enum fault_call)call;
	f->err = err;
	f->on = on != 0;
	f->eintr = eintr != 0;
	for (int i = 0; i < q->argc; i++) {
		q->argv[i] = next_word();
		if (!q->argv[i])
			return false;
	}
	q->argv[q->argc] = NULL;
	return true;
}

static void output_to(const char *path, int to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(99);
	close(fd);
}

static void run_child(const struct question *q, struct fault *f, char **files)
{
	int rc, in = open("/dev/null", O_RDONLY);

	if (in < 0 || dup2(in, STDIN_FILENO) < 0)
		_exit(99);
	output_to(files[1], STDOUT_FILENO);
	output_to(files[2], STDERR_FILENO);
	alarm(q->seconds);
	fault = f;
	rc = fault_main(q->argc, (char **)q->argv);
	fault = NULL;
	exit(rc);
}

static void answer(int status, const struct fault *f)
{
	printf("{\"status\":%d,\"signal\":%d,\"hits\":%llu,\"name\":\"%s\",\"where\":[",
	       WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0, (unsigned long long)f->hits,
	       f->name ? f->name : "");
	for (int i = 0; i < FAULT_FRAMES && f->where[i]; i++)
		printf("%s%" PRIuPTR, i ? "," : "",
		       (uintptr_t)f->where[i] - (uintptr_t)__executable_start);
	printf("],\"counts\":{");
	for (int i = 0; i < FAULT_CALLS; i++)
		printf("%s\"%s\":%llu", i ? "," : "", names[i], (unsigned long long)f->counts[i]);
	printf("}}\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct fault *f = (struct fault *)mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE,
					       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct question q = { 0 };

	if (argc != 3 || f == MAP_FAILED) {
		fprintf(stderr, "usage: server OUT ERR\n");
		return 2;
	}
	/* What it needs for that it has from now on. */
	(void)backtrace(f->where, FAULT_FRAMES);
	/* The numbers of the calls. */
	for (int i = 0; i < FAULT_CALLS; i++)
		printf("%s%s", names[i], i + 1 < FAULT_CALLS ? " " : "\n");
	fflush(stdout);
	while (read_question(&q, f)) {
		int status;
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0)
			run_child(&q, f, argv);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		answer(status, f);
		for (int i = 0; i < q.argc; i++)
			free(q.argv[i]);
	}
	return 0;
}
