/* SPDX-License-Identifier: MIT */
/* The plan in words: socket tables, where they come from, what the kernel leaves out. */
#include "engine/explain.h"

#include "net/inet.h"

/* Families as a list of bits and names, in the order of the registry. */
static void put_families(struct words *w, uint32_t tables)
{
	struct name_row names[FDMAP_SOCK_TABLES];

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		names[i] = (struct name_row){ FAMILY_BIT(i), families[i]->name };
	words_list(w, names, FDMAP_SOCK_TABLES, tables & (FAMILY_ALL | FAMILY_RARE));
}

static uint32_t by_diag(const struct words *w, uint32_t tables)
{
	return w->system->asks ? tables & w->p->diag_families : 0;
}

/* "tcp and udp by sock_diag, unix by /proc/net": when, and why. */
static void say_tables(struct words *w, const char *part, uint32_t tables, const char *when)
{
	uint32_t diag = by_diag(w, tables), text = tables & ~diag & FAMILY_ALL;

	if (diag) {
		put_families(w, diag);
		buf_puts(&w->text, " by sock_diag");
	}
	if (text) {
		buf_puts(&w->text, diag ? "; " : "");
		put_families(w, text);
		buf_puts(&w->text, " by /proc/net");
	}
	if (!w->text.n)
		return;
	buf_puts(&w->text, when);
	words_end(w, part);
}

static void say_ports(struct words *w)
{
	const struct sockfilter *f = &w->p->filter;

	if (!f->nports)
		return;
	buf_puts(&w->text, "the kernel leaves out other ports than");
	for (size_t i = 0; i < f->nports; i++) {
		const struct sockports *ports = &w->p->ports[i];

		buf_printf(&w->text, "%s %u", i ? "," : "", ports->lo);
		if (ports->hi != ports->lo)
			buf_printf(&w->text, "-%u", ports->hi);
	}
	words_end(w, "sockets");
}

/* The states that pass, or those that do not, whichever are fewer. */
static void put_states(struct words *w, uint32_t states)
{
	/* include/net/tcp_states.h: 1 to 12 */
	const uint32_t all = (1u << 13) - 2;
	bool few = __builtin_popcount(states & all) <= 6;
	const char *between = few ? "other states than " : "";

	states = few ? states : ~states;
	for (unsigned i = 1; i <= 12; i++) {
		if (!(states >> i & 1))
			continue;
		buf_printf(&w->text, "%s%s", between, inet_state_name(i));
		between = ", ";
	}
}

/* Tables of which the same states pass are told together. */
static void say_states(struct words *w)
{
	const uint32_t *states = w->p->filter.states, all = (1u << 13) - 2;
	uint32_t left = by_diag(w, w->p->gate_families) & FAMILY_INET;

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++) {
		uint32_t same = 0;

		if (!(left & FAMILY_BIT(i)))
			continue;
		for (size_t j = i; j < FDMAP_SOCK_TABLES; j++)
			if (left & FAMILY_BIT(j) && states[j] == states[i])
				same |= FAMILY_BIT(j);
		left &= ~same;
		if ((states[i] & all) == all)
			continue;
		buf_puts(&w->text, "the kernel leaves out ");
		put_families(w, same);
		buf_puts(&w->text, " in ");
		put_states(w, states[i]);
		words_end(w, "sockets");
	}
}

static void explain_namespaces(struct words *w)
{
	const struct nsset *set = &w->q->netns;

	if (!set->given)
		return;
	if (set->all)
		words_say(w, "namespaces",
			  "all network namespaces, by links of all processes and mounts");
	else if (set->n) {
		buf_printf(&w->text, "%zu network namespace%s%s", set->n, set->n == 1 ? "" : "s",
			   set->self ? " and our own" : "");
		words_end(w, "namespaces");
	}
}

void explain_gates(struct words *w)
{
	const struct plan *p = w->p;

	explain_namespaces(w);
	say_tables(w, "sockets", p->gate_families, ", before the walk: they decide");
	if (p->gate_families && p->has_filter && by_diag(w, p->gate_families)) {
		say_ports(w);
		say_states(w);
	}
	if (p->rare) {
		put_families(w, p->rare);
		buf_puts(&w->text, " only if a socket says that it is one");
		words_end(w, "sockets");
	}
	if (p->gate_families && p->need_match && !p->rare && !(w->q->used & SEL_PROC))
		words_say(w, "sockets", "no process is looked at when none of them is meant");
}

void explain_tables(struct words *w)
{
	const struct plan *p = w->p;

	say_tables(w, "after", p->row_families,
		   p->ask_proto ? ", those of them that the sockets of the rows name"
				: ", if a row is a socket");
	if (p->few && w->system->asks && p->row_families & FAMILY_INET)
		words_say(w, "after",
			  "few sockets are asked for one by one, and no table of theirs is read");
	if (p->more)
		words_say(w, "after",
			  w->system->asks
				  ? "sock_diag tells more of sockets than otherwise"
				  : "what only sock_diag tells of sockets is not to be had here");
}

void explain_unowned(struct words *w)
{
	const struct plan *p = w->p;

	if (!p->unowned_families)
		return;
	say_tables(w, "after", p->unowned_families, ": those that nobody holds");
	words_say(w, "after",
		  "links, rings and messages of all processes, if one has no holder yet");
}
