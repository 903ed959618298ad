/* SPDX-License-Identifier: MIT */
/* The version block of -v, line by line as scripts know it from lsof. */
#include "cli/usage.h"

#include <sys/utsname.h>

#include "cli/warn.h"
#include "fdmap.h"

#ifdef __clang__
#define COMPILER "clang"
#else
#define COMPILER "gcc"
#endif

void put_version(struct buf *out)
{
	struct utsname sys;

	warn_put_name(out);
	buf_puts(out, " version information:\n");
	/* Scripts compare the number behind the first "revision:" with versions of lsof. */
	if (warn_as_lsof())
		buf_printf(out, "    revision: %s\n    implementation: fdmap %s\n", LSOF_REVISION,
			   fdmap_version());
	else
		buf_printf(out, "    revision: %s\n", fdmap_version());
	buf_puts(out, "    compiler: " COMPILER "\n");
	buf_puts(out, "    compiler version: " __VERSION__ "\n");
	if (uname(&sys) == 0)
		buf_printf(out, "    system info: %s %s %s\n", sys.sysname, sys.release,
			   sys.machine);
	if (FDMAP_STATIC)
		buf_puts(out, "    linked statically: names are those of /etc/passwd, hosts, "
			      "services and rpc\n");
	buf_puts(out, "    features enabled: endpoints, json, portmapper, selinux, tasks\n"
		      "    Anyone can list all files.\n"
		      "    /dev warnings are disabled.\n"
		      "    Kernel ID check is disabled.\n");
}
