#ifndef FILES_ONNX_PROTO_H
#define FILES_ONNX_PROTO_H
#include "base/buffer.h"

/* The wire format of protocol buffers (protobuf.dev/programming-guides/encoding). A message is a sequence of fields,
 * each the varint number << 3 | wire type, then a varint, 4 or 8 bytes, or a length and that many bytes: a text, an
 * array or a message. What the numbers mean is in the format's .proto file. */

enum { PROTO_VARINT = 0, PROTO_8_BYTES = 1, PROTO_BYTES = 2, PROTO_4_BYTES = 5 };

/* One field each; a negative integer takes ten bytes. */
void proto_int(Buffer *b, int field, int64_t x);
void proto_float(Buffer *b, int field, float x);
void proto_bytes(Buffer *b, int field, const void *p, size_t n);
void proto_text(Buffer *b, int field, const char *s);

/* The start of a field of n bytes, which the caller appends. */
void proto_length(Buffer *b, int field, uint64_t n);

/* A message as a field: what is appended between the two calls. proto_begin returns where it starts, for proto_end,
 * which moves it to make room for its length. */
size_t proto_begin(Buffer *b, int field);
void   proto_end(Buffer *b, size_t begin);

/* Reads a message of untrusted bytes, which must outlive the reader:
 *     while (proto_next(&r, &f))
 *         if (f.number == 7) …
 *     return !err_any(err); */
typedef struct ProtoRead {
    const char *p;
    size_t      len, at;
    Err        *err;
} ProtoRead;

typedef struct ProtoField {
    uint64_t    number, x;                  /* x: the varint, or the 4 or 8 bytes as an integer */
    int         wire;
    const char *p;                          /* PROTO_BYTES: n bytes                             */
    size_t      n;
} ProtoField;

/* The next field; false at the end, and with err set for a field that is truncated or of an unknown wire type. */
bool proto_next(ProtoRead *r, ProtoField *f);
#endif
