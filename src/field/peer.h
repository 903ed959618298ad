/* SPDX-License-Identifier: MIT */
/* Who holds the other ends, as values of fields. Getters of struct field. */
#ifndef FIELD_PEER_H
#define FIELD_PEER_H

#include "field/field.h"

/* A list of texts, "12,cat,0r"; empty: nobody, where there always is another end. */
int peer_texts(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v);
/* A list of objects: pid, command, fd, access, pending, uid, user. */
int peer_objects(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v);
/* Their commands, each once: "cat,nginx". */
int peer_comms(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v);

#endif
