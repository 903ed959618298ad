/* SPDX-License-Identifier: MIT */
#include "base/regcost.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "test/lib/unit.h"

START_TEST(test_small)
{
	static const char *const small[] = {
		"", "a", "^(ssh|nginx|postgres)[0-9]+.*$", "a{255}", "(ab){100}", "[]+*{]+", "[^]+]x",
		"[[:alpha:]+]{3,}", "a**", "(a*)*", "b$b****************", "a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*", "a)+b", "{", "a{", "a{,}", "[", "((((((a))))))",
		"a\\+\\+\\{9999\\}",
	};
	static const char *const basic[] = {
		"\\(a\\)\\{3,7\\}", "a+++++++++++++++++++++++++++++", "a{9999}", "((((a",
	};
	char literal[400];

	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		ck_assert_msg(regcost_is_small(small[i], REG_EXTENDED), "%s", small[i]);
	for (size_t i = 0; i < ARRAY_LEN(basic); i++)
		ck_assert_msg(regcost_is_small(basic[i], 0), "%s", basic[i]);
	/* Parentheses that are no groups. */
	for (size_t i = 0; i < sizeof(literal); i++)
		literal[i] = "\\("[i % 2];
	literal[sizeof(literal) - 2] = '\0';
	ck_assert(regcost_is_small(literal, REG_EXTENDED));
	ck_assert(!regcost_is_small(literal, 0));
}
END_TEST

START_TEST(test_large)
{
	static const char *const large[] = {
		"a++++++++++++++++++++++++++++++", "((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+", "a{255}{255}", "(a{100}){100}",
		"(a{80}b)*{90}", "a{99999999999999999999}", "a{1,9999}", "(x(y(z{30}){30}){30})?+",
		"b$b*****************", "((((b$b*****)*****)*****)*****)", "b$b?????????????????",
	};
	static const char *const basic[] = {
		"a\\{1,9999\\}", "\\(a\\{200\\}\\)\\{200\\}",
		"a\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+",
	};
	char deep[200];

	for (size_t i = 0; i < ARRAY_LEN(large); i++)
		ck_assert_msg(!regcost_is_small(large[i], REG_EXTENDED), "%s", large[i]);
	for (size_t i = 0; i < ARRAY_LEN(basic); i++)
		ck_assert_msg(!regcost_is_small(basic[i], 0), "%s", basic[i]);
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	ck_assert(!regcost_is_small(deep, REG_EXTENDED));
}
END_TEST

UNIT_MAIN("regcost", test_small, test_large)
