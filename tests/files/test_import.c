#include "files/import.h"
#include "base/bytes.h"
#include "files/made_model.h"
#include "files/export.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"
#include "scratch.h"

/* The shapes that go there and back. */
static Config shape(int i)
{
    Config c = made_shape(i < 4 ? RECIPE_GPT2 : RECIPE_FAST);
    c.bias = i & 1, c.tied = i >> 1 & 1;
    c.value_mix = i == 5;
    c.soft_cap = i == 5 ? 15 : 0;
    c.positions = i == 6 ? POSITIONS_NONE : c.positions;
    return c;
}

enum { SHAPES = 7, GPT2_SHAPES = 4 };

/* The same parameters, bit for bit; those that only the second has are 0. */
static void assert_same(const Gpt *a, const Gpt *b)
{
    for (int i = 0; i < b->params.n; i++) {
        const Param *y = &b->params.list[i], *x = params_find(&a->params, y->name);
        ck_assert(x || strstr(y->name, ".bias"));
        for (size_t j = 0; j < y->len; j++)
            ck_assert_msg(x ? memcmp(&x->tensor.val[j], &y->tensor.val[j], sizeof(real)) == 0 : y->tensor.val[j] == 0, "%s", y->name);
    }
}

static void assert_same_shape(const Config *a, const Config *b)
{
    static char x[CHECKPOINT_LINES], y[CHECKPOINT_LINES];
    size_t n = checkpoint_describe(&(Checkpoint){ .config = *a }, x);
    ck_assert_uint_eq(checkpoint_describe(&(Checkpoint){ .config = *b }, y), n);
    ck_assert_mem_eq(x, y, n);
}

static void assert_new(const Model *m)
{
    ck_assert(m->file.state.step == 0 && isnan(m->file.state.val_loss) && isinf(m->file.state.best_loss));
    ck_assert(m->file.vocab.n == 5 && m->file.vocab.chars[3] == 0x1f600 && m->file.vocab.chars[4] == (TEXT_RAW | 0x80));
}

START_TEST(safetensors_and_back)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("a.safetensors");
    made_model(&m, shape(_i));
    ck_assert_msg(export_safetensors(&m, path, &err) && import_safetensors(&back, path, NULL, NULL, &err), "%s", err.msg);
    ck_assert_int_eq(back.gpt.params.n, m.gpt.params.n);
    assert_same_shape(&m.file.config, &back.file.config);
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    ck_assert(back.file.settings.batch == 7 && back.file.settings.dropout == 0.25 && back.file.corpus_hash == 0x1234);
    model_close(&back);
    model_close(&m);
}
END_TEST

START_TEST(hugging_face_and_back)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("folder");
    made_model(&m, shape(_i));
    ck_assert_msg(export_hf(&m, path, &err) && import_hf(&back, path, NULL, &err), "%s", err.msg);
    ck_assert(back.file.config.bias && back.file.config.tied == m.file.config.tied && back.file.config.heads == 2);
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    const TrainSettings *s = &back.file.settings;           /* what nobody has said anything about */
    ck_assert(back.file.corpus_hash == 0 && s->batch == 12 && s->accumulate == 1 && s->steps == 2000 &&
              s->eval_every == 250 && s->val_frac == 0.1 && s->seed == 1);
    model_close(&back);
    ck_assert_msg(import_hf(&back, path, &m.file, &err), "%s", err.msg);
    ck_assert(back.file.corpus_hash == 0x1234 && back.file.settings.batch == 7);
    model_close(&back);
    model_close(&m);
}
END_TEST

/* What is saved is a model that can be opened, and trained on: its moments are there, and 0. */
START_TEST(saved_to_go_on_from)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("a.safetensors"), *model = scratch("model.heed");
    made_model(&m, shape(1));
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

/* ---- files of others: the tensors of a model, changed ---- */

typedef struct Changed {
    Model     m;
    FileTensors tensors;
    SafeNote  notes[3];
    char      lines[CHECKPOINT_LINES];
    Buffer    words;
    size_t    n_notes;
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

static void leave_out(Changed *x, const char *name)
{
    FileTensor *a = tensor(x, name);
    *a = x->tensors.list[--x->tensors.n];
}

/* Writes and reads it; frees x. */
static bool bring_back(Changed *x, Model *back, bool like, Err *err)
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

START_TEST(names_with_something_before_them)
{
    static const char *const fronts[] = { "transformer.", "module.", "_orig_mod.", "module._orig_mod.transformer." };
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, shape(1));
    for (size_t i = 0; i < x.tensors.n; i++) {
        char name[40];
        memcpy(name, x.tensors.list[i].name, sizeof name);
        snprintf(x.tensors.list[i].name, sizeof x.tensors.list[i].name, "%s%.39s", fronts[_i], name);
    }
    ck_assert_msg(bring_back(&x, &back, false, &err), "%s", err.msg);
    assert_same(&x.m.gpt, &back.gpt);
    model_close(&back);
    model_close(&x.m);
}
END_TEST

/* Without metadata the model that it came from tells the rest. */
START_TEST(like_another)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, shape(4));
    x.n_notes = 0;
    ck_assert_msg(bring_back(&x, &back, true, &err), "%s", err.msg);
    assert_same(&x.m.gpt, &back.gpt);
    ck_assert(back.file.settings.batch == 7 && back.file.config.qk_norm);
    model_close(&back);
    model_close(&x.m);
    begin(&x, shape(4));
    x.n_notes = 0;
    ck_assert(!bring_back(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, "it lacks heed's shape and vocabulary metadata"), "%s", err.msg);
    model_close(&x.m);
}
END_TEST

/* A tied matrix that was trained apart is untied, and one that is left out is tied. */
START_TEST(tied_or_not)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    real    other[20] = { 1, 2, 3 };
    begin(&x, shape(3));
    tensor(&x, "lm_head.weight")->val = other;
    ck_assert_msg(bring_back(&x, &back, false, &err), "%s", err.msg);
    ck_assert(!back.file.config.tied && back.gpt.lm_head->val[2] == 3 && back.gpt.lm_head != back.gpt.wte);
    model_close(&back);
    model_close(&x.m);
    begin(&x, shape(1));
    leave_out(&x, "lm_head.weight");
    ck_assert_msg(bring_back(&x, &back, false, &err), "%s", err.msg);
    ck_assert(back.file.config.tied && back.gpt.lm_head == back.gpt.wte);
    model_close(&back);
    model_close(&x.m);
}
END_TEST

static void change_missing(Changed *x) { leave_out(x, "h.1.ln_2.bias"); }
static void change_shape(Changed *x) { tensor(x, "wpe.weight")->dim[0] = 2; }
static void change_rank(Changed *x) { tensor(x, "ln_f.weight")->rank = 2; }
static void change_nan(Changed *x) { tensor(x, "h.0.mlp.c_fc.bias")->val[7] = NAN; }
static void change_infinite(Changed *x) { tensor(x, "wte.weight")->val[0] = -INFINITY; }
static void change_vocab(Changed *x) { x->notes[1].value = (JsonText){ "61 62", 5 }; }
static void change_words(Changed *x) { x->notes[1].value = (JsonText){ "61 x", 4 }; }
static void change_lines(Changed *x) { x->notes[0].value.n--; }
static void change_note(Changed *x) { x->notes[0].key.s = "hee_"; }

static void change_turned(Changed *x)
{
    FileTensor *a = tensor(x, "h.0.attn.c_attn.weight");
    *a = (FileTensor){ .rank = 2, .dim = { 4, 12 }, .val = a->val, .transposed = true };
    snprintf(a->name, sizeof a->name, "h.0.attn.c_attn.weight");
}

static void change_twice(Changed *x)
{
    FileTensor *a = tensor(x, "h.1.ln_2.bias");
    snprintf(a->name, sizeof a->name, "module.h.0.ln_2.bias");
}

/* A shape of 10^12 numbers, which the file cannot have: nothing of that size is asked for. */
static void change_huge(Changed *x)
{
    Checkpoint c = x->m.file;
    c.config.channels = 16384, c.config.layers = 1024;
    x->notes[0].value.n = checkpoint_describe(&c, x->lines);
}

static const struct { void (*change)(Changed *); const char *why; } changes[] = {
    { change_missing, "tensor h.1.ln_2.bias is missing" }, { change_shape, "wpe.weight is (2,4), it must be (3,4)" },
    { change_rank, "ln_f.weight is (4,1), it must be (4)" }, { change_nan, "h.0.mlp.c_fc.bias has a NaN or an infinity" },
    { change_infinite, "wte.weight has a NaN" },
    { change_vocab, "2 characters, but its shape says 5" }, { change_words, "word 2 is not a character" },
    { change_lines, "last line has no end" }, { change_note, "it lacks heed's" },
    { change_turned, "are Hugging Face's (in, out)" }, { change_twice, "\"h.0.ln_2.bias\" comes twice" }, { change_huge, "has 3298753232896 numbers" },
};

enum { CHANGES = sizeof changes / sizeof *changes };

START_TEST(what_does_not_fit_is_refused)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, shape(1));
    changes[_i].change(&x);
    ck_assert(!bring_back(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, changes[_i].why) != NULL, "%s", err.msg);
    model_close(&x.m);
}
END_TEST

START_TEST(a_tensor_too_many)
{
    Changed x;
    Model   back;
    Err     err = { 0 };
    begin(&x, shape(0));
    FileTensors more = { calloc(x.tensors.n + 1, sizeof(FileTensor)), x.tensors.n + 1 };
    memcpy(more.list, x.tensors.list, x.tensors.n * sizeof(FileTensor));
    more.list[x.tensors.n] = (FileTensor){ .name = "h.0.attn.c_attn.bias", .rank = 1, .dim = { 12, 1 } };
    free(x.tensors.list);
    x.tensors = more;
    ck_assert(!bring_back(&x, &back, false, &err));
    ck_assert_msg(strstr(err.msg, "another kind of model"), "%s", err.msg);
    model_close(&x.m);
}
END_TEST

/* ---- config.json ---- */

#define SIZES "\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":2"
#define GPT2  "\"model_type\":\"gpt2\"," SIZES

static const struct { const char *text, *why; } configs[] = {
    { "{" GPT2 "}", NULL },
    { "{" GPT2 ",\"n_inner\":null,\"x\":[{\"y\":1}],\"activation_function\":\"gelu_pytorch_tanh\"}", NULL },
    { "{" GPT2 ",\"n_inner\":16,\"layer_norm_epsilon\":1e-05,\"scale_attn_weights\":true}", NULL },
    { "", "byte 0" },
    { "{" SIZES "}", "\"model_type\" is missing" },
    { "{\"model_type\":\"llama\"," SIZES "}", "not gpt2" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5}", "\"n_positions\" is missing" },
    { "{" GPT2 ",\"n_head\":2}", "\"n_head\" comes twice" },
    { "{" GPT2 ",\"activation_function\":\"gelu\"}", "gelu_new" },
    { "{" GPT2 ",\"n_inner\":17}", "n_inner is 17" },
    { "{" GPT2 ",\"layer_norm_epsilon\":1e-6}", "epsilon is 1e-06" },
    { "{" GPT2 ",\"scale_attn_weights\":false}", "scales its attention" },
    { "{" GPT2 ",\"scale_attn_by_inverse_layer_idx\":true}", "scales its attention" },
    { "{" GPT2 "}}", "behind the end" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":3}", "3 heads do not divide" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,\"n_layer\":99999999999999,\"n_head\":2}", "layers" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":-4,\"n_layer\":2,\"n_head\":2}", "whole number" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":6,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":2}", "5 characters, but its shape says 6" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":8,\"n_layer\":2,\"n_head\":2}", "" },
};

enum { CONFIGS = sizeof configs / sizeof *configs };

START_TEST(configs_of_others)
{
    Model m, back;
    Err   err = { 0 };
    char *dir = scratch("folder");
    made_model(&m, shape(1));
    ck_assert(export_hf(&m, dir, &err));
    scratch_text("folder/config.json", configs[_i].text);
    bool ok = import_hf(&back, dir, NULL, &err);
    ck_assert_msg(ok == !configs[_i].why, "%s: %s", configs[_i].text, err.msg);
    ck_assert_msg(ok || strstr(err.msg, configs[_i].why), "%s: %s", configs[_i].text, err.msg);
    if (ok) {
        assert_same(&m.gpt, &back.gpt);
        model_close(&back);
    }
    model_close(&m);
}
END_TEST

/* Masks that hold nothing, and halves in place of floats, as others may save. */
START_TEST(weights_of_others)
{
    Model  m, back;
    Err    err = { 0 };
    Buffer b = { 0 }, half = { 0 };
    Safetensors f;
    char  *dir = scratch("folder"), *path = scratch("folder/model.safetensors");
    made_model(&m, shape(1));
    ck_assert(export_hf(&m, dir, &err) && safetensors_open(&f, path, &err));
    buffer_u64(&b, 0);
    buffer_print(&b, "{\"h.0.attn.bias\":{\"dtype\":\"BOOL\",\"shape\":[1,1,3,3],\"data_offsets\":[0,9]}");
    buffer_zeros(&half, 9);
    for (size_t i = 0; i < f.n; i++) {
        size_t at = half.len;
        for (uint64_t j = 0; j < f.list[i].len; j++)                /* bfloat16 is the upper half of a float */
            buffer_u16(&half, load_u16(f.data + f.list[i].begin + 4 * j + 2));
        buffer_print(&b, ",\"%.*s\":{\"dtype\":\"BF16\",\"shape\":[%llu", (int)f.list[i].name.n, f.list[i].name.s,
                     (unsigned long long)f.list[i].dim[0]);
        if (f.list[i].rank == 2)
            buffer_print(&b, ",%llu", (unsigned long long)f.list[i].dim[1]);
        buffer_print(&b, "],\"data_offsets\":[%zu,%zu]}", at, half.len);
    }
    buffer_u8(&b, '}');
    store_u64(b.p, b.len - 8);
    buffer_add(&b, half.p, half.len);
    safetensors_close(&f);
    ck_assert(export_end(&b, path, &err));
    ck_assert_msg(import_hf(&back, dir, NULL, &err), "%s", err.msg);
    for (int i = 0; i < m.gpt.params.n; i++)
        for (size_t j = 0; j < m.gpt.params.list[i].len; j++) {
            char bits[4];
            store_f32(bits, (float)m.gpt.params.list[i].tensor.val[j]);
            bits[0] = bits[1] = 0;
            ck_assert(back.gpt.params.list[i].tensor.val[j] == (real)load_f32(bits));
        }
    buffer_free(&half);
    model_close(&back);
    model_close(&m);
}
END_TEST

START_TEST(what_is_not_there)
{
    Model m, back;
    Err   err = { 0 };
    made_model(&m, shape(1));
    ck_assert(!import_safetensors(&back, scratch("none"), NULL, NULL, &err) && strstr(err.msg, "no such file"));
    err = (Err){ 0 };
    ck_assert(!import_hf(&back, scratch("none"), NULL, &err) && strstr(err.msg, "config.json"));
    err = (Err){ 0 };
    ck_assert(export_hf(&m, scratch("folder"), &err) && remove(scratch("folder/model.safetensors")) == 0);
    ck_assert(!import_hf(&back, scratch("folder"), NULL, &err));
    ck_assert_msg(strstr(err.msg, "safe_serialization"), "%s", err.msg);
    model_close(&m);
}
END_TEST

CHECK_MAIN("import", LOOP(safetensors_and_back, 0, SHAPES), LOOP(hugging_face_and_back, 0, GPT2_SHAPES), TEST(saved_to_go_on_from),
           LOOP(names_with_something_before_them, 0, 4), TEST(like_another), TEST(tied_or_not),
           LOOP(what_does_not_fit_is_refused, 0, CHANGES), TEST(a_tensor_too_many), LOOP(configs_of_others, 0, CONFIGS),
           TEST(weights_of_others), TEST(what_is_not_there))
