/* Import of safetensors: round trip, and files of other programs, made by changing the tensors and notes of ours. */
#include "files/counted.h"
#include "files/export.h"
#include "files/import_case.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"
#include "model/counted_text.h"
#include "scratch.h"

static void assert_same_shape(const Config *a, const Config *b)
{
    static char x[CHECKPOINT_LINES], y[CHECKPOINT_LINES];
    size_t n = checkpoint_describe(&(Checkpoint){ .config = *a }, x);
    ck_assert_uint_eq(checkpoint_describe(&(Checkpoint){ .config = *b }, y), n);
    ck_assert_mem_eq(x, y, n);
}

/* A model with counts comes back with them: the same probabilities. A file without them, or with a part, is refused. */
START_TEST(counts_round_trip)
{
    Model m, back, resaved;
    Err   err = { 0 };
    char *path = scratch("counts.safetensors"), *model = scratch("counts.heed");
    Config c = import_shape(4);
    c.counts = true;
    made_model(&m, c);
    m.gpt.prior = m.file.prior = counted_text(c.vocab);
    ck_assert_msg(export_safetensors(&m, path, &err) && import_safetensors(&back, path, NULL, NULL, &err),
                  "%s", err.msg);
    assert_same(&m.gpt, &back.gpt);
    ck_assert_mem_eq(&back.prior.discounts, &m.gpt.prior->discounts, sizeof back.prior.discounts);
    ck_assert_uint_eq(back.prior.sorted.n, m.gpt.prior->sorted.n);
    ck_assert_mem_eq(back.prior.sorted.at, m.gpt.prior->sorted.at, back.prior.sorted.n * sizeof *back.prior.sorted.at);
    ck_assert_msg(import_save(&back, model, &err) && model_open(&resaved, model, PARAMS_VALUES, &err), "%s", err.msg);
    ck_assert_mem_eq(resaved.prior.own.narrow, back.prior.own.narrow, back.prior.own.n);
    model_close(&resaved);
    model_close(&back);
    m.gpt.prior = m.file.prior = NULL;
    model_close(&m);
}
END_TEST

static const struct { size_t at; char digit; const char *why; } wrong_counts[] = {
    { 0, 'f', "its counts are not whole" },                         /* the number of tokens        */
    { 9, 'g', "its counts are not whole" },
    { 8, 'd', "its counts have contexts of" },                      /* tokens of the longest context */
    { 30, 'f', "its counts have a discount of" },
    { 2 * COUNTED_HEAD, 'f', "its counted text has token 24" },
};

START_TEST(wrong_counts_are_refused)
{
    Err    err = { 0 };
    Prior  back;
    Buffer b = { 0 };
    counted_write_hex(counted_text(5), &b);
    ck_assert(counted_read_hex(&back, b.p, b.len, NULL, 0, 5, &err));
    prior_free(&back);
    ck_assert(!counted_read_hex(&back, b.p, b.len - 2, NULL, 0, 5, &err));
    err = (Err){ 0 };
    b.p[wrong_counts[_i].at] = wrong_counts[_i].digit;
    if (wrong_counts[_i].at == 30)
        memcpy(b.p + 30, "ff", 2);
    ck_assert(!counted_read_hex(&back, b.p, b.len, NULL, 0, 5, &err));
    ck_assert_msg(strstr(err.msg, wrong_counts[_i].why) != NULL, "%s", err.msg);
    buffer_free(&b);
}
END_TEST

START_TEST(safetensors_round_trip)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("a.safetensors");
    made_model(&m, import_shape(_i));
    ck_assert_msg(export_safetensors(&m, path, &err) && import_safetensors(&back, path, NULL, NULL, &err),
                  "%s", err.msg);
    ck_assert_int_eq(back.gpt.params.n, m.gpt.params.n);
    assert_same_shape(&m.file.config, &back.file.config);
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    ck_assert(back.file.settings.batch == 7 && back.file.settings.dropout == 0.25 && back.file.corpus_hash == 0x1234);
    model_close(&back);
    model_close(&m);
}
END_TEST

/* The saved model opens for training: its moments exist and are 0. */
START_TEST(imported_model_can_be_trained)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("a.safetensors"), *model = scratch("model.heed");
    made_model(&m, import_shape(1));
    ck_assert(export_safetensors(&m, path, &err) && import_safetensors(&back, path, NULL, NULL, &err));
    ck_assert_msg(import_save(&back, model, &err), "%s", err.msg);
    model_close(&back);
    ck_assert_msg(model_open(&back, model, PARAMS_TRAINING, &err), "%s", err.msg);
    ck_assert(back.file.moments);
    assert_same(&m.gpt, &back.gpt);
    for (size_t i = 0; i < back.gpt.params.len; i++)
        ck_assert(back.gpt.params.m[i] == 0 && back.gpt.params.v[i] == 0);
    model_close(&back);
    model_close(&m);
}
END_TEST

/* ---- changed files ---- */

typedef struct Changed {
    Model       m;
    FileTensors tensors;
    SafeNote    notes[3];
    char        lines[CHECKPOINT_LINES];
    Buffer      words;
    size_t      n_notes;
} Changed;

static void begin(Changed *x, Config c)
{
    Err err = { 0 };
    made_model(&x->m, c);
    x->words = (Buffer){ 0 };
    vocab_text_write_words(&x->m.file.vocab, &x->words);
    ck_assert(tensors_own(&x->tensors, &x->m.gpt, true, &err));
    x->notes[0] = (SafeNote){ { "heed", 4 }, { x->lines, checkpoint_describe(&x->m.file, x->lines) } };
    x->notes[1] = (SafeNote){ { "heed.vocab", 10 }, { x->words.p, x->words.len } };
    x->n_notes = 2;
}

static FileTensor *tensor(Changed *x, const char *name)
{
    for (size_t i = 0; i < x->tensors.n; i++)
        if (strcmp(x->tensors.list[i].name, name) == 0)
            return &x->tensors.list[i];
    ck_abort_msg("no %s", name);
    return NULL;
}

static void remove_tensor(Changed *x, const char *name)
{
    FileTensor *a = tensor(x, name);
    *a = x->tensors.list[--x->tensors.n];
}

/* Writes x to a file and imports it; frees the tensors and words of x. */
static bool write_and_import(Changed *x, Model *back, bool like, Err *err)
{
    Buffer b = { 0 };
    char  *path = scratch("changed");
    safetensors_write(&b, &x->tensors, x->notes, x->n_notes);
    ck_assert(export_end(&b, path, err));
    bool ok = import_safetensors(back, path, like ? &x->m.file : NULL, NULL, err);
    ck_assert(ok == !err_any(err));
    tensors_free(&x->tensors);
    buffer_free(&x->words);
    return ok;
}

START_TEST(prefixes_of_names_are_dropped)
{
    static const char *const fronts[] = { "transformer.", "module.", "_orig_mod.", "module._orig_mod.transformer." };
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, import_shape(1));
    for (size_t i = 0; i < x.tensors.n; i++) {
        char name[40];
        memcpy(name, x.tensors.list[i].name, sizeof name);
        snprintf(x.tensors.list[i].name, sizeof x.tensors.list[i].name, "%s%.39s", fronts[_i], name);
    }
    ck_assert_msg(write_and_import(&x, &back, false, &err), "%s", err.msg);
    assert_same(&x.m.gpt, &back.gpt);
    model_close(&back);
    model_close(&x.m);
}
END_TEST

/* Without metadata, shape and vocabulary come from the model it was exported from. */
START_TEST(like_supplies_missing_metadata)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, import_shape(4));
    x.n_notes = 0;
    ck_assert_msg(write_and_import(&x, &back, true, &err), "%s", err.msg);
    assert_same(&x.m.gpt, &back.gpt);
    ck_assert(back.file.settings.batch == 7 && back.file.config.qk_norm);
    model_close(&back);
    model_close(&x.m);
    begin(&x, import_shape(4));
    x.n_notes = 0;
    ck_assert(!write_and_import(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, "it lacks heed's shape and vocabulary metadata"), "%s", err.msg);
    model_close(&x.m);
}
END_TEST

/* An output matrix that differs from the embedding unties them; a missing one ties them. */
START_TEST(tied_or_untied_by_the_weights)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    real    other[20] = { 1, 2, 3 };
    begin(&x, import_shape(3));
    tensor(&x, "lm_head.weight")->val = other;
    ck_assert_msg(write_and_import(&x, &back, false, &err), "%s", err.msg);
    ck_assert(!back.file.config.tied && back.gpt.lm_head->val[2] == 3 && back.gpt.lm_head != back.gpt.wte);
    model_close(&back);
    model_close(&x.m);
    begin(&x, import_shape(1));
    remove_tensor(&x, "lm_head.weight");
    ck_assert_msg(write_and_import(&x, &back, false, &err), "%s", err.msg);
    ck_assert(back.file.config.tied && back.gpt.lm_head == back.gpt.wte);
    model_close(&back);
    model_close(&x.m);
}
END_TEST

static void change_missing(Changed *x) { remove_tensor(x, "h.1.ln_2.bias"); }
static void change_shape(Changed *x) { tensor(x, "wpe.weight")->dim[0] = 2; }
static void change_rank(Changed *x) { tensor(x, "ln_f.weight")->rank = 2; }
static void change_nan(Changed *x) { tensor(x, "h.0.mlp.c_fc.bias")->val[7] = NAN; }
static void change_infinite(Changed *x) { tensor(x, "wte.weight")->val[0] = -INFINITY; }
static void change_vocab(Changed *x) { x->notes[1].value = (JsonText){ "61 62", 5 }; }
static void change_words(Changed *x) { x->notes[1].value = (JsonText){ "61 x", 4 }; }
static void change_lines(Changed *x) { x->notes[0].value.n--; }
static void change_note(Changed *x) { x->notes[0].key.s = "hee_"; }

static void change_transposed(Changed *x)
{
    FileTensor *a = tensor(x, "h.0.attn.c_attn.weight");
    *a = (FileTensor){ .rank = 2, .dim = { 4, 12 }, .val = a->val, .as = FILE_TENSOR_TRANSPOSED };
    snprintf(a->name, sizeof a->name, "h.0.attn.c_attn.weight");
}

static void change_twice(Changed *x)
{
    FileTensor *a = tensor(x, "h.1.ln_2.bias");
    snprintf(a->name, sizeof a->name, "module.h.0.ln_2.bias");
}

/* A shape of 10^12 numbers, more than the file can hold: nothing of that size is allocated. */
static void change_huge(Changed *x)
{
    Checkpoint c = x->m.file;
    c.config.channels = 16384, c.config.layers = 1024;
    x->notes[0].value.n = checkpoint_describe(&c, x->lines);
}

static const struct { void (*change)(Changed *); const char *why; } changes[] = {
    { change_missing, "tensor h.1.ln_2.bias is missing" }, { change_shape, "wpe.weight is (2,4), it must be (3,4)" },
    { change_rank, "ln_f.weight is (4,1), it must be (4)" },
    { change_nan, "h.0.mlp.c_fc.bias has a NaN or an infinity" }, { change_infinite, "wte.weight has a NaN" },
    { change_vocab, "2 characters, but its shape says 5" }, { change_words, "word 2 is not a character" },
    { change_lines, "last line has no end" }, { change_note, "it lacks heed's" },
    { change_transposed, "are Hugging Face's (in, out)" }, { change_twice, "\"h.0.ln_2.bias\" comes twice" },
    { change_huge, "has 3298753232896 numbers" },
};

enum { CHANGES = sizeof changes / sizeof *changes };

START_TEST(wrong_file_is_refused)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, import_shape(1));
    changes[_i].change(&x);
    ck_assert(!write_and_import(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, changes[_i].why) != NULL, "%s", err.msg);
    model_close(&x.m);
}
END_TEST

START_TEST(extra_tensor_is_refused)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, import_shape(0));
    FileTensors more = { calloc(x.tensors.n + 1, sizeof(FileTensor)), x.tensors.n + 1 };
    memcpy(more.list, x.tensors.list, x.tensors.n * sizeof(FileTensor));
    more.list[x.tensors.n] = (FileTensor){ .name = "h.0.attn.c_attn.bias", .rank = 1, .dim = { 12, 1 } };
    free(x.tensors.list);
    x.tensors = more;
    ck_assert(!write_and_import(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, "another kind of model"), "%s", err.msg);
    model_close(&x.m);
}
END_TEST

CHECK_MAIN("import_safetensors", TEST(counts_round_trip), LOOP(wrong_counts_are_refused, 0, 5),
           LOOP(safetensors_round_trip, 0, SHAPES), TEST(imported_model_can_be_trained),
           LOOP(prefixes_of_names_are_dropped, 0, 4), TEST(like_supplies_missing_metadata),
           TEST(tied_or_untied_by_the_weights), LOOP(wrong_file_is_refused, 0, CHANGES), TEST(extra_tensor_is_refused))
