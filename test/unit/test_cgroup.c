/* SPDX-License-Identifier: MIT */
/* PID/cgroup: containers, pods and units from paths of every runtime, and from none. */
#include "proc/cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define ID "4f0c2b7d9e8a13565f0e1d2c3b4a59687786a5b4c3d2e1f00112233445566778"
#define ID2 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define UID "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
#define UID_ "0f1e2d3c_4b5a_6978_8796_a5b4c3d2e1f0"
#define STATIC "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *shown(const char *text)
{
	return text ? text : "none";
}

static void check(const char *text, const char *runtime, const char *container, const char *pod,
		  const char *unit)
{
	struct arena arena;
	struct cgroup got;

	arena_init(&arena);
	ck_assert_int_eq(parse_cgroup((struct span){ text, strlen(text) }, &arena, &got), 0);
	ck_assert_msg(same(got.runtime, runtime) && same(got.container, container) &&
			      same(got.pod, pod) && same(got.unit, unit),
		      "%s: %s %s %s %s", text, shown(got.runtime), shown(got.container),
		      shown(got.pod), shown(got.unit));
	arena_fini(&arena);
}

/* One line of version 2. */
static void path(const char *at, const char *runtime, const char *container, const char *pod,
		 const char *unit)
{
	char line[1024];

	(void)snprintf(line, sizeof(line), "0::%s\n", at);
	check(line, runtime, container, pod, unit);
}

START_TEST(test_docker)
{
	path("/docker/" ID, "docker", ID, NULL, NULL);
	path("/system.slice/docker-" ID ".scope", "docker", ID, NULL, "docker-" ID ".scope");
	path("/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
	     "docker", ID, NULL, "docker-" ID ".scope");
	/* systemd inside of it */
	path("/docker/" ID "/system.slice/ssh.service", "docker", ID, NULL, "ssh.service");
	/* docker in docker: the inner one */
	path("/docker/" ID "/docker/" ID2, "docker", ID2, NULL, NULL);
	/* --cgroup-parent */
	path("/actions_job/" ID, NULL, ID, NULL, NULL);
	path("/system.slice/docker.service", NULL, NULL, NULL, "docker.service");
	path("/docker", NULL, NULL, NULL, NULL);
	path("/docker/buildx", NULL, NULL, NULL, NULL);
}
END_TEST

START_TEST(test_podman)
{
	path("/libpod_parent/libpod-" ID, "podman", ID, NULL, NULL);
	path("/machine.slice/libpod-" ID ".scope", "podman", ID, NULL, "libpod-" ID ".scope");
	path("/machine.slice/libpod-" ID ".scope/container", "podman", ID, NULL,
	     "libpod-" ID ".scope");
	path("/system.slice/web.service/libpod-payload-" ID, "podman", ID, NULL, "web.service");
	path("/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope", "podman", ID,
	     NULL, "libpod-" ID ".scope");
	/* its monitor is no part of it, but may be of another one */
	path("/machine.slice/libpod-conmon-" ID ".scope", NULL, NULL, NULL,
	     "libpod-conmon-" ID ".scope");
	path("/system.slice/web.service/supervisor", NULL, NULL, NULL, "web.service");
	path("/docker/" ID2 "/machine.slice/libpod-conmon-" ID ".scope", "docker", ID2, NULL,
	     "libpod-conmon-" ID ".scope");
	path("/libpod_parent/conmon", NULL, NULL, NULL, NULL);
}
END_TEST

START_TEST(test_kubernetes)
{
	path("/kubepods/burstable/pod" UID "/" ID, "kubernetes", ID, UID, NULL);
	path("/kubepods/pod" STATIC "/" ID, "kubernetes", ID, STATIC, NULL);
	path("/kubepods/besteffort/pod" UID, "kubernetes", NULL, UID, NULL);
	path("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_
	     ".slice/cri-containerd-" ID ".scope",
	     "containerd", ID, UID, "cri-containerd-" ID ".scope");
	path("/kubepods.slice/kubepods-pod" STATIC ".slice/crio-" ID ".scope", "crio", ID, STATIC,
	     "crio-" ID ".scope");
	path("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_
	     ".slice/docker-" ID ".scope",
	     "docker", ID, UID, "docker-" ID ".scope");
	path("/kubepods.slice/kubepods-pod" STATIC ".slice/crio-conmon-" ID ".scope", "kubernetes",
	     NULL, STATIC, "crio-conmon-" ID ".scope");
	path("/system.slice/containerd.service/kubepods-burstable-pod" UID_
	     ".slice:cri-containerd:" ID,
	     "containerd", ID, UID, "containerd.service");
	/* a cluster within docker */
	path("/docker/" ID2 "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_
	     ".slice/cri-containerd-" ID ".scope",
	     "containerd", ID, UID, "cri-containerd-" ID ".scope");
	/* not quite */
	path("/kubepods/pod0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1fg", NULL, NULL, NULL, NULL);
	path("/kubepods/pod0f1e2d3c-4b5a-6978-8796a-5b4c3d2e1f0", NULL, NULL, NULL, NULL);
	path("/kubepods.slice/kubepods-pod" STATIC "0.slice", NULL, NULL, NULL, NULL);
}
END_TEST

START_TEST(test_others)
{
	path("/system.slice/nerdctl-" ID ".scope", "containerd", ID, NULL, "nerdctl-" ID ".scope");
	path("/default/" ID, NULL, ID, NULL, NULL);
	path("/lxc/web", "lxc", "web", NULL, NULL);
	path("/lxc/101/ns", "lxc", "101", NULL, NULL);
	path("/lxc.payload/web", "lxc", "web", NULL, NULL);
	path("/lxc.payload.web-1/system.slice/cron.service", "lxc", "web-1", NULL, "cron.service");
	path("/lxc.payload.web/.lxc", "lxc", "web", NULL, NULL);
	path("/lxc.monitor.web", NULL, NULL, NULL, NULL);
	path("/lxc.monitor/web", NULL, NULL, NULL, NULL);
	path("/lxc.payload.", NULL, NULL, NULL, NULL);
	path("/machine.slice/machine-deb\\x2d12.scope/payload", "nspawn", "deb-12", NULL,
	     "machine-deb\\x2d12.scope");
	path("/machine.slice/machine-deb.scope", "nspawn", "deb", NULL, "machine-deb.scope");
	path("/machine.slice/machine-deb.scope/supervisor", NULL, NULL, NULL, "machine-deb.scope");
	path("/machine.slice/systemd-nspawn@a-b.service/payload/init.scope", "nspawn", "a-b", NULL,
	     "init.scope");
	path("/machine.slice/systemd-nspawn@a.service/supervisor", NULL, NULL, NULL,
	     "systemd-nspawn@a.service");
	path("/machine.slice/machine-x\\x2.scope", "nspawn", "x\\x2", NULL, "machine-x\\x2.scope");
	/* libvirt: a virtual machine is no container */
	path("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", NULL, NULL, NULL,
	     "machine-qemu\\x2d1\\x2dvm.scope");
	path("/machine.slice/machine-lxc\\x2d7\\x2dweb.scope", "lxc", "lxc-7-web", NULL,
	     "machine-lxc\\x2d7\\x2dweb.scope");
	/* plain runc: any path, any ID */
	path("/mybox", NULL, NULL, NULL, NULL);
	/* what only looks like an ID */
	path("/docker/4f0c2b7d9e8a", NULL, NULL, NULL, NULL);
	path("/docker/4F0C2B7D9E8A13565F0E1D2C3B4A59687786A5B4C3D2E1F00112233445566778", NULL, NULL,
	     NULL, NULL);
	path("/docker/" ID "0", NULL, NULL, NULL, NULL);
}
END_TEST

START_TEST(test_units)
{
	path("/init.scope", NULL, NULL, NULL, "init.scope");
	path("/system.slice/ssh.service", NULL, NULL, NULL, "ssh.service");
	path("/system.slice/system-getty.slice/getty@tty1.service", NULL, NULL, NULL,
	     "getty@tty1.service");
	path("/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service", NULL, NULL,
	     NULL, "foo.service");
	path("/user.slice/user-1000.slice/session-3.scope", NULL, NULL, NULL, "session-3.scope");
	path("/user.slice/user-1000.slice/user@1000.service/app.slice/app-a\\x2db.scope/x", NULL,
	     NULL, NULL, "app-a\\x2db.scope");
	path("/system.slice/dbus.socket", NULL, NULL, NULL, "dbus.socket");
	path("/system.slice/mnt-a.mount", NULL, NULL, NULL, "mnt-a.mount");
	path("/system.slice/dev-vdb.swap", NULL, NULL, NULL, "dev-vdb.swap");
	/* led by _ where the kernel has files of that name */
	path("/system.slice/_cpu.service", NULL, NULL, NULL, "cpu.service");
	path("/user.slice", NULL, NULL, NULL, NULL);
	path("/system.slice/.service", NULL, NULL, NULL, NULL);
	path("/system.slice/a b.service", NULL, NULL, NULL, NULL);
	path("/system.slice/a.service.d", NULL, NULL, NULL, NULL);
	path("/", NULL, NULL, NULL, NULL);
	path("/../..", NULL, NULL, NULL, NULL);
	path("//", NULL, NULL, NULL, NULL);
	path("/system.slice/ssh.service (deleted)", NULL, NULL, NULL, "ssh.service");
	path("/docker/" ID " (deleted)", "docker", ID, NULL, NULL);
}
END_TEST

START_TEST(test_lines)
{
	/* Version 2 first, then systemd's own, then any. */
	check("4:memory:/docker/" ID "\n1:name=systemd:/system.slice/a.service\n0::/\n", "docker",
	      ID, NULL, "a.service");
	check("4:memory:/docker/" ID "\n0::/docker/" ID2 "\n", "docker", ID2, NULL, NULL);
	check("1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n", NULL, NULL,
	      NULL, "b.service");
	/* Only systemd names units. */
	check("3:cpu,cpuacct:/system.slice/a.service\n", NULL, NULL, NULL, NULL);
	check("2:name=other:/system.slice/a.service\n", NULL, NULL, NULL, NULL);
	check("9:pids:/\n8:cpu:/lxc/web\n0::/\n", "lxc", "web", NULL, NULL);
	/* A path may hold colons. */
	check("0::/a:b/c:d.service\n", NULL, NULL, NULL, "c:d.service");
	/* What is no line, and half a line. */
	check("", NULL, NULL, NULL, NULL);
	check("\n::\n0:\nx::/docker/" ID "\n0::docker/" ID "\n", NULL, NULL, NULL, NULL);
	check("0::/docker/" ID, NULL, NULL, NULL, NULL);
	check("0::/system.slice/ssh.service", NULL, NULL, NULL, NULL);
}
END_TEST

static void expect_path(const char *text, const char *want)
{
	struct arena arena;
	struct cgroup got;

	arena_init(&arena);
	ck_assert_int_eq(parse_cgroup((struct span){ text, strlen(text) }, &arena, &got), 0);
	ck_assert_msg(same(got.path, want), "%s: %s", text, shown(got.path));
	arena_fini(&arena);
}

START_TEST(test_path)
{
	expect_path("0::/system.slice/ssh.service\n", "/system.slice/ssh.service");
	expect_path("0::/a:b/c (deleted)\n", "/a:b/c");
	expect_path("0::/\n", "/");
	expect_path("1:name=systemd:/a\n0::/b\n", "/b");
	/* Groups of version 2 that nobody uses. */
	expect_path("4:memory:/m\n1:name=systemd:/a\n0::/\n", "/a");
	expect_path("1:name=systemd:/\n0::/\n", "/");
	expect_path("4:memory:/m\n1:name=systemd:/a\n", "/a");
	expect_path("4:memory:/m\n0::/\n", "/");
	expect_path("4:memory:/m\n", NULL);
	expect_path("", NULL);
	expect_path("0::/cut", NULL);
}
END_TEST

START_TEST(test_read)
{
	char *dir = tree_unpack("dir 7\nfile 7/cgroup | 0::/system.slice/ssh.service\ndir 8\n"
				"deny 8/cgroup read EACCES\n");
	struct arena arena;
	struct root *root;
	struct procdir pd;
	struct buf text;
	struct cgroup got;

	arena_init(&arena);
	buf_init(&text);
	ck_assert_int_eq(root_open(&root, dir), 0);
	ck_assert_int_eq(procdir_open(root, 7, &pd), 0);
	ck_assert_int_eq(cgroup_read(root, &pd, &arena, &text, &got), 0);
	ck_assert_str_eq(got.unit, "ssh.service");
	procdir_close(&pd);
	ck_assert_int_eq(procdir_open(root, 8, &pd), 0);
	ck_assert_int_eq(cgroup_read(root, &pd, &arena, &text, &got), -EACCES);
	ck_assert_ptr_null(got.unit);
	procdir_close(&pd);
	root_close(root);
	buf_fini(&text);
	arena_fini(&arena);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("cgroup", test_docker, test_podman, test_kubernetes, test_others, test_units, test_lines,
	  test_path, test_read)
