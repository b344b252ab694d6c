#include "files/onnx/proto.h"
#include "base/bytes.h"

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static size_t varint(uint64_t x, char out[10])
{
    size_t n = 0;
    for (; x > 127; x >>= 7)
        out[n++] = (char)(x | 128);
    out[n++] = (char)x;
    return n;
}

static void put_varint(Buffer *b, uint64_t x)
{
    char bytes[10];
    buffer_add(b, bytes, varint(x, bytes));
}

static void put_key(Buffer *b, int field, int wire) { put_varint(b, (uint64_t)field << 3 | (unsigned)wire); }

void proto_int(Buffer *b, int field, int64_t x)
{
    put_key(b, field, PROTO_VARINT);
    put_varint(b, (uint64_t)x);
}

void proto_float(Buffer *b, int field, float x)
{
    put_key(b, field, PROTO_4_BYTES);
    buffer_f32(b, x);
}

void proto_length(Buffer *b, int field, uint64_t n)
{
    put_key(b, field, PROTO_BYTES);
    put_varint(b, n);
}

void proto_bytes(Buffer *b, int field, const void *p, size_t n)
{
    proto_length(b, field, n);
    buffer_add(b, p, n);
}

void proto_text(Buffer *b, int field, const char *s) { proto_bytes(b, field, s, strlen(s)); }

size_t proto_begin(Buffer *b, int field)
{
    put_key(b, field, PROTO_BYTES);
    return b->len;
}

void proto_end(Buffer *b, size_t begin)
{
    char   bytes[10];
    size_t n = b->len - begin, size = varint(n, bytes);
    buffer_zeros(b, size);
    if (b->lost)
        return;
    memmove(b->p + begin + size, b->p + begin, n);
    memcpy(b->p + begin, bytes, size);
}

/* ---- reading ---- */

static bool truncated(ProtoRead *r, const char *what)
{
    return err_set(r->err, "byte %zu: %s is truncated", r->at, what);
}

static bool read_varint(ProtoRead *r, uint64_t *x)
{
    *x = 0;
    for (unsigned shift = 0; r->at < r->len; shift += 7) {
        uint64_t c = (unsigned char)r->p[r->at++];
        if (shift == 63 && c > 1)
            return err_set(r->err, "byte %zu: an integer of more than 64 bits", r->at);
        *x |= (c & 127) << shift;
        if (c < 128)
            return true;
    }
    return truncated(r, "an integer");
}

/* The next n bytes; NULL if there are fewer. */
static const char *take(ProtoRead *r, uint64_t n)
{
    const char *p = r->p + r->at;
    if (n > r->len - r->at) {
        truncated(r, "a field");
        return NULL;
    }
    r->at += (size_t)n;
    return p;
}

static bool read_number(ProtoRead *r, ProtoField *f, uint64_t bytes)
{
    const char *p = take(r, bytes);
    f->x = !p ? 0 : bytes == 4 ? load_u32(p) : load_u64(p);
    return p != NULL;
}

static bool read_bytes(ProtoRead *r, ProtoField *f)
{
    uint64_t n;
    if (!read_varint(r, &n))
        return false;
    f->p = take(r, n);
    f->n = (size_t)n;
    return f->p != NULL;
}

bool proto_next(ProtoRead *r, ProtoField *f)
{
    uint64_t key;
    if (r->at == r->len || err_any(r->err) || !read_varint(r, &key))
        return false;
    *f = (ProtoField){ .number = key >> 3, .wire = (int)(key & 7) };
    switch (f->wire) {
    case PROTO_VARINT: return read_varint(r, &f->x);
    case PROTO_8_BYTES: return read_number(r, f, 8);
    case PROTO_4_BYTES: return read_number(r, f, 4);
    case PROTO_BYTES: return read_bytes(r, f);
    default: return err_set(r->err, "byte %zu: a field of the unknown wire type %d", r->at, f->wire);
    }
}
