/* SPDX-License-Identifier: MIT */
/*
 * Who listens on which TCP port: address, port, PID, descriptor, user, command.
 *
 *	cc -o listeners listeners.c $(pkg-config --cflags --libs fdmap)
 */
#include <fdmap.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* A process chooses its name itself: nothing of it may be an order to the terminal. */
static void put_safely(const char *text)
{
	for (; text && *text; text++)
		putchar(*text > ' ' && *text <= '~' ? *text : '?');
}

static void put_row(const struct fdmap_process *p, const struct fdmap_file *f,
		    struct fdmap_namer *names)
{
	const struct fdmap_sock *sock = f->sock;
	const char *user = fdmap_namer_user(names, p->uid);
	char address[INET6_ADDRSTRLEN];

	/* Closed since its link was read: it is in no table any more. */
	if (!sock || !inet_ntop(sock->family, &sock->laddr, address, sizeof(address)))
		return;
	printf("%s %u %d %d ", address, sock->lport, (int)p->pid, (int)f->fd);
	if (user)
		put_safely(user);
	else
		printf("%u", (unsigned)p->uid);
	putchar(' ');
	put_safely(p->comm);
	putchar('\n');
}

/* An empty list may mean that there is nothing, or that we may not see it. */
static void tell_missing(struct fdmap *m, const struct fdmap_snapshot *s)
{
	size_t n, i;
	const struct fdmap_problem *problems = fdmap_problems(s, &n);
	struct fdmap_unseen unseen;

	for (i = 0; i < n; i++)
		fprintf(stderr, "%s: %s\n", problems[i].source, strerror(problems[i].error));
	if (fdmap_unseen(m, s, &unseen) == 0 && unseen.processes)
		fprintf(stderr, "%llu processes may not be looked at\n",
			(unsigned long long)unseen.processes);
}

static int list(struct fdmap *m, struct fdmap_query *q, struct fdmap_namer *names)
{
	const struct fdmap_process *p;
	struct fdmap_snapshot *s;
	size_t n, i, j;
	int r;

	r = fdmap_query_inet(q, m, "TCP", NULL);
	if (r >= 0)
		r = fdmap_query_state(q, "tcp", "LISTEN", 0, NULL);
	if (r < 0)
		return r;
	fdmap_query_want(q, FDMAP_FDS | FDMAP_LINK | FDMAP_SOCK | FDMAP_COMM | FDMAP_CRED);
	r = fdmap_take(m, q, &s);
	if (r < 0)
		return r;
	r = fdmap_namer_prepare(names, s, 1000);
	p = fdmap_processes(s, &n);
	for (i = 0; r == 0 && i < n; i++)
		for (j = 0; j < p[i].nfiles; j++)
			put_row(&p[i], &p[i].files[j], names);
	tell_missing(m, s);
	fdmap_snapshot_free(s);
	return r;
}

int main(void)
{
	struct fdmap_namer *names = NULL;
	struct fdmap_query *q = NULL;
	struct fdmap *m = NULL;
	int r = fdmap_open(&m, NULL);

	if (r == 0)
		r = fdmap_query_new(&q);
	if (r == 0)
		r = fdmap_namer_new(&names, m, FDMAP_NAMES_USERS);
	if (r == 0)
		r = list(m, q, names);
	if (r < 0)
		fprintf(stderr, "listeners: %s\n", strerror(-r));
	fdmap_namer_free(names);
	fdmap_query_free(q);
	fdmap_close(m);
	return r < 0;
}
