/* SPDX-License-Identifier: MIT */
/* Recorded trees for unit tests: unpacked by test/lib/untree into a directory of their own. */
#ifndef TEST_LIB_TREE_H
#define TEST_LIB_TREE_H

/*
 * Unpacks the text of a tree; the directory's name, to be given to
 * tree_remove. Aborts the test when that fails. The program must run in the
 * top directory of the sources, or FDMAP_TOP must name it.
 */
char *tree_unpack(const char *text);
/* The same for test/trees/NAME.tree. */
char *tree_unpack_file(const char *name);
void tree_remove(char *dir);

#endif
