/* SPDX-License-Identifier: MIT */
/*
 * ring: a UDP socket that is registered in an io_uring and has no descriptor any
 * more. Prints its port, its inode and the ring's descriptor, then "ready", and waits
 * for SIGTERM or the end of its parent. 77: there is no io_uring here.
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	struct io_uring_params params = { 0 };
	socklen_t len = sizeof(addr);
	struct stat st;
	int ring, sock;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ring = (int)syscall(SYS_io_uring_setup, 4, &params);
	if (ring < 0)
		return 77;
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	if (sock < 0 || bind(sock, (struct sockaddr *)&addr, sizeof(addr)) ||
	    getsockname(sock, (struct sockaddr *)&addr, &len) || fstat(sock, &st))
		return 1;
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &sock, 1) < 0)
		return 77;
	close(sock);
	printf("port %u inode %lu fd %d\nready\n", ntohs(addr.sin_port), (unsigned long)st.st_ino,
	       ring);
	fflush(stdout);
	pause();
	return 0;
}
