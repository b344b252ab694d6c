#ifndef IMPORT_CASE_H
#define IMPORT_CASE_H
#include "files/import.h"
#include "files/made_model.h"

/* What the tests of import share: shapes to export and import again, and what must come back. */

enum { SHAPES = 7, GPT2_SHAPES = 4 };

/* Shapes below GPT2_SHAPES are GPT-2's, with and without bias and tied embedding; the others are of the fast recipe. */
static inline Config import_shape(int i)
{
    Config c = made_shape(i < GPT2_SHAPES ? RECIPE_GPT2 : RECIPE_FAST);
    c.bias = i & 1, c.tied = i >> 1 & 1;
    c.value_mix = i == 5;
    c.soft_cap = i == 5 ? 15 : 0;
    c.positions = i == 6 ? POSITIONS_NONE : c.positions;
    return c;
}

/* The same parameters, bit for bit; biases that only the second has are 0. */
static inline void assert_same(const Gpt *a, const Gpt *b)
{
    for (int i = 0; i < b->params.n; i++) {
        const Param *y = &b->params.list[i], *x = params_find(&a->params, y->name);
        ck_assert(x || strstr(y->name, ".bias"));
        for (size_t j = 0; j < y->len; j++)
            ck_assert_msg(x ? memcmp(&x->tensor.val[j], &y->tensor.val[j], sizeof(real)) == 0 : y->tensor.val[j] == 0,
                          "%s", y->name);
    }
}

/* The state of a run that has not started; the vocabulary of made_model. */
static inline void assert_new(const Model *m)
{
    ck_assert(m->file.state.step == 0 && isnan(m->file.state.val_loss) && isinf(m->file.state.best_loss));
    ck_assert(m->file.vocab.n == 5 && m->file.vocab.chars[3] == 0x1f600 && m->file.vocab.chars[4] == (TEXT_RAW | 0x80));
}
#endif
