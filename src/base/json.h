/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON that others wrote, front to back, only what is looked for. Any
 * bytes will do: what is no JSON ends the reading early, at the cursor's end.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/cursor.h"

/* Blanks, then '{' or '['. false: something else stands there; nothing is eaten then. */
bool json_begin(struct cursor *c, char open);
/* In an object: the next key as it stands between its quotes, and the colon. false: '}' was eaten. */
bool json_member(struct cursor *c, struct span *key);
/* In an array: true before the next value. false: ']' was eaten. */
bool json_element(struct cursor *c);
/* A text as it stands between its quotes. false: it is something else. */
bool json_text(struct cursor *c, struct span *raw);
/* One value, whatever it is. */
void json_skip(struct cursor *c);

/* Undoes a text's escapes, appended as UTF-8. false: it has wrong ones, or a NUL. */
bool json_unescape(struct span raw, struct buf *out);

#endif
