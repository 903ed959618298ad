/* SPDX-License-Identifier: MIT */
/*
 * Names of control groups, part by part of a path:
 *
 *	docker-ID.scope		libpod-ID.scope		cri-containerd-ID.scope
 *	crio-ID.scope		nerdctl-ID.scope	kubepods-podUID.slice:cri-containerd:ID
 *	docker/ID		libpod_parent/libpod-ID	libpod-payload-ID
 *	lxc/NAME		lxc.payload/NAME	lxc.payload.NAME
 *	machine-NAME.scope	systemd-nspawn@NAME.service/payload
 *	kubepods/burstable/podUID	kubepods-burstable-podU_I_D.slice
 *
 * Beside them are those of monitors (libpod-conmon-ID, crio-conmon-ID,
 * lxc.monitor.NAME, supervisor), which are no part of the container.
 */
#include "proc/cgname.h"

#include <string.h>

#include "base/util.h"

#define ID_LEN 64 /* SHA-256 in hexadecimal: docker, podman, containerd, CRI-O */

static struct span drop(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.n - n };
}

static bool strip_head(struct span *s, const char *head)
{
	if (!span_starts(*s, head))
		return false;
	*s = drop(*s, strlen(head));
	return true;
}

static bool strip_tail(struct span *s, const char *tail)
{
	if (!span_ends(*s, tail))
		return false;
	s->n -= strlen(tail);
	return true;
}

static bool is_hex(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f');
}

static bool is_id(struct span s)
{
	if (s.n != ID_LEN)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_hex(s.p[i]))
			return false;
	return true;
}

static bool answer(struct cgname *name, const char *runtime, struct span id)
{
	name->runtime = runtime;
	name->id = id;
	return id.n > 0;
}

/* docker-ID.scope, libpod-ID */
static bool by_head(struct cgname *name)
{
	static const struct {
		const char *head, *runtime;
	} heads[] = {
		{ "docker-", "docker" },	 { "libpod-", "podman" },
		{ "libpod-payload-", "podman" }, { "cri-containerd-", "containerd" },
		{ "nerdctl-", "containerd" },	 { "crio-", "crio" },
	};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		struct span id = name->part;

		(void)strip_tail(&id, ".scope");
		if (strip_head(&id, heads[i].head) && is_id(id))
			return answer(name, heads[i].runtime, id);
	}
	return false;
}

/* containerd takes systemd's way to write a path for a plain one: "SLICE:cri-containerd:ID". */
static bool by_colons(struct cgname *name)
{
	static const char middle[] = ":cri-containerd:";
	const size_t n = sizeof(middle) - 1;
	struct span head = name->part, id;

	if (head.n <= n + ID_LEN)
		return false;
	id = drop(head, head.n - ID_LEN);
	head.n -= ID_LEN;
	return span_ends(head, middle) && is_id(id) && answer(name, "containerd", id);
}

/* A bare ID says by what it lies in whose it is, or nothing. */
static bool by_id(struct cgname *name)
{
	if (!is_id(name->part))
		return false;
	return answer(name, span_eq(name->outer, "docker") ? "docker" : NULL, name->part);
}

static bool by_lxc(struct cgname *name)
{
	struct span id = name->part;

	if (span_eq(name->outer, "lxc") || span_eq(name->outer, "lxc.payload"))
		return answer(name, "lxc", id);
	return strip_head(&id, "lxc.payload.") && answer(name, "lxc", id);
}

/*
 * Machines of systemd: containers of nspawn, and what libvirt runs, of which
 * only those of its LXC driver are containers.
 */
static bool by_machine(struct cgname *name)
{
	struct span id = name->part;
	const char *runtime = "nspawn";

	if (span_eq(name->inner, "supervisor"))
		return false;
	if (strip_head(&id, "machine-") && strip_tail(&id, ".scope")) {
		if (span_starts(id, "qemu\\x2d"))
			return false;
		if (span_starts(id, "lxc\\x2d"))
			runtime = "lxc";
	} else {
		id = name->part;
		if (!strip_head(&id, "systemd-nspawn@") || !strip_tail(&id, ".service"))
			return false;
	}
	name->escaped = true;
	return answer(name, runtime, id);
}

bool cgname_container(struct cgname *name)
{
	return by_head(name) || by_colons(name) || by_id(name) || by_lxc(name) || by_machine(name);
}

/* 36 with its dashes; 32 of pods that a node runs by itself. */
static bool is_uid(struct span s)
{
	if (s.n != 36 && s.n != 32)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = s.n == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

		if (dash ? s.p[i] != '-' && s.p[i] != '_' : !is_hex(s.p[i]))
			return false;
	}
	return true;
}

struct span cgname_pod(struct span part)
{
	struct span uid = part;
	size_t at;

	if (strip_head(&uid, "pod") && is_uid(uid))
		return uid;
	/* "kubepods-burstable-podUID.slice", with anything before and ":cri-..." behind. */
	for (at = 0; at + 5 < part.n; at++) {
		uid = drop(part, at);
		if (!strip_head(&uid, "-pod"))
			continue;
		for (size_t n = 36; n >= 32; n -= 4) {
			struct span one = { uid.p, uid.n < n ? uid.n : n };

			if (is_uid(one) && span_starts(drop(uid, one.n), ".slice"))
				return one;
		}
	}
	return (struct span){ 0 };
}

/* Letters that systemd allows in the name of a unit. */
static bool is_unit_name(struct span s)
{
	static const char others[] = ":-_.\\@";

	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		      (ch >= 'A' && ch <= 'Z') || (ch && strchr(others, ch))))
			return false;
	}
	return s.n > 0;
}

struct span cgname_unit(struct span part)
{
	static const char *const types[] = { ".service", ".scope", ".socket", ".mount", ".swap" };
	struct span unit = part;

	/* In front of names that the kernel could take for files of its own. */
	(void)strip_head(&unit, "_");
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct span stem = unit;

		if (strip_tail(&stem, types[i]) && is_unit_name(stem))
			return unit;
	}
	return (struct span){ 0 };
}
