#include "files/tensors.h"
#include "model/gpt_params.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tensors_allocate(FileTensors *a, size_t n, Err *err)
{
    *a = (FileTensors){ .list = calloc(n, sizeof *a->list) };
    return a->list || err_set(err, "out of memory: no room for a list of %zu tensors", n);
}

void tensors_free(FileTensors *a)
{
    free(a->list);
    *a = (FileTensors){ 0 };
}

FileTensor *tensors_append(FileTensors *a, const char *name, int rank, const int *dim, const Tensor *t)
{
    FileTensor *x = &a->list[a->n++];
    *x = (FileTensor){ .rank = rank, .dim = { dim[0], dim[1] }, .val = t ? t->val : NULL };
    snprintf(x->name, sizeof x->name, "%s", name);
    return x;
}

bool tensors_own(FileTensors *a, const Gpt *g, bool head, Err *err)
{
    if (!tensors_allocate(a, (size_t)g->params.n + 1, err))
        return false;
    for (int i = 0; i < g->params.n; i++) {
        const Param *p = &g->params.list[i];
        tensors_append(a, p->name, p->rank, p->dim, &p->tensor);
    }
    if (head && g->config.tied)
        tensors_append(a, "lm_head.weight", 2, g->lm_head->dim, g->lm_head);
    return true;
}

/* "transformer.h.0.ln_1.weight", "blk.0.attn_norm.weight"; Hugging Face has the output matrix outside "transformer". */
static void name_of(const GptParamsWalk *w, TensorNaming names, char out[FILE_TENSOR_NAME])
{
    bool hf = names == TENSORS_HF;
    char block[32] = "";
    if (w->row->in_block)
        snprintf(block, sizeof block, hf ? "h.%d." : "blk.%d.", w->layer);
    snprintf(out, FILE_TENSOR_NAME, "%s%s%s", hf && w->row->group != GPT_OUTPUT ? "transformer." : "", block,
             hf ? w->row->name : w->row->gguf);
}

/* Hugging Face stores the linear maps of blocks as (in, out). */
static void append_as(FileTensors *a, const GptParamsWalk *w, TensorNaming names, const Tensor *t)
{
    char name[FILE_TENSOR_NAME];
    bool transposed = names == TENSORS_HF && w->row->flags & GPT_PACKED;
    name_of(w, names, name);
    tensors_append(a, name, w->rank, transposed ? (int[]){ w->dim[1], w->dim[0] } : w->dim, t)->as =
        transposed ? FILE_TENSOR_TRANSPOSED : FILE_TENSOR_AS_IS;
}

/* A walk over the same shape with biases: they are listed even if this model has none. */
static bool gpt2(FileTensors *a, const Gpt *g, TensorNaming names, Err *err)
{
    Config full = g->config;
    size_t n = 0;
    full.bias = true;
    for (GptParamsWalk w = gpt_params_walk(&full); gpt_params_next(&w);)
        n++;
    if (!tensors_allocate(a, n, err))
        return false;
    for (GptParamsWalk w = gpt_params_walk(&full); gpt_params_next(&w);)
        append_as(a, &w, names, gpt_params_tensor(g, &w));
    return true;
}

bool tensors_of(FileTensors *a, const Gpt *g, Arch arch, TensorNaming names, Err *err)
{
    return arch == ARCH_APERTUS ? tensors_apertus(a, g, names, err) : gpt2(a, g, names, err);
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

/* 1 / sqrt(mean(x^2) + 1e-5), as rms_norm in engine/ops.h. */
static double normalizer(const real *x, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += (double)x[j] * (double)x[j];
    return 1 / sqrt(sum / (double)n + 1e-5);
}

size_t tensors_at(const FileTensor *a, size_t i, size_t j)
{
    if (a->as == FILE_TENSOR_REPEATED)
        return 0;
    return a->as == FILE_TENSOR_TRANSPOSED ? j * (size_t)a->dim[0] + i : i * (size_t)a->dim[1] + j;
}

void tensors_write(const FileTensor *a, Buffer *b)
{
    size_t rows = (size_t)a->dim[0], columns = (size_t)a->dim[1];
    if (!a->val) {
        buffer_zeros(b, 4 * rows * columns);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        double r = a->as == FILE_TENSOR_NORMALIZED ? normalizer(a->val + i * columns, columns) : 1;
        for (size_t j = 0; j < columns; j++)
            buffer_f32(b, a->as == FILE_TENSOR_ONES ? 1 : (float)(r * (double)a->val[tensors_at(a, i, j)]));
    }
}
