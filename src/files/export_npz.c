#include "files/export.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "files/counted.h"
#include "files/tensors.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A zip archive (PKWARE's APPNOTE, 4.3) of uncompressed npy arrays (numpy/lib/format.py): each entry after its header,
 * then the directory. All times are 1980-01-01, so that equal models give equal files. */
enum { LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50, ZIP_VERSION = 20, FIRST_DAY = 1 << 5 | 1 };

/* Headers are padded to NPY_ALIGN. Besides its numbers an entry takes less than ENTRY bytes, and the rest of the
 * archive, the vocabulary and the header's lines excepted, less than REST. */
enum { NPY_ALIGN = 64, ENTRY = 512, REST = 1024 };

/* An entry of the directory. */
typedef struct Entry {
    char     name[72];
    uint64_t at, size;
    uint32_t crc;
} Entry;

typedef struct Npz {
    Buffer b;
    Entry *entries;
    size_t n;
} Npz;

/* The fields that header and directory share. */
static void write_common(Buffer *b, const Entry *e)
{
    buffer_u16(b, ZIP_VERSION);
    buffer_u16(b, 0);
    buffer_u16(b, 0);
    buffer_u16(b, 0);
    buffer_u16(b, FIRST_DAY);
    buffer_u32(b, e->crc);
    buffer_u32(b, (uint32_t)e->size);
    buffer_u32(b, (uint32_t)e->size);
    buffer_u16(b, (uint16_t)strlen(e->name));
    buffer_u16(b, 0);
}

/* The headers of entry and array; entry_end fills in size and checksum. */
static void entry_begin(Npz *z, const char *name, const char *type, int rank, const int *dim)
{
    Entry *e = &z->entries[z->n++];
    Buffer *b = &z->b, head = { 0 };
    snprintf(e->name, sizeof e->name, "%s.npy", name);
    e->at = b->len;
    buffer_u32(b, LOCAL);
    write_common(b, e);
    buffer_add(b, e->name, strlen(e->name));
    e->size = b->len;                                           /* until entry_end: the offset of the content */
    buffer_print(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
    for (int i = 0; i < rank; i++)
        buffer_print(&head, rank == 1 ? "%d," : i ? ", %d" : "%d", dim[i]);
    buffer_print(&head, "), }");
    while ((10 + head.len + 1) % NPY_ALIGN && !head.lost)
        buffer_u8(&head, ' ');
    buffer_u8(&head, '\n');
    buffer_add(b, "\x93NUMPY\x01\x00", 8);
    buffer_u16(b, (uint16_t)head.len);
    buffer_add(b, head.p, head.len);
    b->lost |= head.lost;
    buffer_free(&head);
}

static void entry_end(Npz *z)
{
    Entry *e = &z->entries[z->n - 1];
    if (z->b.lost)
        return;
    const char *from = z->b.p + e->size;
    e->size = z->b.len - e->size;
    e->crc = hash_crc32(0, from, (size_t)e->size);
    store_u32(z->b.p + e->at + 14, e->crc);
    store_u32(z->b.p + e->at + 18, (uint32_t)e->size);
    store_u32(z->b.p + e->at + 22, (uint32_t)e->size);
}

static void write_directory(Npz *z)
{
    Buffer  *b = &z->b;
    uint64_t at = b->len;
    for (size_t i = 0; i < z->n; i++) {
        const Entry *e = &z->entries[i];
        buffer_u32(b, CENTRAL);
        buffer_u16(b, ZIP_VERSION);
        write_common(b, e);
        buffer_zeros(b, 10);                                    /* comment, disk, attributes */
        buffer_u32(b, (uint32_t)e->at);
        buffer_add(b, e->name, strlen(e->name));
    }
    uint64_t size = b->len - at;
    buffer_u32(b, END);
    buffer_zeros(b, 4);
    buffer_u16(b, (uint16_t)z->n);
    buffer_u16(b, (uint16_t)z->n);
    buffer_u32(b, (uint32_t)size);
    buffer_u32(b, (uint32_t)at);
    buffer_u16(b, 0);
}

/* The model file's header lines as one byte string, and the vocabulary. */
static void write_notes(Npz *z, const Checkpoint *c)
{
    char   lines[CHECKPOINT_LINES], type[24];
    size_t n = checkpoint_describe(c, lines);
    snprintf(type, sizeof type, "|S%zu", n);
    entry_begin(z, "heed", type, 0, NULL);
    buffer_add(&z->b, lines, n);
    entry_end(z);
    entry_begin(z, "vocab", "<u4", 1, &c->vocab.n);
    for (int i = 0; i < c->vocab.n; i++)
        buffer_u32(&z->b, c->vocab.chars[i]);
    entry_end(z);
}

/* The text that is counted, laid out as in files/counted.h. */
static void write_counts(Npz *z, const Prior *p)
{
    int n = (int)counted_bytes(p);
    entry_begin(z, "counts", "|u1", 1, &n);
    buffer_zeros(&z->b, (size_t)n);
    if (!z->b.lost)
        counted_write(p, z->b.p + z->b.len - n);
    entry_end(z);
}

static bool fits(const FileTensors *tensors, const Checkpoint *c, Err *err)
{
    uint64_t most = tensors_bytes(tensors) + tensors->n * ENTRY + (uint64_t)c->vocab.n * 4 + CHECKPOINT_LINES + REST +
                    (c->config.counts ? counted_bytes(c->prior) + ENTRY : 0);
    return (most <= UINT32_MAX && tensors->n < UINT16_MAX - 3) ||
           err_set(err, "npz holds at most 4 GiB and 65,532 tensors, this model has %zu tensors in %llu bytes; "
                   "safetensors can hold it", tensors->n, (unsigned long long)most);
}

bool export_npz(const Model *m, const char *path, Err *err)
{
    FileTensors tensors;
    if (!tensors_own(&tensors, &m->gpt, true, err))
        return false;
    Npz  z = { .entries = calloc(tensors.n + 3, sizeof *z.entries) };
    bool ok = fits(&tensors, &m->file, err) && (z.entries || err_set(err, "out of memory for %zu entries", tensors.n));
    if (ok)
        buffer_reserve(&z.b, tensors_bytes(&tensors) + tensors.n * ENTRY);
    for (size_t i = 0; ok && i < tensors.n; i++) {
        entry_begin(&z, tensors.list[i].name, "<f4", tensors.list[i].rank, tensors.list[i].dim);
        tensors_write(&tensors.list[i], &z.b);
        entry_end(&z);
    }
    if (ok) {
        write_notes(&z, &m->file);
        if (m->file.config.counts)
            write_counts(&z, m->file.prior);
        write_directory(&z);
    }
    ok = ok && export_end(&z.b, path, err);
    free(z.entries);
    tensors_free(&tensors);
    return ok;
}
