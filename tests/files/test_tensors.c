#include "files/tensors.h"
#include "files/made_model.h"
#include <string.h>

static const FileTensor *find(const FileTensors *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->list[i].name, name) == 0)
            return &a->list[i];
    return NULL;
}

START_TEST(own_names_match_the_table)
{
    for (int tied = 0; tied < 2; tied++) {
        Config    c = made_shape(RECIPE_FAST);
        Model     m;
        FileTensors a;
        Err       err = { 0 };
        c.tied = tied;
        made_model(&m, c);
        ck_assert(tensors_own(&a, &m.gpt, false, &err));
        ck_assert_uint_eq(a.n, (size_t)m.gpt.params.n);
        ck_assert((find(&a, "lm_head.weight") == NULL) == tied);
        ck_assert_int_eq(find(&a, "h.1.attn.char_mix")->dim[0], 4);
        ck_assert_uint_eq(tensors_bytes(&a), 4 * m.gpt.params.count);
        tensors_free(&a);
        ck_assert(tensors_own(&a, &m.gpt, true, &err));
        ck_assert_ptr_eq(find(&a, "lm_head.weight")->val, m.gpt.lm_head->val);
        tensors_free(&a);
        model_close(&m);
    }
}
END_TEST

/* 4 + 12 a layer, and the output matrix unless tied. */
START_TEST(hugging_face_and_gguf_names)
{
    Config c = made_shape(RECIPE_GPT2);
    Model  m;
    Err    err = { 0 };
    c.tied = _i;
    made_model(&m, c);
    FileTensors hf, gguf;
    ck_assert(tensors_gpt2(&hf, &m.gpt, TENSORS_HF, &err) && tensors_gpt2(&gguf, &m.gpt, TENSORS_GGUF, &err));
    ck_assert_uint_eq(hf.n, (size_t)(4 + 2 * 12 + !c.tied));
    ck_assert_uint_eq(gguf.n, hf.n);
    ck_assert_uint_eq(tensors_bytes(&hf), 4 * m.gpt.params.count);
    for (size_t i = 0; i < hf.n; i++)
        ck_assert(hf.list[i].val && hf.list[i].val == gguf.list[i].val);
    const FileTensor *fc = find(&hf, "transformer.h.1.mlp.c_fc.weight"), *up = find(&gguf, "blk.1.ffn_up.weight");
    ck_assert(fc->transposed && fc->dim[0] == 4 && fc->dim[1] == 16 && !up->transposed && up->dim[0] == 16 &&
              up->dim[1] == 4);
    ck_assert(fc->val == m.gpt.blocks[1].fc_w->val && up->val == fc->val);
    ck_assert(!find(&hf, "transformer.wte.weight")->transposed && find(&gguf, "position_embd.weight")->dim[0] == 3);
    ck_assert((find(&hf, "lm_head.weight") == NULL) == c.tied && (find(&gguf, "output.weight") == NULL) == c.tied);
    ck_assert(find(&hf, "transformer.ln_f.bias") && find(&gguf, "output_norm.bias")->rank == 1);
    tensors_free(&hf);
    tensors_free(&gguf);
    model_close(&m);
}
END_TEST

/* Biases that our model lacks are exported as 0. */
START_TEST(missing_biases)
{
    Config    c = made_shape(RECIPE_GPT2);
    Model     m;
    FileTensors a;
    Err       err = { 0 };
    size_t    none = 0;
    c.bias = false;
    made_model(&m, c);
    ck_assert(tensors_gpt2(&a, &m.gpt, TENSORS_HF, &err));
    for (size_t i = 0; i < a.n; i++) {
        bool bias = strstr(a.list[i].name, ".bias") != NULL;
        ck_assert(bias == (a.list[i].val == NULL));
        none += bias;
    }
    /* written as zeros: 2 rows of 3 here */
    Buffer      b = { 0 };
    const FileTensor zeros = { .rank = 2, .dim = { 2, 3 } };
    tensors_write(&zeros, &b);
    ck_assert(b.len == 24 && !b.lost);
    for (size_t i = 0; i < b.len; i++)
        ck_assert_int_eq(b.p[i], 0);
    buffer_free(&b);
    ck_assert_uint_eq(none, 13);
    tensors_free(&a);
    model_close(&m);
}
END_TEST

/* Each ingredient that is not GPT-2's is named, and only those. */
START_TEST(differences_from_gpt2)
{
    static const char *const words[] = { "rotary positions", "no positions", "RMS norm", "squared ReLU",
        "normalized embeddings", "QK norm",
        "value residuals", "causal convolution over characters", "capped logits" };
    for (int i = 0; i < 10; i++) {
        Config c = made_shape(RECIPE_GPT2);
        Err    err = { 0 };
        c.positions = i == 0 ? POSITIONS_ROTARY : i == 1 ? POSITIONS_NONE : c.positions;
        c.norm = i == 2 ? NORM_RMS : c.norm;
        c.activation = i == 3 ? ACTIVATION_RELU2 : c.activation;
        c.embed_norm = i == 4, c.qk_norm = i == 5, c.value_mix = i == 6, c.char_mix = i == 7 ? 4 : 0,
        c.soft_cap = i == 8 ? 30 : 0;
        ck_assert(tensors_gpt2_holds(&c, "X", &err) == (i == 9));
        for (int w = 0; w < 9; w++)
            ck_assert_msg((strstr(err.msg, words[w]) != NULL) == (w == i), "%d: %s", i, err.msg);
    }
}
END_TEST

CHECK_MAIN("tensors", TEST(own_names_match_the_table), LOOP(hugging_face_and_gguf_names, 0, 2), TEST(missing_biases),
           TEST(differences_from_gpt2))
