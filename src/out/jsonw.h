/* SPDX-License-Identifier: MIT */
/*
 * JSON, written front to back. Commas come by themselves; what is begun must
 * be ended, and in an object every value follows its key. Out of memory is the
 * buffers' (w->out->failed).
 */
#ifndef OUT_JSONW_H
#define OUT_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct jsonw {
	struct buf *out;
	bool comma;	/* a value stands before the next in the same object or array */
	struct buf tmp; /* a key's name, escapes of a text */
};

void jsonw_init(struct jsonw *w, struct buf *out);
void jsonw_fini(struct jsonw *w);

void jsonw_object(struct jsonw *w); /* { */
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w); /* [ */
void jsonw_array_end(struct jsonw *w);

void jsonw_key(struct jsonw *w, const char *key);
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_u64(struct jsonw *w, uint64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
/* UTF-8; control characters become \u escapes, those of quote_control() too. */
void jsonw_string(struct jsonw *w, const char *s, size_t n);

/*
 * A key with a text that anybody may have made: when it is not UTF-8, with the
 * escapes of quote_ascii(), and once more under key_bytes, as it is, in base64.
 */
void jsonw_text(struct jsonw *w, const char *key, const char *s, size_t n);

/* A key and a number in quotes. */
void jsonw_number_text(struct jsonw *w, const char *key, uint64_t v);

/* Is it UTF-8? Neither overlong, nor half of a UTF-16 pair, nor beyond U+10FFFF. */
bool jsonw_is_utf8(const char *s, size_t n);

#endif
