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

CHECK_MAIN("import", LOOP(hugging_face_round_trip, 0, GPT2_SHAPES), LOOP(config_json, 0, CONFIGS),
           TEST(unused_masks_and_bfloat16_weights), TEST(missing_files))
