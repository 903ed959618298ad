/* SPDX-License-Identifier: MIT */
/* Names as in linux/capability.h, in small letters and without CAP_, as capsh writes them. */
#include "field/capname.h"

#include "base/util.h"

static const char *const names[] = {
	"chown",	    "dac_override",	"dac_read_search",  "fowner",
	"fsetid",	    "kill",		"setgid",	    "setuid",
	"setpcap",	    "linux_immutable",	"net_bind_service", "net_broadcast",
	"net_admin",	    "net_raw",		"ipc_lock",	    "ipc_owner",
	"sys_module",	    "sys_rawio",	"sys_chroot",	    "sys_ptrace",
	"sys_pacct",	    "sys_admin",	"sys_boot",	    "sys_nice",
	"sys_resource",	    "sys_time",		"sys_tty_config",   "mknod",
	"lease",	    "audit_write",	"audit_control",    "setfcap",
	"mac_override",	    "mac_admin",	"syslog",	    "wake_alarm",
	"block_suspend",    "audit_read",	"perfmon",	    "bpf",
	"checkpoint_restore",
};

void capname_put(uint64_t caps, uint64_t known, struct buf *out)
{
	const char *comma = "";

	if (!known)
		known = (1ull << ARRAY_LEN(names)) - 1;
	if ((caps & known) == known) {
		buf_puts(out, "all");
		return;
	}
	for (unsigned i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		buf_puts(out, comma);
		if (i < ARRAY_LEN(names))
			buf_puts(out, names[i]);
		else
			buf_put_u64(out, i);
		comma = ",";
	}
}
