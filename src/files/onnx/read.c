#include "files/onnx/read.h"
#include "base/hash.h"
#include "base/size.h"
#include "files/onnx/onnx_counts.h"
#include "files/onnx/graph.h"
#include "files/onnx/notes.h"
#include <stdio.h>
#include <string.h>

/* ---- is it heed's, and whole? ---- */

static bool check_sum(const FileData *file, size_t *end, Err *err)
{
    const char *digits = file->p + file->len - ONNX_SUM_DIGITS, *last = digits - ONNX_SUM_LEN;
    char        sum[ONNX_SUM_DIGITS + 1];
    if (file->len < ONNX_START_LEN || memcmp(file->p, ONNX_START, ONNX_START_LEN) != 0)
        return err_set(err, "heed did not write it; other programs' ONNX files hold models of another kind");
    if (file->len < ONNX_START_LEN + ONNX_SUM_LEN + ONNX_SUM_DIGITS || memcmp(last, ONNX_SUM, ONNX_SUM_LEN) != 0)
        return err_set(err, "its %zu bytes do not end in heed's checksum: it is truncated, or another program changed "
                       "it", file->len);
    snprintf(sum, sizeof sum, "%08x", (unsigned)hash_crc32(0, file->p, (size_t)(digits - file->p)));
    *end = (size_t)(last - file->p);
    return memcmp(sum, digits, ONNX_SUM_DIGITS) == 0 ||
           err_set(err, "its checksum is %.8s, but its bytes have %s: it is damaged, or another program changed it",
                   digits, sum);
}

/* ---- parameters and metadata ---- */

static ProtoRead within(const ProtoField *f, Err *err) { return (ProtoRead){ f->p, f->n, 0, err }; }

static JsonText text_of(const ProtoField *f) { return (JsonText){ f->p, f->n }; }

static bool add_dim(SafeTensor *t, uint64_t d, Err *err)
{
    if (t->rank == SAFE_RANK)
        return err_set(err, "a tensor of more than %d dimensions", SAFE_RANK);
    t->dim[t->rank++] = d;
    return size_mul(t->len, d, &t->len) || err_set(err, "a tensor of more than 2^64 numbers");
}

static bool read_tensor(SafeTensor *t, const char *data, const ProtoField *tensor, Err *err)
{
    ProtoRead  r = within(tensor, err);
    ProtoField f;
    uint64_t   type = 0, bytes;
    *t = (SafeTensor){ .len = 1, .type = safetensors_type((JsonText){ "F32", 3 }) };
    while (proto_next(&r, &f))
        if (f.number == TENSOR_DIM && f.wire == PROTO_VARINT && !add_dim(t, f.x, err)) {
            return false;
        } else if (f.number == TENSOR_TYPE) {
            type = f.x;
        } else if (f.number == TENSOR_NAME && f.wire == PROTO_BYTES) {
            t->name = text_of(&f);
        } else if (f.number == TENSOR_RAW && f.wire == PROTO_BYTES) {
            t->begin = (uint64_t)(f.p - data);
            t->end = t->begin + f.n;
        }
    if (err_any(err) || !t->name.n || memchr(t->name.s, '/', t->name.n))
        return !err_any(err);
    return (type == ONNX_FLOAT && size_mul(t->len, 4, &bytes) && bytes == t->end - t->begin) ||
           err_set(err, "tensor \"%.*s\" of type %llu has %llu bytes, which do not fit its shape",
                   (int)(t->name.n < 60 ? t->name.n : 60), t->name.s, (unsigned long long)type,
                   (unsigned long long)(t->end - t->begin));
}

/* A constant of the graph has a name with a slash. */
static bool is_parameter(const SafeTensor *t) { return t->name.n && !memchr(t->name.s, '/', t->name.n); }

static bool read_graph(Safetensors *f, const ProtoField *graph, Err *err)
{
    ProtoRead  r = within(graph, err);
    ProtoField field;
    SafeTensor t;
    while (proto_next(&r, &field)) {
        if (field.number != GRAPH_INITIALIZER || field.wire != PROTO_BYTES)
            continue;
        if (!read_tensor(&t, f->data, &field, err))
            return false;
        if (is_parameter(&t) && !safetensors_add(f, &t, err))
            return false;
        if (t.name.n == strlen(ONNX_COUNTED) && memcmp(t.name.s, ONNX_COUNTED, t.name.n) == 0)
            f->counted = (JsonText){ f->data + t.begin, t.end - t.begin };
    }
    return !err_any(err);
}

static bool read_note(Safetensors *f, const ProtoField *entry, Err *err)
{
    ProtoRead  r = within(entry, err);
    ProtoField field;
    SafeNote   note = { 0 };
    while (proto_next(&r, &field))
        if (field.wire == PROTO_BYTES && field.number == ENTRY_KEY)
            note.key = text_of(&field);
        else if (field.wire == PROTO_BYTES && field.number == ENTRY_VALUE)
            note.value = text_of(&field);
    return !err_any(err) && safetensors_add_note(f, &note, err);
}

static bool read_model(Safetensors *f, size_t len, Err *err)
{
    ProtoRead  r = { f->file.p, len, 0, err };
    ProtoField field;
    bool       ok = true;
    while (ok && proto_next(&r, &field))
        if (field.wire == PROTO_BYTES && field.number == MODEL_GRAPH)
            ok = read_graph(f, &field, err);
        else if (field.wire == PROTO_BYTES && field.number == MODEL_METADATA)
            ok = read_note(f, &field, err);
    return ok && !err_any(err);
}

bool onnx_read(Safetensors *f, Err *err)
{
    size_t end = 0;
    f->data = f->file.p;
    if (check_sum(&f->file, &end, err) && read_model(f, end, err) && safetensors_sort(f, err))
        return true;
    safetensors_close(f);
    return false;
}
