#include "files/checkpoint.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/real.h"
#include "files/counted.h"
#include "files/record.h"
#include "model/gpt_params.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = "\x89heed\r\n\x1a";

enum { VERSION = 1, PREFIX = 16, CRC = 4, FLOAT = 4 };

enum { ALWAYS = false, OPTIONAL = true };
#define KIND(type) _Generic((type){ 0 }, int: RECORD_INT, long: RECORD_LONG, double: RECORD_REAL, \
                            bool: RECORD_FLAG, uint64_t: RECORD_BITS)
#define LINE(line, optional, key, kind, field, high) \
    [line] = { key, kind, offsetof(Checkpoint, field), 0, high, optional }

/* The header, each line at its number: the settings, and between them the rest. `#key` stands in SHAPE and TRAINING
 * themselves, since a macro in between would expand keys that are also names of operations (names.h). */
static const RecordField fields[] = {
    LINE(15, ALWAYS, "moments", RECORD_FLAG, moments, 1),
    LINE(16, ALWAYS, "corpus", RECORD_BITS, corpus_hash, 0),
    LINE(42, ALWAYS, "step", RECORD_LONG, state.step, EXACT_MAX),
    LINE(43, ALWAYS, "tokens", RECORD_LONG, state.tokens, EXACT_MAX),
    LINE(44, OPTIONAL, "seconds", RECORD_REAL, state.seconds, EXACT_MAX),
    LINE(45, ALWAYS, "train_loss", RECORD_LOSS, state.train_loss, 0),
    LINE(46, ALWAYS, "val_loss", RECORD_LOSS, state.val_loss, 0),
    LINE(47, ALWAYS, "best_loss", RECORD_LOSS, state.best_loss, 0),
    LINE(48, ALWAYS, "best_step", RECORD_LONG, state.best_step, EXACT_MAX),
    LINE(49, ALWAYS, "bad_evals", RECORD_LONG, state.bad_evals, EXACT_MAX),
    LINE(50, OPTIONAL, "eval_windows", RECORD_LONG, state.eval_windows, EXACT_MAX),
#define SHAPE(type, key, line, optional, low, high, ...) \
    [line] = { #key, KIND(type), offsetof(Checkpoint, config.key), low, high, optional },
#define TRAINING(type, key, line, optional, low, high, ...) \
    [line] = { #key, KIND(type), offsetof(Checkpoint, settings.key), low, high, optional },
#include "model/settings.def"
};

enum { FIELDS = sizeof fields / sizeof *fields, OTHERS = 11 };
_Static_assert(FIELDS == SETTINGS + OTHERS, "each line of the header has a number, and only one line has it");

/* ---- writing ---- */

static bool little_endian(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1;
}

/* The pieces of one file, and the memory to free. */
typedef struct Pieces {
    FilePart *part;
    size_t    n;
    char     *head, *numbers;               /* prefix, header, vocabulary; converted numbers, or NULL */
    char     *counted;                      /* or NULL                                                */
    char      crc[CRC];
} Pieces;

static void append(Pieces *w, const void *p, size_t len) { w->part[w->n++] = (FilePart){ p, len }; }

/* Appends a flat array without the gaps between parameters. */
static void append_numbers(Pieces *w, const Params *p, const real *x, char **room)
{
    for (int i = 0; i < p->n; i++) {
        const real *from = x + p->list[i].at;
        size_t      len  = p->list[i].len;
        if (!w->numbers) {
            append(w, from, len * FLOAT);
            continue;
        }
        append(w, *room, len * FLOAT);
        for (size_t j = 0; j < len; j++, *room += FLOAT)
            store_f32(*room, (float)from[j]);
    }
}

static size_t write_head(const Checkpoint *c, bool moments, char *head)
{
    Checkpoint said = *c;
    said.moments = moments;
    if (!(c->settings.budget > 0))
        said.state.seconds = 0;
    size_t len = record_write(&said, fields, FIELDS, head + PREFIX);
    memcpy(head, magic, sizeof magic);
    store_u32(head + 8, VERSION);
    store_u32(head + 12, (uint32_t)len);
    vocab_write(&c->vocab, head + PREFIX + len);
    return PREFIX + len + vocab_bytes(&c->vocab);
}

static bool pieces_alloc(Pieces *w, const Checkpoint *c, const Params *p, size_t arrays, Err *err)
{
    bool direct = sizeof(real) == FLOAT && little_endian();
    *w = (Pieces){ 0 };
    w->part = malloc((3 + arrays * (size_t)p->n) * sizeof *w->part);
    w->head = malloc(PREFIX + FIELDS * RECORD_LINE + vocab_bytes(&c->vocab));
    w->numbers = direct ? NULL : malloc(arrays * p->count * FLOAT);
    w->counted = c->config.counts ? malloc(counted_bytes(c->prior)) : NULL;
    return (w->part && w->head && (direct || w->numbers) && (!c->config.counts || w->counted)) ||
           err_set(err, "out of memory while saving the model");
}

static void pieces_free(Pieces *w)
{
    free(w->part);
    free(w->head);
    free(w->numbers);
    free(w->counted);
}

static bool write_pieces(const char *path, Pieces *w, const Checkpoint *c, const Params *p, bool moments, Err *err)
{
    char    *room = w->numbers;
    uint32_t crc  = 0;
    append(w, w->head, write_head(c, moments, w->head));
    append_numbers(w, p, p->val, &room);
    if (moments) {
        append_numbers(w, p, p->m, &room);
        append_numbers(w, p, p->v, &room);
    }
    if (w->counted) {
        counted_write(c->prior, w->counted);
        append(w, w->counted, counted_bytes(c->prior));
    }
    for (size_t i = 0; i < w->n; i++)
        crc = hash_crc32(crc, w->part[i].p, w->part[i].len);
    store_u32(w->crc, crc);
    append(w, w->crc, CRC);
    return file_replace(path, w->part, w->n, err);
}

bool checkpoint_save(const char *path, const Checkpoint *c, const Params *p, Err *err)
{
    bool moments = p->m && p->v;
    if (p->count != gpt_params_count(&c->config) || c->vocab.n != c->config.vocab)
        return err_set(err, "cannot save %s: its %zu numbers and %d characters do not match its shape", path,
                       p->count, c->vocab.n);
    if (c->config.counts && !c->prior)
        return err_set(err, "cannot save %s: the counts that belong to it are missing", path);
    Pieces w;
    bool   ok = pieces_alloc(&w, c, p, moments ? 3 : 1, err) && write_pieces(path, &w, c, p, moments, err);
    pieces_free(&w);
    return ok;
}

_Static_assert(FIELDS * RECORD_LINE <= CHECKPOINT_LINES, "the lines of all fields must fit");

size_t checkpoint_describe(const Checkpoint *c, char out[CHECKPOINT_LINES])
{
    Checkpoint said = *c;
    said.moments = false;
    return record_write(&said, fields, FIELDS, out);
}

/* ---- reading ---- */

static const char *lost = "; copy it again, or use another saved model";

static bool looks_like_text(const FileData *f)
{
    for (size_t i = 0; i < f->len && i < 512; i++)
        if ((unsigned char)f->p[i] < ' ' && !strchr("\t\n\r\f", f->p[i] ? f->p[i] : 1))
            return false;
    return true;
}

static bool is_model(const FileData *f, Err *err)
{
    const char *hint = "; `train` writes models as model.heed and best.heed";
    if (f->len == 0)
        return err_set(err, "it is empty%s", hint);
    if (f->len < 8 ? memcmp(f->p, magic, f->len) == 0 : memcmp(f->p, magic, 8) == 0)
        return true;
    if (f->len >= 5 && memcmp(f->p + 1, magic + 1, 4) == 0)
        return err_set(err, "it was a model file, but a transfer in text mode changed its bytes%s", lost);
    return err_set(err, "it is %s%s", looks_like_text(f) ? "a text, not a model file" : "not a model file", hint);
}

static bool too_short(uint64_t missing, const char *least, Err *err)
{
    return err_set(err, "it is truncated: %s%llu byte%s missing%s", least, (unsigned long long)missing,
                   missing == 1 ? " is" : "s are", lost);
}

bool checkpoint_understand(Checkpoint *c, const char *text, size_t len, Err *err)
{
    return record_read(c, fields, FIELDS, text, len, err) && config_check(&c->config, err);
}

/* Checks length and version, then parses the header. */
static bool read_header(Checkpoint *c, size_t *at, Err *err)
{
    const FileData *f = &c->file;
    if (f->len < PREFIX + CRC)
        return too_short(PREFIX + CRC - f->len, "at least ", err);
    uint32_t version = load_u32(f->p + 8), len = load_u32(f->p + 12);
    if (version > VERSION)
        return err_set(err, "it was written by a newer version of heed (format %u, this program reads %d); use "
                       "that version", version, VERSION);
    if (version < VERSION)
        return err_set(err, "unknown format version %u%s", version, lost);
    if (len > f->len - PREFIX - CRC)
        return too_short(len - (f->len - PREFIX - CRC), "at least ", err);
    *at = PREFIX + (size_t)len;
    if (!checkpoint_understand(c, f->p + PREFIX, len, err))
        return err_in(err, "its header is invalid");
    return true;
}

/* Where what follows the vocabulary and the numbers begins, if the file is as long. */
static uint64_t end_of_numbers(const Checkpoint *c, size_t at)
{
    uint64_t vocabulary = 4 + 4 * (uint64_t)c->config.vocab;
    return at + vocabulary + gpt_params_count(&c->config) * (c->moments ? 3 : 1) * FLOAT;
}

/* The shape, and the number of counted tokens, determine the length of the file. */
static bool check_sizes(const Checkpoint *c, size_t at, Err *err)
{
    uint64_t end = end_of_numbers(c, at), need = end + CRC, have = c->file.len;
    if (c->config.counts)
        need = end + COUNTED_HEAD + CRC > have ? end + COUNTED_HEAD + CRC :
               end + counted_says(c->file.p + end, c->config.vocab) + CRC;
    if (have < need)
        return too_short(need - have, "", err);
    return have == need || err_set(err, "it is %llu bytes longer than its header says%s",
                                   (unsigned long long)(have - need), lost);
}

static bool check_sum(const FileData *f, Err *err)
{
    return hash_crc32(0, f->p, f->len - CRC) == load_u32(f->p + f->len - CRC) ||
           err_set(err, "it is damaged: its checksum does not match%s", lost);
}

static bool read_vocab(Checkpoint *c, size_t at, Err *err)
{
    size_t used;
    if (!vocab_read(&c->vocab, c->file.p + at, c->file.len - CRC - at, &used, err))
        return err_in(err, "its vocabulary is invalid");
    c->numbers_at = at + used;
    return c->vocab.n == c->config.vocab ||
           err_set(err, "its vocabulary has %d characters, its header says %d", c->vocab.n, c->config.vocab);
}

bool checkpoint_open(Checkpoint *c, const char *path, Err *err)
{
    size_t at = 0;
    *c = (Checkpoint){ 0 };
    bool there = file_read(path, &c->file, err);
    if (there && is_model(&c->file, err) && read_header(c, &at, err) && check_sizes(c, at, err) &&
        check_sum(&c->file, err) && read_vocab(c, at, err))
        return true;
    checkpoint_close(c);
    return there ? err_in(err, "cannot use %s as a model", path) : false;
}

static const char *load_numbers(const Params *p, real *x, const char *from)
{
    for (int i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->list[i].len; j++, from += FLOAT)
            x[p->list[i].at + j] = (real)load_f32(from);
    return from;
}

bool checkpoint_load(Checkpoint *c, Params *p, Err *err)
{
    uint64_t numbers = gpt_params_count(&c->config);
    if (!c->file.p || p->count != numbers)
        return err_set(err, "the model file has %llu numbers, this model has %zu",
                       (unsigned long long)numbers, p->count);
    const char *from = load_numbers(p, p->val, c->file.p + c->numbers_at);
    if (c->moments && p->m && p->v)
        load_numbers(p, p->v, load_numbers(p, p->m, from));
    file_free(&c->file);
    return true;
}

bool checkpoint_counts(const Checkpoint *c, Prior *p, Err *err)
{
    size_t at = PREFIX + (size_t)load_u32(c->file.p + 12);
    return counted_read(p, c->file.p + end_of_numbers(c, at), c->config.vocab, err);
}

void checkpoint_close(Checkpoint *c)
{
    vocab_free(&c->vocab);
    file_free(&c->file);
}
