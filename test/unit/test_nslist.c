/* SPDX-License-Identifier: MIT */
/* The list of network namespaces, and finding them on a recorded tree. */
#include "engine/nslist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nsfind.h"
#include "engine/nsstray.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define OWN UINT64_C(4026531840)
#define BLUE UINT64_C(4026532100)
#define NAMELESS UINT64_C(4026532200)
#define THREAD UINT64_C(4026532300)
#define PINNED UINT64_C(4026532400)
#define HELD UINT64_C(4026532500)

static char *dir;
static struct root *root;
static struct nslist list;

static void setup(const char *tree)
{
	dir = tree_unpack_file(tree);
	ck_assert_int_eq(root_open(&root, dir), 0);
	nslist_init(&list);
}

static void teardown(void)
{
	nslist_fini(&list);
	root_close(root);
	tree_remove(dir);
}

START_TEST(link_texts)
{
	ck_assert_uint_eq(ns_inode("net", "net:[4026531833]", 16), 4026531833u);
	ck_assert_uint_eq(ns_inode("mnt", "net:[4026531833]", 16), 0);
	ck_assert_uint_eq(ns_inode("net", "net:[4026531833", 15), 0);
	ck_assert_uint_eq(ns_inode("net", "net:[]", 6), 0);
	ck_assert_uint_eq(ns_inode("net", "net:[7] ", 8), 0);
	ck_assert_uint_eq(ns_inode("net", "/net:[7]", 8), 0);
	ck_assert_uint_eq(ns_inode("socket", "socket:[7]", 10), 0);
	ck_assert_uint_eq(ns_inode("net", "", 0), 0);
}
END_TEST

/* Our own is the first; it has an inode only after it was asked for. */
START_TEST(own)
{
	setup("namespaces");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert(list.v[0].selects);
	ck_assert_uint_eq(list.v[0].ino, 0);
	ck_assert_uint_eq(root->counts.links, 0);
	ck_assert_int_eq(nslist_own(&list, root), 0);
	ck_assert_int_eq(nslist_own(&list, root), 0);
	ck_assert_uint_eq(root->counts.links, 1);
	ck_assert_uint_eq(list.v[0].ino, OWN);
	ck_assert_ptr_eq(nslist_find(&list, OWN), &list.v[0]);
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_uint_eq(list.n, 1);
	teardown();
}
END_TEST

START_TEST(own_unknown)
{
	setup("two-sshd");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(nsfind_all(&list, root), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_uint_eq(list.v[0].ino, 0);
	ck_assert_ptr_null(nslist_find(&list, 0));
	teardown();
}
END_TEST

START_TEST(adding)
{
	uint32_t i, again;

	nslist_init(&list);
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	for (uint64_t ino = 100; ino < 400; ino++) {
		ck_assert_int_eq(nslist_add(&list, ino, &i), 1);
		ck_assert_uint_eq(i, ino - 99);
		ck_assert_int_eq(nslist_add(&list, ino, &again), 0);
		ck_assert_uint_eq(i, again);
	}
	ck_assert_uint_eq(list.n, 301);
	ck_assert_uint_eq(nslist_find(&list, 250)->ino, 250);
	ck_assert_ptr_null(nslist_find(&list, 400));
	nslist_fini(&list);
}
END_TEST

/* The first processes are kept, none twice. */
START_TEST(tasks)
{
	struct nsentry e = { 0 };

	nsentry_task(&e, (struct nstask){ 7, 0 });
	nsentry_task(&e, (struct nstask){ 7, 0 });
	nsentry_task(&e, (struct nstask){ 7, 8 });
	for (pid_t pid = 20; pid < 30; pid++)
		nsentry_task(&e, (struct nstask){ pid, 0 });
	ck_assert_int_eq(e.tasks[0].pid, 7);
	ck_assert_int_eq(e.tasks[0].tid, 0);
	ck_assert_int_eq(e.tasks[1].tid, 8);
	ck_assert_int_eq(e.tasks[NS_PIDS - 1].pid, 20 + NS_PIDS - 3);
}
END_TEST

static bool selects(const struct nsset *set, uint64_t ino)
{
	struct fdmap_netns *shown;
	uint32_t i = 0;
	bool yes;

	nslist_init(&list);
	ck_assert_int_eq(nslist_start(&list, set), 0);
	if (ino)
		ck_assert_int_eq(nslist_add(&list, ino, &i), 1);
	shown = nslist_show(&list);
	ck_assert_ptr_nonnull(shown);
	yes = shown[i].selects;
	free(shown);
	nslist_fini(&list);
	return yes;
}

START_TEST(where_terms_select)
{
	uint64_t two[] = { 5, 6 };
	const struct nsset none = { 0 }, all = { .given = true, .all = true },
			   self = { .given = true, .self = true },
			   some = { .given = true, .ino = two, .n = 2 };

	ck_assert(selects(NULL, 0) && selects(&none, 0) && selects(&self, 0) && selects(&all, 0));
	ck_assert(!selects(&some, 0));
	ck_assert(!selects(NULL, 5) && !selects(&none, 5) && !selects(&self, 5));
	ck_assert(selects(&all, 5) && selects(&some, 5) && selects(&some, 6));
	ck_assert(!selects(&some, 7));
}
END_TEST

/* Of processes, of a thread, of mounts in ours and in another mount namespace. */
START_TEST(found)
{
	const struct nsentry *e;
	uint64_t links;

	setup("namespaces");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(nsfind_all(&list, root), 0);
	ck_assert_uint_eq(list.n, 5);
	e = nslist_find(&list, BLUE);
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->name, "blue");
	ck_assert_str_eq(e->mount, "/run/netns/blue");
	ck_assert_int_eq(e->mount_pid, 0);
	ck_assert_int_eq(e->tasks[0].pid, 200);
	e = nslist_find(&list, THREAD);
	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(e->tasks[0].pid, 400);
	ck_assert_int_eq(e->tasks[0].tid, 401);
	e = nslist_find(&list, PINNED);
	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(e->mount_pid, 300);
	ck_assert_str_eq(e->mount, "/run/netns/inner");
	ck_assert_int_eq(e->tasks[0].pid, 0);
	/* Names of other mount namespaces are not ours. */
	ck_assert_ptr_null(e->name);
	ck_assert_ptr_null(nslist_find(&list, NAMELESS)->name);
	ck_assert_ptr_null(nslist_find(&list, HELD));
	/* Once is enough. */
	links = root->counts.links;
	ck_assert_int_eq(nsfind_all(&list, root), 0);
	ck_assert_int_eq(nsfind_names(&list, root), 0);
	ck_assert_uint_eq(root->counts.links, links);
	teardown();
}
END_TEST

/* Nobody is looked at for names alone. */
START_TEST(names_only)
{
	uint32_t i;

	setup("namespaces");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(nslist_add(&list, BLUE, &i), 1);
	ck_assert_int_eq(nsfind_names(&list, root), 0);
	ck_assert_str_eq(list.v[i].name, "blue");
	ck_assert_uint_eq(list.n, 2);
	ck_assert_uint_eq(root->counts.lists, 0);
	ck_assert_uint_eq(root->counts.links, 1);
	teardown();
}
END_TEST

/* Who was met only then gets its name as well. */
START_TEST(names_again)
{
	uint64_t links;
	uint32_t i;

	setup("namespaces");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(nslist_add(&list, NAMELESS, NULL), 1);
	ck_assert_int_eq(nsfind_names(&list, root), 0);
	ck_assert_int_eq(nslist_add(&list, BLUE, &i), 1);
	ck_assert_ptr_null(list.v[i].name);
	ck_assert_int_eq(nsfind_names(&list, root), 0);
	ck_assert_str_eq(list.v[i].name, "blue");
	links = root->counts.links;
	ck_assert_int_eq(nslist_add(&list, BLUE, NULL), 0);
	ck_assert_int_eq(nsfind_names(&list, root), 0);
	ck_assert_uint_eq(root->counts.links, links);
	teardown();
}
END_TEST

START_TEST(found_by_descriptor)
{
	setup("namespaces");
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(stray_find(&list, root, HELD), 0);
	ck_assert_ptr_nonnull(nslist_find(&list, HELD));
	ck_assert_int_eq(nslist_find(&list, HELD)->held.pid, 400);
	ck_assert_int_eq(nslist_find(&list, HELD)->held.fd, 9);
	ck_assert_int_eq(stray_find(&list, root, 4026539999), 0);
	ck_assert_ptr_null(nslist_find(&list, 4026539999));
	teardown();
}
END_TEST

/* A server that is away would be asked on the way to a mount below its own. */
START_TEST(mounts_behind_servers)
{
	static const char tree[] =
		"dir 7 uid=0\n"
		"link 7/ns/net net:[4026531840]\n"
		"link 7/ns/mnt mnt:[5]\n"
		"file 7/mountinfo | 20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		"file 7/mountinfo | 21 20 0:44 / /srv rw - nfs4 server:/x rw\n"
		"file 7/mountinfo | 22 21 0:4 net:[4026532100] /srv/ns rw - nsfs nsfs rw\n"
		"file 7/mountinfo | 23 20 0:4 net:[4026532101] /run/ns rw - nsfs nsfs rw\n"
		"file 7/mountinfo | 24 20 0:4 mnt:[4026532102] /run/mnt rw - nsfs nsfs rw\n"
		"file 7/mountinfo | 25 20 0:4 net:[40265x] /run/odd rw - nsfs nsfs rw\n"
		"file 7/mountinfo | 26 20 8:1 net:[4026532103] /run/file rw - ext4 /dev/sda1 rw\n"
		"link self/ns/net net:[4026531840]\n"
		"link self/ns/mnt mnt:[4]\n";

	dir = tree_unpack(tree);
	ck_assert_int_eq(root_open(&root, dir), 0);
	nslist_init(&list);
	ck_assert_int_eq(nslist_start(&list, NULL), 0);
	ck_assert_int_eq(nsfind_all(&list, root), 0);
	ck_assert_uint_eq(list.n, 3);
	ck_assert_ptr_null(nslist_find(&list, BLUE)->mount);
	ck_assert_str_eq(nslist_find(&list, 4026532101)->mount, "/run/ns");
	teardown();
}
END_TEST

UNIT_MAIN("nslist", link_texts, own, own_unknown, adding, tasks, where_terms_select, found,
	  names_only, names_again, found_by_descriptor, mounts_behind_servers)
