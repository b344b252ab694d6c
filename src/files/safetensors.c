#include "files/safetensors.h"
#include "base/bytes.h"
#include "base/json.h"
#include "base/size.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX = 8 };

static float from_f32(const char *p) { return load_f32(p); }
static float from_f64(const char *p) { return (float)load_f64(p); }

static float from_bf16(const char *p)
{
    char wide[4] = { 0, 0, p[0], p[1] };
    return load_f32(wide);
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
static float from_f16(const char *p)
{
    uint16_t x = load_u16(p);
    int      e = x >> 10 & 31, m = x & 1023;
    float    y = e == 31 ? (m ? NAN : INFINITY) : e ? ldexpf((float)(m + 1024), e - 25) : ldexpf((float)m, -24);
    return x >> 15 ? -y : y;
}

static const SafeType types[] = {
    { "F32", 32, from_f32 }, { "F16", 16, from_f16 }, { "BF16", 16, from_bf16 }, { "F64", 64, from_f64 },
    { "BOOL", 8, NULL }, { "U8", 8, NULL }, { "I8", 8, NULL }, { "I16", 16, NULL }, { "U16", 16, NULL },
    { "I32", 32, NULL }, { "U32", 32, NULL }, { "I64", 64, NULL }, { "U64", 64, NULL }, { "C64", 64, NULL },
    { "F8_E5M2", 8, NULL }, { "F8_E4M3", 8, NULL }, { "F8_E8M0", 8, NULL }, { "F8_E4M3FNUZ", 8, NULL },
    { "F8_E5M2FNUZ", 8, NULL }, { "F6_E2M3", 6, NULL }, { "F6_E3M2", 6, NULL }, { "F4", 4, NULL },
};

/* ---- the header ---- */

const SafeType *safetensors_type(JsonText name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (json_text_is(name, types[i].name))
            return &types[i];
    return NULL;
}

static bool read_type(JsonRead *r, void *to)
{
    SafeTensor *t = to;
    JsonText    name;
    if (!json_read_text(r, &name))
        return false;
    t->type = safetensors_type(name);
    return t->type || json_read_fail(r, "unknown dtype \"%.*s\"", (int)(name.n < 40 ? name.n : 40), name.s);
}

static bool read_shape(JsonRead *r, void *to)
{
    SafeTensor *t = to;
    t->len = 1;
    if (!json_read_array(r))
        return false;
    while (json_read_item(r)) {
        uint64_t d;
        if (t->rank == SAFE_RANK)
            return json_read_fail(r, "more than %d dimensions", SAFE_RANK);
        if (!json_read_count(r, &d))
            return false;
        t->dim[t->rank++] = d;
        if (!size_mul(t->len, d, &t->len))
            return json_read_fail(r, "a shape with more than 2^64 numbers");
    }
    return !err_any(r->err);
}

static bool read_place(JsonRead *r, void *to)
{
    SafeTensor *t = to;
    uint64_t   *offset[] = { &t->begin, &t->end };
    size_t      n = 0;
    if (!json_read_array(r))
        return false;
    while (json_read_item(r)) {
        if (n == 2)
            return json_read_fail(r, "more than two data_offsets");
        if (!json_read_count(r, offset[n++]))
            return false;
    }
    return !err_any(r->err) && (n == 2 || json_read_fail(r, "fewer than two data_offsets"));
}

/* {"dtype":…,"shape":…,"data_offsets":…}, in any order, each once. */
static bool read_tensor(JsonRead *r, SafeTensor *t)
{
    static const JsonField parts[] = {
        { "dtype", read_type, 0 }, { "shape", read_shape, 0 }, { "data_offsets", read_place, 0 },
    };
    return json_read_fields(r, parts, 3, 3, false, t);
}

/* Grows a list by one, doubling it; NULL after an error. */
static void *one_more(void *list, size_t n, size_t size, Err *err)
{
    if (n == SAFE_TENSORS)
        err_set(err, "more than %d entries", SAFE_TENSORS);
    else if (n & (n - 1))
        return list;
    void *more = err_any(err) ? NULL : realloc(list, (n ? 2 * n : 1) * size);
    if (!more)
        err_set(err, "out of memory: no room for a list of %zu entries", n + 1);
    return more;
}

bool safetensors_add(Safetensors *f, const SafeTensor *t, Err *err)
{
    SafeTensor *more = one_more(f->list, f->n, sizeof *f->list, err);
    if (!more)
        return false;
    f->list = more;
    f->list[f->n++] = *t;
    return true;
}

bool safetensors_add_note(Safetensors *f, const SafeNote *note, Err *err)
{
    SafeNote *more = one_more(f->notes, f->n_notes, sizeof *f->notes, err);
    if (!more)
        return false;
    f->notes = more;
    f->notes[f->n_notes++] = *note;
    return true;
}

static bool read_notes(JsonRead *r, Safetensors *f)
{
    SafeNote note;
    if (f->noted)
        return json_read_fail(r, "__metadata__ comes twice");
    f->noted = true;
    if (!json_read_object(r))
        return false;
    while (json_read_key(r, &note.key))
        if (!json_read_text(r, &note.value) || !safetensors_add_note(f, &note, r->err))
            return false;
    return !err_any(r->err);
}

static bool read_entry(JsonRead *r, Safetensors *f, JsonText key)
{
    SafeTensor t = { .name = key };
    if (json_text_is(key, "__metadata__"))
        return read_notes(r, f);
    return read_tensor(r, &t) && safetensors_add(f, &t, r->err);
}

static bool read_header(Safetensors *f, char *p, size_t len, Err *err)
{
    JsonRead r = json_read(p, len, err);
    JsonText key;
    if (len == 0 || *p != '{')
        return err_set(err, "byte 0: it does not start with {");
    json_read_object(&r);
    while (json_read_key(&r, &key))
        if (!read_entry(&r, f, key))
            return false;
    return json_read_end(&r);
}

/* ---- the header against the file ---- */

static int by_place(const void *x, const void *y)
{
    const SafeTensor *a = x, *b = y;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

static int by_name(const void *x, const void *y)
{
    return json_text_order(((const SafeTensor *)x)->name, ((const SafeTensor *)y)->name);
}

static int by_key(const void *x, const void *y)
{
    return json_text_order(((const SafeNote *)x)->key, ((const SafeNote *)y)->key);
}

#define SHOWN(text) (int)((text).n < 60 ? (text).n : 60), (text).s

static bool check_tensor(const SafeTensor *t, uint64_t at, Err *err)
{
    uint64_t bits;
    if (t->begin != at || t->end < t->begin)
        return err_set(err, "tensor \"%.*s\" is at bytes %llu to %llu but must start at %llu: tensors overlap or leave "
                       "a gap", SHOWN(t->name), (unsigned long long)t->begin, (unsigned long long)t->end,
                       (unsigned long long)at);
    if (!size_mul(t->len, (uint64_t)t->type->bits, &bits) || bits % 8)
        return err_set(err, "tensor \"%.*s\" is too large, or ends inside a byte", SHOWN(t->name));
    return t->end - t->begin == bits / 8 ||
           err_set(err, "tensor \"%.*s\" has %llu bytes, its shape needs %llu", SHOWN(t->name),
                   (unsigned long long)(t->end - t->begin), (unsigned long long)(bits / 8));
}

static bool check_places(Safetensors *f, uint64_t have, Err *err)
{
    uint64_t at = 0;
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, by_place);
    for (size_t i = 0; i < f->n; at = f->list[i++].end)
        if (!check_tensor(&f->list[i], at, err))
            return false;
    return at == have ||
           err_set(err, "its header describes %llu bytes of numbers, but there are %llu: it is truncated, or has "
                   "trailing bytes", (unsigned long long)at, (unsigned long long)have);
}

bool safetensors_sort(Safetensors *f, Err *err)
{
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, by_name);
    if (f->n_notes)
        qsort(f->notes, f->n_notes, sizeof *f->notes, by_key);
    for (size_t i = 1; i < f->n; i++)
        if (by_name(&f->list[i - 1], &f->list[i]) == 0)
            return err_set(err, "tensor \"%.*s\" comes twice", SHOWN(f->list[i].name));
    for (size_t i = 1; i < f->n_notes; i++)
        if (by_key(&f->notes[i - 1], &f->notes[i]) == 0)
            return err_set(err, "\"%.*s\" comes twice in __metadata__", SHOWN(f->notes[i].key));
    return true;
}

static bool read_sizes(const FileData *file, size_t *header, Err *err)
{
    if (file->len < PREFIX)
        return err_set(err, "it has only %zu bytes, and a safetensors file at least 8", file->len);
    uint64_t n = load_u64(file->p), end;
    if (n > SAFE_HEADER)
        return err_set(err, "its header would have %llu bytes, the limit is %d: it is not a safetensors file, or is "
                       "damaged", (unsigned long long)n, SAFE_HEADER);
    if (!size_add(n, PREFIX, &end) || end > file->len)
        return err_set(err, "its header would have %llu bytes, but only %zu follow", (unsigned long long)n,
                       file->len - PREFIX);
    *header = (size_t)n;
    return true;
}

bool safetensors_read(Safetensors *f, Err *err)
{
    size_t n = 0;
    if (read_sizes(&f->file, &n, err)) {
        f->data = f->file.p + PREFIX + n;
        if (!read_header(f, f->file.p + PREFIX, n, err))
            err_in(err, "its header is invalid");
        else if (check_places(f, f->file.len - PREFIX - n, err) && safetensors_sort(f, err))
            return true;
    }
    safetensors_close(f);
    return false;
}

bool safetensors_open(Safetensors *f, const char *path, Err *err)
{
    *f = (Safetensors){ 0 };
    if (file_read(path, &f->file, err))
        return safetensors_read(f, err) || err_in(err, "cannot read %s as safetensors", path);
    safetensors_close(f);
    return false;
}

void safetensors_close(Safetensors *f)
{
    file_free(&f->file);
    free(f->list);
    free(f->notes);
    *f = (Safetensors){ 0 };
}

const SafeTensor *safetensors_find(const Safetensors *f, const char *name)
{
    SafeTensor key = { .name = { name, strlen(name) } };
    return f->n ? bsearch(&key, f->list, f->n, sizeof key, by_name) : NULL;
}

const JsonText *safetensors_note(const Safetensors *f, const char *key)
{
    SafeNote  want = { .key = { key, strlen(key) } };
    SafeNote *note = f->n_notes ? bsearch(&want, f->notes, f->n_notes, sizeof want, by_key) : NULL;
    return note ? &note->value : NULL;
}

/* ---- writing ---- */

static void write_entry(Json *j, const FileTensor *a, uint64_t *at)
{
    uint64_t end = *at + 4 * (uint64_t)tensors_len(a);
    json_key(j, a->name, strlen(a->name));
    json_object(j, NULL);
    json_text(j, "dtype", "F32");
    json_array(j, "shape");
    for (int k = 0; k < a->rank; k++)
        json_int(j, NULL, a->dim[k]);
    json_end_array(j);
    json_array(j, "data_offsets");
    json_int(j, NULL, (int64_t)*at);
    json_int(j, NULL, (int64_t)end);
    json_end_array(j);
    json_end(j);
    *at = end;
}

static void write_notes(Json *j, const SafeNote *notes, size_t n)
{
    json_object(j, "__metadata__");
    for (size_t i = 0; i < n; i++) {
        json_key(j, notes[i].key.s, notes[i].key.n);
        json_bytes(j, NULL, notes[i].value.s, notes[i].value.n);
    }
    json_end(j);
}

static void write_header(Buffer *b, const FileTensors *tensors, const SafeNote *notes, size_t n)
{
    Json     j = { .to = b, .plain = true, .compact = true };
    uint64_t at = 0;
    json_object(&j, NULL);
    if (n)
        write_notes(&j, notes, n);
    for (size_t i = 0; i < tensors->n; i++)
        write_entry(&j, &tensors->list[i], &at);
    json_end(&j);
}

/* Spaces after the header align the numbers to 8 bytes. */
void safetensors_write(Buffer *b, FileTensors *tensors, const SafeNote *notes, size_t n)
{
    size_t start = b->len;
    tensors_sort(tensors);
    buffer_u64(b, 0);
    write_header(b, tensors, notes, n);
    buffer_pad(b, 8, ' ');
    if (!b->lost)
        store_u64(b->p + start, b->len - start - PREFIX);
    buffer_reserve(b, tensors_bytes(tensors));
    for (size_t i = 0; i < tensors->n; i++)
        tensors_write(&tensors->list[i], b);
}
