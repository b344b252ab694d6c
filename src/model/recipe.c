#include "model/recipe.h"
#include <stddef.h>

/* gpt2: Radford et al. 2019 and Karpathy's nanoGPT. fast: what was worth its time in a race on a processor
 * (README, "The recipe"); most of it comes from the speed runs of modded-nanogpt (Jordan and others 2024). */
const Recipe recipes[] = {
    { "gpt2",
      { .positions = POSITIONS_LEARNED, .norm = NORM_LAYER, .activation = ACTIVATION_GELU, .bias = true },
      { .optimizer = OPTIMIZER_ADAMW, .lr = 1e-3, .min_lr = 1e-4, .beta1 = 0.9, .beta2 = 0.99, .weight_decay = 0.1,
        .clip = 1, .warmup = 100, .embed_rate = 1, .schedule = SCHEDULE_COSINE, .begin = BEGIN_GPT2 } },
    { "fast",
      { .positions = POSITIONS_ROTARY, .norm = NORM_RMS, .activation = ACTIVATION_RELU2, .bias = false,
        .embed_norm = true, .qk_norm = true, .char_mix = 4 },
      { .optimizer = OPTIMIZER_MUON, .lr = 1e-2, .min_lr = 0, .beta1 = 0.8, .beta2 = 0.95, .weight_decay = 0,
        .clip = 0, .warmup = 0, .embed_rate = 5, .schedule = SCHEDULE_LINEAR, .begin = BEGIN_SMALL,
        .muon_lr = 0.02, .momentum = 0.9, .cooldown = 0.6 } },
    { .name = NULL },
};

const char *const recipe_names[] = { "gpt2", "fast", NULL };

/* Muon is for matrices between layers; embeddings, the output matrix and vectors stay AdamW's. */
static bool hidden(const Param *p)
{
    return p->decay && (p->group == GPT_QKV || p->group == GPT_ATTENTION_OUT || p->group == GPT_MLP);
}

void recipe_assign(Gpt *g, const TrainSettings *s)
{
    for (int i = 0; i < g->params.n; i++) {
        Param *p = &g->params.list[i];
        p->rule = s->optimizer == OPTIMIZER_MUON && hidden(p) ? RULE_MUON : RULE_ADAMW;
        p->rate = p->group == GPT_EMBEDDING ? (s->embed_rate > 0 ? s->embed_rate : 1) : 1;
        p->parts = p->group == GPT_QKV ? 3 : 1;
    }
}
