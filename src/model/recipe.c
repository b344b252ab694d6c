#include "model/recipe.h"
#include <stddef.h>

/* gpt2: Radford et al. 2019 and Karpathy's nanoGPT. fast: what paid for its time in our timed comparisons on a CPU
 * (scripts/README.md); most of it comes from modded-nanogpt's speed runs (Jordan and others 2024). */
const Recipe recipes[] = {
    { .name = "gpt2",
#define SHAPE(type, key, line, always, low, high, gpt2, fast, portable, ...) .shape.key = gpt2,
#define TRAINING(type, key, line, always, low, high, gpt2, fast, portable, ...) .how.key = gpt2,
#include "model/settings.def"
    },
    { .name = "fast",
#define SHAPE(type, key, line, always, low, high, gpt2, fast, portable, ...) .shape.key = fast,
#define TRAINING(type, key, line, always, low, high, gpt2, fast, portable, ...) .how.key = fast,
#include "model/settings.def"
    },
    { .name = "portable",
#define SHAPE(type, key, line, always, low, high, gpt2, fast, portable, ...) .shape.key = portable,
#define TRAINING(type, key, line, always, low, high, gpt2, fast, portable, ...) .how.key = portable,
#include "model/settings.def"
    },
    { .name = NULL },
};

const char *const recipe_names[] = { "gpt2", "fast", "portable", NULL };

/* Muon trains the matrices of the blocks, AdamW embeddings, the output matrix and vectors. */
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
