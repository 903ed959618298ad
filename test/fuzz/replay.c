/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target without a fuzzer: every file of the corpus, cut short at
 * every length, and with single bytes changed; and what a fuzzer has found, as
 * it is (kept FILE: each input behind its length, four bytes, the lowest
 * first). Prints "N inputs".
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long inputs;

/* In memory of exactly that size, so that a sanitizer sees one byte too far. */
static void feed(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	inputs++;
}

static void feed_changed(uint8_t *data, size_t size)
{
	static const uint8_t other[] = { 0x00, 0xff, '\n', ' ', '9', '-' };
	size_t step = size / 200 + 1;

	for (size_t i = 0; i < size && i < 200; i++)
		feed(data, i);
	for (size_t i = 0; i < size; i += step) {
		uint8_t was = data[i];

		data[i] ^= (uint8_t)(1u << (i % 8));
		feed(data, size);
		data[i] = other[i / step % sizeof(other)];
		feed(data, size);
		data[i] = was;
	}
}

/* The whole of it, to be freed. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t cap = 0;

	*size = 0;
	if (!f)
		return NULL;
	for (;;) {
		if (*size == cap) {
			cap = cap ? cap * 2 : 4096;
			data = realloc(data, cap);
			if (!data)
				abort();
		}
		size_t n = fread(data + *size, 1, cap - *size, f);

		if (n == 0)
			break;
		*size += n;
	}
	fclose(f);
	return data;
}

static int feed_file(const char *path)
{
	size_t size;
	uint8_t *data = read_file(path, &size);

	if (!data)
		return -errno;
	feed(data, size);
	feed_changed(data, size);
	free(data);
	return 0;
}

static int feed_kept(const char *path)
{
	size_t size, at = 0;
	uint8_t *data = read_file(path, &size);
	int err = 0;

	if (!data)
		return -errno;
	while (err == 0 && at < size) {
		const uint8_t *p = data + at;
		size_t n = 0;

		if (size - at >= 4)
			n = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
		if (size - at < 4 || size - at - 4 < n) {
			err = -EBADMSG;
			break;
		}
		feed(p + 4, n);
		at += 4 + n;
	}
	free(data);
	return err;
}

static int feed_dir(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), err = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char *file;

		if (names[i]->d_name[0] != '.' && err == 0) {
			if (asprintf(&file, "%s/%s", path, names[i]->d_name) < 0)
				abort();
			err = feed_file(file);
			free(file);
		}
		free(names[i]);
	}
	free(names);
	return err;
}

static int feed_path(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? feed_dir(path) : feed_file(path);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool kept = strcmp(argv[i], "kept") == 0 && i + 1 < argc;
		int err = kept ? feed_kept(argv[++i]) : feed_path(argv[i]);

		if (err < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-err));
			return EXIT_FAILURE;
		}
	}
	printf("%lu inputs\n", inputs);
	return inputs ? EXIT_SUCCESS : EXIT_FAILURE;
}
