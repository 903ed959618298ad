/* SPDX-License-Identifier: MIT */
/*
 * Memory that is refused. Where this program has the C library's allocator, ours stands
 * before it, for the library's own calls, too; a sanitizer keeps his, and only the calls
 * of the program itself are caught.
 */
#include <regex.h>
#include <stdarg.h>
#include <stddef.h>

#include "test/live/fault/fault.h"

#ifdef FAULT_WRAP_ALLOC
#define OURS(name) __wrap_##name
#define THEIRS(name) __real_##name
#else
#define OURS(name) name
#define THEIRS(name) __libc_##name
#endif

#define ALLOCATOR(name, params, args)                                                    \
	void *OURS(name) params;                                                         \
	void *THEIRS(name) params;                                                       \
	void *OURS(name) params                                                          \
	{                                                                                \
		if (fault_strikes(FAULT_ALLOC, #name))      \
			return NULL;                                                     \
		return THEIRS(name) args;                                                \
	}

ALLOCATOR(malloc, (size_t n), (n))
ALLOCATOR(calloc, (size_t n, size_t size), (n, size))
ALLOCATOR(realloc, (void *p, size_t n), (p, n))
#ifdef FAULT_WRAP_ALLOC
ALLOCATOR(reallocarray, (void *p, size_t n, size_t size), (p, n, size))
ALLOCATOR(strdup, (const char *s), (s))
ALLOCATOR(strndup, (const char *s, size_t n), (s, n))
/* What the library would have asked for itself. */
FAULT_WRAPPER(int, vasprintf, FAULT_ALLOC, -1, (char **to, const char *fmt, va_list args),
	      (to, fmt, args))
FAULT_WRAPPER(int, regcomp, FAULT_ALLOC, REG_ESPACE, (regex_t * re, const char *text, int flags),
	      (re, text, flags))
#endif
