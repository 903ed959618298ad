/* SPDX-License-Identifier: MIT */
/* What the options do: one function per option that is more than a switch. */
#ifndef CLI_SET_H
#define CLI_SET_H

#include "base/cursor.h"
#include "base/util.h"
#include "cli/options.h"

/* A wrong word: told now, counted. */
void options_wrong(struct options *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same about values of our own options: one line says it, no usage text follows. */
void options_refused(struct options *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The switches: o->{at} = on. */
void set_switch(struct options *o, const struct optuse *use);

/* lists.c */
void set_pid(struct options *o, const struct optuse *use);
void set_pgid(struct options *o, const struct optuse *use);
void set_user(struct options *o, const struct optuse *use);

/* fdspec.c */
void set_fd(struct options *o, const struct optuse *use);

/* places.c */
void set_directory(struct options *o, const struct optuse *use);
void set_tree(struct options *o, const struct optuse *use);
void set_cross(struct options *o, const struct optuse *use);
void set_exempt(struct options *o, const struct optuse *use);
void set_nfs(struct options *o, const struct optuse *use);
void set_mounts(struct options *o, const struct optuse *use);
/* What -e names, when the whole line is known. */
void places_exempt(struct options *o);

/* sources.c */
void set_netns(struct options *o, const struct optuse *use);
void set_source(struct options *o, const struct optuse *use);
void set_engine(struct options *o, const struct optuse *use);

/* complete.c */
void set_completion(struct options *o, const struct optuse *use);

/* shape.c */
void set_columns(struct options *o, const struct optuse *use);
void set_count(struct options *o, const struct optuse *use);
void set_shape(struct options *o, const struct optuse *use);
void set_color(struct options *o, const struct optuse *use);
void set_line_width(struct options *o, const struct optuse *use);

/* formats.c */
/* What no other format goes together with: --csv, --tsv, --print0, --graph. */
void formats_apart(struct options *o);
/* Does what is printed have the NAME of rows? */
bool formats_have_names(const struct options *o);

/* counts.c */
/* What --count and --summary imply, and what they cannot be together with. */
void counts_together(struct options *o);

/* filter.c */
void set_filter(struct options *o, const struct optuse *use);
void set_filter_file(struct options *o, const struct optuse *use);
/* The line of an expression that has a byte, cut around it, and below it a ^ at that byte. */
void filter_point(const char *text, size_t at, struct buf *out);

/* repeat.c */
void set_repeat(struct options *o, const struct optuse *use);
size_t repeat_takes(const char *word);

/* terms.c */
void set_command(struct options *o, const struct optuse *use);
void set_inet(struct options *o, const struct optuse *use);
void set_state(struct options *o, const struct optuse *use);
void set_links(struct options *o, const struct optuse *use);
void set_tasks(struct options *o, const struct optuse *use);
void set_context(struct options *o, const struct optuse *use);
void set_unix(struct options *o, const struct optuse *use);
void set_sockets(struct options *o, const struct optuse *use);

/* help.c */
void set_help(struct options *o, const struct optuse *use);

/* view.c */
/* The letters of a -F without any. */
void fields_all(struct options *o);
void set_width(struct options *o, const struct optuse *use);
size_t width_takes(const char *word);
void set_fields(struct options *o, const struct optuse *use);
void set_names(struct options *o, const struct optuse *use);
void set_offset(struct options *o, const struct optuse *use);
void set_terse(struct options *o, const struct optuse *use);
void set_tcp_info(struct options *o, const struct optuse *use);
void set_proc(struct options *o, const struct optuse *use);
void set_threads(struct options *o, const struct optuse *use);
void set_none(struct options *o, const struct optuse *use);
void set_flags(struct options *o, const struct optuse *use);
void set_ends(struct options *o, const struct optuse *use);
void set_skip_inet(struct options *o, const struct optuse *use);
void set_timeout(struct options *o, const struct optuse *use);
void set_never(struct options *o, const struct optuse *use);

/* ---- words that values are one of; NULL behind the last ---------------------------------- */

extern const char *const source_words[]; /* by enum fdmap_source */
extern const char *const engine_words[]; /* by enum fdmap_engine */
extern const char *const color_words[];	 /* by the enumerators of struct options */
extern const char *const state_protocols[];

/* Which of the words the value is; the number of the NULL: none. */
size_t which_word(const struct optuse *use, const char *const *words);

/* The names of descriptors that -d knows, and what they are; NULL behind the last. */
const char *fdspec_name(size_t i, const char **help);

/* ---- the pure parts, for those and for tests ------------------------------------------ */

enum fdspec_what {
	FDSPEC_RANGE,	/* lo..hi */
	FDSPEC_SLOT,	/* enum fdmap_slot */
	FDSPEC_NOTHING, /* a name of lsof's that no descriptor has on Linux */
};

struct fdspec {
	bool exclude;
	enum fdspec_what what;
	uint32_t lo, hi;
	int slot;
};

/*
 * One item of a -d list. 0; -EINVAL with lsof's sentence in err; -ENOENT for a
 * name that nobody knows, which lsof takes more seriously.
 */
MUST_CHECK int parse_fdspec(struct span item, struct fdspec *out, struct fdmap_error *err);

/* The next item of a list of process or group numbers, "12,^34,": false at the end. */
struct idspec {
	bool exclude;
	bool bad; /* not a number, or not one that a process can have */
	int32_t id;
};
bool parse_idspec(struct cursor *list, struct idspec *out);

/* -r [t][cN][m<fmt>], as repeat_takes lets it through. */
void parse_repeat(const char *text, struct repeat *out);

/* -c /re/bix, from the first slash on. -EINVAL with lsof's sentence. */
struct respec {
	struct span re;
	unsigned how; /* FDMAP_BASIC_RE, FDMAP_ICASE */
};
MUST_CHECK int parse_respec(const char *text, struct respec *out, struct fdmap_error *err);

#endif
