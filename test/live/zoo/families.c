/* SPDX-License-Identifier: MIT */
/* Sockets of the families that lsof knows by their protocol's name alone. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <linux/vm_sockets.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* Its NAME is what the kernel calls its protocol. */
static int show_named(int fd)
{
	char proto[64], name[80];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = fgetxattr(fd, "system.sockprotoname", proto, sizeof(proto) - 1);
	if (n < 0)
		return -errno;
	proto[n] = '\0';
	snprintf(name, sizeof(name), "protocol: %s", proto);
	return show_fd(fd, ' ', name);
}

static int vsock_listener(int type)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY,
				 .svm_port = VMADDR_PORT_ANY };
	int fd = socket(AF_VSOCK, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 2))
		return -errno;
	return show_fd(fd, ' ', "protocol: AF_VSOCK");
}

static int make_vsock(void)
{
	int err = show_fd(socket(AF_VSOCK, SOCK_STREAM, 0), ' ', "protocol: AF_VSOCK");

	return err ? err : vsock_listener(SOCK_STREAM);
}

static int make_vsock_seq(void)
{
	return vsock_listener(SOCK_SEQPACKET);
}

static int make_xdp(void)
{
	return show_fd(socket(AF_XDP, SOCK_RAW, 0), ' ', "protocol: XDP");
}

/* Few kernels have one of them, none has all. */
static int make_rare(void)
{
	static const struct {
		int family, type, proto;
	} rare[] = {
		{ AF_ALG, SOCK_SEQPACKET, 0 },
		{ AF_BLUETOOTH, SOCK_RAW, 1 }, /* BTPROTO_HCI */
		{ AF_CAN, SOCK_RAW, 1 },       /* CAN_RAW */
		{ AF_KCM, SOCK_DGRAM, 0 },
		{ AF_KEY, SOCK_RAW, 2 }, /* PF_KEY_V2 */
		{ AF_LLC, SOCK_DGRAM, 0 },
		{ AF_PHONET, SOCK_DGRAM, 0 },
		{ AF_PPPOX, SOCK_STREAM, 0 },
		{ AF_QIPCRTR, SOCK_DGRAM, 0 },
		{ AF_RXRPC, SOCK_DGRAM, AF_INET },
		{ AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP },
		{ AF_SMC, SOCK_STREAM, 0 },
		{ AF_TIPC, SOCK_RDM, 0 },
	};
	bool some = false;
	int err = -EAFNOSUPPORT;

	for (size_t i = 0; i < sizeof(rare) / sizeof(*rare); i++) {
		int fd = socket(rare[i].family, rare[i].type, rare[i].proto);

		if (fd >= 0 && !(err = show_named(fd)))
			some = true;
	}
	return some ? 0 : err;
}

const struct zoo_kind zoo_families[] = {
	{ "vsock", make_vsock },
	{ "vsock-seq", make_vsock_seq },
	{ "xdp", make_xdp },
	{ "rare", make_rare },
	{ NULL, NULL },
};
