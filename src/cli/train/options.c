#include "cli/train/options.h"
#include "model/recipe.h"
#include <math.h>

TrainOptions train_options(void)
{
    return (TrainOptions){
        .out = "run", .size = -1, .accumulate = 0, .warmup = -1, .seed = -1, .max_vocab = VOCAB_CAP,
        .time = NAN, .lr = NAN, .min_lr = NAN, .beta1 = NAN, .beta2 = NAN, .weight_decay = NAN, .clip = NAN,
        .dropout = NAN, .val_frac = NAN, .muon_lr = NAN, .momentum = NAN, .embed_rate = NAN, .cooldown = NAN, .soft_cap = NAN,
        .recipe = -1, .positions = -1, .norm = -1, .activation = -1, .embed_norm = -1, .qk_norm = -1, .value_mix = -1,
        .char_mix = -1, .bias = -1, .tied = -1, .begin = -1, .optimizer = -1, .schedule = -1,
        .precision = -1,
    };
}

static int    int_or(int x, int otherwise) { return x > 0 ? x : otherwise; }
static long   long_or(int64_t x, long otherwise) { return x > 0 ? (long)x : otherwise; }
static double real_or(double x, double otherwise) { return isnan(x) ? otherwise : x; }

/* What may change from one session of a run to the next; `most` steps (0: any) within a time that is given. */
static void changeable(const TrainOptions *o, long most, TrainSettings *s)
{
    double fall = s->lr > 0 ? s->min_lr / s->lr : 0;                        /* kept when --lr is given */
    if (!isnan(o->time)) {
        s->budget = o->time;
        s->steps = most;
    }
    if (o->steps > 0) {
        s->steps = (long)o->steps;
        s->budget = real_or(o->time, 0);
    }
    s->lr = real_or(o->lr, s->lr);
    s->min_lr = real_or(o->min_lr, s->lr * fall);
    s->beta1 = real_or(o->beta1, s->beta1);
    s->beta2 = real_or(o->beta2, s->beta2);
    s->weight_decay = real_or(o->weight_decay, s->weight_decay);
    s->clip = real_or(o->clip, s->clip);
    s->dropout = real_or(o->dropout, s->dropout);
    s->eval_every = long_or(o->eval_every, s->eval_every);
    s->patience = long_or(o->patience, s->patience);
    s->warmup = o->warmup >= 0 ? (long)o->warmup : s->warmup;
    s->muon_lr = real_or(o->muon_lr, s->muon_lr);
    s->momentum = real_or(o->momentum, s->momentum);
    s->embed_rate = real_or(o->embed_rate, s->embed_rate);
    s->cooldown = real_or(o->cooldown, s->cooldown);
}

static int choice(int given, int otherwise) { return given < 0 ? otherwise : given; }

static Config shape(const TrainOptions *o, const ConfigSize *size, const Config *recipe)
{
    Config c = {
        .layers = int_or(o->layers, size->layers), .heads = int_or(o->heads, size->heads),
        .channels = int_or(o->channels, size->channels), .context = int_or(o->context, size->context),
        .bias = choice(o->bias, recipe->bias), .tied = choice(o->tied, recipe->tied),
        .positions = choice(o->positions, recipe->positions), .norm = choice(o->norm, recipe->norm),
        .activation = choice(o->activation, recipe->activation),
        .embed_norm = choice(o->embed_norm, recipe->embed_norm), .qk_norm = choice(o->qk_norm, recipe->qk_norm),
        .value_mix = choice(o->value_mix, recipe->value_mix), .char_mix = choice(o->char_mix, recipe->char_mix),
        .soft_cap = real_or(o->soft_cap, recipe->soft_cap),
    };
    return c;
}

/* What only Muon or a straight line need comes from the recipe that has them. */
static void borrow(const TrainSettings *fast, TrainSettings *s)
{
    if (s->optimizer == OPTIMIZER_MUON && s->muon_lr == 0) {
        s->muon_lr = fast->muon_lr;
        s->momentum = fast->momentum;
    }
    if (s->schedule == SCHEDULE_LINEAR && s->cooldown == 0)
        s->cooldown = fast->cooldown;
}

void train_settings(const TrainOptions *o, const TrainFit *fit, Config *config, TrainSettings *s)
{
    const Recipe *recipe = &recipes[choice(o->recipe, RECIPE_DEFAULT)];
    *config = shape(o, &fit->size, &recipe->shape);
    *s = recipe->how;
    s->batch = long_or(o->batch, fit->size.batch);
    s->accumulate = long_or(o->accumulate, 1);
    s->steps = fit->steps;
    s->eval_every = fit->eval_every;
    s->dropout = fit->dropout;
    s->val_frac = real_or(o->val_frac, 0.1);
    s->seed = o->seed < 0 ? 1 : (uint64_t)o->seed;
    s->keep_cr = o->keep_cr;
    s->precision = choice(o->precision, PRECISION_FLOAT);
    s->begin = choice(o->begin, s->begin);
    s->optimizer = choice(o->optimizer, s->optimizer);
    s->schedule = choice(o->schedule, s->schedule);
    borrow(&recipes[RECIPE_FAST].how, s);
    if (s->optimizer == OPTIMIZER_MUON)
        s->weight_decay = fmax(s->weight_decay, fit->weight_decay);
    changeable(o, fit->enough ? fit->steps : 0, s);
    if (o->warmup < 0 && s->steps > 0 && s->warmup > s->steps / 10)
        s->warmup = s->steps / 10;
}

/* A number that cannot change within a run; below `least` it was not given. */
static bool same(long given, long least, long there, const char *flag, Err *err)
{
    return given < least || given == there ||
           err_set(err, "--%s is %ld, but the run to resume has %ld: leave the flag out, or start a new run "
                   "with another --out", flag, given, there);
}

/* What --size means, against the run that is there. */
static bool same_size(const TrainOptions *o, const Config *c, Err *err)
{
    if (o->size < 0)
        return true;
    const ConfigSize *size = &config_sizes[o->size];
    const struct { int given, means, there; const char *flag; } rows[] = {
        { o->layers, size->layers, c->layers, "layers" }, { o->heads, size->heads, c->heads, "heads" },
        { o->channels, size->channels, c->channels, "channels" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!rows[i].given && rows[i].means != rows[i].there)
            return err_set(err, "--size %s means --%s %d, but the run to resume has %d: leave the flag out, or start a "
                           "new run with another --out", size->name, rows[i].flag, rows[i].means, rows[i].there);
    return true;
}

static bool same_numbers(const TrainOptions *o, const Config *c, const TrainSettings *s, Err *err)
{
    return same_size(o, c, err) && same(o->layers, 1, c->layers, "layers", err) &&
           same(o->heads, 1, c->heads, "heads", err) && same(o->channels, 1, c->channels, "channels", err) &&
           same(o->context, 1, c->context, "context", err) &&
           same((long)o->batch, 1, s->batch, "batch", err) &&
           same((long)o->accumulate, 1, s->accumulate, "accumulate", err) &&
           same((long)o->seed, 0, (long)s->seed, "seed", err);
}

/* A flag was given that the run was begun without. */
static bool other(bool differs, const char *flag, const char *there, Err *err)
{
    return !differs || err_set(err, "%s is given, but the run to resume %s: leave the flag out", flag, there);
}

/* What a run was begun with: by a flag of its own, or by the recipe. */
static bool same_recipe(const TrainOptions *o, const Config *c, const TrainSettings *s, Err *err)
{
    const Recipe *r = &recipes[o->recipe < 0 ? RECIPE_DEFAULT : o->recipe];
    const struct { int given, recipe, there; const char *flag; } rows[] = {
        { o->positions, r->shape.positions, c->positions, "positions" },
        { o->norm, r->shape.norm, c->norm, "norm" },
        { o->activation, r->shape.activation, c->activation, "activation" },
        { o->embed_norm, r->shape.embed_norm, c->embed_norm, "embed-norm" },
        { o->qk_norm, r->shape.qk_norm, c->qk_norm, "qk-norm" },
        { o->value_mix, r->shape.value_mix, c->value_mix, "value-mix" },
        { o->char_mix, r->shape.char_mix, c->char_mix, "char-mix" },
        { o->bias, r->shape.bias, c->bias, "bias" },
        { o->begin, r->how.begin, s->begin, "begin" },
        { o->optimizer, r->how.optimizer, s->optimizer, "optimizer" },
        { o->schedule, r->how.schedule, s->schedule, "schedule" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int given = rows[i].given >= 0 || o->recipe < 0 ? rows[i].given : rows[i].recipe;
        if (given >= 0 && given != rows[i].there)
            return err_set(err, "--%s differs from what the run to resume was begun with: leave it out, or start a new "
                           "run with another --out", rows[i].given >= 0 ? rows[i].flag : "recipe");
    }
    return true;
}

bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err)
{
    const Config  *c = &run->config;
    TrainSettings *s = &run->settings;
    if (!same_numbers(o, c, s, err) || !same_recipe(o, c, s, err) ||
        !other(!isnan(o->soft_cap) && o->soft_cap != c->soft_cap, "--soft-cap", "has another one", err) ||
        !other(o->tied == 1 && !c->tied, "--tied", "has an output matrix of its own", err) ||
        !other(o->tied == 0 && c->tied, "--no-tied", "has its embedding as the output matrix", err) ||
        !other(o->precision == PRECISION_BF16 && s->precision == PRECISION_FLOAT, "--precision bf16",
               "multiplies floats", err) ||
        !other(o->precision == PRECISION_FLOAT && s->precision == PRECISION_BF16, "--precision float",
               "multiplies numbers rounded to bfloat16", err) ||
        !other(o->keep_cr && !s->keep_cr, "--keep-cr", "reads CRLF and CR as LF", err))
        return false;
    if (o->max_vocab != VOCAB_CAP && o->max_vocab < run->vocab.n)
        return err_set(err, "--max-vocab is %d, but the run to resume has learned %d: leave the flag out",
                       o->max_vocab, run->vocab.n);
    if (!isnan(o->val_frac) && o->val_frac != s->val_frac)
        return err_set(err, "--val-frac is %g, but the run to resume has %g: leave the flag out", o->val_frac,
                       s->val_frac);
    changeable(o, 0, s);
    return s->steps > 0 || s->budget > 0 ||
           err_set(err, "the run to resume has no end, neither steps nor a time: give --steps or --time");
}
