/* SPDX-License-Identifier: MIT */
/*
 * Whatever processes, files and sockets are called, a line of JSON is one line,
 * one object, UTF-8, without a control character; and a text is in it whole,
 * as it is or in base64. First byte: which kind of row; second: the length of
 * the command; then the command, then the name.
 */
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/cursor.h"
#include "out/jsonw.h"
#include "out/sink.h"
#include "test/fuzz/jsonread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_line(const struct buf *out)
{
	must(json_is_utf8(buf_str(out), out->n));
	must(json_lines(buf_str(out), out->n) == 1);
}

/* ---- a text ---------------------------------------------------------------------- */

static int sextet(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	must(at != NULL);
	return (int)(at - digits);
}

static void undo_base64(const struct buf *text, struct buf *out)
{
	must(text->n % 4 == 0);
	for (size_t i = 0; i < text->n; i += 4) {
		const char *p = text->p + i;
		int v = sextet(p[0]) << 18 | sextet(p[1]) << 12;

		buf_putc(out, (char)(v >> 16));
		if (p[2] == '=') {
			must(p[3] == '=' && i + 4 == text->n);
			continue;
		}
		v |= sextet(p[2]) << 6;
		buf_putc(out, (char)(v >> 8));
		if (p[3] == '=') {
			must(i + 4 == text->n);
			continue;
		}
		buf_putc(out, (char)(v | sextet(p[3])));
	}
}

static void check_text(const char *s, size_t n)
{
	struct buf out, text, bytes;
	struct jsonw w;
	struct cursor c;

	buf_init(&out);
	buf_init(&text);
	buf_init(&bytes);
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_text(&w, "t", s, n);
	jsonw_object_end(&w);
	c = cursor_of(buf_str(&out), out.n);
	must(cursor_lit(&c, "{\"t\":"));
	json_string(&c, &text);
	if (cursor_lit(&c, ",\"t_bytes\":")) {
		must(!json_is_utf8(s, n));
		buf_reset(&text);
		json_string(&c, &text);
		undo_base64(&text, &bytes);
		must(bytes.n == n && memcmp(buf_str(&bytes), s, n) == 0);
	} else {
		must(json_is_utf8(s, n) && text.n == n && memcmp(buf_str(&text), s, n) == 0);
	}
	must(cursor_lit(&c, "}") && cursor_done(&c));
	jsonw_fini(&w);
	buf_fini(&out);
	buf_fini(&text);
	buf_fini(&bytes);
}

/* ---- a row ------------------------------------------------------------------------- */

static void check_row(const struct format *fmt, const struct fdmap_process *proc)
{
	struct fdmap_row row = { NULL, proc, proc->files };
	const struct sink_ops *both[] = { &sink_jsonl, &sink_json };

	for (size_t i = 0; i < ARRAY_LEN(both); i++) {
		struct sink s = { .ops = both[i], .fmt = fmt, .fd = -1, .begins = true };

		buf_init(&s.out);
		must(s.ops->begin(&s) == 0);
		/* What is much is written, and there is nowhere to write it to. */
		if (s.ops->row(&s, &row) == 0 && i == 0)
			check_line(&s.out);
		s.ops->fini(&s);
		buf_fini(&s.out);
	}
}

static struct fdmap_file file_of(unsigned kind, const char *name, struct fdmap_sock *sock,
				 const struct fdmap_stat *st)
{
	struct fdmap_file file = { .fd = (int32_t)kind,
				   .kind = FDMAP_KIND_FILE,
				   .access = 'r',
				   .lock = ' ',
				   .have = ~0u,
				   .path = name,
				   .stat = st };

	if (kind & 1) {
		*sock = (struct fdmap_sock){ .table = kind / 2 % FDMAP_SOCK_TABLES,
					     .family = kind & 64 ? AF_INET6 : AF_INET,
					     .type = (uint8_t)kind,
					     .state = (uint8_t)kind,
					     .lport = (uint16_t)kind };
		if (sock->table == FDMAP_UNIX) {
			sock->peer = kind;
			sock->path = *name ? name : NULL;
		} else {
			memcpy(&sock->laddr, name, strnlen(name, sizeof(sock->laddr)));
		}
		file.kind = FDMAP_KIND_SOCKET;
		file.sock = sock;
	} else if (kind & 2) {
		file.failed = FDMAP_CALL_STAT;
		file.error = kind & 128 ? 9999 : EACCES;
	}
	return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fdmap_stat st = { .dev = 1, .ino = 2, .mode = S_IFREG, .nlink = 1 };
	struct format fmt = { .name_how = FDMAP_NAME_STATE | FDMAP_NAME_NOTES };
	struct fdmap_process proc = { .pid = 1, .tid = 2, .have = ~0u, .nfiles = 1 };
	struct fdmap_sock sock;
	struct fdmap_file file;
	char *comm, *name;

	if (size < 2 || !setlocale(LC_ALL, "C.UTF-8"))
		return 0;
	check_text((const char *)data + 2, size - 2);
	comm = strndup((const char *)data + 2, data[1] < size - 2 ? data[1] : size - 2);
	name = strndup((const char *)data + 2, size - 2);
	if (comm && name) {
		file = file_of(data[0], name, &sock, &st);
		proc.comm = comm;
		proc.task = proc.context = name;
		proc.files = &file;
		check_row(&fmt, &proc);
	}
	free(comm);
	free(name);
	return 0;
}
