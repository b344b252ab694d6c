#include "cli/train/options.h"
#include "model/given.h"
#include <math.h>
#include <stdio.h>

static bool is_whole(SettingType type) { return type == TYPE_LONG || type == TYPE_SEED; }

TrainOptions train_options(void)
{
    TrainOptions o = { .out = "run", .size = -1, .recipe = -1, .target = -1, .max_vocab = VOCAB_CAP };
    for (int id = 0; id < SETTINGS; id++) {
        SettingType type = setting_table[id].type;
        o.given[id] = type == TYPE_REAL ? (Given){ .x = NAN } :
                      is_whole(type) ? (Given){ .l = -1 } : (Given){ .i = -1 };
    }
    train_flags();
    return o;
}

double train_given(const TrainOptions *o, int id)
{
    SettingType  type = setting_table[id].type;
    const Given *g    = &o->given[id];
    double       x    = type == TYPE_REAL ? g->x : is_whole(type) ? (double)g->l : g->i;
    return x >= 0 ? x : NAN;
}

/* All of them. */
static void all_given(const TrainOptions *o, double given[SETTINGS])
{
    for (int id = 0; id < SETTINGS; id++)
        given[id] = train_given(o, id);
}

void train_settings(const TrainOptions *o, const TrainFit *fit, Config *config, TrainSettings *s)
{
    double   given[SETTINGS];
    GivenFit f = { fit->size, fit->dropout, fit->weight_decay, fit->steps, fit->eval_every, fit->enough };
    all_given(o, given);
    given_settings(given, &recipes[train_recipe(o)], &f, config, s);
}

/* ---- resuming ---- */

/* The value that --size or --recipe implies for a setting; NaN: none. Not the context, which a short text shrinks. */
static double implied(const TrainOptions *o, int id, char *by, size_t size)
{
    const Setting    *s = &setting_table[id];
    const ConfigSize *c = o->size < 0 ? NULL : &config_sizes[o->size];
    if (c)
        snprintf(by, size, "--size %s", c->name);
    if (c && (id == SETTING_layers || id == SETTING_heads || id == SETTING_channels))
        return id == SETTING_layers ? c->layers : id == SETTING_heads ? c->heads : c->channels;
    if (o->recipe < 0 || s->group != GROUP_RECIPE || s->type == TYPE_REAL)
        return NAN;
    snprintf(by, size, "--recipe %s", recipes[o->recipe].name);
    return setting_value(s, &recipes[o->recipe].shape, &recipes[o->recipe].how);
}

/* "--channels 16", "--tied", "--no-tied" */
static const char *flag_with(int id, double value, char *out, size_t size)
{
    char text[SETTING_TEXT];
    if (setting_table[id].type == TYPE_SWITCH)
        snprintf(out, size, "--%s%s", value != 0 ? "" : "no-", train_flag(id));
    else
        snprintf(out, size, "--%s %s", train_flag(id), setting_text(&setting_table[id], value, text));
    return out;
}

const char *train_as_flag(const TrainOptions *o, int id, char *out, size_t size)
{
    return flag_with(id, train_given(o, id), out, size);
}

/* A setting that must not change has the value of the run. */
static bool unchanged(const TrainOptions *o, int id, const Checkpoint *run, Err *err)
{
    const Setting *s = &setting_table[id];
    char   by[32] = "", flag[64], has[SETTING_TEXT + 8] = "was started without it", text[SETTING_TEXT];
    double given = train_given(o, id), asked = isnan(given) ? implied(o, id, by, sizeof by) : given;
    double there = setting_value(s, &run->config, &run->settings);
    if (s->changes || isnan(asked) || asked == there)
        return true;
    if (s->type != TYPE_SWITCH)
        snprintf(has, sizeof has, "has %s", setting_text(s, there, text));
    flag_with(id, asked, flag, sizeof flag);
    return err_set(err, "%s%s%s, but the run to resume %s: leave the flag out, or start a new run with another --out",
                   isnan(given) ? by : flag, isnan(given) ? " means " : " is given", isnan(given) ? flag : "", has);
}

bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err)
{
    TrainSettings *s = &run->settings;
    for (int id = 0; id < SETTINGS; id++)
        if (!unchanged(o, id, run, err))
            return false;
    if (o->max_vocab != VOCAB_CAP && o->max_vocab < run->vocab.n)
        return err_set(err, "--max-vocab %d is given, but the run to resume has a vocabulary of %d: leave the flag out",
                       o->max_vocab, run->vocab.n);
    double given[SETTINGS];
    all_given(o, given);
    given_take(given, 0, &run->config, s);
    return s->steps > 0 || s->budget > 0 ||
           err_set(err, "the run to resume has no end, neither steps nor a time: give --steps or --time");
}
