/* SPDX-License-Identifier: MIT */
/* Open flags by lsof's names: what lsof 4.95 printed for each of these numbers. */
#include "test/lib/unit.h"

#include "base/util.h"
#include "out/flags.h"

static void check_names(uint32_t oflags, const char *want)
{
	struct buf out;

	buf_init(&out);
	flags_put_names(oflags, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_names)
{
	check_names(0, "");
	check_names(01, "W");
	check_names(02, "RW");
	check_names(03, "W,RW");
	check_names(0100000, "LG");
	check_names(02000000, "CX");
	check_names(02104001, "W,ND,LG,CX");
	check_names(02102001, "W,AP,LG,CX");
	check_names(02110001, "W,SYN,LG,CX"); /* O_DSYNC */
	check_names(06110001, "W,SYN,LG,CX");
	check_names(02140000, "DIR,LG,CX");
	check_names(02500000, "NFLK,LG,CX");
	check_names(03100000, "NATM,LG,CX");
	check_names(02300000, "DTY,LG,CX");
	check_names(012000000, "CX,PATH");
	check_names(022300002, "RW,DTY,LG,CX,TMPF");
	check_names(02064000, "ND,ASYN,DIR,CX");
	check_names(07556002, "RW,AP,ND,SYN,DIR,NFLK,NATM,LG,CX");
	/* what the kernel keeps no longer, and what nobody knows */
	check_names(01700, "CR,EXCL,NTTY,TR");
	check_names(0x80000000, "0x80000000");
	check_names(0x40000004 | 01, "W,0x40000004");
}
END_TEST

static void check_hex(uint32_t oflags, const char *want)
{
	struct buf out;

	buf_init(&out);
	flags_put_hex(oflags, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_hex)
{
	check_hex(0, "0x0;0x0");
	check_hex(0x8002, "0x8002;0x0");
	check_hex(UINT32_MAX, "0xffffffff;0x0");
}
END_TEST

UNIT_MAIN("flags", test_names, test_hex)
