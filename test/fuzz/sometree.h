/* SPDX-License-Identifier: MIT */
/* Trees of the goldens, in the fuzzer's own memory. Compiled in the top directory, as all is. */
#ifndef TEST_FUZZ_SOMETREE_H
#define TEST_FUZZ_SOMETREE_H

#include <stddef.h>
#include <string.h>

#include "base/cursor.h"

#define SOMETREE(name)                                                                             \
	__asm__(".pushsection .rodata\n"                                                           \
		"sometree_" #name ": .incbin \"test/trees/" #name ".tree\"\n"                      \
		"sometree_" #name "_end: .byte 0\n"                                                \
		".popsection\n");                                                                  \
	extern const char sometree_##name[], sometree_##name##_end[]

SOMETREE(containers);
SOMETREE(counts);
SOMETREE(detail);
SOMETREE(ends);
SOMETREE(graph);
SOMETREE(hostile);
SOMETREE(kinds);
SOMETREE(namespaces);
SOMETREE(odd);
SOMETREE(places);
SOMETREE(process);
SOMETREE(selinux);
SOMETREE(threads);
SOMETREE(timers);
SOMETREE(unowned);
SOMETREE(unseen);
SOMETREE(uring);
SOMETREE(web);

/* clang-format off */
/* p NULL: no such tree. */
static inline struct span sometree_find(const char *name)
{
#define TREE(name) { #name, sometree_##name, sometree_##name##_end }
	static const struct {
		const char *name, *from, *end;
	} trees[] = {
		TREE(hostile), TREE(ends),    TREE(namespaces), TREE(containers), TREE(counts),
		TREE(detail),  TREE(graph),   TREE(kinds),	TREE(odd),	  TREE(places),
		TREE(process), TREE(selinux), TREE(threads),	TREE(timers),	  TREE(unowned),
		TREE(unseen),  TREE(uring),   TREE(web),
	};
#undef TREE

	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++)
		if (strcmp(trees[i].name, name) == 0)
			return (struct span){ trees[i].from,
					      (size_t)(trees[i].end - trees[i].from) };
	return (struct span){ NULL, 0 };
}

/* clang-format on */

#endif
