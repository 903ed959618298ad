/* SPDX-License-Identifier: MIT */
/*
 * lsof's way to read a command line, which is not getopt's: a word of options
 * begins with - or +, values may be optional and are given back when they
 * look like options, some end before their word does, and no word after
 * the first file name is an option. Long names are read as getopt_long does.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct options;

enum optvalue {
	OPTVALUE_NONE,
	OPTVALUE_REQUIRED, /* the rest of the word or the next word, whatever it is */
	OPTVALUE_OPTIONAL, /* the same, but nothing that begins with - or +; long: only behind = */
	OPTVALUE_DIGITS,   /* digits; what follows them is read as more letters */
	OPTVALUE_PART,	   /* as much of the word as takes() says; the rest as with DIGITS */
};

enum optsection {
	OPTSECTION_SELECT,
	OPTSECTION_SHOW,
	OPTSECTION_NAMES,
	OPTSECTION_OTHER,
	OPTSECTION_IGNORED, /* accepted: there is nothing that it could change */
	OPTSECTION_REFUSED, /* lsof has a text for it, and so has its handler */
};

struct optuse;

/* What one option is: a row of the table from which also the help is made. */
struct optrow {
	char letter;	   /* 0: has only a long name */
	char prefix;	   /* '-' or '+'; 0: either, and both mean the same */
	uint8_t value;	   /* enum optvalue */
	uint8_t section;   /* enum optsection */
	bool info;	   /* asks for a text only, nothing is listed */
	bool first;	   /* one of the few on the first screen of the help */
	bool on;	   /* what a switch turns the bool at `at` into */
	size_t at;	   /* offset of that bool in struct options */
	const char *name;  /* long name, or NULL */
	const char *shown; /* what its value is called in the help */
	const char *completes; /* what kind of value that is to shells: complete.c */
	const char *help;
	void (*set)(struct options *o, const struct optuse *use);
	size_t (*takes)(const char *word); /* PART: so many of its bytes, 0: it is no value */
};

/* An option as it was met. */
struct optuse {
	const struct optrow *row;
	char prefix; /* as typed; 0: by its long name */
	/*
	 * NULL: none was given, which is for the handler to judge. DIGITS, PART: more
	 * may follow than is meant.
	 */
	const char *value;
};

struct optscan {
	const struct optrow *rows;
	size_t nrows;
	void *ctx;
	/* != 0 ends the scan. */
	int (*option)(void *ctx, const struct optuse *use);
	/* A word that is no option; the scan goes on. */
	void (*wrong)(void *ctx, const char *text);
	/*
	 * Puts what a long name of other programs is here, and is true if there is one; it is then
	 * no abbreviation of ours. `value` is what may be its value, or NULL. May be NULL.
	 */
	bool (*meant)(const char *name, size_t len, const char *value, struct buf *hint);
};

/* The index of the first word that is not an option. */
int parse_argv(const struct optscan *scan, int argc, char *const *argv);

/* The long name most like this one, or NULL when none is near. */
const char *parse_nearest(const struct optrow *rows, size_t nrows, const char *name, size_t len);

#endif
