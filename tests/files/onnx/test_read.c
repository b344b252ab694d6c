/* Import of our own ONNX files: the same parameters, and no others' files, nor damaged ones. */
#include "base/hash.h"
#include "files/export.h"
#include "files/import_case.h"
#include "files/onnx/notes.h"
#include "model/counted_text.h"
#include "scratch.h"

static FileData file;

/* The made model of shape i as ONNX, in `file` and at the path returned; from SHAPES on they have counts. */
enum { COUNTED = SHAPES + 4, ALL = 2 * SHAPES };
static char *exported(Model *m, int i)
{
    Err   err = { 0 };
    char *path = scratch("model.onnx");
    Config c = import_shape(i % SHAPES);
    c.counts = i >= SHAPES;
    made_model(m, c);
    m->gpt.prior = m->file.prior = c.counts ? counted_text(c.vocab) : NULL;
    ck_assert_msg(export_onnx(m, path, &err) && file_read(path, &file, &err), "%s", err.msg);
    return path;
}

static void fix_sum(char *p, size_t n)
{
    char sum[ONNX_SUM_DIGITS + 1];
    snprintf(sum, sizeof sum, "%08x", (unsigned)hash_crc32(0, p, n - ONNX_SUM_DIGITS));
    memcpy(p + n - ONNX_SUM_DIGITS, sum, ONNX_SUM_DIGITS);
}

static void assert_same_counts(const Prior *a, const Prior *b)
{
    ck_assert_mem_eq(&a->discounts, &b->discounts, sizeof a->discounts);
    ck_assert_uint_eq(a->sorted.n, b->sorted.n);
    ck_assert_mem_eq(a->own.narrow, b->sorted.corpus->narrow, a->sorted.n);
}

START_TEST(parameters_come_back_bit_for_bit)
{
    Model m, back;
    Err   err = { 0 };
    char *path = exported(&m, _i);
    ck_assert_msg(import_onnx(&back, path, &err), "%s", err.msg);
    ck_assert_int_eq(back.gpt.params.n, m.gpt.params.n);
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    ck_assert_mem_eq(&back.file.config, &m.file.config, sizeof m.file.config);
    ck_assert(back.file.corpus_hash == 0x1234 && back.file.settings.batch == 7 && back.file.settings.dropout == 0.25);
    char *again = scratch("again.onnx");
    back.file.state = m.file.state;
    FileData second = { 0 };
    ck_assert(export_onnx(&back, again, &err) && file_read(again, &second, &err));
    ck_assert_uint_eq(second.len, file.len);
    ck_assert_mem_eq(second.p, file.p, file.len);
    if (m.file.config.counts)
        assert_same_counts(&back.prior, m.gpt.prior);
    file_free(&second);
    file_free(&file);
    model_close(&m);
    model_close(&back);
}
END_TEST

/* Imports the n bytes; the error must be a sentence. */
static bool opens(const char *p, size_t n, Err *err)
{
    Model m;
    *err = (Err){ 0 };
    unlink(scratch("changed.onnx"));
    bool ok = import_onnx(&m, scratch_file("changed.onnx", p, n), err);
    ck_assert_msg(ok ? !err_any(err) : strlen(err->msg) > 60, "%s", err->msg);
    if (ok)
        model_close(&m);
    return ok;
}

START_TEST(truncated_files_are_refused)
{
    Model m;
    Err   err;
    exported(&m, _i ? COUNTED : 6);
    for (size_t n = 0; n < file.len; n += n < 100 || n > file.len - 100 ? 1 : _i ? 4999 : 37)
        ck_assert_msg(!opens(file.p, n, &err), "cut to %zu", n);
    ck_assert(opens(file.p, file.len, &err));
    file_free(&file);
    model_close(&m);
}
END_TEST

START_TEST(changed_files_are_refused)
{
    Model m;
    Err   err;
    exported(&m, _i ? COUNTED : 6);
    for (size_t i = 0; i < file.len; i += i < 100 || i > file.len - 100 ? 1 : _i ? 4999 : 31) {
        file.p[i] ^= (char)(1 << i % 8);
        ck_assert_msg(!opens(file.p, file.len, &err), "byte %zu", i);
        ck_assert_msg(strstr(err.msg, i < ONNX_START_LEN ? "heed did not write it" : "checksum"), "%s", err.msg);
        file.p[i] ^= (char)(1 << i % 8);
    }
    file_free(&file);
    model_close(&m);
}
END_TEST

/* With a checksum that is right again, nothing but an error or a model of the same shape may come of it. */
START_TEST(forged_files_do_no_harm)
{
    Model m;
    Err   err;
    int   models = 0, lost = 0;
    exported(&m, _i);
    size_t n = file.len - ONNX_SUM_DIGITS - ONNX_SUM_LEN;
    for (uint64_t k = 0; k < 300; k++) {
        uint64_t at = rng_bits((uint64_t)_i, 1, k) % n;
        char     was = file.p[at];
        file.p[at] = (char)rng_bits((uint64_t)_i, 2, k);
        fix_sum(file.p, file.len);
        if (opens(file.p, file.len, &err))
            models++;
        else
            lost++;
        file.p[at] = was;
    }
    ck_assert(models > 0 && (lost > 0 || m.file.config.counts));     /* tables are not read */
    file_free(&file);
    model_close(&m);
}
END_TEST

/* A message may end early where its parts do: a length that is too large, and a graph without its last tensors. */
START_TEST(forged_lengths_are_refused)
{
    Model m;
    Err   err;
    exported(&m, 6);
    const char *tail = file.p + file.len - ONNX_SUM_LEN - ONNX_SUM_DIGITS;
    for (size_t n = ONNX_START_LEN; n < (size_t)(tail - file.p); n += 29) {
        size_t len = n + ONNX_SUM_LEN + ONNX_SUM_DIGITS;
        char  *p = malloc(len);
        memcpy(p, file.p, n);
        memcpy(p + n, tail, ONNX_SUM_LEN + ONNX_SUM_DIGITS);
        fix_sum(p, len);
        ck_assert_msg(!opens(p, len, &err), "cut to %zu", n);
        free(p);
    }
    file_free(&file);
    model_close(&m);
}
END_TEST

/* ---- counts ---- */

/* A digit of the head, or the name of the text or the note: each is needed, and the text as long as the head says. */
static const struct { const char *find; size_t behind; char put; const char *says; } wrong[] = {
    { "\x0bheed.counts", 15, 'f', "its counts are not whole" },
    { "\x0bheed.counts", 23, 'd', "its counts have contexts of" },
    { "\x0bheed.counts", 16, 'g', "its counts are not whole" },
    { "\x0bheed.counts", 1, 'x', "it lacks the counts of the training text" },
    { "/counts/text", 1, 'x', "its counts are not whole" },
    { "/counts/text", 16, 77, "its counted text has token 77" },
};
enum { WRONG = sizeof wrong / sizeof *wrong };

/* The last one: nodes name the text, too. */
static char *last_of(const char *find)
{
    size_t n = strlen(find);
    char  *p = file.p + file.len - n;
    while (memcmp(p, find, n) != 0)
        p--;
    return p;
}

START_TEST(counts_are_whole_or_refused)
{
    Model m;
    Err   err;
    exported(&m, COUNTED);
    last_of(wrong[_i].find)[wrong[_i].behind] = wrong[_i].put;
    fix_sum(file.p, file.len);
    ck_assert(!opens(file.p, file.len, &err));
    ck_assert_msg(strstr(err.msg, wrong[_i].says) != NULL, "%s", err.msg);
    file_free(&file);
    model_close(&m);
}
END_TEST

CHECK_MAIN("onnx_read", LOOP(parameters_come_back_bit_for_bit, 0, ALL), LOOP(truncated_files_are_refused, 0, 2),
           LOOP(changed_files_are_refused, 0, 2), LOOP(counts_are_whole_or_refused, 0, WRONG),
           LOOP(forged_files_do_no_harm, 0, ALL), TEST(forged_lengths_are_refused))
