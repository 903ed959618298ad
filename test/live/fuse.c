/* SPDX-License-Identifier: MIT */
/*
 * fuse DIR: a file system mounted at DIR whose server this is: a root with "file" of 1001
 * bytes and "dir". It answers what listing descriptors may need, and nothing may be cached,
 * so that whoever asks it waits for it; of what is opened for writing not even pages. Prints "ready PID"; ends with the mount. 77: it is
 * not to be had here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SIZE 1001
#define BUFFER (FUSE_MIN_READ_BUFFER + 65536)

enum { ROOT = FUSE_ROOT_ID, AFILE = 0x7000000002, ADIR = 3 };

static int dev = -1;

static void answer(const struct fuse_in_header *in, int err, const void *data, size_t len)
{
	struct fuse_out_header out = { .error = -err, .unique = in->unique };
	struct iovec parts[2] = { { &out, sizeof(out) }, { (void *)(uintptr_t)data, len } };

	if (err)
		len = 0;
	out.len = (uint32_t)(sizeof(out) + len);
	/* Whoever asked may have gone. */
	if (writev(dev, parts, len ? 2 : 1) < 0 && errno != ENOENT)
		perror("writev");
}

static struct fuse_attr attr_of(uint64_t node)
{
	struct fuse_attr a = { .ino = node, .nlink = 1, .blksize = 4096 };

	a.mode = node == AFILE ? S_IFREG | 0644 : S_IFDIR | 0755;
	a.size = node == AFILE ? SIZE : 0;
	return a;
}

static void on_init(const struct fuse_in_header *in, const struct fuse_init_in *asked)
{
	struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION,
				     .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 65536 };

	if (asked->minor < out.minor)
		out.minor = asked->minor;
	answer(in, 0, &out, sizeof(out));
}

static void on_lookup(const struct fuse_in_header *in, const char *name)
{
	struct fuse_entry_out out = { .generation = 1 };

	out.nodeid = !strcmp(name, "file") ? AFILE : !strcmp(name, "dir") ? ADIR : 0;
	out.attr = attr_of(out.nodeid);
	answer(in, in->nodeid == ROOT && out.nodeid ? 0 : ENOENT, &out, sizeof(out));
}

static void on_read(const struct fuse_in_header *in, const struct fuse_read_in *asked)
{
	static const char bytes[SIZE];
	uint64_t n = asked->offset < SIZE ? SIZE - asked->offset : 0;

	answer(in, 0, bytes, n < asked->size ? n : asked->size);
}

static void on_open(const struct fuse_in_header *in, const struct fuse_open_in *asked)
{
	struct fuse_open_out out = { .fh = 1 };

	if ((asked->flags & O_ACCMODE) == O_RDWR)
		out.open_flags = FOPEN_DIRECT_IO;
	answer(in, 0, &out, sizeof(out));
}

static void serve(const struct fuse_in_header *in)
{
	struct fuse_attr_out attr = { .attr = attr_of(in->nodeid) };
	struct fuse_open_out opened = { .fh = 1 };
	struct fuse_statfs_out fs = { .st = { .bsize = 4096, .namelen = 255 } };

	switch (in->opcode) {
	case FUSE_INIT: on_init(in, (const void *)(in + 1)); break;
	case FUSE_LOOKUP: on_lookup(in, (const void *)(in + 1)); break;
	case FUSE_GETATTR: answer(in, 0, &attr, sizeof(attr)); break;
	case FUSE_OPEN: on_open(in, (const void *)(in + 1)); break;
	case FUSE_OPENDIR: answer(in, 0, &opened, sizeof(opened)); break;
	case FUSE_READ: on_read(in, (const void *)(in + 1)); break;
	case FUSE_READDIR: answer(in, 0, NULL, 0); break;
	case FUSE_STATFS: answer(in, 0, &fs, sizeof(fs)); break;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_ACCESS: answer(in, 0, NULL, 0); break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT: break;
	default: answer(in, ENOSYS, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	static union {
		struct fuse_in_header head;
		char bytes[BUFFER];
	} in;
	char options[128];

	if (argc != 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	(void)snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		       dev);
	if (dev < 0 || mount("fdmap-test", argv[1], "fuse", MS_NOSUID | MS_NODEV, options)) {
		perror("fuse");
		return 77;
	}
	printf("ready %d\n", getpid());
	fflush(stdout);
	for (;;) {
		ssize_t n = read(dev, &in, sizeof(in) - 1);

		if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		/* A name is a text only by its NUL, which the kernel sends. */
		if (n < (ssize_t)sizeof(in.head))
			return errno == ENODEV ? 0 : 1;
		in.bytes[n] = '\0';
		serve(&in.head);
	}
}
