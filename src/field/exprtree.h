/* SPDX-License-Identifier: MIT */
/* An expression as a tree, and what its parts are made by. For the files of expr*.c only. */
#ifndef FIELD_EXPRTREE_H
#define FIELD_EXPRTREE_H

#include <regex.h>

#include "base/cursor.h"
#include "field/expr.h"
#include "field/field.h"

/* ---- the tree ------------------------------------------------------------------ */

enum expr_op { EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_TEST };

enum expr_cmp {
	CMP_THERE, /* no operator: a BOOL is true, another is there */
	CMP_IN,	   /* one of the values, which "=" is, too */
	CMP_OUT,   /* there, and none of them */
	CMP_LT,
	CMP_LE,
	CMP_GT,
	CMP_GE,
	CMP_MATCH,
	CMP_UNLIKE,
};

enum expr_what {
	TEST_FIELD,
	TEST_STATE, /* field state, with states and perhaps texts; field NULL: ss's word */
	TEST_WORD,
	TEST_END,   /* src, dst */
	TEST_IFACE, /* dev, of a socket: values are interfaces by number */
	TEST_CGROUP, /* cgroup, of a socket: values are ids */
	TEST_AUTOBOUND,
};

/* How a TEXT is compared. */
enum expr_how {
	HOW_EXACT,
	HOW_FOLD, /* in any case */
	HOW_USER, /* not the text: the UID behind it */
};

/* A number in the unit of a field, which may lie between two of them. */
struct expr_num {
	bool neg;
	bool more; /* a bit more than n: 1500 ns are one us, and more */
	uint64_t n;
};

struct expr_value {
	struct expr_num lo, hi; /* the same but for ranges and dates; of src, dst: ports */
	/* fwmark = 0x1/0xff; src, dst of vsock: CID, of others: protocol; a text: 1: lo and hi, too */
	uint64_t mask;
	char *text;		/* of src, dst: a shell pattern for a UNIX name, or NULL */
	size_t len;
	struct expr_addr addr; /* family 0: any */
	uint8_t bits;	       /* so many of them count */
	int family;	       /* src, dst: of the socket; 0: IPv4, IPv6 */
};

struct expr_word;

struct expr {
	uint8_t op;	    /* enum expr_op */
	uint8_t what;	    /* enum expr_what */
	uint8_t cmp;	    /* enum expr_cmp */
	uint8_t how;	    /* enum expr_how */
	uint8_t of;	    /* enum fdmap_of */
	bool late, remote;  /* remote: dst */
	uint32_t needs, states;
	const struct fdmap_field *field;
	const struct expr_word *word;
	regex_t *re;
	struct expr_value *v;
	struct expr **sub;
	size_t n; /* of v, or of sub */
};

struct expr *expr_new(enum expr_op op);
/* Appends sub to the group *e of that kind, which becomes one if it is none; takes sub over. */
MUST_CHECK int expr_join(struct expr **e, enum expr_op op, struct expr *sub);
/* Appends sub to a group; only when it is done, sub is the group's. */
MUST_CHECK int expr_append(struct expr *group, struct expr *sub);
/* One more value of a test, all zero; NULL: no memory. */
struct expr_value *expr_more(struct expr *test);
/* A test of that field, or of none; NULL: no memory. */
struct expr *expr_test(enum expr_what what, const struct fdmap_field *field);

/* ---- tokens (exprlex.c) ---------------------------------------------------------- */

enum tok {
	TOK_END,
	TOK_WORD,
	TOK_QUOTED,
	TOK_SLASHED, /* an expression between slashes */
	TOK_OPEN,
	TOK_CLOSE,
	TOK_COMMA,
	TOK_CMP,
	TOK_AND,
	TOK_OR,
	TOK_NOT,
	TOK_UNQUOTE, /* ends a part that stands in quotes */
	TOK_WRONG, /* `why` says what is */
};

struct token {
	uint8_t what; /* enum tok */
	uint8_t cmp;  /* enum expr_cmp, of a CMP */
	size_t at;
	struct span text; /* without its quotes, escapes as they stand */
	char quote;
	const char *why;
};

struct lexer {
	const char *text;
	size_t at;
	char until; /* inside a part in quotes: that quote; else 0 */
};

/* regex: what leads with a slash is an expression. */
void lex_next(struct lexer *l, bool regex, struct token *t);
/* A word without quotes, in any case. */
bool token_is(const struct token *t, const char *word);
/* eq, ne, lt, ... */
bool token_cmp(const struct token *t, enum expr_cmp *cmp);
/* It can't begin a value: the end, an operator, "and", "or", "in", a parenthesis. */
bool token_ends(const struct token *t);
/* Its text without escapes, malloc'd; regex: those of the expression stay. NULL: no memory. */
char *token_dup(const struct token *t, bool regex, size_t *len);

/* ---- parsing ----------------------------------------------------------------------- */

struct parser {
	struct lexer lex;
	struct token tok;
	const struct expr_names *names; /* never NULL */
	struct expr_error *err;
	unsigned depth;
};

/* -EINVAL, and the sentence. */
int parse_wrong(struct parser *p, size_t at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void parse_advance(struct parser *p, bool regex);
/*
 * An operator, and the values behind it, for a test made already. 1: there was one; 0;
 * -EINVAL, -ENOMEM. bare: a value may stand there without one.
 */
int parse_values(struct parser *p, struct expr *test, const struct token *column, bool bare);
/* An operator alone; list: "in". 1, 0, or an error. */
int parse_operator(struct parser *p, enum expr_cmp *cmp, bool *list);
/* Of an operator and list that were read: each value through add(). */
int parse_list(struct parser *p, bool list, struct expr *test, const struct token *column,
	       int (*add)(struct parser *p, struct expr *test, const struct token *column));

/* exprss.c: what ss alone has. 0 and *e; 1: it is a column here; -EINVAL, -ENOMEM. */
int parse_ss(struct parser *p, struct expr **e);

/* exprvalue.c: does the operator suit the type? 0 or -EINVAL. */
int value_suits(struct parser *p, const struct expr *test, size_t at, const struct token *column);
/* One value, p->tok, for the field of the test. */
int value_add(struct parser *p, struct expr *test, const struct token *column);

/* exprnum.c: numbers. NULL: it is one; else what it is not: "duration". */
const char *num_parse(struct span s, enum fdmap_unit unit, struct expr_num *n);
/* A time, and the last of what it says: of a day its last nanosecond. */
bool num_time(struct span s, struct expr_num *lo, struct expr_num *hi);
/* v, of that type, less than, equal to, or more than n: -1, 0, 1. */
int num_cmp(const struct fdmap_value *v, const struct expr_num *n);

/* expraddr.c */
/* "10.0.0.0/8", "[::1]"; false: it is no address. */
bool addr_read(struct span s, struct expr_value *v);
/* A name: all its addresses become values. How many; 0; -ENOMEM. */
int addr_lookup(struct parser *p, struct expr *test, const char *name);
/* The port, or each that a service has, as values of a test; also "8000-8100". */
int port_add(struct parser *p, struct expr *test, const struct token *column);
/* Numbers of ports as lo and hi of v; range: "8000-8100", too. */
bool port_numbers(const char *word, bool range, struct expr_value *v);
/* exprpair.c: the same as end_add() for what is behind "vsock:", "netlink:", "link:". */
int pair_add(struct parser *p, struct expr *test, char *word, int family);
/* One HOST of src or dst. */
int end_add(struct parser *p, struct expr *test, const struct token *column);
/* Is this address (AF_INET or AF_INET6) what the value says? */
bool addr_is(const struct expr_value *v, int family, const void *addr);

/* ---- comparing (exprcmp.c) -------------------------------------------------------------- */

/* Nothing but digits. */
bool text_is_number(const char *p, size_t n, uint64_t *v);
/* Is it one of the values of the test? */
bool cmp_in(const struct expr *e, const struct fdmap_value *v);
/* Less, more, as the test has it. */
bool cmp_ordered(const struct expr *e, const struct fdmap_value *v);
/* 1, 0, -ENOMEM. */
int cmp_regex(const regex_t *re, const char *p, size_t n);
/* The same of any value in a tree, with the values or the expression of the test. */
int cmp_details(const struct expr *e, const struct fdmap_detail *v, uint32_t n);

/* ---- words (exprword.c) -------------------------------------------------------------- */

enum word_what {
	WORD_TABLES, /* a socket of these tables, perhaps of that version and type */
	WORD_SOCKET,
	WORD_KIND, /* arg: enum fdmap_kind_id */
	WORD_MODE, /* arg: S_IFREG, ... */
	WORD_ANON, /* an anonymous inode of that name */
	WORD_DELETED,
	WORD_UNOWNED,
};

struct expr_word {
	const char *name;
	uint8_t what;
	uint8_t family, type;
	uint32_t arg; /* tables as bits, a kind, a mode */
	const char *text;
};

#define TABLE_BIT(table) (1u << (table))
/* What has ports of 16 bits, and may have some. */
#define TABLES_PORTS                                                                         \
	(TABLE_BIT(FDMAP_TCP) | TABLE_BIT(FDMAP_UDP) | TABLE_BIT(FDMAP_UDPLITE) |            \
	 TABLE_BIT(FDMAP_MPTCP) | TABLE_BIT(FDMAP_SCTP))
/* What has Internet addresses. */
#define TABLES_INET (TABLES_PORTS | TABLE_BIT(FDMAP_RAW) | TABLE_BIT(FDMAP_ICMP))

const struct expr_word *word_find(struct span name);
/* Of a word, a column or what ss has, that is one letter away; NULL: none. */
const char *word_near(struct span name);
/* What must be known for it. */
void word_cost(const struct expr_word *w, struct expr *test);
bool word_is(const struct expr_word *w, const struct fdmap_row *row);

/* States (exprstate.c) as bits 1 << TCP_*, by the names of ss, lsof and the kernel; 0: none. */
uint32_t state_named(struct span name);
/* The same and ss's groups: "connected". */
uint32_t state_group(struct span name);
/* One bit of them; 0: it has none of TCP's. */
uint32_t state_of(const struct fdmap_sock *sock);

#endif
