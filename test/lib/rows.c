/* SPDX-License-Identifier: MIT */
/* Rows made by hand: only what a printer looks at. */
#include "test/lib/rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVERY_FACT (~(uint32_t)FDMAP_OFFSETS)

struct fdmap_process rows_process(pid_t pid, const char *comm, const struct fdmap_file *files,
				  uint32_t nfiles)
{
	return (struct fdmap_process){
		.pid = pid,
		.ppid = 1,
		.pgid = pid,
		.have = EVERY_FACT,
		.comm = comm,
		.files = files,
		.nfiles = nfiles,
	};
}

struct fdmap_file rows_file(int32_t fd, char access, const struct fdmap_stat *st, const char *path)
{
	bool device = S_ISCHR(st->mode) || S_ISBLK(st->mode);

	return (struct fdmap_file){
		.fd = fd,
		.kind = device ? FDMAP_KIND_DEVICE : FDMAP_KIND_FILE,
		.access = access,
		.lock = ' ',
		.have = fd < 0 ? EVERY_FACT & ~(uint32_t)(FDMAP_POS | FDMAP_FLAGS) : EVERY_FACT,
		.ino = st->ino,
		.path = path,
		.stat = st,
	};
}

struct fdmap_file rows_socket(int32_t fd, const struct fdmap_sock *sock)
{
	return (struct fdmap_file){
		.fd = fd,
		.kind = FDMAP_KIND_SOCKET,
		.access = 'u',
		.lock = ' ',
		.have = EVERY_FACT & ~(uint32_t)FDMAP_STAT,
		.oflags = 02,
		.ino = sock->ino,
		.path = "socket:[1]",
		.sock = sock,
	};
}

struct fdmap_sock rows_inet(enum fdmap_sock_table table, uint64_t ino, uint8_t state,
			    uint16_t lport, uint16_t rport)
{
	struct fdmap_sock sock = {
		.ino = ino,
		.table = (uint8_t)table,
		.family = AF_INET,
		.type = table == FDMAP_TCP ? SOCK_STREAM : SOCK_DGRAM,
		.proto = table == FDMAP_TCP ? IPPROTO_TCP : IPPROTO_UDP,
		.state = state,
		.lport = lport,
		.rport = rport,
	};

	sock.laddr.v4.s_addr = htonl(INADDR_LOOPBACK);
	if (rport)
		sock.raddr.v4.s_addr = htonl(INADDR_LOOPBACK);
	return sock;
}

struct format rows_format(void)
{
	return (struct format){
		.name_how = FDMAP_NAME_STATE | FDMAP_NAME_NOTES,
		.comm_width = 9,
		.offset_digits = 8,
	};
}

static int read_back(int fd, struct buf *out)
{
	char part[4096];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = read(fd, part, sizeof(part))) > 0)
		buf_put(out, part, (size_t)n);
	return n < 0 ? -errno : 0;
}

int rows_print(const struct sink_ops *ops, const struct format *fmt,
	       const struct fdmap_process *procs, size_t n, struct buf *out)
{
	int fd = memfd_create("rows", MFD_CLOEXEC), err;
	struct sink s;

	if (fd < 0)
		return -errno;
	err = sink_begin(&s, ops, fmt, fd);
	if (err == 0)
		err = sink_processes(&s, NULL, procs, n);
	if (err == 0)
		err = sink_end(&s);
	if (err == 0)
		err = read_back(fd, out);
	sink_fini(&s);
	close(fd);
	return err;
}
