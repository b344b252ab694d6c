#include "files/tensors.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Apertus in transformers (models/apertus) and llama.cpp (src/models/apertus.cpp): the matrix of queries, keys and
 * values in three; QK norm with a weight for each of a head's channels, which all heads share. */

/* What a row takes from the model's tensor. */
typedef enum Part {
    QUERY, KEY, VALUE,                      /* a third of the rows                                     */
    WHOLE,
    EMBEDDING,                              /* normalized if Config says so                            */
    GAIN,                                   /* the gain of queries, for each channel of a head         */
    ONES                                    /* the gain of keys                                        */
} Part;

typedef struct Row {
    const char *hf, *gguf;                  /* in a block behind "model.layers.N.", "blk.N."           */
    Part        part;
    bool        in_block;
    size_t      at;                         /* the tensor's pointer in GptBlockParams, or in Gpt       */
} Row;

#define OUTSIDE(field) false, offsetof(Gpt, field)
#define BLOCK(field)   true, offsetof(GptBlockParams, field)

static const Row rows[] = {
    { "model.embed_tokens.weight", "token_embd.weight", EMBEDDING, OUTSIDE(wte) },
    { "attention_layernorm.weight", "attn_norm.weight", WHOLE, BLOCK(ln_1_w) },
    { "self_attn.q_proj.weight", "attn_q.weight", QUERY, BLOCK(qkv_w) },
    { "self_attn.k_proj.weight", "attn_k.weight", KEY, BLOCK(qkv_w) },
    { "self_attn.v_proj.weight", "attn_v.weight", VALUE, BLOCK(qkv_w) },
    { "self_attn.q_norm.weight", "attn_q_norm.weight", GAIN, BLOCK(qk_gain) },
    { "self_attn.k_norm.weight", "attn_k_norm.weight", ONES, BLOCK(qk_gain) },
    { "self_attn.o_proj.weight", "attn_output.weight", WHOLE, BLOCK(out_w) },
    { "feedforward_layernorm.weight", "ffn_norm.weight", WHOLE, BLOCK(ln_2_w) },
    { "mlp.up_proj.weight", "ffn_up.weight", WHOLE, BLOCK(fc_w) },
    { "mlp.down_proj.weight", "ffn_down.weight", WHOLE, BLOCK(proj_w) },
    { "model.norm.weight", "output_norm.weight", WHOLE, OUTSIDE(ln_f_w) },
    { "lm_head.weight", "output.weight", WHOLE, OUTSIDE(lm_head) },
};

enum { ROWS = sizeof rows / sizeof *rows };

static void name_of(const Row *row, int layer, TensorNaming names, char out[FILE_TENSOR_NAME])
{
    char block[32] = "";
    if (row->in_block)
        snprintf(block, sizeof block, names == TENSORS_HF ? "model.layers.%d." : "blk.%d.", layer);
    snprintf(out, FILE_TENSOR_NAME, "%s%s", block, names == TENSORS_HF ? row->hf : row->gguf);
}

static const Tensor *tensor_of(const Gpt *g, const Row *row, int layer)
{
    const char   *from = row->in_block ? (const char *)&g->blocks[layer] : (const char *)g;
    const Tensor *t;
    memcpy(&t, from + row->at, sizeof t);
    return t;
}

static void append(FileTensors *a, const Gpt *g, const Row *row, int layer, TensorNaming names)
{
    const Tensor *t = tensor_of(g, row, layer);
    int           C = g->config.channels, D = C / g->config.heads;
    char          name[FILE_TENSOR_NAME];
    name_of(row, layer, names, name);
    FileTensor *x = tensors_append(a, name, t->rank, (int[]){ t->dim[0], t->rank == 2 ? t->dim[1] : 1 }, t);
    if (row->part <= VALUE) {
        x->dim[0] = C;
        x->val += (size_t)row->part * (size_t)C * (size_t)C;
    } else if (row->part == GAIN || row->part == ONES) {
        x->dim[0] = D;
        x->as = row->part == GAIN ? FILE_TENSOR_REPEATED : FILE_TENSOR_ONES;
    } else if (row->part == EMBEDDING && g->config.embed_norm) {
        x->as = FILE_TENSOR_NORMALIZED;
    }
}

bool tensors_apertus(FileTensors *a, const Gpt *g, TensorNaming names, Err *err)
{
    if (!tensors_allocate(a, ROWS * (size_t)g->config.layers, err))
        return false;
    for (int i = 0; i < ROWS; i++)
        for (int layer = 0; layer < (rows[i].in_block ? g->config.layers : 1); layer++)
            append(a, g, &rows[i], layer, names);
    return true;
}
