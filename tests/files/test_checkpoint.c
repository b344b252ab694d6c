#include "files/checkpoint.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/rng.h"
#include "check_main.h"
#include "model/gpt.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file written by hand, as the header of checkpoint.h describes it: 1 layer, 2 channels, context 3,
 * the vocabulary "ab" and a byte. Weights are 0.5, 1.5, 2.5 … and so are m and v after them. */
static const char header[] =
    "vocab 3\ncontext 3\nlayers 1\nheads 2\nchannels 2\nbias 0\ntied 0\npositions 0\nmoments 1\n"
    "corpus 0123456789abcdef\nkeep_cr 0\nval_frac 0.1\n"
    "seed 0000000000000539\nbatch 12\naccumulate 1\nsteps 2000\nwarmup 100\n"
    "budget 600\nlr 0.001\nmin_lr 0.0001\nbeta1 0.9\nbeta2 0.99\nweight_decay 0.1\nclip 1\ndropout 0.2\nembed_rate 1\n"
    "eval_every 250\npatience 0\nstep 500\ntokens 384000\nseconds 61.5\ntrain_loss 1.5\nval_loss nan\n"
    "best_loss inf\nbest_step 250\nbad_evals 1\n";

enum { SMALL = 3 * 2 + 3 * 2 + (12 * 4 + 2 * 2) + 2 + 3 * 2, ROOM = 4096 };

static char   folder[] = "/tmp/heed_checkpoint_XXXXXX";
static char   path[64], other[64];
static char   bytes[ROOM];
static size_t length, vocab_at, numbers_at;

static void put(const void *p, size_t n)
{
    ck_assert(length + n <= ROOM);
    memcpy(bytes + length, p, n);
    length += n;
}

static void put_u32(uint32_t x)
{
    store_u32(bytes + length, x);
    length += 4;
}

static void fix_sum(void) { store_u32(bytes + length - 4, hash_crc32(0, bytes, length - 4)); }

/* A new file each time: some file systems wait for the disk when an old one is emptied and written again. */
static void write_file(const char *to, size_t n)
{
    unlink(to);
    FILE *f = fopen(to, "wb");
    ck_assert(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

/* bytes = the file with this header */
static void compose(const char *head)
{
    length = 0;
    put("\x89heed\r\n\x1a", 8);
    put_u32(1);
    put_u32((uint32_t)strlen(head));
    put(head, strlen(head));
    vocab_at = length;
    put_u32(3);
    put_u32('a');
    put_u32('b');
    put_u32(TEXT_RAW | 0xe9);
    numbers_at = length;
    for (int i = 0; i < 3 * SMALL; i++, length += 4)
        store_f32(bytes + length, (float)i + 0.5f);
    put_u32(0);
    fix_sum();
}

static void begin(void)
{
    if (!path[0])
        ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    compose(header);
    write_file(path, length);
}

static void end(void)
{
    unlink(path);
    unlink(other);
    rmdir(folder);
}

/* A model with memory. */
typedef struct Made {
    Gpt   g;
    Arena nodes, mem;
} Made;

static void make(Made *m, const Config *c, ParamUse use)
{
    Err err = { 0 };
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(c), &err) && gpt_init(&m->g, c, &m->nodes, &err));
    ck_assert(arena_init(&m->mem, 4 * (m->g.params.len * sizeof(real) + 64), &err));
    ck_assert(params_alloc(&m->g.params, use, &m->nodes, &m->mem, &err));
}

static void drop(Made *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

/* Loads `from` and saves it to `other`; false if it is refused. */
static bool copy(const char *from, ParamUse use, Err *err)
{
    Checkpoint c;
    Made       m;
    if (!checkpoint_open(&c, from, err))
        return false;
    make(&m, &c.config, use);
    ck_assert_msg(checkpoint_load(&c, &m.g.params, err) && checkpoint_save(other, &c, &m.g.params, err),
                  "%s", err->msg);
    checkpoint_close(&c);
    drop(&m);
    return true;
}

static void assert_same(const char *what)
{
    FileData f = { 0 };
    Err      err = { 0 };
    ck_assert(file_read(other, &f, &err));
    ck_assert_uint_eq(f.len, length);
    ck_assert_msg(memcmp(f.p, bytes, length) == 0, "%s", what);
    file_free(&f);
}

START_TEST(saves_the_bytes_it_read)
{
    Err err = { 0 };
    begin();
    ck_assert_msg(copy(path, PARAMS_TRAINING, &err), "%s", err.msg);
    assert_same("another file");
    end();
}
END_TEST

START_TEST(fields_keep_their_values)
{
    Checkpoint c;
    Made       m;
    Err        err = { 0 };
    begin();
    ck_assert_msg(checkpoint_open(&c, path, &err), "%s", err.msg);
    ck_assert(c.config.vocab == 3 && c.config.context == 3 && c.config.heads == 2 && !c.config.bias && !c.config.tied);
    ck_assert(c.moments && c.corpus_hash == 0x0123456789abcdef && c.settings.seed == 1337 && c.settings.beta2 == 0.99);
    ck_assert(c.state.step == 500 && c.state.seconds == 61.5 && isnan(c.state.val_loss) && isinf(c.state.best_loss));
    ck_assert(c.vocab.n == 3 && vocab_find(&c.vocab, 'b') == 1 && vocab_find(&c.vocab, TEXT_RAW | 0xe9) == 2);
    make(&m, &c.config, PARAMS_TRAINING);
    ck_assert(checkpoint_load(&c, &m.g.params, &err));
    ck_assert_ptr_null(c.file.p);
    const Param *last = &m.g.params.list[m.g.params.n - 1];
    ck_assert(m.g.wte->val[1] == (real)1.5 && m.g.wpe->val[0] == (real)6.5);
    ck_assert(m.g.params.val[last->at + 5] == (real)(SMALL - 0.5));
    ck_assert(m.g.params.m[0] == (real)(SMALL + 0.5) && m.g.params.v[last->at + 5] == (real)(3 * SMALL - 0.5));
    ck_assert(!checkpoint_load(&c, &m.g.params, &err));
    checkpoint_close(&c);
    drop(&m);
    end();
}
END_TEST

/* A file without moments loads into a model that has them, and vice versa. */
START_TEST(moments_are_optional)
{
    Err err = { 0 };
    begin();
    ck_assert(copy(path, PARAMS_VALUES, &err));
    rename(other, path);
    Checkpoint c;
    ck_assert(checkpoint_open(&c, path, &err));
    ck_assert(!c.moments);
    ck_assert_uint_eq(c.file.len, length - 2 * SMALL * 4);
    Made m;
    make(&m, &c.config, PARAMS_TRAINING);
    ck_assert(checkpoint_load(&c, &m.g.params, &err));
    ck_assert(m.g.params.val[0] == (real)0.5 && m.g.params.m[0] == 0);
    checkpoint_close(&c);
    drop(&m);
    end();
}
END_TEST

/* Elapsed time would make equal runs differ. */
START_TEST(seconds_only_with_a_budget)
{
    Checkpoint c;
    Made       m;
    Err        err = { 0 };
    begin();
    ck_assert(checkpoint_open(&c, path, &err));
    make(&m, &c.config, PARAMS_VALUES);
    ck_assert(checkpoint_load(&c, &m.g.params, &err));
    c.settings.budget = 0;
    ck_assert(checkpoint_save(other, &c, &m.g.params, &err));
    FileData f = { 0 };
    ck_assert(file_read(other, &f, &err));
    ck_assert_ptr_null(memmem(f.p, f.len, "seconds", 7));
    file_free(&f);
    checkpoint_close(&c);
    ck_assert(checkpoint_open(&c, other, &err));
    ck_assert(c.state.seconds == 0);
    checkpoint_close(&c);
    drop(&m);
    end();
}
END_TEST

START_TEST(every_truncation_is_detected)
{
    begin();
    for (size_t n = 0; n < length; n++) {
        Err err = { 0 };
        write_file(path, n);
        ck_assert_msg(!copy(path, PARAMS_TRAINING, &err), "cut to %zu", n);
        char exact[40];
        snprintf(exact, sizeof exact, "truncated: %zu byte", length - n);
        const char *why = n == 0 ? "is empty" : n < numbers_at ? "missing" : exact;
        ck_assert_msg(strstr(err.msg, why) != NULL, "%zu: %s", n, err.msg);
        ck_assert_msg(!strstr(err.msg, " 0 bytes"), "%zu: %s", n, err.msg);
    }
    Err err = { 0 };
    bytes[length] = 0;
    write_file(path, length + 1);
    ck_assert(!copy(path, PARAMS_TRAINING, &err) && strstr(err.msg, "1 bytes longer"));
    end();
}
END_TEST

/* The checksum detects every flipped bit of the file; each run tests an eighth of them. */
START_TEST(every_flipped_bit_is_detected)
{
    begin();
    for (size_t i = 0; i < length; i++) {
        Err err = { 0 };
        bytes[i] ^= (char)(1 << _i);
        write_file(path, length);
        ck_assert_msg(!copy(path, PARAMS_TRAINING, &err), "bit %d of byte %zu", _i, i);
        ck_assert_uint_gt(strlen(err.msg), 40);
        bytes[i] ^= (char)(1 << _i);
    }
    end();
}
END_TEST

/* Flipped bits before the numbers, with a matching checksum: what is accepted saves the same bytes. */
START_TEST(flipped_bits_with_a_valid_checksum)
{
    int read = 0;
    begin();
    for (size_t i = 0; i < numbers_at; i++) {
        Err err = { 0 };
        bytes[i] ^= (char)(1 << _i);
        fix_sum();
        write_file(path, length);
        if (copy(path, PARAMS_TRAINING, &err)) {
            assert_same("read as something else");
            read++;
        } else {
            ck_assert_uint_gt(strlen(err.msg), 40);
        }
        bytes[i] ^= (char)(1 << _i);
    }
    ck_assert(_i > 2 || read > 5);
    end();
}
END_TEST

/* Headers that claim large sizes: refused before anything of that size is allocated. */
static const struct { const char *from, *to, *said; } claims[] = {
    { "vocab 3", "vocab 65536", "bytes are missing" },
    { "channels 2", "channels 16384", "bytes are missing" },
    { "vocab 3\ncontext 3\nlayers 1\nheads 2\nchannels 2",
      "vocab 65536\ncontext 65536\nlayers 1024\nheads 2\nchannels 16384", "are missing" },
    { "layers 1", "layers 9999999999", "cannot be" },
    { "layers 1", "layers -1", "must be from 1" },
    { "layers 1", "layers 0", "must be from 1" },
    { "heads 2", "heads 3", "do not divide" },
    { "bias 0", "bias 1", "are missing" },
    { "tied 0", "tied 1", "longer" },
    { "moments 1", "moments 0", "longer" },
    { "vocab 3", "vocab 2", "longer" },
    { "dropout 0.2", "dropout nan", "must be" },
    { "step 500", "stop 500", "unknown line" },
    { "bad_evals 1\n", "", "missing" },
    { "budget 600", "budget 600\nx-made-by hand", NULL },
};

START_TEST(headers_are_untrusted)
{
    char head[2048];
    Err  err = { 0 };
    begin();
    const char *at = strstr(header, claims[_i].from);
    ck_assert_ptr_nonnull(at);
    snprintf(head, sizeof head, "%.*s%s%s", (int)(at - header), header, claims[_i].to, at + strlen(claims[_i].from));
    compose(head);
    write_file(path, length);
    bool good = copy(path, PARAMS_TRAINING, &err);
    ck_assert_msg(good == !claims[_i].said, "%s", err.msg);
    ck_assert_msg(good || strstr(err.msg, claims[_i].said), "%s", err.msg);
    end();
}
END_TEST

static void assert_refused(const char *content, size_t n, const char *said)
{
    Err err = { 0 };
    memcpy(bytes, content, n);
    write_file(path, n);
    ck_assert(!copy(path, PARAMS_TRAINING, &err));
    ck_assert_msg(strstr(err.msg, said) && strstr(err.msg, path), "%s", err.msg);
}

START_TEST(errors_identify_other_files)
{
    Err err = { 0 };
    begin();
    assert_refused("", 0, "empty");
    assert_refused("First Citizen:\nBefore we\n", 25, "a text");
    assert_refused("GGUF\3\0\0\0\1\0\0\0", 12, "it is not a model file;");
    assert_refused("\x89heed\n\x1a\1\0\0\0", 11, "a transfer in text mode");
    assert_refused("\x89heed\r\r\n\x1a\1\0\0", 12, "a transfer in text mode");
    assert_refused("\xc9heed\r\n\x1a\1\0\0", 11, "a transfer in text mode");
    assert_refused("\xc9heed", 5, "a transfer in text mode");
    assert_refused("\x89heed\r\n\x1a\2\0\0\0\0\0\0\0\0\0\0\0", 20, "newer version");
    assert_refused("\x89heed\r\n\x1a\0\0\0\0\0\0\0\0\0\0\0\0", 20, "unknown format version 0");
    assert_refused("\x89heed\r\n\x1a\1\0\0\0\xff\xff\xff\xff\0\0\0\0", 20, "at least 4294967295 bytes");
    ck_assert(!copy(folder, PARAMS_VALUES, &err) && strstr(err.msg, "directory"));
    err = (Err){ 0 };
    ck_assert(!copy("/nonexistent/model", PARAMS_VALUES, &err) && strstr(err.msg, "no such file"));
    end();
}
END_TEST

START_TEST(another_shape_is_refused)
{
    Checkpoint c;
    Made       m;
    Err        err = { 0 };
    begin();
    ck_assert(checkpoint_open(&c, path, &err));
    Config larger = c.config;
    larger.context++;
    make(&m, &larger, PARAMS_VALUES);
    ck_assert(!checkpoint_load(&c, &m.g.params, &err) && strstr(err.msg, "numbers"));
    err = (Err){ 0 };
    ck_assert(!checkpoint_save(other, &c, &m.g.params, &err) && !file_exists(other));
    checkpoint_close(&c);
    drop(&m);
    end();
}
END_TEST

/* Any float32 bits survive: infinities, denormals, negative zero, and NaN in the float build. */
START_TEST(numbers_keep_their_bits)
{
    Err err = { 0 };
    begin();
    for (size_t i = 0; i < SMALL; i++) {
        uint32_t bits = (uint32_t)rng_bits(1, 0, i);
        bool     nan = (bits & 0x7f800000) == 0x7f800000;
        store_u32(bytes + numbers_at + 4 * i, nan && sizeof(real) == 8 ? 0xff800000 : bits);
    }
    store_u32(bytes + numbers_at, 0x80000000);
    store_u32(bytes + numbers_at + 4, 0x00000001);
    fix_sum();
    write_file(path, length);
    ck_assert(copy(path, PARAMS_TRAINING, &err));
    assert_same("numbers changed");
    end();
}
END_TEST

CHECK_MAIN("checkpoint", TEST(saves_the_bytes_it_read), TEST(fields_keep_their_values),
           TEST(moments_are_optional), TEST(seconds_only_with_a_budget), TEST(every_truncation_is_detected),
           LOOP(every_flipped_bit_is_detected, 0, 8), LOOP(flipped_bits_with_a_valid_checksum, 0, 8),
           LOOP(headers_are_untrusted, 0, sizeof claims / sizeof *claims), TEST(errors_identify_other_files),
           TEST(another_shape_is_refused), TEST(numbers_keep_their_bits))
