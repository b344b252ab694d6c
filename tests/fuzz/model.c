/* Model files: opened, loaded, saved, sampled from and trained. Each input is tried with its checksum, header length
 * and number count corrected, so that mutations get past these checks, and once unchanged. An opened model takes at
 * most twice the file's size and equals what the file says. */
#include "base/bytes.h"
#include "base/hash.h"
#include "fuzz.h"
#include "kernel/pool.h"
#include "files/model.h"
#include "model/gpt_params.h"
#include "model/sampler.h"
#include "train/trainer.h"

enum {
    MOST = 1 << 17,                         /* bytes of a corrected file                                        */
    TABLE = VOCAB_SLOTS * 4,                /* the character index, the same for every model                    */
    LAYER = 40 * 1024,                      /* nodes and gaps between parameters, per layer                     */
    WORK = 1 << 16                          /* products in a pass, so that a run takes milliseconds             */
};

typedef struct Bytes {
    unsigned char p[MOST + 64];
    size_t        n;
} Bytes;

static Bytes bytes, again;

static void fix_sum(Bytes *b)
{
    if (b->n >= 20)
        store_u32(b->p + b->n - 4, hash_crc32(0, b->p, b->n - 4));
}

/* The header ends with the last line of printable characters. */
static void fix_header(Bytes *b)
{
    size_t at = 16, end = 16;
    for (; at < b->n && ((b->p[at] >= ' ' && b->p[at] <= '~') || b->p[at] == '\n'); at++)
        if (b->p[at] == '\n')
            end = at + 1;
    if (b->n >= 20)
        store_u32(b->p + 12, (uint32_t)(end - 16));
}

static bool opens(const Bytes *b, Checkpoint *c, Err *err)
{
    bool ok = checkpoint_open(c, fuzz_file("a", b->p, b->n), err);
    fuzz_told(ok, err);
    return ok;
}

/* Corrects the file's length by the error message: bytes missing or too many. */
static void fix_length(Bytes *b)
{
    Checkpoint c;
    Err        err = { 0 };
    unsigned long long n = 0;
    if (opens(b, &c, &err)) {
        checkpoint_close(&c);
        return;
    }
    const char *missing = strstr(err.msg, "truncated: "), *longer = strstr(err.msg, "it is ");
    if (missing && sscanf(missing, "truncated: %llu byte", &n) == 1 && n <= MOST - b->n) {
        memset(b->p + b->n, 0, (size_t)n);
        b->n += (size_t)n;
    } else if (longer && sscanf(longer, "it is %llu bytes longer", &n) == 1 && n + 20 <= b->n)
        b->n -= (size_t)n;
}

/* ---- Valid files ---- */

/* Every header line survives saving, except unknown x- lines and seconds. */
static void same_lines(const Bytes *a, const Bytes *b)
{
    const char *p = (const char *)a->p + 16, *end = p + load_u32(a->p + 12), *next;
    for (; p < end; p = next) {
        next = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
        bool there = memmem(b->p + 16, load_u32(b->p + 12), p, (size_t)(next - p)) != NULL;
        HOLDS(there || strncmp(p, "x-", 2) == 0 || strncmp(p, "seconds ", 8) == 0, p);
    }
}

static void read_back(Bytes *b, const char *path)
{
    FILE *f = fopen(path, "rb");
    HOLDS(f, path);
    b->n = fread(b->p, 1, sizeof b->p, f);
    fclose(f);
}

static bool small(const Config *c)
{
    double products = (double)gpt_params_count(c) * c->context + (double)c->layers * c->context * c->context;
    return products < WORK && c->layers < 8;
}

static void saves_the_same(Model *m, const Bytes *b)
{
    Err    err = { 0 };
    size_t numbers = (size_t)gpt_params_count(&m->file.config) * 4 * (m->file.moments ? 3 : 1);
    HOLDS(m->gpt.params.count * 4 * (m->file.moments ? 3 : 1) == numbers, "another shape");
    if (!m->file.moments)
        m->gpt.params.m = NULL;
    bool saved = checkpoint_save(fuzz_path("b"), &m->file, &m->gpt.params, &err);
    fuzz_told(saved, &err);
    HOLDS(saved, err.msg);
    read_back(&again, fuzz_path("b"));
    HOLDS(again.n >= numbers && memcmp(b->p + b->n - 4 - numbers, again.p + again.n - 4 - numbers, numbers) == 0,
          "other numbers");
    same_lines(b, &again);
    same_lines(&again, b);
}

static void samples(Model *m)
{
    Reader  reader;
    Sampler sampler;
    Err     err = { 0 };
    int     V = m->file.config.vocab;
    int     ids[3] = { 0, V - 1, V / 2 };
    HOLDS(reader_init(&reader, &m->gpt, V & 1, &err), err.msg);
    HOLDS(sampler_init(&sampler, &(SampleSettings){ 0.8, 5, 0.9, 0.01 }, V, &err), err.msg);
    int id = sampler_begin(&sampler, &reader, ids, 3, 1, &err) ? 0 : -1;
    for (int i = 0; i < 5 && id >= 0; i++) {
        id = sampler_next(&sampler, &err);
        HOLDS(id < V, "no token");
    }
    fuzz_told(id >= 0, &err);
    sampler_free(&sampler);
    reader_free(&reader);
}

/* Trains on as train --resume does, from arbitrary settings and moments. */
static void trains(Checkpoint *c)
{
    static uint16_t text[600];
    Trainer t;
    LogRow  row;
    Err     err = { 0 };
    double  loss, work = (double)c->settings.batch * (double)c->settings.accumulate;
    Corpus  corpus = { .n = 600, .n_train = 500, .wide = text };
    for (int i = 0; i < 600; i++)
        text[i] = (uint16_t)(i * 7 % c->config.vocab);
    if (work > 4)
        return;
    bool ok = trainer_init(&t, c, &corpus, 1 << 28, &err);
    if (ok) {
        ok = checkpoint_load(c, &t.gpt.params, &err) && trainer_step(&t, 0.5, &row, &err) &&
             trainer_validate(&t, false, &loss, &err);
        trainer_free(&t);
    }
    fuzz_told(ok, &err);
}

static void uses(const Bytes *b)
{
    Model  m;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    if (!model_open(&m, fuzz_file("a", b->p, b->n), PARAMS_VALUES, &err)) {
        fuzz_told(false, &err);
        HOLDS(fuzz_asked() - before <= b->n + 2 * TABLE, "memory for a file that is refused");
        return;
    }
    size_t most = 2 * b->n + TABLE + (size_t)(m.file.config.layers + 4) * LAYER;
    HOLDS(fuzz_asked() - before <= most, "more than twice the file in memory");
    if (small(&m.file.config))
        samples(&m);
    model_close(&m);
    HOLDS(model_open(&m, fuzz_path("a"), PARAMS_TRAINING, &err), err.msg);
    saves_the_same(&m, b);
    model_close(&m);
    Checkpoint c;
    HOLDS(checkpoint_open(&c, fuzz_path("a"), &err), err.msg);
    if (c.moments && small(&c.config))
        trains(&c);
    checkpoint_close(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    memcpy(bytes.p, data, bytes.n = size);
    uses(&bytes);
    fix_sum(&bytes);
    uses(&bytes);
    fix_header(&bytes);
    fix_sum(&bytes);
    fix_length(&bytes);
    fix_sum(&bytes);
    uses(&bytes);
    return 0;
}
