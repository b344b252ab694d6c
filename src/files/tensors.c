#include "files/tensors.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tensor of a block: its names, its shape in units of C (columns 0: a vector), its place in GptBlockParams. */
typedef struct BlockRow {
    const char *hf, *gguf;
    int         rows, columns;
    size_t      at;
} BlockRow;

#define BLOCK(hf, gguf, rows, columns, field) { hf, gguf, rows, columns, offsetof(GptBlockParams, field) }

static const BlockRow block_rows[] = {
    BLOCK("ln_1.weight", "attn_norm.weight", 1, 0, ln_1_w),
    BLOCK("ln_1.bias", "attn_norm.bias", 1, 0, ln_1_b),
    BLOCK("attn.c_attn.weight", "attn_qkv.weight", 3, 1, qkv_w),
    BLOCK("attn.c_attn.bias", "attn_qkv.bias", 3, 0, qkv_b),
    BLOCK("attn.c_proj.weight", "attn_output.weight", 1, 1, out_w),
    BLOCK("attn.c_proj.bias", "attn_output.bias", 1, 0, out_b),
    BLOCK("ln_2.weight", "ffn_norm.weight", 1, 0, ln_2_w),
    BLOCK("ln_2.bias", "ffn_norm.bias", 1, 0, ln_2_b),
    BLOCK("mlp.c_fc.weight", "ffn_up.weight", 4, 1, fc_w),
    BLOCK("mlp.c_fc.bias", "ffn_up.bias", 4, 0, fc_b),
    BLOCK("mlp.c_proj.weight", "ffn_down.weight", 1, 4, proj_w),
    BLOCK("mlp.c_proj.bias", "ffn_down.bias", 1, 0, proj_b),
};

enum { BLOCK_ROWS = sizeof block_rows / sizeof *block_rows, OTHERS = 5 };

static bool allocate(FileTensors *a, size_t n, Err *err)
{
    *a = (FileTensors){ .list = calloc(n, sizeof *a->list) };
    return a->list || err_set(err, "out of memory: no room for a list of %zu tensors", n);
}

void tensors_free(FileTensors *a)
{
    free(a->list);
    *a = (FileTensors){ 0 };
}

/* Appends one; columns 0 is a vector. */
static FileTensor *append(FileTensors *a, const char *prefix, const char *name, int rows, int columns, const Tensor *t)
{
    FileTensor *x = &a->list[a->n++];
    *x = (FileTensor){ .rank = columns ? 2 : 1, .dim = { rows, columns ? columns : 1 }, .val = t ? t->val : NULL };
    snprintf(x->name, sizeof x->name, "%s%s", prefix, name);
    return x;
}

bool tensors_own(FileTensors *a, const Gpt *g, bool head, Err *err)
{
    if (!allocate(a, (size_t)g->params.n + 1, err))
        return false;
    for (int i = 0; i < g->params.n; i++) {
        const Param *p = &g->params.list[i];
        append(a, "", p->name, p->dim[0], p->rank == 2 ? p->dim[1] : 0, &p->tensor);
    }
    if (head && g->config.tied)
        append(a, "", "lm_head.weight", g->config.vocab, g->config.channels, g->lm_head);
    return true;
}

static void append_block(FileTensors *a, const Gpt *g, int layer, TensorNaming names)
{
    char prefix[32];
    int  C = g->config.channels;
    snprintf(prefix, sizeof prefix, names == TENSORS_HF ? "transformer.h.%d." : "blk.%d.", layer);
    for (const BlockRow *r = block_rows; r < block_rows + BLOCK_ROWS; r++) {
        const Tensor *t = *(Tensor *const *)((const char *)&g->blocks[layer] + r->at);
        bool turned = names == TENSORS_HF && r->columns;
        int  rows = (turned ? r->columns : r->rows) * C, columns = (turned ? r->rows : r->columns) * C;
        append(a, prefix, names == TENSORS_HF ? r->hf : r->gguf, rows, columns, t)->turned = turned;
    }
}

bool tensors_gpt2(FileTensors *a, const Gpt *g, TensorNaming names, Err *err)
{
    const Config *c = &g->config;
    bool          hf = names == TENSORS_HF;
    const char   *in = hf ? "transformer." : "";
    if (!allocate(a, OTHERS + BLOCK_ROWS * (size_t)c->layers, err))
        return false;
    append(a, in, hf ? "wte.weight" : "token_embd.weight", c->vocab, c->channels, g->wte);
    append(a, in, hf ? "wpe.weight" : "position_embd.weight", c->context, c->channels, g->wpe);
    for (int i = 0; i < c->layers; i++)
        append_block(a, g, i, names);
    append(a, in, hf ? "ln_f.weight" : "output_norm.weight", c->channels, 0, g->ln_f_w);
    append(a, in, hf ? "ln_f.bias" : "output_norm.bias", c->channels, 0, g->ln_f_b);
    if (!c->tied)
        append(a, "", hf ? "lm_head.weight" : "output.weight", c->vocab, c->channels, g->lm_head);
    return true;
}

bool tensors_gpt2_holds(const Config *c, const char *format, Err *err)
{
    const struct { bool differs; const char *what; } rows[] = {
        { c->positions == POSITIONS_ROTARY, "rotary positions" },
        { c->positions == POSITIONS_NONE, "no positions" },
        { c->norm != NORM_LAYER, "RMS norm" },
        { c->activation != ACTIVATION_GELU, "squared ReLU" },
        { c->embed_norm, "normed embeddings" },
        { c->qk_norm, "QK norm" },
        { c->value_mix, "mixed values" },
        { c->char_mix > 0, "mixed characters" },
        { c->soft_cap > 0, "capped logits" },
    };
    char   what[256] = "";
    size_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].differs)
            n += (size_t)snprintf(what + n, sizeof what - n, "%s%s", n ? ", " : "", rows[i].what);
    return n == 0 || err_set(err, "%s holds GPT-2 only, and this model has %s: `train --recipe gpt2` makes one that "
                             "it can hold; safetensors and npz hold every model", format, what);
}

static int by_name(const void *x, const void *y)
{
    const FileTensor *a = x, *b = y;
    return strcmp(a->name, b->name);
}

void tensors_sort(FileTensors *a) { qsort(a->list, a->n, sizeof *a->list, by_name); }

size_t tensors_len(const FileTensor *a) { return (size_t)a->dim[0] * (size_t)a->dim[1]; }

uint64_t tensors_bytes(const FileTensors *a)
{
    uint64_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        n += 4 * (uint64_t)tensors_len(&a->list[i]);
    return n;
}

void tensors_write(const FileTensor *a, Buffer *b)
{
    size_t rows = (size_t)a->dim[0], columns = (size_t)a->dim[1];
    if (!a->val) {
        buffer_zeros(b, 4 * rows * columns);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            buffer_f32(b, (float)a->val[a->turned ? j * rows + i : i * columns + j]);
}
