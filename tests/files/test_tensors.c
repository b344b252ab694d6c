#include "files/tensors.h"
#include "base/bytes.h"
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
    ck_assert(tensors_of(&hf, &m.gpt, ARCH_GPT2, TENSORS_HF, &err));
    ck_assert(tensors_of(&gguf, &m.gpt, ARCH_GPT2, TENSORS_GGUF, &err));
    ck_assert_uint_eq(hf.n, (size_t)(4 + 2 * 12 + !c.tied));
    ck_assert_uint_eq(gguf.n, hf.n);
    ck_assert_uint_eq(tensors_bytes(&hf), 4 * m.gpt.params.count);
    for (size_t i = 0; i < hf.n; i++)
        ck_assert(hf.list[i].val && hf.list[i].val == gguf.list[i].val);
    const FileTensor *fc = find(&hf, "transformer.h.1.mlp.c_fc.weight"), *up = find(&gguf, "blk.1.ffn_up.weight");
    ck_assert(fc->as == FILE_TENSOR_TRANSPOSED && fc->dim[0] == 4 && fc->dim[1] == 16);
    ck_assert(up->as == FILE_TENSOR_AS_IS && up->dim[0] == 16 && up->dim[1] == 4);
    ck_assert(fc->val == m.gpt.blocks[1].fc_w->val && up->val == fc->val);
    ck_assert(find(&hf, "transformer.wte.weight")->as == FILE_TENSOR_AS_IS);
    ck_assert(find(&gguf, "position_embd.weight")->dim[0] == 3);
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
    ck_assert(tensors_of(&a, &m.gpt, ARCH_GPT2, TENSORS_HF, &err));
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

/* One matrix becomes three, one gain a vector for each of queries and keys, and normalized embeddings their rows. */
START_TEST(apertus)
{
    Config c = made_shape(RECIPE_PORTABLE);
    Model  m;
    Err    err = { 0 };
    c.embed_norm = _i & 1, c.tied = _i & 2;
    made_model(&m, c);
    FileTensors hf, gguf;
    ck_assert(tensors_of(&hf, &m.gpt, ARCH_APERTUS, TENSORS_HF, &err));
    ck_assert(tensors_of(&gguf, &m.gpt, ARCH_APERTUS, TENSORS_GGUF, &err));
    ck_assert(hf.n == 3 + 2 * 10 && gguf.n == hf.n);
    const FileTensor *k = find(&hf, "model.layers.1.self_attn.k_proj.weight"), *v = find(&gguf, "blk.1.attn_v.weight");
    ck_assert(k->val == m.gpt.blocks[1].qkv_w->val + 16 && v->val == k->val + 16);
    ck_assert(k->rank == 2 && k->dim[0] == 4 && k->dim[1] == 4 && v->as == FILE_TENSOR_AS_IS);
    ck_assert(find(&hf, "lm_head.weight")->val == m.gpt.lm_head->val && find(&gguf, "output.weight"));

    Buffer b = { 0 };
    tensors_write(find(&hf, "model.layers.1.self_attn.q_norm.weight"), &b);
    tensors_write(find(&gguf, "blk.1.attn_k_norm.weight"), &b);
    tensors_write(find(&gguf, "token_embd.weight"), &b);
    ck_assert(b.len == 4 * (2 + 2 + 5 * 4));
    for (size_t i = 0; i < 4; i++)
        ck_assert(load_f32(b.p + 4 * i) == (i < 2 ? (float)m.gpt.blocks[1].qk_gain->val[0] : 1));
    for (size_t i = 0; i < 5 * 4; i++) {
        const real *row = m.gpt.wte->val + i / 4 * 4;
        double      square = 0, want = (double)row[i % 4];
        for (size_t d = 0; d < 4; d++)
            square += (double)row[d] * (double)row[d] / 4;
        want /= c.embed_norm ? sqrt(square + 1e-5) : 1;
        ck_assert_double_eq_tol((double)load_f32(b.p + 16 + 4 * i), want, 1e-6);
    }
    buffer_free(&b);
    tensors_free(&hf);
    tensors_free(&gguf);
    model_close(&m);
}
END_TEST

CHECK_MAIN("tensors", TEST(own_names_match_the_table), LOOP(hugging_face_and_gguf_names, 0, 2), TEST(missing_biases),
           LOOP(apertus, 0, 4))
