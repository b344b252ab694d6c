#ifndef MADE_MODEL_H
#define MADE_MODEL_H
#include "base/rng.h"
#include "check_main.h"
#include "files/model.h"
#include "model/recipe.h"
#include <math.h>

/* Small untrained models for tests of files: the parameters are distinct and exact as floats. */

/* The small shape of the recipe gpt2 or fast, without a counted text: 5 tokens, one of them a raw byte. */
static inline Config made_shape(int recipe)
{
    Config c = recipes[recipe].shape;
    c.vocab = 5, c.context = 3, c.layers = 2, c.heads = 2, c.channels = 4, c.counts = false;
    return c;
}

static inline void made_model(Model *m, Config c)
{
    static const uint32_t tokens[] = { '\n', '\\', 'a', 0x1f600, TEXT_RAW | 0x80 };
    Err err = { 0 };
    *m = (Model){ .file = { .config = c, .settings = recipes[RECIPE_GPT2].how, .corpus_hash = 0x1234 } };
    m->file.settings.batch = 7;
    m->file.settings.accumulate = m->file.settings.eval_every = 1;
    m->file.settings.dropout = 0.25;
    m->file.state = (TrainState){ .step = 9, .train_loss = NAN, .val_loss = 1.5, .best_loss = 1.5 };
    ck_assert_msg(vocab_from_tokens(&m->file.vocab, tokens, 5, &err), "%s", err.msg);
    ck_assert_msg(model_make(m, PARAMS_VALUES, &err), "%s", err.msg);
    for (int i = 0; i < m->gpt.params.n; i++)
        for (size_t j = 0; j < m->gpt.params.list[i].len; j++)
            m->gpt.params.val[m->gpt.params.list[i].at + j] = (real)(float)rng_normal(1, (uint64_t)i, j);
}
#endif
