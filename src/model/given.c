#include "model/given.h"
#include <math.h>

static bool is_given(const double *given, int id) { return !isnan(given[id]); }

void given_take(const double *given, long most, Config *c, TrainSettings *s)
{
    double ratio = s->lr > 0 ? s->min_lr / s->lr : 0;
    for (int id = 0; id < SETTINGS; id++)
        if (is_given(given, id))
            setting_assign(&setting_table[id], given[id], c, s);
    if (is_given(given, SETTING_budget) && !is_given(given, SETTING_steps))
        s->steps = most;
    if (is_given(given, SETTING_steps) && !is_given(given, SETTING_budget))
        s->budget = 0;
    if (!is_given(given, SETTING_min_lr))
        s->min_lr = s->lr * ratio;
}

static void take_fit(const GivenFit *fit, Config *c, TrainSettings *s)
{
    c->layers = fit->size.layers;
    c->heads = fit->size.heads;
    c->channels = fit->size.channels;
    c->context = fit->size.context;
    s->batch = fit->size.batch;
    s->steps = fit->steps;
    s->eval_every = fit->eval_every;
    s->dropout = fit->dropout;
}

/* GPT-2's recipe with Muon, or with a linear schedule, takes from the fast recipe what only these need. */
static void borrow(const double *given, Config *c, TrainSettings *s)
{
    const Recipe *fast = &recipes[RECIPE_FAST];
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *x = &setting_table[id];
        if (x->needs && setting_matters(x, c, s) && !is_given(given, id) && setting_value(x, c, s) == 0)
            setting_assign(x, setting_value(x, &fast->shape, &fast->how), c, s);
    }
}

void given_settings(const double *given, const Recipe *recipe, const GivenFit *fit, Config *c, TrainSettings *s)
{
    *c = recipe->shape;
    *s = recipe->how;
    take_fit(fit, c, s);
    given_take(given, fit->enough ? fit->steps : 0, c, s);
    borrow(given, c, s);
    if (s->optimizer == OPTIMIZER_MUON && !is_given(given, SETTING_weight_decay))
        s->weight_decay = fmax(s->weight_decay, fit->weight_decay);
    if (!is_given(given, SETTING_warmup) && s->steps > 0 && s->warmup > s->steps / 10)
        s->warmup = s->steps / 10;
}
