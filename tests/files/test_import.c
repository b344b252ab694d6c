/* Import of a folder of Hugging Face: round trip, config.json, and weights that other programs saved. */
#include "base/bytes.h"
#include "files/export.h"
#include "files/import_case.h"
#include "files/safetensors.h"
#include "scratch.h"

START_TEST(hugging_face_round_trip)
{
    Model m, back;
    Err   err = { 0 };
    char *path = scratch("folder");
    made_model(&m, import_shape(_i));
    ck_assert_msg(export_hf(&m, path, &err) && import_hf(&back, path, NULL, &err), "%s", err.msg);
    ck_assert(back.file.config.bias && back.file.config.tied == m.file.config.tied && back.file.config.heads == 2);
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    const TrainSettings *s = &back.file.settings;           /* defaults: the folder has no settings */
    ck_assert(back.file.corpus_hash == 0 && s->batch == 12 && s->accumulate == 1 && s->steps == 2000 &&
              s->eval_every == 250 && s->val_frac == 0.1 && s->seed == 1);
    model_close(&back);
    ck_assert_msg(import_hf(&back, path, &m.file, &err), "%s", err.msg);
    ck_assert(back.file.corpus_hash == 0x1234 && back.file.settings.batch == 7);
    model_close(&back);
    model_close(&m);
}
END_TEST

/* The matrix comes back from its three parts; embeddings as they were written, normalized or not. */
START_TEST(apertus_round_trip)
{
    Model  m, back;
    Err    err = { 0 };
    char  *path = scratch("folder");
    Config c = made_shape(RECIPE_PORTABLE);
    c.embed_norm = _i;
    made_model(&m, c);
    ck_assert_msg(export_hf(&m, path, &err) && import_hf(&back, path, NULL, &err), "%s", err.msg);
    ck_assert(back.file.config.qk_gain == QK_GAIN_LAYER && !back.file.config.embed_norm && !back.file.config.tied);
    ck_assert(back.gpt.params.count == m.gpt.params.count);
    if (_i)                                 /* their rows were normalized: compare the rest */
        memcpy(back.gpt.wte->val, m.gpt.wte->val, 5 * 4 * sizeof(real));
    assert_same(&m.gpt, &back.gpt);
    assert_new(&back);
    model_close(&back);
    model_close(&m);
}
END_TEST

/* heed's Apertus has one gain for all channels of a head, and none for keys. */
START_TEST(other_gains_are_refused)
{
    static const char *const names[] = { "model.layers.1.self_attn.q_norm.weight",
                                         "model.layers.0.self_attn.k_norm.weight" };
    Model       m, back;
    Err         err = { 0 };
    Safetensors f;
    char       *dir = scratch("folder"), *path = scratch("folder/model.safetensors");
    made_model(&m, made_shape(RECIPE_PORTABLE));
    ck_assert(export_hf(&m, dir, &err) && safetensors_open(&f, path, &err));
    Buffer b = { 0 };
    buffer_add(&b, f.file.p, f.file.len);
    const SafeTensor *t = safetensors_find(&f, names[_i]);
    size_t            at = (size_t)(f.data - f.file.p) + t->begin;
    store_f32(b.p + at + 4, load_f32(b.p + at + 4) + 1);    /* the second of two */
    safetensors_close(&f);
    scratch_file("folder/model.safetensors", b.p, b.len);
    buffer_free(&b);
    ck_assert(!import_hf(&back, dir, NULL, &err));
    ck_assert_msg(strstr(err.msg, names[_i]) && strstr(err.msg, "differs between channels of a head"), "%s", err.msg);
    model_close(&m);
}
END_TEST

/* ---- config.json ---- */

#define APERTUS "\"model_type\":\"apertus\",\"vocab_size\":5,\"max_position_embeddings\":3,\"hidden_size\":4," \
                "\"num_hidden_layers\":2,\"num_attention_heads\":2,\"intermediate_size\":16," \
                "\"hidden_act\":\"relu2\""
#define ROTATED ",\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":10000}"

static const struct { const char *text, *why; } apertus_configs[] = {
    { "{" APERTUS ROTATED "}", NULL },
    { "{" APERTUS ROTATED ",\"rope_scaling\":null,\"num_key_value_heads\":2,\"x\":1}", NULL },
    { "{" APERTUS ",\"rope_theta\":10000.0}", NULL },
    { "{" APERTUS "}", "rope_theta 1.2e+07" },
    { "{" APERTUS ",\"rope_theta\":10000,\"rope_scaling\":{\"rope_type\":\"llama3\"}}",
      "rope_type other than default" },
    { "{" APERTUS ROTATED ",\"num_key_value_heads\":1}", "fewer keys than queries" },
    { "{" APERTUS ROTATED ",\"attention_bias\":true}", "has biases" },
    { "{" APERTUS ROTATED ",\"rms_norm_eps\":1e-6}", "rms_norm_eps is 1e-06" },
    { "{\"model_type\":\"apertus\",\"vocab_size\":5,\"max_position_embeddings\":3,\"hidden_size\":4,"
      "\"num_hidden_layers\":2,\"num_attention_heads\":2,\"hidden_act\":\"xielu\"}", "hidden_act is not relu2" },
    { "{\"model_type\":\"apertus\",\"vocab_size\":5,\"max_position_embeddings\":3,\"hidden_size\":4,"
      "\"num_hidden_layers\":2,\"num_attention_heads\":2,\"hidden_act\":\"relu2\"" ROTATED "}",
      "intermediate_size is 0" },
    { "{\"model_type\":\"apertus\",\"vocab_size\":5}", "\"max_position_embeddings\" is missing" },
};

enum { APERTUS_CONFIGS = sizeof apertus_configs / sizeof *apertus_configs };

START_TEST(config_json_of_apertus)
{
    Model m, back;
    Err   err = { 0 };
    char *dir = scratch("folder");
    made_model(&m, made_shape(RECIPE_PORTABLE));
    ck_assert(export_hf(&m, dir, &err));
    scratch_text("folder/config.json", apertus_configs[_i].text);
    bool ok = import_hf(&back, dir, NULL, &err);
    ck_assert_msg(ok == !apertus_configs[_i].why, "%s: %s", apertus_configs[_i].text, err.msg);
    ck_assert_msg(ok || strstr(err.msg, apertus_configs[_i].why), "%s: %s", apertus_configs[_i].text, err.msg);
    if (ok)
        model_close(&back);
    model_close(&m);
}
END_TEST

#define SIZES "\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":2"
#define GPT2  "\"model_type\":\"gpt2\"," SIZES

static const struct { const char *text, *why; } configs[] = {
    { "{" GPT2 "}", NULL },
    { "{" GPT2 ",\"n_inner\":null,\"x\":[{\"y\":1}],\"activation_function\":\"gelu_pytorch_tanh\"}", NULL },
    { "{" GPT2 ",\"n_inner\":16,\"layer_norm_epsilon\":1e-05,\"scale_attn_weights\":true}", NULL },
    { "", "byte 0" },
    { "{" SIZES "}", "\"model_type\" is missing" },
    { "{\"model_type\":\"llama\"," SIZES "}", "neither gpt2 nor apertus" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5}", "\"n_positions\" is missing" },
    { "{" GPT2 ",\"n_head\":2}", "\"n_head\" comes twice" },
    { "{" GPT2 ",\"activation_function\":\"gelu\"}", "gelu_new" },
    { "{" GPT2 ",\"n_inner\":17}", "n_inner is 17" },
    { "{" GPT2 ",\"layer_norm_epsilon\":1e-6}", "epsilon is 1e-06" },
    { "{" GPT2 ",\"scale_attn_weights\":false}", "scales its attention" },
    { "{" GPT2 ",\"scale_attn_by_inverse_layer_idx\":true}", "scales its attention" },
    { "{" GPT2 "}}", "unexpected text after the end" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":3}",
      "3 heads do not divide" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":4,"
      "\"n_layer\":99999999999999,\"n_head\":2}",
      "layers" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":-4,\"n_layer\":2,\"n_head\":2}",
      "whole number" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":6,\"n_positions\":3,\"n_embd\":4,\"n_layer\":2,\"n_head\":2}",
      "5 characters, but its shape says 6" },
    { "{\"model_type\":\"gpt2\",\"vocab_size\":5,\"n_positions\":3,\"n_embd\":8,\"n_layer\":2,\"n_head\":2}", "" },
};

enum { CONFIGS = sizeof configs / sizeof *configs };

START_TEST(config_json)
{
    Model m, back;
    Err   err = { 0 };
    char *dir = scratch("folder");
    made_model(&m, import_shape(1));
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

/* Boolean masks, which are ignored, and bfloat16 weights, as other programs may save. */
START_TEST(unused_masks_and_bfloat16_weights)
{
    Model  m, back;
    Err    err = { 0 };
    Buffer b = { 0 }, half = { 0 };
    Safetensors f;
    char  *dir = scratch("folder"), *path = scratch("folder/model.safetensors");
    made_model(&m, import_shape(1));
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

START_TEST(missing_files)
{
    Model m, back;
    Err   err = { 0 };
    made_model(&m, import_shape(1));
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

CHECK_MAIN("import", LOOP(hugging_face_round_trip, 0, GPT2_SHAPES), LOOP(apertus_round_trip, 0, 2),
           LOOP(other_gains_are_refused, 0, 2), LOOP(config_json_of_apertus, 0, APERTUS_CONFIGS),
           LOOP(config_json, 0, CONFIGS), TEST(unused_masks_and_bfloat16_weights), TEST(missing_files))
