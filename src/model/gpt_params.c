#include "model/gpt_params.h"
#include "text/counting/prior.h"
#include <stddef.h>
#include <string.h>

static bool biased(const Config *c) { return c->bias; }
static bool norm_biased(const Config *c) { return c->bias && c->norm == NORM_LAYER; }
static bool positioned(const Config *c) { return c->positions == POSITIONS_LEARNED; }
static bool mixes_chars(const Config *c) { return c->char_mix > 0; }
static bool mixes_values(const Config *c) { return c->value_mix; }
static bool norms_qk(const Config *c) { return c->qk_norm; }
static bool counts(const Config *c) { return c->counts; }
static bool untied(const Config *c) { return !c->tied; }

/* Columns of the table: initial values; first layer, in a block or not, where the pointer is. */
#define NORMAL         0, 0.02
#define ALL(value)     value, 0
#define OUTSIDE(field) 0, false, offsetof(Gpt, field)
#define BLOCK(field)   0, true, offsetof(GptBlockParams, field)
#define BLOCK_1(field) 1, true, offsetof(GptBlockParams, field)

enum { VECTOR = 0, TABLE = GPT_DECAYS, LINEAR = GPT_DECAYS | GPT_PACKED, OUT = LINEAR | GPT_WRITES };

/* GPT-2's initialization (Radford et al. 2019, section 2.3): matrices are normal with deviation 0.02, over sqrt(2 L)
 * where they write to the residual stream, so that its variance does not grow with depth (gpt_init divides). Mixing
 * starts with the current character alone, and with the two values in equal parts. The order of rows is that of the
 * model file, and the random numbers depend on it. */
static const GptParam table[] = {
    { "wte.weight", "token_embd.weight", SIZE_V, SIZE_C, NORMAL, GPT_EMBEDDING, TABLE, NULL, OUTSIDE(wte) },
    { "wpe.weight", "position_embd.weight", SIZE_T, SIZE_C, NORMAL, GPT_EMBEDDING, TABLE, positioned, OUTSIDE(wpe) },

    { "ln_1.weight", "attn_norm.weight", SIZE_C, SIZE_1, ALL(1), GPT_NORM, VECTOR, NULL, BLOCK(ln_1_w) },
    { "ln_1.bias", "attn_norm.bias", SIZE_C, SIZE_1, ALL(0), GPT_NORM, VECTOR, norm_biased, BLOCK(ln_1_b) },
    { "attn.char_mix", NULL, SIZE_CHAR_MIX, SIZE_C, ALL(1), GPT_QKV, GPT_FIRST_ROW, mixes_chars, BLOCK(char_mix) },
    { "attn.value_mix", NULL, SIZE_2, SIZE_1, ALL(0.5), GPT_QKV, VECTOR, mixes_values, BLOCK_1(value_mix) },
    { "attn.qk_gain", NULL, SIZE_GAINS, SIZE_1, ALL(2.5), GPT_QKV, VECTOR, norms_qk, BLOCK(qk_gain) },
    { "attn.c_attn.weight", "attn_qkv.weight", SIZE_3C, SIZE_C, NORMAL, GPT_QKV, LINEAR, NULL, BLOCK(qkv_w) },
    { "attn.c_attn.bias", "attn_qkv.bias", SIZE_3C, SIZE_1, ALL(0), GPT_QKV, VECTOR, biased, BLOCK(qkv_b) },
    { "attn.c_proj.weight", "attn_output.weight", SIZE_C, SIZE_C, NORMAL, GPT_ATTENTION_OUT, OUT, NULL, BLOCK(out_w) },
    { "attn.c_proj.bias", "attn_output.bias", SIZE_C, SIZE_1, ALL(0), GPT_ATTENTION_OUT, VECTOR, biased, BLOCK(out_b) },
    { "ln_2.weight", "ffn_norm.weight", SIZE_C, SIZE_1, ALL(1), GPT_NORM, VECTOR, NULL, BLOCK(ln_2_w) },
    { "ln_2.bias", "ffn_norm.bias", SIZE_C, SIZE_1, ALL(0), GPT_NORM, VECTOR, norm_biased, BLOCK(ln_2_b) },
    { "mlp.c_fc.weight", "ffn_up.weight", SIZE_MLP, SIZE_C, NORMAL, GPT_MLP, LINEAR, NULL, BLOCK(fc_w) },
    { "mlp.c_fc.bias", "ffn_up.bias", SIZE_MLP, SIZE_1, ALL(0), GPT_MLP, VECTOR, biased, BLOCK(fc_b) },
    { "mlp.c_proj.weight", "ffn_down.weight", SIZE_C, SIZE_MLP, NORMAL, GPT_MLP, OUT, NULL, BLOCK(proj_w) },
    { "mlp.c_proj.bias", "ffn_down.bias", SIZE_C, SIZE_1, ALL(0), GPT_MLP, VECTOR, biased, BLOCK(proj_b) },

    { "ln_f.weight", "output_norm.weight", SIZE_C, SIZE_1, ALL(1), GPT_NORM, VECTOR, NULL, OUTSIDE(ln_f_w) },
    { "ln_f.bias", "output_norm.bias", SIZE_C, SIZE_1, ALL(0), GPT_NORM, VECTOR, norm_biased, OUTSIDE(ln_f_b) },
    { "lm_head.weight", "output.weight", SIZE_V, SIZE_C, NORMAL, GPT_OUTPUT, TABLE, untied, OUTSIDE(lm_head) },
    { "count.gain", NULL, SIZE_PRIOR, SIZE_C, ALL(0), GPT_COUNTS, VECTOR, counts, OUTSIDE(count_gain) },
    { "count.bias", NULL, SIZE_PRIOR, SIZE_1, ALL(3), GPT_COUNTS, VECTOR, counts,
      OUTSIDE(count_bias) },
};

enum { ROWS = sizeof table / sizeof *table };

GptParamsWalk gpt_params_walk(const Config *c) { return (GptParamsWalk){ .config = c }; }

/* The row after the current one; the block's first again until all layers have had theirs. */
static void step(GptParamsWalk *w)
{
    const GptParam *next = w->row ? w->row + 1 : table;
    bool last_of_block = w->row && w->row->in_block && !next->in_block;
    if (last_of_block && w->layer + 1 < w->config->layers) {
        while (next[-1].in_block)
            next--;
        w->layer++;
    } else if (last_of_block) {
        w->layer = 0;
    }
    w->row = next;
}

static bool present(const GptParamsWalk *w)
{
    const GptParam *row = w->row;
    return w->layer >= row->first_layer && (!row->present || row->present(w->config));
}

static void measure(GptParamsWalk *w)
{
    const Config *c = w->config;
    const int     sizes[GPT_SIZES] = {
        [SIZE_1] = 1, [SIZE_2] = 2, [SIZE_V] = c->vocab, [SIZE_T] = c->context, [SIZE_C] = c->channels,
        [SIZE_3C] = 3 * c->channels, [SIZE_MLP] = MLP_TIMES * c->channels,
        [SIZE_GAINS] = c->qk_gain == QK_GAIN_LAYER ? 1 : c->heads, [SIZE_CHAR_MIX] = c->char_mix,
        [SIZE_PRIOR] = PRIOR_CONTEXTS,
    };
    w->dim[0] = sizes[w->row->rows];
    w->dim[1] = sizes[w->row->columns];
    w->rank = w->row->columns == SIZE_1 ? 1 : 2;
}

bool gpt_params_next(GptParamsWalk *w)
{
    do {
        if (w->row == &table[ROWS - 1])
            return false;
        step(w);
    } while (!present(w));
    measure(w);
    return true;
}

/* At most 1024 layers of 12 * 2^28 numbers: far from overflowing. */
uint64_t gpt_params_count(const Config *c)
{
    uint64_t n = 0;
    for (GptParamsWalk w = gpt_params_walk(c); gpt_params_next(&w);)
        n += (uint64_t)w.dim[0] * (uint64_t)w.dim[1];
    return n;
}

Tensor *gpt_params_tensor(const Gpt *g, const GptParamsWalk *w)
{
    const char *from = w->row->in_block ? (const char *)&g->blocks[w->layer] : (const char *)g;
    Tensor     *x;
    memcpy(&x, from + w->row->at, sizeof x);
    return x;
}

void gpt_params_set(Gpt *g, const GptParamsWalk *w, Tensor *x)
{
    char *to = w->row->in_block ? (char *)&g->blocks[w->layer] : (char *)g;
    memcpy(to + w->row->at, &x, sizeof x);
}

Tensor *gpt_params_next_weight(const Gpt *g, GptParamsWalk *w)
{
    while (gpt_params_next(w)) {
        Tensor *x = gpt_params_tensor(g, w);
        if (w->row->flags & GPT_PACKED || x == g->lm_head)
            return x;
    }
    return NULL;
}
