/* SPDX-License-Identifier: MIT */
/* A unit test program: one suite, check's summary on stdout, exit status 0 or 1. */
#ifndef TEST_LIB_UNIT_H
#define TEST_LIB_UNIT_H

#include <check.h>

int unit_run(Suite *suite);

/* A suite of one test case. */
#define UNIT_MAIN(name, ...)                                                             \
	int main(void)                                                                   \
	{                                                                                \
		const TTest *const unit_tests[] = { __VA_ARGS__ };                \
		Suite *unit_suite = suite_create(name);                                  \
		TCase *unit_case = tcase_create(name);                                   \
		for (size_t unit_i = 0; unit_i < sizeof(unit_tests) / sizeof(*unit_tests); unit_i++) \
			tcase_add_test(unit_case, unit_tests[unit_i]);                   \
		suite_add_tcase(unit_suite, unit_case);                                  \
		return unit_run(unit_suite);                                             \
	}

#endif
