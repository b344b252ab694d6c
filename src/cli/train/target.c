#include "cli/train/options.h"
#include "files/arch.h"
#include "model/recipe.h"
#include <math.h>

/* In the order of Target; then all of them. */
const char *const train_targets[] = { "llama.cpp", "hf", "onnx", "any", NULL };

int train_recipe(const TrainOptions *o)
{
    bool restricts = o->target >= 0 && o->target != TARGET_ONNX;
    return o->recipe >= 0 ? o->recipe : restricts ? RECIPE_PORTABLE : RECIPE_DEFAULT;
}

bool train_counts(const TrainOptions *o)
{
    double given = train_given(o, SETTING_counts);
    return isnan(given) ? recipes[train_recipe(o)].shape.counts : given > 0;
}

/* The first setting that was given and keeps the model out; -1: none was. */
static int culprit(const TrainOptions *o, const int *ids, int n)
{
    for (int i = 0; i < n; i++)
        if (!isnan(train_given(o, ids[i])))
            return ids[i];
    return -1;
}

static bool blame(const TrainOptions *o, const Config *c, Target target, Err *err)
{
    int  ids[SETTINGS], n = arch_departs(arch_nearest(target, c), c, ids), id = culprit(o, ids, n);
    char flag[64];
    arch_check(target, c, err);
    if (id >= 0)
        return err_add(err, "; leave out %s, or --for", train_as_flag(o, id, flag, sizeof flag));
    if (o->resume)
        return err_add(err, "; the run to resume keeps its architecture: leave out --for");
    return err_add(err, "; leave out --recipe %s, or --for", recipes[train_recipe(o)].name);
}

bool train_target_check(const TrainOptions *o, const Config *c, Err *err)
{
    for (int t = 0; t < TARGETS; t++)
        if ((o->target == t || o->target == TARGETS) && !arch_opens((Target)t, c))
            return blame(o, c, (Target)t, err);
    return true;
}
