/* SPDX-License-Identifier: MIT */
/*
 * atlas FILES TIMES: makes files page-1..page-FILES in the working directory
 * and maps each of them, then maps page-1 up to TIMES times more, as often as
 * the kernel lets it, but for SPARE. Prints "mapped FILES TIMES", "ready PID", and ends with
 * its input.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SPARE 256 /* mappings left for the C library, or a sanitizer */

/* NULL: the kernel allows no more mappings. Always the same page, so neighbours stay two. */
static void *map_file(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *at;

	if (fd < 0 || ftruncate(fd, 1)) {
		perror(name);
		exit(1);
	}
	at = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

int main(int argc, char **argv)
{
	int files = argc == 3 ? atoi(argv[1]) : 0, times = argc == 3 ? atoi(argv[2]) : 0, i;
	void *last[SPARE] = { NULL }, *at;
	char name[32], byte;

	if (files <= 0)
		return 2;
	for (i = 0; i < files; i++) {
		snprintf(name, sizeof(name), "page-%d", i + 1);
		if (!map_file(name))
			return 1;
	}
	for (i = 0; i < times && (at = map_file("page-1")) != NULL; i++)
		last[i % SPARE] = at;
	for (int k = 0; i < times && k < SPARE; k++)
		if (last[k] && !munmap(last[k], 1))
			i--;
	printf("mapped %d %d\nready %d\n", files, i, getpid());
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
