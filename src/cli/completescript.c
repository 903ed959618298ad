/* SPDX-License-Identifier: MIT */
/* The tables in the languages of the shells, and around them what is each shell's own. */
#include <string.h>

#include "base/util.h"
#include "cli/complete.h"
#include "cli/options.h"

static const char text_sh[] =
#include "cli/complete.sh.h"
	;
static const char text_bash[] =
#include "cli/complete.bash.h"
	;
static const char text_zsh[] =
#include "cli/complete.zsh.h"
	;
static const char text_fish[] =
#include "cli/complete.fish.h"
	;

/* How the tables are written in a language: what stands before, between and behind. */
struct dialect {
	const char *function_named, *function_begin, *function_end;
	const char *case_begin, *case_or, *case_then, *case_end;
	const char *any; /* behind a pattern: whatever follows, and the quote's end */
	const char *set_begin, *set_is, *set_end;
	const char *look_up;
	const char *list_begin, *list_end;
	complete_put *word;
};

/* A text in quotes; none that we have contains any. */
static void put_quoted(struct buf *out, const char *text)
{
	buf_printf(out, "'%s'", text);
}

static void word_bash(struct buf *out, const char *word, const char *help)
{
	(void)help;
	buf_putc(out, ' ');
	put_quoted(out, word);
}

/* As _describe has it. */
static void word_zsh(struct buf *out, const char *word, const char *help)
{
	buf_puts(out, "\n\t\t\t'");
	for (; *word; word++) {
		if (*word == ':')
			buf_putc(out, '\\');
		buf_putc(out, *word);
	}
	for (const char *p = help ? help : ""; *p; p++) {
		if (p == help)
			buf_putc(out, ':');
		buf_puts(out, *p == '\'' ? "'\\''" : (char[]){ *p, '\0' });
	}
	buf_putc(out, '\'');
}

static void word_fish(struct buf *out, const char *word, const char *help)
{
	buf_puts(out, " \\\n                ");
	put_quoted(out, word);
	buf_puts(out, " '");
	for (const char *p = help ? help : ""; *p; p++) {
		if (*p == '\'' || *p == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *p);
	}
	buf_putc(out, '\'');
}

#define POSIX_LIKE                                                                                 \
	.function_named = "\n_fdmap_", .function_begin = "() {\n\tcase $1 in\n",                   \
	.function_end = "\tesac\n}\n", .case_begin = "\t", .case_or = " | ", .case_then = ")",     \
	.case_end = " ;;\n", .any = "'*", .set_begin = " ", .set_is = "=", .set_end = "",          \
	.look_up = " \"_fdmap_$1\"", .list_begin = " offers+=(", .list_end = ")"

static const struct dialect bash = { POSIX_LIKE, .word = word_bash };
static const struct dialect zsh = { POSIX_LIKE, .word = word_zsh };
static const struct dialect fish = {
	.function_named = "\nfunction __fdmap_",
	.function_begin = " -S\n    switch $argv[1]\n",
	.function_end = "    end\nend\n",
	.case_begin = "        case ",
	.case_or = " ",
	.case_then = "\n",
	.case_end = "",
	.any = "*'",
	.set_begin = "            set ",
	.set_is = " ",
	.set_end = "\n",
	.look_up = "            __fdmap_$argv[1]\n",
	.list_begin = "            printf '%s\\t%s\\n'",
	.list_end = "\n",
	.word = word_fish,
};

static void begin_function(const struct dialect *d, const char *name, struct buf *out)
{
	buf_puts(out, d->function_named);
	buf_puts(out, name);
	buf_puts(out, d->function_begin);
}

static void put_any(const struct dialect *d, const char *before, struct buf *out)
{
	buf_printf(out, "%s'%s%s%s", d->case_begin, before, d->any, d->case_then);
}

static void put_set(const struct dialect *d, const char *name, const char *value, struct buf *out)
{
	buf_puts(out, d->set_begin);
	buf_puts(out, name);
	buf_puts(out, d->set_is);
	put_quoted(out, value);
	buf_puts(out, d->set_end);
}

static const char *const hows[] = {
	[OPTVALUE_NONE] = "none",	  [OPTVALUE_REQUIRED] = "required",
	[OPTVALUE_OPTIONAL] = "optional", [OPTVALUE_DIGITS] = "digits",
	[OPTVALUE_PART] = "part",
};

static void put_option_row(const struct dialect *d, const struct optrow *row, struct buf *out)
{
	const char *between = d->case_begin;

	for (const char *sign = "-+"; row->letter && *sign; sign++) {
		if (row->prefix && row->prefix != *sign)
			continue;
		buf_printf(out, "%s'%c%c'", between, *sign, row->letter);
		between = d->case_or;
	}
	if (row->name)
		buf_printf(out, "%s'--%s'", between, row->name);
	buf_puts(out, d->case_then);
	put_set(d, "how", hows[row->value], out);
	put_set(d, "kind", row->completes, out);
	put_set(d, "shown", row->shown ? row->shown : "", out);
	buf_puts(out, d->case_end);
}

/* option OPTION: how its value is given, of what kind it is, what the help calls it. */
static void put_option_table(const struct dialect *d, struct buf *out)
{
	size_t n;
	const struct optrow *row = options_rows(&n);

	begin_function(d, "option", out);
	for (size_t i = 0; i < n; i++, row++)
		if (row->section != OPTSECTION_REFUSED && row->value != OPTVALUE_NONE)
			put_option_row(d, row, out);
	put_any(d, "", out);
	put_set(d, "how", hows[OPTVALUE_NONE], out);
	put_set(d, "kind", "", out);
	buf_puts(out, d->case_end);
	buf_puts(out, d->function_end);
}

static bool is_first(const struct complete_part *parts, size_t i)
{
	return i == 0 || strcmp(parts[i - 1].kind, parts[i].kind) != 0;
}

/* between KIND: what parts its items. */
static void put_between_table(const struct dialect *d, struct buf *out)
{
	size_t n;
	const struct complete_part *part = complete_parts(&n);
	struct buf between;

	buf_init(&between);
	begin_function(d, "between", out);
	for (size_t i = 0; i < n; i++) {
		if (!is_first(part, i))
			continue;
		buf_reset(&between);
		complete_between(part[i].kind, &between);
		if (!between.n)
			continue;
		buf_printf(out, "%s'%s'%s", d->case_begin, part[i].kind, d->case_then);
		put_set(d, "between", buf_str(&between), out);
		buf_puts(out, d->case_end);
	}
	put_any(d, "", out);
	put_set(d, "between", "", out);
	buf_puts(out, d->case_end);
	buf_puts(out, d->function_end);
	out->failed |= between.failed;
	buf_fini(&between);
}

static void put_part(const struct dialect *d, const struct complete_part *part, struct buf *out)
{
	put_set(d, "leads", part->leads, out);
	put_set(d, "lists", part->lists, out);
	put_set(d, "goes_on", part->goes_on ? "yes" : "", out);
	put_set(d, "each", part->each ? "yes" : "", out);
	buf_puts(out, d->case_end);
}

/* part KIND:CHARACTER: what stands behind that character; behind any other what begins it. */
static void put_part_table(const struct dialect *d, struct buf *out)
{
	size_t n;
	const struct complete_part *part = complete_parts(&n);

	begin_function(d, "part", out);
	for (size_t i = 0; i < n; i++) {
		if (is_first(part, i))
			continue;
		for (const char *p = part[i].behind; *p; p++)
			buf_printf(out, "%s'%s:%c'",
				   p == part[i].behind ? d->case_begin : d->case_or, part[i].kind,
				   *p);
		buf_puts(out, d->case_then);
		put_part(d, &part[i], out);
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_first(part, i))
			continue;
		buf_printf(out, "%s'%s:%s%s", d->case_begin, part[i].kind, d->any, d->case_then);
		put_part(d, &part[i], out);
	}
	buf_puts(out, d->function_end);
}

/* list NAME: its words, and what they are. */
static void put_list_table(const struct dialect *d, struct buf *out)
{
	size_t n;
	const struct complete_list *list = complete_lists(&n);

	begin_function(d, "list", out);
	for (size_t i = 0; i < n; i++) {
		if (!list[i].words)
			continue;
		buf_printf(out, "%s'%s'%s", d->case_begin, list[i].name, d->case_then);
		buf_puts(out, d->list_begin);
		list[i].words(d->word, out);
		buf_puts(out, d->list_end);
		buf_puts(out, d->case_end);
	}
	put_any(d, "", out);
	buf_puts(out, d->look_up);
	buf_puts(out, d->case_end);
	buf_puts(out, d->function_end);
}

static void put_tables(const struct dialect *d, struct buf *out)
{
	put_option_table(d, out);
	put_between_table(d, out);
	put_part_table(d, out);
	put_list_table(d, out);
}

static void put_title(const char *shell, struct buf *out)
{
	buf_printf(out,
		   "# SPDX-License-Identifier: MIT\n"
		   "# What %s completes command lines of fdmap to: fdmap --completion=%s\n",
		   shell, shell);
}

void complete_bash(struct buf *out)
{
	put_title("bash", out);
	put_tables(&bash, out);
	buf_puts(out, text_sh);
	buf_puts(out, text_bash);
	buf_printf(out, "\ncomplete -F _fdmap %s\n", complete_commands());
}

/* Read from a directory of $fpath it is the body of _fdmap; else that is to be told. */
void complete_zsh(struct buf *out)
{
	buf_printf(out, "#compdef %s\n", complete_commands());
	put_title("zsh", out);
	put_tables(&zsh, out);
	buf_puts(out, text_sh);
	buf_puts(out, text_zsh);
	buf_printf(out,
		   "\nif [[ ${funcstack[1]} == _fdmap ]]; then\n\t_fdmap \"$@\"\nelse\n"
		   "\tcompdef _fdmap %s\nfi\n",
		   complete_commands());
}

void complete_fish(struct buf *out)
{
	put_title("fish", out);
	put_tables(&fish, out);
	buf_puts(out, text_fish);
	buf_puts(out, "\ncomplete -c fdmap -f -a '(__fdmap_complete)'\n"
		      "complete -c fdmap -n __fdmap_files -F\n");
	if (strcmp(complete_commands(), "fdmap") != 0)
		buf_puts(out, "complete -c lsof -w fdmap\n");
}
